"""Records in, plain lines out: what ``--plain`` runs, live and from a file."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from ocppscope.capture.record import Record, clock, wall_ns
from ocppscope.filters import Filter
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Finding
from ocppscope.report.matcher import Matched, Matcher
from ocppscope.report.plain import PlainLines

SAME_CLOCK_NS = 5_000_000_000
"""Recorded monotonic stamps belong to this machine's clock if both clocks agree within five seconds since the record."""


class PlainLog:
    """Runs an inspector over records and writes a line for each that matters.

    Args:
        inspector: fresh.
        out: where lines go. Errors of writing (a closed pipe) are raised to the caller.
        wanted: only what matches is written; everything is judged.
    """

    def __init__(self, inspector: Inspector, out: TextIO, wanted: Filter | None = None) -> None:
        self._inspector = inspector
        self._out = out
        self._lines = PlainLines()
        self._matcher = Matcher(wanted) if wanted is not None else None
        self._last: Record | None = None

    def write(self, records: Iterable[Record]) -> None:
        """Take in records and write their lines."""
        for record in records:
            self._last = record
            seen = self._inspector.observe(record)
            if self._matcher is None:
                matched = Matched(True, seen.findings, seen.withdrawn)
            else:
                matched = self._matcher.match(seen)
            said = [finding for finding in matched.findings if finding.records[0] == seen.number]
            overdue = [finding for finding in matched.findings if finding.records[0] != seen.number]
            at = record.time
            self._print(self._lines.of_findings(overdue, at))
            self._print(self._lines.of_record(seen) if matched.record else [])
            self._print(self._lines.of_findings(said, at))
            self._print(self._lines.of_withdrawn(matched.withdrawn, at))

    def pass_time(self, monotonic: int, wall: int) -> None:
        """Let time pass without a record: CALLs may become overdue.

        Args:
            monotonic: this machine's monotonic clock, ns.
            wall: its wall clock, ns since the epoch.
        """
        if self._last is None:
            return
        findings: tuple[Finding, ...] = self._inspector.advance(_now(self._last, monotonic, wall))
        if self._matcher is not None:
            findings = self._matcher.overdue(findings)
        self._print(self._lines.of_findings(findings, datetime.fromtimestamp(wall / 1e9, UTC)))

    def next_capture(self, first: Record | None = None) -> None:
        """The next record comes from a further capture; ``first`` tells whether that is a part of the same run."""
        self._inspector.next_capture(first)

    def _print(self, lines: list[str]) -> None:
        if lines:
            self._out.write("\n".join(lines) + "\n")


def _now(last: Record, monotonic: int, wall: int) -> int:
    """Now on the record clock. A capture of another machine has a clock of its own, which goes on as fast as ours."""
    stamp, since = clock(last), wall - wall_ns(last.time)
    if last.mono is not None and abs(monotonic - stamp - since) < SAME_CLOCK_NS:
        return monotonic
    return stamp + max(since, 0)
