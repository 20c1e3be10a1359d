"""The report for people: a summary that fits 80 columns and says the worst first."""

from collections.abc import Iterator
from datetime import UTC
from itertools import groupby
from operator import itemgetter

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.connection import Connection, Station, VersionSource
from ocppscope.model.finding import Severity
from ocppscope.model.transaction import Transaction
from ocppscope.model.visible import visible
from ocppscope.pics.offers import offers
from ocppscope.protocol.roles import Role
from ocppscope.report.duration import duration, limit
from ocppscope.report.kpi_table import kpi_table, tolerance_lines
from ocppscope.report.kpis import figures, other_figures
from ocppscope.report.reading import CaptureFacts, Reading
from ocppscope.report.response_table import ResponseTable

MOST_ROWS = 40
"""Rows of one section; what is more is counted in a last line. JSON has them all."""

MOST_CASES = 5
"""Stations or causes named for one rule."""

MOST_RECORDS = 8
"""Record numbers named for one case."""

_LONG = frozenset({"Product", "Reason", "Message id"})
"""Columns that may take several lines, so that the others stay whole."""

INFERRED = "concluded from the messages, the oldest version that fits: no usable subprotocol was negotiated or recorded"
"""Said of every version that nobody named."""

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def print_report(reading: Reading, console: Console) -> None:
    """Print the whole summary."""
    for number, section in enumerate(_sections(reading)):
        if number:
            console.print()
        console.print(section)


def _sections(reading: Reading) -> Iterator[RenderableType]:
    selection = reading.selection
    yield _captures(reading)
    yield _verdict(reading)
    if selection.stations:
        yield _titled("Stations", _stations(selection.stations))
    yield _titled("Findings", _findings(reading))
    if rows := selection.response_times.rows():
        yield _titled("Response times", ResponseTable(rows))
    if table := kpi_table(figures(reading) + other_figures(reading)):
        yield _titled("Performance figures", table)
    if lines := tolerance_lines(reading.inspector.tolerances, [station.id for station in selection.stations]):
        yield _titled("Timeouts, measured", lines)
    if selection.pending:
        yield _titled("Unanswered at the end", _unanswered(reading))
    if selection.transactions:
        yield _titled("Transactions", _transactions(selection.transactions))
    if selection.disconnects:
        yield _titled("Disconnects", _disconnects(list(selection.disconnects)))


def _titled(title: str, content: RenderableType) -> RenderableType:
    return Group(Text(title, "bold"), Padding(content, (0, 0, 0, 2)))


def _table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in columns:
        table.add_column(
            name,
            justify="right" if name in right else "left",
            no_wrap=name not in _LONG,
            overflow="fold" if name in _LONG else "ellipsis",
            min_width=len(name),
        )
    return table


def _safe(text: object, length: int = 60) -> Text:
    """Wire text as it may be shown: never obeyed by the terminal, never taken for markup."""
    return Text("–", "dim") if text is None or text == "" else Text(visible(str(text), length))


def _captures(reading: Reading) -> RenderableType:
    lines: list[Text] = []
    for facts in reading.captures:
        amounts = f"{_many(facts.messages, 'message')} in {_many(facts.records, 'record')}"
        where = f", seen at the {facts.vantage}" if facts.vantage != "unknown" else ""
        lines.append(Text.assemble((visible(facts.path), "bold"), f"  {facts.format}, {amounts}{where}"))
        lines.extend(_when(facts))
        lines.extend(_skipped(facts))
    if reading.selection.expression is not None:
        lines.append(Text(f"only what matches: {visible(reading.selection.expression)}", "yellow"))
    lines.extend(Text(f"limits of {visible(profile.name)} ({profile.dut})") for profile in reading.profiles)
    return Group(*lines)


def _when(facts: CaptureFacts) -> Iterator[Text]:
    if facts.first is not None and facts.last is not None:
        first, last = facts.first.astimezone(UTC), facts.last.astimezone(UTC)
        end = f"{last:%H:%M:%S}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M:%S}"
        yield Text(f"  {first:%Y-%m-%d %H:%M:%S} to {end} UTC")


def _skipped(facts: CaptureFacts) -> Iterator[Text]:
    if facts.skipped:
        first = facts.skipped[0]
        reason = visible(first.reason, 200)
        yield Text(
            f"  ▲ {_many(facts.skipped_count, 'line')} skipped; the first is line {first.line}: {reason}", "yellow"
        )


def _verdict(reading: Reading) -> RenderableType:
    figures, counts = reading.selection.figures, reading.selection.findings.counts
    marks = Text("   ").join(
        Text(
            f"{severity.mark} {_many(counts[severity.value], severity.value)}",
            STYLES[severity] if counts[severity.value] else "dim",
        )
        for severity in Severity
    )
    shapes = {
        "CALL": figures.calls, "CALLRESULT": figures.call_results, "CALLERROR": figures.call_errors,
        "CALLRESULTERROR": figures.call_result_errors, "SEND": figures.sends, "malformed": figures.malformed,
    }  # fmt: skip
    ends = {"answered": figures.answered, "unanswered": figures.unanswered, "aborted": figures.aborted}
    said = ", ".join(f"{count} {name}" for name, count in shapes.items() if count)
    ended = ", ".join(f"{count} {name}" for name, count in ends.items() if count or name == "answered")
    places = [_many(figures.stations, "station"), _many(figures.connections, "connection")]
    if figures.refused:
        places.append(f"{figures.refused} refused")
    if figures.orphan_responses:
        ended += f"; {_many(figures.orphan_responses, 'response')} to no CALL"
    totals = f"{', '.join(places)}; {_many(figures.messages, 'message')}{': ' if said else ''}{said}; CALLs: {ended}"
    return Group(marks, Text(totals))


