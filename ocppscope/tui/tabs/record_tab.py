"""What the list tabs share: a table that keeps its cursor on the same thing while rows come, go and change places."""

from collections.abc import Hashable, Sequence
from typing import Any, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from ocppscope.tui.context import Scope
from ocppscope.tui.widgets.card import Card
from ocppscope.tui.widgets.record_table import Cell, Column, RecordTable, Rows

RowT = TypeVar("RowT")


class LiveRows(Rows[RowT]):
    """Rows that are replaced as a whole."""

    def replace(self, rows: Sequence[RowT]) -> None:
        """Other rows."""
        self._rows = rows

    def ticking(self, index: int) -> bool:
        """Whether a row shows an age."""
        return getattr(self._rows[index], "ticking", False)


class RecordTab(Vertical, Generic[RowT]):
    """A tab that is a list. Subclasses say what the rows are; `refresh_data` does the rest."""

    DEFAULT_CSS = """
    RecordTab {
        & > RecordTable { height: 1fr; }
        & > Card { display: none; }
        &.-empty > RecordTable { display: none; }
        &.-empty > Card { display: block; }
    }
    """

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.plain = plain
        """ASCII only."""
        self.scope: Scope | None = None
        """The run, once there is one."""
        self.source: LiveRows[RowT] = LiveRows()
        self.shown_rows: Sequence[RowT] = ()
        self._told: Hashable = None
        self._layout_key: Hashable = ("none yet",)

    # -- what a subclass says -------------------------------------------------------------------------------------

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """The columns."""
        raise NotImplementedError

    def layout_of(self, scope: Scope) -> Hashable:
        """What the columns depend on: they are asked for again when it changes."""
        return scope.station

    def build(self, scope: Scope) -> Sequence[RowT]:
        """The rows as they are now. Rows compare equal when they look the same."""
        raise NotImplementedError

    def identity(self, row: RowT) -> Hashable:
        """What makes it the same row after a refresh."""
        raise NotImplementedError

    def number(self, row: RowT) -> int | None:
        """Record number of the message that the detail shows for a row."""
        raise NotImplementedError

    def empty(self, scope: Scope) -> Sequence[Cell]:
        """The lines that stand in place of an empty list."""
        raise NotImplementedError

    def count_label(self, scope: Scope) -> Cell:
        """What stands behind the tab's name."""
        raise NotImplementedError

    def chosen(self, row: RowT, scope: Scope) -> None:
        """Enter on a row: by default its message in the Messages tab."""
        number = self.number(row)
        if number is not None:
            scope.jump(number)

    # -- the rest -------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The table, and a card for when there is nothing to list."""
        yield RecordTable((), self.source)
        yield Card()

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(RecordTable)

    @property
    def current(self) -> RowT | None:
        """The row under the cursor."""
        row: RowT | None = self.table.current
        return row

    def refresh_data(self, scope: Scope) -> None:
        """Draw what is new."""
        table = self.table
        if self.scope is not scope:
            self.scope = scope
            table.now = scope.now
        layout = self.layout_of(scope)
        if layout != self._layout_key:
            self._layout_key = layout
            table.show(self.source, columns=self.columns(scope))
        rows = self.build(scope)
        if rows != self.shown_rows or not rows:
            self._replace(rows)
        self.set_class(not rows, "-empty")
        if not rows:
            self.query_one(Card).show(*self.empty(scope))
            self._tell(None)

    def _replace(self, rows: Sequence[RowT]) -> None:
        table = self.table
        row = self.current
        wanted = None if row is None else self.identity(row)
        self.shown_rows = rows
        self.source.replace(rows)
        place = next((index for index, row in enumerate(rows) if self.identity(row) == wanted), None)
        table.refresh_rows()
        if place is not None and place != table.cursor:
            table.move_to(place)

    def on_show(self) -> None:
        """In sight again: the detail may still show what another tab pointed at."""
        self._told = None
        if self.scope is not None:
            self.table.move_to(self.table.cursor, announce=True)

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        event.stop()
        row = self.current
        if row is not None:
            self.highlighted(row)
            self._tell(self.number(row))

    def highlighted(self, row: RowT) -> None:
        """The cursor came to a row."""

    def _tell(self, number: int | None) -> None:
        """Let the detail show a message, unless it was told so already."""
        if self.scope is not None and self._told != ("told", number):
            self._told = ("told", number)
            self.scope.show(number)

    @on(RecordTable.Selected)
    def _selected(self, event: RecordTable.Selected) -> None:
        event.stop()
        row = self.current
        if row is not None and self.scope is not None:
            self.chosen(row, self.scope)
