"""STA-010: a status long before the transaction message that belongs to it."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import started_v16, status_v16, stopped_v16
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FREE = status_v16(1, "Available")
_CHARGE = started_v16(1, 17, 0) + status_v16(1, "Charging")


class OrderOfStatus(Rule):
    """Charging comes long before StartTransaction, or Finishing long before StopTransaction.

    Finds:
        A StartTransaction on a connector that has reported Charging for more than a minute, or a StopTransaction on one
        that has reported Finishing for as long, both on one connection and not from a queue. Both orders are seen in
        certified stations; this is a note, not a violation.

    Why it matters:
        Whoever measures the time until energy flows, or shows a charge as soon as the status says so, gets odd figures.

    Usual causes:
        Status and transactions come from two queues; the transaction waits for an answer to an Authorize.

    What to do:
        Look at what lies between the two: an unanswered CALL, or a slow answer.
    """

    id = "STA-010"
    name = "StatusNotification and transaction messages in odd order"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.9"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction", "StopTransaction"})
    memories = (Charging, ConnectorStates)
    thresholds = (Threshold("gap_s", 60, "Seconds that the status may be ahead."),)
    examples = (
        Example(
            "charging for two minutes, then the start",
            _FREE + status_v16(1, "Charging") + started_v16(1, 17, 120, wait=120),
            finds=1,
            severity=Severity.INFO,
            line=5,
        ),
        Example(
            "finishing for two minutes, then the stop",
            _FREE + _CHARGE + status_v16(1, "Finishing", 60) + stopped_v16(17, 180, 120),
            finds=1,
            severity=Severity.INFO,
            line=9,
        ),
        Example(
            "the status is a little ahead",
            _FREE + status_v16(1, "Charging") + started_v16(1, 17, 5, wait=5),
        ),
        Example(
            "the status stays while one transaction follows another",
            _FREE + _CHARGE + stopped_v16(17, 300, 300) + started_v16(1, 18, 301),
        ),
        Example(
            "the start comes from the queue",
            _FREE + status_v16(1, "Charging") + "+5 drop\n+600 connect\n" + started_v16(1, 17, 0),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Starts and stops, and since when the connector has told them."""
        scene, payload = event.scene, event.message.payload
        charging, states = scene.recall(Charging), scene.recall(ConnectorStates)
        if event.message.action == "StartTransaction":
            connector = integer_at(payload, "connectorId")
            last, state, ahead = charging.last_at(connector), states.get(connector), "Charging"
            since = 0 if last is None else last.ended_at
            if state is None or not state.was_free or charging.started_by(event.message) is not None:
                return ()
        else:
            charge = charging.get(payload.get("transactionId"))
            if charge is None or not charge.runs:
                return ()
            connector, since, ahead = charge.place, charge.began_at, "Finishing"
            state = states.get(connector)
        if state is None or state.status != ahead or since is None or state.at < since:
            return ()
        return self._ahead(event, connector, state)

    def _ahead(self, event: CallSeen, connector: int | None, state: ConnectorState) -> Iterable[Verdict]:
        seconds = (event.scene.at - state.at) / 1e9
        on_one = state.fresh and state.connection == event.scene.connection.number
        if seconds <= self.threshold("gap_s") or not on_one or is_queued(event):
            return ()
        return (
            Verdict(
                f"{event.message.action} comes {seconds:.0f} s after connector {connector} reported {state.status}",
                observed=f"{seconds:.0f} s",
                expected=f"within {self.threshold('gap_s'):g} s",
                records=(event.scene.number, state.record),
                key=f"{connector} {state.status}",
            ),
        )
