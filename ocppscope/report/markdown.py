"""The report for a ticket: what was read, what is wrong in it, the certificate's tables, and how long answers took."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from ocppscope.capture.record import UNDATED
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Rule
from ocppscope.inspect.autopsy import autopsies
from ocppscope.inspect.causes import Cause, causes, product_of
from ocppscope.inspect.clock_words import clock_history, clock_words
from ocppscope.inspect.ledger import FindingRow
from ocppscope.kpi.figures import ENOUGH_FOR_P95
from ocppscope.model.connection import VersionSource
from ocppscope.model.finding import Severity
from ocppscope.report.card_words import response_words, stations_words
from ocppscope.report.duration import duration, limit
from ocppscope.report.finding_words import fault_words, records_words
from ocppscope.report.markdown_cells import cell, table
from ocppscope.report.pics_check import markdown as certificate_tables
from ocppscope.report.reading import MOST_LEFT_OUT, Reading
from ocppscope.report.sections import INFERRED, SECTIONS
from ocppscope.report.text_cards import MOST_CARDS, cards_of, shown_cards
from ocppscope.report.text_clocks import clocks_of

MOST_CASES = 10
"""Findings told of one station and rule; what is more is counted."""

MOST_ROWS = 100
"""Rows of clocks and of disconnects."""

MOST_STATIONS = 20
"""Stations named for one rule."""

_NUMBERS = frozenset({"n", "p50", "p95", "max", "limit", "late", "Messages", "Errors", "Warnings"})


def encode(reading: Reading, only: Collection[str] = ()) -> str:
    """The report as Markdown, without a newline at the end; only the sections that are named, or all of `SECTIONS`."""
    return "\n\n".join(_blocks(reading, only))


def _blocks(reading: Reading, only: Collection[str]) -> Iterator[str]:
    selection = reading.selection
    yield "# OCPP traffic report"
    yield "\n".join(_captures(reading))
    counts = selection.findings.counts
    totals = ", ".join(f"{severity.mark} {counts[severity.value]} {severity.value}" for severity in Severity)
    yield f"**{totals}** in {selection.figures.messages} messages"
    for name, make in _MAKERS.items():
        if only and name not in only:
            continue
        content = list(make(reading))
        if content and name not in _WITH_HEADING:
            yield f"## {SECTIONS[name]}"
        yield from content


def _captures(reading: Reading) -> Iterator[str]:
    for facts in reading.captures:
        span = f", {_time(facts.first)} to {_time(facts.last)}" if facts.first and facts.last else ""
        yield f"* {cell(facts.path)}: {facts.format}, {facts.messages} messages{span}"
        if facts.skipped:
            yield f"* ▲ {facts.skipped_count} lines skipped; line {facts.skipped[0].line}: {cell(facts.skipped[0].reason, 200)}"
        for one in facts.left_out[:MOST_LEFT_OUT]:
            yield f"* {cell(facts.path)}: {cell(one.sentence, 300)}"
        if len(facts.left_out) > MOST_LEFT_OUT:
            yield f"* {len(facts.left_out) - MOST_LEFT_OUT} more stations of it left out like this"
        if facts.cut_short:
            yield f"* ▲ {cell(facts.path)}: interrupted, nothing after this was read"
    if reading.selection.expression is not None:
        yield f"* only what matches {cell(reading.selection.expression)}"
    for profile in reading.profiles:
        yield f"* limits of {cell(profile.name)} ({profile.dut})"


def _stations(reading: Reading) -> Iterator[str]:
    if not reading.selection.stations:
        return
    rows = [
        [
            station.id,
            station.shown_version,
            product_of(station).name or "–",
            station.firmware or "–",
            str(station.messages),
            str(station.findings["error"]),
            str(station.findings["warning"]),
        ]
        for station in reading.selection.stations
    ]
    yield table(("Station", "OCPP", "Product", "Firmware", "Messages", "Errors", "Warnings"), rows, _NUMBERS)
    if any(station.version_source is VersionSource.INFERRED for station in reading.selection.stations):
        yield f"? {INFERRED}"


def _findings(reading: Reading) -> Iterator[str]:
    rows = reading.selection.findings.rows()
    if not rows:
        yield f"{len(reading.inspector.rules)} rules watched. Nothing to report."
    rules = {rule.id: rule for rule in all_rules()}
    for cause in causes(rows, reading.inspector.stations):
        lines = [cause_head(cause, rules[cause.rule]), ""]
        for one in cause.stations[:MOST_STATIONS]:
            product = f" ({cell(one.product.words)})" if one.product.words else ""
            lines.append(f"* {cell(one.station)}{product}")
            lines += [f"  * {_row(row)}" for row in one.rows[:MOST_CASES]]
            if len(one.rows) > MOST_CASES:
                lines.append(f"  * and {len(one.rows) - MOST_CASES} more cases")
        if len(cause.stations) > MOST_STATIONS:
            lines.append(f"* and {len(cause.stations) - MOST_STATIONS} more stations")
        yield "\n".join(lines)


def cause_head(cause: Cause, rule: Rule) -> str:
    """``**✖ RPC-024 Payload fails the JSON schema**, 7 times (MUST, station at fault, J16 §4.2.1)``."""
    facts = ", ".join(filter(None, (rule.requirement.value, fault_words(cause), cell(rule.spec))))
    times = f", {cause.count} times" if cause.count > 1 else ""
    return f"**{cause.severity.mark} {cause.rule} {cell(rule.name)}**{times} ({facts})"


def _row(row: FindingRow) -> str:
    times = f", {row.count} times" if row.count > 1 else ""
    return f"{cell(row.finding.evidence, 400)}{times} · {records_words(row)}"


def _vendors(reading: Reading) -> Iterator[str]:
    rules = {rule.id: rule for rule in all_rules()}
    made = [card for card in cards_of(reading) if not card.is_clean]
    for card in shown_cards(made):
        yield f"### {cell(card.title)}"
        yield cell(stations_words(card))
        lines = [*_causes(card.own, rules), *(f"* {cell(response_words(row))}" for row in card.times)]
        if lines:
            yield "\n".join(lines)
        if card.shared:
            yield "The traffic does not tell whose fault:"
            yield "\n".join(_causes(card.shared, rules))
    if len(made) > MOST_CARDS:
        yield f"and {len(made) - MOST_CARDS} more products; JSON has all"


def _causes(found: Iterable[Cause], rules: Mapping[str, Rule]) -> Iterator[str]:
    for cause in found:
        row = cause.stations[0].rows[0]
        yield f"* {cause_head(cause, rules[cause.rule])}"
        yield f"  * {cell(row.finding.station)}: {_row(row)}"


def _clocks(reading: Reading) -> Iterator[str]:
    rows = [
        (station.id, whose, clock_words(clock) or "–", "; ".join(clock_history(clock)))
        for station, whose, clock in islice(clocks_of(reading), MOST_ROWS)
    ]
    if rows:
        yield table(("Station", "Clock of", "Against the recorder's", "History"), rows)


def _performance(reading: Reading) -> Iterator[str]:
    if reading.profiles:
        yield certificate_tables(reading)


def _response_times(reading: Reading) -> Iterator[str]:
    rows = [
        [
            str(row.dut),
            row.action,
            str(row.distribution.n),
            _seconds(row.distribution.quantile(0.5)),
            _seconds(row.distribution.quantile(0.95)) if row.distribution.n >= ENOUGH_FOR_P95 else "–",
            _seconds(row.distribution.max),
            "–" if row.limit is None else limit(row.limit),
            str(row.over_limit + row.timeouts),
        ]
        for row in reading.selection.response_times.rows()
    ]
    if rows:
        yield table(("Answered by", "Action", "n", "p50", "p95", "max", "limit", "late"), rows, _NUMBERS)


def _disconnects(reading: Reading) -> Iterator[str]:
    found = autopsies(reading.selection.disconnects)
    if not found:
        return
    rows = [
        [one.connection.station, _time(one.connection.ended), one.sentence, "; ".join(one.facts())]
        for one in found[-MOST_ROWS:]
    ]
    told = dict.fromkeys(
        f"* {cell(one.connection.station)}: {cell(one.pattern.sentence)}" for one in found if one.pattern is not None
    )
    if told:
        yield "\n".join(told)
    yield table(("Station", "At", "Ended", "Before"), rows)
    if len(found) > MOST_ROWS:
        yield f"the latest {MOST_ROWS} of {len(found)}; JSON has all"


_MAKERS: dict[str, Callable[[Reading], Iterator[str]]] = {
    "stations": _stations,
    "findings": _findings,
    "vendors": _vendors,
    "clocks": _clocks,
    "figures": _performance,
    "times": _response_times,
    "disconnects": _disconnects,
}
"""What makes each section, as blocks; none where there is nothing to tell."""

_WITH_HEADING = frozenset({"figures"})
"""Those that bring their own heading."""


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)


def _time(time: datetime | None) -> str:
    return "–" if time is None or time == UNDATED else f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
