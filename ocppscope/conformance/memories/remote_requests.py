"""Starts and stops that the CSMS asked for (2.x), and whether transactions name them."""

from enum import Enum, auto
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at

_MOST = 32
_MOST_TRANSACTIONS = 4

LONGEST = 600_000_000_000
"""Nanoseconds after which a start that nobody named was given up: no EV came."""


class Naming(Enum):
    """What an event says of the remote start that is due."""

    NOTHING = auto()
    """No remote start is due here, or it is named as it must be."""
    MISSING = auto()
    """The transaction is the one that was asked for, and does not say so."""
    WRONG = auto()
    """It names an id that was never asked for."""
    TRIGGER = auto()
    """It names the start, but tells another trigger."""


class RemoteStart(msgspec.Struct):
    """A RequestStartTransaction.

    Attributes:
        id: remoteStartId; token: in lower case; evse: None for any.
        call, conf: record numbers of the request and its answer; at: when that was asked (record clock, ns).
        accepted: as the station answered; named: an event told its id.
        transactions: ids of those that may be it: the one that the station answered with, or that began on its EVSE.
    """

    id: int
    token: str | None
    evse: int | None
    call: int
    at: int
    conf: int = 0
    accepted: bool = False
    named: bool = False
    transactions: list[str] = msgspec.field(default_factory=list)


class RemoteRequests(Memory):
    """The latest of them."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"RequestStartTransaction", "RequestStopTransaction", "TransactionEvent"})

    def __init__(self) -> None:
        self._starts: Recent[int, RemoteStart] = Recent(_MOST)
        self._due: dict[int, RemoteStart] = {}
        self._stops: Recent[str, tuple[int, int]] = Recent(_MOST)
        self._judged: tuple[int, Naming, RemoteStart | None] = (-1, Naming.NOTHING, None)

    def stop_of(self, transaction: str | None) -> tuple[int, int] | None:
        """Record numbers of the accepted RequestStopTransaction for this transaction and of its answer."""
        return self._stops.get(transaction[:64]) if transaction is not None else None

    def naming(self, event: CallSeen) -> tuple[Naming, RemoteStart | None]:
        """What a TransactionEvent says of the remote start that is due, and which that is."""
        if not self._due:
            return Naming.NOTHING, None
        number, naming, start = self._judged
        if number != event.scene.number:
            naming, start = self._name(event)
            self._judged = event.scene.number, naming, start
        return naming, start

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a request, an answer, or an event."""
        if isinstance(event, ResponseSeen):
            if event.closed.pending is not None and event.closed.pending.call.action != "TransactionEvent":
                self._answered(event, event.closed.pending.call.payload)
        elif event.message.action == "RequestStartTransaction":
            payload, scene = event.message.payload, event.scene
            id_ = integer_at(payload, "remoteStartId")
            if id_ is not None:
                token = text_at(payload, "idToken", "idToken")
                evse = integer_at(payload, "evseId")
                folded = None if token is None else token[:64].lower()
                self._starts[id_] = self._due[id_] = RemoteStart(id_, folded, evse, scene.number, scene.at)
                if len(self._due) > _MOST:
                    del self._due[next(iter(self._due))]
        elif event.message.action == "TransactionEvent" and self._due:
            self._told(event)

    def _answered(self, event: ResponseSeen, asked: Payload) -> None:
        accepted = isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted"
        call = event.exchange.call if event.exchange is not None else event.scene.number
        id_ = integer_at(asked, "remoteStartId")
        if id_ is None:
            transaction = text_at(asked, "transactionId")
            if accepted and transaction is not None:
                self._stops[transaction[:64]] = call, event.scene.number
            return
        start = self._due.get(id_)
        if start is None:
            return
        if not accepted:
            del self._due[id_]
            return
        start.accepted, start.conf = True, event.scene.number
        existing = text_at(event.message.payload, "transactionId") if isinstance(event.message, CallResult) else None
        if existing is not None:
            start.transactions.append(existing[:64])

    def _told(self, event: CallSeen) -> None:
        payload = event.message.payload
        naming, start = self.naming(event)
        named = integer_at(payload, "transactionInfo", "remoteStartId")
        if named is not None:
            self._due.pop(named, None)
        if naming is not Naming.NOTHING and start is not None:
            self._due.pop(start.id, None)
        id_ = text_at(payload, "transactionInfo", "transactionId")
        if id_ is None or text_at(payload, "eventType") != "Started":
            return
        evse = integer_at(payload, "evse", "id")
        for due in self._due.values():
            if due.evse is not None and due.evse == evse and len(due.transactions) < _MOST_TRANSACTIONS:
                due.transactions.append(id_[:64])

    def _name(self, event: CallSeen) -> tuple[Naming, RemoteStart | None]:
        payload = event.message.payload
        if payload.get("offline") is True or is_queued(event):
            return Naming.NOTHING, None
        for id_ in [id_ for id_, due in self._due.items() if event.scene.at - due.at > LONGEST]:
            del self._due[id_]
        named, trigger = integer_at(payload, "transactionInfo", "remoteStartId"), text_at(payload, "triggerReason")
        if named is not None and named in self._starts:
            start = self._due.get(named)
            # What else made the event may have come together with the start, but a token was not presented.
            wrong = start is not None and start.accepted and trigger == "Authorized"
            return (Naming.TRIGGER if wrong else Naming.NOTHING), start
        transaction = (text_at(payload, "transactionInfo", "transactionId") or "")[:64]
        token, evse = text_at(payload, "idToken", "idToken"), integer_at(payload, "evse", "id")
        charges = text_at(payload, "transactionInfo", "chargingState") == "Charging"
        for start in self._due.values():
            if not start.accepted:
                continue
            place_fits = start.evse is None or evse is None or start.evse == evse
            driver_fits = token is not None and token[:64].lower() == start.token and place_fits
            stranger = token is not None and not driver_fits
            if stranger or not (driver_fits or transaction in start.transactions or trigger == "RemoteStart"):
                continue
            if named is not None:
                return Naming.WRONG, start
            if trigger == "RemoteStart" or driver_fits or charges:
                return Naming.MISSING, start
        return Naming.NOTHING, None
