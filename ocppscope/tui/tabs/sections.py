"""Lists in sections: headings that the cursor steps over, the first of which stays in sight."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, runtime_checkable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from ocppscope.model.visible import visible
from ocppscope.tui.tabs.record_tab import LiveRows
from ocppscope.tui.widgets.record_table import MARGIN, Cell, Column, Lens, RecordTable, fit


class Heading(NamedTuple):
    """A line between rows.

    Attributes:
        words: what the section is.
        titles: the whole line for a width, with the columns of its rows named; None for a plain rule behind the words.
    """

    words: str
    titles: Callable[[int], Cell] | None = None

    def spanning(self, lens: Lens) -> Cell:
        """The whole line."""
        if self.titles is not None:
            return self.titles(lens.width)
        words = f"{self.words} "
        return ((words, "muted"), ("─" * max(lens.width - cell_len(words) - 1, 0), "frame"))


@runtime_checkable
class Spanning(Protocol):
    """A row that has the whole line to itself."""

    def spanning(self, lens: Lens) -> Cell:
        """The whole line."""


class SectionRows(LiveRows[Any]):
    """Rows with headings between them."""

    lead: Heading | None = None
    """The heading of the first section, which stands in the place of the header instead of among the rows."""

    def spanning(self, row: object, lens: Lens) -> Cell | None:
        """A heading takes the whole line, and so may other rows."""
        return row.spanning(lens) if isinstance(row, Spanning) else None

    def is_heading(self, index: int) -> bool:
        """Whether the cursor has no business there."""
        return 0 <= index < len(self._rows) and isinstance(self._rows[index], Heading)

    def heading_above(self, index: int) -> Heading | None:
        """The heading of the section to which a row belongs."""
        for place in range(min(index, len(self._rows)) - 1, -1, -1):
            row = self._rows[place]
            if isinstance(row, Heading):
                return row
        return self.lead


class SectionTable(RecordTable):
    """A table whose cursor steps over headings, and whose header is the heading of the topmost row."""

    def move_to(self, index: int, *, middle: bool = False, announce: bool = False) -> None:
        """Put the cursor on a row; on a heading, on the next row in the direction of the movement."""
        source = self.rows
        if isinstance(source, SectionRows):
            index = max(min(index, len(source) - 1), 0)
            if source.is_heading(index):
                index += -1 if index < self.cursor and index > 0 else 1
                if source.is_heading(index):
                    index += 1
        super().move_to(index, middle=middle, announce=announce)
        if isinstance(source, SectionRows) and source.is_heading(index - 1) and round(self.scroll_target_y) >= index:
            self.scroll_to(y=index - 1, animate=False, force=True)  # the heading belongs to what it heads

    def _header_strip(self, width: int) -> Strip:
        source = self.rows
        heading = source.heading_above(self.scroll_offset.y) if isinstance(source, SectionRows) else None
        if heading is None or not isinstance(source, SectionRows) or source.lead is None:
            return super()._header_strip(width)
        base = self.rich_style
        segments = [Segment(" " * MARGIN, base)]
        segments += [
            Segment(visible(text), base + self.palette.style(token))
            for text, token in heading.spanning(Lens(width - MARGIN))
        ]
        return Strip(segments).adjust_cell_length(width, base)


def grid(columns: list[Column[Any]], width: int, cell: Callable[[Column[Any], int], Cell]) -> Cell:
    """A line of cells, fitted like a table's, and one blank: for rows whose columns are not those of the table."""
    line: list[tuple[str, str]] = []
    for column, cells in fit(columns, width):
        parts = [(visible(text, 4 * cells + 1), token) for text, token in cell(column, cells)]
        used = sum(cell_len(text) for text, _ in parts)
        if used > cells:
            parts, used = _cut(parts, cells), cells
        blank = (" " * (cells - used), "")
        line += [blank, *parts] if column.justify == "right" else [*parts, blank]
        line.append((" ", ""))
    return line


def _cut(parts: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    left = width - 1
    for text, token in parts:
        if cell_len(text) > left:
            return [*kept, (set_cell_size(text, left) + "…", token)]
        kept.append((text, token))
        left -= cell_len(text)
    return kept
