"""The samples of one of the certificate's figures: which messages made it, and what was left out and why."""

import textwrap
from collections.abc import Hashable, Sequence
from datetime import UTC
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message

from ocppscope.kpi.figures import Figure, Verdict, certified_text, certified_worst
from ocppscope.kpi.measure import RESPONSE_OF_STATION, Measure
from ocppscope.kpi.sample import Ending, Sample
from ocppscope.tui.actions import bindings
from ocppscope.tui.columns.messages import middle_cut
from ocppscope.tui.context import Scope
from ocppscope.tui.tabs import kpi_rows
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.widgets.gauge import format_seconds, gauge, limit_token
from ocppscope.tui.widgets.line import SegmentLine
from ocppscope.tui.widgets.record_table import Cell, Column, Lens

MOST_LISTED = 500
"""Samples listed, the slowest: nobody scrolls through more. JSON has all that are kept."""

_PROXY_WORTH_A_WORD = 0.000_05
"""Seconds that messages spent inside the proxy, from which on they are told of."""


class SampleRow(NamedTuple):
    """One sample as it is listed."""

    started: str
    station: str
    connection: int
    trigger: str
    trigger_record: int
    function: str
    function_record: int | None
    seconds: float
    limit: float | None
    counted: bool
    verdict: tuple[str, str]
    """Words and token: whether it counts, and why not."""


