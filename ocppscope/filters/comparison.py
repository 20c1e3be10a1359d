"""The comparisons of the filter language, on amounts and on JSON values."""

import operator
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from ocppscope.filters.path import scalars
from ocppscope.filters.pattern import Pattern, json_text

_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
"""What counts as a number in a filter and inside a JSON string: meter values travel as strings. Bounded: no overflow, no waste."""

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class Comparison(StrEnum):
    """What stands between a field or path and its value."""

    EQUAL = "="
    UNEQUAL = "!="
    CONTAINS = "~"
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LESS = "<"
    LESS_OR_EQUAL = "<="

    def of_amount(self, amount: float, low: float, high: float) -> Callable[[float], bool]:
        """A test of a number against an amount that is as exact as its last digit: equal from ``low`` to below ``high``."""
        if self in _ORDER:
            compare = _ORDER[self]
            return lambda value: compare(value, amount)
        if self is Comparison.EQUAL:
            return lambda value: low <= value < high
        return lambda value: not low <= value < high

    def of_json(self, pattern: Pattern) -> Callable[[Any], bool]:
        """A test of a JSON value against what was typed.

        Unquoted, 17 equals the number 17 (also 17.0) and the string "17", and null, true and false are what they are in
        JSON; quoted, only strings. Order is that of numbers when a number was typed (a string that holds one counts: meter
        values do), else that of the alphabet, which suits time stamps. ``~`` looks into everything below an object or array.
        """
        if self is Comparison.CONTAINS:
            found = pattern.inside()
            return lambda value: any(found(json_text(scalar)) for scalar in scalars(value))
        if self in _ORDER:
            return _ordered(_ORDER[self], pattern)
        equal = _equal(pattern)
        return equal if self is Comparison.EQUAL else lambda value: not equal(value)


def _equal(pattern: Pattern) -> Callable[[Any], bool]:
    whole = pattern.whole()
    if pattern.quoted:
        return lambda value: isinstance(value, str) and whole(value)
    number = _number(pattern.text)

    def test(value: Any) -> bool:
        if isinstance(value, dict | list):
            return False
        if number is not None and not isinstance(value, bool) and isinstance(value, int | float):
            return bool(value == number)
        return whole(json_text(value))

    return test


def _ordered(compare: Callable[[Any, Any], bool], pattern: Pattern) -> Callable[[Any], bool]:
    number = None if pattern.quoted else _number(pattern.text)
    text = pattern.text.lower()

    def test(value: Any) -> bool:
        if isinstance(value, bool):
            return False
        if number is None:
            return isinstance(value, str) and compare(value.lower(), text)
        if isinstance(value, str):
            value = _number(value)
        return isinstance(value, int | float) and compare(value, number)

    return test


def _number(text: str) -> int | float | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    # Integers stay integers: a transaction id above 2**53 is no float.
    return float(text) if found[1] or found[2] else int(text)
