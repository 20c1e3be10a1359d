"""A line of segments, left and right, cut to its width."""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from ocppscope.model.visible import visible
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.record_table import Cell


def width_of(cell: Cell) -> int:
    """Cells that the segments take."""
    return sum(cell_len(visible(text)) for text, _ in cell)


def line_strip(left: Cell, right: Cell, width: int, base: Style, palette: Palette) -> Strip:
    """One line: ``right`` stays whole as long as it fits, ``left`` is cut with an ellipsis."""
    kept_right = right if width_of(right) + 2 <= width else ()
    room = width - width_of(kept_right) - (1 if kept_right else 0)
    segments: list[Segment] = []
    used = 0
    for text, token in left:
        shown = visible(text, 1000)
        length = cell_len(shown)
        style = base + palette.style(token)
        if used + length > room:
            if room > used:
                segments.append(Segment(set_cell_size(shown, room - used - 1) + "…", style))
                used = room
            break
        segments.append(Segment(shown, style))
        used += length
    segments.append(Segment(" " * (width - used - width_of(kept_right)), base))
    segments += [Segment(visible(text), base + palette.style(token)) for text, token in kept_right]
    return Strip(segments).adjust_cell_length(width, base)


class SegmentLine(Widget):
    """A widget of lines made from segments; subclasses say what stands where."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "SegmentLine { height: 1; }"

    def lines(self) -> list[tuple[Cell, Cell]]:
        """Left and right of each line."""
        return []

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        lines = self.lines()
        base = self.rich_style
        if y >= len(lines):
            return Strip.blank(self.size.width, base)
        left, right = lines[y]
        return line_strip(left, right, self.size.width, base, self.palette)

    @property
    def palette(self) -> Palette:
        """Styles of the theme at hand."""
        return Palette(self.app.theme_variables)
