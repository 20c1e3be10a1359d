"""The latest BootNotification of a station, and whether another one is to be expected."""

from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import text_at


class LastBoot(Memory):
    """As far as was seen.

    Attributes:
        number, connection: record number of the BootNotification and number of its connection; None before any.
        status: how it was answered.
        expected: a reset, a firmware update or a trigger was accepted since.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset(
        {
            "BootNotification",
            "ExtendedTriggerMessage",
            "Reset",
            "SignedUpdateFirmware",
            "TriggerMessage",
            "UpdateFirmware",
        }
    )

    def __init__(self) -> None:
        self.number: int | None = None
        self.connection: int | None = None
        self.status: str | None = None
        self.expected = False
        self._digest = 0

    def told_the_same(self, payload: Payload) -> bool:
        """Whether the latest BootNotification had just this payload."""
        return self.number is not None and self._digest == _digest(payload)

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a boot, its answer, or what leads to the next one."""
        if isinstance(event, CallSeen):
            if event.message.action == "BootNotification":
                self.number, self.connection = event.scene.number, event.scene.connection.number
                self._digest = _digest(event.message.payload)
                self.status, self.expected = None, False
        elif isinstance(event.message, CallResult) and event.closed.pending is not None:
            action, status = event.closed.pending.call.action, text_at(event.message.payload, "status")
            if action == "BootNotification":
                self.status = status
            else:  # an UpdateFirmware of 1.6 is answered without a status
                self.expected = self.expected or status in (None, "Accepted", "Scheduled")


def _digest(payload: Payload) -> int:
    return hash(msgspec.json.encode(payload, order="deterministic"))
