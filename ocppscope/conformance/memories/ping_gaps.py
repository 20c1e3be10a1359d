"""How often a station pings."""

from collections import deque
from statistics import median
from typing import ClassVar

from ocppscope.conformance.event import Event, PingSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.roles import Direction

ENOUGH = 5
"""Gaps from which a rhythm is told."""


class PingGaps(Memory):
    """The first gaps between the station's own pings on its latest connection."""

    on: ClassVar[tuple[type[Event], ...]] = (PingSeen,)

    def __init__(self) -> None:
        self._connection = 0
        self._last = 0
        self._gaps: deque[float] = deque(maxlen=ENOUGH)
        self._count = 0

    def rhythm(self, event: PingSeen) -> float | None:
        """The median gap in seconds once this ping makes enough of them, told once for each connection."""
        if event.scene.connection.number != self._connection or self._count != ENOUGH - 1:
            return None
        return median([*self._gaps, (event.scene.at - self._last) / 1e9])

    def learn(self, event: PingSeen) -> None:
        """Take in a ping of the station."""
        if event.direction is not Direction.TO_CSMS:
            return
        scene = event.scene
        if scene.connection.number != self._connection:
            self._connection, self._count = scene.connection.number, 0
            self._gaps.clear()
        else:
            self._gaps.append((scene.at - self._last) / 1e9)
            self._count += 1
        self._last = scene.at
