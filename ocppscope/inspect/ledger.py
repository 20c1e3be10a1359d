"""All findings so far: one row for each rule, station and key, with a count, in bounded memory."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ocppscope.model.finding import Finding, Severity

MOST_ROWS = 5000
"""Distinct rows kept. Beyond, findings are only counted: a screen or a report with more helps nobody."""

MOST_RECORDS = 50
"""Occurrences kept for a row: the first ones, which is where an engineer begins to look."""


@dataclass(slots=True)
class FindingRow:
    """Occurrences of one finding.

    Attributes:
        occurrences: the first of them, at most `MOST_RECORDS`; there is always one.
        count: how many there are in all.
        last: wall clock of the latest.
    """

    occurrences: list[Finding]
    count: int
    last: datetime

    @property
    def finding(self) -> Finding:
        """The first occurrence that still holds."""
        return self.occurrences[0]

    @property
    def first(self) -> datetime:
        """Its wall clock."""
        return self.finding.time

    @property
    def records(self) -> list[int]:
        """The record that each of the first occurrences is pinned to."""
        return [finding.records[0] for finding in self.occurrences]


class FindingLedger:
    """Findings by row."""

    def __init__(self, muted: Collection[str] = ()) -> None:
        self._rows: dict[tuple[str, str, str], FindingRow] = {}
        self.muted: set[str] = set(muted)
        self.overflow = 0
        """Occurrences that found no place."""
        self.revision = 0
        """Another number after every change: who draws the rows need not look at thousands to see that nothing is new."""

    def add(self, finding: Finding) -> None:
        """Count an occurrence."""
        self.revision += 1
        key = (finding.rule, finding.station, finding.key)
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= MOST_ROWS:
                self.overflow += 1
                return
            self._rows[key] = FindingRow([finding], 1, finding.time)
            return
        row.count += 1
        row.last = finding.time
        if len(row.occurrences) < MOST_RECORDS:
            row.occurrences.append(finding)

    def withdraw(self, finding: Finding) -> None:
        """Take an occurrence back that turned out not to be true."""
        key = (finding.rule, finding.station, finding.key)
        row = self._rows.get(key)
        if row is None:
            return
        self.revision += 1
        row.count -= 1
        if finding in row.occurrences and len(row.occurrences) > 1:
            row.occurrences.remove(finding)
        if row.count == 0:
            del self._rows[key]

    def mute(self, rule: str) -> None:
        """Hide a rule for this run; what it found is kept and comes back with `unmute`."""
        self.muted.add(rule)
        self.revision += 1

    def unmute(self, rule: str) -> None:
        """Show a rule again."""
        self.muted.discard(rule)
        self.revision += 1

    def row_of(self, finding: Finding) -> FindingRow | None:
        """The row that an occurrence was counted in; None when there was no room for it."""
        return self._rows.get((finding.rule, finding.station, finding.key))

    def rows(self, station: str | None = None) -> list[FindingRow]:
        """The rows of one station or of all, worst severity first, then by rule, then by time. Muted rules are left out."""
        chosen = [
            row
            for row in self._rows.values()
            if row.finding.rule not in self.muted and (station is None or row.finding.station == station)
        ]
        return sorted(chosen, key=lambda row: (-row.finding.severity.rank, row.finding.rule, row.first))

    @property
    def counts(self) -> dict[str, int]:
        """Distinct rows by severity, muted rules left out: ``{"error": 2, "warning": 1, "info": 0}``."""
        found = Counter(row.finding.severity.value for row in self._rows.values() if row.finding.rule not in self.muted)
        return {severity.value: found[severity.value] for severity in Severity}
