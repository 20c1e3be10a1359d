"""JSON text that any terminal can show."""

import re
from typing import Any

import msgspec

_UNSHOWABLE = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""What is valid in JSON but not safe on a terminal: C1 controls, direction marks, invisible characters, tags."""


def safe_json(value: Any) -> str:
    """Indented JSON text, without a newline at its end; everything that a terminal could obey is a JSON escape."""
    return without_controls(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())


def without_controls(text: str) -> str:
    """JSON text with everything that a terminal could obey as an escape: it still means the same."""
    return _UNSHOWABLE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))
