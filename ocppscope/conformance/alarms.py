"""When rules want to be asked again: what is due later, by the record clock, in bounded memory."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeAlias

import msgspec

from ocppscope.conformance.event import Scene
from ocppscope.conformance.rule import Rule
from ocppscope.protocol.message import MessageId

MOST_ALARMS = 500
"""Kept for a station; beyond, the oldest is forgotten."""

_Name: TypeAlias = tuple[str, Hashable]
"""Rule id and the rule's own key."""


class Alarm(msgspec.Struct, eq=False):
    """One rule to be asked again at ``due`` (ns on the record clock); ``action`` and ``message_id`` of what made it ask."""

    due: int
    rule: Rule
    scene: Scene
    key: Hashable
    note: Any
    action: str | None
    message_id: MessageId | None


class Alarms:
    """All alarms of all stations."""

    def __init__(self) -> None:
        self._stations: dict[str, OrderedDict[_Name, Alarm]] = {}
        self._heap: list[tuple[int, int, Alarm]] = []
        self._number = count()
        self._set = 0
        """How many are set; the heap also holds those that were replaced."""

    @property
    def next(self) -> int | None:
        """When something may be due (ns on the record clock); None when nothing is."""
        return self._heap[0][0] if self._heap else None

    def set(self, alarm: Alarm) -> None:
        """Keep an alarm in place of the one of the same station, rule and key."""
        kept = self._stations.setdefault(alarm.scene.station.id, OrderedDict())
        before = len(kept)
        kept[alarm.rule.id, alarm.key] = alarm
        if len(kept) > MOST_ALARMS:
            kept.popitem(last=False)
        self._set += len(kept) - before
        heappush(self._heap, (alarm.due, next(self._number), alarm))
        if len(self._heap) > 1000 and len(self._heap) > 2 * self._set:
            self._heap = [entry for entry in self._heap if self._is_set(entry[2])]
            self._heap.sort()

    def due(self, now: int) -> Iterator[Alarm]:
        """Take out what is due by ``now``, in order; what is set meanwhile comes in its turn."""
        while self._heap and self._heap[0][0] <= now:
            alarm = heappop(self._heap)[2]
            if self._is_set(alarm):
                del self._stations[alarm.scene.station.id][alarm.rule.id, alarm.key]
                self._set -= 1
                yield alarm

    def forget(self, station: str) -> None:
        """Drop what is due for a station."""
        self._set -= len(self._stations.pop(station, ()))

    def forget_all(self) -> None:
        """Drop everything."""
        self._stations.clear()
        self._heap.clear()
        self._set = 0

    def _is_set(self, alarm: Alarm) -> bool:
        kept = self._stations.get(alarm.scene.station.id)
        return kept is not None and kept.get((alarm.rule.id, alarm.key)) is alarm
