"""Performance figures and measured timeouts for people, in 80 columns."""

from collections.abc import Iterable, Iterator
from itertools import islice

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ocppscope.kpi.figures import Figure, Verdict, certified_text
from ocppscope.kpi.tolerance import Tolerances, Tolerated
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Role

_NAMES = {
    "ocpp_triggered_function_timeout": "Triggered function",
    "remote_start_authorization_time": "Remote start",
    "remote_stop_authorization_end_time": "Remote stop",
    "authorize_response_time": "Authorize response",
    "remote_start_response_time": "RemoteStart response",
    "certificate_signed_time": "Certificate signed",
}
"""Shorter than the certificate's names, which take a line of their own."""

STYLES = {
    Verdict.WITHIN: "green",
    Verdict.NEAR: "yellow",
    Verdict.EXCEEDED: "bold red",
    Verdict.NO_LIMIT: "dim",
    Verdict.NO_SAMPLES: "dim",
}

WORDS = {
    Verdict.WITHIN: "within",
    Verdict.NEAR: "near",
    Verdict.EXCEEDED: "exceeded",
    Verdict.NO_LIMIT: "no limit",
    Verdict.NO_SAMPLES: "not seen",
}

MOST_ROWS = 40
"""Measured timeouts that are shown; JSON has them all."""

_SIDES = {Role.STATION: "station", Role.CSMS: "CSMS"}


def kpi_table(figures: Iterable[Figure]) -> RenderableType | None:
    """The figures that have a sample or a limit; None when none has."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Figure")
    for name in ("n", "min", "avg", "p95", "max", "limit", "cert."):
        table.add_column(name, justify="right", no_wrap=True, min_width=5)
    table.add_column("", no_wrap=True)
    notes: list[Text] = []
    for figure in figures:
        if not (figure.n or figure.excluded or figure.timeouts or figure.limit):
            continue
        table.add_row(
            _name(figure),
            str(figure.n),
            seconds(figure.min),
            seconds(figure.avg),
            seconds(figure.p95),
            slowest(figure),
            "–" if figure.limit is None else f"{figure.limit:g}",
            certified_text(figure.certified),
            Text(WORDS[figure.verdict], STYLES[figure.verdict]),
        )
        if aside := remarks(figure):
            notes.append(Text(f"{_name(figure)}: {aside}", "dim"))
    if not table.row_count:
        return None
    return Group(table, *notes, Text("seconds; cert.: the slowest that the certificate's laboratory measured", "dim"))


def _name(figure: Figure) -> str:
    """Short, with whose it is where that is not always the same."""
    return _NAMES.get(figure.measure.key) or f"Response of {_SIDES[figure.measure.dut]}"


def remarks(figure: Figure, *, compared: bool = False) -> str:
    """What a row cannot say: ``1 × plug state unknown, 2 × CALLERROR, slower than certified``; empty for nothing.

    With ``compared``, the comparison with the certificate was made already.
    """
    parts = [f"{count} × {reason.replace('_', ' ')}" for reason, count in figure.excluded.items()]
    counted = {
        "CALLERROR": figure.errors,
        "never came": figure.timeouts,
        "over the limit": figure.over_limit,
        "cut off by the end of a connection": figure.aborted,
        "still open": figure.censored,
    }
    parts += [f"{count} × {what}" for what, count in counted.items() if count]
    if figure.slower_than_certified and not compared:
        parts.append("slower than certified")
    if figure.coarse and figure.n:
        parts.append("the capture knows only whole seconds")
    return ", ".join(parts)


def tolerance_lines(tolerances: Tolerances, stations: Iterable[str]) -> RenderableType | None:
    """What each side tolerates, one sentence a line, the timers that end connections first; None for nothing."""
    known = list(stations)
    lines = [Text(f"connections: {pattern.sentence}", "yellow") for pattern in tolerances.patterns(known)]
    rows = [row for station in known for row in tolerances.rows(station)]
    lines += list(islice(_sentences(rows), MOST_ROWS))
    if len(rows) > MOST_ROWS:
        lines.append(Text(f"and {len(rows) - MOST_ROWS} more; --format json has all", "dim"))
    return Group(*lines) if lines else None


def _sentences(rows: Iterable[Tolerated]) -> Iterator[Text]:
    for row in rows:
        yield Text.assemble((f"{visible(row.station, 40)}  ", "bold"), f"{_SIDES[row.side]} {row.sentence}")


def seconds(value: float | None) -> str:
    """As a certificate prints it: two decimals."""
    return "–" if value is None else f"{value:.2f}"


def slowest(figure: Figure) -> str:
    """The maximum, or what it is at least where something never came."""
    return seconds(figure.max) if figure.at_least is None else f"≥ {figure.at_least:.2f}"
