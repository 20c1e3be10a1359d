"""The conversation: pairs, times and judges the messages of all connections."""

from datetime import datetime, timedelta

from ocppscope.capture.record import Ended, MessageRecord, Opened, Ping, Refused, clock
from ocppscope.conformance.engine import RuleEngine
from ocppscope.conformance.event import (
    CallSeen,
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
from ocppscope.conformance.meter_values import METERING, samples_of
from ocppscope.inspect.clocks import TOLD_TIME
from ocppscope.inspect.configuration import learn_configuration, learn_report
from ocppscope.inspect.counts import Counts
from ocppscope.inspect.deadlines import Deadlines, Waiting
from ocppscope.inspect.identity import learn_from_call, learn_from_response
from ocppscope.inspect.late_function import function_late
from ocppscope.inspect.ledger import FindingLedger
from ocppscope.inspect.limits import DEFAULT_TIMEOUT, Limits
from ocppscope.inspect.overdue import OverdueCalls
from ocppscope.inspect.reading import message_of
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.transactions import Transactions
from ocppscope.inspect.watched import Watched, note_frame
from ocppscope.kpi.response_times import ResponseTimes
from ocppscope.kpi.sample import Ending
from ocppscope.kpi.tolerance import Tolerances
from ocppscope.kpi.tracker import KpiTracker
from ocppscope.model.connection import Connection, Station, VersionSource
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding
from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.correlator import Pending
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
        self.transactions = Transactions()
        self.response_times = ResponseTimes()
        self.deadlines = deadlines
        self.kpis = kpis
        self.tolerances = tolerances
        self._stations = stations
        self._connections = connections
        self._engine = engine
        self._limits = limits
        self._ledger = ledger
        self._counts = counts
        self._overdue = OverdueCalls(deadlines, self.response_times, self._judged)

    def observe(self, watched: Watched, record: MessageRecord, number: int) -> Seen:
        """One message record, understood."""
        at = clock(record)
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
        self.kpis.advance(now)
        findings = self._late_functions(now) if self.kpis.late else []
        findings += self._overdue.advance(now)
        return (*findings, *self._noted(self._engine.advance(now)))

    def heard(self, connection: Connection) -> tuple[Finding, ...]:
        """Something comes from a connection: what the rules say that waited for that, before it is taken in."""
        if not (self._overdue.holds_any or self._engine.holds_any):
            return ()
        return (*self._overdue.heard(connection), *self._noted(self._engine.heard(connection)))

    def abandon(self, watched: Watched, ending: Ending) -> tuple[Exchange, ...]:
        """A connection is over: its open CALLs will never be answered. Those that still had time were aborted."""
        self._overdue.ended(watched.connection.number)
        self._engine.ended(watched.connection)
        aborted = []
        for pending in watched.correlator.pending:
            waiting = self._forget(watched, pending, ending)
            if waiting is not None and not waiting.overdue:
                self._counts.aborted += 1
                self.tolerances.aborted(waiting.exchange, pending.call, self.kpis.now)
                aborted.append(_ended(waiting.exchange, Outcome.ABORTED))
        return tuple(aborted)

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
        for sample in self.kpis.late:
            station, connection = self._stations.get(sample.station), self._connections.get(sample.connection)
            if station is None or connection is None or sample.limit is None:
                continue
            number = sample.function_record or sample.trigger_record
            time = sample.ended or sample.started + timedelta(seconds=sample.seconds)
            scene = Scene(station, connection, number, time, now, settled=True)
            self._certify(scene)
            findings += self._judged(function_late(sample, sample.limit, scene))
        self.kpis.late.clear()
        return findings

    def _call(self, watched: Watched, record: MessageRecord, scene: Scene, call: Call) -> Seen:
        self._counts.calls += 1
        station = watched.station
        if record.dir is Direction.TO_CSMS:
            if watched.connection.first_call is None:
                watched.connection.first_call = scene.number
            if learn_from_call(station, call):
                self._limits.assign(station)
                self._certify(scene)
            elif call.action == "NotifyReport":
                learn_report(station.configuration, call)
            samples = samples_of(call) if call.action in METERING else ()
            self.transactions.learn_from_call(station.id, scene.number, call, samples)
        else:
            samples = ()
        since = record.sent if record.sent is not None else scene.at
        size = len(record.text) if record.text is not None else 0
        opened = watched.correlator.call(record.dir, call, scene.number, since, since - scene.at, size=size)
        for dropped in opened.dropped:
            self._forget(watched, dropped, Ending.CENSORED, repeated=dropped.call.message_id == call.message_id)
        limit = self._limits.limit(station, record.dir.receiver, call.action)
        exchange = Exchange(
            connection=watched.connection.number,
            station=station.id,
            message_id=call.message_id,
            action=call.action,
            direction=record.dir,
            call=scene.number,
            since=since,
            limit=limit,
        )
        timeout = limit or DEFAULT_TIMEOUT
        self.deadlines.add(Waiting(exchange, opened.pending, scene, timeout))
        if watched.connection.timed:
            self.kpis.called(station, watched.connection, exchange, call, time=record.time, at=scene.at)
            self.tolerances.called(exchange, call, opened, scene.at)
        event = CallSeen(scene, record.dir, call, opened, timeout, record, samples)
        watched.timekeeper.called(event)
        findings = self._judged(event)
        if self.kpis.late:
            findings += self._late_functions(scene.at)
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
        asked = record.dir.opposite
        closed = watched.correlator.response(record.dir, response.message_id)
        pending = closed.pending
        event = ResponseSeen(
            scene=scene,
            direction=record.dir,
            message=response,
            closed=closed,
            exchange=None,
            timeout=None,
            own_id=pending is None and watched.correlator.was_called(record.dir, response.message_id),
            candidate=watched.correlator.newest(asked) if pending is None else None,
            record=record,
        )
        withdrawn: tuple[Finding, ...] = ()
        if pending is None:
            self._counts.orphan_responses += 1
        else:
            withdrawn = self._close(watched, record, event, pending)
        exchange = event.exchange
        doubtful = watched.connection.version_source is not VersionSource.NEGOTIATED
        if doubtful and exchange is not None and isinstance(response, CallResult):
            watched.infer_from_result(exchange.action, response.payload)
        action = exchange.action if exchange is not None else (closed.earlier.action if closed.earlier else None)
        findings = self._judged(event)
        if self.kpis.late:
            findings += self._late_functions(scene.at)
        findings += self._defects(scene, record, response, echo=exchange is not None)
        if exchange is not None and isinstance(response, CallResult):
            findings += self._response_findings(scene, record.dir, response, exchange)
        return Seen(record, scene.number, watched.connection, response, action, exchange, tuple(findings), withdrawn)

    def _close(
        self, watched: Watched, record: MessageRecord, event: ResponseSeen, pending: Pending
    ) -> tuple[Finding, ...]:
        """Complete the exchange that a response ends; returns what was said of it and is no longer true."""
        self._counts.answered += 1
        waiting = self.deadlines.remove(watched.connection.number, pending.number)
        if waiting is None:
            return ()
        sent = record.sent if record.sent is not None else event.scene.at
        measured = record.sent is not None and record.mono is not None
        exchange = _ended(
            waiting.exchange,
            Outcome.RESULT if isinstance(event.message, CallResult) else Outcome.ERROR,
            response=event.scene.number,
            latency=max(event.scene.at - pending.since, 0) / 1e9 if watched.connection.timed else None,
            proxy_share=(pending.delay + sent - event.scene.at) / 1e9 if measured else None,
        )
        event.exchange = exchange
        event.timeout = waiting.timeout
        if watched.connection.timed:
            self.response_times.add(exchange)
            self.kpis.answered(
                watched.station, exchange, pending.call, event.message, times=(waiting.scene.time, event.scene.time)
            )
            if exchange.outcome is Outcome.ERROR:
                self.tolerances.refused(exchange, pending.call, event.scene.at)
        if isinstance(event.message, CallResult):
            if exchange.dut is Role.STATION:
                learn_configuration(watched.station.configuration, pending.call, event.message)
            else:
                learn_from_response(watched.station, pending.call, event.message)
                if exchange.action in TOLD_TIME:
                    watched.timekeeper.answered(event)
        if exchange.dut is Role.CSMS:
            self.transactions.learn_from_response(watched.station.id, pending.number, pending.call, event.message)
        if not waiting.overdue:
            return ()
        withdrawn = self._overdue.answered(exchange)
        for finding in withdrawn:
            self._ledger.withdraw(finding)
            watched.station.findings[finding.severity] -= 1
        return withdrawn

    def _forget(self, watched: Watched, pending: Pending, ending: Ending, *, repeated: bool = False) -> Waiting | None:
        """Stop waiting for a CALL; findings already made of it stay true."""
        waiting = self.deadlines.remove(watched.connection.number, pending.number)
        if waiting is not None and watched.connection.timed:
            self.kpis.dropped(watched.station, waiting.exchange, waiting.scene.time, ending, repeated=repeated)
        self._overdue.forget(watched.connection.number, pending.number)
        return waiting

    def _judged(self, event: Event) -> list[Finding]:
        return self._noted(self._engine.judge(event))

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
    return any(defect.kind in (DefectKind.COUNT, DefectKind.TYPE) for defect in message.defects)


def _ended(
    exchange: Exchange,
    outcome: Outcome,
    response: int | None = None,
    latency: float | None = None,
    proxy_share: float | None = None,
) -> Exchange:
    """The exchange with its end. Written out because ``msgspec.structs.replace`` costs several times as much."""
    return Exchange(
        exchange.connection,
        exchange.station,
        exchange.message_id,
        exchange.action,
        exchange.direction,
        exchange.call,
        exchange.since,
        outcome,
        response,
        latency,
        proxy_share,
        exchange.limit,
    )
