"""STA-004: what a connector says and what its transaction says do not go together."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_exchanges import exchange, started_v16, status_v16, stopped_v16
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.offline_queue import OfflineQueue
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_IDLE = frozenset({"Available", "Preparing", "Reserved"})
_BUSY = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})

_FREE = status_v16(1, "Available")
_START = status_v16(1, "Preparing") + started_v16(1, 17, 0) + status_v16(1, "Charging")
_KEEPS = exchange(
    "<",
    "c",
    "ChangeConfiguration",
    {"key": "StopTransactionOnEVSideDisconnect", "value": "false"},
    {"status": "Accepted"},
)
_BEFORE = started_v16(1, 16, 0, wait=0.1) + stopped_v16(16, 1)


class StatusWithoutTransaction(Rule):
    """For ten seconds a connector says that it is free while its transaction runs, or that it charges without one.

    Finds:
        A running transaction on a connector that reports Available, Preparing or Reserved, and a connector that reports
        Charging or Suspended without a transaction, when that lasts for more than ten seconds after the last message
        was answered. After a reconnect queued messages have a minute to come. A charge that may have begun before the
        capture is not judged, nor is a transaction whose token was refused. An info where the station has shown no
        transaction at all, which may be free vending, and where it keeps transactions when the EV is unplugged
        (StopTransactionOnEVSideDisconnect is false).

    Why it matters:
        Drivers see a free connector that is not, or one that is blocked for ever; the CSMS bills a charge that is over.

    Usual causes:
        The StopTransaction is lost with a restart; the status comes from the charging controller and the transaction
        from the back-end client, and nobody compares them.

    What to do:
        See which of the two changed last, and whether the message that should have followed was ever sent.
    """

    id = "STA-004"
    name = "Connector status contradicts the transaction state"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.6, §4.9, §7.7"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"StatusNotification", "StartTransaction", "StopTransaction"})
    memories = (Charging, ConnectorStates, OfflineQueue)
    thresholds = (
        Threshold("wait_s", 10, "Seconds that the two may contradict each other."),
        Threshold("queue_s", 60, "Seconds after a reconnect that queued transaction messages have to come."),
    )
    examples = (
        Example(
            "available with a running transaction",
            _FREE + _START + status_v16(1, "Available", id_="x") + "+300",
            finds=1,
            severity=Severity.WARNING,
            path="$.status",
            line=9,
            beside=("TXN-029",),
        ),
        Example(
            "charging without a transaction",
            _FREE + _BEFORE + status_v16(1, "Charging", 20) + "+11",
            finds=1,
            severity=Severity.WARNING,
            line=7,
        ),
        Example(
            "free vending: no transactions at all",
            _FREE + status_v16(1, "Charging", 20) + "+11",
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "the StartTransaction follows in time",
            _FREE + _BEFORE + status_v16(1, "Charging", 20) + started_v16(1, 17, 28, wait=8) + "+60",
        ),
        Example(
            "the StopTransaction comes before Finishing",
            _FREE + _START + stopped_v16(17, 60, 60) + status_v16(1, "Finishing", 2) + "+60",
        ),
        Example(
            "the transaction comes late, from the queue",
            _FREE
            + _BEFORE
            + "+60 drop\n+60 connect\n"
            + status_v16(1, "Charging")
            + started_v16(1, 17, 90, wait=30)
            + "+60",
        ),
        Example(
            "the transaction is kept when the EV goes",
            _KEEPS + _FREE + _START + status_v16(1, "SuspendedEV", 60) + "+60",
        ),
        Example(
            "it is kept, but the connector says that it is free",
            _KEEPS + _FREE + _START + status_v16(1, "Available", 60, id_="x") + "+60",
            finds=1,
            severity=Severity.INFO,
        ),
        Example("watched from the middle of a charge", status_v16(1, "Charging") + "+60"),
        Example(
            "another connector is free",
            _FREE + _START + status_v16(2, "Available") + "+60",
        ),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Look at the connector now, and again when the time has passed."""
        if isinstance(event, TimeUp):
            return self._time_up(event)
        pending = event.closed.pending
        if pending is None:
            return ()
        payload = pending.call.payload
        if pending.call.action == "StopTransaction":
            charge = event.scene.recall(Charging).get(payload.get("transactionId"))
            connector = charge.place if charge is not None else None
        else:
            connector = integer_at(payload, "connectorId")
        if not connector or connector < 0 or _contradiction(event.scene, connector) is None:
            return ()
        return (AskLater(self.threshold("wait_s"), connector, event.scene.connection.number),)

    def _time_up(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        scene, connector = event.scene, event.key
        if not isinstance(connector, int) or not scene.connection.alive:
            return
        found = _contradiction(scene, connector)
        if found is None:
            return
        state, charge = found
        wait = round(self.threshold("wait_s") * 1e9)
        since = max(state.at, charge.began_at if charge is not None else 0)
        if charge is None:
            last = scene.recall(Charging).last_at(connector)
            since = max(since, last.ended_at or 0) if last is not None else since
        if scene.at - since < wait:
            yield AskLater((wait - scene.at + since) / 1e9, connector, event.note)
            return
        if scene.recall(OfflineQueue).delivers and scene.station.connections > 1:
            left = scene.connection.opened_at + round(self.threshold("queue_s") * 1e9) - scene.at
            if left > 0:
                yield AskLater(left / 1e9, connector, event.note)
                return
        yield _verdict(scene, connector, state, charge)


def _contradiction(scene: Scene, connector: int) -> tuple[ConnectorState, Charge | None] | None:
    """What the connector says and the transaction that it denies, or None for the one that is missing."""
    state = scene.recall(ConnectorStates).get(connector)
    if state is None:
        return None
    running = scene.recall(Charging).running_at(connector)
    if state.status in _IDLE:
        if running is None or running.status not in (None, "Accepted") or not state.fresh:
            return None
        return state, running
    if state.status in _BUSY and running is None and state.was_free and state.fresh:
        return state, None
    return None


def _verdict(scene: Scene, connector: int, state: ConnectorState, charge: Charge | None) -> Verdict:
    severity = None
    records: tuple[int, ...] = (state.record,)
    reported = f"connector {connector} reports {quoted(state.status)}"
    if charge is not None:
        evidence = f"{reported}, although transaction {quoted(charge.id)} (message {charge.start}) runs there"
        records = (state.record, charge.start)
        expected = "Charging, SuspendedEV or SuspendedEVSE"
        if scene.station.configuration.get("stoptransactiononevsidedisconnect", "").strip().lower() == "false":
            severity = Severity.INFO
            evidence += "; the station keeps transactions when the EV is unplugged"
    else:
        evidence = f"{reported}, and no transaction runs there"
        expected = "a StartTransaction"
        if scene.recall(Charging).last_at(connector) is None and not scene.recall(Charging).running():
            severity = Severity.INFO
            evidence += "; the station has shown no transaction yet"
    return Verdict(
        evidence,
        severity,
        path="$.status",
        observed=quoted(state.status),
        expected=expected,
        records=records,
        key=f"{connector} {'free' if charge is not None else 'busy'}",
    )
