"""From the capture to the rows: follow, inspect, append, in slices short enough that no key press waits.

The feed knows no widget. Whoever drives it calls `Feed.work` with a time budget again and again, and takes what changed
with `Feed.take` when it is time to draw.
"""

import time
from array import array
from collections import deque
from collections.abc import Callable

import msgspec

from ocppscope.capture.record import MessageRecord, Record, clock
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.reading import message_of
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import Call
from ocppscope.tui.context import Recalled, Shown
from ocppscope.tui.reading import Change, Reading
from ocppscope.tui.rows import Kind
from ocppscope.tui.source import Line, Source
from ocppscope.tui.widgets.connection_facts import Happening

RATE_SECONDS = 5.0
"""Span over which messages a second are counted."""

MOST_TAKEN = 8_000_000
"""Records whose places are kept for a second reading: 16 bytes each."""

SAME_CLOCK_NS = 5_000_000_000
"""Recorded monotonic stamps belong to this machine's clock if both clocks agree within five seconds since the record."""


class Taken:
    """Which lines were taken in, in order: their offsets, record numbers, and where a further capture begins."""

    def __init__(self) -> None:
        self.offsets = array("Q")
        self.numbers = array("Q")
        self.firsts: set[int] = set()
        self.complete = True

    def add(self, line: Line) -> None:
        """Remember one."""
        if len(self.offsets) >= MOST_TAKEN:
            self.complete = False
            return
        if line.first_of_next:
            self.firsts.add(len(self.offsets))
        self.offsets.append(line.offset)
        self.numbers.append(line.record.seq)


class Again:
    """A second reading of what was taken in, and of what is taken in meanwhile."""

    def __init__(self, taken: Taken, read: Callable[[int], Record | None], reading: Reading) -> None:
        self.reading = reading
        self._taken = taken
        self._read = read
        self._next = 0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self._next / max(len(self._taken.offsets), 1)

    def work(self, budget: float) -> bool:
        """Read on for at most so many seconds. Returns whether it is done."""
        taken = self._taken
        deadline = time.perf_counter() + budget
        while self._next < len(taken.offsets):
            offset, number = taken.offsets[self._next], taken.numbers[self._next]
            record = self._read(offset)
            if record is not None:  # else the file was replaced, and the first reading is about to begin anew
                if record.seq != number:  # the line says another number than its place
                    record = msgspec.structs.replace(record, seq=number)
                self.reading.take_in(Line(offset, record, self._next in taken.firsts))
            self._next += 1
            if time.perf_counter() >= deadline:
                return False
        return True


class Feed:
    """Reads a source, runs the inspector and keeps the rows."""

    def __init__(self, source: Source, make_inspector: Callable[[], Inspector], *, live: bool = False) -> None:
        self.live = live
        self._source = source
        self._make_inspector = make_inspector
        self._begin()

    def _begin(self) -> None:
        self._adopt(Reading(self._make_inspector()))
        self._waiting: deque[Line] = deque()
        self._arrivals: deque[tuple[float, int]] = deque()
        self._restarts = self._source.restarts
        self._taken = Taken()
        self._again: Again | None = None

    def _adopt(self, reading: Reading) -> None:
        self._reading = reading
        self.inspector = reading.inspector
        self.rows = reading.rows

    # -- reading --------------------------------------------------------------------------------------------------

    def work(self, budget: float) -> bool:
        """Take in what is there for at most so many seconds (one record at least).

        Returns:
            Whether more is waiting already.
        """
        if self._again is not None:
            budget /= 2  # stations go on talking meanwhile
        more = self._read_on(budget)
        return self._read_again(budget) or more

    def _read_again(self, budget: float) -> bool:
        again = self._again
        if again is None:
            return False
        if again.work(budget):
            self._again = None
            again.reading.take_over(self._reading)
            again.reading.change = Change(appended=True, judged_again=True)
            self._adopt(again.reading)
        return True

    def _read_on(self, budget: float) -> bool:
        deadline = time.perf_counter() + budget
        while True:
            if not self._waiting:
                lines = self._source.poll()
                if self._source.restarts != self._restarts:
                    self._begin()
                self._waiting.extend(lines)
                if not self._waiting:
                    return False
            line = self._waiting.popleft()
            self._taken.add(line)
            self._reading.take_in(line)
            if time.perf_counter() >= deadline:
                return True

    @property
    def finished(self) -> bool:
        """Whether a capture that does not grow has been read to its end."""
        return not self._waiting and self._source.exhausted and self._again is None

    def judge_again(self, make_inspector: Callable[[], Inspector]) -> bool:
        """Read everything once more with another inspector; `work` does it, and then it takes the place of the first.

        Until then all stays as it is. Rows keep their places, marks and muted rules stay.

        Returns:
            False when the capture is too long for it; then nothing happens.
        """
        if not self._taken.complete:
            return False
        self._make_inspector = make_inspector
        self._again = Again(self._taken, self._source.read, Reading(make_inspector()))
        return True

    @property
    def judging_again(self) -> float | None:
        """How far the second reading is, from 0 to 1; None without one."""
        return self._again.share if self._again is not None else None

    @property
    def skipped(self) -> int:
        """Lines that could not be read."""
        return self._source.skipped

    @property
    def progress(self) -> int:
        """Bytes read of the capture."""
        return self._source.progress

    @property
    def size(self) -> int:
        """Bytes that there are to read."""
        return self._source.size

    @property
    def parts(self) -> int:
        """Files that the capture lies in."""
        return self._source.parts

    def advance(self) -> None:
        """Let time pass while nothing arrives: a CALL may become overdue."""
        if self.live and self._reading.last[0]:
            self._reading.pin(self.inspector.advance(self.now()))

    @property
    def judged(self) -> bool:
        """Whether findings came or went since the last `take`."""
        return self._reading.change.judged

    def take(self) -> Change:
        """What changed since the last time."""
        change, self._reading.change = self._reading.change, Change()
        return change

    # -- clocks ---------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Nanoseconds of the record clock: running when live, the last record's stamp in a file."""
        stamp, wall = self._reading.last
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
        found = self._reading.pinned.at(number, self.inspector.findings.muted)
        return tuple(sorted(found, key=lambda finding: -finding.severity.rank))

    def mute(self, rule: str, *, muted: bool) -> None:
        """Hide what a rule finds for this run, or show it again: in lists, in figures and at the messages."""
        self._reading.mute(rule, muted=muted)

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
        if record is None:
            return None
        return Happening(number, record, self._reading.connections.get(number), self.findings(number))

    def findings_at(self, number: int) -> tuple[Finding, ...]:
        """The findings of a message and of the other half of its exchange, the worst first."""
        position = self.rows.position(number)
        other = self.rows.partner(position) if position is not None else None
        found = self.findings(number) + (self.findings(other) if other is not None else ())
        return tuple(sorted(found, key=lambda finding: -finding.severity.rank))

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
        return Shown(
            number=number,
            request=request,
            response=response,
            exchange=self._exchange(request, response),
            findings=self.findings_at(number),
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
