"""The findings of one message with every message involved: where else to look."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.tui.actions import bindings
from ocppscope.tui.context import Scope
from ocppscope.tui.findings.card import FindingCard
from ocppscope.tui.findings.columns import finding_columns
from ocppscope.tui.findings.entries import Entry, Line, Tree
from ocppscope.tui.findings.words import counted
from ocppscope.tui.listing import info_of
from ocppscope.tui.screens.rule_page import RulePage
from ocppscope.tui.widgets.record_table import RecordTable, Rows

_MOST_LINES = 24


class FindingPage(ModalScreen[int | None]):
    """A list with what each message has to do with each finding. Closes with the number of the message to go to.

    Args:
        scope: the run.
        number: record number of the message that the findings are of.
        findings: of the message and its partner, the worst first.
    """

    DEFAULT_CSS = """
    FindingPage {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 108;
            max-width: 100%;
            height: auto;
            max-height: 94%;
            border: round $accent;
            border-title-color: $foreground;
            border-subtitle-color: $muted;
            border-subtitle-align: right;
            background: $background;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("findings"), Binding("escape,q,F", "dismiss", "Back")]

    def __init__(self, scope: Scope, number: int, findings: Sequence[Finding]) -> None:
        super().__init__()
        self._scope = scope
        self._number = number
        self._findings = findings

    def compose(self) -> ComposeResult:
        """The list, and all about the finding under the cursor."""
        info = self._scope.read
        with Vertical():
            yield RecordTable(finding_columns(lambda number: info_of(info(number)), station=False), header=False)
            yield FindingCard()

    def on_mount(self) -> None:
        """Fill it in."""
        frame = self.query_one(Vertical)
        frame.border_subtitle = Content("Enter goes there · d rule · S mute · Esc back")
        self._fill()
        self.query_one(RecordTable).focus()

    def _fill(self) -> None:
        scope = self._scope
        muted = scope.inspector.findings.muted
        tree = Tree(scope.rows, scope.inspector.stations)
        entries: list[Entry] = []
        for finding in self._findings:
            if finding.rule not in muted:
                row = scope.inspector.findings.row_of(finding) or FindingRow([finding], 1, finding.time)
                head = next(tree.finding(row))._replace(fold="", evidence=finding.evidence, number=None)
                entries += [head, *tree.messages(row, finding, head.path, 1)]
        if not entries:
            self.dismiss(None)
            return
        recalled = scope.read(self._number)
        of = recalled.action if recalled is not None and recalled.action else "event"
        count = sum(entry.line is Line.RULE for entry in entries)
        frame = self.query_one(Vertical)
        frame.border_title = Content(f"{counted(count, 'finding')} · #{self._number} {visible(of, 60)}")
        table = self.query_one(RecordTable)
        table.styles.height = min(len(entries), _MOST_LINES)
        elsewhere = (place for place, entry in enumerate(entries) if _is_elsewhere(entry, self._number))
        table.show(Rows(entries), next(elsewhere, 0))

    @property
    def _current(self) -> Entry | None:
        entry = self.query_one(RecordTable).current
        return entry if isinstance(entry, Entry) else None

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        event.stop()
        self.query_one(FindingCard).show(self._current)

    @on(RecordTable.Selected)
    def _selected(self, event: RecordTable.Selected) -> None:
        event.stop()
        entry = self._current
        if entry is not None and entry.number is not None:
            self.dismiss(entry.number)

    def action_rule(self) -> None:
        """The page of the rule."""
        entry = self._current
        if entry is not None:
            self.app.push_screen(RulePage(entry.rule))

    def action_mute(self) -> None:
        """Mute the rule for this run."""
        entry = self._current
        if entry is not None:
            self._scope.mute(entry.rule, muted=True)
            self._fill()


def _is_elsewhere(entry: Entry, number: int) -> bool:
    return entry.line is Line.MESSAGE and entry.number not in (None, number)
