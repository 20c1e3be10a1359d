"""Schema validation: every schema compiles, every keyword is named with path and values, and hostile payloads cost little."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.protocol.actions import ACTIONS, SEND_ACTIONS
from ocppscope.protocol.schemas import (
    MOST_VALUES,
    MOST_VIOLATIONS,
    PayloadKind,
    SchemaViolation,
    has_schema,
    json_path,
    schema_names,
    violations,
)
from ocppscope.protocol.version import OcppVersion

V16, V201, V21 = OcppVersion.V16, OcppVersion.V201, OcppVersion.V21
TIME = "2025-03-14T09:41:03Z"
EVERY_SCHEMA = [
    (version, action, kind)
    for version in OcppVersion
    for action in sorted(ACTIONS[version])
    for kind in PayloadKind
    if not (kind is PayloadKind.RESPONSE and action in SEND_ACTIONS[version])
]
KEYWORDS_WITH_A_REASON_OF_THEIR_OWN = {
    "type", "required", "additionalProperties", "enum", "format", "maxLength", "minItems", "maxItems", "minimum", "maximum",
    "multipleOf",
}  # fmt: skip
SILENT_KEYWORDS = {
    "$schema", "$id", "$ref", "id", "title", "description", "comment", "javaType", "default", "definitions", "properties", "items",
    "additionalItems",
}  # fmt: skip


def request(version: OcppVersion, action: str, payload: dict[str, Any]) -> tuple[SchemaViolation, ...]:
    return violations(version, action, PayloadKind.REQUEST, payload)


def only(found: tuple[SchemaViolation, ...]) -> tuple[str, str, Any, Any]:
    """The one violation that there is, without its sentence."""
    assert len(found) == 1, found
    return found[0].path, found[0].keyword, found[0].value, found[0].allowed


@pytest.mark.parametrize(("version", "action", "kind"), EVERY_SCHEMA)
def test_every_schema_compiles_and_judges(version: OcppVersion, action: str, kind: PayloadKind) -> None:
    assert has_schema(version, action, kind)
    unexpected = violations(version, action, kind, {"of course not": 1})
    assert '$["of course not"]' in {violation.path for violation in unexpected}


def test_a_send_has_no_response_schema() -> None:
    assert has_schema(V21, "NotifyPeriodicEventStream", PayloadKind.REQUEST)
    assert not has_schema(V21, "NotifyPeriodicEventStream", PayloadKind.RESPONSE)
    assert violations(V21, "NotifyPeriodicEventStream", PayloadKind.RESPONSE, {"x": 1}) == ()


@pytest.mark.parametrize("action", ["CustomOperation", "", "../../etc/passwd", "Reset\0", "ResetResponse", "reset"])
def test_an_unknown_action_has_no_schema_and_no_violations(action: str) -> None:
    assert request(V16, action, {"anything": 1}) == ()


def test_a_valid_payload_has_no_violations() -> None:
    assert (
        request(V16, "StartTransaction", {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": TIME}) == ()
    )
    assert violations(V201, "Heartbeat", PayloadKind.RESPONSE, {"currentTime": "2025-03-14T10:41:03.123+01:00"}) == ()
    assert (
        request(
            V21, "NotifyPeriodicEventStream", {"id": 1, "pending": 0, "basetime": TIME, "data": [{"t": 0, "v": "1"}]}
        )
        == ()
    )


@pytest.mark.parametrize("member", ["chargePointVendor", "chargePointModel"])
def test_a_missing_member_is_named_at_its_place(member: str) -> None:
    payload = {"chargePointVendor": "v", "chargePointModel": "m"}
    del payload[member]
    assert only(request(V16, "BootNotification", payload)) == (f"$.{member}", "required", None, member)


def test_a_missing_member_deep_inside_is_named_with_its_path() -> None:
    payload = {"connectorId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [{"value": "1"}, {}]}]}
    assert only(request(V16, "MeterValues", payload)) == (
        "$.meterValue[0].sampledValue[1].value",
        "required",
        None,
        "value",
    )


def test_every_unexpected_member_is_named_with_its_value() -> None:
    found = request(V16, "Reset", {"type": "Soft", "extra": [1], "a b": None})
    assert {(one.path, one.keyword, str(one.value)) for one in found} == {
        ("$.extra", "additionalProperties", "[1]"),
        ('$["a b"]', "additionalProperties", "None"),
    }


def test_a_value_outside_the_enumeration_comes_with_what_is_allowed() -> None:
    assert only(request(V16, "Reset", {"type": "soft"})) == ("$.type", "enum", "soft", ["Hard", "Soft"])


def test_a_text_that_is_too_long_comes_with_the_limit() -> None:
    assert request(V16, "Authorize", {"idTag": "x" * 20}) == ()
    (violation,) = request(V16, "Authorize", {"idTag": "x" * 21})
    assert (violation.path, violation.keyword, violation.allowed) == ("$.idTag", "maxLength", 20)
    assert violation.reason == "has 21 characters, at most 20 are allowed"


@pytest.mark.parametrize(
    ("value", "name"),
    [("1", "string"), (None, "null"), (True, "boolean"), (1.5, "number"), ([], "array"), ({}, "object")],
)
def test_a_wrong_type_is_named(value: Any, name: str) -> None:
    (violation,) = request(V16, "UnlockConnector", {"connectorId": value})
    assert (violation.path, violation.keyword, violation.value, violation.allowed) == (
        "$.connectorId", "type", value, ["integer"],
    )  # fmt: skip
    assert violation.reason == f"is {name} where integer is due"


def test_too_few_and_too_many_items_are_found() -> None:
    assert only(request(V201, "GetVariables", {"getVariableData": []}))[:2] == ("$.getVariableData", "minItems")
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]}
    payload = {"evseId": 1, "timeBase": TIME, "chargingSchedule": schedule}
    assert request(V201, "NotifyEVChargingSchedule", payload) == ()
    schedule["chargingSchedulePeriod"] = [{"startPeriod": 0, "limit": 6.0}] * 1025
    (violation,) = request(V201, "NotifyEVChargingSchedule", payload)
    assert (violation.path, violation.keyword, violation.allowed) == (
        "$.chargingSchedule.chargingSchedulePeriod", "maxItems", 1024,
    )  # fmt: skip
    assert violation.reason == "has more than the 1024 items that are allowed"


def test_numbers_outside_their_range_are_found() -> None:
    def charged_to(percent: int) -> tuple[SchemaViolation, ...]:
        payload = {"transactionLimit": {"maxSoC": percent}}
        return violations(V21, "TransactionEvent", PayloadKind.RESPONSE, payload)

    assert charged_to(0) == charged_to(100) == ()
    assert only(charged_to(101)) == ("$.transactionLimit.maxSoC", "maximum", 101, 100)
    assert only(charged_to(-1)) == ("$.transactionLimit.maxSoC", "minimum", -1, 0)
    assert charged_to(101)[0].reason == "is greater than 100"


def test_a_member_of_a_payload_that_may_have_none_is_named() -> None:
    """Three 1.6 schemas define no properties at all, and one forbids members of a string."""
    found = violations(V16, "LogStatusNotification", PayloadKind.RESPONSE, {"a": 1, "b": 2})
    assert [(one.path, one.keyword) for one in found] == [
        ("$.a", "additionalProperties"),
        ("$.b", "additionalProperties"),
    ]
    answer = {"status": {"x": 1}, "currentTime": TIME, "interval": 1}
    odd = violations(V16, "BootNotification", PayloadKind.RESPONSE, answer)
    assert ("$.status", "type") in {(one.path, one.keyword) for one in odd}


@pytest.mark.parametrize("text", ["2025-03-14T09:41:03", "2025-03-14 09:41", "yesterday", "", "2025-02-30T00:00:00Z"])
def test_a_wrong_time_stamp_is_found_under_the_keyword_format(text: str) -> None:
    assert only(violations(V16, "Heartbeat", PayloadKind.RESPONSE, {"currentTime": text})) == (
        "$.currentTime", "format", text, "date-time",
    )  # fmt: skip


def _composite(version: OcppVersion, limit: float) -> tuple[SchemaViolation, ...]:
    """A SetChargingProfile whose first period has this limit."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
    }
    return request(version, "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile})


def test_every_multiple_of_a_tenth_up_to_a_thousand_is_right() -> None:
    wrong = [tenths for tenths in range(10_001) if _composite(V16, float(f"{tenths // 10}.{tenths % 10}"))]
    assert wrong == []


def test_every_limit_with_two_decimals_is_wrong() -> None:
    passed = [
        hundredths
        for hundredths in range(100_001)
        if hundredths % 10 and not _composite(V16, float(f"{hundredths // 100}.{hundredths % 100:02}"))
    ]
    assert passed == []
    path = "$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit"
    assert only(_composite(V16, 4.11)) == (path, "multipleOf", 4.11, 0.1)


@pytest.mark.parametrize("limit", [32, 32.3, 0, 16.0])
def test_limits_may_be_written_as_integers(limit: float) -> None:
    assert _composite(V16, limit) == ()


def _keywords(schema: Any, *, names: bool = False) -> set[str]:
    """Every keyword of a schema; below ``properties`` and ``definitions`` the keys are names."""
    if isinstance(schema, list):
        return set().union(*(_keywords(item) for item in schema))
    if not isinstance(schema, dict):
        return set()
    found = set() if names else set(schema)
    for key, value in schema.items():
        found |= _keywords(value, names=not names and key in ("properties", "definitions"))
    return found


def test_every_keyword_of_the_schemas_has_a_reason_in_words() -> None:
    """The validator's own sentence repeats the whole value, which may be a megabyte."""
    spec = importlib.util.find_spec("ocpp")
    assert spec is not None
    assert spec.origin is not None
    used: set[str] = set()
    for path in Path(spec.origin).parent.glob("v*/schemas/*.json"):
        used |= _keywords(json.loads(path.read_text(encoding="utf-8-sig")))
    assert used - SILENT_KEYWORDS == KEYWORDS_WITH_A_REASON_OF_THEIR_OWN


def test_a_violation_is_listed_once_for_a_path_and_keyword() -> None:
    found = request(V16, "MeterValues", {"connectorId": "x", "meterValue": [{}, {}]})
    places = [(one.path, one.keyword) for one in found]
    assert len(places) == len(set(places))
    assert ("$.meterValue[1].timestamp", "required") in places


def test_a_flood_of_violations_is_listed_up_to_a_bound() -> None:
    """Listing all 600,000 of them took 7 s."""
    found = request(V16, "MeterValues", {"connectorId": 1, "meterValue": [{}] * 300_000})
    assert len(found) == MOST_VIOLATIONS
    assert found[0].path == "$.meterValue[0].timestamp"
    assert len(request(V16, "Reset", {str(number): number for number in range(20_000)})) == MOST_VIOLATIONS


def test_a_violation_behind_a_long_valid_beginning_is_still_found() -> None:
    valid = {"timestamp": TIME, "sampledValue": [{"value": "1"}]}
    payload = {"connectorId": 1, "meterValue": [valid] * MOST_VALUES + [{"timestamp": TIME}]}
    (violation,) = request(V16, "MeterValues", payload)
    assert violation.path == f"$.meterValue[{MOST_VALUES}].sampledValue"


def test_cutting_a_long_payload_invents_no_violation() -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}] * MOST_VALUES}
    profile = {
        "chargingProfileId": 1,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
        "recurrencyKind": "Daily",
    }
    found = request(V16, "SetChargingProfile", {"csChargingProfiles": profile, "connectorId": 1})
    assert only(found)[:2] == ("$.csChargingProfiles.stackLevel", "required")


