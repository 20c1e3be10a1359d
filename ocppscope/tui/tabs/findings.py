"""Findings: what the rules have to say, grouped by cause, the worst first, each down to the messages involved."""

from collections.abc import Hashable, Sequence
from time import monotonic
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ocppscope.inspect.causes import Product, product_of
from ocppscope.tui.actions import bindings
from ocppscope.tui.columns.marks import finding_marks
from ocppscope.tui.context import Scope
from ocppscope.tui.findings.card import FindingCard
from ocppscope.tui.findings.columns import finding_columns
from ocppscope.tui.findings.entries import Entry, Grouping, Line, Tree, muted
from ocppscope.tui.listing import info_of
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.widgets.line import SegmentLine
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import Cell, Column

REST = 4
"""After it was drawn, the list rests so many times as long as that took: 5,000 lines take 30 ms, and while findings pour in
this keeps four fifths of the time for everything else."""


class FindingsTab(RecordTab[Entry]):
    """The tab."""

    DEFAULT_CSS = """
    FindingsTab > MutedLine { height: 1; padding: 0 2; }
    FindingsTab > MutedLine.-none { display: none; }
    FindingsTab.-empty > FindingCard { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("grouped"),
        *bindings("findings"),
        Binding("right,l", "fold(False)", "Unfold", show=False),
        Binding("left,h", "fold(True)", "Fold", show=False),
    ]

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(plain=plain, id=id)
        self.grouping = Grouping.RULE
        self._toggled: set[tuple[Hashable, ...]] = set()
        self._drawn: Hashable = None
        self._rests_until = 0.0
        self.behind = False
        """Something new was left for the next call."""

    def compose(self) -> ComposeResult:
        """The list, below it how many rules are muted, and all about the finding under the cursor."""
        yield from super().compose()
        yield MutedLine(classes="-none")
        yield FindingCard()

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """Those of findings; the station where several are mixed below a rule."""
        mixed = scope.station is None and self.grouping is not Grouping.STATION
        return finding_columns(lambda number: info_of(scope.read(number)), station=mixed)

    def layout_of(self, scope: Scope) -> Hashable:
        """Another grouping, other columns."""
        return scope.station, self.grouping

    def refresh_data(self, scope: Scope) -> None:
        """Draw what is new; when nothing is, not even look at the rows."""
        ledger, stations = scope.inspector.findings, scope.inspector.stations.values()
        products = frozenset[Product]() if self.grouping is Grouping.RULE else frozenset(map(product_of, stations))
        state = (id(ledger), ledger.revision, scope.station, self.grouping, products, scope.rows.dropped)
        if state == self._drawn and self.scope is scope and self.shown_rows:
            self.behind = False
            return
        began = monotonic()
        self.behind = self._drawn is not None and began < self._rests_until
        if self.behind:
            return
        self._drawn = state
        super().refresh_data(scope)
        self.query_one(FindingCard).show(self.current)
        ended = monotonic()
        self._rests_until = ended + REST * (ended - began)

    def build(self, scope: Scope) -> Sequence[Entry]:
        """The lines as they are unfolded, and the muted rules behind them."""
        ledger = scope.inspector.findings
        tree = Tree(scope.rows, scope.inspector.stations, self._toggled, self.grouping)
        entries = [*tree.lines(ledger.rows(scope.station)), *(muted(rule) for rule in sorted(ledger.muted))]
        line = self.query_one(MutedLine)
        line.set_class(not ledger.muted and not ledger.overflow, "-none")
        line.show(len(ledger.muted), ledger.overflow)
        return entries

    def identity(self, row: Entry) -> Hashable:
        """The path."""
        return row.path

    def number(self, row: Entry) -> int | None:
        """The (first) message."""
        return row.number

    def highlighted(self, row: Entry) -> None:
        """All about it in the card."""
        self.query_one(FindingCard).show(row)
        self.screen.refresh_bindings()

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
        """Unfold what has something below it, jump to the message of anything else."""
        if row.fold:
            self._toggle(row)
        else:
            super().chosen(row, scope)

    def action_fold(self, folded: bool) -> None:
        """Show or hide what stands below a line; on the last level, hiding goes to the line above."""
        row = self.current
        if row is None:
            return
        if row.fold and row.is_open == folded:
            self._toggle(row)
        elif folded and row.depth:
            places = range(self.table.cursor - 1, -1, -1)
            self.table.move_to(next((place for place in places if self.shown_rows[place].depth < row.depth), 0))

    def _toggle(self, row: Entry) -> None:
        self._toggled ^= {row.path}
        self._redraw()

    def _redraw(self) -> None:
        self._drawn = None
        if self.scope is not None:
            self.refresh_data(self.scope)

    def action_group(self) -> None:
        """Group by something else. The cursor stays at its finding where that is in sight."""
        self.grouping = self.grouping.next
        self._redraw()
        self.table.move_to(self.table.cursor, announce=True)

    def action_rule(self) -> None:
        """The page of the rule."""
        from ocppscope.tui.screens.rule_page import RulePage  # noqa: PLC0415 - imports the whole catalogue

        row = self.current
        if row is not None and row.rule:
            self.app.push_screen(RulePage(row.rule))

    def action_mute(self) -> None:
        """Mute the rule for this run, or show it again."""
        row = self.current
        if row is None or not row.rule or self.scope is None:
            return
        self.scope.mute(row.rule, muted=row.line is not Line.MUTED)
        self._redraw()
        self.table.move_to(self.table.cursor, announce=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that need a rule do nothing without one, and are not offered."""
        if action not in {"rule", "mute"}:
            return True
        row = self.current
        return row is not None and bool(row.rule)

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
        left: Cell = ((f"muted {muted}", "warn"), ("  S shows a rule again", "muted")) if muted else ()
        right: Cell = ((f"{spaced(overflow)} more are only counted", "muted"),) if overflow else ()
        return [(left, right)]
