"""Times as logs write them."""

import re
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

_STAMP = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)[T _]+"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
    r"\s?(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d)?"
)
_AMERICAN = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}),?\s+(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)"
    r"(?:[.,](?P<fraction>\d{1,9}))?(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone>)"
)

_EUROPEAN = re.compile(
    r"(?P<day>\d\d)[./](?P<month>\d\d)[./](?P<year>\d{4}),?[T ]+(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"(?:[.,](?P<fraction>\d{1,9}))?(?P<zone>)"
)
_REACH = 200
"""Characters in which a time is looked for."""


class Stamp(NamedTuple):
    """A time, without zone where none is named, and where its text ends."""

    time: datetime
    end: int


def stamp_in(text: str, start: int = 0) -> Stamp | None:
    """The first time in a text: ISO 8601 and its relatives, month/day/year as American programs write it, or day.month.year."""
    for pattern in (_STAMP, _AMERICAN, _EUROPEAN):
        found = pattern.search(text, start, start + _REACH)
        if found is not None and (time := _time(found)) is not None:
            return Stamp(time, found.end())
    return None


def last_stamp_in(text: str) -> Stamp | None:
    """The last time in a text: of two in front of a message the program's own, the first one came with the transport."""
    stamp = stamp_in(text)
    while stamp is not None and (later := stamp_in(text, stamp.end)) is not None:
        stamp = later
    return stamp


def _time(found: re.Match[str]) -> datetime | None:
    parts = found.groupdict()
    hour = int(parts["hour"])
    half = parts.get("half")
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    fraction = (parts["fraction"] or "").ljust(6, "0")[:6]
    try:
        return datetime(
            int(parts["year"]),
            int(parts["month"]),
            int(parts["day"]),
            hour,
            int(parts["minute"]),
            int(parts["second"]),
            int(fraction),
            tzinfo=_zone(parts["zone"]),
        )
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in ("Z", "UTC", "GMT"):
        return timezone.utc  # noqa: UP017 - a timezone is declared
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if text[0] == "+" else -offset)
