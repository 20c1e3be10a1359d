"""STA-009: an EVSE, its connectors and its transaction tell different things."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_exchanges import exchange, status_v2x, transaction_event
from ocppscope.conformance.example_lines import stamp
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.event_sequences import CONNECTED, EventSequences
from ocppscope.conformance.memories.offline_queue import OfflineQueue
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.availability import states_told
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FREE = status_v2x("1.1", "Available", 0)
_CHARGE = transaction_event(
    "Started",
    0,
    0,
    "Authorized",
    tag="A1",
    evse={"id": 1, "connectorId": 1},
    info={"chargingState": "EVConnected"},
)


def _evse(status: str) -> str:
    told = {
        "eventId": 1,
        "timestamp": stamp(0),
        "trigger": "Delta",
        "actualValue": status,
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "EVSE", "evse": {"id": 1}},
        "variable": {"name": "AvailabilityState"},
    }
    payload = {"generatedAt": stamp(0), "seqNo": 0, "eventData": [told]}
    return exchange(">", "n", "NotifyEvent", payload)


class EvseAndConnectorDisagree(Rule):
    """A connector says Available while an EV is connected to it, or while its EVSE is Unavailable.

    Finds:
        For more than ten seconds: a connector that reports Available although a transaction on its EVSE tells of a
        connected EV, or although the EVSE itself was reported as Unavailable. The other connectors of an EVSE may stay
        Available; where it is not known which one the transaction uses, only an EVSE with one connector is judged.
        After a reconnect queued events have a minute to come.

    Why it matters:
        Drivers are sent to an EVSE that is taken or out of service.

    Usual causes:
        The status is reported by StatusNotification and by NotifyEvent, and only one of the two is kept up to date.

    What to do:
        See which message changed last, and report every change of the connector in the way that the CSMS reads.
    """

    id = "STA-009"
    name = "Status of EVSE and connector disagree"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 G01.FR.03-07, G03.FR.06"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"NotifyEvent", "StatusNotification", "TransactionEvent"})
    memories = (Charging, ConnectorStates, EventSequences, OfflineQueue)
    thresholds = (
        Threshold("wait_s", 10, "Seconds that they may disagree."),
        Threshold("queue_s", 60, "Seconds after a reconnect that queued events have to come."),
    )
    examples = (
        Example(
            "an EV is connected, and the connector says Available",
            _FREE + _CHARGE + "+11",
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            path="$.connectorStatus",
            line=1,
        ),
        Example(
            "the status follows",
            _FREE + _CHARGE + status_v2x("1.1", "Occupied", 5, 5) + "+60",
            version=OcppVersion.V201,
        ),
        Example(
            "the connector is free just before the transaction ends",
            _CHARGE
            + status_v2x("1.1", "Occupied", 0)
            + status_v2x("1.1", "Available", 60, 60)
            + transaction_event("Ended", 1, 60, "EVCommunicationLost", info={"stoppedReason": "EVDisconnected"})
            + "+60",
            version=OcppVersion.V21,
        ),
        Example(
            "the other connector of the EVSE stays free",
            status_v2x("1.1", "Occupied", 0) + status_v2x("1.2", "Available", 0) + _CHARGE + "+60",
            version=OcppVersion.V201,
        ),
        Example(
            "the EVSE is out of service",
            _FREE + _evse("Unavailable") + "+11",
            version=OcppVersion.V21,
            finds=1,
            line=1,
        ),
        Example(
            "and so is its connector",
            _FREE + _evse("Unavailable") + status_v2x("1.1", "Unavailable", 1) + "+60",
            version=OcppVersion.V21,
        ),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Look at the EVSE now, and again when the time has passed."""
        if isinstance(event, TimeUp):
            return self._time_up(event)
        pending = event.closed.pending
        if pending is None:
            return ()
        action, payload = pending.call.action, pending.call.payload
        if action == "TransactionEvent":
            if payload.get("triggerReason") == "MeterValuePeriodic":
                return ()  # most events are of the timer, and tell nothing new
            charge = event.scene.recall(Charging).get(text_at(payload, "transactionInfo", "transactionId"))
            places = set() if charge is None or charge.place is None or not charge.runs else {charge.place}
        else:
            places = {state.evse for state in states_told(action, payload) if state.evse is not None}
        return [
            AskLater(self.threshold("wait_s"), evse)
            for evse in sorted(places)[:32]
            if _contradiction(event.scene, evse) is not None
        ]

    def _time_up(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        scene, evse = event.scene, event.key
        if not isinstance(evse, int) or not scene.connection.alive:
            return
        found = _contradiction(scene, evse)
        if found is None:
            return
        name, state, evidence, records, since = found
        left = since + round(self.threshold("wait_s") * 1e9) - scene.at
        if scene.recall(OfflineQueue).delivers and scene.station.connections > 1:
            left = max(left, scene.connection.opened_at + round(self.threshold("queue_s") * 1e9) - scene.at)
        if left > 0:
            yield AskLater(left / 1e9, evse)
            return
        yield Verdict(
            f"connector {name} reports {quoted(state.status)}, although {evidence}",
            path="$.connectorStatus",
            observed=quoted(state.status),
            records=(state.record, *records),
            key=name,
        )


def _contradiction(scene: Scene, evse: int) -> tuple[str, ConnectorState, str, tuple[int, ...], int] | None:
    """A connector that says Available, what speaks against it, the records of that, and since when (record clock)."""
    states = scene.recall(ConnectorStates)
    of_evse = states.of_evse(evse)
    free = [(name, state) for name, state in of_evse if state.status == "Available" and state.fresh]
    if not free:
        return None
    if states.evse(evse) == "Unavailable":
        name, state = free[0]
        return name, state, f"EVSE {evse} is Unavailable", (), state.at
    running = scene.recall(Charging).running_at(evse)
    sequence = scene.recall(EventSequences).get(running.id) if running is not None else None
    if running is None or sequence is None or sequence.state not in CONNECTED:
        return None
    if sequence.connector is not None:
        free = [(name, state) for name, state in free if name == f"{evse}.{sequence.connector}"]
    elif len(of_evse) != 1:
        return None
    if not free:
        return None
    name, state = free[0]
    evidence = f"transaction {quoted(running.id)} tells of an EV there (chargingState {sequence.state})"
    return name, state, evidence, (sequence.last_record,), max(state.at, running.began_at)
