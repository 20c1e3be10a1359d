"""Who was let in by whom: cards that were asked for, and starts and stops from afar."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at

_MOST = 200
_MINUTE = 60_000_000_000


class Authorizations(Memory):
    """Of OCPP 1.6. Times are the record clock in ns; idTags are compared without regard to case."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"Authorize", "RemoteStartTransaction", "RemoteStopTransaction"})

    def __init__(self) -> None:
        self._asked: Recent[str, int] = Recent(_MOST)
        self._remote_starts: Recent[str, int] = Recent(_MOST)
        self._remote_stops: Recent[int, int] = Recent(_MOST)

    def asked(self, tag: str, at: int, minutes: int = 60) -> bool:
        """Whether the station asked the CSMS about this tag within that time."""
        return _within(self._asked.get(tag.lower()), at, minutes)

    def asked_since(self, tag: str, since: int) -> bool:
        """Whether the station asked the CSMS about this tag after that time."""
        return self._asked.get(tag.lower(), -1) > since

    def started_remotely(self, tag: str, at: int, minutes: int = 60) -> bool:
        """Whether the CSMS asked for a start with this tag within that time."""
        return _within(self._remote_starts.get(tag.lower()), at, minutes)

    def stopped_remotely(self, transaction: int, at: int, minutes: int = 10) -> bool:
        """Whether the station accepted to stop this transaction within that time."""
        return _within(self._remote_stops.get(transaction), at, minutes)

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in requests, and the answer to a remote stop."""
        at = event.scene.at
        if isinstance(event, CallSeen):
            tag = text_at(event.message.payload, "idTag")
            if tag is not None:
                asked = self._asked if event.message.action == "Authorize" else self._remote_starts
                asked[tag[:64].lower()] = at
        elif isinstance(event.message, CallResult) and event.closed.pending is not None:
            transaction = integer_at(event.closed.pending.call.payload, "transactionId")
            if transaction is not None and text_at(event.message.payload, "status") == "Accepted":
                self._remote_stops[transaction] = at


def _within(then: int | None, at: int, minutes: int) -> bool:
    return then is not None and at - then <= minutes * _MINUTE
