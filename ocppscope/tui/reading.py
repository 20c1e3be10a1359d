"""One reading of the capture: the inspector that understands it, and what the screen keeps of what it says."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ocppscope.capture.record import clock, wall_ns
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.seen import Seen
from ocppscope.model.connection import Connection
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import Call
from ocppscope.tui.pinned import Pinned
from ocppscope.tui.rows import MessageRows
from ocppscope.tui.source import Line

ValueT = TypeVar("ValueT")

MOST_EVENTS = 50_000
"""Events whose connections are kept at hand for the detail, the newest."""


@dataclass(slots=True)
class Change:
    """What happened since it was last taken.

    Attributes:
        appended: rows were added.
        numbers: record numbers of older rows that look different now.
        dropped: rows left at the front, so that positions moved.
        judged: findings came or went.
        judged_again: every row may look different, in its place.
    """

    appended: bool = False
    numbers: set[int] = field(default_factory=set)
    dropped: bool = False
    judged: bool = False
    judged_again: bool = False

    def __bool__(self) -> bool:
        return self.appended or self.dropped or self.judged or self.judged_again or bool(self.numbers)


class Reading:
    """Takes in line by line.

    Attributes:
        inspector: all state of the run.
        rows: one row a message.
        change: what happened since somebody replaced it.
        pinned: findings by the message that they are pinned to.
        connections: those of events, by record number.
        last: record clock and wall clock of the latest record, in ns.
    """

    def __init__(self, inspector: Inspector) -> None:
        self.inspector = inspector
        self.rows = MessageRows()
        self.change = Change(dropped=True)
        self.pinned = Pinned()
        self.connections: OrderedDict[int, Connection] = OrderedDict()
        self.last: tuple[int, int] = (0, 0)

    def take_in(self, line: Line) -> None:
        """The next record."""
        if line.first_of_next:
            self.inspector.next_capture(line.record)
        record = line.record
        seen = self.inspector.observe(record)
        self.last = (clock(record), wall_ns(record.time))
        dropped = self.rows.dropped
        position = self.rows.add(line.offset, seen)
        if position is not None:
            self.change.appended = True
            self.change.dropped |= self.rows.dropped != dropped
            if seen.connection is not None and not self.rows.kind(position).is_message:
                _keep(self.connections, seen.number, seen.connection)
        self._close(seen)
        self.pin(seen.findings)
        for finding in seen.withdrawn:
            self._withdraw(finding)

    def pin(self, findings: Sequence[Finding]) -> None:
        """Findings that came up, with a record or as time passed."""
        if not findings:
            return
        self.change.judged = True
        muted = self.inspector.findings.muted
        for finding in findings:
            if not finding.records or self.rows.position(finding.records[0]) is None:
                continue
            self.pinned.add(finding)
            if finding.rule not in muted:
                self.rows.pin(finding.records[0], finding.severity)
                self.change.numbers.add(finding.records[0])

    def mute(self, rule: str, *, muted: bool) -> None:
        """Hide what a rule finds, or show it again: its findings, and its marks at the messages."""
        ledger = self.inspector.findings
        if (rule in ledger.muted) == muted:
            return
        (ledger.mute if muted else ledger.unmute)(rule)
        for number, severity, step in self.pinned.marks(rule):
            self.rows.pin(number, severity, -step if muted else step)
        self.change.judged_again = True

    def take_over(self, former: "Reading") -> None:
        """What the user did to a former reading of the same records: marks and muted rules."""
        for rule in former.inspector.findings.muted:
            self.mute(rule, muted=True)
        for position in range(len(former.rows)):
            if former.rows.is_marked(position):
                self.rows.mark(position)

    def _close(self, seen: Seen) -> None:
        ended = seen.aborted
        if seen.exchange is not None and not isinstance(seen.message, Call):
            ended = (*ended, seen.exchange)
        for exchange in ended:
            if self.rows.answer(exchange) is not None:
                self.change.numbers.add(exchange.call)

    def _withdraw(self, finding: Finding) -> None:
        self.change.judged = True
        if self.pinned.withdraw(finding) and finding.rule not in self.inspector.findings.muted:
            self.rows.pin(finding.records[0], finding.severity, -1)
            self.change.numbers.add(finding.records[0])


def _keep(kept: OrderedDict[int, ValueT], number: int, value: ValueT) -> None:
    kept[number] = value
    if len(kept) > MOST_EVENTS:
        kept.popitem(last=False)
