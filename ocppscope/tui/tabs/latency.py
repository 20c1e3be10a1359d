"""Latency: the certificate's figures, and how long each party takes to answer each action, against what is declared."""

import time
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

from textual.app import ComposeResult
from textual.events import Resize
from textual.timer import Timer

from ocppscope.inspect.limits import DEFAULT_TIMEOUT
from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.figures import Figure
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.protocol.roles import Role
from ocppscope.tui.context import Scope
from ocppscope.tui.tabs import kpi_rows
from ocppscope.tui.tabs.kpi_rows import KpiRow, kpi_row
from ocppscope.tui.tabs.latency_rows import Figures, figures_of, heading_of, response_columns
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.tabs.samples import SamplesPane
from ocppscope.tui.tabs.sections import Heading, SectionRows, SectionTable
from ocppscope.tui.widgets.gauge import format_limit
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import MARGIN, Cell, Column, RecordTable
from ocppscope.tui.widgets.response_chart import Chart, ResponseChart

SECONDS_BETWEEN = 0.5
"""Figures are computed at most so often: a quantile over binned samples costs a millisecond a row."""
_ROOM_FOR_CHART = 20
"""Lines of the tab from which on the list leaves room for the chart."""
_RESPONSE_MEASURE = {Role.STATION: 0, Role.CSMS: 1}
"""Place of each party's OCPP response timeout among the figures."""

LatencyRow: TypeAlias = Heading | KpiRow | Figures


class LatencyTab(RecordTab[LatencyRow]):
    """The list, and below it the distribution of the row under the cursor; or the samples of one figure in its place."""

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(plain=plain, id=id)
        self.sections = SectionRows()
        self.source = self.sections
        self._figures: dict[tuple[str | None, Role, str], Figures] = {}
        self._kpis: list[Figure] = []
        self._computed = -SECONDS_BETWEEN
        self._later: Timer | None = None

    DEFAULT_CSS = """
    LatencyTab {
        & > ResponseChart { height: 12; margin: 1 0 0 0; }
        & > ResponseChart.-none { display: none; }
        & > SamplesPane { display: none; height: 1fr; }
        &.-samples > SamplesPane { display: block; }
        &.-samples > SectionTable, &.-samples > Card { display: none; }
        &.-short > ResponseChart, &.-empty > ResponseChart { display: none; }
    }
    """

    def compose(self) -> ComposeResult:
        """The list, the samples in its place, and the chart."""
        table = SectionTable((), self.source)
        yield from (table if isinstance(widget, RecordTable) else widget for widget in super().compose())
        yield SamplesPane(plain=self.plain)
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
        if self.has_class("-samples"):
            self.samples.refresh_data(scope)
        self._draw_chart()

    def _refresh_now(self) -> None:
        self._later = None
        self._computed = -SECONDS_BETWEEN
        if self.scope is not None:
            self.refresh_data(self.scope)

    @property
    def samples(self) -> SamplesPane:
        """The samples of one figure, in sight or not."""
        return self.query_one(SamplesPane)

    def layout_of(self, scope: Scope) -> Hashable:
        """The heading of the bars depends on their width."""
        return scope.station, self._line_width

    @property
    def _line_width(self) -> int:
        return self.table.scrollable_content_region.width - MARGIN

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """Those of the response times; the figures have their own."""
        return response_columns(self._line_width, plain=self.plain)

    def build(self, scope: Scope) -> Sequence[LatencyRow]:
        """The figures, then the response times of each party, worst first. A party that answered nothing has none."""
        stations = None if scope.station is None else (scope.station,)
        self._kpis = scope.inspector.kpis.figures(stations)
        worth = [kpi_row(figure, plain=self.plain) for figure in self._kpis if kpi_rows.is_worth_a_row(figure)]
        rows: list[LatencyRow] = [kpi_rows.HEADING, *worth] if worth else []
        found = scope.inspector.response_times.rows(scope.station)
        for dut in Role:
            section = [self._figures_of(scope, row) for row in found if row.dut is dut]
            if section:
                rows += [heading_of(dut, plain=self.plain), *section]
        # The first heading stands in the header's place.
        self.sections.lead = rows[0] if rows and isinstance(rows[0], Heading) else None
        return rows[1:]

    def _figures_of(self, scope: Scope, row: ResponseTime) -> Figures:
        key = (scope.station, row.dut, row.action)
        known = self._figures.get(key)
        facts = (row.limit, row.over_limit, row.timeouts, row.errors, row.distribution.total)
        if known is None or known[-5:] != facts:
            known = self._figures[key] = figures_of(row)
        return known

    def identity(self, row: LatencyRow) -> Hashable:
        """Party and action, or which figure."""
        if isinstance(row, KpiRow):
            return row.measure
        return row.words if isinstance(row, Heading) else (row.dut, row.action)

    def number(self, row: LatencyRow) -> int | None:
        """No single message."""
        return None

    def empty(self, scope: Scope) -> Sequence[Cell]:
        """What would be here."""
        if scope.inspector.counts.calls:
            return [(("No CALL has been answered yet.", "text"),)]
        return [(("No CALL yet.", "text"),), (("Response times stand here as soon as one is answered.", "muted"),)]

    def chosen(self, row: LatencyRow, scope: Scope) -> None:
        """The samples of a figure, or the responses that make up a row in the Messages tab."""
        if isinstance(row, KpiRow):
            self.set_class(True, "-samples")
            self.samples.open(row.measure, scope)
            self.samples.table.focus()
        elif isinstance(row, Figures):
            way = "up" if row.dut is Role.STATION else "down"
            scope.filter(f"action:{row.action} dir:{way} latency>0s")

    def on_samples_pane_closed(self, event: SamplesPane.Closed) -> None:
        """Back to the list."""
        event.stop()
        self.set_class(False, "-samples")
        self.table.focus()

    def highlighted(self, row: LatencyRow) -> None:
        """Draw its distribution."""
        self._draw_chart()

    def _draw_chart(self) -> None:
        chart = self._chart()
        widget = self.query_one(ResponseChart)
        widget.set_class(chart is None, "-none")
        if chart is not None:
            widget.show(chart)

    def _chart(self) -> Chart | None:
        row, scope = self.current, self.scope
        if scope is None:
            return None
        if isinstance(row, KpiRow):
            figure = next((one for one in self._kpis if one.measure is row.measure), None)
            return None if figure is None else chart_of_figure(figure)
        if not isinstance(row, Figures):
            return None
        rows = scope.inspector.response_times.rows(scope.station)
        found = next((one for one in rows if one.dut is row.dut and one.action == row.action), None)
        if found is None:
            return None
        return chart_of_responses(found, self._kpis[_RESPONSE_MEASURE[row.dut]])

    def count_label(self, scope: Scope) -> Cell:
        """Nothing: breaches are findings."""
        return ()


