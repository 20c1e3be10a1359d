"""Findings: what the rules have to say, grouped by rule, the worst first."""

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Severity
from ocppscope.tui.actions import bindings
from ocppscope.tui.columns.messages import finding_marks, middle_cut
from ocppscope.tui.context import Scope
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.widgets.findings_strip import TOKENS, rule_name
from ocppscope.tui.widgets.line import SegmentLine
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import Cell, Column, Lens

_FOLDED, _UNFOLDED = "▶ ", "▼ "


class Entry(NamedTuple):
    """One line of the list.

    Attributes:
        path: (rule,), (rule, station, key) or (rule, station, key, record number): what it stands for.
        depth: 0, 1 or 2.
        fold: arrow of what can be unfolded, else "".
        severity: None for a muted rule.
        rule, title, evidence, station, action: texts, raw.
        times: occurrences.
        number: record number of the message to jump to; None for a muted rule.
    """

    path: tuple[Hashable, ...]
    depth: int
    fold: str
    severity: Severity | None
    rule: str
    title: str
    evidence: str
    station: str
    times: int
    number: int | None
    action: str | None = None


class FindingsTab(RecordTab[Entry]):
    """The tab."""

    DEFAULT_CSS = """
    FindingsTab > MutedLine { height: 1; padding: 0 2; }
    FindingsTab > MutedLine.-none { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("findings"),
        Binding("right,l", "fold(False)", "Unfold", show=False),
        Binding("left,h", "fold(True)", "Fold", show=False),
    ]

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(plain=plain, id=id)
        self._open: set[tuple[Hashable, ...]] = set()

    def compose(self) -> ComposeResult:
        """The list, and below it how many rules are muted."""
        yield from super().compose()
        yield MutedLine(classes="-none")

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """Mark, rule, what it finds, evidence, how often, where."""
        columns = [
            Column("mark", "", 1, _mark, priority=95),
            Column("rule", "Rule", 9, _rule, priority=90, ideal=12),
            Column("title", "Finding", 34, _title, priority=45, ideal=48, least=18),
            Column("evidence", "Evidence", 20, _evidence, priority=50, flexible=True),
            Column("station", "Station", 14, _station, priority=10, ideal=18),
            Column("count", "×", 5, _count, priority=70, justify="right"),
            Column("number", "#", 6, _number, priority=80, justify="right"),
        ]
        return [column for column in columns if column.key != "station" or scope.station is None]

    def build(self, scope: Scope) -> Sequence[Entry]:
        """The entries: one a rule, and what is unfolded."""
        ledger = scope.inspector.findings
        rows = ledger.rows(scope.station)
        entries = list(entries_of(rows, self._open))
        entries += [_muted(rule) for rule in sorted(ledger.muted)]
        line = self.query_one(MutedLine)
        line.set_class(not ledger.muted, "-none")
        line.show(len(ledger.muted), ledger.overflow)
        return entries

    def identity(self, row: Entry) -> Hashable:
        """The path."""
        return row.path

    def number(self, row: Entry) -> int | None:
        """The (first) message."""
        return row.number

    def empty(self, scope: Scope) -> Sequence[Cell]:
        """How much was watched in vain."""
        watched, messages = len(scope.inspector.rules), scope.inspector.counts.messages
        if not messages:
            return [((f"{watched} rules are watching.", "text"),), (("No message yet.", "muted"),)]
        return [
            ((f"{watched} rules watched {spaced(messages)} messages.", "text"),),
            (("Nothing to report.", "ok bold"),),
        ]

    def chosen(self, row: Entry, scope: Scope) -> None:
        """Unfold a group, jump to the message of anything else."""
        if row.fold:
            self._fold(row, folded=row.path in self._open)
        else:
            super().chosen(row, scope)

    def action_fold(self, folded: bool) -> None:
        """Show or hide what a group consists of; on a member, hiding goes to its group."""
        row = self.current
        if row is None:
            return
        if row.fold and (row.path in self._open) == folded:
            self._fold(row, folded=folded)
        elif folded and row.depth:
            places = range(self.table.cursor - 1, -1, -1)
            self.table.move_to(next((place for place in places if self.shown_rows[place].depth < row.depth), 0))

    def _fold(self, row: Entry, *, folded: bool) -> None:
        if folded:
            self._open.discard(row.path)
        else:
            self._open.add(row.path)
        if self.scope is not None:
            self.refresh_data(self.scope)

    def action_rule(self) -> None:
        """The page of the rule."""
        from ocppscope.tui.screens.rule_page import RulePage  # noqa: PLC0415 - Markdown costs 60 ms to import

        row = self.current
        if row is not None:
            self.app.push_screen(RulePage(row.rule))

    def action_mute(self) -> None:
        """Mute the rule for this run, or show it again."""
        row = self.current
        if row is None or self.scope is None:
            return
        ledger = self.scope.inspector.findings
        if row.rule in ledger.muted:
            ledger.unmute(row.rule)
        else:
            ledger.mute(row.rule)
        self.refresh_data(self.scope)
        self.table.move_to(self.table.cursor, announce=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that need a row do nothing without one, and are not offered."""
        return action not in {"rule", "mute"} or bool(self.shown_rows)

    def count_label(self, scope: Scope) -> Cell:
        """``✖6 ▲1``."""
        counts = scope.inspector.findings.counts
        return finding_marks(counts["error"], counts["warning"], counts["info"])


