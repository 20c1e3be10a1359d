"""Latency: how long each party takes to answer each action, against what its product is declared to take."""

import time
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from ocppscope.inspect.limits import DEFAULT_TIMEOUT
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.protocol.roles import Role
from ocppscope.tui.context import Scope
from ocppscope.tui.tabs.record_tab import LiveRows, RecordTab
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.gauge import format_limit, format_seconds, limit_token
from ocppscope.tui.widgets.histogram import LIMIT_AT, Line, Mark, histogram, response_bar, scale
from ocppscope.tui.widgets.line import line_strip
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import MARGIN, Cell, Column, Lens, RecordTable, fit

FEWEST_FOR_P95 = 20
"""Below so many answers the 95th percentile is the slowest one, and not shown."""
SECONDS_BETWEEN = 0.5
"""Figures are computed at most so often: a quantile over binned samples costs a millisecond a row."""
_CERTIFIED_KPI = "ocpp_response_timeout"
_ROOM_FOR_CHART = 20
"""Lines of the tab from which on the list leaves room for the chart."""
_SIDES = {Role.STATION: "station answers the CSMS", Role.CSMS: "CSMS answers the station"}


class Figures(NamedTuple):
    """One row: seconds, all of one party and action. A section heading has an empty action."""

    dut: Role
    action: str
    n: int = 0
    p50: float | None = None
    p95: float | None = None
    slowest: float | None = None
    limit: float | None = None
    late: int = 0
    timeouts: int = 0
    errors: int = 0
    total: float = 0.0
    """Sum of all: with ``n`` it tells whether anything was added."""


class LatencyTab(RecordTab[Figures]):
    """The tab: the list, and below it the distribution of the row under the cursor."""

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(plain=plain, id=id)
        self.source = SectionRows()
        self._figures: dict[tuple[str | None, Role, str], Figures] = {}
        self._computed = -SECONDS_BETWEEN
        self._later: Timer | None = None

    DEFAULT_CSS = """
    LatencyTab {
        & > ResponseChart { height: 12; margin: 1 0 0 0; }
        & > ResponseChart.-none { display: none; }
        &.-short > ResponseChart, &.-empty > ResponseChart { display: none; }
    }
    """

    def compose(self) -> ComposeResult:
        """The list and the chart."""
        table = SectionTable((), self.source)
        yield from (table if isinstance(widget, RecordTable) else widget for widget in super().compose())
        yield ResponseChart(plain=self.plain)

    def on_resize(self, event: Resize) -> None:
        """No chart where the list would have no room."""
        self.set_class(event.size.height < _ROOM_FOR_CHART, "-short")
        if self.scope is not None:
            self.call_after_refresh(self._refresh_now)

    def refresh_data(self, scope: Scope) -> None:
        """Draw what is new, twice a second at most."""
        left = self._computed + SECONDS_BETWEEN - time.monotonic()
        if left > 0 and self.scope is scope and self._layout_key == self.layout_of(scope):
            if self._later is None:
                self._later = self.set_timer(left, self._refresh_now)
            return
        self._computed = time.monotonic()
        super().refresh_data(scope)
        self._draw_chart()

    def _refresh_now(self) -> None:
        self._later = None
        self._computed = -SECONDS_BETWEEN
        if self.scope is not None:
            self.refresh_data(self.scope)

    def layout_of(self, scope: Scope) -> Hashable:
        """The heading of the bars depends on their width."""
        return scope.station, self._table_width

    @property
    def _table_width(self) -> int:
        return self.table.scrollable_content_region.width

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """Action, how many, figures, and the bar."""
        plain = self.plain
        columns = [
            Column("action", "Action", 23, _action, priority=99, ideal=26, least=14),
            Column("n", "n", 5, _count, priority=80, justify="right"),
            Column("late", "late", 4, _late, priority=60, justify="right"),
            Column("p50", "p50", 8, _p50, priority=70, justify="right"),
            Column("p95", "p95", 8, _p95, priority=75, justify="right"),
            Column("max", "max", 8, _slowest, priority=90, justify="right"),
            Column("limit", "limit", 7, _limit, priority=85, justify="right"),
            Column("bar", "", 14, lambda row, lens: _bar(row, lens, plain=plain), priority=50, flexible=True),
        ]
        width = {column.key: cells for column, cells in fit(columns, self._table_width - MARGIN)}.get("bar", 0)
        columns[-1] = replace(columns[-1], title=bar_heading(width, plain=plain))
        return columns

    def build(self, scope: Scope) -> Sequence[Figures]:
        """The rows in two sections, each worst first. A party that answered nothing has none."""
        rows: list[Figures] = []
        found = scope.inspector.response_times.rows(scope.station)
        for dut in _SIDES:
            section = [self._figures_of(scope, row) for row in found if row.dut is dut]
            if section:
                rows += [Figures(dut, ""), *section]
        return rows

    def _figures_of(self, scope: Scope, row: ResponseTime) -> Figures:
        key = (scope.station, row.dut, row.action)
        known = self._figures.get(key)
        facts = (row.limit, row.over_limit, row.timeouts, row.errors, row.distribution.total)
        if known is None or known[-5:] != facts:
            known = self._figures[key] = figures_of(row)
        return known

    def identity(self, row: Figures) -> Hashable:
        """Party and action."""
        return row.dut, row.action

    def number(self, row: Figures) -> int | None:
        """No single message."""
        return None

    def empty(self, scope: Scope) -> Sequence[Cell]:
        """What would be here."""
        if scope.inspector.counts.calls:
            return [(("No CALL has been answered yet.", "text"),)]
        return [(("No CALL yet.", "text"),), (("Response times stand here as soon as one is answered.", "muted"),)]

    def chosen(self, row: Figures, scope: Scope) -> None:
        """The responses that make up the row, in the Messages tab."""
        if row.action:
            way = "up" if row.dut is Role.STATION else "down"
            scope.filter(f"action:{row.action} dir:{way} latency>0s")

    def highlighted(self, row: Figures) -> None:
        """Draw its distribution."""
        self._draw_chart()

    def _draw_chart(self) -> None:
        chart, row, scope = self.query_one(ResponseChart), self.current, self.scope
        if row is None or scope is None or not row.action:
            chart.set_class(True, "-none")
            return
        rows = scope.inspector.response_times.rows(scope.station)
        found = next((one for one in rows if one.dut is row.dut and one.action == row.action), None)
        chart.set_class(found is None, "-none")
        if found is not None:
            chart.show(found, _certified(scope, row.dut))

    def count_label(self, scope: Scope) -> Cell:
        """Nothing: breaches are findings."""
        return ()


