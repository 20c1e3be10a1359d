"""RES-002: ReserveNow is answered otherwise than the connector's status says."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_exchanges import reserved_v2x, reserved_v16, status_v2x, status_v16
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.reservations import Reservation, Reservations
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_ANSWERS = {
    "Available": frozenset({"Accepted"}),
    "Faulted": frozenset({"Faulted"}),
    "Unavailable": frozenset({"Unavailable"}),
}
_TAKEN = frozenset({"Occupied"})
_ALWAYS = "Rejected"
"""A station that does not reserve, or not now, may say so whatever the status."""


class AnswerAgainstStatus(Rule):
    """The station accepts a reservation that it can not keep, or refuses one for a reason that its status denies.

    Finds:
        For one connector (1.6) or EVSE (2.x) whose status is known: Accepted while it is taken, faulted or out of
        service; and Occupied, Faulted or Unavailable where the status says something else. Rejected always fits. The
        same reservation may be made again while the connector is Reserved. A status that changes within two seconds
        before or after the answer counts as either.

    Why it matters:
        The driver comes to a place that is taken, or is sent away from one that is free.

    Usual causes:
        Reservations are kept by the back-end client, which does not ask the charging controller.

    What to do:
        Compare with the last StatusNotification; ask for a new one with TriggerMessage.
    """

    id = "RES-002"
    name = "ReserveNow answer does not fit the connector state"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.13; P2 H01.FR.11/12/14"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"ReserveNow"})
    memories = (ConnectorStates, Reservations)
    thresholds = (Threshold("race_s", 2, "Seconds by which status and answer may cross."),)
    examples = (
        Example(
            "accepted on a connector that charges",
            status_v16(1, "Charging") + reserved_v16(1, 7, 3600, wait=9) + "+3",
            finds=1,
            severity=Severity.ERROR,
            path="$.status",
            line=4,
        ),
        Example(
            "called occupied, but available",
            status_v16(1, "Available") + reserved_v16(1, 7, 3600, status="Occupied", wait=9) + "+3",
            finds=1,
        ),
        Example(
            "accepted on an EVSE that is out of service",
            status_v2x("1.1", "Unavailable", 0) + reserved_v2x(1, 7, 3600, wait=9) + "+3",
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "accepted on a free one",
            status_v16(1, "Available") + reserved_v16(1, 7, 3600, wait=9) + status_v16(1, "Reserved") + "+3",
        ),
        Example(
            "refused, each for its reason",
            status_v16(1, "Charging")
            + status_v16(2, "Faulted", errorCode="GroundFailure")
            + status_v16(3, "Unavailable")
            + reserved_v16(1, 1, 3600, status="Occupied", wait=9)
            + reserved_v16(2, 2, 3600, status="Faulted")
            + reserved_v16(3, 3, 3600, status="Unavailable")
            + reserved_v16(3, 4, 3600, status="Rejected")
            + "+3",
        ),
        Example(
            "made again under the same id",
            status_v16(1, "Available")
            + reserved_v16(1, 7, 3600, wait=9)
            + status_v16(1, "Reserved")
            + reserved_v16(1, 7, 7200, wait=9, id_="again")
            + "+3",
        ),
        Example(
            "it became free at that very moment",
            status_v16(1, "Finishing") + reserved_v16(1, 7, 3600, wait=9) + status_v16(1, "Available", 1) + "+3",
        ),
        Example("its status was never told", reserved_v16(1, 7, 3600) + "+3"),
        Example(
            "the other connector of the EVSE is taken",
            status_v2x("1.1", "Occupied", 0)
            + status_v2x("1.2", "Available", 0)
            + reserved_v2x(1, 7, 3600, status="Occupied", wait=9)
            + "+3",
            version=OcppVersion.V21,
        ),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """The answer against the status, and once more when what may cross it has come."""
        if isinstance(event, TimeUp):
            return self._time_up(event)
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return ()
        asked = event.scene.recall(Reservations).asked_by(pending.number)
        answer = text_at(event.message.payload, "status")
        if asked is None or asked.place is None or answer is None or answer == _ALWAYS:
            return ()
        return self._judge(event, asked, answer, (event.scene.number, exchange.call))

    def _judge(
        self, event: ResponseSeen, asked: Reservation, answer: str, records: tuple[int, int]
    ) -> Iterator[AskLater]:
        scene = event.scene
        states = _states(scene, asked)
        due = _due(scene, states, asked)
        if due is None or answer in due:
            return
        race = self.threshold("race_s")
        if any(scene.at - state.at < race * 1e9 for _, state in states):
            return
        yield AskLater(race, asked.call, (asked, answer, due, records, states))

    def _time_up(self, event: TimeUp) -> Iterator[Verdict]:
        asked, answer, due, records, before = event.note
        if _states(event.scene, asked) != before:
            return
        told = ", ".join(f"{name} {state.status}" for name, state in before[:8])
        yield Verdict(
            f"ReserveNow {asked.id} was answered {quoted(answer)}, while the status told last is {told}",
            path="$.status",
            observed=quoted(answer),
            expected=" or ".join(sorted({*due, _ALWAYS})),
            records=(*records, *(state.record for _, state in before[:8])),
            key=f"{asked.place} {answer}"[:60],
        )


def _states(scene: Scene, asked: Reservation) -> list[tuple[str, ConnectorState]]:
    """The connectors that it is about, as they were reported since the boot."""
    states = scene.recall(ConnectorStates)
    if scene.connection.version is OcppVersion.V16:
        state = states.get(asked.place)
        found = [(str(asked.place), state)] if state is not None else []
    else:
        found = states.of_evse(asked.place or 0)
    return [(name, state) for name, state in found if state.fresh]


def _due(scene: Scene, states: list[tuple[str, ConnectorState]], asked: Reservation) -> frozenset[str] | None:
    """The answers that fit, None where that can not be told."""
    if not states:
        return None
    told = {state.status for _, state in states}
    if len(told) > 1:  # of several connectors of an EVSE, any may decide
        return frozenset({"Accepted", *told})
    status = told.pop()
    if status == "Reserved":
        held = scene.recall(Reservations).held_at(asked.place)
        if not held or any(one.id == asked.id for one in held):
            return None
        return _TAKEN
    return _ANSWERS.get(status, _TAKEN)
