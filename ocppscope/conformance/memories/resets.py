"""What makes a station boot: a reset that it accepted, or a setting that takes effect with the next start."""

from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, ConnectionOpened, Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, objects_at, text_at

_YES = frozenset({"Accepted", "Scheduled"})
_SETTINGS = frozenset({"ChangeConfiguration", "SetNetworkProfile", "SetVariables"})


class Reset(msgspec.Struct):
    """A Reset that the station accepted.

    Attributes:
        type: as sent: ``Soft``, ``Hard``, ``Immediate``, ``OnIdle``…
        scheduled: the station waits until it is idle.
        call, conf: record numbers.
        at: when the answer passed (record clock, ns).
        connection: number of the connection on which it was asked for.
        returned: number of a later connection, None while there is none.
    """

    type: str
    scheduled: bool
    call: int
    conf: int
    at: int
    connection: int
    returned: int | None = None


class Resets(Memory):
    """The latest accepted Reset of the whole station, until it booted.

    Attributes:
        waiting: that Reset; None when there is none, or the boot came.
        restart_due: a setting was answered with RebootRequired since the last boot.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ConnectionOpened, ResponseSeen)
    actions = _SETTINGS | {"BootNotification", "Reset"}

    def __init__(self) -> None:
        self.waiting: Reset | None = None
        self.restart_due = False

    def learn(self, event: CallSeen | ConnectionOpened | ResponseSeen) -> None:
        """Take in a request's answer, a new connection, or the boot."""
        if isinstance(event, ConnectionOpened):
            if self.waiting is not None and self.waiting.returned is None:
                self.waiting.returned = event.scene.connection.number
        elif isinstance(event, CallSeen):
            if event.message.action == "BootNotification":
                self.waiting = None
                self.restart_due = False
        elif isinstance(event.message, CallResult) and event.closed.pending is not None:
            self._answered(event)

    def _answered(self, event: ResponseSeen) -> None:
        pending, result = event.closed.pending, event.message.payload  # type: ignore[union-attr]  # a CallResult
        if pending is None or pending.call.action == "BootNotification":
            return
        status = text_at(result, "status")
        if pending.call.action in _SETTINGS:
            told = [status, *(text_at(row, "attributeStatus") for row in objects_at(result, "setVariableResult"))]
            self.restart_due = self.restart_due or "RebootRequired" in told
        elif status in _YES and integer_at(pending.call.payload, "evseId") is None:
            self.waiting = Reset(
                (text_at(pending.call.payload, "type") or "")[:40],
                status == "Scheduled",
                pending.number,
                event.scene.number,
                event.scene.at,
                event.scene.connection.number,
            )
