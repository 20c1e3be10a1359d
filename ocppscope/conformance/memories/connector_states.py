"""What each connector was last said to be, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.availability import states_told
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import integer_at, text_at

_MOST = 64

FAULTED = "Faulted"


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """One report.

    Attributes:
        status: as sent, at most 40 characters.
        error: the errorCode of 1.6.
        at: when it was reported (record clock, ns) and not yet otherwise; a repetition does not change it.
        stamp: time stamp of the change, None when absent.
        record: number of the report.
        before: the status before this one; None for the first one since the station booted.
        before_fault: the last status that was not Faulted.
        fresh: reported since the latest BootNotification.
    """

    status: str
    error: str | None
    at: int
    stamp: datetime | None
    record: int
    before: str | None
    before_fault: str | None
    fresh: bool = True


class ConnectorStates(Memory):
    """By connector: ``"1"``, and ``"0"`` for the station itself, in 1.6; ``"1.2"`` for EVSE 1, connector 2 in 2.x."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification", "NotifyEvent", "StatusNotification"})

    def __init__(self) -> None:
        self._states: Recent[str, ConnectorState] = Recent(_MOST)

    def get(self, connector: object) -> ConnectorState | None:
        """The latest report, of before a boot, too (see `ConnectorState.fresh`)."""
        return self._states.get(str(connector)[:40])

    def items(self) -> list[tuple[str, ConnectorState]]:
        """All connectors that were reported, by name."""
        return sorted(self._states.items())

    def of_evse(self, evse: int) -> list[tuple[str, ConnectorState]]:
        """The connectors of one EVSE (2.x)."""
        return [item for item in self.items() if item[0].startswith(f"{evse}.")]

    def learn(self, event: CallSeen) -> None:
        """Take in a report, or a boot after which the first report has no predecessor."""
        if event.message.action == "BootNotification":
            for name, state in list(self._states.items()):
                self._states[name] = replace(state, fresh=False)
            return
        for name, status in told(event.message.action, event.message.payload):
            former = self._states.get(name)
            error = text_at(event.message.payload, "errorCode")
            if former is not None and former.fresh and former.status == status:
                self._states[name] = replace(former, error=error)
                continue
            before = former.status if former is not None and former.fresh else None
            calm = before if before != FAULTED else former.before_fault if former is not None else None
            self._states[name] = ConnectorState(
                status, error, event.scene.at, event.stamp, event.scene.number, before, calm
            )


def told(action: str, payload: Payload) -> Iterator[tuple[str, str]]:
    """The connectors that a station's message reports, with their statuses, by the names of `ConnectorStates`."""
    status, connector = text_at(payload, "status"), integer_at(payload, "connectorId")
    if action == "StatusNotification" and status is not None and connector is not None:
        yield str(connector)[:40], status[:40]
    for state in states_told(action, payload):
        if state.key is not None:
            yield state.key[:40], state.status[:40]
