"""Response times as a table: each row's bar is drawn to its own limit, so all limits stand in one column."""

from rich.table import Table
from rich.text import Text

from ocppscope.kpi.response_times import ResponseTime
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Role
from ocppscope.report.duration import duration, limit
from ocppscope.report.kpis import ENOUGH_FOR_P95, NEAR

BAR = 20
"""Cells of a bar; the limit stands at four fifths, so that an excess of a quarter still shows its size."""

_AT_LIMIT = BAR * 4 // 5
_NAMES = {Role.STATION: "station", Role.CSMS: "CSMS"}


def response_times(rows: list[ResponseTime]) -> Table:
    """Rows in the order given; ``answered by`` says whose time it is."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Answered by", no_wrap=True)
    table.add_column("Action", overflow="ellipsis", no_wrap=True, min_width=12, ratio=1)
    for name in ("n", "p50", "p95", "max", "limit"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("━p50 ─p95 ┄max │limit", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row))
    return table


def _cells(row: ResponseTime) -> list[Text]:
    samples = row.distribution
    style = _style(row)
    p95 = samples.quantile(0.95) if samples.n >= ENOUGH_FOR_P95 else None
    notes = [f"{row.errors} CALLERROR"] if row.errors else []
    if row.timeouts:
        notes.append(f"{row.timeouts} never answered")
    action = Text(visible(row.action, 60))
    if notes:
        action.append(f"  {', '.join(notes)}", "red" if row.timeouts else "dim")
    return [
        Text(_NAMES[row.dut]),
        action,
        Text(str(samples.n)),
        Text(_time(samples.quantile(0.5))),
        Text(_time(p95) if p95 is not None else f"n<{ENOUGH_FOR_P95}", "" if p95 is not None else "dim"),
        Text(_time(samples.max), style),
        Text(limit(row.limit) if row.limit is not None else "–", "" if row.limit is not None else "dim"),
        _bar(row, style),
    ]


def _style(row: ResponseTime) -> str:
    if row.limit is None:
        return ""
    if row.over_limit or row.timeouts:
        return "bold red"
    return "yellow" if row.worst_share >= NEAR else "green"


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)


def _bar(row: ResponseTime, style: str) -> Text:
    samples = row.distribution
    if row.limit is None or samples.max is None:
        return Text()
    ends = [
        ("━", samples.quantile(0.5)),
        ("─", samples.quantile(0.95) if samples.n >= ENOUGH_FOR_P95 else None),
        ("┄", samples.max),
    ]
    cells = ""
    for glyph, end in ends:
        if end is not None:
            cells += glyph * (min(round(end / row.limit * _AT_LIMIT), BAR) - len(cells))
    bar = Text(f"{cells[:_AT_LIMIT]:<{_AT_LIMIT}}", style)
    beyond = cells[_AT_LIMIT:]
    bar.append("┼" if beyond else "│", style if beyond else "dim")
    bar.append(beyond, style)
    return bar
