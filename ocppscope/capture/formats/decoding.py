"""What lines of JSON have in common: why one could not be decoded, and which times can be."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises for bytes that are not what they should be."""

YEARS = range(1970, 2262)
"""Years of usable times: their nanoseconds fit in 64 bits, and they can be turned into any zone's."""

OUT_OF_RANGE = f"the time is outside the years {YEARS.start} to {YEARS.stop - 1}"


_LATEST = 9_000_000_000


def moment_at(seconds: float | None) -> datetime | None:
    """The time so many seconds after the epoch; None for what is none or outside of the usable years."""
    if seconds is None or not 0 <= seconds < _LATEST:
        return None
    time = datetime.fromtimestamp(seconds, UTC)
    return time if time.year in YEARS else None


def any_line_decodes(head: bytes, decode: Callable[[bytes], object]) -> bool:
    """Whether one of the first lines of a file is of the shape that ``decode`` takes."""
    for line in head.split(b"\n"):
        try:
            decode(line)
        except DECODE_ERRORS:
            continue
        return True
    return False


def why_undecodable(error: Exception) -> str:
    """One clause, without the line's own text."""
    match error:
        case RecursionError():
            return "the JSON is nested too deeply"
        case UnicodeDecodeError():
            return f"not UTF-8 at byte {error.start} of the text"
        case msgspec.ValidationError():
            return f"JSON of another shape: {error}"
    return f"no JSON: {error}"
