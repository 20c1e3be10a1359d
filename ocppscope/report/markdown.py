"""The report for a ticket: what was read, what is wrong in it, the certificate's tables, and how long answers took."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from ocppscope.kpi.figures import ENOUGH_FOR_P95
from ocppscope.model.connection import VersionSource
from ocppscope.model.finding import Severity
from ocppscope.report.duration import duration, limit
from ocppscope.report.markdown_cells import cell, table
from ocppscope.report.pics_check import markdown as certificate_tables
from ocppscope.report.reading import Reading
from ocppscope.report.text import INFERRED

MOST_CASES = 10
"""Cases named for one rule; what is more is counted."""

MOST_RECORDS = 8
"""Record numbers named for one case."""

_NUMBERS = frozenset({"n", "p50", "p95", "max", "limit", "late", "Messages", "Errors", "Warnings"})


def encode(reading: Reading) -> str:
    """The whole report as Markdown, without a newline at the end."""
    return "\n\n".join(_blocks(reading))


def _blocks(reading: Reading) -> Iterator[str]:
    selection = reading.selection
    yield "# OCPP traffic report"
    yield "\n".join(_captures(reading))
    counts = selection.findings.counts
    totals = ", ".join(f"{severity.mark} {counts[severity.value]} {severity.value}" for severity in Severity)
    yield f"**{totals}** in {selection.figures.messages} messages"
    if selection.stations:
        yield "## Stations"
        yield _stations(reading)
    yield "## Findings"
    yield "\n\n".join(_findings(reading))
    if reading.profiles:
        yield certificate_tables(reading)
    if selection.response_times.rows():
        yield "## Response times"
        yield _response_times(reading)
    if selection.disconnects:
        yield "## Disconnects"
        yield _disconnects(reading)


def _captures(reading: Reading) -> Iterator[str]:
    for facts in reading.captures:
        span = f", {_time(facts.first)} to {_time(facts.last)}" if facts.first and facts.last else ""
        yield f"* {cell(facts.path)}: {facts.format}, {facts.messages} messages{span}"
        if facts.skipped:
            yield f"* ▲ {facts.skipped_count} lines skipped; line {facts.skipped[0].line}: {cell(facts.skipped[0].reason, 200)}"
    if reading.selection.expression is not None:
        yield f"* only what matches {cell(reading.selection.expression)}"
    for profile in reading.profiles:
        yield f"* limits of {cell(profile.name)} ({profile.dut})"


def _stations(reading: Reading) -> str:
    rows = [
        [
            station.id,
            station.shown_version,
            " ".join(filter(None, (station.vendor, station.model))) or "–",
            station.firmware or "–",
            str(station.messages),
            str(station.findings["error"]),
            str(station.findings["warning"]),
        ]
        for station in reading.selection.stations
    ]
    stations = table(("Station", "OCPP", "Product", "Firmware", "Messages", "Errors", "Warnings"), rows, _NUMBERS)
    inferred = any(station.version_source is VersionSource.INFERRED for station in reading.selection.stations)
    return f"{stations}\n\n? {INFERRED}" if inferred else stations


def _findings(reading: Reading) -> Iterator[str]:
    rows = reading.selection.findings.rows()
    if not rows:
        yield f"{len(reading.inspector.rules)} rules watched. Nothing to report."
    names = {rule.id: rule for rule in reading.inspector.rules}
    for rule_id, group in groupby(rows, key=lambda row: row.finding.rule):
        cases = list(group)
        rule = names[rule_id]
        lines = [f"**{cases[0].finding.severity.mark} {rule_id} {cell(rule.name)}** ({cell(rule.spec)})", ""]
        for case in cases[:MOST_CASES]:
            records = ", ".join(map(str, case.records[:MOST_RECORDS]))
            times = f", {case.count} times" if case.count > 1 else ""
            lines.append(
                f"* {cell(case.finding.station)}: {cell(case.finding.evidence, 400)} (record {records}{times})"
            )
        if len(cases) > MOST_CASES:
            lines.append(f"* and {len(cases) - MOST_CASES} more cases")
        yield "\n".join(lines)


def _response_times(reading: Reading) -> str:
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
    return table(("Answered by", "Action", "n", "p50", "p95", "max", "limit", "late"), rows, _NUMBERS)


def _disconnects(reading: Reading) -> str:
    rows = [
        [
            connection.station,
            _time(connection.ended),
            connection.closed_by or "?",
            connection.how or "?",
            "–" if connection.close_code is None else str(connection.close_code),
            _seconds(connection.idle_seconds),
        ]
        for connection in reading.selection.disconnects
    ]
    return table(("Station", "At", "By", "How", "Code", "Idle before"), rows)


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)


def _time(time: datetime | None) -> str:
    return "–" if time is None else f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
