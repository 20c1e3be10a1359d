"""A few durations of the same kind, and whether a timer made them."""

from collections import deque
from collections.abc import Iterable
from statistics import median

import msgspec

MOST_KEPT = 100
"""Durations kept of one kind, the latest ones: a pattern shows in far fewer."""

FEWEST = 3
"""Durations that make a pattern. Two may be equal by chance."""

_SHARE = 0.8
"""So large a part of them must agree."""

_SLACK, _SLACK_SHARE = 0.5, 0.02
"""Seconds, or the part of the duration, by which those of one timer may differ: schedulers, networks, and logs in halves of
a second. Of two the larger one holds."""

_SHORTEST = 1.0
"""Seconds below which agreement means nothing: everything that follows at once agrees."""


class Timer(msgspec.Struct, frozen=True):
    """Durations that agree: ``seconds`` is their median, ``agreeing`` of ``total`` are near it."""

    seconds: float
    agreeing: int
    total: int
    spread: float


class Spans:
    """Durations of one kind in seconds; minimum and maximum are of all, the pattern is sought in the latest."""

    __slots__ = ("longest", "n", "recent", "shortest")

    def __init__(self) -> None:
        self.n = 0
        self.shortest = 0.0
        self.longest = 0.0
        self.recent: deque[float] = deque(maxlen=MOST_KEPT)

    def add(self, seconds: float) -> None:
        """Count one."""
        self.shortest = seconds if not self.n else min(self.shortest, seconds)
        self.longest = max(self.longest, seconds)
        self.n += 1
        self.recent.append(seconds)

    @property
    def typical(self) -> float:
        """The median of the latest; 0 without any."""
        return median(self.recent) if self.recent else 0.0

    @property
    def timer(self) -> Timer | None:
        """The timer that made the latest of them, None when they do not agree."""
        return timer_of(self.recent)


def timer_of(durations: Iterable[float]) -> Timer | None:
    """The one duration that most of several agree on; None when they are too few, too short, or do not agree."""
    values = sorted(durations)
    if len(values) < FEWEST:
        return None
    middle = median(values)
    slack = max(_SLACK, _SLACK_SHARE * middle)
    near = [value for value in values if abs(value - middle) <= slack]
    if middle < _SHORTEST or len(near) < FEWEST or len(near) < _SHARE * len(values):
        return None
    return Timer(median(near), len(near), len(values), near[-1] - near[0])
