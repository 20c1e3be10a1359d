"""One table for every list: a million rows cost what a screenful costs.

A line-API widget: only the visible lines are made, each from a row that is decoded when it is first seen. Rows come from
a `RowSource`, columns are data. Cells are segments of (text, token); tokens are looked up in the theme's palette, so no
cell knows a colour, and every text passes `visible` here once more.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ocppscope.tui.actions import bindings
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.table_model import Cell, Column, Lens, Rows, RowSource, Spanning, fit, fitted_cell

__all__ = ["Cell", "Column", "Lens", "RecordTable", "RowSource", "Rows", "fit"]

MARGIN = 2
"""Cells before the first column: the severity bar and a blank."""

CACHED_STRIPS = 1000
"""Drawn lines kept, several screens' worth; a strip is about 3 kB."""


class RecordTable(ScrollView, can_focus=True):
    """A list of rows with a cursor; see above. A source may be `Spanning`."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RecordTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $track;
        scrollbar-color-hover: $muted;
        scrollbar-color-active: $muted;
        & > .record-table--header { color: $muted; text-style: bold; }
        & > .record-table--cursor { background: $cursor; }
        & > .record-table--resting { background: $cursor 60%; }
        & > .record-table--tied { background: $tied; }
        &:ansi > .record-table--cursor { text-style: reverse; }
        &:ansi > .record-table--resting { text-style: underline; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--header",
        "record-table--cursor",
        "record-table--resting",
        "record-table--tied",
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor; 0 when there is none."""
    follow: reactive[bool] = reactive(False, repaint=False)
    """Stay at the newest row."""

    class _About(Message):
        def __init__(self, table: "RecordTable") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "RecordTable":
            """The table, for ``@on(…, "#id")``."""
            return self.table

    class Highlighted(_About):
        """The cursor came to a row."""

        def __init__(self, table: "RecordTable", index: int) -> None:
            super().__init__(table)
            self.index = index

        def can_replace(self, message: Message) -> bool:
            """Only the newest place of the cursor matters."""
            return isinstance(message, RecordTable.Highlighted) and message.table is self.table

    class Selected(_About):
        """Enter or a double click on a row."""

        def __init__(self, table: "RecordTable", index: int) -> None:
            super().__init__(table)
            self.index = index

    class FollowChanged(_About):
        """Follow mode went on or off."""

        def __init__(self, table: "RecordTable", follow: bool) -> None:
            super().__init__(table)
            self.follow = follow

    def __init__(
        self,
        columns: Sequence[Column[Any]],
        rows: RowSource[Any] | None = None,
        *,
        header: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = columns
        self._source: RowSource[Any] = Rows() if rows is None else rows
        self._header = 1 if header else 0
        self._known = len(self._source)
        self._fitted: tuple[int, list[tuple[Column[Any], int]]] = (-1, [])
        self._strips: OrderedDict[int, tuple[tuple[object, ...], Strip]] = OrderedDict()
        self._palette: Palette | None = None
        self.now: Callable[[], int] = _no_clock
        """Nanoseconds of the record clock, for cells that tick."""

    # -- rows -----------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> RowSource[Any]:
        """Where the rows come from."""
        return self._source

    @property
    def current(self) -> Any | None:
        """The row under the cursor, None without rows."""
        return self._source.row(self.cursor) if 0 <= self.cursor < len(self._source) else None

    def show(
        self, rows: RowSource[Any], cursor: int | None = None, columns: Sequence[Column[Any]] | None = None
    ) -> None:
        """Show other rows (a filter, a sort) and put the cursor on an index, in the middle if it was out of sight."""
        self._source = rows
        if columns is not None:
            self._columns = columns
            self._fitted = (-1, [])
        self._strips.clear()
        self._known = len(rows)
        self._resize_content()
        self.move_to(self.cursor if cursor is None else cursor, middle=cursor is not None, announce=True)
        self.refresh()

    def refresh_rows(self, *, appended_only: bool = False, changed: Collection[int] = ()) -> None:
        """Look at the source again.

        Args:
            appended_only: rows were only added at the end, so lines already drawn stay.
            changed: keys of rows that look different now.
        """
        if not appended_only:
            self._strips.clear()
        for key in changed:
            self._strips.pop(key, None)
        before, self._known = self._known, len(self._source)
        if self._known != before:
            self._resize_content()
        if self.follow and self._known:
            self.move_to(self._known - 1)
        elif self.cursor >= self._known or not before:
            self.move_to(min(self.cursor, self._known - 1), announce=True)
        self.refresh()

    def tick(self) -> None:
        """Draw again those visible lines that depend on the clock. Cheap when there are none."""
        for index in self.visible_indices:
            if self._source.ticking(index):
                self._refresh_index(index)

    @property
    def visible_indices(self) -> range:
        """Indices of the rows in sight."""
        top = self.scroll_offset.y
        return range(top, min(top + self._page, self._known, len(self._source)))

    @property
    def _width(self) -> int:
        """Cells of a line: ``size`` counts the scroll bar, too."""
        return self.scrollable_content_region.width

    # -- cursor ---------------------------------------------------------------------------------------------------

    @property
    def _page(self) -> int:
        return max(self.size.height - self._header, 1)

    def move_to(self, index: int, *, middle: bool = False, announce: bool = False) -> None:
        """Put the cursor on a row and bring it into sight, without animation.

        Args:
            index: brought into range.
            middle: a row out of sight comes to the middle instead of the edge.
            announce: send `Highlighted` even if the cursor stays where it was.
        """
        if self._known != len(self._source):
            self._known = len(self._source)
            self._resize_content()
        index = max(min(index, self._known - 1), 0)
        moved = index != self.cursor
        self.cursor = index
        self._bring_into_sight(index, middle)
        if announce and not moved:
            self.post_message(self.Highlighted(self, index))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw what changed and say so."""
        for index in (old, new):
            self._refresh_index(index)
            partner = self._source.tied(index) if 0 <= index < len(self._source) else None
            if partner is not None:
                self._refresh_index(partner)
        self.post_message(self.Highlighted(self, new))

    def watch_follow(self, follow: bool) -> None:
        """Go to the end when it is switched on, and say so."""
        if follow:
            self.move_to(self._known - 1)
        self.post_message(self.FollowChanged(self, follow))

    def _bring_into_sight(self, index: int, middle: bool) -> None:
        top, page = round(self.scroll_target_y), self._page
        if top <= index < top + page:
            return
        nearest = index if index < top else index - page + 1
        target = index - page // 2 if middle else nearest
        self.scroll_to(y=max(target, 0), animate=False, force=True)

    def _refresh_index(self, index: int) -> None:
        if self._header <= (y := index - self.scroll_offset.y + self._header) < self.size.height:
            self.refresh(Region(0, y, self._width, 1))

    def action_move(self, step: int) -> None:
        """One row on or back. Going back ends follow mode."""
        if step < 0:
            self.follow = False
        self.move_to(self.cursor + step)

    def action_page(self, step: int) -> None:
        """One screen on or back."""
        if step < 0:
            self.follow = False
        self.move_to(self.cursor + step * max(self._page - 1, 1))

    def action_first(self) -> None:
        """The first row."""
        self.follow = False
        self.move_to(0)

    def action_last(self) -> None:
        """The last row."""
        self.move_to(self._known - 1)

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self.cursor < len(self._source):
            self.post_message(self.Selected(self, self.cursor))

    # -- mouse ----------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a double click opens."""
        if event.y < self._header:
            return
        index = event.y - self._header + self.scroll_offset.y
        if index >= self._known:
            return
        if index < self._known - 1:
            self.follow = False
        self.move_to(index)
        if event.chain == 2:
            self.action_select()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Looking back ends follow mode."""
        event.stop()
        event.prevent_default()
        self.follow = False
        self.scroll_to(y=self.scroll_target_y - 3, animate=False)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines on."""
        event.stop()
        event.prevent_default()
        self.scroll_to(y=self.scroll_target_y + 3, animate=False)

    # -- drawing --------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Give the scroll bar its length."""
        self._resize_content()

    def on_resize(self) -> None:
        """Fit the columns and keep the cursor in sight."""
        self._resize_content()
        if self._known:
            self._bring_into_sight(self._known - 1 if self.follow else self.cursor, middle=False)

    def notify_style_update(self) -> None:
        """Another theme: nothing drawn so far is right."""
        super().notify_style_update()
        self._palette = None
        self._strips.clear()

    def _resize_content(self) -> None:
        size = Size(self._width, self._known + self._header)
        if size != self.virtual_size:
            # Setting it plainly lays the whole screen out anew while rows arrive: a third of all the work at 50 messages a
            # second. The scroll bar is always there, so only its length changes.
            self.set_reactive(RecordTable.virtual_size, size)
            self._scroll_update(size)

    @property
    def palette(self) -> Palette:
        """Styles of the theme at hand."""
        if self._palette is None:
            self._palette = Palette(self.app.theme_variables)
        return self._palette

    def fitted(self) -> list[tuple[Column[Any], int]]:
        """The columns shown now with their widths."""
        width = self.scrollable_content_region.width
        if self._fitted[0] != width:
            self._fitted = (width, fit(self._columns, width - MARGIN))
        return self._fitted[1]

    def render_line(self, y: int) -> Strip:
        """One line: the header, a row, or nothing."""
        width = self.scrollable_content_region.width
        if y < self._header:
            return self._header_strip(width)
        index = y - self._header + self.scroll_offset.y
        if index >= len(self._source):
            return Strip.blank(width, self.rich_style)
        return self._row_strip(index, width)

    def _header_strip(self, width: int) -> Strip:
        style = self.get_component_rich_style("record-table--header")
        segments = [Segment(" " * MARGIN, style)]
        for column, cells in self.fitted():
            segments += fitted_cell(((column.title, ""),), cells, column.justify, style, self.palette)
            segments.append(Segment(" ", style))
        return Strip(segments).adjust_cell_length(width, style)

    def _row_strip(self, index: int, width: int) -> Strip:
        source = self._source
        key = source.key(index)
        state = (width, self._ground(index), source.accent(index), source.badge(index))
        ticking = source.ticking(index)
        kept = self._strips.get(key)
        if kept is not None and kept[0] == state and not ticking:
            self._strips.move_to_end(key)
            return kept[1]
        strip = self._drawn(index, width)
        if not ticking:
            self._strips[key] = (state, strip)
            if len(self._strips) > CACHED_STRIPS:
                self._strips.popitem(last=False)
        return strip

    def _ground(self, index: int) -> str:
        if index == self.cursor:
            return "record-table--cursor" if self.has_focus else "record-table--resting"
        if 0 <= self.cursor < len(self._source) and self._source.tied(self.cursor) == index:
            return "record-table--tied"
        return ""

    def _drawn(self, index: int, width: int) -> Strip:
        source, palette, now = self._source, self.palette, self.now()
        row = source.row(index)
        name = self._ground(index)
        base = self.rich_style + (self.get_component_rich_style(name, partial=True) if name else Style())
        if name == "record-table--cursor":
            palette = palette.lifted
        accent = source.accent(index)
        mark = source.badge(index)
        # An unmarked row gets no colour here: reversed, as ANSI themes show the cursor, a blank would become a block.
        badge = Segment(mark, base if mark == " " else base + palette.style("accent"))
        segments = [Segment("▌" if accent else " ", base + palette.style(accent)), badge]
        spanning = source.spanning(row, Lens(width - MARGIN, now)) if isinstance(source, Spanning) else None
        if spanning is not None:
            segments += fitted_cell(spanning, width - MARGIN, "left", base, palette)
        else:
            for column, cells in self.fitted():
                segments += fitted_cell(column.cell(row, Lens(cells, now)), cells, column.justify, base, palette)
                segments.append(Segment(" ", base))
        return Strip(segments).adjust_cell_length(width, base)


def _no_clock() -> int:
    return 0
