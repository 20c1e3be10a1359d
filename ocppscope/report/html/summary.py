"""The head of the page: what was read, how it stands, what to look at first."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from ocppscope.inspect.causes import causes
from ocppscope.kpi.figures import Verdict
from ocppscope.model.finding import Severity
from ocppscope.report.duration import duration
from ocppscope.report.html.charts import shares
from ocppscope.report.html.findings import anchor_of
from ocppscope.report.html.markup import Child, Html, fragment, short, tag
from ocppscope.report.html.section import Report, many, mark, moment
from ocppscope.report.kpis import figures
from ocppscope.report.text_findings import rules_by_id

_MOST_FIRST = 5
_MOST_NAMED = 4


def summary(report: Report) -> Html:
    """The head, with its tiles."""
    return tag(
        "section",
        tag("p", "OCPP traffic report", class_="eyebrow"),
        tag("h1", title_of(report)),
        tag("p", _when(report), class_="when"),
        tag("div", *_chips(report), class_="chips"),
        tag("div", *_tiles(report), class_="tiles"),
        _first(report),
        class_="hero",
        id="summary",
    )


def title_of(report: Report) -> str:
    """The names of the captures."""
    names = ["stdin" if facts.path == "-" else PurePath(facts.path).name for facts in report.reading.captures]
    rest = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(short(name, 80) for name in names[:_MOST_NAMED]) + rest


def _when(report: Report) -> str:
    firsts = [facts.first for facts in report.reading.captures if facts.first is not None]
    lasts = [facts.last for facts in report.reading.captures if facts.last is not None]
    if not firsts or not lasts:
        return "without times" if any(facts.messages for facts in report.reading.captures) else "nothing could be read"
    first, last = min(firsts), max(lasts)
    span = max((last - first).total_seconds(), 0)
    same_day = moment(first, "%Y-%m-%d") == moment(last, "%Y-%m-%d")
    return f"{moment(first)} to {moment(last, '%H:%M:%S' if same_day else '%Y-%m-%d %H:%M:%S')} UTC, {_span(span)}"


def _span(seconds: float) -> str:
    if seconds < 90:
        return duration(seconds)
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def _chips(report: Report) -> Iterator[Html]:
    reading = report.reading
    for name, value in (
        ("format", ", ".join(sorted({facts.format for facts in reading.captures}))),
        ("seen at", ", ".join(sorted({facts.vantage for facts in reading.captures} - {"unknown"}))),
        ("limits of", ", ".join(profile.name for profile in reading.profiles)),
        ("only", reading.selection.expression or ""),
        ("rules", f"{len(reading.inspector.rules)} watched"),
    ):
        if value:
            yield tag("span", f"{name} ", tag("b", short(value, 160)), class_="chip")


def _tiles(report: Report) -> Iterator[Html]:
    reading = report.reading
    selection = reading.selection
    counts, found = selection.figures, selection.findings.counts
    worst = next((severity for severity in Severity if found[severity.value]), None)
    total = sum(found.values())
    told = fragment(*([mark(severity), f" {found[severity.value]} {severity.value}  "] for severity in Severity))
    tone = worst.value if worst is not None else "ok"
    bar = shares([(f"bar {severity.value}", found[severity.value]) for severity in Severity], "findings by severity")
    yield _tile("Findings", str(total) if total else "none", told, tone=tone, bar=bar, link="#findings")
    asked = counts.answered + counts.unanswered + counts.aborted
    ends = [
        ("answered", counts.answered, "ok"),
        ("unanswered", counts.unanswered, "error"),
        ("aborted", counts.aborted, "warning"),
    ]
    words = ", ".join(f"{count:,} {name}" for name, count, _ in ends if count)
    bar = shares([(f"bar {tone}", count) for _, count, tone in ends], "what became of the CALLs")
    yield _tile("CALLs", f"{asked:,}", words or "none", bar=bar)
    shapes = {"CALLERROR": counts.call_errors, "SEND": counts.sends, "malformed": counts.malformed}
    aside = ", ".join(f"{count:,} {name}" for name, count in shapes.items() if count)
    if counts.orphan_responses:
        aside += f"{', ' if aside else ''}{counts.orphan_responses:,} answers to nothing"
    yield _tile("Messages", f"{counts.messages:,}", aside or "all well-formed", link="#timeline")
    places = many(counts.connections, "connection") + (f", {counts.refused} refused" if counts.refused else "")
    yield _tile("Stations", f"{counts.stations:,}", places, link="#stations")
    yield from _limits(report)
    if selection.transactions:
        energies = [row.energy_wh for row in selection.transactions if row.energy_wh is not None]
        delivered = sum(energy for energy in energies if energy > 0)
        words = f"{delivered / 1000:,.2f} kWh delivered" if energies else "energy not known"
        yield _tile("Transactions", f"{len(selection.transactions):,}", words, link="#transactions")


def _limits(report: Report) -> Iterator[Html]:
    verdicts = Counter(figure.verdict for figure in figures(report.reading))
    judged = {verdict: verdicts[verdict] for verdict in (Verdict.EXCEEDED, Verdict.NEAR, Verdict.WITHIN)}
    if not sum(judged.values()):
        return
    tones = {Verdict.EXCEEDED: "error", Verdict.NEAR: "warning", Verdict.WITHIN: "ok"}
    worst = next(verdict for verdict, count in judged.items() if count)
    words = ", ".join(f"{count} {verdict.value}" for verdict, count in judged.items() if count)
    value = f"{judged[Verdict.EXCEEDED]} over" if judged[Verdict.EXCEEDED] else "in time"
    bar = shares([(f"bar {tones[verdict]}", count) for verdict, count in judged.items()], "declared limits")
    yield _tile("Declared limits", value, words, tone=tones[worst], bar=bar, link="#figures")


def _tile(
    label: str, value: str, more: Child, *, tone: str | None = None, bar: Html | None = None, link: str | None = None
) -> Html:
    parts = (
        tag("span", label, class_="label"),
        tag("span", value, class_=f"value tone {tone}" if tone else "value"),
        tag("span", more, class_="more"),
        bar,
    )
    return tag("a", *parts, class_="tile", href=link) if link else tag("div", *parts, class_="tile")


def _first(report: Report) -> Html | None:
    """The worst causes, the most frequent first."""
    found = causes(report.reading.selection.findings.rows(), report.reading.inspector.stations)
    worst = [(place, cause) for place, cause in enumerate(found) if cause.severity is not Severity.INFO]
    worst.sort(key=lambda pair: (-pair[1].severity.rank, -pair[1].count))
    if not worst:
        return None
    rules = rules_by_id()
    items = [
        tag(
            "li",
            tag(
                "a",
                mark(cause.severity),
                tag("span", cause.rule, class_="mono"),
                tag("span", rules[cause.rule].name, class_="name"),
                tag("span", f"{cause.count:,}×", class_="muted"),
                href=f"#{anchor_of(place)}",
            ),
        )
        for place, cause in worst[:_MOST_FIRST]
    ]
    return tag("div", tag("h3", "Look at these first"), tag("ol", items), class_="first")