@pytest.mark.parametrize(
    "value", ["x" * 1_000_000, 10**4000, 1e308, -0.0, [[[[[]]]]] * 1000, {"a": {"b": [None] * 1000}}]
)
def test_a_monstrous_value_is_judged_in_a_short_sentence(value: Any) -> None:
    found = request(
        V16, "StartTransaction", {"connectorId": value, "idTag": value, "meterStart": value, "timestamp": value}
    )
    assert found
    assert all(len(one.reason) < 100 for one in found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(
    st.sampled_from(EVERY_SCHEMA),
    st.dictionaries(
        st.sampled_from(["status", "connectorId", "evse", "idToken", "meterValue", "chargingProfile", "type", "x y"]),
        JSON,
    ),
)
def test_any_payload_can_be_judged(schema: tuple[OcppVersion, str, PayloadKind], payload: dict[str, Any]) -> None:
    for violation in violations(*schema, payload):
        assert violation.path.startswith("$")
        assert violation.keyword in KEYWORDS_WITH_A_REASON_OF_THEIR_OWN


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ([], "$"),
        (["a", 0, "b"], "$.a[0].b"),
        (["a b"], '$["a b"]'),
        (['say "x"', "é"], '$["say \\"x\\""].é'),
        ([""], '$[""]'),
        (["1a"], '$["1a"]'),
    ],
)
def test_paths_are_written_so_that_they_can_be_read(parts: list[str | int], path: str) -> None:
    assert json_path(parts) == path


