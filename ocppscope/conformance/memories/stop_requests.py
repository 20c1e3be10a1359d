"""What the CSMS asked for that ends transactions (1.6): remote stops and unlocked connectors."""

from typing import ClassVar, NamedTuple

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction

_MOST = 64


class StopRequest(NamedTuple):
    """An accepted request: when its answer passed (record clock, ns), and the record numbers of both."""

    at: int
    call: int
    conf: int


class StopRequests(Memory):
    """The latest ones that the station accepted."""

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"RemoteStopTransaction", "UnlockConnector"})

    def __init__(self) -> None:
        self._remote: Recent[int, StopRequest] = Recent(_MOST)
        self._unlocked: Recent[int, StopRequest] = Recent(_MOST)

    def remote(self, transaction: int | None) -> StopRequest | None:
        """The remote stop of this transaction."""
        return self._remote.get(transaction) if transaction is not None else None

    def unlocked(self, connector: int | None) -> StopRequest | None:
        """The latest time that this connector was unlocked."""
        return self._unlocked.get(connector) if connector is not None else None

    def learn(self, event: ResponseSeen) -> None:
        """Take in an answer."""
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or event.direction is not Direction.TO_CSMS:
            return
        status = text_at(event.message.payload, "status") if isinstance(event.message, CallResult) else None
        request = StopRequest(event.scene.at, exchange.call, event.scene.number)
        transaction = integer_at(pending.call.payload, "transactionId")
        connector = integer_at(pending.call.payload, "connectorId")
        if exchange.action == "RemoteStopTransaction" and status == "Accepted" and transaction is not None:
            self._remote[transaction] = request
        elif exchange.action == "UnlockConnector" and status == "Unlocked" and connector is not None:
            self._unlocked[connector] = request
