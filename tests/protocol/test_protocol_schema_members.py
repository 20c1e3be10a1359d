"""What the schemas let out, and the walk through a payload."""

import pytest

from ocppscope.protocol.payload_parts import Path, parts_of
from ocppscope.protocol.schema_members import is_optional, may_be_without_members
from ocppscope.protocol.schemas import PayloadKind
from ocppscope.protocol.version import OcppVersion

REQUEST, RESPONSE = PayloadKind.REQUEST, PayloadKind.RESPONSE


@pytest.mark.parametrize(
    ("action", "kind", "path", "optional"),
    [
        ("GetReport", REQUEST, ("componentCriteria",), True),
        ("GetReport", REQUEST, ("requestId",), False),
        ("GetReport", REQUEST, ("unknown",), False),
        ("MeterValues", REQUEST, ("meterValue", 0, "sampledValue", 3, "unitOfMeasure", "multiplier"), True),
        ("MeterValues", REQUEST, ("meterValue", 0, "sampledValue"), False),
        ("Authorize", RESPONSE, ("idTokenInfo", "groupIdToken"), True),
        ("Authorize", RESPONSE, ("idTokenInfo",), False),
        ("GetReport", REQUEST, (), False),
        ("GetReport", REQUEST, (0,), False),
        ("GetReport", REQUEST, ("requestId", "below", "a", "number"), False),
        ("NoSuchAction", REQUEST, ("x",), False),
    ],
)
def test_a_schema_tells_what_may_be_left_out(action: str, kind: PayloadKind, path: Path, *, optional: bool) -> None:
    assert is_optional(OcppVersion.V201, action, kind, path) is optional


@pytest.mark.parametrize(
    ("action", "path", "fits"),
    [
        ("ClearChargingProfile", ("chargingProfileCriteria",), True),
        ("MeterValues", ("meterValue", 0, "sampledValue", 0, "unitOfMeasure"), True),
        ("MeterValues", ("meterValue", 0, "sampledValue", 0, "signedMeterValue"), False),
        ("MeterValues", ("meterValue",), False),
        ("Heartbeat", ("customData",), False),
        ("Heartbeat", ("unknown",), False),
        ("NoSuchAction", (), False),
    ],
)
def test_a_schema_tells_where_an_object_may_be_without_members(action: str, path: Path, *, fits: bool) -> None:
    assert may_be_without_members(OcppVersion.V201, action, REQUEST, path) is fits


def test_parts_come_in_the_order_of_the_text() -> None:
    payload = {"a": {"b": [1, {"c": None}]}, "d": 2}

    assert [path for path, _ in parts_of(payload, 100)] == [
        ("a",),
        ("a", "b"),
        ("a", "b", 0),
        ("a", "b", 1),
        ("a", "b", 1, "c"),
        ("d",),
    ]


def test_closed_members_are_given_and_not_looked_into() -> None:
    payload = {"customData": {"x": 1}, "y": 2}

    assert list(parts_of(payload, 100, frozenset({"customData"}))) == [(("customData",), {"x": 1}), (("y",), 2)]


def test_the_walk_ends_after_so_many_parts() -> None:
    assert len(list(parts_of({"rows": list(range(1000))}, 10))) == 10
