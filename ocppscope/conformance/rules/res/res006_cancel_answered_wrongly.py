"""RES-006: CancelReservation is answered otherwise than the reservations are."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene
from ocppscope.conformance.example_exchanges import (
    boot_v16,
    exchange,
    reserved_v2x,
    reserved_v16,
    status_v2x,
    status_v16,
)
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.reservations import Reservation, Reservations
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_OVER = frozenset({"cancelled", "Expired", "Removed"})


def _cancelled(id_: int, status: str, name: str = "x", wait: float = 5) -> str:
    return exchange("<", name, "CancelReservation", {"reservationId": id_}, {"status": status}, wait=wait)


_RESERVED = status_v16(1, "Available") + reserved_v16(1, 7, 3600) + status_v16(1, "Reserved")


class CancelAnsweredWrongly(Rule):
    """A reservation that holds can not be cancelled, or one that does not exist can.

    Finds:
        Rejected for a reservation that was accepted, holds for another half minute at least, and whose connector still
        shows it; and Accepted for an id that no accepted
        reservation had, or that was cancelled or reported as over before. An
        info while no boot was seen: the reservation may be older than the capture.

    Why it matters:
        The CSMS and the station disagree on who may charge, and neither notices.

    Usual causes:
        The id is compared with the one of another connector, or not at all; reservations are lost with a restart.

    What to do:
        Look for the ReserveNow with that id, and for the status of its connector.
    """

    id = "RES-006"
    name = "CancelReservation answered wrongly"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.1; P2 H02.FR.01/02"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"CancelReservation"})
    memories = (ConnectorStates, Reservations)
    thresholds = (Threshold("margin_s", 30, "Seconds before the expiry in which clocks may differ."),)
    examples = (
        Example(
            "an active one is rejected",
            _RESERVED + _cancelled(7, "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            path="$.status",
            line=8,
        ),
        Example(
            "one that never was is accepted",
            boot_v16() + status_v16(0, "Available") + status_v16(1, "Available") + _cancelled(99, "Accepted"),
            finds=1,
            severity=Severity.ERROR,
        ),
        Example("it may be older than the capture", _cancelled(99, "Accepted"), finds=1, severity=Severity.INFO),
        Example(
            "cancelled twice, in 2.0.1",
            status_v2x("1.1", "Available", 0)
            + reserved_v2x(1, 7, 3600)
            + _cancelled(7, "Accepted")
            + _cancelled(7, "Accepted", "y"),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("as it must be", _RESERVED + _cancelled(7, "Accepted") + _cancelled(99, "Rejected", "y")),
        Example(
            "expired in between",
            status_v16(1, "Available")
            + reserved_v16(1, 7, 20)
            + status_v16(1, "Reserved")
            + _cancelled(7, "Rejected", wait=10),
        ),
        Example(
            "gone with a fault",
            _RESERVED + status_v16(1, "Faulted", errorCode="GroundFailure") + _cancelled(7, "Rejected"),
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Answers against what is known of the id."""
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return ()
        id_ = integer_at(pending.call.payload, "reservationId")
        answer = text_at(event.message.payload, "status")
        if id_ is None or answer is None:
            return ()
        held = event.scene.recall(Reservations).get(id_)
        if answer == "Rejected":
            return self._rejected(event, held, exchange.call)
        return self._accepted(event, id_, held, exchange.call) if answer == "Accepted" else ()

    def _rejected(self, event: ResponseSeen, held: Reservation | None, call: int) -> Iterator[Verdict]:
        scene = event.scene
        margin = timedelta(seconds=self.threshold("margin_s"))
        if held is None or not held.sure or not held.holds(scene.time, margin) or not _shows(scene, held):
            return
        yield Verdict(
            f"CancelReservation {held.id} was Rejected, although the reservation (message {held.call}) was Accepted and "
            f"holds until {held.expiry:%H:%M:%S} UTC",
            path="$.status",
            observed='"Rejected"',
            expected='"Accepted"',
            records=(scene.number, call, held.call),
            key="active",
        )

    def _accepted(self, event: ResponseSeen, id_: int, held: Reservation | None, call: int) -> Iterator[Verdict]:
        scene = event.scene
        reservations = scene.recall(Reservations)
        if held is None and reservations.is_known(id_):
            return
        if held is not None and (held.ended not in _OVER or not held.sure):
            return
        what = "no reservation with this id was ever accepted"
        records: tuple[int, ...] = (scene.number, call)
        if held is not None:
            what, records = f"a reservation that was over before ({held.ended})", (*records, held.call)
        unsure = held is None and not (reservations.booted and scene.settled)
        yield Verdict(
            f"CancelReservation {id_} was Accepted: {what}" + ("; it may be older than the capture" if unsure else ""),
            Severity.INFO if unsure else None,
            path="$.status",
            observed=quoted("Accepted"),
            expected='"Rejected"',
            records=records,
            key=f"unknown {unsure}",
        )


def _shows(scene: Scene, held: Reservation) -> bool:
    """Whether the connector has told nothing else since the reservation was accepted."""
    if held.place is None:
        return True
    states = scene.recall(ConnectorStates)
    if scene.connection.version is OcppVersion.V16:
        state = states.get(held.place)
        found = [state] if state is not None else []
    else:
        found = [state for _, state in states.of_evse(held.place)]
    return not found or any(state.status == "Reserved" or state.at < held.at for state in found)
