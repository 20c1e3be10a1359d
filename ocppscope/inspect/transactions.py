"""The ledger of charging transactions: 1.6 by the id that the CSMS issues, 2.x by the id that the station makes."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

from ocppscope.model.transaction import Transaction, TransactionState
from ocppscope.protocol.message import Call, CallError, CallResult, Payload
from ocppscope.protocol.payload import integer_at, number_at, objects_at, text_at, time_at

MOST_TRANSACTIONS = 5000
"""Kept in all, the latest used: weeks of a busy site, a few megabytes."""

MOST_POWERS = 60
"""Power samples kept for a sparkline."""


class Transactions:
    """All transactions, the latest used last."""

    def __init__(self) -> None:
        self._all: OrderedDict[tuple[str, str], Transaction] = OrderedDict()
        self._started: set[str] = set()

    def rows(self, station: str | None = None) -> list[Transaction]:
        """The transactions of one station or of all, newest first."""
        chosen = (row for row in self._all.values() if station is None or row.station == station)
        return sorted(chosen, key=lambda row: row.records[0], reverse=True)

    def is_known(self, station: str, transaction_id: str) -> bool:
        """Whether a start with this id was seen at this station."""
        found = self._all.get((station, transaction_id))
        return found is not None and found.state is not TransactionState.UNKNOWN

    def any_known(self, station: str) -> bool:
        """Whether any start was seen at this station."""
        return station in self._started

    def forget(self, station: str) -> None:
        """Drop what is known of a station."""
        self._started.discard(station)
        for key in [key for key in self._all if key[0] == station]:
            del self._all[key]

    def learn_from_call(self, station: str, number: int, call: Call) -> None:
        """Take over what a station's own CALL says."""
        learn = _FROM_CALL.get(call.action)
        if learn is not None:
            learn(self, station, number, call.payload)

    def learn_from_response(self, station: str, number: int, call: Call, response: CallResult | CallError) -> None:
        """Take over what the CSMS answers to a StartTransaction: only then has the transaction an id."""
        if call.action != "StartTransaction":
            return
        payload = response.payload if isinstance(response, CallResult) else {}
        issued = integer_at(payload, "transactionId")
        accepted = text_at(payload, "idTagInfo", "status") == "Accepted"
        identifier = f"(refused {number})" if issued is None else str(issued)
        self._put(
            Transaction(
                station=station,
                id=identifier,
                state=TransactionState.RUNNING if accepted else TransactionState.REFUSED,
                connector=integer_at(call.payload, "connectorId"),
                id_token=text_at(call.payload, "idTag"),
                start=time_at(call.payload, "timestamp"),
                meter_start=number_at(call.payload, "meterStart"),
                records=(number, number),
            )
        )

    def _get(self, station: str, identifier: str, number: int) -> Transaction:
        found = self._all.get((station, identifier))
        return found or Transaction(station, identifier, TransactionState.UNKNOWN, records=(number, number))

    def _put(self, transaction: Transaction) -> None:
        key = (transaction.station, transaction.id)
        if transaction.state is not TransactionState.UNKNOWN:
            self._started.add(transaction.station)
        self._all[key] = transaction
        self._all.move_to_end(key)
        if len(self._all) > MOST_TRANSACTIONS:
            self._all.popitem(last=False)

    def _meter_values(self, station: str, number: int, payload: Payload) -> None:
        identifier = integer_at(payload, "transactionId")
        if identifier is None:
            return
        row = self._get(station, str(identifier), number)
        connector = integer_at(payload, "connectorId")
        self._put(_changed(_metered(row, payload, "meterValue"), number, connector=row.connector or connector))

    def _stop(self, station: str, number: int, payload: Payload) -> None:
        identifier = integer_at(payload, "transactionId")
        if identifier is None:
            return
        row = _metered(self._get(station, str(identifier), number), payload, "transactionData")
        known = row.state is not TransactionState.UNKNOWN
        self._put(
            _changed(
                row,
                number,
                state=TransactionState.ENDED if known else TransactionState.UNKNOWN,
                stop=time_at(payload, "timestamp"),
                meter_stop=number_at(payload, "meterStop"),
                reason=text_at(payload, "reason") or "Local",  # S16 §6.49: an absent reason means Local
            )
        )

    def _event(self, station: str, number: int, payload: Payload) -> None:
        identifier = text_at(payload, "transactionInfo", "transactionId")
        if identifier is None:
            return
        row = _metered(self._get(station, identifier[:64], number), payload, "meterValue")
        row = _numbered(row, integer_at(payload, "seqNo"))
        changes: dict[str, Any] = {
            "connector": integer_at(payload, "evse", "id") or row.connector,
            "id_token": text_at(payload, "idToken", "idToken") or row.id_token,
        }
        time = time_at(payload, "timestamp")
        match text_at(payload, "eventType"):
            case "Started":
                changes |= {"state": TransactionState.RUNNING, "start": time, "meter_start": row.meter_stop}
            case "Ended":
                known = row.state is not TransactionState.UNKNOWN
                changes["state"] = TransactionState.ENDED if known else TransactionState.UNKNOWN
                changes |= {"stop": time, "reason": text_at(payload, "transactionInfo", "stoppedReason")}
        if row.meter_start is None and "meter_start" not in changes:
            changes["meter_start"] = row.meter_stop
        self._put(_changed(row, number, **changes))


