"""Configuration keys of OCPP 1.6 as messages carry them."""

from collections.abc import Iterator
from typing import NamedTuple

from ocppscope.conformance.measurands import listed
from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.payload import number_at, text_at, value_at

AUTHORIZATION_KEY = "authorizationkey"
"""A secret: its value never appears in a finding."""

MEASURAND_KEYS = frozenset(
    {"metervaluesaligneddata", "metervaluessampleddata", "stoptxnaligneddata", "stoptxnsampleddata"}
)

TAKEN = frozenset({"Accepted", "RebootRequired"})
"""Answers to ChangeConfiguration by which the value holds, now or after the next start."""

_LONGEST = 500


class Row(NamedTuple):
    """One key of a GetConfiguration answer.

    Attributes:
        path: of its value.
        key: in lower case, because keys are case-insensitive (CiString); name: as sent.
        value: at most 500 characters; None when absent.
        readonly: None when absent.
    """

    path: str
    key: str
    name: str
    value: str | None
    readonly: bool | None


def rows_of(result: Payload) -> Iterator[Row]:
    """The keys that an answer to GetConfiguration tells."""
    rows = value_at(result, "configurationKey")
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        name = text_at(row, "key")
        if name is None:
            continue
        value, readonly = text_at(row, "value"), value_at(row, "readonly")
        yield Row(
            f"$.configurationKey[{index}].value",
            name[:_LONGEST].lower(),
            name[:50],
            None if value is None else value[:_LONGEST],
            readonly if isinstance(readonly, bool) else None,
        )


def change_of(call: Call) -> tuple[str, str] | None:
    """Key (in lower case) and value that a ChangeConfiguration asks for."""
    key, value = text_at(call.payload, "key"), text_at(call.payload, "value")
    return None if key is None or value is None else (key[:_LONGEST].lower(), value[:_LONGEST])


def same_value(one: str, other: str) -> bool:
    """Whether two values mean the same: letter case, blanks after commas, leading zeros and the order of a list aside."""
    if one.strip().lower() == other.strip().lower():
        return True
    numbers = number_at({"value": one.strip()}, "value"), number_at({"value": other.strip()}, "value")
    if None not in numbers:
        return numbers[0] == numbers[1]
    return sorted(listed(one.lower())) == sorted(listed(other.lower()))
