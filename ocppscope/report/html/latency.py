"""Response times: how often each answer took how long, all on one logarithmic scale, against their limits."""

from collections.abc import Iterator, Sequence

from ocppscope.kpi.figures import ENOUGH_FOR_P95, NEAR
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.protocol.roles import Role
from ocppscope.report.duration import duration, limit
from ocppscope.report.html.charts import TimeScale, latency, scale_words
from ocppscope.report.html.markup import Html, fragment, raw, short, tag
from ocppscope.report.html.section import NONE, Column, Report, Section, known, left_out, many, table, tone

MOST_ROWS = 120
MOST_PENDING = 100

_HEADS = {
    Role.STATION: ("The station answers", "what the CSMS asks"),
    Role.CSMS: ("The CSMS answers", "what the stations ask"),
}

_LEGEND = raw(
    '<p class="legend"><span class="ok"><svg viewBox="0 0 24 12"><rect class="bar" x="1" y="6" width="6" height="6"/>'
    '<rect class="bar" x="8" y="1" width="6" height="11"/><rect class="bar" x="15" y="8" width="6" height="4"/></svg>how often</span>'
    '<span><svg viewBox="0 0 24 12"><line class="mean" x1="12" y1="2" x2="12" y2="10"/></svg>median</span>'
    '<span><svg viewBox="0 0 24 12"><line class="limit" x1="12" y1="0" x2="12" y2="12"/></svg>limit</span></p>'
)


def times(report: Report) -> Section | None:
    """The distributions by answering party and action; None without an answer."""
    rows = report.reading.selection.response_times.rows()
    if not rows:
        return None
    bounds = [
        value for row in rows for value in (row.distribution.min, row.distribution.max, row.limit) if value is not None
    ]
    scale = TimeScale(bounds)
    late = sum(row.over_limit + row.timeouts for row in rows)
    content = fragment(_LEGEND, *_groups(rows, scale), left_out(len(rows) - MOST_ROWS, "action"))
    badge = tone(f"{late} late", "error") if late else None
    return Section(
        "times", "Response times", content, badge, "Who was asked, how long the answers took. The scale is logarithmic."
    )


def _groups(rows: Sequence[ResponseTime], scale: TimeScale) -> Iterator[Html]:
    shown = rows[:MOST_ROWS]
    for role, (title, aside) in _HEADS.items():
        own = [row for row in shown if row.dut is role]
        if own:
            yield tag("h3", title, tag("small", aside), class_="over")
            yield tag("div", _scale(scale), [_row(row, scale) for row in own], class_="rows")


def _scale(scale: TimeScale) -> Html:
    heads = tag("span", [tag("span", name) for name in ("median", "p95", "slowest", "limit")], class_="numbers")
    return tag("div", tag("span", "Action", class_="what"), scale_words(scale), heads, class_="latency scale")


def _row(row: ResponseTime, scale: TimeScale) -> Html:
    samples = row.distribution
    verdict = tone_of(row)
    median = samples.quantile(0.5)
    counted = {"late": row.over_limit, "never came": row.timeouts, "refused": row.errors}
    aside = ", ".join([many(samples.n, "answer"), *(f"{count} {what}" for what, count in counted.items() if count)])
    numbers = (
        tag("span", _time(median)),
        tag("span", _time(samples.quantile(0.95)) if samples.n >= ENOUGH_FOR_P95 else NONE, class_="muted"),
        tag("span", _time(samples.max), class_=f"tone {verdict}" if verdict in ("error", "warning") else None),
        tag("span", limit(row.limit) if row.limit is not None else NONE, class_="muted"),
    )
    told = f"{row.action}: {aside}, median {_time(median)}, slowest {_time(samples.max)}"
    return tag(
        "div",
        tag("div", short(row.action, 60), tag("small", aside), class_="what"),
        latency(samples, scale, row.limit, told),
        tag("div", numbers, class_="numbers"),
        class_="latency",
    )


def tone_of(row: ResponseTime) -> str:
    """Whether it was in time, by its limit; a tone of the style sheet."""
    if row.over_limit or row.timeouts:
        return "error"
    if row.limit is None:
        return "info"
    return "warning" if row.worst_share >= NEAR else "ok"


def unanswered(report: Report) -> Section | None:
    """The CALLs that still wait at the end; None without any."""
    pending = report.reading.selection.pending
    if not pending:
        return None
    columns = [
        Column("Station", "name"), Column("Action"), Column("Message id"), Column("Waits for"), Column("Since", "number"),
        Column("Limit", "number"), Column("Record", "number"),
    ]  # fmt: skip
    rows = []
    for exchange in pending[:MOST_PENDING]:
        age = (report.reading.now - exchange.since) / 1e9
        late = exchange.limit is not None and age > exchange.limit
        rows.append(
            (
                known(exchange.station, 60),
                known(exchange.action, 60),
                tag("span", known(exchange.message_id, 40), class_="mono muted"),
                "station" if exchange.dut is Role.STATION else "CSMS",
                tag("span", f"≥ {duration(age)}" if exchange.since else NONE, class_="tone error" if late else None),
                limit(exchange.limit) if exchange.limit is not None else NONE,
                str(exchange.call),
            )
        )
    content = fragment(table(columns, rows), left_out(len(pending) - MOST_PENDING, "CALL"))
    return Section("unanswered", "Unanswered at the end", content, f"{len(pending):,}", link="Unanswered")


def _time(seconds: float | None) -> str:
    return NONE if seconds is None else duration(seconds)
