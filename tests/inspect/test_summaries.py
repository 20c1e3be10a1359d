"""The Info column: worded by hand for every action, and safe for any payload."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.inspect.summaries import MAX_LENGTH, summarise
from ocppscope.inspect.summaries.dispatch import has_summary
from ocppscope.protocol.actions import ACTIONS, SEND_ACTIONS
from ocppscope.protocol.message import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Malformed,
    MalformedKind,
    Send,
    parse,
)
from ocppscope.protocol.version import OcppVersion

V16, V201, V21 = OcppVersion.V16, OcppVersion.V201, OcppVersion.V21


def request(version: OcppVersion | None, action: str, payload: dict[str, Any]) -> str:
    return summarise(version, Call("1", action, payload), action)


def response(version: OcppVersion | None, action: str | None, payload: dict[str, Any]) -> str:
    return summarise(version, CallResult("1", payload), action)


@pytest.mark.parametrize("version", list(OcppVersion))
def test_every_action_of_the_catalogue_has_its_summaries(version: OcppVersion) -> None:
    assert [action for action in ACTIONS[version] if not has_summary(version, action, response=False)] == []
    answered = ACTIONS[version] - SEND_ACTIONS[version]
    assert [action for action in answered if not has_summary(version, action, response=True)] == []


def test_errors_say_code_and_description() -> None:
    assert summarise(V16, CallError("1", "NotImplemented", "", {}), "Reset") == "NotImplemented"
    assert summarise(V16, CallError("1", "GenericError", "no idea", {"a": 1}), None) == "GenericError · no idea"
    assert (
        summarise(V21, CallResultError("1", "FormatViolation", "bad date", {}), "Heartbeat")
        == "FormatViolation · bad date"
    )
    assert len(summarise(V16, CallError("1", "GenericError", "x" * 5000, {}), None)) == MAX_LENGTH


def test_sends_are_worded_like_requests() -> None:
    payload = {"id": 3, "pending": 0, "data": [{"t": 0, "v": "1"}]}
    assert summarise(V21, Send("1", "NotifyPeriodicEventStream", payload), None) == "stream 3 · 1 value · 0 pending"


def test_malformed_messages_say_why() -> None:
    assert (
        summarise(None, Malformed("[", MalformedKind.NOT_JSON, "the JSON text ends too early", 1), None)
        == "the JSON text ends too early"
    )


def test_a_signed_message_is_worded_like_the_bare_one() -> None:
    assert request(V201, "Reset-Signed", {"type": "OnIdle"}) == "OnIdle"


def test_unknown_actions_and_orphans_show_their_first_members() -> None:
    payload = {"status": "Ok", "n": 1, "list": [1, 2], "object": {"a": 1}, "fifth": 5}
    assert request(V16, "CustomOperation", payload) == "status Ok · n 1 · list [2] · object {1}"
    assert response(V16, None, {"status": "Accepted", "interval": 300}) == "status Accepted · interval 300"
    assert response(V16, None, {}) == ""


def test_without_a_version_the_summary_that_has_more_to_say_counts() -> None:
    assert request(None, "StatusNotification", {"connectorId": 1, "status": "Available"}) == "connector 1 Available"
    payload = {"evseId": 1, "connectorId": 2, "connectorStatus": "Occupied"}
    assert request(None, "StatusNotification", payload) == "EVSE 1·2 Occupied"


def test_an_action_of_another_version_is_worded_as_there() -> None:
    assert request(V16, "RequestStopTransaction", {"transactionId": "17"}) == "tx 17"
    assert (
        request(V201, "ChangeConfiguration", {"key": "AuthorizationKey", "value": "abc"})
        == "AuthorizationKey = (hidden)"
    )


def test_members_of_the_wrong_type_are_shown_as_they_are() -> None:
    assert request(V16, "Reset", {"type": 5}) == "5"
    assert request(V16, "Reset", {"type": ["Soft"]}) == "[1]"
    assert request(V16, "Reset", {"type": None}) == ""
    assert (
        request(V16, "StartTransaction", {"connectorId": "one", "meterStart": True}) == "connector one · meter true Wh"
    )
    assert (
        request(V201, "TransactionEvent", {"eventType": {}, "transactionInfo": 3, "evse": [], "meterValue": "x"})
        == "{0}"
    )


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ({"value": "999"}, "999 Wh"),
        ({"value": "1000", "unit": "Wh"}, "1 kWh"),
        ({"value": "1.25", "unit": "kWh"}, "1.25 kWh"),
        ({"value": "0.4", "unit": "kWh"}, "400 Wh"),
        ({"value": "-3200", "measurand": "Power.Active.Import"}, "-3.2 kW"),
        ({"value": "230.4", "measurand": "Voltage"}, "230.4 V"),
        ({"value": "1e3", "unit": "Wh"}, "1 kWh"),
        ({"value": "nan"}, "1 value"),
        ({"value": "1" * 400}, "1 value"),
        ({"value": "abc", "format": "SignedData"}, "1 value"),
        ({"value": "5", "measurand": "Temperature"}, "1 value"),
        ({"value": "5", "unit": "x" * 100}, "5 " + "x" * 15 + "…"),
    ],
)
def test_meter_values_are_read_with_their_units(sample: dict[str, Any], expected: str) -> None:
    assert request(V16, "MeterValues", {"meterValue": [{"sampledValue": [sample]}]}) == expected


ACTION_OF_ANY = st.sampled_from(sorted({(version, action) for version in OcppVersion for action in ACTIONS[version]}))
MEMBERS = [
"status", "statusInfo", "reasonCode", "connectorId", "evse", "evseId", "id", "idTag", "idToken", "transactionId", "transactionInfo", "meterValue", "sampledValue", "value", "unit", "unitOfMeasure", "multiplier", "measurand", "phase", "chargingProfile", "csChargingProfiles", "chargingSchedule", "chargingSchedulePeriod", "limit", "numberPhases", "chargingRateUnit", "schedule", "configurationKey", "unknownKey", "key", "location", "firmware", "setVariableData", "getVariableResult", "attributeStatus", "attributeValue", "component", "variable", "name", "eventData", "data", "type", "params", "batteryData", "curve", "localAuthorizationList", "chargingStation", "idTagInfo", "idTokenInfo", "setVariableResult",
]  # fmt: skip
NAMES = st.sampled_from(MEMBERS)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**300)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["Energy.Active.Import.Register", "1e999", "Accepted", "://@", "L1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=25,
)
PAYLOADS = st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=8)


@given(ACTION_OF_ANY, PAYLOADS, st.booleans(), st.booleans())
def test_any_payload_of_any_action_is_worded_within_bounds(
    known: tuple[OcppVersion, str],
    payload: dict[str, Any],
    is_response: bool,
    version_known: bool,
) -> None:
    version, action = known
    text = (response if is_response else request)(version if version_known else None, action, payload)
    assert isinstance(text, str)
    assert len(text) <= MAX_LENGTH


@given(PAYLOADS, st.text(max_size=20))
def test_any_payload_of_an_unknown_action_is_worded_within_bounds(payload: dict[str, Any], action: str) -> None:
    for version in (*OcppVersion, None):
        assert len(request(version, action, payload)) <= MAX_LENGTH


@pytest.mark.parametrize("version", list(OcppVersion))
def test_a_megabyte_in_every_member_stays_within_bounds(version: OcppVersion) -> None:
    giant = "x" * 1_000_000
    many = [
        {
            "status": giant,
            "component": {"name": giant},
            "variable": {"name": giant},
            "sampledValue": [{"value": giant}] * 9,
        }
    ] * 50_000
    for action in ACTIONS[version]:
        for value in (giant, many, {giant: giant}, {"id": giant, "idToken": giant, "location": giant}):
            payload = dict.fromkeys(MEMBERS, value)
            assert len(request(version, action, payload)) <= MAX_LENGTH
            assert len(response(version, action, payload)) <= MAX_LENGTH


@given(st.text(max_size=40))
def test_whatever_the_parser_makes_of_a_text_can_be_summarised(text: str) -> None:
    for candidate in (text, f'[2,"1","Reset",{text}]', f'[3,"1",{{"status":{text}}}]'):
        assert len(summarise(V16, parse(candidate), "Reset")) <= MAX_LENGTH
