"""The time column: by the clock, since the start, since the row before."""

from datetime import UTC, datetime
from enum import StrEnum


class TimeMode(StrEnum):
    """What the time column counts from."""

    CLOCK = "clock"
    START = "start"
    DELTA = "delta"

    @property
    def next(self) -> "TimeMode":
        """The mode that the key ``t`` comes to next."""
        modes = list(TimeMode)
        return modes[(modes.index(self) + 1) % len(modes)]

    @property
    def heading(self) -> str:
        """Head of the column."""
        return {TimeMode.CLOCK: "Time", TimeMode.START: "Since start", TimeMode.DELTA: "Delta"}[self]


def clock_time(nanoseconds: int, *, fraction: bool = True) -> str:
    """Wall clock of a record, UTC like the capture itself, so that everyone reads the same: ``09:41:05.351``."""
    if not nanoseconds:
        return "–"  # the recording has no times
    time = datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC)
    text = f"{time:%H:%M:%S}"
    return f"{text}.{nanoseconds // 1_000_000 % 1000:03}" if fraction else text


def elapsed_time(nanoseconds: int) -> str:
    """Time since the start in at most twelve cells: ``+1:05.351``, ``+2:13:05.351``."""
    sign = "-" if nanoseconds < 0 else "+"
    seconds, rest = divmod(abs(nanoseconds) // 1_000_000, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return f"{sign}{hours // 24} d {hours % 24:02}:{minutes:02}"
    if hours:
        return f"{sign}{hours}:{minutes:02}:{seconds:02}.{rest:03}"[:12]
    return f"{sign}{minutes}:{seconds:02}.{rest:03}"
