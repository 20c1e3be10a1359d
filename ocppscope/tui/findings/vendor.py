"""A vendor card as lines: what deviates, complete enough to be pasted into a ticket as it is."""

from collections.abc import Iterable, Iterator, Sequence

from ocppscope.inspect.causes import Afflicted, Cause
from ocppscope.inspect.ledger import FindingRow
from ocppscope.inspect.vendor_card import Card
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Role
from ocppscope.tui.findings.words import TOKENS, clause, counted, demanded, rule_name, times
from ocppscope.tui.widgets.gauge import format_limit, format_seconds
from ocppscope.tui.widgets.table_model import Cell

MOST_STATIONS, MOST_CASES, MOST_RECORDS = 8, 5, 8
"""Named on a card: stations, cases of one rule, records of one case."""
_LONGEST = 400


def vendor_lines(card: Card, capture: str) -> list[Cell]:
    """The card; a line may be longer than the screen. ``capture`` is the name of the file that it was made from."""
    lines: list[Cell] = [((visible(card.title, 120), "text bold"),)]
    named = ", ".join(visible(station.id, 40) for station in card.stations[:MOST_STATIONS])
    more = f" and {len(card.stations) - MOST_STATIONS} more" if len(card.stations) > MOST_STATIONS else ""
    spoken = f"OCPP {', '.join(card.versions)}, {counted(card.messages, 'message')}"
    lines.append(((f"{counted(len(card.stations), 'station')}: {named}{more}", "text"),))
    lines.append(((f"{spoken}, capture {visible(capture, 120)}", "muted"),))
    if card.is_clean:
        return [*lines, (), (("Nothing deviates.", "ok"),)]
    lines += _causes(card.own)
    if card.times:
        lines += [(), (("Response times", "accent bold"),)]
        lines += [((f"  {visible(row.action, 60)}: ", "text"), (_times(row), "muted")) for row in card.times]
    if card.shared:
        whose = "the station's or the CSMS's" if card.party is Role.STATION else "the CSMS's or a station's"
        lines += [(), (("The traffic does not tell whose fault it is", "accent bold"), (f", {whose}", "muted"))]
        lines += _causes(card.shared)
    return lines


def _causes(found: Iterable[Cause]) -> Iterator[Cell]:
    for cause in found:
        token = TOKENS[cause.severity.value]
        yield ()
        yield (f"{cause.severity.mark} ", token), (f"{cause.rule}  ", "text bold"), (rule_name(cause.rule), "text")
        where = f" at {counted(len(cause.stations), 'station')}" if len(cause.stations) > 1 else ""
        first, last = min(row.first for row in cause.rows), max(row.last for row in cause.rows)
        facts = f"{demanded(cause.rule)}, {clause(cause.rule)}; {times(first, last, cause.count, dated=True)}{where}"
        yield ("  ", "muted"), (facts, "muted")
        cases = [(afflicted, row) for afflicted in cause.stations for row in afflicted.rows]
        for afflicted, row in cases[:MOST_CASES]:
            yield from _case(afflicted, row)
        if len(cases) > MOST_CASES:
            yield (("  … ", "muted"), (f"{len(cases) - MOST_CASES} more cases", "muted"))


def _case(afflicted: Afflicted, row: FindingRow) -> Iterator[Cell]:
    finding = row.finding
    yield ("  · ", "muted"), (f"{visible(afflicted.station, 40)}: {visible(finding.evidence, _LONGEST)}", "text")
    compared = (("at", finding.path), ("observed", finding.observed), ("expected", finding.expected))
    parts = [f"{label} {visible(value, _LONGEST)}" for label, value in compared if value]
    if parts:
        yield ("    ", "muted"), ("; ".join(parts), "muted")
    yield ("    ", "muted"), (_records(row), "muted")


def _records(row: FindingRow) -> str:
    """``record 105 (with 103)``; of several occurrences the first ones."""
    told = []
    for occurrence in row.occurrences[:MOST_RECORDS]:
        pinned, *others = dict.fromkeys(occurrence.records) or [0]
        beside = f" (with {', '.join(map(str, others[:MOST_RECORDS]))}{', …' if others[MOST_RECORDS:] else ''})"
        told.append(f"{pinned}{beside if others else ''}")
    more = ", …" if row.count > len(told) else ""
    return f"record{'s' if row.count > 1 else ''} {', '.join(told)}{more}"


def _times(row: ResponseTime) -> str:
    samples = row.distribution
    parts: list[str] = [counted(samples.n, "answer")] if samples.n else []
    middle, slowest = samples.quantile(0.5), samples.max
    if middle is not None and slowest is not None:
        parts.append(f"median {format_seconds(middle)}, slowest {format_seconds(slowest)}")
    if row.limit is not None:
        parts.append(f"limit {format_limit(row.limit)}")
    for count, what in ((row.over_limit, "late"), (row.timeouts, "never came"), (row.errors, "refused with CALLERROR")):
        parts += [f"{count:,} {what}"] if count else []
    return ", ".join(parts)


def first_of(cards: Sequence[Card], station: str | None) -> int:
    """Index of the card that a station is on; without one, of the first that has something to say."""
    if station is not None:
        return next((place for place, card in enumerate(cards) if _is_about(card, station)), 0)
    return next((place for place, card in enumerate(cards) if not card.is_clean), 0)


def _is_about(card: Card, station: str) -> bool:
    return card.party is Role.STATION and any(one.id == station for one in card.stations)