def chart_of_figure(figure: Figure) -> Chart:
    """The distribution of one of the certificate's figures."""
    words = [f"{figure.excluded_count} not counted"] if figure.excluded else []
    words += [f"{figure.timeouts} did not come in time"] if figure.timeouts else []
    certified = kpi_rows.certified_range(figure.certified)
    words += [f"certified {certified} s"] if certified else []
    waited = f"{figure.timeouts} did not come in time" if figure.timeouts else ""
    return Chart(
        _counted(kpi_rows.LONG_NAMES[figure.measure], figure.samples, "sample"),
        figure.samples,
        figure.limit,
        " · ".join(words),
        kpi_rows.certified_span(figure.certified),
        ("No sample that counts.", waited),
    )


def chart_of_responses(row: ResponseTime, declared: Figure) -> Chart:
    """The distribution of one action, with what was certified for all actions of its party together."""
    words = [f"{row.errors} CALLERROR"] if row.errors else []
    words += [f"{row.timeouts} never answered"] if row.timeouts else []
    certified = kpi_rows.certified_range(declared.certified)
    words += [f"certified {certified} s"] if certified else []
    waited = f"{row.timeouts} waited longer than {format_limit(row.limit or DEFAULT_TIMEOUT)}" if row.timeouts else ""
    return Chart(
        _counted(row.action, row.distribution, "response"),
        row.distribution,
        row.limit,
        " · ".join(words),
        kpi_rows.certified_span(declared.certified),
        ("No CALL was answered.", waited),
    )


def _counted(name: str, distribution: Distribution, noun: str) -> str:
    n = distribution.n
    return f"{name} · {spaced(n)} {noun}{'s' * (n != 1)}"
