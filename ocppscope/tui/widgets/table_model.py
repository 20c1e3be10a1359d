"""What a table shows, as data: columns, rows, how columns share a width, how a cell is cut to its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from ocppscope.model.visible import visible
from ocppscope.tui.theme import Palette

Cell: TypeAlias = Sequence[tuple[str, str]]
"""Segments of (text, token), for example ``(("└ ", "muted"), ("Authorize", "text bold"))``."""

RowT = TypeVar("RowT")
RowT_co = TypeVar("RowT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Lens:
    """How a cell is looked at.

    Attributes:
        width: cells that the column has.
        now: nanoseconds of the record clock, for ages.
    """

    width: int
    now: int = 0


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column, as data.

    Attributes:
        key: its name in code.
        title: shown in the header.
        width: least number of cells.
        cell: a row to segments. Longer text is cut with an ellipsis.
        priority: the lowest leaves first when space runs out.
        flexible: takes what is left. At most one column of a table is.
        ideal: up to so many cells when the flexible column has room to spare.
        justify: "left" or "right".
        least: instead of leaving when its turn comes, it shrinks to so many cells and stays to the last.
        roomy: it leaves as well where the flexible column would have less than so many cells above its least width.
    """

    key: str
    title: str
    width: int
    cell: Callable[[RowT, Lens], Cell]
    priority: int = 50
    flexible: bool = False
    ideal: int = 0
    justify: str = "left"
    least: int = 0
    roomy: int = 0


class RowSource(Protocol[RowT_co]):
    """Where rows come from. Subclass `Rows` to get the defaults."""

    def __len__(self) -> int: ...

    def row(self, index: int) -> RowT_co:
        """The row at an index, decoded now."""

    def key(self, index: int) -> int:
        """A number that stays with this row whatever its index becomes; never ``id()``, which is used again."""

    def accent(self, index: int) -> str:
        """Token of the bar in the margin, "" for none."""

    def badge(self, index: int) -> str:
        """One character beside the bar, a blank for none."""

    def tied(self, index: int) -> int | None:
        """Index of the partner row, softly tinted while the cursor is here."""

    def ticking(self, index: int) -> bool:
        """Whether the row's look depends on ``lens.now``, so that its line must not be kept."""


class Rows(Generic[RowT]):
    """A `RowSource` over a sequence, with every optional answer given. Subclass to say more."""

    def __init__(self, rows: Sequence[RowT] = ()) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, index: int) -> RowT:
        """The row itself."""
        return self._rows[index]

    def key(self, index: int) -> int:
        """The index: right for lists that only grow."""
        return index

    def accent(self, index: int) -> str:
        """No bar."""
        return ""

    def badge(self, index: int) -> str:
        """No mark."""
        return " "

    def tied(self, index: int) -> int | None:
        """No partner."""
        return None

    def ticking(self, index: int) -> bool:
        """Nothing ticks."""
        return False


@runtime_checkable
class Spanning(Protocol):
    """A source some of whose rows take the whole line."""

    def spanning(self, row: Any, lens: Lens) -> Cell | None:
        """Segments in place of columns; None for a row like others."""


def fit(columns: Sequence[Column[Any]], width: int) -> list[tuple[Column[Any], int]]:
    """Which columns are shown in so many cells, and how wide each is. Columns are one blank apart."""
    shown = list(columns)
    widths = {column.key: column.width for column in shown}

    def rank(column: Column[Any]) -> tuple[bool, int]:
        return widths[column.key] == column.least, column.priority

    def needed() -> int:
        roomy = max((column.roomy for column in shown), default=0)
        return sum(widths[column.key] for column in shown) + len(shown) - 1 + roomy

    while len(shown) > 1 and needed() > width:
        first = min(shown, key=rank)
        if 0 < first.least < widths[first.key]:
            widths[first.key] = first.least
        else:
            shown.remove(first)
    spare = max(width - sum(widths[column.key] for column in shown) - len(shown) + 1, 0)
    flexible = next((column for column in shown if column.flexible), None)
    # The flexible column doubles first; then the others may take their ideal, by priority; it gets the rest.
    kept = min(spare, flexible.width) if flexible else 0
    spare -= kept
    for column in sorted(shown, key=lambda column: -column.priority):
        wish = min(max(max(column.ideal, column.width) - widths[column.key], 0), spare)
        widths[column.key] += wish
        spare -= wish
    if flexible:
        widths[flexible.key] += kept + spare
    return [(column, widths[column.key]) for column in shown]


def fitted_cell(cell: Cell, width: int, justify: str, base: Style, palette: Palette) -> list[Segment]:
    """Segments of exactly so many cells, cut with an ellipsis or filled up."""
    parts = [(visible(text, 4 * width + 1), base + palette.style(token)) for text, token in cell if text]
    used = sum(cell_len(text) for text, _ in parts)
    if used > width:
        return _cut(parts, width)
    blank = Segment(" " * (width - used), base)
    segments = [Segment(text, style) for text, style in parts]
    return [blank, *segments] if justify == "right" else [*segments, blank]


def _cut(parts: list[tuple[str, Style]], width: int) -> list[Segment]:
    segments: list[Segment] = []
    left = width - 1
    for text, style in parts:
        length = cell_len(text)
        if length > left:
            segments.append(Segment(set_cell_size(text, left) + "…", style))
            return segments
        segments.append(Segment(text, style))
        left -= length
    return segments
