"""From the capture to the rows: follow, inspect, append, in slices short enough that no key press waits.

The feed knows no widget. Whoever drives it calls `Feed.work` with a time budget again and again, and takes what changed
with `Feed.take` when it is time to draw.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ocppscope.capture.record import MessageRecord, clock, wall_ns
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.reading import message_of
from ocppscope.inspect.seen import Seen
from ocppscope.model.connection import Connection
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import Call
from ocppscope.tui.context import Recalled, Shown
from ocppscope.tui.rows import Kind, MessageRows
from ocppscope.tui.source import Line, Source
from ocppscope.tui.widgets.connection_facts import Happening

ValueT = TypeVar("ValueT")

MOST_PINNED = 50_000
"""Messages whose findings (and events whose connections) are kept at hand for the detail, the newest; the ledger counts all."""

RATE_SECONDS = 5.0
"""Span over which messages a second are counted."""

SAME_CLOCK_NS = 5_000_000_000
"""Recorded monotonic stamps belong to this machine's clock if both clocks agree within five seconds since the record."""


@dataclass(slots=True)
class Change:
    """What happened since it was last taken.

    Attributes:
        appended: rows were added.
        numbers: record numbers of older rows that look different now.
        dropped: rows left at the front, so that positions moved.
    """

    appended: bool = False
    numbers: set[int] = field(default_factory=set)
    dropped: bool = False

    def __bool__(self) -> bool:
        return self.appended or self.dropped or bool(self.numbers)


