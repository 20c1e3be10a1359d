"""A clock as it was seen from outside: how far it is off against the clock of whoever recorded, and when it was set."""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

LATEST = 5
"""Skews of which the median counts (catalogue, SES-012)."""

AGREEING = 3
"""So many of the latest must agree before they tell of a clock, and not of messages that came late."""

MOST_POINTS = 120
"""Points of the history. When they are used up every second one goes, and points come half as often."""

MOST_JUMPS = 20

_AGREE_S = 2.0
"""Seconds by which skews of one clock may differ: stamps have whole seconds, and networks delay."""

_DRIFT = 0.001
"""And the share of the skew: a clock that stands still, or runs wild, changes its skew with every message."""

_JUMP_S = 5.0
"""Seconds from which a change is no jitter."""

_FIRST_SPACING = timedelta(seconds=10)


class Jump(NamedTuple):
    """A clock was set.

    Attributes:
        time: wall clock of the first message with the new time.
        before, after: skew in seconds.
        action: the CALL whose answer told the time since the last message with the old one: ``"BootNotification"`` or
            ``"Heartbeat"``; None when none did.
    """

    time: datetime
    before: float
    after: float
    action: str | None


class Clock:
    """The skew of one party's clock against the recorder's, positive where it is ahead.

    Fed by the inspector, read by everyone else. Bounded, whatever it is told.

    Attributes:
        skew: median of the latest five skews in seconds, None before the first.
        shown: the latest time that it showed; read when the latest skew was measured.
        steady: enough of them agree to call it a clock that is off by that much.
        points: history for a sparkline, thinned: (wall clock, skew in seconds), the oldest first.
        jumps: when it was set, the latest last.
    """

    __slots__ = ("_agreed", "_latest", "_offer", "_spacing", "_times", "jumps", "points", "shown", "skew", "steady")

    def __init__(self) -> None:
        self.skew: float | None = None
        self.shown: datetime | None = None
        self.steady = False
        self.points: list[tuple[datetime, float]] = []
        self.jumps: deque[Jump] = deque(maxlen=MOST_JUMPS)
        self._latest: deque[float] = deque(maxlen=LATEST)
        self._times: deque[datetime] = deque(maxlen=LATEST)
        self._agreed: float | None = None
        self._offer: tuple[datetime, str] | None = None
        self._spacing = _FIRST_SPACING

    @property
    def latest(self) -> tuple[datetime, float] | None:
        """The latest single skew, and the wall clock at which it was measured."""
        return (self._times[-1], self._latest[-1]) if self._latest else None

    @property
    def measured(self) -> int:
        """How many skews the median is of: five once there were as many since the last jump."""
        return len(self._latest)

    def offer(self, time: datetime, action: str) -> None:
        """It was told the time, in the answer to this CALL."""
        self._offer = time, action

    def measure(self, time: datetime, skew: float, shown: datetime | None = None) -> None:
        """A message of ``time``, by the recorder's wall clock, told the time ``shown``, which differs by ``skew`` seconds."""
        self.shown = shown
        latest = self._latest
        latest.append(skew)
        self._times.append(time)
        points = self.points
        if not points or time - points[-1][0] >= self._spacing:
            points.append((time, skew))
            if len(points) > MOST_POINTS:
                del points[1::2]
                self._spacing *= 2
        middle = self.skew = sorted(latest)[len(latest) // 2]
        agreed = self._agreed
        if self.steady and agreed is not None and abs(skew - agreed) <= _AGREE_S:
            self._agreed = middle  # one more that agrees, and at most one less
            return
        tolerance = _AGREE_S + _DRIFT * abs(middle)
        self.steady = sum([abs(one - middle) <= tolerance for one in latest]) >= AGREEING
        if self.steady:
            if agreed is not None and abs(middle - agreed) > _JUMP_S + _DRIFT * abs(agreed):
                self._jump(agreed, middle, tolerance)
            self._agreed = middle

    def _jump(self, before: float, after: float, tolerance: float) -> None:
        """The latest skews agree on another time than those before; these are not mixed with them any longer."""
        new = [index for index, skew in enumerate(self._latest) if abs(skew - after) <= tolerance]
        first = self._times[new[0]]
        since = self._times[new[0] - 1] if new[0] else None
        offer = self._offer
        told = offer is not None and offer[0] <= first and (since is None or offer[0] >= since)
        self.jumps.append(Jump(first, before, after, offer[1] if told and offer is not None else None))
        for _ in range(new[0]):
            self._latest.popleft()
            self._times.popleft()
