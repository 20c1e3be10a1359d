"""The report for people: a summary that fits 80 columns and says the worst first."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC
from itertools import groupby
from operator import itemgetter

from rich.console import Console, Group, RenderableType
from rich.text import Text

from ocppscope.model.connection import Station, VersionSource
from ocppscope.model.finding import Severity
from ocppscope.model.visible import visible
from ocppscope.pics.offers import offers
from ocppscope.protocol.roles import Role
from ocppscope.report.duration import duration, limit
from ocppscope.report.kpi_table import kpi_table, tolerance_lines
from ocppscope.report.kpis import figures, other_figures
from ocppscope.report.reading import MOST_LEFT_OUT, CaptureFacts, Reading
from ocppscope.report.response_table import ResponseTable
from ocppscope.report.sections import INFERRED, SECTIONS
from ocppscope.report.text_cards import cards_section, cards_summary
from ocppscope.report.text_cells import MOST_ROWS, STYLES, many, safe, table, titled, with_rest
from ocppscope.report.text_clocks import clocks_section
from ocppscope.report.text_endings import endings_section
from ocppscope.report.text_findings import findings_section


def print_report(reading: Reading, console: Console, only: Collection[str] = ()) -> None:
    """Print the whole summary, or only the sections that are named, of `SECTIONS`."""
    for number, section in enumerate(_sections(reading, only)):
        if number:
            console.print()
        console.print(section)


def _sections(reading: Reading, only: Collection[str]) -> Iterator[RenderableType]:
    yield _captures(reading)
    if not only:
        yield _verdict(reading)
    for name, title in SECTIONS.items():
        if only and name not in only:
            continue
        content = (_IN_FULL if only else _MAKERS).get(name, _MAKERS[name])(reading)
        if content is None and only:
            content = Text("nothing", "dim")
        if content is not None:
            yield titled(title, content)


def _captures(reading: Reading) -> RenderableType:
    lines: list[Text] = []
    for facts in reading.captures:
        amounts = f"{many(facts.messages, 'message')} in {many(facts.records, 'record')}"
        if facts.left_out and not facts.records:
            amounts = "nothing of it read"
        where = f", seen at the {facts.vantage}" if facts.vantage != "unknown" else ""
        lines.append(Text.assemble((visible(facts.path), "bold"), f"  {facts.format}, {amounts}{where}"))
        lines.extend(_when(facts))
        lines.extend(_skipped(facts))
        lines.extend(_not_read(facts))
    if reading.selection.expression is not None:
        lines.append(Text(f"only what matches: {visible(reading.selection.expression)}", "yellow"))
    lines.extend(Text(f"limits of {visible(profile.name)} ({profile.dut})") for profile in reading.profiles)
    return Group(*lines)


def _when(facts: CaptureFacts) -> Iterator[Text]:
    if facts.first is not None and facts.last is not None:
        first, last = facts.first.astimezone(UTC), facts.last.astimezone(UTC)
        end = f"{last:%H:%M:%S}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M:%S}"
        yield Text(f"  {first:%Y-%m-%d %H:%M:%S} to {end} UTC")
    elif facts.messages:
        yield Text("  without times: their order is all that is known", "dim")


def _skipped(facts: CaptureFacts) -> Iterator[Text]:
    if facts.skipped:
        first = facts.skipped[0]
        reason = visible(first.reason, 200)
        yield Text(
            f"  ▲ {many(facts.skipped_count, 'line')} skipped; the first is line {first.line}: {reason}", "yellow"
        )


def _not_read(facts: CaptureFacts) -> Iterator[Text]:
    for one in facts.left_out[:MOST_LEFT_OUT]:
        yield Text(f"  {visible(one.sentence, 300)}", "dim")
    if len(facts.left_out) > MOST_LEFT_OUT:
        yield Text(f"  and {len(facts.left_out) - MOST_LEFT_OUT} more stations left out like this", "dim")
    if facts.cut_short:
        yield Text("  ▲ interrupted: nothing after this was read", "yellow")


def _verdict(reading: Reading) -> RenderableType:
    figures, counts = reading.selection.figures, reading.selection.findings.counts
    marks = Text("   ").join(
        Text(
            f"{severity.mark} {many(counts[severity.value], severity.value)}",
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
    places = [many(figures.stations, "station"), many(figures.connections, "connection")]
    if figures.refused:
        places.append(f"{figures.refused} refused")
    if figures.orphan_responses:
        ended += f"; {many(figures.orphan_responses, 'response')} to no CALL"
    totals = f"{', '.join(places)}; {many(figures.messages, 'message')}{': ' if said else ''}{said}; CALLs: {ended}"
    return Group(marks, Text(totals))


def _stations(reading: Reading) -> RenderableType | None:
    stations = reading.selection.stations
    if not stations:
        return None
    rows = table("Station", "OCPP", "Product", "Firmware", "Messages", "Findings", "Limits of", right=("Messages",))
    for station in stations[:MOST_ROWS]:
        product = " ".join(part for part in (station.vendor, station.model) if part)
        rows.add_row(
            safe(station.id),
            safe(station.shown_version),
            safe(product),
            safe(station.firmware),
            str(station.messages),
            _marks(station),
            safe(station.profile),
        )
    lines = [with_rest(rows, len(stations))]
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


def _response_times(reading: Reading) -> RenderableType | None:
    rows = reading.selection.response_times.rows()
    return ResponseTable(rows) if rows else None


def _figures(reading: Reading) -> RenderableType | None:
    return kpi_table(figures(reading) + other_figures(reading))


def _timeouts(reading: Reading) -> RenderableType | None:
    return tolerance_lines(reading.inspector.tolerances, [station.id for station in reading.selection.stations])


def _unanswered(reading: Reading) -> RenderableType | None:
    pending = reading.selection.pending
    if not pending:
        return None
    rows = table("Station", "Action", "Message id", "Waits for", "Since", "Limit", right=("Since", "Limit"))
    for exchange in pending[:MOST_ROWS]:
        age = (reading.now - exchange.since) / 1e9
        late = exchange.limit is not None and age > exchange.limit
        rows.add_row(
            safe(exchange.station),
            safe(exchange.action),
            safe(exchange.message_id, 36),
            "station" if exchange.dut is Role.STATION else "CSMS",
            Text(f"≥ {duration(age)}" if exchange.since else "–", "bold red" if late else ""),
            limit(exchange.limit) if exchange.limit is not None else Text("–", "dim"),
        )
    return with_rest(rows, len(pending))


def _transactions(reading: Reading) -> RenderableType | None:
    transactions = reading.selection.transactions
    if not transactions:
        return None
    one_day = len({row.start.astimezone(UTC).date() for row in transactions if row.start}) < 2
    clock = "%H:%M:%S" if one_day else "%m-%d %H:%M:%S"
    rows = table(
        "Station", "Id", "EVSE", "State", "Start (UTC)", "Duration", "Energy", "Reason", right=("Energy", "Duration")
    )
    for row in transactions[:MOST_ROWS]:
        took = str(row.stop - row.start).partition(".")[0] if row.start and row.stop else None
        energy = f"{row.energy_wh / 1000:.2f} kWh" if row.energy_wh is not None else None
        rows.add_row(
            safe(row.station),
            safe(row.id, 36),
            safe(row.connector),
            safe(row.state),
            safe(f"{row.start.astimezone(UTC):{clock}}" if row.start else None),
            safe(took),
            safe(energy),
            safe(row.reason),
        )
    return with_rest(rows, len(transactions))


_MAKERS: dict[str, Callable[[Reading], RenderableType | None]] = {
    "stations": _stations,
    "findings": findings_section,
    "vendors": cards_summary,
    "clocks": clocks_section,
    "times": _response_times,
    "figures": _figures,
    "timeouts": _timeouts,
    "unanswered": _unanswered,
    "transactions": _transactions,
    "disconnects": endings_section,
}
"""What makes each section; None where there is nothing to tell."""

_IN_FULL = {"vendors": cards_section}
"""What makes a section that was asked for by name."""