def test_the_schemas_of_each_version_are_its_own() -> None:
    assert "TransactionEventRequest" in schema_names(V201)
    assert "TransactionEventRequest" not in schema_names(V16)
    assert "BatterySwapRequest" in schema_names(V21) - schema_names(V201)


def test_nothing_is_compiled_or_imported_before_something_is_validated() -> None:
    program = """
import sys
from ocppscope.protocol import schemas
from ocppscope.protocol.version import OcppVersion
schemas.has_schema(OcppVersion.V16, "Reset", schemas.PayloadKind.REQUEST)
print("ocpp" in sys.modules, "jsonschema_rs" in sys.modules, len(schemas._compiled))
schemas.violations(OcppVersion.V16, "Reset", schemas.PayloadKind.REQUEST, {})
schemas.violations(OcppVersion.V16, "Reset", schemas.PayloadKind.REQUEST, {})
print("ocpp" in sys.modules, "jsonschema_rs" in sys.modules, len(schemas._compiled))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["False False 0", "False True 1"]


def test_a_value_of_the_wrong_type_is_not_also_outside_its_enumeration() -> None:
    payload = {"connectorId": 1, "errorCode": 7, "status": "Available"}
    (found,) = violations(OcppVersion.V16, "StatusNotification", PayloadKind.REQUEST, payload)
    assert (found.path, found.keyword) == ("$.errorCode", "type")
