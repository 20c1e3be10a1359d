"""The comparison for people: what the verdict is, then what differs, station by station, in 80 columns."""

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text

from ocppscope.model.finding import Severity
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Direction
from ocppscope.report.diff.comparison import Change, Comparison, Fact, Latency, Ruling, StationPair, Step
from ocppscope.report.diff.payloads import MISSING
from ocppscope.report.duration import duration
from ocppscope.report.reading import CaptureFacts
from ocppscope.report.text_cells import MOST_ROWS, STYLES, indented, many, safe, table, titled, with_rest

_ARROWS = {Direction.TO_CSMS: ">", Direction.TO_STATION: "<"}
_OLD, _NEW = "red", "green"
_VALUES = 3
"""Pairs of values shown for one place."""

_RECORDS = 5


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print everything that differs."""
    for number, section in enumerate(_sections(comparison)):
        if number:
            console.print()
        console.print(section)


def _sections(comparison: Comparison) -> Iterator[RenderableType]:
    yield Group(_capture("A", _OLD, comparison.a), _capture("B", _NEW, comparison.b))
    yield _verdict(comparison)
    for side, stations, style in (("A", comparison.only_a, _OLD), ("B", comparison.only_b, _NEW)):
        if stations:
            named = ", ".join(visible(station, 40) for station in stations[:MOST_ROWS])
            yield Text.assemble((f"{many(len(stations), 'station')} only in {side}: ", "bold"), (named, style))
    if comparison.refused:
        yield titled("Connections refused", _facts(comparison.refused))
    several = len(comparison.pairs) > 1
    for pair in comparison.pairs if comparison.differs else ():
        if several or pair.a != pair.b:
            yield _heading(pair)
        yield from _station(pair)
    if comparison.names:
        yield titled("Names that are others throughout, which is no difference", _names(comparison))


def _capture(letter: str, style: str, facts: CaptureFacts) -> Text:
    amounts = f"{many(facts.messages, 'message')} in {many(facts.records, 'record')}"
    skipped = f", {many(facts.skipped_count, 'line')} skipped" if facts.skipped_count else ""
    return Text.assemble(
        (f"{letter}  ", f"bold {style}"), (visible(facts.path), "bold"), f"  {facts.format}, {amounts}{skipped}"
    )


def _verdict(comparison: Comparison) -> Text:
    aligned, changed = (sum(getattr(pair, name) for pair in comparison.pairs) for name in ("aligned", "changed"))
    if not comparison.differs:
        names = f"; {many(len(comparison.names), 'name')} changed" if comparison.names else ""
        return Text.assemble(("no differences", "bold green"), f" in {many(aligned, 'exchange')}{names}")
    counts = {
        "only in A": sum(step.count for pair in comparison.pairs for step in pair.missing),
        "only in B": sum(step.count for pair in comparison.pairs for step in pair.added),
        "in another order": sum(step.count for pair in comparison.pairs for step in pair.moved),
    }
    told = "".join(f", {count} {what}" for what, count in counts.items() if count)
    return Text.assemble(
        ("different", "bold yellow"), f": {many(aligned, 'exchange')} in both, {changed} of them changed{told}"
    )


def _heading(pair: StationPair) -> Text:
    if pair.a == pair.b:
        return Text(f"── {visible(pair.a, 60)}", "bold")
    return Text.assemble(
        ("── ", "bold"), (visible(pair.a, 40), f"bold {_OLD}"), " → ", (visible(pair.b, 40), f"bold {_NEW}")
    )


def _station(pair: StationPair) -> Iterator[RenderableType]:
    if not pair.differs and pair.aligned:
        yield Text(f"no differences in {many(pair.aligned, 'exchange')}", "green")
    if not pair.complete:
        yield Text(
            "▲ too many differences, or too many messages, to align them all: exchanges are compared by counts",
            "yellow",
        )
    elif not pair.shortest:
        yield Text("▲ very many differences: the alignment is good, but perhaps not the best", "yellow")
    parts: tuple[tuple[str, Sequence[object], Callable[[], RenderableType]], ...] = (
        ("Identity", pair.identity, lambda: _facts(pair.identity)),
        ("Only in A", pair.missing, lambda: _steps(pair.missing)),
        ("Only in B", pair.added, lambda: _steps(pair.added)),
        ("In another order", pair.moved, lambda: _steps(pair.moved)),
        ("Changed", pair.changes, lambda: _changes(pair.changes)),
        ("Settings", pair.configuration, lambda: _facts(pair.configuration)),
        ("Findings", pair.findings, lambda: _findings(pair.findings)),
        ("Transactions", pair.transactions, lambda: _facts(pair.transactions)),
        ("Ends of connections", pair.disconnects, lambda: _facts(pair.disconnects)),
    )
    for title, rows, make in parts:
        if rows:
            yield titled(title, make())
    shifted = [row for row in pair.latency if row.significant]
    if shifted:
        yield titled("Answering times that shifted", _latency(shifted))


def _facts(facts: Sequence[Fact]) -> RenderableType:
    rows = table("What", "A", "B")
    for fact in facts[:MOST_ROWS]:
        rows.add_row(safe(fact.what), _side(fact.a, _OLD), _side(fact.b, _NEW))
    return with_rest(rows, len(facts))


def _side(value: str | None, style: str) -> Text:
    shown = safe(value)
    if value:
        shown.stylize(style)
    return shown


def _steps(steps: Sequence[Step]) -> RenderableType:
    rows = table("Count", "", "Action", "Records", right=("Count",))
    for step in steps[:MOST_ROWS]:
        numbers = _numbers(step.records)
        if step.records_b:
            numbers = f"{numbers} in A, {_numbers(step.records_b)} in B"
        rows.add_row(str(step.count), _ARROWS[step.direction], safe(step.action), numbers)
    return with_rest(rows, len(steps))


def _numbers(records: Sequence[int]) -> str:
    more = " …" if len(records) > _RECORDS else ""
    return " ".join(map(str, records[:_RECORDS])) + more


def _changes(changes: Sequence[Change]) -> RenderableType:
    return with_rest(Group(*(line for change in changes[:MOST_ROWS] for line in _change(change))), len(changes))


def _change(change: Change) -> Iterator[RenderableType]:
    part = "" if change.part == "request" else f" {change.part}"
    place = "" if change.part == "answer" else f"  {visible(change.path, 120)}"
    yield Text.assemble(
        f"{_ARROWS[change.direction]} ",
        (f"{visible(change.action, 60)}{part}", "bold"),
        (place, "cyan"),
        (f"  {change.count}×", "dim"),
    )
    for pair in change.values[:_VALUES]:
        where = f"  {pair.count}×, records {pair.records[0]} and {pair.records[1]}"
        yield indented(
            Text.assemble(
                (visible(pair.a, 60), "dim" if pair.a == MISSING else _OLD),
                " → ",
                (visible(pair.b, 60), "dim" if pair.b == MISSING else _NEW),
                (where, "dim"),
            ),
            4,
        )
    more = change.count - sum(pair.count for pair in change.values[:_VALUES])
    if more > 0:
        yield indented(Text(f"and {more} more times with other values", "dim"), 4)


def _findings(findings: Sequence[Ruling]) -> RenderableType:
    rows = table("", "Rule", "A", "B", "What", right=("A", "B"))
    for row in findings[:MOST_ROWS]:
        severity = Severity(row.severity)
        rows.add_row(
            Text(row.change, {"gained": _NEW, "lost": _OLD}.get(row.change, "")),
            Text(f"{severity.mark} {row.rule}", STYLES[severity]),
            str(row.a),
            str(row.b),
            row.name,
        )
    return with_rest(rows, len(findings))


def _latency(rows: Sequence[Latency]) -> RenderableType:
    made = table("Answers", "Action", "A", "B", "n", "p", "Effect", right=("A", "B", "n", "p", "Effect"))
    for row in rows[:MOST_ROWS]:
        shift = row.shift
        made.add_row(
            str(row.dut),
            safe(row.action),
            duration(shift.median_a or 0.0),
            Text(duration(shift.median_b or 0.0), "bold"),
            f"{shift.n_a}, {shift.n_b}",
            "" if shift.p is None else "< 0.001" if shift.p < 0.001 else f"{shift.p:.3f}",
            "" if shift.effect is None else f"{shift.effect:+.2f}",
        )
    legend = "medians; p: Mann-Whitney; effect: Cliff's delta, +1 where every answer of B is slower than every one of A"
    return Group(with_rest(made, len(rows)), Text(legend, "dim"))


def _names(comparison: Comparison) -> RenderableType:
    rows = table("Kind", "A", "B", "Places", right=("Places",))
    for name in comparison.names[:10]:
        rows.add_row(name.kind.value, safe(name.a, 30), safe(name.b, 30), str(name.count))
    return with_rest(rows, len(comparison.names), 10)
