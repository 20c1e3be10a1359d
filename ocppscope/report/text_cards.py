"""Vendor cards in the text report: what deviates, for each product and for the CSMS."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from ocppscope.conformance.rule import Rule
from ocppscope.inspect.causes import Cause
from ocppscope.inspect.vendor_card import Card, cards
from ocppscope.model.visible import visible
from ocppscope.report.card_words import response_words, stations_words
from ocppscope.report.finding_words import records_words
from ocppscope.report.reading import Reading
from ocppscope.report.text_cells import STYLES, indented, many, with_rest
from ocppscope.report.text_findings import CauseHead, rules_by_id

UNCLEAR = "the traffic does not tell whose fault:"


def cards_of(reading: Reading) -> list[Card]:
    """The cards of what is reported."""
    selection = reading.selection
    return cards(selection.findings.rows(), selection.stations, selection.response_times.rows)


MOST_CARDS = 20
"""Cards shown; JSON has them all."""


def cards_summary(reading: Reading) -> RenderableType | None:
    """The cards in a few lines, beside findings that are told in full; None without anything to complain of."""
    made = [card for card in cards_of(reading) if not card.is_clean]
    if not made:
        return None
    told = Group(*(_summary(card) for card in shown_cards(made)))
    hint = Text("report --only vendors prints the cards in full, for a ticket", "dim")
    return Group(with_rest(told, len(made), MOST_CARDS), hint)


def shown_cards(made: list[Card]) -> list[Card]:
    """The first of them, and the last, which may be the CSMS's."""
    return made if len(made) <= MOST_CARDS else [*made[: MOST_CARDS - 1], made[-1]]


def cards_section(reading: Reading) -> RenderableType | None:
    """The cards with something to complain of in full; None when there is none."""
    rules = rules_by_id()
    made = [card for card in cards_of(reading) if not card.is_clean]
    if not made:
        return None
    return with_rest(Group(*(_card(card, rules) for card in shown_cards(made))), len(made), MOST_CARDS)


def _summary(card: Card) -> RenderableType:
    lines = list(_ids(card.own))
    if card.shared:
        lines += [Text(UNCLEAR, "dim"), *_ids(card.shared)]
    if card.times:
        slow = ", ".join(visible(row.action, 60) for row in card.times)
        lines.append(Text.assemble(("slow, late or refused: ", "dim"), slow))
    return Group(_head(card), indented(Group(*lines)))


def _ids(found: Iterable[Cause]) -> Iterator[Text]:
    """``✖ RPC-001, RPC-024 ×3``, a line a severity."""
    for severity, causes in groupby(found, key=lambda cause: cause.severity):
        told = (f"{cause.rule} ×{cause.count}" if cause.count > 1 else cause.rule for cause in causes)
        yield Text.assemble((f"{severity.mark} ", STYLES[severity]), ", ".join(told))


def _head(card: Card) -> Text:
    return Text.assemble((visible(card.title, 80), "bold"), (f"  {stations_words(card)}", "dim"))


def _card(card: Card, rules: Mapping[str, Rule]) -> RenderableType:
    lines = [*_causes(card.own, rules), *(Text(response_words(row)) for row in card.times)]
    if card.shared:
        lines += [Text(UNCLEAR, "dim"), *_causes(card.shared, rules)]
    return Group(_head(card), indented(Group(*lines)))


def _causes(found: Iterable[Cause], rules: Mapping[str, Rule]) -> Iterator[RenderableType]:
    for cause in found:
        row = cause.stations[0].rows[0]
        where = f" at {many(len(cause.stations), 'station')}" if len(cause.stations) > 1 else ""
        yield CauseHead(cause, rules[cause.rule], where)
        example = f"{visible(row.finding.station, 40)}: {visible(row.finding.evidence, 300)}"
        yield indented(Text.assemble(example, (f"  {records_words(row)}", "dim")), 4)
