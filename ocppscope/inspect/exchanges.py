"""From CALL to answer: opens, times and closes exchanges, and tells those who keep books of them.

Every message passes here, so structs are made with their arguments in order: by name costs half as much again.
"""

from collections.abc import Callable, Sequence

from ocppscope.capture.record import MessageRecord
from ocppscope.conformance.event import CallOverdue, CallSeen, ResponseSeen, Scene
from ocppscope.conformance.meter_values import Sample
from ocppscope.inspect.clocks import TOLD_TIME
from ocppscope.inspect.configuration import learn_configuration
from ocppscope.inspect.counts import Counts
from ocppscope.inspect.deadlines import Deadlines, Waiting
from ocppscope.inspect.identity import learn_from_response
from ocppscope.inspect.limits import DEFAULT_TIMEOUT, Limits
from ocppscope.inspect.overdue import OverdueCalls
from ocppscope.inspect.transactions import Transactions
from ocppscope.inspect.watched import Watched
from ocppscope.kpi.response_times import ResponseTimes
from ocppscope.kpi.sample import Ending
from ocppscope.kpi.tolerance import Tolerances
from ocppscope.kpi.tracker import KpiTracker
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding
from ocppscope.protocol.correlator import Pending
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.roles import Direction


class Exchanges:
    """The exchanges of all connections, open and just closed.

    Args:
        judge: asks the rules about a CALL whose time is up.
    """

    def __init__(
        self,
        limits: Limits,
        counts: Counts,
        judge: Callable[[CallOverdue], list[Finding]],
        *,
        kpis: KpiTracker,
        tolerances: Tolerances,
        deadlines: Deadlines,
    ) -> None:
        self.transactions = Transactions()
        self.response_times = ResponseTimes()
        self.deadlines = deadlines
        self.overdue = OverdueCalls(deadlines, self.response_times, judge)
        self._limits = limits
        self._counts = counts
        self._kpis = kpis
        self._tolerances = tolerances

    def open(
        self, watched: Watched, record: MessageRecord, scene: Scene, call: Call, samples: Sequence[Sample]
    ) -> tuple[Exchange, CallSeen]:
        """A CALL passed: the exchange that it opens, and what the rules are asked about."""
        direction, connection, station = record.dir, watched.connection, watched.station
        since = record.sent if record.sent is not None else scene.at
        size = len(record.text) if record.text is not None else 0
        opened = watched.correlator.call(direction, call, scene.number, since, since - scene.at, size=size)
        for dropped in opened.dropped:
            self._forget(watched, dropped, Ending.CENSORED, repeated=dropped.call.message_id == call.message_id)
        limit = self._limits.limit(station, direction.receiver, call.action) if self._limits.given else None
        exchange = Exchange(
            connection.number,
            station.id,
            call.message_id,
            call.action,
            direction,
            scene.number,
            since,
            Outcome.PENDING,
            None,
            None,
            None,
            limit,
        )
        timeout = limit or DEFAULT_TIMEOUT
        self.deadlines.add(Waiting(exchange, opened.pending, scene, timeout, since + round(timeout * 1e9)))
        if connection.timed:
            self._kpis.called(station, connection, exchange, call, time=record.time, at=scene.at)
            self._tolerances.called(exchange, call, opened, scene.at)
        return exchange, CallSeen(scene, direction, call, opened, timeout, record, tuple(samples))

    def close(
        self, watched: Watched, record: MessageRecord, event: ResponseSeen, pending: Pending
    ) -> tuple[Finding, ...]:
        """Complete the exchange that a response ends; returns what was said of it and is no longer true."""
        self._counts.answered += 1
        connection, station, scene, message = watched.connection, watched.station, event.scene, event.message
        waiting = self.deadlines.remove(connection.number, pending.number)
        if waiting is None:
            return ()
        sent, at = record.sent, scene.at
        is_result = type(message) is CallResult
        exchange = _ended(
            waiting.exchange,
            Outcome.RESULT if is_result else Outcome.ERROR,
            scene.number,
            max(at - pending.since, 0) / 1e9 if connection.timed else None,
            (pending.delay + sent - at) / 1e9 if sent is not None and record.mono is not None else None,
        )
        event.exchange = exchange
        event.timeout = waiting.timeout
        if connection.timed:
            self.response_times.add(exchange)
            self._kpis.answered(station, exchange, pending.call, message, times=(waiting.scene.time, scene.time))
            if not is_result:
                self._tolerances.refused(exchange, pending.call, at)
        if pending.direction is Direction.TO_STATION:
            if isinstance(message, CallResult):
                learn_configuration(station.configuration, pending.call, message)
        else:
            if isinstance(message, CallResult):
                learn_from_response(station, pending.call, message)
                if exchange.action in TOLD_TIME:
                    watched.timekeeper.answered(event)
            self.transactions.learn_from_response(station.id, pending.number, pending.call, message)
        return self.overdue.answered(exchange) if waiting.overdue else ()

    def abandon(self, watched: Watched, ending: Ending) -> tuple[Exchange, ...]:
        """A connection is over: its open CALLs will never be answered. Those that still had time were aborted."""
        self.overdue.ended(watched.connection.number)
        aborted = []
        for pending in watched.correlator.pending:
            waiting = self._forget(watched, pending, ending)
            if waiting is not None and not waiting.overdue:
                self._counts.aborted += 1
                self._tolerances.aborted(waiting.exchange, pending.call, self._kpis.now)
                aborted.append(_ended(waiting.exchange, Outcome.ABORTED))
        return tuple(aborted)

    def _forget(self, watched: Watched, pending: Pending, ending: Ending, *, repeated: bool = False) -> Waiting | None:
        """Stop waiting for a CALL; findings already made of it stay true."""
        waiting = self.deadlines.remove(watched.connection.number, pending.number)
        if waiting is not None and watched.connection.timed:
            self._kpis.dropped(watched.station, waiting.exchange, waiting.scene.time, ending, repeated=repeated)
        self.overdue.forget(watched.connection.number, pending.number)
        return waiting


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
