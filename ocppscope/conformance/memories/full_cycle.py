"""Whether enough of a station's life was seen to call something unknown."""

from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.message import CallResult


class FullCycle(Memory):
    """One BootNotification or StartTransaction was answered since we watch, or one 2.x transaction began.

    Until then whatever looks unknown may merely be older than the capture: such findings are infos.
    """

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"BootNotification", "StartTransaction", "TransactionEvent"})

    def __init__(self) -> None:
        self.seen = False

    def learn(self, event: ResponseSeen) -> None:
        """Take in an answer."""
        if self.seen or not isinstance(event.message, CallResult) or event.closed.pending is None:
            return
        call = event.closed.pending.call
        self.seen = call.action != "TransactionEvent" or call.payload.get("eventType") == "Started"
