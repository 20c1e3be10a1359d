"""A distribution of seconds in a frame: bars against the limit, and the range of the certificate on the axis."""

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.figures import ENOUGH_FOR_P95
from ocppscope.model.visible import visible
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.gauge import format_limit
from ocppscope.tui.widgets.histogram import Line, Mark, histogram, scale
from ocppscope.tui.widgets.line import line_strip

_FAR = 4
"""A certified range so many times above the slowest time would leave the bars no room: it is told, not drawn."""
_GUTTER = 5


class Chart(NamedTuple):
    """What is drawn.

    Attributes:
        title, facts: in the upper and lower edge of the frame.
        distribution: the times in seconds.
        limit: seconds, if any.
        certified: range in seconds that was measured for the certificate.
        nothing: what to say when there is no time to draw; the second part in red.
    """

    title: str
    distribution: Distribution
    limit: float | None
    facts: str = ""
    certified: tuple[float, float] | None = None
    nothing: tuple[str, str] = ("", "")


class ResponseChart(Vertical):
    """The distribution of one row in a frame."""

    DEFAULT_CSS = """
    ResponseChart {
        border: round $frame;
        border-title-color: $muted;
        border-subtitle-color: $muted;
        border-subtitle-align: right;
        padding: 0 1;
    }
    """

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self._bars = Bars(plain=plain)

    def compose(self) -> ComposeResult:
        """The picture."""
        yield self._bars

    def show(self, chart: Chart) -> None:
        """Show another row."""
        self.border_title = Content(visible(chart.title, 200))
        self.border_subtitle = Content(visible(chart.facts, 200)) if chart.facts else None
        self._bars.show(chart)


class Bars(Widget):
    """The picture inside the frame, made for whatever size it has."""

    DEFAULT_CSS = "Bars { height: 1fr; }"

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self._plain = plain
        self._chart: Chart | None = None
        self._made: tuple[tuple[object, ...], list[Line]] = ((), [])

    def show(self, chart: Chart) -> None:
        """Show another row."""
        self._chart = chart
        self.refresh()

    def lines(self) -> list[Line]:
        """The picture in lines, made once for each state."""
        chart, size = self._chart, self.size
        if chart is None or size.height < 4 or size.width < 20:
            return []
        state = (chart.title, chart.distribution.n, chart.limit, chart.certified, chart.nothing, size)
        if self._made[0] != state:
            self._made = (state, _picture(chart, size.width, size.height, plain=self._plain))
        return self._made[1]

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        lines = self.lines()
        if y >= len(lines):
            return Strip.blank(self.size.width, self.rich_style)
        return line_strip(lines[y], (), self.size.width, self.rich_style, Palette(self.app.theme_variables))


def _picture(chart: Chart, width: int, height: int, *, plain: bool) -> list[Line]:
    distribution, certified = chart.distribution, chart.certified
    if not distribution.n:
        limit: Line = [(f"limit {format_limit(chart.limit)}", "muted")] if chart.limit else []
        return [[], [(f"{chart.nothing[0]}  ", "text"), (chart.nothing[1], "error")], limit]
    slowest = distribution.max or 0.0
    reach = max(slowest, certified[1]) if certified and certified[1] <= slowest * _FAR else slowest
    at = scale(reach, chart.limit, width - _GUTTER - 2)
    marks = [Mark("p50", distribution.quantile(0.5) or 0.0, "text")]
    if distribution.n >= ENOUGH_FOR_P95:
        marks.append(Mark("p95", distribution.quantile(0.95) or 0.0, "text"))
    marks.append(Mark("max", slowest, "text"))
    if certified and certified[1] <= at.upper:
        marks.append(Mark("certified", certified[1], "accent"))
    counts = distribution.histogram(at.bins, at.upper)
    return histogram(counts, at, height - 2, limit=chart.limit, marks=marks, certified=certified, plain=plain)
