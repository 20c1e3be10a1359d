"""Findings by cause: the rule with what it means, the stations that it is about, and each case with its messages."""

from collections.abc import Iterator

from ocppscope.conformance.documentation import documentation_of
from ocppscope.conformance.rule import Rule
from ocppscope.inspect.causes import Afflicted, Cause, causes
from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Finding, Severity
from ocppscope.report.finding_words import fault_words, records_words
from ocppscope.report.html.json_text import json_text
from ocppscope.report.html.markup import Child, Html, fragment, short, tag
from ocppscope.report.html.section import Report, Section, left_out, many, marks, moment
from ocppscope.report.quotes import Quote, cases_of
from ocppscope.report.text_findings import rules_by_id

MOST_CAUSES = 250
MOST_STATIONS = 20
"""Stations told of one rule."""

MOST_CASES = 10
"""Cases told of one rule and station."""

MOST_ROWS = 400
"""Cases whose messages unfold, in all: about 4 MB of messages at most."""

_TOLD = ("Why it matters", "Usual causes", "What to do")


def anchor_of(place: int) -> str:
    """The anchor of a cause by its place."""
    return f"finding-{place + 1}"


def findings(report: Report) -> Section:
    """All findings, the worst first; without any, how much was watched."""
    reading = report.reading
    rows = reading.selection.findings.rows()
    if not rows:
        watched = many(reading.selection.figures.messages, "message")
        told = f"{many(len(reading.inspector.rules), 'rule')} watched {watched}. Nothing to report."
        return Section("findings", "Findings", tag("p", told, class_="callout ok"))
    found = causes(rows, reading.inspector.stations)
    writer = _Writer(report)
    content = fragment(
        *(writer.cause(place, cause) for place, cause in enumerate(found[:MOST_CAUSES])),
        left_out(len(found) - MOST_CAUSES, "rule"),
        writer.note(),
    )
    lead = "By cause, the worst first. Each unfolds to the stations that it is about and to the messages that show it."
    return Section("findings", "Findings", content, marks(reading.selection.findings.counts), lead)


class _Writer:
    """Writes causes as long as there is room for their messages."""

    def __init__(self, report: Report) -> None:
        self._quotes = report.gathered.quotes
        self._overflow = report.reading.inspector.findings.overflow
        self._rules = rules_by_id()
        self._room = MOST_ROWS
        self._without = 0

    def cause(self, place: int, cause: Cause) -> Html:
        """One rule with all that it found."""
        rule = self._rules[cause.rule]
        facts = [_where(cause), fault_words(cause)]
        evidence = short(cause.example.evidence, 300)
        head = tag(
            "summary",
            tag("span", cause.severity.mark, class_="tone"),
            tag("span", cause.rule, class_="rule"),
            tag("span", rule.name, class_="name"),
            tag("span", f"{cause.count:,}×", class_="times"),
            tag(
                "span",
                " · ".join(filter(None, facts)),
                tag("span", f" · {evidence}", class_="evidence"),
                class_="facts",
            ),
        )
        inside = tag(
            "div",
            _meaning(rule),
            [self._station(one) for one in cause.stations[:MOST_STATIONS]],
            left_out(len(cause.stations) - MOST_STATIONS, "station"),
            class_="inside",
        )
        return tag("details", head, inside, class_=f"cause {cause.severity.value}", id=anchor_of(place))

    def note(self) -> Html | None:
        """What was left out, None for nothing."""
        told = []
        if self._without:
            told.append(f"the messages of {many(self._without, 'case')} are left out here")
        if self._quotes.left_out:
            told.append(f"{many(self._quotes.left_out, 'message')} had no room")
        if self._overflow:
            told.append(f"{many(self._overflow, 'further occurrence')} were only counted")
        return tag("p", f"{told[0][:1].upper()}{'; '.join(told)[1:]}.", class_="left-out") if told else None

    def _station(self, one: Afflicted) -> Html:
        head = tag(
            "div",
            tag("span", short(one.station, 60), class_="strong"),
            tag("span", short(one.product.words, 120), class_="muted"),
            tag("span", f"{one.count:,}×", class_="muted") if one.count > 1 else None,
            class_="who",
        )
        cases = [self._case(row) for row in one.rows[:MOST_CASES]]
        return fragment(head, cases, left_out(len(one.rows) - MOST_CASES, "case"))

    def _case(self, row: FindingRow) -> Html:
        finding = row.finding
        times = f"  {row.count:,}×" if row.count > 1 else ""
        when = moment(row.first) + (f" to {moment(row.last)}" if row.count > 1 and row.last != row.first else "")
        return tag(
            "div",
            tag("p", short(finding.evidence, 600), tag("b", times) if times else None),
            _values(finding),
            tag("p", f"{records_words(row)}  ·  {when} UTC", class_="where"),
            self._messages(row),
            class_="case",
        )

    def _messages(self, row: FindingRow) -> Html | None:
        occasions = [(finding, quotes) for finding in cases_of(row) if (quotes := self._quotes.of(finding))]
        if not occasions:
            return None
        if self._room <= 0:
            self._without += 1
            return None
        self._room -= 1
        count = sum(len(quotes) for _, quotes in occasions)
        several = len(occasions) > 1
        content = [_occasion(finding, quotes, named=several) for finding, quotes in occasions]
        rest = row.count - len(occasions)
        more = tag("p", f"and {many(rest, 'more occurrence')}", class_="left-out") if rest > 0 else None
        return tag("details", tag("summary", many(count, "message")), content, more, class_="messages")


