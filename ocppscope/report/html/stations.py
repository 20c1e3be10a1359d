"""Who was seen, and what was read."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from ocppscope.inspect.causes import product_of
from ocppscope.model.connection import VersionSource
from ocppscope.pics.offers import offers
from ocppscope.report.html.markup import Child, Html, fragment, short, tag
from ocppscope.report.html.section import (
    NONE,
    Column,
    Report,
    Section,
    known,
    left_out,
    many,
    marks,
    moment,
    pill,
    table,
)
from ocppscope.report.reading import MOST_LEFT_OUT, CaptureFacts
from ocppscope.report.sections import INFERRED

MOST_STATIONS = 300
MOST_SKIPPED = 20

_TONES = {"Faulted": "error", "Charging": "ok", "Available": "quiet", "Rejected": "error", "Pending": "warning"}


def stations(report: Report) -> Section | None:
    """The stations with their products; None without any."""
    seen = report.reading.selection.stations
    if not seen:
        return None
    columns = [
        Column("Station", "name"), Column("OCPP"), Column("Product", "long"), Column("Firmware"), Column("Status"),
        Column("Connections", "number"), Column("Messages", "number"), Column("Findings", "keep"), Column("Limits of"),
    ]  # fmt: skip
    rows = [
        (
            known(station.id, 60),
            known(station.shown_version, 12),
            known(product_of(station).name),
            known(station.firmware, 50),
            pill(short(station.status, 30), _TONES.get(station.status, "quiet")) if station.status else NONE,
            f"{station.connections:,}",
            f"{station.messages:,}",
            marks(station.findings) or pill("none", "ok"),
            known(station.profile),
        )
        for station in seen[:MOST_STATIONS]
    ]
    content = fragment(table(columns, rows), left_out(len(seen) - MOST_STATIONS, "station"), *_remarks(report))
    return Section("stations", "Stations", content, f"{len(seen):,}")


def _remarks(report: Report) -> Iterator[Html]:
    seen = report.reading.selection.stations
    if any(station.version_source is VersionSource.INFERRED for station in seen):
        yield tag("p", f"? {INFERRED}", class_="note")
    for name, ids in groupby(sorted(offers(seen).items(), key=itemgetter(1, 0)), key=itemgetter(1)):
        who = short(", ".join(station for station, _ in ids), 100)
        yield tag("p", f"{who}: --pics {name} judges by the limits of what looks like the same product", class_="note")


def captures(report: Report) -> Section:
    """What was read, and what could not be."""
    columns = [
        Column("File", "name"), Column("Format"), Column("Seen at"), Column("From", "keep"), Column("To", "keep"),
        Column("Records", "number"), Column("Messages", "number"), Column("Skipped", "number"),
    ]  # fmt: skip
    read = report.reading.captures
    rows: list[list[Child]] = [
        [
            known(facts.path, 200), facts.format, facts.vantage, moment(facts.first), moment(facts.last),
            f"{facts.records:,}", f"{facts.messages:,}", f"{facts.skipped_count:,}",
        ]
        for facts in read
    ]  # fmt: skip
    content = fragment(
        table(columns, rows), [list(_not_read(facts)) for facts in read], [_skipped(facts) for facts in read]
    )
    return Section("captures", "What was read", content)


def _not_read(facts: CaptureFacts) -> Iterator[Html]:
    for one in facts.left_out[:MOST_LEFT_OUT]:
        yield tag("p", f"{short(facts.path, 100)}: {short(one.sentence, 400)}", class_="note")
    rest = left_out(len(facts.left_out) - MOST_LEFT_OUT, "station")
    if rest is not None:
        yield rest
    if facts.cut_short:
        yield tag(
            "p", f"▲ {short(facts.path, 100)}: reading was interrupted, nothing after this was read", class_="note"
        )


def _skipped(facts: CaptureFacts) -> Html | None:
    if not facts.skipped:
        return None
    lines = [tag("li", f"line {one.line}: {short(one.reason, 200)}") for one in facts.skipped[:MOST_SKIPPED]]
    head = f"{short(facts.path, 100)}: {many(facts.skipped_count, 'line')} could not be read"
    rest = left_out(facts.skipped_count - len(lines), "line")
    return tag("details", tag("summary", head), tag("ul", lines), rest, class_="messages")
