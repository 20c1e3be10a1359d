"""A row of the Latency tab that is one of the certificate's performance figures."""

from typing import Any, NamedTuple

from ocppscope.kpi.figures import Figure, Verdict, certified_text, certified_worst
from ocppscope.kpi.measure import (
    AUTHORIZE,
    CERTIFICATE_SIGNED,
    REMOTE_START,
    REMOTE_START_RESPONSE,
    REMOTE_STOP,
    RESPONSE_OF_CSMS,
    RESPONSE_OF_STATION,
    TRIGGERED,
    Measure,
)
from ocppscope.pics.declaration import Measured
from ocppscope.protocol.roles import Role
from ocppscope.tui.tabs.latency_rows import bar_heading, bar_width
from ocppscope.tui.tabs.sections import Heading, grid
from ocppscope.tui.widgets.histogram import response_bar
from ocppscope.tui.widgets.record_table import Cell, Column, Lens

NAMES = {
    RESPONSE_OF_STATION: ("OCPP response", ""),
    RESPONSE_OF_CSMS: ("OCPP response", " CSMS"),
    TRIGGERED: ("Triggered function", ""),
    REMOTE_START: ("Remote start", ""),
    REMOTE_STOP: ("Remote stop", ""),
    AUTHORIZE: ("Authorize", " CSMS"),
    REMOTE_START_RESPONSE: ("Start response", ""),
    CERTIFICATE_SIGNED: ("Certificate signed", ""),
}
"""Names for a narrow column, and whose time it is where the station's is not meant."""

LONG_NAMES = {
    RESPONSE_OF_STATION: "OCPP response of the station",
    RESPONSE_OF_CSMS: "OCPP response of the CSMS",
    TRIGGERED: "Triggered function of the station",
    REMOTE_START: "RemoteStart to authorised start",
    REMOTE_STOP: "RemoteStop to authorised end",
    AUTHORIZE: "Authorize response of the CSMS",
    REMOTE_START_RESPONSE: "RemoteStart response of the station",
    CERTIFICATE_SIGNED: "SignCertificate to CertificateSigned",
}
"""Names for a frame."""

VERDICTS = {
    Verdict.WITHIN: ("✓", "within", "ok"),
    Verdict.NEAR: ("▲", "near", "warn bold"),
    Verdict.EXCEEDED: ("✖", "exceeded", "error bold"),
    Verdict.NO_LIMIT: ("–", "no limit", "muted"),
    Verdict.NO_SAMPLES: ("·", "not seen", "muted"),
}
"""Glyph, word, token: the meaning never stands in the colour alone."""


class KpiRow(NamedTuple):
    """One figure; seconds. ``at_least`` is how long something was waited for that never came."""

    measure: Measure
    n: int
    min: float | None
    avg: float | None
    p50: float | None
    p95: float | None
    max: float | None
    at_least: float | None
    limit: float | None
    certified: str
    verdict: Verdict
    samples: tuple[int, ...]
    """How many of every kind there are: equal rows have the same samples."""
    plain: bool = False

    @property
    def dut(self) -> Role:
        """Whose time it is."""
        return self.measure.dut

    def spanning(self, lens: Lens) -> Cell:
        """The whole line: its columns are not those of the rows below, but its bar stands above theirs."""
        bar = bar_width(lens.width)
        line = grid(_COLUMNS, lens.width - bar - (bar > 0), lambda column, cells: column.cell(self, Lens(cells)))
        slowest = self.max if self.at_least is None else self.at_least
        return [*line, *response_bar(self.p50, self.p95, slowest, self.limit, bar, plain=self.plain)]


def kpi_row(figure: Figure, *, plain: bool = False) -> KpiRow:
    """The row of a figure as it is now."""
    return KpiRow(
        measure=figure.measure,
        n=figure.n,
        min=figure.min,
        avg=figure.avg,
        p50=figure.p50,
        p95=figure.p95,
        max=figure.max,
        at_least=figure.at_least,
        limit=figure.limit,
        certified=certified_range(figure.certified),
        verdict=figure.verdict,
        samples=(figure.n, figure.excluded_count, figure.timeouts, figure.aborted, figure.censored, figure.errors),
        plain=plain,
    )


