"""How often a station sends a Heartbeat while it has nothing else to say."""

from collections import deque
from statistics import median
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.heartbeat_interval import HeartbeatInterval
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.roles import Direction

ENOUGH = 5
"""Gaps from which a rhythm is told."""


class HeartbeatGaps(Memory):
    """Gaps without another message of the station, under one interval and on one connection.

    Any message restarts the station's timer, so that a gap with one in it says nothing of the interval.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"Heartbeat"})

    def __init__(self) -> None:
        self._under = (0, 0)
        self._last = 0
        self._messages = 0
        self._record = 0
        self._gaps: deque[float] = deque(maxlen=ENOUGH)
        self._count = 0

    @property
    def last(self) -> int:
        """Record number of the latest Heartbeat."""
        return self._record

    def rhythm(self, event: CallSeen) -> float | None:
        """The median gap in seconds once this Heartbeat makes enough of them, told once for each connection and interval."""
        if self._count != ENOUGH - 1 or not self._follows(event):
            return None
        return median([*self._gaps, (event.scene.at - self._last) / 1e9])

    def learn(self, event: CallSeen) -> None:
        """Take in a Heartbeat."""
        if event.direction is not Direction.TO_CSMS:
            return
        scene = event.scene
        if self._follows(event):
            self._gaps.append((scene.at - self._last) / 1e9)
            self._count += 1
        elif _circumstances(event) != self._under:
            self._under, self._count = _circumstances(event), 0
            self._gaps.clear()
        self._last, self._record = scene.at, scene.number
        self._messages = scene.connection.messages[Direction.TO_CSMS]

    def _follows(self, event: CallSeen) -> bool:
        messages = event.scene.connection.messages[Direction.TO_CSMS]
        return messages == self._messages + 1 and _circumstances(event) == self._under


def _circumstances(event: CallSeen) -> tuple[int, int]:
    return event.scene.connection.number, event.scene.recall(HeartbeatInterval).record
