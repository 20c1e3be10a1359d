"""TXN-027: a reservation is used and not named, or named and not there."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import reserved_v2x
from ocppscope.conformance.example_lines import EVSE, answer, ask, evented, stamp, started, status, stopped, token
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.full_cycle import FullCycle
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.memories.reservations import Reservation, Reservations
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_MARGIN = timedelta(seconds=5)
_NONE = (0, -1)


def _reserve(verdict: str = "Accepted", connector: int = 1, tag: str = "A1", minutes: int = 30) -> str:
    asked = ask("r", "ReserveNow", connectorId=connector, expiryDate=stamp(minutes * 60), idTag=tag, reservationId=9)
    return asked + answer("r", status=verdict)


class ReservationNotNamed(Rule):
    """A start that uses a reservation without its id, or with an id that was never given.

    Finds:
        A StartTransaction with the idTag of a reservation that holds for that connector, and without its reservationId
        (2.x: the TransactionEvent that brings the idToken); and a reservationId that was never asked for, as far as was
        seen. 0 and -1 are taken for none: an info. Reservations for the group of a driver are left out, and so is what
        comes from the offline queue.

    Why it matters:
        The CSMS keeps the connector reserved for somebody who is charging already, or bills a reservation twice.

    Usual causes:
        The reservation is only used to refuse others; a member that is always sent, with 0.

    What to do:
        Compare the idTag of the ReserveNow with that of the start, and see whether it was cancelled in between.
    """

    id = "TXN-027"
    name = "Reservation used, reservationId missing or invented"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.8; P2 E01.FR.13, H01.FR.15"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction", "TransactionEvent"})
    memories = (Charging, FullCycle, Reservations)
    examples = (
        Example(
            "not named",
            _reserve() + "+20 " + started("1", 17, at=20),
            finds=1,
            severity=Severity.ERROR,
            line=3,
            path="$.reservationId",
        ),
        Example(
            "named by 0",
            _reserve() + "+20 " + started("1", 17, at=20, reservationId=0),
            finds=1,
            severity=Severity.ERROR,
        ),
        Example(
            "an id that was never given",
            started("1", 17) + "+20 " + stopped("2", 17, at=20) + started("3", 18, meter=2000, at=21, reservationId=5),
            finds=1,
            severity=Severity.ERROR,
            line=5,
        ),
        Example(
            "not named in a TransactionEvent",
            reserved_v2x(1, 9, 1800) + "+20 " + evented("1", "Started", 0, 20, evse=EVSE, idToken=token()),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example("named", _reserve() + "+20 " + started("1", 17, at=20, reservationId=9)),
        Example(
            "named in a TransactionEvent",
            reserved_v2x(1, 9, 1800)
            + "+20 "
            + evented("1", "Started", 0, 20, evse=EVSE, idToken=token(), reservationId=9)
            + evented("2", "Updated", 1, 21, trigger="ChargingStateChanged"),
            version=OcppVersion.V201,
        ),
        Example("0 without any reservation", started("1", 17, reservationId=0), finds=1, severity=Severity.INFO),
        Example("of a time before anyone watched", started("1", 17, reservationId=5), finds=1, severity=Severity.INFO),
        Example("the reservation was refused", _reserve("Occupied") + "+20 " + started("1", 17, at=20)),
        Example("for another connector", _reserve(connector=2) + "+20 " + started("1", 17, at=20)),
        Example(
            "for another driver of the group",
            _reserve(tag="B2") + "+20 " + started("1", 17, at=20),
            beside=("RES-005",),
        ),
        Example(
            "expired",
            _reserve(minutes=5)
            + status("s", 1, "Reserved")
            + "+300 "
            + status("t", 1, "Available")
            + "+300 "
            + started("1", 17, at=600),
            beside=("RES-004",),
        ),
        Example(
            "a retry of the start",
            _reserve()
            + "+20 "
            + started("1", 17, at=20, reservationId=9)
            + "reconnect\n"
            + started("2", 17, at=20, reservationId=9),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Starts with and without a reservation."""
        payload = event.message.payload
        if event.message.action == "TransactionEvent" and "idToken" not in payload and "reservationId" not in payload:
            return ()
        return _reserved(event)


def _reserved(event: CallSeen) -> Iterator[Verdict]:
    payload, scene = event.message.payload, event.scene
    reservations, charge = scene.recall(Reservations), scene.recall(Charging).of(event)
    named = integer_at(payload, "reservationId")
    if event.message.action == "StartTransaction":
        place, tag = integer_at(payload, "connectorId"), text_at(payload, "idTag")
        uses = charge is None
    else:
        place, tag = integer_at(payload, "evse", "id"), text_at(payload, "idToken", "idToken")
        place = charge.place if place is None and charge is not None else place
        uses = payload.get("eventType") != "Ended" and (charge is None or charge.token is None) and place is not None
    if named in (None, *_NONE):
        held = reservations.active(place, tag, scene.time) if uses and tag is not None else None
        if held is not None and held.sure and held.holds(scene.time, _MARGIN) and not is_queued(event):
            yield _missing(event, held, named)
            return
    if named is not None and not reservations.is_known(named):
        yield _unknown(event, named)


def _missing(event: CallSeen, held: Reservation, named: int | None) -> Verdict:
    numbers = (event.scene.number, held.call, held.conf)
    place = "any connector" if held.place is None else f"connector {held.place}"
    return Verdict(
        f"{event.message.action} of the driver for whom reservation {held.id} holds on {place} does not name it",
        path="$.reservationId",
        observed="nothing" if named is None else str(named),
        expected=str(held.id),
        records=tuple(number for number in numbers if number is not None),
        key="missing",
    )


def _unknown(event: CallSeen, named: int) -> Verdict:
    seen = event.scene.recall(FullCycle).seen
    none = named in _NONE
    why = "" if seen or none else "; it may have been made before anyone watched"
    return Verdict(
        f"{event.message.action} names reservation {str(named)[:20]}, which was never asked for{why}",
        Severity.INFO if none or not seen else None,
        path="$.reservationId",
        observed=str(named)[:20],
        expected="nothing",
        key="none" if none else "unknown",
    )
