"""Which version of the local authorization list a station has."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at


def version_in(payload: Payload) -> int | None:
    """The list version that a message names: ``listVersion`` in 1.6, ``versionNumber`` in 2.x."""
    version = integer_at(payload, "listVersion")
    return integer_at(payload, "versionNumber") if version is None else version


class ListVersion(Memory):
    """By the latest accepted SendLocalList, or the latest GetLocalListVersion.

    Attributes:
        version: None while it is unknown: nothing was seen yet, or an update was sent whose fate is open.
        record: number of the message that says so.
        sent: it was sent and accepted, not read.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"SendLocalList", "GetLocalListVersion"})

    def __init__(self) -> None:
        self.version: int | None = None
        self.record = 0
        self.sent = False
        self._asked: tuple[int, int | None] | None = None

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in an update, its answer, or a version that was read."""
        if isinstance(event, CallSeen):
            if event.message.action == "SendLocalList":
                if self._asked is not None:
                    self.version = None  # the one before had no answer: it may have been taken over or not
                self._asked = event.scene.number, version_in(event.message.payload)
            return
        exchange = event.exchange
        if exchange is None:
            return
        result = event.message.payload if isinstance(event.message, CallResult) else None
        if exchange.action == "GetLocalListVersion":
            read = None if result is None else version_in(result)
            if read is not None:
                self.version, self.record, self.sent = (read if read >= 0 else None), event.scene.number, False
        elif self._asked is not None and self._asked[0] == exchange.call:
            number, version = self._asked
            self._asked = None
            if text_at(result, "status") == "Accepted":
                self.version, self.record, self.sent = version, number, True

    @property
    def in_flight(self) -> bool:
        """Whether an update was sent whose answer was not seen."""
        return self._asked is not None
