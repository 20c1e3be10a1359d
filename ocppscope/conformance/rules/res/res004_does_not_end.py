"""RES-004: a reservation that has expired, and a connector that is still reserved."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_exchanges import (
    boot_v16,
    reserved_v2x,
    reserved_v16,
    status_v2x,
    status_v16,
)
from ocppscope.conformance.example_lines import stamp
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.reservations import Reservations
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LONGEST = 31 * 86_400
"""Seconds to an expiry that are waited for."""

_RESERVED = status_v16(1, "Available") + reserved_v16(1, 7, 300) + status_v16(1, "Reserved")


class DoesNotEnd(Rule):
    """The expiry has passed, and the connector still says Reserved.

    Finds:
        A connector (of the EVSE in 2.x) that reports Reserved 30 s after its reservation has expired, when no other
        reservation holds there. A station whose clock is behind has as much longer.

    Why it matters:
        The place stays blocked for everybody until somebody notices.

    Usual causes:
        The expiry is checked only when a card is shown; the station's clock or time zone is wrong; the station had
        restarted.

    What to do:
        Cancel the reservation, and look at the station's clock.
    """

    id = "RES-004"
    name = "Reservation does not end"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.13; P2 H04.FR.01/03"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"ReserveNow"})
    memories = (ConnectorStates, Reservations)
    thresholds = (Threshold("grace_s", 30, "Seconds after the expiry in which the status must change."),)
    examples = (
        Example(
            "still reserved",
            _RESERVED + "+360",
            finds=1,
            severity=Severity.WARNING,
            line=5,
        ),
        Example("available at the expiry", _RESERVED + status_v16(1, "Available", 302, id_="x") + "+60"),
        Example(
            "still reserved in 2.0.1",
            status_v2x("1.1", "Available", 0) + reserved_v2x(1, 7, 300) + status_v2x("1.1", "Reserved", 0) + "+340",
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "another reservation holds there",
            _RESERVED + reserved_v16(1, 7, 3600, id_="longer", wait=200) + "+200",
        ),
        Example(
            "by a clock that is five minutes slow",
            status_v16(1, "Available", 700, timestamp=stamp(400))
            + reserved_v16(1, 7, 1200)
            + status_v16(1, "Reserved", timestamp=stamp(400))
            + status_v16(1, "Available", 800, id_="x", timestamp=stamp(1200))
            + "+100",
            beside=("SES-012",),
        ),
        Example(
            "after a restart nobody knows",
            _RESERVED + "reconnect\n" + boot_v16() + "+400",
            beside=("SES-008", "SES-020"),
        ),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Reservations when they are made, and when they are over."""
        if isinstance(event, TimeUp):
            return self._time_up(event)
        pending = event.closed.pending
        if pending is None or not isinstance(event.message, CallResult):
            return ()
        asked = event.scene.recall(Reservations).asked_by(pending.number)
        if asked is None or asked.place is None or asked.expiry is None:
            return ()
        seconds = (asked.expiry - event.scene.time).total_seconds()
        if text_at(event.message.payload, "status") != "Accepted" or not 0 < seconds < _LONGEST:
            return ()
        return (AskLater(seconds + self.threshold("grace_s"), asked.id, asked.call),)

    def _time_up(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        scene, id_ = event.scene, event.key
        reservations = scene.recall(Reservations)
        held = reservations.get(id_) if isinstance(id_, int) else None
        if held is None or held.call != event.note or held.ended is not None or held.expiry is None or not held.sure:
            return
        behind = max(-(scene.station.clock.skew or 0.0), 0.0)
        late = (scene.time - held.expiry).total_seconds()
        left = self.threshold("grace_s") + behind - late
        if left > 0:
            if left < _LONGEST:
                yield AskLater(left, id_, event.note)
            return
        if not scene.connection.alive or reservations.held_at(held.place, scene.time):
            return
        for name, state in _reserved(scene, held.place or 0):
            yield Verdict(
                f"reservation {held.id} expired at {held.expiry:%H:%M:%S} UTC, and {late:.0f} s later connector {name} "
                f"still reports Reserved",
                observed="Reserved",
                expected="another status",
                records=(state.record, held.call, held.conf or held.call),
                key=name,
            )


def _reserved(scene: Scene, place: int) -> list[tuple[str, ConnectorState]]:
    states = scene.recall(ConnectorStates)
    if scene.connection.version is OcppVersion.V16:
        state = states.get(place)
        found = [(str(place), state)] if state is not None else []
    else:
        found = states.of_evse(place)
    return [(name, state) for name, state in found if state.status == "Reserved"]
