"""What is offered while a filter is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.filters import complete, parse, word_start
from ocppscope.filters.completion import MOST_OFFERED

KNOWN = {
    "action": ["Authorize", "BootNotification", "MeterValues", "StatusNotification"],
    "station": ["CP001", "CP 2", "findings"],
    "rule": ["RPC-001", "RPC-008"],
    "$": ["$.connectorId", "$.status"],
}


def offered(text: str, cursor: int | None = None) -> list[str]:
    return complete(text, len(text) if cursor is None else cursor, KNOWN)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("act", ["action:"]),
        ("lat", ["latency>"]),
        ("!st", ["station:", "StatusNotification"]),
        ("(fin", ["findings"]),
        ("Boot", ["BootNotification"]),
        ("action:Boot", ["BootNotification"]),
        ("action:Boot*|met", ["MeterValues"]),
        ("action=auth", ["Authorize"]),
        ("!action!=auth", ["Authorize"]),
        ("action:notif", ["BootNotification", "StatusNotification"]),
        ("dir:", ["up", "down"]),
        ("meter dir:d", ["down"]),
        ("sev:e", ["error"]),
        ("type:callr", ["CALLRESULT", "CALLRESULTERROR"]),
        ("station:cp", ["CP001", '"CP 2"']),
        ('station:"cp', ["CP001", '"CP 2"']),
        ("rule:rpc-00", ["RPC-001", "RPC-008"]),
        ("$.st", ["$.status"]),
        ("boot|sev", ["sev:"]),
        ("evse:", []),
        ("zzz", []),
    ],
)
def test_offers_fields_flags_and_known_values(text: str, first: list[str]) -> None:
    assert offered(text)[: len(first)] == first
    if not first:
        assert offered(text) == []


def test_an_empty_field_offers_every_word_of_the_language() -> None:
    words = offered("")
    assert {"action:", "dir:", "latency>", "limit>", "findings", "held", "marked"} <= set(words)


def test_a_value_that_begins_so_comes_before_one_that_contains_it() -> None:
    assert complete("action:a", 8, {"action": ["Bar", "Abc"]}) == ["Abc", "Bar"]


def test_completes_the_word_that_ends_at_the_cursor() -> None:
    text = "dir:u meter"
    assert offered(text, 5) == ["up"]
    assert word_start(text, 5) == 4
    assert offered(text, 3) == ["dir:"]
    assert word_start(text, 3) == 0


def test_an_offer_put_in_place_makes_a_valid_filter() -> None:
    for text in ("station:c", "action:s", "!type:", "dir:up $.", "meter|find"):
        for offer in offered(text):
            parse(text[: word_start(text, len(text))] + offer)


def test_offers_are_bounded() -> None:
    many = {"station": [f"CP{number}" for number in range(10_000)]}
    assert len(complete("station:", 8, many)) == MOST_OFFERED


@given(st.text(alphabet='ab:|!()"$.= action', max_size=30), st.integers(-5, 40))
def test_any_text_and_cursor_can_be_asked(text: str, cursor: int) -> None:
    start = word_start(text, cursor)
    assert 0 <= start <= max(0, min(cursor, len(text)))
    complete(text, cursor, KNOWN)
