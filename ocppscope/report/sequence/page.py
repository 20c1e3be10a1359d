"""A sequence diagram as a page: a ladder from each station to the CSMS, every message unfolding to what was sent."""

from collections.abc import Iterator

from ocppscope.capture.record import UNDATED
from ocppscope.model.finding import Finding
from ocppscope.protocol.roles import Direction
from ocppscope.report.duration import duration
from ocppscope.report.html.json_text import json_text
from ocppscope.report.html.markup import Html, short, tag
from ocppscope.report.html.page import asset, brand, document, tools
from ocppscope.report.html.section import NONE, many, moment
from ocppscope.report.sequence.ladder import LONG_PAUSE, Ladder, Step

MOST_STEPS = 2_000

MOST_LANES = 8
"""Stations with a lane of their own; those beyond share the last one."""

MOST_CHARACTERS = 3_000_000
"""Characters of messages that unfold, in all."""

MOST_FINDINGS = 6
"""Findings told below one step."""

_HEAD = 6
"""Half the width of an arrow's head, in pixels."""


def page(ladder: Ladder, title: str, expression: str | None = None) -> str:
    """The page.

    Args:
        ladder: its steps.
        title: such as the name of the capture.
        expression: the filter that chose them.
    """
    return _Page(ladder).written(title, expression)


class _Page:
    """Writes the rows as long as there is room for what they unfold to."""

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        stations = ladder.stations or ["station"]
        self._lanes = {station: min(place, MOST_LANES - 1) for place, station in enumerate(stations)}
        self._count = min(len(stations), MOST_LANES)
        self._names = [short(name, 40) for name in stations[: self._count]]
        if len(stations) > MOST_LANES:
            self._names[-1] += f" and {len(stations) - MOST_LANES} more"
        self._room = MOST_CHARACTERS

    def written(self, title: str, expression: str | None) -> str:
        """The whole file."""
        ladder = self._ladder
        chips = [tag("span", tag("b", many(len(ladder.steps), "step")), class_="chip")]
        if expression is not None:
            chips.append(tag("span", "only ", tag("b", short(expression, 160)), class_="chip"))
        rest = ladder.left_out
        body = tag(
            "main",
            tag("div", brand(), tools("Unfold all"), class_="bar-top"),
            tag("h1", short(title, 120)),
            tag("p", f"from {moment(ladder.start)} UTC" if ladder.start else "nothing to draw", class_="muted"),
            tag("div", chips, class_="chips"),
            tag("div", self._heads(), list(self._rows()), class_="ladder"),
            tag("p", f"and {many(rest, 'more step')}: left out here, --filter chooses", class_="left-out")
            if rest
            else None,
            class_="sequence",
        )
        return document(f"Sequence: {short(title, 120)}", body, asset("sequence.css") + _lane_style())

    def _heads(self) -> Html:
        names = [tag("span", name, class_=f"lane-name at-{place}") for place, name in enumerate(self._names)]
        heads = tag("div", names, tag("span", "CSMS", class_="lane-name at-end"), class_=f"lanes of-{self._count}")
        return tag("div", tag("span", "Time", class_="clock muted"), heads, class_="step heads")

    def _rows(self) -> Iterator[Html]:
        for step, offset, delta in self._ladder.timed():
            if delta >= LONG_PAUSE:
                yield tag(
                    "div",
                    tag("span", class_="clock"),
                    tag("p", f"{duration(delta)} later", class_="pause"),
                    class_="step",
                )
            yield self._row(step, offset, delta)
            yield from (_finding(finding) for finding in self._ladder.findings(step)[:MOST_FINDINGS])

    def _row(self, step: Step, offset: float, delta: float) -> Html:
        clock = tag(
            "span",
            tag("b", NONE if step.quote.time == UNDATED else f"+{offset:.3f} s"),
            tag("small", f"Δ {duration(delta)}" if delta else ""),
            class_="clock",
            title=f"{moment(step.quote.time, '%Y-%m-%d %H:%M:%S.%f')} UTC, record {step.quote.number}",
        )
        if step.direction is None:
            whose = f"{short(step.station, 40)}  " if len(self._lanes) > 1 and step.station else None
            said = tag("p", whose, tag("b", short(step.name, 60)), f"  {short(step.summary, 200)}", class_="across")
            return tag("div", clock, said, class_="step event")
        way = "up" if step.direction is Direction.TO_CSMS else "down"
        words = tag(
            "span",
            tag("b", short(step.name, 70), class_="answer" if step.is_answer else None),
            tag("span", duration(step.latency), class_="took") if step.latency is not None else None,
            tag("span", short(step.summary, 140), class_="muted"),
            class_=f"label from-{self._lanes.get(step.station, 0)}",
        )
        lanes = tag("div", words, self._arrow(step), class_=f"lanes of-{self._count}")
        row = tag("summary", clock, lanes, class_="step")
        return tag("details", row, self._unfolded(step), class_=f"{way}{' refused' if step.is_error else ''}")

    def _unfolded(self, step: Step) -> Html:
        quote = step.quote
        head = f"{quote.what}  ·  {quote.way}  ·  {moment(quote.time, '%H:%M:%S.%f')} UTC  ·  record {quote.number}"
        self._room -= len(quote.text)
        if self._room < 0:
            body = tag("p", "left out: the page would be too long", class_="left-out")
        else:
            body = json_text(quote.text)
        cut = (
            tag("p", f"the first {len(quote.text):,} of {quote.size:,} characters", class_="left-out")
            if quote.is_cut
            else None
        )
        return tag("div", tag("p", head, class_="muted"), body, cut, class_="unfolded")

    def _arrow(self, step: Step) -> Html:
        """The lifelines, and the arrow between two of them: places in percent, so that it fits any width."""
        places = [100 * place / self._count for place in range(self._count)]
        lines = [tag("line", x1=f"{x:g}%", x2=f"{x:g}%", y1=0, y2="100%", class_="life") for x in (*places, 100)]
        start = places[self._lanes.get(step.station, 0)]
        arrow = tag(
            "line", x1=f"{start:g}%", x2="100%", y1=34, y2=34, class_="arrow answer" if step.is_answer else "arrow"
        )
        x, back = ("100%", -1) if step.direction is Direction.TO_CSMS else (f"{start:g}%", 1)
        # A nested drawing has its own origin, so the head may be drawn in pixels at a place in percent.
        points = f"0,0 {back * 2 * _HEAD},{-_HEAD + 1} {back * 2 * _HEAD},{_HEAD - 1}"
        head = tag("svg", tag("polygon", points=points, class_="head"), x=x, y=34, overflow="visible")
        return tag("svg", lines, arrow, head, class_="drawing", aria_hidden="true")


def _lane_style() -> str:
    """Where lanes and their labels begin, for each number of lanes. A label of a lane far right begins further left."""
    rules = []
    for count in range(1, MOST_LANES + 1):
        rules.append(f".of-{count} .lane-name {{ max-width: {85 / count:.4g}%; }}")
        for place in range(count):
            left = 100 * place / count
            rules.append(f".of-{count} .at-{place} {{ left: {left:.4g}%; }}")
            rules.append(f".of-{count} .from-{place} {{ left: calc({min(left, 60):.4g}% + .6rem); }}")
    return "\n".join(rules)


def _finding(finding: Finding) -> Html:
    said = tag(
        "p",
        tag("span", f"{finding.severity.mark} ", class_="tone"),
        tag("b", finding.rule, class_="mono tone"),
        f"  {short(finding.evidence, 300)}",
        class_="found",
    )
    return tag("div", tag("span", class_="clock"), said, class_=f"step {finding.severity.value}")
