"""RemoteStopTransaction → StopTransaction, RequestStopTransaction → TransactionEvent.

Of the same transaction, and because of the request: an end that was in flight already, or that names another reason, is no
effect of it.
"""

from ocppscope.kpi.expected import Answer, Arrival, Asked, Expected
from ocppscope.kpi.facts import MOST_KEPT, transaction_of
from ocppscope.kpi.measure import REMOTE_STOP
from ocppscope.kpi.sample import Excluded
from ocppscope.protocol.payload import integer_at, text_at


class AlreadyOver(Expected):
    """The end of the transaction had passed before the request: nothing more will come, whatever the answer."""

    def __init__(self, function: str) -> None:
        super().__init__(REMOTE_STOP, function, lambda _arrival: False)

    def window(self, limit: float | None) -> float:
        """None."""
        return 0.0

    def given_up(self, *, duplicate: bool, limit: float | None) -> str | None:
        """Something else ended it."""
        return Excluded.OTHER_CAUSE


def remote_stop(asked: Asked) -> Expected | None:
    """OCPP 1.6: the StopTransaction of the transaction."""
    transaction = integer_at(asked.payload, "transactionId")
    if transaction is None:
        return None

    def matches(arrival: Arrival) -> Answer:
        if arrival.action != "StopTransaction" or integer_at(arrival.payload, "transactionId") != transaction:
            return False
        by_request = text_at(arrival.payload, "reason") == "Remote"
        queued = asked.facts.predates(arrival.payload, asked.time)
        return True if by_request and not queued else Excluded.OTHER_CAUSE

    over = str(transaction) in asked.facts.stopped
    return (
        AlreadyOver("StopTransaction") if over else Expected(REMOTE_STOP, "StopTransaction", matches, identified=True)
    )


def request_stop(asked: Asked) -> Expected | None:
    """OCPP 2.x: Ended, or Updated where TxStopPoint keeps the transaction open (F03.FR.02, F03.FR.03)."""
    transaction = (text_at(asked.payload, "transactionId") or "")[:MOST_KEPT]
    if not transaction:
        return None

    def matches(arrival: Arrival) -> Answer:
        if arrival.action != "TransactionEvent" or transaction_of(arrival.call) != transaction:
            return False
        if text_at(arrival.payload, "triggerReason") == "RemoteStop":
            return Excluded.OTHER_CAUSE if asked.facts.predates(arrival.payload, asked.time) else True
        return Excluded.OTHER_CAUSE if text_at(arrival.payload, "eventType") == "Ended" else False

    over = transaction in asked.facts.stopped
    return (
        AlreadyOver("TransactionEvent") if over else Expected(REMOTE_STOP, "TransactionEvent", matches, identified=True)
    )