class SectionRows(LiveRows[Figures]):
    """Rows with headings between them."""

    def spanning(self, row: Figures, lens: Lens) -> Cell | None:
        """A heading takes the whole line."""
        if row.action:
            return None
        words = f"{_SIDES[row.dut]} "
        return ((words, "muted"), ("─" * max(lens.width - len(words) - 1, 0), "frame"))

    def is_heading(self, index: int) -> bool:
        """Whether the cursor has no business there."""
        return 0 <= index < len(self._rows) and not self._rows[index].action


class SectionTable(RecordTable):
    """A table whose cursor steps over headings."""

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

    def show(self, row: ResponseTime, certified: tuple[float, float] | None) -> None:
        """Show another row."""
        n = row.distribution.n
        self.border_title = Content(f"{row.action} · {spaced(n)} response{'s' * (n != 1)}")
        words = [f"{row.errors} CALLERROR"] if row.errors else []
        words += [f"{row.timeouts} never answered"] if row.timeouts else []
        words += [f"certified {certified[0]:g}–{certified[1]:g} s"] if certified else []
        self.border_subtitle = Content(" · ".join(words)) if words else None
        self._bars.show(row, certified)


class Bars(Widget):
    """The picture inside the frame, made for whatever size it has."""

    DEFAULT_CSS = "Bars { height: 1fr; }"

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self._plain = plain
        self._row: ResponseTime | None = None
        self._certified: tuple[float, float] | None = None
        self._made: tuple[tuple[object, ...], list[Line]] = ((), [])

    def show(self, row: ResponseTime, certified: tuple[float, float] | None) -> None:
        """Show another row."""
        self._row, self._certified = row, certified
        self.refresh()

    def lines(self) -> list[Line]:
        """The picture in lines, made once for each state."""
        row, size = self._row, self.size
        if row is None or size.height < 4 or size.width < 20:
            return []
        state = (row.dut, row.action, row.distribution.n, row.limit, self._certified, size)
        if self._made[0] != state:
            self._made = (state, _picture(row, self._certified, size.width, size.height, plain=self._plain))
        return self._made[1]

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        lines = self.lines()
        if y >= len(lines):
            return Strip.blank(self.size.width, self.rich_style)
        return line_strip(lines[y], (), self.size.width, self.rich_style, Palette(self.app.theme_variables))


