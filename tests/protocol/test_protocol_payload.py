"""Looks into payloads of any shape."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.protocol.payload import integer_at, number_at, objects_at, text_at, time_at, value_at


def test_goes_down_into_objects_and_nothing_else() -> None:
    payload = {"a": {"b": {"c": 1}}, "list": [{"b": 1}], "null": None}
    assert value_at(payload, "a", "b", "c") == 1
    assert value_at(payload) is payload
    for names in (("a", "x"), ("a", "b", "c", "d"), ("list", "b"), ("null", "x"), ("x", "y")):
        assert value_at(payload, *names) is None


def test_text_and_integer_are_strict() -> None:
    assert text_at({"a": "x"}, "a") == "x"
    assert text_at({"a": 1}, "a") is None
    assert integer_at({"a": -1}, "a") == -1
    for value in (True, 1.0, "1", None, [1]):
        assert integer_at({"a": value}, "a") is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1.0),
        (1.5, 1.5),
        ("12.5", 12.5),
        ("-3", -3.0),
        ("+1.", 1.0),
        ("1e3", 1000.0),
        ("0" * 50, 0.0),
        (10**300, 1e300),
    ],
)
def test_numbers_may_stand_in_strings(value: Any, number: float) -> None:
    assert number_at({"a": value}, "a") == number


@pytest.mark.parametrize(
    "value",
    [True, None, [], {}, "", "x", "1 A", " 1", "1_000", "٣", "nan", "inf", "1e999", 10**400, "1" * 100_000, ".", "1,5"],
)
def test_what_is_no_finite_number_is_none(value: Any) -> None:
    assert number_at({"a": value}, "a") is None


def test_only_the_objects_of_an_array_are_given() -> None:
    assert objects_at({"a": [{"b": 1}, 2, None, [], {}]}, "a") == [{"b": 1}, {}]
    assert objects_at({"a": {"b": 1}}, "a") == []


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2025-03-14T09:41:03Z", datetime(2025, 3, 14, 9, 41, 3, tzinfo=UTC)),
        ("2025-03-14T10:41:03.5+01:00", datetime(2025, 3, 14, 9, 41, 3, 500_000, tzinfo=UTC)),
        ("2025-03-14T09:41:03", datetime(2025, 3, 14, 9, 41, 3, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("2025-03-14T09:41:03Z" + " " * 40, None),
    ],
)
def test_times_are_in_utc(text: str, time: datetime | None) -> None:
    assert time_at({"a": text}, "a") == time


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(JSON)
def test_no_shape_makes_a_look_raise(payload: Any) -> None:
    for look in (value_at, text_at, integer_at, number_at, objects_at, time_at):
        look(payload, "a", "b")
        look({"a": payload}, "a")
