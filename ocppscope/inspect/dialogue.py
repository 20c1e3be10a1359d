"""The conversation: pairs, times and judges the messages of all connections."""

from datetime import datetime, timedelta

from ocppscope.capture.record import Ended, MessageRecord, Opened, Ping, Refused, clock
from ocppscope.conformance.engine import RuleEngine
from ocppscope.conformance.event import (
    ConnectionEnded,
    ConnectionOpened,
    ConnectionRefused,
    DefectSeen,
    Event,
    PayloadInvalid,
    PingSeen,
    ResponseSeen,
    ResultErrorSeen,
    Scene,
    SendSeen,
)
from ocppscope.conformance.handshakes import only_version_offered
from ocppscope.conformance.memory import Memories
from ocppscope.conformance.meter_values import METERING, Sample, samples_of
from ocppscope.inspect.configuration import learn_report
from ocppscope.inspect.counts import Counts
from ocppscope.inspect.deadlines import Deadlines
from ocppscope.inspect.exchanges import Exchanges
from ocppscope.inspect.identity import learn_from_call
from ocppscope.inspect.late_function import function_late
from ocppscope.inspect.ledger import FindingLedger
from ocppscope.inspect.limits import DEFAULT_TIMEOUT, Limits
from ocppscope.inspect.reading import message_of
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.watched import Watched, note_frame
from ocppscope.kpi.sample import Ending
from ocppscope.kpi.tolerance import Tolerances
from ocppscope.kpi.tracker import KpiTracker
from ocppscope.model.connection import Connection, Station, VersionSource
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Finding
from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.message import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    DefectKind,
    Malformed,
    Message,
    Send,
)
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.schemas import PayloadKind, violations


