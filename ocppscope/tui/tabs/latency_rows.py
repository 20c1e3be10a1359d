"""A row of the Latency tab: how long one party takes to answer one action."""

from functools import cache, partial
from typing import Any, NamedTuple

from ocppscope.kpi.response_times import ResponseTime
from ocppscope.protocol.roles import Role
from ocppscope.tui.tabs.sections import Heading, grid
from ocppscope.tui.widgets.gauge import format_limit, format_seconds, limit_token
from ocppscope.tui.widgets.histogram import LIMIT_AT, response_bar
from ocppscope.tui.widgets.record_table import Cell, Column, Lens

FEWEST_FOR_P95 = 20
"""Below so many answers the 95th percentile is the slowest one, and not shown."""

_BESIDE_THE_BAR = 77
"""Cells of a line that the certificate's figures need beside their bar to be shown whole."""
_SHORTEST_BAR, _LONGEST_BAR, _NO_BAR_BELOW = 12, 44, 48


class Figures(NamedTuple):
    """Seconds, all of one party and action."""

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


def bar_width(width: int) -> int:
    """Cells of the bars at the end of a line of so many cells: the same in all sections, so that all limits are one column."""
    return min(max(width - _BESIDE_THE_BAR, _SHORTEST_BAR), _LONGEST_BAR) if width >= _NO_BAR_BELOW else 0


def response_columns(width: int, *, plain: bool) -> list[Column[Any]]:
    """Action, how many, figures, and the bar, in so many cells."""
    columns: list[Column[Any]] = [
        Column("action", "Action", 20, _action, priority=99, flexible=True),
        Column("n", "n", 5, _count, priority=80, justify="right"),
        Column("late", "late", 4, _late, priority=83, justify="right"),
        Column("p50", "p50", 8, _p50, priority=70, justify="right"),
        Column("p95", "p95", 8, _p95, priority=75, justify="right"),
        Column("max", "max", 8, _slowest, priority=90, justify="right"),
        Column("limit", "limit", 7, _limit, priority=85, justify="right"),
    ]
    bar = bar_width(width)
    if bar:
        title = bar_heading(bar, plain=plain)
        columns.append(Column("bar", title, bar, lambda row, lens: _bar(row, lens, plain=plain), priority=98))
    return columns


_SIDES = {Role.STATION: "station answers the CSMS", Role.CSMS: "CSMS answers the station"}
_SHORT_SIDES = {Role.STATION: "station answers", Role.CSMS: "CSMS answers"}


def _titles(dut: Role, width: int, *, plain: bool) -> Cell:
    def title(column: Column[Any], cells: int) -> Cell:
        words = column.title
        if column.key == "action":
            words = _SIDES[dut] if len(_SIDES[dut]) <= cells else _SHORT_SIDES[dut]
        return ((words, "muted bold"),)

    return grid(response_columns(width, plain=plain), width, title)[:-1]


@cache
def heading_of(dut: Role, *, plain: bool = False) -> Heading:
    """The heading of a party's section."""
    return Heading(_SIDES[dut], partial(_titles, dut, plain=plain))


def bar_heading(width: int, *, plain: bool = False) -> str:
    """The strokes explained, and ``limit`` above the column where all limits stand; as far as there is room for either."""
    start = min(int(width * LIMIT_AT) - 2, width - len("limit"))
    legends = ("━p50 ─p95 ┄max", "━50 ─95 ┄max", "━50─95┄max")
    if plain:
        legends = ("=p50 -p95 .max", "=50 -95 .max", "=50-95.max")
    legend = next((legend for legend in legends if len(legend) < start), "")
    return legend.ljust(start) + "limit" if legend else legends[2]


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
