"""Which silence came before connections ended, and whether a timer was behind it.

A side that closes so many seconds after the last frame, time and again, does so by a timer. After whose frames the time is
always the same tells what it watches: those of the station, of the CSMS, any, or none of them but the age of the
connection.
"""

from collections import deque
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from ocppscope.kpi.spans import FEWEST, Timer, timer_of
from ocppscope.model.connection import Connection

MOST_KEPT = 200
"""Ends of connections kept for each side, the latest ones."""

_SECOND = 1_000_000_000


class Reference(StrEnum):
    """Since when the time is always the same."""

    ANY_FRAME = "the last frame"
    STATION_FRAME = "the station's last frame"
    CSMS_FRAME = "the CSMS's last frame"
    OPENING = "the connection was opened"


class Silence(msgspec.Struct, frozen=True):
    """How one connection ended; times are seconds, None where there was no such frame."""

    connection: int
    station: str
    by: str
    since: tuple[float | None, float | None, float | None, float]
    """In the order of `Reference`."""


class Pattern(msgspec.Struct, frozen=True):
    """A timer that closes connections: whose, what it counts from, its length and how many ends agree."""

    by: str
    reference: Reference
    timer: Timer

    @property
    def sentence(self) -> str:
        """``closed 60.0 s after the last frame, 17 of 17: a timer on the CSMS side``."""
        timer = self.timer
        return (
            f"closed {timer.seconds:.1f} s after {self.reference}, {timer.agreeing} of {timer.total}: "
            f"a timer {_SIDES.get(self.by, 'between the two')}"
        )


_SIDES = {"station": "on the station side", "csms": "on the CSMS side"}


class Silences:
    """How the connections ended that either side, or something between them, ended."""

    def __init__(self) -> None:
        self._ends: dict[str, deque[Silence]] = {}

    def ended(self, connection: Connection, at: int) -> None:
        """A connection ended at ``at``."""
        by = connection.closed_by or "network"
        if by == "proxy":
            return
        self._ends.setdefault(by, deque(maxlen=MOST_KEPT)).append(silence_of(connection, by, at))

    def patterns(self, stations: Iterable[str] | None = None) -> list[Pattern]:
        """The timers that show, of all stations together or of some."""
        chosen = None if stations is None else frozenset(stations)
        found = (
            pattern_of(by, [end for end in ends if chosen is None or end.station in chosen])
            for by, ends in self._ends.items()
        )
        return [pattern for pattern in found if pattern is not None]

    def suspicion(self, connection: Connection) -> str | None:
        """What is suspected to have ended one connection: the pattern that it fits, None without one."""
        for by, ends in self._ends.items():
            end = next((one for one in ends if one.connection == connection.number), None)
            if end is None:
                continue
            own = [one for one in ends if one.station == connection.station]
            pattern = pattern_of(by, own) or pattern_of(by, list(ends))
            return pattern.sentence if pattern is not None and fits(end, pattern) else None
        return None


def silence_of(connection: Connection, by: str, at: int) -> Silence:
    """How a connection ended."""
    return Silence(
        connection.number,
        connection.station,
        by,
        (
            _since(connection.last_at, at),
            _since(connection.last_up_at, at),
            _since(connection.last_down_at, at),
            max(at - connection.opened_at, 0) / _SECOND,
        ),
    )


def _since(frame: int | None, at: int) -> float | None:
    return None if frame is None else max(at - frame, 0) / _SECOND


def pattern_of(by: str, ends: list[Silence]) -> Pattern | None:
    """The reference that most ends agree on; in doubt the first."""
    best: Pattern | None = None
    for index, reference in enumerate(Reference):
        known = [seconds for end in ends if (seconds := end.since[index]) is not None]
        timer = timer_of(known) if len(known) == len(ends) >= FEWEST else None
        if timer is None:
            continue
        if best is None or _is_clearer(timer, best.timer):
            best = Pattern(by, reference, timer)
    return best


def _is_clearer(timer: Timer, other: Timer) -> bool:
    """More agree, or they agree so much more closely that it is no chance."""
    return timer.agreeing > other.agreeing or (
        timer.agreeing == other.agreeing and timer.spread < other.spread / 2 - 0.01
    )


def fits(end: Silence, pattern: Pattern) -> bool:
    """Whether an end is one of those that made the pattern."""
    seconds = end.since[list(Reference).index(pattern.reference)]
    return seconds is not None and abs(seconds - pattern.timer.seconds) <= max(0.5, 0.02 * pattern.timer.seconds)