class SamplesPane(RecordTab[SampleRow]):
    """The figure in words, and its samples, the slowest first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("samples")

    DEFAULT_CSS = """
    SamplesPane > FigureWords { height: auto; margin: 0 0 1 0; }
    """

    class Closed(Message):
        """Back to the figures, please."""

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(plain=plain, id=id)
        self.measure: Measure = RESPONSE_OF_STATION
        self._built: tuple[Hashable, Sequence[SampleRow]] = (None, ())

    def compose(self) -> ComposeResult:
        """Words above the list."""
        yield FigureWords(plain=self.plain)
        yield from super().compose()

    def open(self, measure: Measure, scope: Scope) -> None:
        """Show the samples of a figure, from the slowest."""
        if measure is not self.measure:
            self.measure = measure
            self._replace(())
        self.refresh_data(scope)
        self.table.move_to(0)

    def action_close_samples(self) -> None:
        """Back to the figures."""
        self.post_message(self.Closed())

    def refresh_data(self, scope: Scope) -> None:
        """Draw what is new."""
        self.query_one(FigureWords).show(scope.inspector.kpis.figure(self.measure, _stations(scope)))
        super().refresh_data(scope)

    def layout_of(self, scope: Scope) -> Hashable:
        """Whether it needs to say which station."""
        return _mixed(scope)

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """When, who, from which message to which, how long, and whether it counts."""
        plain = self.plain
        columns: list[Column[Any]] = [
            Column("time", "Started", 8, lambda row, _: ((row.started, "muted"),), priority=40),
            Column("station", "Station", 10, _station, priority=70, ideal=20),
            Column("trigger", "From", 21, _trigger, priority=65, ideal=32, least=14),
            Column("function", "to", 14, _function, priority=60, least=11, flexible=True),
            Column("seconds", "took", 8, _seconds, priority=99, justify="right"),
            Column("gauge", "of limit", 8, lambda row, lens: _gauge(row, lens, plain=plain), priority=30, ideal=16),
            Column("verdict", "", 22, lambda row, _: (row.verdict,), priority=95, ideal=34),
        ]
        return [column for column in columns if column.key != "station" or _mixed(scope)]

    def build(self, scope: Scope) -> Sequence[SampleRow]:
        """The slowest first."""
        figure = scope.inspector.kpis.figure(self.measure, _stations(scope))
        state = (self.measure, scope.inspector, scope.station, kpi_rows.kpi_row(figure))
        if self._built[0] != state:
            samples = scope.inspector.kpis.samples(self.measure, _stations(scope))
            slowest = sorted(samples, key=lambda sample: -sample.seconds)[:MOST_LISTED]
            self._built = (state, [sample_row(sample, plain=self.plain) for sample in slowest])
        return self._built[1]

    def identity(self, row: SampleRow) -> Hashable:
        """Its first message."""
        return row.connection, row.trigger_record

    def number(self, row: SampleRow) -> int | None:
        """The message that started it."""
        return row.trigger_record

    def empty(self, scope: Scope) -> Sequence[Cell]:
        """What is missing."""
        return [(("No sample of this figure yet.", "text"),), (("Esc", "accent bold"), (" goes back.", "muted"))]

    def count_label(self, scope: Scope) -> Cell:
        """Nothing: it is no tab of its own."""
        return ()


def sample_row(sample: Sample, *, plain: bool = False) -> SampleRow:
    """How a sample is listed."""
    return SampleRow(
        started=f"{sample.started.astimezone(UTC):%H:%M:%S}",
        station=sample.station,
        connection=sample.connection,
        trigger=sample.trigger,
        trigger_record=sample.trigger_record,
        function=sample.function,
        function_record=sample.function_record,
        seconds=sample.seconds,
        limit=sample.limit,
        counted=sample.counted,
        verdict=_verdict(sample, plain=plain),
    )


_ENDINGS = {
    Ending.TIMED_OUT: "never came",
    Ending.ABORTED: "connection ended",
    Ending.CENSORED: "capture ended",
}


def _verdict(sample: Sample, *, plain: bool) -> tuple[str, str]:
    glyph, words, token = "✓ ", "counted", "ok"
    if sample.excluded is not None:
        glyph, words, token = "– ", str(sample.excluded).replace("_", " "), "muted"
    elif sample.late:
        glyph, token = "✖ ", "error bold"
        words = "over the limit" if sample.counted else "never came"
    elif not sample.counted:
        glyph, words, token = "– ", _ENDINGS[sample.ending], "muted"
    for more, so in (
        ("CALLERROR", sample.error),
        ("overtook its response", sample.early),
        ("asked twice", sample.duplicate),
    ):
        words += f", {more}" if so else ""
    return ("" if plain else glyph) + words, token


class FigureWords(SegmentLine):
    """What is known of a figure, a fact a line."""

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self._plain = plain
        self._figure: Figure | None = None

    def show(self, figure: Figure) -> None:
        """Show another figure, or its newest state."""
        self._figure = figure
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are facts."""
        return len(self._said(width))

    def lines(self) -> list[tuple[Cell, Cell]]:
        """Name and verdict; observed; certified; the claim; what does not count."""
        return self._said(self.size.width)

    def _said(self, width: int) -> list[tuple[Cell, Cell]]:
        figure = self._figure
        if figure is None:
            return []
        _, _, token = kpi_rows.VERDICTS[figure.verdict]
        name = ((f"  {kpi_rows.LONG_NAMES[figure.measure]}", "text bold"),)
        lines: list[tuple[Cell, Cell]] = [
            (name, (*kpi_rows.verdict_cell(figure.verdict, plain=self._plain), (" ", ""))),
            (_labelled("observed", observed(figure), "text"), ()),
        ]
        if certified := certified_words(figure):
            lines.append((_labelled("certified", certified, "text"), ()))
        lines.append((_labelled("limit", claim(figure), token), ()))
        for number, text in enumerate(textwrap.wrap(asides(figure), max(width - 14, 20))):
            lines.append((_labelled("besides" if number == 0 else "", text, "muted"), ()))
        return lines


def _labelled(label: str, text: str, token: str) -> Cell:
    return ((f"  {label:<11}", "muted"), (text, token))


