"""A card for each product and for the CSMS: what deviates, for a ticket."""

from collections.abc import Iterable, Iterator, Mapping

from ocppscope.conformance.rule import Rule
from ocppscope.inspect.causes import Cause, causes
from ocppscope.inspect.vendor_card import Card
from ocppscope.report.card_words import response_words, stations_words
from ocppscope.report.html.findings import MOST_CAUSES, anchor_of
from ocppscope.report.html.markup import Html, fragment, short, tag
from ocppscope.report.html.section import Report, Section, left_out, mark
from ocppscope.report.text_cards import UNCLEAR, cards_of
from ocppscope.report.text_findings import rules_by_id

MOST_CARDS = 60
MOST_CAUSES_ON_CARD = 40


def vendors(report: Report) -> Section | None:
    """The cards; None when nothing deviates."""
    made = cards_of(report.reading)
    if all(card.is_clean for card in made):
        return None
    rows = report.reading.selection.findings.rows()
    found = causes(rows, report.reading.inspector.stations)[:MOST_CAUSES]
    anchors = {(cause.rule, cause.severity.value): anchor_of(place) for place, cause in enumerate(found)}
    rules = rules_by_id()
    shown = sorted(made, key=lambda card: card.is_clean)[:MOST_CARDS]
    content = fragment(
        tag("div", [_card(card, rules, anchors) for card in shown], class_="cards"),
        left_out(len(made) - len(shown), "card"),
    )
    lead = "Each party by itself: what is its own fault, and which of its answers were late, slow or refused."
    return Section(
        "vendors",
        "What deviates, by product",
        content,
        f"{sum(not card.is_clean for card in made)}",
        lead,
        "By product",
    )


def _card(card: Card, rules: Mapping[str, Rule], anchors: Mapping[tuple[str, str], str]) -> Html:
    parts = [tag("h3", short(card.title, 120)), tag("p", stations_words(card), class_="about")]
    if card.is_clean:
        parts.append(tag("p", "Nothing to complain of.", class_="muted"))
    own = [*_causes(card.own, rules, anchors), *(tag("li", response_words(row)) for row in card.times)]
    if own:
        parts.append(tag("ul", own))
    if card.shared:
        head = tag("p", UNCLEAR[:1].upper() + UNCLEAR[1:], class_="apart")
        parts += [head, tag("ul", list(_causes(card.shared, rules, anchors)))]
    return tag("article", parts, class_="card clean" if card.is_clean else "card")


def _causes(
    found: Iterable[Cause], rules: Mapping[str, Rule], anchors: Mapping[tuple[str, str], str]
) -> Iterator[Html]:
    for place, cause in enumerate(found):
        if place == MOST_CAUSES_ON_CARD:
            yield tag("li", "and more: see the findings", class_="muted")
            return
        times = f"  {cause.count:,}×" if cause.count > 1 else ""
        example = cause.example
        anchor = anchors.get((cause.rule, cause.severity.value))
        name = (
            tag("a", cause.rule, href=f"#{anchor}", class_="mono") if anchor else tag("span", cause.rule, class_="mono")
        )
        told = f"{short(example.station, 40)}: {short(example.evidence, 300)}"
        yield tag(
            "li",
            fragment(mark(cause.severity), " ", name, " ", rules[cause.rule].name, tag("span", times, class_="muted")),
            tag("p", told, class_="example"),
        )
