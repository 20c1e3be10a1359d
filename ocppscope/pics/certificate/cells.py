"""What single cells mean. A cell that is not clearly something is nothing: None."""

import re

from ocppscope.pics.certificate.spelling import distance, latin

_WORDS = {"yes": True, "no": False, "true": True, "false": False}
_VALUE_TAG = re.compile(r"<(\w{1,10})>\s*</\1>|<(\w{1,10})\s*/>|<(\w{1,10})>\s*(\w{0,10})\s*</\3>")
_WHOLE = re.compile(r"\d{1,18}")
_DECIMAL = re.compile(r"\d{1,9}(?:\.\d{1,6})?")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
_SEPARATORS = re.compile(r"[,;\s]+")

SECONDS = frozenset({"seconds", "second", "sec", "secs", "s"})
"""How the unit of every time in a certificate is written."""

PLACEHOLDERS = frozenset({"<>", "< >", "-", "--", "n/a", "n.a.", "na", "none", "blank", "empty", "tbd"})
"""Words that stand for an empty cell."""


def flag(cell: str) -> bool | None:
    """Yes or no, in any case, in look-alike letters, or as the empty tag that text recognition makes of a tick box."""
    text = cell
    if match := _VALUE_TAG.fullmatch(cell):
        text = match[1] or match[2] or match[4] or match[3]
    return _WORDS.get(latin(text).casefold())


def is_tagged(cell: str) -> bool:
    """Whether a cell's value is markup: ``<yes></yes>``."""
    return _VALUE_TAG.fullmatch(cell) is not None


def nearly_flag(cell: str) -> bool | None:
    """Yes or no with one letter misread: ``TDUE``. Only for a reader who has a second witness."""
    word = latin(cell).casefold()
    near = {meaning for known, meaning in _WORDS.items() if len(known) > 2 and distance(word, known, 1) <= 1}
    return near.pop() if len(near) == 1 else None


def whole(cell: str) -> int | None:
    """A whole number written with digits only."""
    return int(cell) if cell.isascii() and _WHOLE.fullmatch(cell) else None


def decimal(cell: str) -> float | None:
    """A number with a decimal point or without."""
    return float(cell) if cell.isascii() and _DECIMAL.fullmatch(cell) else None


def clock(cell: str) -> int | None:
    """Seconds of an ``hh:mm:ss`` time span."""
    match = _CLOCK.fullmatch(cell) if cell.isascii() else None
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]) if match else None


def words(cell: str) -> tuple[str, ...]:
    """A list, separated by commas, semicolons, blanks, or several of these."""
    return tuple(part for part in _SEPARATORS.split(cell) if part)


def has_mixed_separators(cell: str) -> bool:
    """Whether a list is separated by blanks here and by commas there."""
    kinds = {("," in gap or ";" in gap) for gap in _SEPARATORS.findall(cell.strip())}
    return len(kinds) > 1


def is_placeholder(cell: str) -> bool:
    """Whether a cell only says that it is empty."""
    return latin(cell).casefold() in PLACEHOLDERS