def _where(cause: Cause) -> str:
    count = len(cause.stations)
    return many(count, "station") if count > 1 else short(cause.stations[0].station, 60)


def _meaning(rule: Rule) -> Html:
    """What the rule is about, from its own documentation."""
    documentation = documentation_of(rule)
    demanded = f"{rule.requirement.value}, {rule.spec}" if rule.spec else rule.requirement.value
    parts: list[Child] = [tag("dt", "Demanded"), tag("dd", demanded)]
    for section in documentation.sections:
        if section.title in _TOLD:
            parts += [
                tag("dt", section.title),
                tag("dd", [tag("p", list(_prose(text))) for text in section.paragraphs]),
            ]
    return tag("dl", parts, class_="why")


def _prose(text: str) -> Iterator[Child]:
    """A paragraph of documentation, in which double backticks stand around what is written in code."""
    for place, part in enumerate(text.split("``")):
        yield tag("code", part) if place % 2 else part


def _values(finding: Finding) -> Html | None:
    facts = (("at", finding.path), ("observed", finding.observed), ("expected", finding.expected))
    cells = [(tag("dt", name), tag("dd", short(value, 400))) for name, value in facts if value]
    return tag("div", tag("dl", cells, class_="values")) if cells else None


def _occasion(finding: Finding, quotes: list[Quote], *, named: bool) -> Html:
    label = tag("p", f"{moment(finding.time)} UTC", class_="label") if named else None
    return tag("div", label, list(_quotes(finding, quotes)), class_="occasion")


def _quotes(finding: Finding, quotes: list[Quote]) -> Iterator[Html]:
    """The messages in their order, each with its time since the first."""
    for quote in quotes:
        pinned = quote.number == finding.records[0]
        since = (quote.time - quotes[0].time).total_seconds()
        head = tag(
            "div",
            tag("b", short(quote.what, 80)),
            tag("span", quote.way) if quote.way else None,
            tag("span", moment(quote.time, "%H:%M:%S.%f")[:-3]),
            tag("span", f"+{since:.3f} s") if quote is not quotes[0] else None,
            tag("span", f"record {quote.number}"),
            class_="head",
        )
        way = quote.direction.sender.value if quote.direction is not None else ""
        tone = {"station": "up", "csms": "down"}.get(way, "event")
        body = (
            json_text(quote.text, finding.path if pinned else None)
            if quote.direction is not None and quote.text
            else None
        )
        if body is None and quote.text:
            body = tag("p", quote.text, class_="muted")
        cut = (
            tag("p", f"the first {len(quote.text):,} of {quote.size:,} characters", class_="left-out")
            if quote.is_cut
            else None
        )
        severity = finding.severity.value if pinned else Severity.INFO.value
        yield tag(
            "div", head, body, cut, class_=f"quote {tone} {severity}{' pinned' if pinned and len(quotes) > 1 else ''}"
        )