def _stations(stations: list[Station]) -> RenderableType:
    table = _table("Station", "OCPP", "Product", "Firmware", "Messages", "Findings", "Limits of", right=("Messages",))
    for station in stations[:MOST_ROWS]:
        product = " ".join(part for part in (station.vendor, station.model) if part)
        table.add_row(
            _safe(station.id),
            _safe(station.shown_version),
            _safe(product),
            _safe(station.firmware),
            str(station.messages),
            _marks(station),
            _safe(station.profile),
        )
    lines = [_with_rest(table, len(stations))]
    if any(station.version_source is VersionSource.INFERRED for station in stations):
        lines.append(Text(f"? {INFERRED}", "dim"))
    for name, ids in groupby(sorted(offers(stations).items(), key=itemgetter(1, 0)), key=itemgetter(1)):
        who = visible(", ".join(station for station, _ in ids), 60)
        lines.append(Text(f"{who}: --pics {name} judges by the limits of what looks like the same product", "yellow"))
    return Group(*lines)


def _marks(station: Station) -> Text:
    found = [(severity, count) for severity in Severity if (count := station.findings[severity.value])]
    if not found:
        return Text("none", "dim")
    return Text(" ").join(Text(f"{severity.mark}{count}", STYLES[severity]) for severity, count in found)


def _findings(reading: Reading) -> RenderableType:
    rows = reading.selection.findings.rows()
    if not rows:
        watched = _many(reading.selection.figures.messages, "message")
        return Text(f"{_many(len(reading.inspector.rules), 'rule')} watched {watched}. Nothing to report.", "green")
    names = {rule.id: rule.name for rule in reading.inspector.rules}
    groups: list[RenderableType] = []
    for (severity, rule), found in groupby(rows, key=lambda row: (row.finding.severity, row.finding.rule)):
        groups.append(_rule(severity, rule, names.get(rule, ""), list(found)))
    return Group(*groups)


def _rule(severity: Severity, rule: str, name: str, rows: list[FindingRow]) -> RenderableType:
    times = sum(row.count for row in rows)
    head = Text.assemble(
        (f"{severity.mark} {rule}", STYLES[severity]),
        f"  {name}",
        (f"  {times}×" if times > 1 else "", "bold"),
        (f"  {rows[0].finding.spec}", "dim"),
        overflow="ellipsis",
        no_wrap=True,
    )
    details: list[Text] = []
    for row in rows[:MOST_CASES]:
        finding = row.finding
        numbers = ", ".join(str(number) for number in row.records[:MOST_RECORDS])
        more = ", …" if row.count > MOST_RECORDS else ""
        count = f"  {row.count}×" if row.count > 1 else ""
        details.append(
            Text.assemble(
                (f"{visible(finding.station, 40)}  ", "bold"),
                visible(finding.evidence, 400),
                (count, "bold"),
                (f"  record{'s' if row.count > 1 else ''} {numbers}{more}", "dim"),
            )
        )
    if len(rows) > MOST_CASES:
        details.append(Text(f"and {len(rows) - MOST_CASES} more cases", "dim"))
    return Group(head, Padding(Group(*details), (0, 0, 0, 4)))


def _unanswered(reading: Reading) -> RenderableType:
    pending = reading.selection.pending
    table = _table("Station", "Action", "Message id", "Waits for", "Since", "Limit", right=("Since", "Limit"))
    for exchange in pending[:MOST_ROWS]:
        age = (reading.now - exchange.since) / 1e9
        late = exchange.limit is not None and age > exchange.limit
        table.add_row(
            _safe(exchange.station),
            _safe(exchange.action),
            _safe(exchange.message_id, 36),
            "station" if exchange.dut is Role.STATION else "CSMS",
            Text(f"≥ {duration(age)}", "bold red" if late else ""),
            limit(exchange.limit) if exchange.limit is not None else Text("–", "dim"),
        )
    return _with_rest(table, len(pending))


def _transactions(transactions: list[Transaction]) -> RenderableType:
    table = _table(
        "Station", "Id", "EVSE", "State", "Start (UTC)", "Duration", "Energy", "Reason", right=("Energy", "Duration")
    )
    for row in transactions[:MOST_ROWS]:
        took = str(row.stop - row.start).partition(".")[0] if row.start and row.stop else None
        energy = f"{row.energy_wh / 1000:.2f} kWh" if row.energy_wh is not None else None
        table.add_row(
            _safe(row.station),
            _safe(row.id, 36),
            _safe(row.connector),
            _safe(row.state),
            _safe(f"{row.start.astimezone(UTC):%m-%d %H:%M:%S}" if row.start else None),
            _safe(took),
            _safe(energy),
            _safe(row.reason),
        )
    return _with_rest(table, len(transactions))


def _disconnects(connections: list[Connection]) -> RenderableType:
    table = _table("Station", "At (UTC)", "By", "How", "Code", "Idle before", "Reason", right=("Idle before",))
    for row in connections[:MOST_ROWS]:
        table.add_row(
            _safe(row.station),
            _safe(f"{row.ended.astimezone(UTC):%m-%d %H:%M:%S}" if row.ended else None),
            _safe(row.closed_by),
            _safe(row.how),
            _safe(row.close_code),
            _safe(duration(row.idle_seconds) if row.idle_seconds is not None else None),
            _safe(row.close_reason),
        )
    return _with_rest(table, len(connections))


def _with_rest(table: Table, rows: int) -> RenderableType:
    if rows <= MOST_ROWS:
        return table
    return Group(table, Text(f"and {rows - MOST_ROWS} more; --format json has all", "dim"))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