def is_worth_a_row(figure: Figure) -> bool:
    """Whether there is anything to show: a sample of any kind, a limit, or a certified value."""
    pairs = figure.n or figure.excluded or figure.timeouts or figure.aborted or figure.censored or figure.errors
    return bool(pairs) or figure.limit is not None or certified_worst(figure.certified) is not None


def certified_range(certified: Measured | None) -> str:
    """What the laboratory measured, in ten cells: ``0.34–0.87``, in a certificate of 2022 ``38`` or ``< 1``; "" for nothing."""
    if certified is None or certified_worst(certified) is None:
        return ""
    if certified.min is None or certified.max is None or certified.min == certified.max:
        return certified_text(certified)
    return f"{seconds(certified.min)}–{seconds(certified.max)}"


def certified_span(certified: Measured | None) -> tuple[float, float] | None:
    """The same to be drawn: from, to, in seconds."""
    worst = certified_worst(certified)
    if certified is None or worst is None:
        return None
    least = certified.min if certified.min is not None else certified.value
    return (least if least is not None else worst, worst)


def seconds(value: float | None) -> str:
    """Seconds as certificates print them, with two decimals as long as five cells suffice."""
    if value is None:
        return "–"
    return f"{value:.{2 if value < 99.995 else 1 if value < 999.95 else 0}f}"


def verdict_cell(verdict: Verdict, *, plain: bool = False) -> Cell:
    """Glyph and word."""
    glyph, word, token = VERDICTS[verdict]
    return ((word if plain else f"{glyph} {word}", token),)


def _titles(width: int) -> Cell:
    bar = bar_width(width)
    line = grid(_COLUMNS, width - bar - (bar > 0), lambda column, _: ((column.title, "muted bold"),))
    limit = bar_heading(bar)
    return [*line, (limit if "limit" in limit else "limit".rjust(bar), "muted bold")] if bar else line


HEADING = Heading("certificate's figures", _titles)
"""The heading of the section."""


def _name(row: KpiRow, _lens: Lens) -> Cell:
    name, whose = NAMES[row.measure]
    return ((name, "text bold"), (whose, "muted"))


def _count(row: KpiRow, _lens: Lens) -> Cell:
    return ((str(row.n) if row.n < 10_000 else f"{row.n // 1000}k", "muted"),)


def _value(value: float | None) -> Cell:
    return ((seconds(value), "muted" if value is None else "text"),)


def _slowest(row: KpiRow, _lens: Lens) -> Cell:
    token = VERDICTS[row.verdict][2] if row.verdict in (Verdict.NEAR, Verdict.EXCEEDED) else "text"
    if row.at_least is not None:
        return ((f"≥{seconds(row.at_least)}", token),)
    return ((seconds(row.max), token if row.max is not None else "muted"),)


def _limit(row: KpiRow, _lens: Lens) -> Cell:
    return ((f"{row.limit:g}" if row.limit is not None else "–", "muted"),)


_COLUMNS: list[Column[Any]] = [
    Column("name", "Figure in seconds", 18, _name, priority=99, flexible=True),
    Column("n", "n", 4, _count, priority=70, justify="right"),
    Column("min", "min", 5, lambda row, _: _value(row.min), priority=55, justify="right"),
    Column("avg", "avg", 5, lambda row, _: _value(row.avg), priority=80, justify="right"),
    Column("p95", "p95", 5, lambda row, _: _value(row.p95), priority=50, justify="right"),
    Column("max", "max", 6, _slowest, priority=95, justify="right"),
    Column("limit", "limit", 5, _limit, priority=90, justify="right"),
    Column(
        "certified", "certified", 10, lambda row, _: ((row.certified or "–", "muted"),), priority=45, justify="right"
    ),
    Column("verdict", "verdict", 10, lambda row, _: verdict_cell(row.verdict, plain=row.plain), priority=97),
]