_FROM_CALL: dict[str, Callable[[Transactions, str, int, Payload], None]] = {
    "MeterValues": Transactions._meter_values,
    "StopTransaction": Transactions._stop,
    "TransactionEvent": Transactions._event,
}


def transaction_id(call: Call) -> str | None:
    """The transaction that a CALL names, in whatever version; None when it names none."""
    issued = integer_at(call.payload, "transactionId")
    if issued is not None:
        return str(issued)
    return text_at(call.payload, "transactionInfo", "transactionId") or text_at(call.payload, "transactionId")


def _changed(row: Transaction, number: int, **changes: Any) -> Transaction:
    return msgspec.structs.replace(row, records=(row.records[0], number), **changes)


def _numbered(row: Transaction, seq: int | None) -> Transaction:
    """The row with its range of 2.x sequence numbers widened; a step of more than one is a gap of so many numbers."""
    if seq is None:
        return row
    last = row.seq_last
    gap = max(seq - last - 1, 0) if last is not None else 0
    first = seq if row.seq_first is None else min(row.seq_first, seq)
    last = seq if last is None else max(last, seq)
    return msgspec.structs.replace(row, seq_first=first, seq_last=last, seq_gaps=row.seq_gaps + gap)


def _metered(row: Transaction, payload: Payload, member: str) -> Transaction:
    """The row with the latest energy register and the power samples of the payload's meter values."""
    energy, powers = row.meter_stop, list(row.powers)
    for meter_value in objects_at(payload, member):
        sampled = objects_at(meter_value, "sampledValue")
        energy = _first(_energies(sampled), energy)
        power = _first(_powers(sampled), None)
        if power is not None:
            powers.append(power)
    return msgspec.structs.replace(row, meter_stop=energy, powers=tuple(powers[-MOST_POWERS:]))


def _first(values: list[float], default: float | None) -> float | None:
    return values[0] if values else default


def _energies(sampled: list[Payload]) -> list[float]:
    """Readings of the import register in Wh, of all phases together."""
    return [
        value
        for sample in sampled
        if sample.get("measurand", "Energy.Active.Import.Register") == "Energy.Active.Import.Register"
        and "phase" not in sample
        and (value := _scaled(sample, "kWh")) is not None
    ]


def _powers(sampled: list[Payload]) -> list[float]:
    """Active import power in W: the sum over all phases where no total is given."""
    samples = [sample for sample in sampled if sample.get("measurand") == "Power.Active.Import"]
    totals = [value for sample in samples if "phase" not in sample and (value := _scaled(sample, "kW")) is not None]
    phases = [value for sample in samples if "phase" in sample and (value := _scaled(sample, "kW")) is not None]
    return totals or ([sum(phases)] if phases else [])


def _scaled(sample: Payload, kilo: str) -> float | None:
    """A sampled value in its base unit: 1.6 gives a unit, 2.x a unit and a power of ten."""
    value = number_at(sample, "value")
    if value is None:
        return None
    unit = text_at(sample, "unit") or text_at(sample, "unitOfMeasure", "unit")
    multiplier = integer_at(sample, "unitOfMeasure", "multiplier") or 0
    if abs(multiplier) <= 12:
        value *= 10.0**multiplier
    return value * 1000 if unit == kilo else value
