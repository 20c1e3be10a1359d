"""The charging transactions of a station: of 1.6 by the id that the CSMS issues, of 2.x by the one that the station makes."""

from datetime import datetime
from typing import ClassVar, TypeAlias

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.payload import integer_at, number_at, text_at, value_at

MOST_CHARGES = 256
"""Remembered of a station, the latest; far more than it has connectors, so that a late message finds its transaction."""

_MOST_PLACES = 64

Start: TypeAlias = tuple[int | None, str | None, str | None, float | None]
"""What makes two StartTransactions the same: connector, idTag, time stamp as sent, meterStart (S16 §3.7.1)."""


class Charge(msgspec.Struct):
    """One transaction.

    Attributes:
        id: None while the StartTransaction of 1.6 has no answer with one.
        place: connector (1.6) or EVSE (2.x), None while it is not told.
        token: the idTag or idToken, in lower case: both are case-insensitive.
        status: of the token, as the CSMS answered; None while it did not.
        began: time stamp of its start; began_at: when that passed (record clock, ns). Of one that was met in mid-life,
            those of the first message of it.
        meter_start, meter_stop: Wh as sent in 1.6, None in 2.x.
        start, conf, stop, closed: record numbers of its first message, of the answer that named it, of its last message,
            and of the CALLRESULT to that. ``start`` identifies a transaction even before it has an id.
        conf_at, closed_at: when the two answers passed (record clock, ns).
        connection: on which it began; closed_on: on which its end was answered.
        whole: its start was seen.
        copies: how often its start was sent.
        ended: time stamp of its end; ended_at: when that passed. None while it runs.
        reason: as sent with its end; absent means Local.
        heard: time stamp of the latest message between start and end.
    """

    id: str | None
    place: int | None
    token: str | None
    began: datetime | None
    began_at: int
    meter_start: float | None
    start: int
    connection: int
    whole: bool
    status: str | None = None
    conf: int | None = None
    conf_at: int | None = None
    copies: int = 1
    stop: int | None = None
    closed: int | None = None
    closed_at: int | None = None
    closed_on: int | None = None
    ended: datetime | None = None
    ended_at: int | None = None
    meter_stop: float | None = None
    reason: str | None = None
    heard: datetime | None = None

    @property
    def runs(self) -> bool:
        """Whether its end was not seen."""
        return self.ended_at is None


