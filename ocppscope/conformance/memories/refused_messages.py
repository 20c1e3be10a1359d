"""Transaction messages that the CSMS refused, or did not answer, and how often they were sent since."""

from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallOverdue, CallSeen, ConnectionOpened, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallError
from ocppscope.protocol.roles import Direction

RETRIED = frozenset({"MeterValues", "StartTransaction", "StopTransaction"})
"""What a 1.6 station sends again when the CSMS fails to process it (S16 §3.7.1)."""

_MOST = 64


class Refused(msgspec.Struct):
    """One message.

    Attributes:
        sent: how often.
        failed_at: when it failed the last time (record clock, ns); failure: record number of the CALLERROR, or of the
            CALL that was not answered.
        number: of the latest CALL.
    """

    sent: int
    failed_at: int
    failure: int
    number: int


class RefusedMessages(Memory):
    """By content, of the connection that is open: after a reconnect the counting may begin anew."""

    on: ClassVar[tuple[type[Event], ...]] = (CallOverdue, CallSeen, ConnectionOpened, ResponseSeen)
    actions = RETRIED

    def __init__(self) -> None:
        self._refused: Recent[int, Refused] = Recent(_MOST)

    def get(self, call: Call) -> Refused | None:
        """What is known of a message that is sent now; None when it did not fail before."""
        return self._refused.get(_digest(call)) if self._refused else None

    def learn(self, event: CallOverdue | CallSeen | ConnectionOpened | ResponseSeen) -> None:
        """Take in a failure, a repetition, or a new connection."""
        if isinstance(event, CallSeen):
            refused = self.get(event.message) if self._refused else None
            if refused is not None:
                refused.sent += 1
                refused.number = event.scene.number
        elif isinstance(event, ConnectionOpened):
            self._refused.clear()
        elif isinstance(event, CallOverdue):
            self._failed(event.pending.call, event.pending.direction, event.pending.number, event)
        elif isinstance(event.message, CallError) and event.closed.pending is not None:
            pending = event.closed.pending
            self._failed(pending.call, pending.direction, pending.number, event)

    def _failed(self, call: Call, direction: Direction, number: int, event: CallOverdue | ResponseSeen) -> None:
        if direction is not Direction.TO_CSMS or not call.payload:
            return
        digest = _digest(call)
        refused = self._refused.get(digest)
        if refused is None:
            self._refused[digest] = Refused(1, event.scene.at, event.scene.number, number)
        else:
            refused.failed_at, refused.failure = event.scene.at, event.scene.number


def _digest(call: Call) -> int:
    return hash((call.action, msgspec.json.encode(call.payload, order="deterministic")))
