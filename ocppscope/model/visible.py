r"""Wire text made safe to show: control and direction characters are shown, never obeyed.

JSON may legally carry ``\u001b``, and neither Rich nor Textual keeps escape sequences, C1 controls or bidi overrides in
data from the terminal. Every text that came over a wire or out of a file passes `visible` before anyone draws it, on the
TUI and on plain output alike.
"""

import re

_CONTROL_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}
"""C0 controls as the Unicode control pictures: ESC is ␛, NUL is ␀."""

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f]"
)
"""The Unicode categories control, format, surrogate, line and paragraph separator: what a terminal may obey or not show."""


def visible(text: str, limit: int | None = None) -> str:
    r"""The text on one line, safe for any terminal.

    Args:
        text: anything.
        limit: the result has at most so many characters, the last one an ellipsis if anything was cut.

    Returns:
        The text with C0 controls as control pictures (``␛``), and C1 controls, bidi, zero-width and other format characters
        and lone surrogates as ``\u202e`` escapes.
    """
    if limit is None:
        return text if text.isprintable() else _UNSAFE.sub(_shown, text)
    shown = visible(text[: limit + 1])  # no megabyte is looked at for the sake of a column; escapes only make it longer
    if len(shown) <= limit:
        return shown
    return shown[: limit - 1] + "…" if limit > 0 else ""


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    picture = _CONTROL_PICTURES.get(code)
    if picture is not None:
        return picture
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