class Charging(Memory):
    """The transactions, running and lately ended, by id and by place."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent"})

    def __init__(self) -> None:
        self._by_id: Recent[str, Charge] = Recent(MOST_CHARGES)
        self._by_start: Recent[Start, Charge] = Recent(MOST_CHARGES)
        self._asked: Recent[int, Charge] = Recent(_MOST_PLACES)
        self._at: Recent[int | None, Charge] = Recent(_MOST_PLACES)
        self._running: Recent[int, Charge] = Recent(_MOST_PLACES)
        self._last: tuple[int, Charge | None] = (-1, None)

    def get(self, id_: object) -> Charge | None:
        """The transaction with this id (an integer of 1.6, a text of 2.x), running or lately ended."""
        if isinstance(id_, str):
            return self._by_id.get(id_[:64])
        return self._by_id.get(str(id_)[:64]) if isinstance(id_, int) else None

    def last_at(self, place: int | None) -> Charge | None:
        """The latest transaction on a connector or EVSE, running or not."""
        return self._at.get(place)

    def running_at(self, place: int | None) -> Charge | None:
        """The latest transaction there, if it runs."""
        charge = self._at.get(place)
        return charge if charge is not None and charge.runs else None

    def running(self) -> list[Charge]:
        """All that run, the oldest first."""
        return list(self._running.values())

    def places(self) -> set[int]:
        """The connectors or EVSEs at which transactions were seen, as far as they are remembered."""
        return {place for place in self._at if place is not None}

    def started_by(self, call: Call) -> Charge | None:
        """The transaction that an earlier copy of this StartTransaction has begun."""
        return self._by_start.get(start_of(call))

    def asked_for(self, number: int | None) -> Charge | None:
        """The transaction that the StartTransaction with this record number begins; None once it is answered."""
        return self._asked.get(number) if number is not None else None

    def of(self, event: CallSeen) -> Charge | None:
        """The transaction that a station's message belongs to, as far as it is known before that message.

        Meter values that name none belong to what runs at their connector or EVSE; a StartTransaction to that of its
        earlier copies. Looked up once for each message, however many ask.
        """
        number = event.scene.number
        if self._last[0] != number:
            self._last = number, self._of(event)
        return self._last[1]

    def _of(self, event: CallSeen) -> Charge | None:
        payload = event.message.payload
        match event.message.action:
            case "MeterValues":
                named = payload.get("transactionId")
                if named is not None:
                    return self.get(named)
                place = payload.get("connectorId", payload.get("evseId"))
                return self.running_at(place) if isinstance(place, int) else None
            case "StopTransaction":
                return self.get(payload.get("transactionId"))
            case "TransactionEvent":
                return self.get(value_at(payload, "transactionInfo", "transactionId"))
            case "StartTransaction":
                return self.started_by(event.message)
        return None

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a message of a transaction."""
        if isinstance(event, ResponseSeen):
            self._answered(event)
            return
        match event.message.action:
            case "StartTransaction":
                self._started(event)
            case "MeterValues":
                transaction = integer_at(event.message.payload, "transactionId")
                known = self.get(transaction)
                if known is not None:
                    known.heard = event.stamp
                elif transaction is not None and transaction > 0:
                    self._met(event, transaction, integer_at(event.message.payload, "connectorId"))
            case "StopTransaction":
                self._stopped(event)
            case "TransactionEvent":
                self._event(event)

    def _started(self, event: CallSeen) -> None:
        call = event.message
        charge = self._by_start.get(start_of(call))
        if charge is not None:
            charge.copies += 1
        else:
            charge = _charge(event, integer_at(call.payload, "connectorId"), text_at(call.payload, "idTag"), whole=True)
            charge.meter_start = number_at(call.payload, "meterStart")
            self._by_start[start_of(call)] = charge
            self._place(charge)
        self._asked[event.scene.number] = charge

    def _answered(self, event: ResponseSeen) -> None:
        pending = event.closed.pending
        if pending is None or pending.call.action == "MeterValues" or not isinstance(event.message, CallResult):
            return
        result = event.message.payload
        if pending.call.action == "StartTransaction":
            charge = self._asked.pop(pending.number, None)
            issued = integer_at(result, "transactionId")
            if charge is None:
                return
            if charge.status is None or charge.id is None:
                charge.status = text_at(result, "idTagInfo", "status")
            if issued is not None:
                if charge.id is None:
                    charge.id, charge.conf, charge.conf_at = str(issued), event.scene.number, event.scene.at
                self._by_id[str(issued)] = (
                    charge  # a second id for a retry is wrong (TXN-005), but the station may use it
                )
        elif pending.call.action == "StopTransaction":
            self._closed(event, self.get(pending.call.payload.get("transactionId")), pending.number)
        elif pending.call.action == "TransactionEvent":
            known = self.get(value_at(pending.call.payload, "transactionInfo", "transactionId"))
            if known is not None:
                known.status = text_at(result, "idTokenInfo", "status") or known.status
                if pending.call.payload.get("eventType") == "Ended":
                    self._closed(event, known, pending.number)

    def _closed(self, event: ResponseSeen, charge: Charge | None, asked: int) -> None:
        """Its end was answered, be it the first copy of the message or a later one."""
        if charge is None or charge.stop is None or charge.closed is not None or asked < charge.stop:
            return
        charge.closed, charge.closed_at = event.scene.number, event.scene.at
        charge.closed_on = event.scene.connection.number

    def _stopped(self, event: CallSeen) -> None:
        payload = event.message.payload
        issued = value_at(payload, "transactionId")
        charge = self.get(issued)
        if charge is None and isinstance(issued, int) and issued <= 0:
            charge = self._nameless(text_at(payload, "idTag"))
        if charge is not None and charge.runs:
            charge.meter_stop = number_at(payload, "meterStop")
            charge.reason = text_at(payload, "reason")
            self._end(charge, event)

    def _nameless(self, tag: str | None) -> Charge | None:
        """One whose start was never answered, so that the station has no id to name (E16 §3.18): this driver's first."""
        nameless = [charge for charge in self._running.values() if charge.id is None]
        own = (charge for charge in nameless if tag is not None and charge.token == tag[:64].lower())
        return next(own, next(iter(nameless), None))

    def _event(self, event: CallSeen) -> None:
        payload = event.message.payload
        transaction = text_at(payload, "transactionInfo", "transactionId")
        if transaction is None:
            return
        place, token = integer_at(payload, "evse", "id"), text_at(payload, "idToken", "idToken")
        begins = text_at(payload, "eventType") == "Started"
        charge = self.get(transaction)
        if charge is None:
            charge = _charge(event, place, token, whole=begins)
            charge.id = transaction[:64]
            self._by_id[charge.id] = charge
            self._place(charge)
        else:
            if begins and charge.whole:
                charge.copies += 1
            elif begins:  # it came late: a later message of the transaction was seen first
                charge.whole, charge.began = True, event.stamp
            if charge.place is None and place is not None:
                charge.place = place
                if charge.runs:
                    self._at[place] = charge
        charge.heard = event.stamp
        if charge.token is None and token is not None:
            charge.token = token[:64].lower()
        if text_at(payload, "eventType") == "Ended" and charge.runs:
            charge.reason = text_at(payload, "transactionInfo", "stoppedReason")
            self._end(charge, event)

    def _met(self, event: CallSeen, transaction: object, place: int | None) -> None:
        """A transaction is known from its middle: its beginning is older than the capture, or was lost."""
        if place is None or self.running_at(place) is not None:
            return
        charge = _charge(event, place, None, whole=False)
        charge.id = str(transaction)[:64]
        self._by_id[charge.id] = charge
        self._place(charge)

    def _place(self, charge: Charge) -> None:
        self._running[charge.start] = charge
        if charge.place is not None:
            former = self._at.get(charge.place)
            if former is not None and not former.whole:
                self._running.pop(
                    former.start, None
                )  # it was met in mid-life, and its end may have been missed as well
            self._at[charge.place] = charge

    def _end(self, charge: Charge, event: CallSeen) -> None:
        charge.stop, charge.ended, charge.ended_at = event.scene.number, event.stamp, event.scene.at
        self._running.pop(charge.start, None)


def _charge(event: CallSeen, place: int | None, token: str | None, *, whole: bool) -> Charge:
    scene = event.scene
    folded = None if token is None else token[:64].lower()
    return Charge(None, place, folded, event.stamp, scene.at, None, scene.number, scene.connection.number, whole=whole)


def start_of(call: Call) -> Start:
    """What a StartTransaction says, the same for every retry of it."""
    payload = call.payload
    tag, stamp = text_at(payload, "idTag"), text_at(payload, "timestamp")
    return (
        integer_at(payload, "connectorId"),
        None if tag is None else tag[:64].lower(),
        None if stamp is None else stamp[:64],
        number_at(payload, "meterStart"),
    )
