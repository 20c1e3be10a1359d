"""Response times as a table: each row's bar is drawn to its own limit, so all limits stand in one column."""

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.table import Table
from rich.text import Text

from ocppscope.kpi.figures import ENOUGH_FOR_P95, NEAR
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Role
from ocppscope.report.duration import duration, limit

BAR = 15
"""Cells of a bar; the limit stands at four fifths, so that an excess of a quarter still shows its size."""

SHORTEST_ACTION = 18
"""Cells that an action must keep before the bar is left out: ``StatusNotification``."""

_AT_LIMIT = BAR * 4 // 5
_NAMES = {Role.STATION: "station", Role.CSMS: "CSMS"}
_GAP = 2


class ResponseTable:
    """Rows in the order given; ``answered by`` says whose time it is, ``late`` counts answers after the limit and none."""

    def __init__(self, rows: list[ResponseTime]) -> None:
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table; its bars only where they fit."""
        cells = [_cells(row) for row in self._rows]
        heads = ["Answered by", "Action", "n", "late", "err", "p50", "p95", "max", "limit"]
        used = [max(len(head), *(len(row[column]) for row in cells)) for column, head in enumerate(heads)]
        room = options.max_width - sum(used) + used[1] - _GAP * (len(heads) - 1)
        bars = any(row.limit is not None for row in self._rows) and room - BAR - 1 - _GAP >= min(
            used[1], SHORTEST_ACTION
        )
        if bars:
            room -= BAR + 1 + _GAP
        table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
        for column, head in enumerate(heads):
            width = max(min(used[1], room), 6) if column == 1 else used[column]
            justify: JustifyMethod = "left" if column < 2 else "right"
            table.add_column(head, width=width, justify=justify, no_wrap=True, overflow="ellipsis")
        if bars:
            table.add_column("━p50 ─p95 ┄max", width=BAR + 1, no_wrap=True)
        for row, texts in zip(self._rows, cells, strict=True):
            table.add_row(*texts, *([_bar(row)] if bars else []))
        yield table


def _cells(row: ResponseTime) -> list[Text]:
    samples = row.distribution
    late = row.over_limit + row.timeouts
    p95 = samples.quantile(0.95) if samples.n >= ENOUGH_FOR_P95 else None
    return [
        Text(_NAMES[row.dut]),
        Text(visible(row.action, 60)),
        Text(str(samples.n)),
        Text(str(late or ""), "bold red"),
        Text(str(row.errors or "")),
        Text(_time(samples.quantile(0.5))),
        Text(_time(p95)) if p95 is not None else Text(f"n<{ENOUGH_FOR_P95}", "dim"),
        Text(_time(samples.max), _style(row)),
        Text(limit(row.limit)) if row.limit is not None else Text("–", "dim"),
    ]


def _style(row: ResponseTime) -> str:
    if row.limit is None:
        return ""
    if row.over_limit or row.timeouts:
        return "bold red"
    return "yellow" if row.worst_share >= NEAR else "green"


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)


def _bar(row: ResponseTime) -> Text:
    samples, style = row.distribution, _style(row)
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