def observed(figure: Figure) -> str:
    """What was seen: ``27 samples · min 0.03 · avg 0.46 · p95 3.60 · max 5.14 s``."""
    parts = [f"{figure.n} sample{'s' * (figure.n != 1)}"]
    for name, value in (("min", figure.min), ("avg", figure.avg), ("p95", figure.p95), ("p99", figure.p99)):
        parts += [f"{name} {value:.2f}"] if value is not None else []
    if figure.at_least is not None:
        parts.append(f"max ≥ {figure.at_least:.2f} s")
    elif figure.max is not None:
        parts.append(f"max {figure.max:.2f} s")
    return " · ".join(parts)


def certified_words(figure: Figure) -> str:
    """What the laboratory measured: ``min 0.34 · avg 0.41 · max 0.87 s``; "" when that is not known."""
    certified = figure.certified
    if certified is None or certified_worst(certified) is None:
        return ""
    parts = [
        f"{name} {value:.2f}" for name, value in (("min", certified.min), ("avg", certified.avg)) if value is not None
    ]
    return " · ".join([*parts, f"max {certified_text(certified)} s"])


def claim(figure: Figure) -> str:
    """The limit and how the slowest sample stands to it: ``60 s: within the claim, slower than certified``."""
    if figure.limit is None:
        return "none declared"
    words = {
        Verdict.WITHIN: "within the claim",
        Verdict.NEAR: "within the claim, but near it",
        Verdict.EXCEEDED: "exceeds the declared maximum",
    }.get(figure.verdict, "nothing seen to hold against it")
    return f"{figure.limit:g} s: {words}{', slower than certified' if figure.slower_than_certified else ''}"


def asides(figure: Figure) -> str:
    """What the figures do not hold: ``1 × plug state unknown · 2 × did not come in time``."""
    parts = [f"{count} × {reason.replace('_', ' ')}" for reason, count in figure.excluded.items()]
    counted = {
        "did not come in time": figure.timeouts,
        "over the limit": figure.over_limit,
        "CALLERROR": figure.errors,
        "cut off by the end of a connection": figure.aborted,
        "still open at the end": figure.censored,
    }
    parts += [f"{count} × {what}" for what, count in counted.items() if count]
    if figure.proxy_max is not None and figure.proxy_max >= _PROXY_WORTH_A_WORD:
        parts.append(f"proxy's own share, at most {figure.proxy_max * 1000:.1f} ms, left out")
    if figure.coarse and figure.n:
        parts.append("the capture knows only whole seconds")
    return " · ".join(parts)


def _stations(scope: Scope) -> tuple[str, ...] | None:
    return None if scope.station is None else (scope.station,)


def _mixed(scope: Scope) -> bool:
    return scope.station is None and len(scope.inspector.stations) > 1


def _station(row: SampleRow, lens: Lens) -> Cell:
    return ((middle_cut(row.station, lens.width), "muted"),)


def _message(name: str, number: int | None, lens: Lens, token: str) -> Cell:
    """An action and the number of its record, which is never cut."""
    tail = f" {number}" if number is not None else ""
    return ((middle_cut(name, lens.width - len(tail)), token), (tail, "muted"))


def _trigger(row: SampleRow, lens: Lens) -> Cell:
    return _message(row.trigger, row.trigger_record, lens, "text bold")


def _function(row: SampleRow, lens: Lens) -> Cell:
    return _message(row.function, row.function_record, lens, "text" if row.function_record is not None else "muted")


def _seconds(row: SampleRow, _lens: Lens) -> Cell:
    token = limit_token(row.seconds / row.limit) if row.limit and row.counted else "text"
    prefix = "" if row.function_record is not None else "≥"
    shown = format_seconds(row.seconds)
    return ((prefix + shown, "text" if token == "ok" else token if row.counted else "muted"),)  # noqa: S105 - a colour


def _gauge(row: SampleRow, lens: Lens, *, plain: bool) -> Cell:
    if not row.limit:
        return ()
    share = row.seconds / row.limit
    return ((gauge(share, lens.width, plain=plain), f"{limit_token(share)} on track"),)
