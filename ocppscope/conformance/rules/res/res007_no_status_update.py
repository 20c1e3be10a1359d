"""RES-007: a reservation ends, and the CSMS is not told."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_exchanges import PLACE, exchange, reserved_v2x, status_v2x, transaction_event
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.reservations import Reservations
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.availability import states_told
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LONGEST = 31 * 86_400
_GONE = frozenset({"Faulted", "Unavailable"})

_FREE = status_v2x("1.1", "Available", 0)
_RESERVED = _FREE + reserved_v2x(1, 7, 3600) + status_v2x("1.1", "Reserved", 0)
_EXPIRES = _FREE + reserved_v2x(1, 7, 60) + status_v2x("1.1", "Reserved", 0)


def _updated(status: str) -> str:
    payload = {"reservationId": 7, "reservationUpdateStatus": status}
    return exchange(">", "u", "ReservationStatusUpdate", payload, wait=2)


class NoStatusUpdate(Rule):
    """A reservation expires or loses its EVSE, and no ReservationStatusUpdate comes.

    Finds:
        No ReservationStatusUpdate within a minute after the expiry of a reservation that was neither used nor
        cancelled, or after all connectors of its EVSE were reported as Faulted or Unavailable and stay so. A station
        whose clock is behind has as much longer to let one expire.

    Why it matters:
        The driver is not told that the place is gone; the CSMS keeps it blocked for everybody else.

    Usual causes:
        Only the status is reported, as in 1.6; reservations are removed with a restart.

    What to do:
        Send Expired or Removed for every reservation that ends by itself.
    """

    id = "RES-007"
    name = "ReservationStatusUpdate missing"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 H01.FR.16/17, H04.FR.01"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"NotifyEvent", "ReserveNow", "StatusNotification"})
    memories = (ConnectorStates, Reservations)
    thresholds = (Threshold("update_s", 60, "Seconds for the message."),)
    examples = (
        Example(
            "the EVSE fails",
            _RESERVED + status_v2x("1.1", "Faulted", 5, 5) + "+61",
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            line=3,
        ),
        Example(
            "it expires",
            _EXPIRES + status_v2x("1.1", "Available", 61, 61, id_="x") + "+70",
            version=OcppVersion.V21,
            finds=1,
        ),
        Example(
            "told when the EVSE fails",
            _RESERVED + status_v2x("1.1", "Faulted", 5, 5) + _updated("Removed") + "+61",
            version=OcppVersion.V201,
        ),
        Example(
            "told when it expires",
            _EXPIRES + status_v2x("1.1", "Available", 61, 61, id_="x") + _updated("Expired") + "+70",
            version=OcppVersion.V201,
        ),
        Example(
            "it was used",
            _EXPIRES
            + transaction_event("Started", 0, 30, "Authorized", tag="A1", evse=PLACE, reservationId=7, wait=30)
            + status_v2x("1.1", "Occupied", 30)
            + "+120",
            version=OcppVersion.V201,
        ),
        Example(
            "one of its connectors still works",
            status_v2x("1.2", "Available", 0) + _RESERVED + status_v2x("1.1", "Faulted", 5, 5) + "+61",
            version=OcppVersion.V201,
        ),
        Example(
            "the station is away",
            _EXPIRES + "+5 drop\n+200",
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Reservations that are made, EVSEs that fail, and what has come of both."""
        if isinstance(event, TimeUp):
            return self._time_up(event)
        pending, scene = event.closed.pending, event.scene
        reservations = scene.recall(Reservations)
        if pending is None:
            return ()
        if pending.call.action == "ReserveNow":
            asked = reservations.asked_by(pending.number)
            if asked is None or asked.expiry is None or not isinstance(event.message, CallResult):
                return ()
            seconds = (asked.expiry - scene.time).total_seconds()
            if text_at(event.message.payload, "status") != "Accepted" or not 0 < seconds < _LONGEST:
                return ()
            return (AskLater(seconds + self.threshold("update_s"), ("expiry", asked.id), asked.call),)
        if reservations.is_empty:
            return ()
        return self._failed(event, reservations)

    def _failed(self, event: ResponseSeen, reservations: Reservations) -> Iterator[AskLater]:
        scene, call = event.scene, event.closed.pending
        if call is None:
            return
        told = states_told(call.call.action, call.call.payload)
        for evse in sorted({state.evse for state in told if state.evse is not None and state.status in _GONE})[:32]:
            if not _is_gone(scene, evse):
                continue
            for held in reservations.held_at(evse, scene.time):
                if held.place == evse and held.sure:
                    yield AskLater(self.threshold("update_s"), ("evse", held.id), held.call)

    def _time_up(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        scene = event.scene
        if not isinstance(event.key, tuple) or not scene.connection.alive:
            return
        why, id_ = event.key
        held = scene.recall(Reservations).get(id_)
        if held is None or held.call != event.note or held.ended is not None or not held.sure or held.expiry is None:
            return
        records = [held.call, held.conf or held.call]
        if why == "expiry":
            behind = max(-(scene.station.clock.skew or 0.0), 0.0)
            left = self.threshold("update_s") + behind - (scene.time - held.expiry).total_seconds()
            if left > 0:
                if left < _LONGEST:
                    yield AskLater(left, event.key, event.note)
                return
            what = f"expired at {held.expiry:%H:%M:%S} UTC"
        else:
            if not _is_gone(scene, held.place or 0):
                return
            states = scene.recall(ConnectorStates).of_evse(held.place or 0)
            what = "lost its EVSE: " + ", ".join(f"{name} {state.status}" for name, state in states[:8])
            records += [state.record for _, state in states[:8]]
        yield Verdict(
            f"reservation {held.id} {what}, and no ReservationStatusUpdate followed in {self.threshold('update_s'):g} s",
            expected="ReservationStatusUpdate",
            records=tuple(records),
            key=why,
        )


def _is_gone(scene: Scene, evse: int) -> bool:
    states = scene.recall(ConnectorStates).of_evse(evse)
    return bool(states) and all(state.status in _GONE for _, state in states)