class Dialogue:
    """What is asked and answered, and what the rules say of it."""

    def __init__(
        self,
        engine: RuleEngine,
        limits: Limits,
        ledger: FindingLedger,
        counts: Counts,
        *,
        stations: dict[str, Station],
        connections: dict[int, Connection],
        kpis: KpiTracker,
        tolerances: Tolerances,
        deadlines: Deadlines,
    ) -> None:
        self._kpis = kpis
        self._stations = stations
        self._connections = connections
        self._engine = engine
        self._limits = limits
        self._ledger = ledger
        self._counts = counts
        self._deadlines = deadlines
        self._exchanges = Exchanges(limits, counts, self._judged, kpis=kpis, tolerances=tolerances, deadlines=deadlines)
        self._overdue = self._exchanges.overdue
        self.transactions = self._exchanges.transactions
        self.response_times = self._exchanges.response_times

    def observe(self, watched: Watched, record: MessageRecord, number: int, at: int) -> Seen:
        """One message record, understood; it was read at ``at`` on the record clock."""
        connection = watched.connection
        message = message_of(record)
        first = connection.last_message_up_at is None and not connection.messages[Direction.TO_STATION]
        note_frame(connection, at, record.dir, message=True)
        watched.station.messages += 1
        self._counts.messages += 1
        if connection.version_source is not VersionSource.NEGOTIATED:
            watched.infer_version(message)
        if first and isinstance(message, Call) and message.action == "BootNotification":
            connection.seen_from_start = True
        scene = self._scene(watched, number, record.time, at)
        match message:
            case Call():
                return self._call(watched, record, scene, message)
            case CallResult() | CallError():
                return self._response(watched, record, scene, message)
            case Send():
                self._counts.sends += 1
                event: Event | None = SendSeen(scene, record.dir, message, record)
            case CallResultError():
                self._counts.call_result_errors += 1
                event = ResultErrorSeen(scene, record.dir, message)
            case Malformed():
                self._counts.malformed += 1
                event = None
        findings = self._judged(event) if event is not None else []
        findings += self._defects(scene, record, message)
        if isinstance(message, Send):
            findings += self._request_findings(scene, record.dir, message)
        action = message.action if isinstance(message, Send) else None
        return Seen(record, number, connection, message, action, None, tuple(findings))

    def opened(self, watched: Watched, record: Opened, number: int) -> tuple[Finding, ...]:
        """A connection was established: what the rules say of it."""
        scene = self._scene(watched, number, record.time, clock(record))
        return tuple(self._judged(ConnectionOpened(scene, record)))

    def refused(self, station: Station, memories: Memories, record: Refused, number: int) -> tuple[Finding, ...]:
        """A connection was not established: what the rules say of it."""
        at = clock(record)
        version = only_version_offered(record.handshake) or station.version
        connection = Connection(0, station.id, record.time, at, version, seen_from_start=True)
        scene = Scene(station, connection, number, record.time, at, settled=True, memories=memories)
        if self._limits.given:
            self._certify(scene)
        return tuple(self._judged(ConnectionRefused(scene, record)))

    def ended(self, watched: Watched, record: Ended, number: int) -> tuple[Finding, ...]:
        """A connection is over: what the rules say of it."""
        scene = self._scene(watched, number, record.time, clock(record))
        return tuple(self._judged(ConnectionEnded(scene, record)))

    def pinged(self, watched: Watched, record: Ping, number: int) -> tuple[Finding, ...]:
        """A ping passed: what the rules say of it."""
        scene = self._scene(watched, number, record.time, clock(record))
        return tuple(self._judged(PingSeen(scene, record.dir)))

    def advance(self, now: int) -> tuple[Finding, ...]:
        """Move time on: what the rules say of the CALLs and functions whose time is up by now."""
        kpis = self._kpis
        kpis.advance(now)
        if now < self._deadlines.soonest and now < self._engine.next_due and not kpis.late:
            return ()  # as before almost every record: nothing is due
        findings = self._late_functions(now) if kpis.late else []
        findings += self._overdue.advance(now)
        return (*findings, *self._noted(self._engine.advance(now)))

    def heard(self, connection: Connection) -> tuple[Finding, ...]:
        """Something comes from a connection: what the rules say that waited for that, before it is taken in."""
        if not (self._overdue.holds_any or self._engine.holds_any):
            return ()
        return (*self._overdue.heard(connection), *self._noted(self._engine.heard(connection)))

    def abandon(self, watched: Watched, ending: Ending) -> tuple[Exchange, ...]:
        """A connection is over: its open CALLs will never be answered. Those that still had time were aborted."""
        self._engine.ended(watched.connection)
        return self._exchanges.abandon(watched, ending)

    def _scene(self, watched: Watched, number: int, time: datetime, at: int) -> Scene:
        connection = watched.connection
        settled = connection.seen_from_start or at - connection.opened_at > DEFAULT_TIMEOUT * 1e9
        scene = Scene(watched.station, connection, number, time, at, settled, memories=watched.memories)
        if self._limits.given:
            self._certify(scene)
        return scene

    def _certify(self, scene: Scene) -> None:
        """Take over which profiles hold now."""
        scene.profile = self._limits.profile(scene.station, Role.STATION)
        scene.csms_profile = self._limits.profile(scene.station, Role.CSMS)

    def _late_functions(self, now: int) -> list[Finding]:
        """What the rules say of functions that came too late, or not at all, since this was asked last."""
        findings: list[Finding] = []
        for sample in self._kpis.late:
            station, connection = self._stations.get(sample.station), self._connections.get(sample.connection)
            if station is None or connection is None or sample.limit is None:
                continue
            number = sample.function_record or sample.trigger_record
            time = sample.ended or sample.started + timedelta(seconds=sample.seconds)
            scene = Scene(station, connection, number, time, now, settled=True)
            self._certify(scene)
            findings += self._judged(function_late(sample, sample.limit, scene))
        self._kpis.late.clear()
        return findings

    def _call(self, watched: Watched, record: MessageRecord, scene: Scene, call: Call) -> Seen:
        self._counts.calls += 1
        station = watched.station
        samples: tuple[Sample, ...] = ()
        if record.dir is Direction.TO_CSMS:
            if watched.connection.first_call is None:
                watched.connection.first_call = scene.number
            if learn_from_call(station, call):
                self._limits.assign(station)
                self._certify(scene)
            elif call.action == "NotifyReport":
                learn_report(station.configuration, call)
            if call.action in METERING:
                samples = samples_of(call)
            self.transactions.learn_from_call(station.id, scene.number, call, samples)
        exchange, event = self._exchanges.open(watched, record, scene, call, samples)
        watched.timekeeper.called(event)
        findings = self._judged(event)
        if self._kpis.late:
            findings += self._late_functions(scene.at)
        if call.defects:
            findings += self._defects(scene, record, call)
        findings += self._request_findings(scene, record.dir, call)
        return Seen(record, scene.number, watched.connection, call, call.action, exchange, tuple(findings))

    def _response(
        self, watched: Watched, record: MessageRecord, scene: Scene, response: CallResult | CallError
    ) -> Seen:
        if isinstance(response, CallResult):
            self._counts.call_results += 1
        else:
            self._counts.call_errors += 1
        closed = watched.correlator.response(record.dir, response.message_id)
        pending = closed.pending
        withdrawn: tuple[Finding, ...] = ()
        if pending is None:
            self._counts.orphan_responses += 1
            own_id = watched.correlator.was_called(record.dir, response.message_id)
            candidate = watched.correlator.newest(record.dir.opposite)
            event = ResponseSeen(scene, record.dir, response, closed, None, None, own_id, candidate, record)
        else:
            event = ResponseSeen(scene, record.dir, response, closed, None, None, False, None, record)
            withdrawn = self._exchanges.close(watched, record, event, pending)
            for finding in withdrawn:
                self._ledger.withdraw(finding)
                watched.station.findings[finding.severity] -= 1
        exchange = event.exchange
        doubtful = watched.connection.version_source is not VersionSource.NEGOTIATED
        if doubtful and exchange is not None and isinstance(response, CallResult):
            watched.infer_from_result(exchange.action, response.payload)
        action = exchange.action if exchange is not None else (closed.earlier.action if closed.earlier else None)
        findings = self._judged(event)
        if self._kpis.late:
            findings += self._late_functions(scene.at)
        if response.defects:
            findings += self._defects(scene, record, response, echo=exchange is not None)
        if exchange is not None and isinstance(response, CallResult):
            findings += self._response_findings(scene, record.dir, response, exchange)
        return Seen(record, scene.number, watched.connection, response, action, exchange, tuple(findings), withdrawn)

    def _judged(self, event: Event) -> list[Finding]:
        findings = self._engine.judge(event)
        return self._noted(findings) if findings else findings

    def _noted(self, findings: list[Finding]) -> list[Finding]:
        for finding in findings:
            self._note(finding)
        return findings

    def _note(self, finding: Finding) -> None:
        self._ledger.add(finding)
        station = self._stations.get(finding.station)
        if station is not None:
            station.findings[finding.severity] += 1

    def _defects(self, scene: Scene, record: MessageRecord, message: Message, *, echo: bool = False) -> list[Finding]:
        if not message.defects and not isinstance(message, Malformed):
            return []
        return self._judged(DefectSeen(scene, record.dir, message, echo, record))

    def _request_findings(self, scene: Scene, direction: Direction, message: Call | Send) -> list[Finding]:
        version = scene.connection.version
        if version is None or _has_no_payload(message):
            return []
        found = violations(version, bare_action(message.action), PayloadKind.REQUEST, message.payload)
        if not found:
            return []
        return self._judged(PayloadInvalid(scene, direction, message, message.action, PayloadKind.REQUEST, found))

    def _response_findings(
        self, scene: Scene, direction: Direction, message: CallResult, exchange: Exchange
    ) -> list[Finding]:
        version = scene.connection.version
        if version is None or _has_no_payload(message):
            return []
        action = exchange.action
        found = violations(version, bare_action(action), PayloadKind.RESPONSE, message.payload)
        if not found:
            return []
        kind = PayloadKind.RESPONSE
        return self._judged(PayloadInvalid(scene, direction, message, action, kind, found, exchange.call))


def _has_no_payload(message: Call | Send | CallResult) -> bool:
    """Whether the wrapper is so wrong that no payload was there to be checked: one cause, not ten consequences."""
    return bool(message.defects) and any(
        defect.kind in (DefectKind.COUNT, DefectKind.TYPE) for defect in message.defects
    )
