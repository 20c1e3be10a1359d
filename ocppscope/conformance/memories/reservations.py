"""The reservations that a CSMS has made at a station, and what became of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.payload import integer_at, text_at, time_at
from ocppscope.protocol.roles import Direction

MOST_RESERVATIONS = 200
"""Remembered of a station, ended ones included: far more than it has connectors."""

_MOST_ASKED = 16


class Reservation(msgspec.Struct):
    """One ReserveNow.

    Attributes:
        id: as the CSMS gave it.
        place: connector (1.6) or EVSE (2.x); None for any: connector 0, or no EVSE named.
        token: the idTag or idToken in lower case; parent: parentIdTag or groupIdToken, likewise.
        expiry: when it ends by itself, by the clock of the CSMS; None when the text is no time.
        call, conf: record numbers of the request and of its answer.
        at: when it was answered (record clock, ns).
        status: as answered; None while it is not.
        ended: why it is over: ``cancelled``, ``used``, ``replaced``, ``Expired`` and ``Removed`` as the station reported
            them; None while it holds or has merely expired.
        sure: False once the station has booted: nothing says whether reservations survive that.
    """

    id: int
    place: int | None
    token: str | None
    parent: str | None
    expiry: datetime | None
    call: int
    conf: int | None = None
    at: int = 0
    status: str | None = None
    ended: str | None = None
    sure: bool = True

    def holds(self, now: datetime, margin: timedelta = timedelta(0)) -> bool:
        """Whether it was accepted, is not over, and does not expire within ``margin`` from ``now``."""
        return (
            self.status == "Accepted" and self.ended is None and self.expiry is not None and now < self.expiry - margin
        )

    def covers(self, place: int | None) -> bool:
        """Whether it may concern a connector or EVSE: one for any place may concern all."""
        return self.place is None or place is None or self.place == place


class Reservations(Memory):
    """By id, for 1.6 and 2.x. Those from before the capture are unknown."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset(
        {
            "BootNotification",
            "CancelReservation",
            "ReservationStatusUpdate",
            "ReserveNow",
            "StartTransaction",
            "TransactionEvent",
        }
    )

    def __init__(self) -> None:
        self._by_id: Recent[int, Reservation] = Recent(MOST_RESERVATIONS)
        self._asked: Recent[int, Reservation] = Recent(_MOST_ASKED)
        self.booted = False
        """A BootNotification was seen."""

    @property
    def is_empty(self) -> bool:
        """Whether none was ever accepted."""
        return not self._by_id

    def get(self, id_: int | None) -> Reservation | None:
        """The accepted reservation with this id, over or not."""
        return self._by_id.get(id_) if id_ is not None else None

    def is_known(self, id_: int) -> bool:
        """Whether this id was ever asked for: accepted, or not yet answered."""
        return id_ in self._by_id or any(asked.id == id_ for asked in self._asked.values())

    def active(self, place: int | None, token: str | None, now: datetime | None = None) -> Reservation | None:
        """The reservation that holds for this driver at a connector or EVSE, one for that very place first.

        Args:
            place: where; None when it is not known.
            token: the idTag or idToken, in any case; it must be the reservation's own, not one of its group.
            now: by the clock of the CSMS; without it, expiry is not looked at.
        """
        folded = None if token is None else token[:64].lower()
        found = [held for held in self.held_at(place, now) if held.token == folded]
        return min(found, key=lambda held: held.place is None, default=None)

    def held_at(self, place: int | None, now: datetime | None = None) -> list[Reservation]:
        """All that hold for a connector or EVSE, whoever they are for; those for any place, too."""
        return [
            held
            for held in self._by_id.values()
            if held.ended is None and held.covers(place) and (now is None or held.holds(now))
        ]

    def asked_by(self, number: int | None) -> Reservation | None:
        """What the ReserveNow with this record number asks for, while it has no answer."""
        return self._asked.get(number) if number is not None else None

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a request, an answer, or the end of a reservation."""
        if isinstance(event, ResponseSeen):
            if event.direction is Direction.TO_CSMS:
                self._answered(event)
            return
        call = event.message
        if call.action == "ReserveNow":
            asked = reservation_of(call, event.scene.number)
            if asked is not None and event.direction is Direction.TO_STATION:
                self._asked[event.scene.number] = asked
        elif event.direction is Direction.TO_CSMS:
            self.booted = self.booted or call.action == "BootNotification"
            if self._by_id:
                self._told(call)

    def _answered(self, event: ResponseSeen) -> None:
        pending = event.closed.pending
        if pending is None:
            return
        status = text_at(event.message.payload, "status") if isinstance(event.message, CallResult) else None
        if pending.call.action == "ReserveNow":
            asked = self._asked.pop(pending.number, None)
            if asked is None:
                return
            asked.status, asked.conf, asked.at = status, event.scene.number, event.scene.at
            if status == "Accepted":
                for former in self._replaced_by(asked):
                    former.ended = "replaced"
                self._by_id[asked.id] = asked
        elif pending.call.action == "CancelReservation" and status == "Accepted":
            self._end(integer_at(pending.call.payload, "reservationId"), "cancelled")

    def _replaced_by(self, asked: Reservation) -> Iterator[Reservation]:
        """The same id is replaced, and a connector that was reserved before can hold one only."""
        for held in self._by_id.values():
            if held.ended is None and (held.id == asked.id or (asked.place is not None and held.place == asked.place)):
                yield held

    def _told(self, call: Call) -> None:
        payload = call.payload
        match call.action:
            case "BootNotification":
                for held in self._by_id.values():
                    held.sure = False
            case "ReservationStatusUpdate":
                ended = text_at(payload, "reservationUpdateStatus")
                self._end(integer_at(payload, "reservationId"), (ended or "Removed")[:40])
            case "StartTransaction":
                self._end(integer_at(payload, "reservationId"), "used")
                self._used(integer_at(payload, "connectorId"), text_at(payload, "idTag"))
            case "TransactionEvent":
                self._end(integer_at(payload, "reservationId"), "used")
                self._used(integer_at(payload, "evse", "id"), text_at(payload, "idToken", "idToken"))

    def _used(self, place: int | None, token: str | None) -> None:
        """A start by whom it is for uses it up, even when the message does not name it."""
        if token is not None:
            used = self.active(place, token)
            if used is not None:
                used.ended = "used"

    def _end(self, id_: int | None, why: str) -> None:
        held = self.get(id_)
        if held is not None and held.ended is None:
            held.ended = why


def reservation_of(call: Call, number: int) -> Reservation | None:
    """What a ReserveNow asks for; None without an id."""
    payload = call.payload
    id_ = integer_at(payload, "reservationId")
    if id_ is not None:
        return Reservation(
            id_,
            integer_at(payload, "connectorId") or None,
            _folded(text_at(payload, "idTag")),
            _folded(text_at(payload, "parentIdTag")),
            time_at(payload, "expiryDate"),
            number,
        )
    id_ = integer_at(payload, "id")
    if id_ is None:
        return None
    return Reservation(
        id_,
        integer_at(payload, "evseId"),
        _folded(text_at(payload, "idToken", "idToken")),
        _folded(text_at(payload, "groupIdToken", "idToken")),
        time_at(payload, "expiryDateTime"),
        number,
    )


def _folded(token: str | None) -> str | None:
    return None if token is None else token[:64].lower()
