"""The ledger of charging transactions: 1.6 by the id that the CSMS issues, 2.x by the id that the station makes."""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from ocppscope.conformance.measurands import DEFAULT_MEASURAND
from ocppscope.conformance.meter_values import Sample
from ocppscope.model.transaction import Transaction, TransactionState
from ocppscope.protocol.message import Call, CallError, CallResult, Payload
from ocppscope.protocol.payload import integer_at, number_at, text_at, time_at

MOST_TRANSACTIONS = 5000
"""Kept in all, the latest used: weeks of a busy site, a few megabytes."""

MOST_POWERS = 60
"""Power samples kept for a sparkline."""

_POWER = "Power.Active.Import"


@dataclass(slots=True)
class _Account:
    """A transaction while it is written: meter values come by the million, and each changes it."""

    station: str
    id: str
    state: TransactionState
    first: int
    latest: int
    connector: int | None = None
    id_token: str | None = None
    start: datetime | None = None
    stop: datetime | None = None
    meter_start: float | None = None
    meter_stop: float | None = None
    reason: str | None = None
    powers: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_POWERS))
    seq_first: int | None = None
    seq_last: int | None = None
    seq_gaps: int = 0

    @property
    def is_known(self) -> bool:
        """Whether its start was seen."""
        return self.state is not TransactionState.UNKNOWN

    def meter(self, samples: Sequence[Sample]) -> None:
        """Take in the latest import register of all phases together, and the power of each meter value."""
        has_power = False
        for sample in samples:
            if sample.phase is None and sample.measurand == DEFAULT_MEASURAND:
                self.meter_stop = sample.value
            has_power |= sample.measurand == _POWER
        if has_power:
            powers = (sample for sample in samples if sample.measurand == _POWER)
            for _, together in groupby(powers, attrgetter("moment")):
                self.powers.append(_power(list(together)))

    def number(self, seq: int | None) -> None:
        """Widen the range of 2.x sequence numbers; a step of more than one is a gap of so many numbers."""
        if seq is None:
            return
        if self.seq_last is not None:
            self.seq_gaps += max(seq - self.seq_last - 1, 0)
        self.seq_first = seq if self.seq_first is None else min(self.seq_first, seq)
        self.seq_last = seq if self.seq_last is None else max(self.seq_last, seq)

    def facts(self) -> Transaction:
        """What is known now."""
        return Transaction(
            self.station,
            self.id,
            self.state,
            connector=self.connector,
            id_token=self.id_token,
            start=self.start,
            stop=self.stop,
            meter_start=self.meter_start,
            meter_stop=self.meter_stop,
            reason=self.reason,
            powers=tuple(self.powers),
            records=(self.first, self.latest),
            seq_first=self.seq_first,
            seq_last=self.seq_last,
            seq_gaps=self.seq_gaps,
        )


def _power(samples: list[Sample]) -> float:
    """Active import power in W at one moment: the sum over all phases where no total is given."""
    total = next((sample.value for sample in samples if sample.phase is None), None)
    return sum(sample.value for sample in samples) if total is None else total


class Transactions:
    """All transactions, the latest used last."""

    def __init__(self) -> None:
        self._all: OrderedDict[tuple[str, str], _Account] = OrderedDict()
        self.dropped: Callable[[Transaction], None] | None = None
        """Told of each transaction that makes room for others: who keeps all must take them now."""

    def rows(self, station: str | None = None) -> list[Transaction]:
        """The transactions of one station or of all, newest first."""
        chosen = (account for account in self._all.values() if station is None or account.station == station)
        return [account.facts() for account in sorted(chosen, key=attrgetter("first"), reverse=True)]

    def forget(self, station: str) -> None:
        """Drop what is known of a station."""
        for key in [key for key in self._all if key[0] == station]:
            self._drop(self._all.pop(key))

    def learn_from_call(self, station: str, number: int, call: Call, samples: Sequence[Sample]) -> None:
        """Take over what a station's own CALL says, and the meter values in it."""
        learn = _FROM_CALL.get(call.action)
        if learn is not None:
            learn(self, station, number, call.payload, samples)

    def learn_from_response(self, station: str, number: int, call: Call, response: CallResult | CallError) -> None:
        """Take over what the CSMS answers to a StartTransaction: only then has the transaction an id."""
        if call.action != "StartTransaction":
            return
        payload = response.payload if isinstance(response, CallResult) else {}
        issued = integer_at(payload, "transactionId")
        accepted = text_at(payload, "idTagInfo", "status") == "Accepted"
        identifier = f"(refused {number})" if issued is None else str(issued)
        account = _Account(
            station,
            identifier,
            TransactionState.RUNNING if accepted else TransactionState.REFUSED,
            number,
            number,
            connector=integer_at(call.payload, "connectorId"),
            id_token=text_at(call.payload, "idTag"),
            start=time_at(call.payload, "timestamp"),
            meter_start=number_at(call.payload, "meterStart"),
        )
        self._all[station, identifier] = account
        self._keep(account)

    def _account(self, station: str, identifier: str, number: int) -> _Account:
        account = self._all.get((station, identifier))
        if account is None:
            account = self._all[station, identifier] = _Account(
                station, identifier, TransactionState.UNKNOWN, number, number
            )
        account.latest = number
        self._keep(account)
        return account

    def _keep(self, account: _Account) -> None:
        self._all.move_to_end((account.station, account.id))
        if len(self._all) > MOST_TRANSACTIONS:
            self._drop(self._all.popitem(last=False)[1])

    def _drop(self, account: _Account) -> None:
        if self.dropped is not None:
            self.dropped(account.facts())

    def _meter_values(self, station: str, number: int, payload: Payload, samples: Sequence[Sample]) -> None:
        identifier = integer_at(payload, "transactionId")
        if identifier is None:
            return
        account = self._account(station, str(identifier), number)
        account.meter(samples)
        if account.connector is None:
            account.connector = integer_at(payload, "connectorId")

    def _stop(self, station: str, number: int, payload: Payload, samples: Sequence[Sample]) -> None:
        identifier = integer_at(payload, "transactionId")
        if identifier is None:
            return
        account = self._account(station, str(identifier), number)
        account.meter(samples)
        if account.is_known:
            account.state = TransactionState.ENDED
        account.stop = time_at(payload, "timestamp")
        account.meter_stop = number_at(payload, "meterStop")
        account.reason = text_at(payload, "reason") or "Local"  # S16 §6.49: an absent reason means Local

    def _event(self, station: str, number: int, payload: Payload, samples: Sequence[Sample]) -> None:
        identifier = text_at(payload, "transactionInfo", "transactionId")
        if identifier is None:
            return
        account = self._account(station, identifier[:64], number)
        account.meter(samples)
        account.number(integer_at(payload, "seqNo"))
        account.connector = integer_at(payload, "evse", "id") or account.connector
        account.id_token = text_at(payload, "idToken", "idToken") or account.id_token
        match text_at(payload, "eventType"):
            case "Started":
                account.state = TransactionState.RUNNING
                account.start, account.meter_start = time_at(payload, "timestamp"), account.meter_stop
            case "Ended":
                if account.is_known:
                    account.state = TransactionState.ENDED
                account.stop = time_at(payload, "timestamp")
                account.reason = text_at(payload, "transactionInfo", "stoppedReason")
        if account.meter_start is None:
            account.meter_start = account.meter_stop


_FROM_CALL: dict[str, Callable[[Transactions, str, int, Payload, Sequence[Sample]], None]] = {
    "MeterValues": Transactions._meter_values,
    "StopTransaction": Transactions._stop,
    "TransactionEvent": Transactions._event,
}
