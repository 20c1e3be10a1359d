"""Performance figures on gauges: observed, certified, declared. With profiles, product by product as certificates print them."""

from collections.abc import Iterable, Iterator

from ocppscope.kpi.figures import Figure, Verdict, certified_text
from ocppscope.kpi.tolerance import Tolerated
from ocppscope.pics.declaration import Measured
from ocppscope.protocol.roles import Role
from ocppscope.report.html.charts import gauge
from ocppscope.report.html.markup import Child, Html, fragment, raw, short, tag
from ocppscope.report.html.section import NONE, Report, Section, left_out, many, pill, tone
from ocppscope.report.kpi_table import WORDS, remarks, seconds, slowest
from ocppscope.report.kpis import figures, other_figures
from ocppscope.report.pics_check import LABELS, Check, checks

MOST_SENTENCES = 80

TONES = {
    Verdict.WITHIN: "ok",
    Verdict.NEAR: "warning",
    Verdict.EXCEEDED: "error",
    Verdict.NO_LIMIT: "quiet",
    Verdict.NO_SAMPLES: "quiet",
}

_SIDES = {Role.STATION: "charging station", Role.CSMS: "CSMS"}

_LEGEND = raw(
    '<p class="legend">'
    '<span class="ok"><svg viewBox="0 0 24 12"><rect class="bar" x="1" y="2" width="22" height="8" rx="3"/></svg>observed, fastest to slowest</span>'
    '<span><svg viewBox="0 0 24 12"><line class="mean" x1="12" y1="0" x2="12" y2="12"/></svg>average</span>'
    '<span><svg viewBox="0 0 24 12"><rect class="certified" x="1" y="4" width="22" height="4" rx="2"/></svg>certified</span>'
    '<span><svg viewBox="0 0 24 12"><line class="limit" x1="12" y1="0" x2="12" y2="12"/></svg>declared maximum</span></p>'
)


def performance(report: Report) -> Section | None:
    """The figures; None without a sample and without a limit."""
    reading = report.reading
    content: list[Html] = []
    if reading.profiles and reading.selection.expression is None:
        content += [_check(check) for check in checks(reading)]
    else:
        content += _rows(figures(reading))
    content += _rows(other_figures(reading))
    if not content:
        return None
    worst = _worst(report)
    badge = tone(WORDS[worst], TONES[worst]) if worst in (Verdict.EXCEEDED, Verdict.NEAR) else None
    lead = "How fast each party was, against what its certificate declares and what the laboratory measured."
    return Section("figures", "Performance figures", fragment(_LEGEND, *content), badge, lead, "Figures")


def timeouts(report: Report) -> Section | None:
    """What each side tolerates, as far as it showed; None for nothing."""
    tolerances = report.reading.inspector.tolerances
    seen = [station.id for station in report.reading.selection.stations]
    patterns = [
        tag("p", f"connections: {pattern.sentence}", class_="callout warning") for pattern in tolerances.patterns(seen)
    ]
    rows: list[tuple[str, list[Tolerated]]] = [
        (station, own) for station in seen if (own := list(tolerances.rows(station)))
    ]
    if not rows and not patterns:
        return None
    lists: list[Html] = []
    room = MOST_SENTENCES
    for station, own in rows:
        sentences = [tag("li", _sentence(row)) for row in own[:room]]
        if sentences:
            head = tag("p", tag("span", short(station, 60), class_="strong"), class_="head")
            lists.append(tag("li", head, tag("ul", sentences)))
        room -= len(sentences)
    rest = left_out(sum(len(own) for _, own in rows) - (MOST_SENTENCES - room), "measurement")
    told = tag("ul", lists, class_="ends") if lists else None
    content = fragment(patterns, tag("div", told, class_="rows") if told else None, rest)
    lead = "How long each side really waited, repeated, pinged and went on, beside what is configured or declared."
    return Section("timeouts", "Timeouts, measured", content, None, lead, "Timeouts")


def _sentence(row: Tolerated) -> str:
    side = "station" if row.side is Role.STATION else "CSMS"
    return f"{side} {row.sentence}"


def _worst(report: Report) -> Verdict:
    order = (Verdict.EXCEEDED, Verdict.NEAR)
    verdicts = {figure.verdict for figure in figures(report.reading)}
    return next((verdict for verdict in order if verdict in verdicts), Verdict.WITHIN)


def _check(check: Check) -> Html:
    profile = check.profile
    about = ", ".join(short(station, 40) for station in check.stations[:5]) + (", …" if len(check.stations) > 5 else "")
    whom = f"held against {about}" if check.stations else "no station of this product was seen"
    software = f", software {profile.software_version}" if profile.software_version else ""
    words = f"{_SIDES[profile.dut]}, OCPP {profile.ocpp_version}{short(software, 60)}; {whom}"
    head = tag("h3", short(f"{profile.vendor} {profile.product}", 100), tag("small", words), class_="over")
    strangers = [
        tag(
            "p",
            f"▲ {short(name, 40)} says in its BootNotification that it is another product",
            class_="callout warning",
        )
        for name in check.strangers[:5]
    ]
    rows = [
        _row(line.label, line.figure, line.maximum, line.certified)
        if line.figure is not None
        else tag(
            "div",
            tag("div", short(line.label, 90), class_="what"),
            tag("div", "not measured here", class_="muted"),
            class_="figure",
        )
        for line in check.lines
    ]
    return fragment(head, strangers, tag("div", rows, class_="rows"))


def _rows(found: Iterable[Figure]) -> Iterator[Html]:
    rows = [
        _row(_label(figure), figure, figure.limit, figure.certified, side=_SIDES[figure.measure.dut])
        for figure in found
        if figure.n or figure.excluded or figure.timeouts or figure.limit
    ]
    if rows:
        yield tag("div", rows, class_="rows")


def _label(figure: Figure) -> str:
    return LABELS.get(figure.measure.key, figure.measure.key.replace("_", " "))


def _row(
    label: str, figure: Figure, limit: float | None, certified: Measured | None, *, side: str | None = None
) -> Html:
    verdict = TONES[figure.verdict]
    numbers: list[str] = [f"{many(figure.n, 'sample')}, " if figure.n else ""]
    if figure.max is not None:
        numbers.append(f"{seconds(figure.min)} s to {slowest(figure)} s, average {seconds(figure.avg)} s")
    elif figure.at_least is not None:
        numbers.append(f"{slowest(figure)} s")
    if certified is not None:
        numbers.append(f"{', ' if figure.max is not None else ''}certified {certified_text(certified)} s")
    chart: Child = NONE
    if figure.min is not None and figure.avg is not None and figure.max is not None:
        chart = gauge(
            (figure.min, figure.avg, figure.max if figure.at_least is None else figure.at_least),
            limit, _span(certified), verdict, f"{label}: {figure.remark}",
        )  # fmt: skip
    told = "".join(numbers) or "not seen"
    aside = remarks(figure)
    what = fragment(short(label, 90), f", {side}" if side else "", tag("small", told))
    return tag(
        "div",
        tag("div", what, class_="what"),
        tag("div", chart, class_="chart-cell muted"),
        tag("div", pill(WORDS[figure.verdict], verdict), class_="verdict"),
        tag("div", aside, class_="aside") if aside else None,
        class_="figure",
    )


def _span(certified: Measured | None) -> tuple[float, float] | None:
    """Fastest and slowest of the laboratory; a certificate of 2022 has one figure."""
    if certified is None:
        return None
    if certified.max is not None:
        return certified.min if certified.min is not None else certified.max, certified.max
    return None if certified.value is None else (certified.value, certified.value)
