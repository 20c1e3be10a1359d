"""Which open CALLs have waited too long.

Open CALLs are kept in order of opening, one queue for each timeout in force, so asking costs the same however many wait,
and an answered CALL leaves at once whatever its place.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from ocppscope.conformance.event import Scene
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.correlator import Pending

Key: TypeAlias = tuple[int, int]
"""Connection number and record number of the CALL."""


_NEVER = 1 << 63


class Waiting(msgspec.Struct, eq=False):
    """One open CALL with all that is needed when its time is up: ``due``, on the record clock in ns."""

    exchange: Exchange
    pending: Pending
    scene: Scene
    timeout: float
    due: int
    overdue: bool = False


class Deadlines:
    """All open CALLs of all connections."""

    def __init__(self) -> None:
        self._queues: dict[float, OrderedDict[Key, Waiting]] = {}
        self._all: dict[Key, Waiting] = {}
        self.soonest = _NEVER
        """No time is up before (record clock, ns)."""

    def add(self, waiting: Waiting) -> None:
        """Watch an open CALL."""
        key = (waiting.exchange.connection, waiting.exchange.call)
        self._all[key] = waiting
        queue = self._queues.get(waiting.timeout)
        if queue is None:
            queue = self._queues[waiting.timeout] = OrderedDict()
        queue[key] = waiting
        self.soonest = min(self.soonest, waiting.due)

    def remove(self, connection: int, call: int) -> Waiting | None:
        """Stop watching a CALL; None when it was not watched."""
        waiting = self._all.pop((connection, call), None)
        if waiting is not None:
            self._queues[waiting.timeout].pop((connection, call), None)
        return waiting

    def has(self, waiting: Waiting) -> bool:
        """Whether it still waits."""
        return self._all.get((waiting.exchange.connection, waiting.exchange.call)) is waiting

    def expired(self, now: int) -> Iterator[Waiting]:
        """Those whose time was up at ``now`` and who were not told so before. They go on waiting for an answer."""
        if now < self.soonest:
            return
        self.soonest = _NEVER
        for queue in self._queues.values():
            while queue:
                waiting = next(iter(queue.values()))
                if waiting.due > now:
                    self.soonest = min(self.soonest, waiting.due)
                    break
                queue.popitem(last=False)
                waiting.overdue = True
                yield waiting

    def open_exchanges(self) -> Iterator[Exchange]:
        """Every exchange that still waits, the oldest first."""
        return (waiting.exchange for waiting in self._all.values())

    def __len__(self) -> int:
        return len(self._all)