class MutedLine(SegmentLine):
    """How many rules are muted, below the list."""

    def __init__(self, *, classes: str) -> None:
        super().__init__(classes=classes)
        self._facts = (0, 0)

    def show(self, muted: int, overflow: int) -> None:
        """Other counts: rules muted, and occurrences for which there was no room."""
        if self._facts != (muted, overflow):
            self._facts = (muted, overflow)
            self.refresh()

    def lines(self) -> list[tuple[Cell, Cell]]:
        """The one line."""
        muted, overflow = self._facts
        right: Cell = ((f"{spaced(overflow)} more are only counted", "muted"),) if overflow else ()
        return [(((f"muted {muted}", "warn"), ("  S shows a rule again", "muted")), right)]


def entries_of(rows: Sequence[FindingRow], unfolded: set[tuple[Hashable, ...]]) -> Iterator[Entry]:
    """The lines of ledger rows that are sorted by severity and rule.

    A rule with one row is that row; a row that occurred once is its message. Everything else unfolds.
    """
    for (severity, rule), members in groupby(rows, key=lambda row: (row.finding.severity, row.finding.rule)):
        group = list(members)
        title = rule_name(rule)
        if len(group) == 1:
            yield from _row_entries(group[0], title, 0, unfolded)
            continue
        path = (rule, severity)
        is_open = path in unfolded
        stations = {row.finding.station for row in group}
        yield Entry(
            path=path,
            depth=0,
            fold=_UNFOLDED if is_open else _FOLDED,
            severity=severity,
            rule=rule,
            title=title,
            evidence=f"{len(group)} different · {group[0].finding.evidence}",
            station=group[0].finding.station if len(stations) == 1 else f"{len(stations)} stations",
            times=sum(row.count for row in group),
            number=_first(group[0]),
        )
        if is_open:
            for row in group:
                yield from _row_entries(row, title, 1, unfolded)


def _row_entries(row: FindingRow, title: str, depth: int, unfolded: set[tuple[Hashable, ...]]) -> Iterator[Entry]:
    finding = row.finding
    path = (finding.rule, finding.station, finding.key)
    foldable = len(row.records) > 1
    is_open = foldable and path in unfolded
    fold = (_UNFOLDED if is_open else _FOLDED) if foldable else ""
    entry = Entry(
        path=path,
        depth=depth,
        fold=fold,
        severity=finding.severity,
        rule=finding.rule,
        title=title,
        evidence=finding.evidence,
        station=finding.station,
        times=row.count,
        number=_first(row),
        action=finding.action,
    )
    yield entry
    if not is_open:
        return
    for place, number in enumerate(row.records, 1):
        evidence = f"occurrence {place} of {row.count}"
        yield entry._replace(path=(*path, number), depth=depth + 1, fold="", evidence=evidence, times=1, number=number)


def _first(row: FindingRow) -> int | None:
    return row.records[0] if row.records else None


def _muted(rule: str) -> Entry:
    return Entry((rule, "muted"), 0, "", None, rule, rule_name(rule), "muted for this run", "", 0, None)


def _mark(entry: Entry, _lens: Lens) -> Cell:
    if entry.severity is None:
        return (("·", "muted"),)
    return ((entry.severity.mark, TOKENS[entry.severity.value]),) if not entry.depth else ()


def _rule(entry: Entry, _lens: Lens) -> Cell:
    if entry.depth:
        return (("└", "muted"),)
    return ((entry.rule, "muted" if entry.severity is None else "text bold"),)


def _title(entry: Entry, _lens: Lens) -> Cell:
    if entry.depth:
        what = entry.action or "message"
        return ((f"{'  ' * (entry.depth - 1)}{entry.fold}", "muted"), (what, "text"), (f" · {entry.station}", "muted"))
    return ((entry.fold, "accent"), (entry.title, "muted" if entry.severity is None else "text"))


def _evidence(entry: Entry, _lens: Lens) -> Cell:
    return ((entry.evidence, "muted"),)


def _station(entry: Entry, lens: Lens) -> Cell:
    return ((middle_cut(entry.station, lens.width), "muted"),)


def _count(entry: Entry, _lens: Lens) -> Cell:
    return ((f"×{entry.times}", "text"),) if entry.times > 1 else ()


def _number(entry: Entry, _lens: Lens) -> Cell:
    return ((str(entry.number), "muted"),) if entry.number is not None else ()
