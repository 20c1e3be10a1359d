"""RES-003: an accepted reservation that does not show."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_exchanges import (
    exchange,
    reserved_v2x,
    reserved_v16,
    started_v16,
    status_v2x,
    status_v16,
)
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.reservations import Reservations
from ocppscope.conformance.patience import triggered_limit
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FREE_OR_RESERVED = frozenset({"Available", "Reserved"})

_FREE = status_v16(1, "Available")


class ReservationNotShown(Rule):
    """ReserveNow is accepted, and no status Reserved follows.

    Finds:
        An Accepted for a connector or EVSE, and no status Reserved of it (of any of its connectors in 2.x) within the
        declared time for triggered functions (30 s where none is declared), while the reservation holds. Reservations
        of connector 0 or of any EVSE need not show; what was accepted for a connector that is taken is the matter of
        RES-002.

    Why it matters:
        Everybody else sees a free place, drives there, and is refused.

    Usual causes:
        The reservation is kept, but the status machine has no such state; the status is held back.

    What to do:
        Ask for the status with TriggerMessage, and try to start with another card.
    """

    id = "RES-003"
    name = "Accepted reservation not shown"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.9/5.13; P2 H01.FR.23"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"ReserveNow"})
    memories = (ConnectorStates, Reservations)
    thresholds = (Threshold("report_s", 30, "Seconds for the status where the certificate declares none."),)
    examples = (
        Example(
            "nothing follows",
            _FREE + reserved_v16(1, 7, 3600) + "+61",
            finds=1,
            severity=Severity.WARNING,
            line=4,
        ),
        Example("the status follows", _FREE + reserved_v16(1, 7, 3600) + status_v16(1, "Reserved", 5) + "+61"),
        Example(
            "nothing follows in 2.1",
            status_v2x("1.1", "Available", 0) + reserved_v2x(1, 7, 3600) + "+61",
            version=OcppVersion.V21,
            finds=1,
        ),
        Example("the whole station", _FREE + reserved_v16(0, 7, 3600) + "+61"),
        Example("any EVSE", reserved_v2x(None, 7, 3600) + "+61", version=OcppVersion.V201),
        Example(
            "it was used before that",
            _FREE
            + reserved_v16(1, 7, 3600)
            + status_v16(1, "Preparing", 5)
            + started_v16(1, 17, 6, reservationId=7)
            + status_v16(1, "Charging")
            + "+61",
        ),
        Example(
            "it was cancelled before that",
            _FREE
            + reserved_v16(1, 7, 3600)
            + exchange("<", "x", "CancelReservation", {"reservationId": 7}, {"status": "Accepted"}, wait=5)
            + "+61",
        ),
        Example("refused", _FREE + reserved_v16(1, 7, 3600, status="Rejected") + "+61"),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """What was accepted, and whether it shows."""
        if isinstance(event, TimeUp):
            return self._time_up(event)
        pending = event.closed.pending
        if pending is None or not isinstance(event.message, CallResult):
            return ()
        if text_at(event.message.payload, "status") != "Accepted":
            return ()
        asked = event.scene.recall(Reservations).asked_by(pending.number)
        if asked is None or asked.place is None or not _was_free(event.scene, asked.place):
            return ()
        limit = triggered_limit(event.scene, self.threshold("report_s"))
        return (AskLater(limit, asked.id, limit),)

    def _time_up(self, event: TimeUp) -> Iterator[Verdict]:
        scene, id_ = event.scene, event.key
        held = scene.recall(Reservations).get(id_) if isinstance(id_, int) else None
        if held is None or not held.holds(scene.time) or not held.sure or not scene.connection.alive:
            return
        states = scene.recall(ConnectorStates)
        told = []
        for name, state in _states(scene, held.place or 0):
            since = (change.status for change in states.changes(name) if change.at >= held.at)
            if state.status == "Reserved" or "Reserved" in since:
                return
            told.append(f"{name} {state.status}")
        yield Verdict(
            f"reservation {held.id} was Accepted for {held.place}, and no status Reserved followed in {event.note:g} s"
            + (f"; last reported: {', '.join(told[:8])}" if told else ""),
            observed=", ".join(told[:8]) or "no status",
            expected="Reserved",
            records=(held.conf or held.call, held.call),
            key=f"{held.place}",
        )


def _states(scene: Scene, place: int) -> list[tuple[str, ConnectorState]]:
    states = scene.recall(ConnectorStates)
    if scene.connection.version is not OcppVersion.V16:
        return states.of_evse(place)
    state = states.get(place)
    return [] if state is None else [(str(place), state)]


def _was_free(scene: Scene, place: int) -> bool:
    states = _states(scene, place)
    return not states or any(state.status in _FREE_OR_RESERVED for _, state in states)
