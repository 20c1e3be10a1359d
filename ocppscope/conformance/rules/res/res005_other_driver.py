"""RES-005: somebody else charges where somebody has reserved."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.example_exchanges import (
    PLACE,
    exchange,
    reserved_v2x,
    reserved_v16,
    started_v16,
    status_v2x,
    status_v16,
    transaction_event,
)
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.memories.reservations import Reservation, Reservations
from ocppscope.conformance.memories.token_groups import TokenGroups
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _asked(tag: str, parent: str) -> str:
    info = {"status": "Accepted", "parentIdTag": parent}
    return exchange(">", "a", "Authorize", {"idTag": tag}, {"idTagInfo": info})


_RESERVED = status_v16(1, "Available") + reserved_v16(1, 7, 3600, "A1") + status_v16(1, "Reserved")
_GROUP = status_v16(1, "Available") + reserved_v16(1, 7, 3600, "A1", parentIdTag="FLEET") + status_v16(1, "Reserved")


class OtherDriver(Rule):
    """A transaction begins on a reserved connector with a token that it is not reserved for.

    Finds:
        A StartTransaction, or a TransactionEvent with a token, on a connector or EVSE for which a reservation of another
        token holds. Members of its group (parentIdTag, groupIdToken) may use it: a token whose group is not known is
        an info where the reservation names one. Reservations of connector 0 or any EVSE are not judged, nor is the
        last half minute of one, a queued start, or what was reserved before a restart.

    Why it matters:
        Who has reserved comes and finds the place taken.

    Usual causes:
        The reservation is shown, but not asked about when a card is presented; remote starts are let through.

    What to do:
        See how the transaction was authorized: at the reader, from afar, or by the local list.
    """

    id = "RES-005"
    name = "Other driver charges on a reserved connector"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.13; P2 H03"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction", "TransactionEvent"})
    memories = (Charging, Reservations, TokenGroups)
    thresholds = (Threshold("margin_s", 30, "Seconds before the expiry in which clocks may differ."),)
    examples = (
        Example(
            "reserved for another one",
            _RESERVED + started_v16(1, 17, 9, "B1", wait=9),
            finds=1,
            severity=Severity.ERROR,
            path="$.idTag",
            line=7,
        ),
        Example(
            "reserved for another one, in 2.0.1",
            status_v2x("1.1", "Available", 0)
            + reserved_v2x(1, 7, 3600, "A1")
            + status_v2x("1.1", "Reserved", 0)
            + transaction_event("Started", 0, 9, "Authorized", tag="B1", evse=PLACE, wait=9),
            version=OcppVersion.V201,
            finds=1,
            path="$.idToken.idToken",
        ),
        Example(
            "the one who reserved",
            _RESERVED + started_v16(1, 17, 9, "a1", wait=9, reservationId=7),
        ),
        Example(
            "one of the same group",
            _GROUP + _asked("B1", "fleet") + started_v16(1, 17, 9, "B1", wait=9, reservationId=7),
        ),
        Example(
            "one whose group nobody told",
            _GROUP + started_v16(1, 17, 9, "B1", wait=9, reservationId=7),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "one of another group",
            _GROUP + _asked("B1", "OTHERS") + started_v16(1, 17, 9, "B1", wait=9),
            finds=1,
            severity=Severity.ERROR,
        ),
        Example(
            "the reservation has expired",
            status_v16(1, "Available") + reserved_v16(1, 7, 60, "A1") + started_v16(1, 17, 90, "B1", wait=90),
            beside=("RES-003",),
        ),
        Example("another connector", _RESERVED + started_v16(2, 17, 9, "B1", wait=9)),
        Example(
            "the whole station is reserved, and one connector is enough",
            status_v16(1, "Available") + reserved_v16(0, 7, 3600, "A1") + started_v16(1, 17, 9, "B1", wait=9),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Starts on reserved places."""
        reservations = event.scene.recall(Reservations)
        if reservations.is_empty:
            return ()
        payload = event.message.payload
        if event.message.action == "StartTransaction":
            place, token, path = integer_at(payload, "connectorId"), text_at(payload, "idTag"), "$.idTag"
            if event.scene.recall(Charging).started_by(event.message) is not None:
                return ()
        else:
            place, path = integer_at(payload, "evse", "id"), "$.idToken.idToken"
            token = text_at(payload, "idToken", "idToken")
            charge = event.scene.recall(Charging).get(text_at(payload, "transactionInfo", "transactionId"))
            if payload.get("offline") is True or payload.get("eventType") == "Ended":
                return ()
            if charge is not None and charge.token is not None:
                return ()  # its token was judged when it came
        if place is None or token is None:
            return ()
        held = [one for one in reservations.held_at(place, event.scene.time) if one.place == place and one.sure]
        if not held or any(one.token == token[:64].lower() for one in held):
            return ()
        return self._other(event, held[-1], token, path)

    def _other(self, event: CallSeen, held: Reservation, token: str, path: str) -> Iterator[Verdict]:
        scene = event.scene
        if not held.holds(scene.time, timedelta(seconds=self.threshold("margin_s"))) or is_queued(event):
            return
        severity = _severity(scene, held, token)
        if severity is None:
            return
        evidence = (
            f"{event.message.action} with {quoted(token)} on {held.place}, which is reserved (reservation {held.id}) for "
            f"{quoted(held.token)}"
        )
        if held.parent is not None:
            evidence += f" and the group {quoted(held.parent)}"
        if severity is Severity.INFO:
            evidence += "; its group is not known"
        yield Verdict(
            evidence,
            severity,
            path=path,
            observed=quoted(token),
            expected=quoted(held.token),
            records=(scene.number, held.call, held.conf or held.call),
            key=f"{held.place} {severity}",
        )


def _severity(scene: Scene, held: Reservation, token: str) -> Severity | None:
    """None for a member of the group that it is reserved for."""
    if held.parent is None:
        return Severity.ERROR
    groups = scene.recall(TokenGroups)
    if held.parent in (groups.group_of(token), token[:64].lower()):
        return None
    return Severity.ERROR if groups.is_known(token) else Severity.INFO