class Feed:
    """Reads a source, runs the inspector and keeps the rows."""

    def __init__(self, source: Source, make_inspector: Callable[[], Inspector], *, live: bool = False) -> None:
        self.live = live
        self._source = source
        self._make_inspector = make_inspector
        self._begin()

    def _begin(self) -> None:
        self.inspector = self._make_inspector()
        self.rows = MessageRows()
        self._waiting: deque[Line] = deque()
        self._change = Change(dropped=True)
        self._pinned: OrderedDict[int, list[Finding]] = OrderedDict()
        self._connections: OrderedDict[int, Connection] = OrderedDict()
        self._last: tuple[int, int] = (0, 0)
        self._arrivals: deque[tuple[float, int]] = deque()
        self._restarts = self._source.restarts

    # -- reading --------------------------------------------------------------------------------------------------

    def work(self, budget: float) -> bool:
        """Take in what is there for at most so many seconds (one record at least).

        Returns:
            Whether more is waiting already.
        """
        deadline = time.perf_counter() + budget
        while True:
            if not self._waiting:
                lines = self._source.poll()
                if self._source.restarts != self._restarts:
                    self._begin()
                self._waiting.extend(lines)
                if not self._waiting:
                    return False
            self._take_in(self._waiting.popleft())
            if time.perf_counter() >= deadline:
                return True

    @property
    def finished(self) -> bool:
        """Whether a capture that does not grow has been read to its end."""
        return not self._waiting and self._source.exhausted

    @property
    def skipped(self) -> int:
        """Lines that could not be read."""
        return self._source.skipped

    @property
    def progress(self) -> int:
        """Bytes read of the capture."""
        return self._source.progress

    def advance(self) -> None:
        """Let time pass while nothing arrives: a CALL may become overdue."""
        if self.live and self._last[0]:
            self._pin(self.inspector.advance(self.now()))

    def take(self) -> Change:
        """What changed since the last time."""
        change, self._change = self._change, Change()
        return change

    def _take_in(self, line: Line) -> None:
        if line.first_of_next:
            self.inspector.next_capture()
        record = line.record
        seen = self.inspector.observe(record)
        self._last = (clock(record), wall_ns(record.time))
        dropped = self.rows.dropped
        position = self.rows.add(line.offset, seen)
        if position is not None:
            self._change.appended = True
            self._change.dropped |= self.rows.dropped != dropped
            if seen.connection is not None and not self.rows.kind(position).is_message:
                _keep(self._connections, seen.number, seen.connection)
        self._close(seen)
        self._pin(seen.findings)
        for finding in seen.withdrawn:
            self._withdraw(finding)

    def _close(self, seen: Seen) -> None:
        ended = seen.aborted
        if seen.exchange is not None and not isinstance(seen.message, Call):
            ended = (*ended, seen.exchange)
        for exchange in ended:
            if self.rows.answer(exchange) is not None:
                self._change.numbers.add(exchange.call)

    def _pin(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            if self.rows.pin(finding) is None:
                continue
            number = finding.records[0]
            self._change.numbers.add(number)
            _keep(self._pinned, number, [*self._pinned.get(number, ()), finding])

    def _withdraw(self, finding: Finding) -> None:
        number = finding.records[0]
        if finding in self._pinned.get(number, ()):
            self._pinned[number].remove(finding)
            self.rows.pin(finding, -1)
            self._change.numbers.add(number)

    # -- clocks ---------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Nanoseconds of the record clock: running when live, the last record's stamp in a file."""
        stamp, wall = self._last
        if not self.live:
            return stamp
        monotonic = time.monotonic_ns()
        since = time.time_ns() - wall
        if abs(monotonic - stamp - since) < SAME_CLOCK_NS:
            return monotonic
        return stamp + max(since, 0)

    def rate(self) -> float:
        """Messages a second, lately. Call it about once a second."""
        now = time.perf_counter()
        self._arrivals.append((now, self.rows.messages))
        while len(self._arrivals) > 2 and now - self._arrivals[1][0] > RATE_SECONDS:
            self._arrivals.popleft()
        then, count = self._arrivals[0]
        return (self.rows.messages - count) / (now - then) if now > then else 0.0

    # -- reading back ---------------------------------------------------------------------------------------------

    def findings(self, number: int) -> tuple[Finding, ...]:
        """The findings pinned to a message, the worst first. Muted rules are left out."""
        muted = self.inspector.findings.muted
        found = [finding for finding in self._pinned.get(number, ()) if finding.rule not in muted]
        return tuple(sorted(found, key=lambda finding: -finding.severity.rank))

    def recall(self, position: int) -> Recalled | None:
        """The message of a row, read back from the capture."""
        if not self.rows.kind(position).is_message:
            return None
        record = self._source.read(self.rows.offset(position))
        if not isinstance(record, MessageRecord):
            return None
        row = self.rows.row(position)
        message = message_of(record)
        action = row.action or getattr(message, "action", None)
        return Recalled(row.number, record, message, action, row.station, row.version)

    def happening(self, position: int) -> Happening | None:
        """The event of a row, read back from the capture."""
        record = self._source.read(self.rows.offset(position))
        number = self.rows.number(position)
        return None if record is None else Happening(number, record, self._connections.get(number))

    def shown(self, number: int) -> Shown | None:
        """A message with its partner, its exchange and its findings."""
        position = self.rows.position(number)
        here = self.recall(position) if position is not None else None
        if position is None or here is None:
            return None
        row = self.rows.row(position)
        other_position = self.rows.position(row.partner) if row.partner else None
        other = self.recall(other_position) if other_position is not None else None
        request, response = (other, here) if row.kind.is_reply else (here, other)
        findings = self.findings(number) + (self.findings(other.number) if other else ())
        return Shown(
            number=number,
            request=request,
            response=response,
            exchange=self._exchange(request, response),
            findings=tuple(sorted(findings, key=lambda finding: -finding.severity.rank)),
            version=row.version,
        )

    def _exchange(self, request: Recalled | None, response: Recalled | None) -> Exchange | None:
        """The exchange again from what the rows know: keeping a million of them would cost ten times the rows."""
        if request is None or not isinstance(request.message, Call):
            return None
        position = self.rows.position(request.number)
        if position is None:
            return None
        call = self.rows.row(position)
        answer = self.rows.position(response.number) if response else None
        latency = self.rows.row(answer).latency if answer is not None else None
        outcome = Outcome.ABORTED if call.aborted else Outcome.PENDING
        if answer is not None:
            outcome = Outcome.RESULT if self.rows.kind(answer) is Kind.CALLRESULT else Outcome.ERROR
        return Exchange(
            connection=request.record.conn,
            station=request.station,
            message_id=request.message.message_id,
            action=request.message.action,
            direction=request.record.dir,
            call=request.number,
            since=request.record.sent or clock(request.record),
            outcome=outcome,
            response=response.number if response else None,
            latency=latency,
            limit=call.limit,
        )

    def close(self) -> None:
        """Let go of the files."""
        self._source.close()


def _keep(kept: OrderedDict[int, ValueT], number: int, value: ValueT) -> None:
    kept[number] = value
    if len(kept) > MOST_PINNED:
        kept.popitem(last=False)
