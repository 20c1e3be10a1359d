"""What each connector was last said to be, and since when."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

import msgspec

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.availability import states_told
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import integer_at, text_at

_MOST = 64

RING = 6
"""Changes of each connector that are kept with their times."""

FAULTED = "Faulted"

_FREE = frozenset({"Available", "Preparing", "Reserved"})


class ConnectorState(msgspec.Struct):
    """One report, kept up to date while it is repeated.

    Attributes:
        status: as sent, at most 40 characters.
        error: the errorCode of 1.6.
        at: when it was reported (record clock, ns) and not yet otherwise; a repetition does not change it.
        stamp: time stamp of the change, None when absent.
        record: number of the report.
        before: the status before this one; None for the first one since the station booted.
        before_fault: the last status that was not Faulted.
        fresh: reported since the latest BootNotification.
        connection: number of the connection on which it was reported last: steps between two connections may be missing.
        repeated: time stamp of the latest report, which may be a repetition; None when absent.
        was_free: it was ever reported as Available, Preparing or Reserved: a transaction there began since we watch.
    """

    status: str
    error: str | None
    at: int
    stamp: datetime | None
    record: int
    before: str | None
    before_fault: str | None
    fresh: bool = True
    connection: int = 0
    repeated: datetime | None = None
    was_free: bool = False


class Change(NamedTuple):
    """A status and when it was reported (record clock, ns)."""

    status: str
    at: int


class ConnectorStates(Memory):
    """By connector: ``"1"``, and ``"0"`` for the station itself, in 1.6; ``"1.2"`` for EVSE 1, connector 2 in 2.x."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification", "NotifyEvent", "StatusNotification"})

    def __init__(self) -> None:
        self._states: Recent[str, ConnectorState] = Recent(_MOST)
        self._changes: Recent[str, deque[Change]] = Recent(_MOST)
        self._evses: Recent[int, str] = Recent(_MOST)
        self._latest: deque[int] = deque(maxlen=RING)
        self.booted = False
        """A BootNotification was seen, after which a station reports all its connectors."""

    def get(self, connector: object) -> ConnectorState | None:
        """The latest report, of before a boot, too (see `ConnectorState.fresh`)."""
        return self._states.get(str(connector)[:40])

    def items(self) -> list[tuple[str, ConnectorState]]:
        """All connectors that were reported, by name."""
        return sorted(self._states.items())

    def of_evse(self, evse: int) -> list[tuple[str, ConnectorState]]:
        """The connectors of one EVSE (2.x)."""
        return [item for item in self.items() if item[0].startswith(f"{evse}.")]

    def evse(self, evse: int) -> str | None:
        """What an EVSE as a whole was last said to be (2.x, by NotifyEvent)."""
        return self._evses.get(evse)

    def changes(self, connector: object) -> tuple[Change, ...]:
        """The latest changes, the newest last, at most `RING`; neither first reports nor what was queued offline."""
        return tuple(self._changes.get(str(connector)[:40], ()))

    def is_restless(self, changes: int, at: int) -> bool:
        """Whether all connectors together changed so often since then (record clock, ns; at most `RING` changes)."""
        latest = self._latest
        return len(latest) >= changes and latest[-changes] >= at

    def learn(self, event: CallSeen) -> None:
        """Take in a report, or a boot after which the first report has no predecessor."""
        action, payload = event.message.action, event.message.payload
        if action == "BootNotification":
            self.booted = True
            for state in self._states.values():
                state.fresh = False
            return
        for name, status in told(action, payload):
            former = self._states.get(name)
            if former is not None and former.fresh and former.status == status:
                self._states.move_to_end(name)
                former.error, former.repeated = text_at(payload, "errorCode"), event.stamp
                former.connection = event.scene.connection.number
            else:
                self._learn(event, name, status, former)
        if action == "NotifyEvent":
            for reported in states_told(action, payload):
                if reported.evse is not None and reported.connector is None:
                    self._evses[reported.evse] = reported.status[:40]

    def _learn(self, event: CallSeen, name: str, status: str, former: ConnectorState | None) -> None:
        scene, error = event.scene, text_at(event.message.payload, "errorCode")
        was_free = status in _FREE
        before = calm = None
        if former is not None:
            was_free = was_free or former.was_free
            if former.fresh:
                before = former.status
                if not is_queued(event):
                    self._changed(name, Change(status, scene.at))
            calm = before if before != FAULTED else former.before_fault
        self._states[name] = ConnectorState(
            status,
            error,
            scene.at,
            event.stamp,
            scene.number,
            before,
            calm,
            connection=scene.connection.number,
            repeated=event.stamp,
            was_free=was_free,
        )

    def _changed(self, name: str, change: Change) -> None:
        ring = self._changes.get(name)
        if ring is None:
            ring = self._changes[name] = deque(maxlen=RING)
        ring.append(change)
        self._latest.append(change.at)


def told(action: str, payload: Payload) -> Sequence[tuple[str, str]]:
    """The connectors that a station's message reports, with their statuses, by the names of `ConnectorStates`."""
    if action == "StatusNotification" and "status" in payload:
        status, connector = text_at(payload, "status"), integer_at(payload, "connectorId")
        return () if status is None or connector is None else ((str(connector)[:40], status[:40]),)
    return [(state.key[:40], state.status[:40]) for state in states_told(action, payload) if state.key is not None]