def figures_of(row: ResponseTime) -> Figures:
    """The figures of a row as they are now."""
    distribution = row.distribution
    return Figures(
        dut=row.dut,
        action=row.action,
        n=distribution.n,
        p50=distribution.quantile(0.5),
        p95=distribution.quantile(0.95) if distribution.n >= FEWEST_FOR_P95 else None,
        slowest=distribution.max,
        limit=row.limit,
        late=row.over_limit,
        timeouts=row.timeouts,
        errors=row.errors,
        total=distribution.total,
    )


def bar_heading(width: int, *, plain: bool = False) -> str:
    """The strokes explained, and ``limit`` above the column where all limits stand."""
    start = int(width * LIMIT_AT) - 2
    legends = ("━p50 ─p95 ┄max", "━50 ─95 ┄max", "━50─95┄max")
    if plain:
        legends = ("=p50 -p95 .max", "=50 -95 .max", "=50-95.max")
    legend = next((legend for legend in legends if len(legend) < start), "")
    return legend.ljust(start) + "limit" if legend else legends[2]


def _picture(
    row: ResponseTime, certified: tuple[float, float] | None, width: int, height: int, *, plain: bool
) -> list[Line]:
    distribution = row.distribution
    if not distribution.n:
        waited = (
            f"{row.timeouts} waited longer than {format_limit(row.limit or DEFAULT_TIMEOUT)}" if row.timeouts else ""
        )
        return [[], [("No CALL was answered.  ", "text"), (waited, "error")]]
    gutter = 5
    at = scale(distribution.max or 0.0, row.limit, width - gutter - 2)
    counts = distribution.histogram(at.bins, at.upper)
    marks = [Mark("p50", distribution.quantile(0.5) or 0.0, "text")]
    if distribution.n >= FEWEST_FOR_P95:
        marks.append(Mark("p95", distribution.quantile(0.95) or 0.0, "text"))
    marks.append(Mark("max", distribution.max or 0.0, "muted"))
    return histogram(counts, at, height - 2, limit=row.limit, marks=marks, certified=certified, plain=plain)


def _certified(scope: Scope, dut: Role) -> tuple[float, float] | None:
    """The range measured for the certificate, where exactly one profile speaks for the party."""
    profiles = [profile for profile in scope.profiles if profile.dut is dut]
    kpi = profiles[0].performance.kpis.get(_CERTIFIED_KPI) if len(profiles) == 1 else None
    measured = kpi.measured if kpi is not None else None
    if measured is None or measured.min is None or measured.max is None:
        return None
    return measured.min, measured.max


def _action(row: Figures, _lens: Lens) -> Cell:
    return ((row.action, "text bold"),)


def _count(row: Figures, _lens: Lens) -> Cell:
    return ((str(row.n), "muted"),)


def _late(row: Figures, _lens: Lens) -> Cell:
    late = row.late + row.timeouts
    return ((str(late), "error bold"),) if late else ()


def _seconds(seconds: float | None, limit: float | None) -> Cell:
    if seconds is None:
        return (("–", "muted"),)
    token = limit_token(seconds / limit) if limit else "text"
    return ((format_seconds(seconds), "text" if token == "ok" else token),)  # noqa: S105 - a colour


def _p50(row: Figures, _lens: Lens) -> Cell:
    return _seconds(row.p50, row.limit)


def _p95(row: Figures, _lens: Lens) -> Cell:
    if 0 < row.n < FEWEST_FOR_P95:
        return ((f"n<{FEWEST_FOR_P95}", "muted"),)
    return _seconds(row.p95, row.limit)


def _slowest(row: Figures, _lens: Lens) -> Cell:
    return _seconds(row.slowest, row.limit)


def _limit(row: Figures, _lens: Lens) -> Cell:
    return ((format_limit(row.limit), "muted"),) if row.limit else (("–", "muted"),)


def _bar(row: Figures, lens: Lens, *, plain: bool) -> Cell:
    return response_bar(row.p50, row.p95, row.slowest, row.limit, lens.width, plain=plain)
