"""Since when a station has been online without a break."""

from datetime import datetime
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, ConnectionOpened, Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction


class OnlineSince(Memory):
    """Online is a station that is connected and, when it booted on this connection, was accepted.

    Attributes:
        since: wall clock of the capture; None while a boot waits to be accepted, or nothing was seen.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ConnectionOpened, ResponseSeen)
    actions = frozenset({"BootNotification"})

    def __init__(self) -> None:
        self.since: datetime | None = None

    def learn(self, event: CallSeen | ConnectionOpened | ResponseSeen) -> None:
        """Take in a connection, a boot, or the answer to one."""
        if isinstance(event, ConnectionOpened):
            self.since = event.scene.time
        elif isinstance(event, CallSeen):
            if event.direction is Direction.TO_CSMS:
                self.since = None
        elif isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted":
            self.since = event.scene.time
