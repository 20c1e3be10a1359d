r"""Wire text made safe to show: control and direction characters are shown, never obeyed.

JSON may legally carry ``\u001b``, and neither Rich nor Textual keeps escape sequences, C1 controls or bidi overrides in
data from the terminal. Every text that came over a wire or out of a file passes `visible` before anyone draws it, on the
TUI and on plain output alike.
"""

import re
import unicodedata

_CONTROL_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}
"""C0 controls as the Unicode control pictures: ESC is ␛, NUL is ␀."""

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str, limit: int | None = None) -> str:
    r"""The text on one line, safe for any terminal.

    Args:
        text: anything.
        limit: at most so many characters, the last one an ellipsis if anything was cut.

    Returns:
        The text with C0 controls as control pictures (``␛``), and C1 controls, bidi and zero-width characters and lone
        surrogates as ``\u202e`` escapes.
    """
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    picture = _CONTROL_PICTURES.get(code)
    if picture is not None:
        return picture
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_wide_or_combining(text: str) -> bool:
    """Whether any character does not take exactly one cell: only then does a caller need to measure cells."""
    return not text.isascii() and any(
        unicodedata.east_asian_width(character) in "WF" or unicodedata.combining(character) for character in text
    )
