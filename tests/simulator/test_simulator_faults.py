"""Each planted fault really goes over the wire, in every version that has it, and life goes on after it."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias

import pytest
from simulator_support import FAST, Conversation, play

from ocppscope.protocol.message import Call, CallError, CallResult, CallResultError, DefectKind, Malformed
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.schemas import PayloadKind, SchemaViolation, violations
from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator import acts
from ocppscope.simulator.faults import FAULTS
from ocppscope.simulator.options import SCENARIOS as NAMED
from ocppscope.simulator.scenarios import SCENARIOS, Scenario

Check: TypeAlias = Callable[[OcppVersion, Conversation], object]

UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION


def requests_violate(keyword: str, path: str) -> Check:
    """The station breaks the schema there once, and the CSMS answers with a CALLERROR."""

    def check(version: OcppVersion, conversation: Conversation) -> None:
        found = [
            (violation.keyword, violation.path, type(response))
            for _, call, response in conversation.pairs()
            for violation in request_violations(version, call)
        ]
        assert found == [(keyword, path, CallError)]

    return check


def by_version(in_16: Check, in_2x: Check) -> Check:
    return lambda version, conversation: (in_16 if version is OcppVersion.V16 else in_2x)(version, conversation)


def request_violations(version: OcppVersion, call: Call) -> list[SchemaViolation]:
    return list(violations(version, call.action, PayloadKind.REQUEST, call.payload))


def unanswered(direction: Direction, *actions: str) -> Check:
    def check(_version: OcppVersion, conversation: Conversation) -> None:
        left = [(line.direction, call.action) for line, call, response in conversation.pairs() if response is None]
        assert left == [(direction, action) for action in actions]

    return check


def bad_response(version: OcppVersion, conversation: Conversation) -> None:
    broken = [
        violation.path
        for _, call, response in conversation.pairs()
        if isinstance(response, CallResult)
        for violation in violations(version, call.action, PayloadKind.RESPONSE, response.payload)
    ]
    assert broken == ["$.currentTime"]
    refusals = [line for line in conversation.lines if isinstance(line.message, CallResultError)]
    assert [line.direction for line in refusals] == ([UP] if version is OcppVersion.V21 else [])


def truncated(_version: OcppVersion, conversation: Conversation) -> None:
    (line,) = [line for line in conversation.lines if isinstance(line.message, Malformed)]
    assert line.direction is UP
    assert '"MeterValues"' in line.text
    assert not line.text.endswith("]")


def short_call_error(_version: OcppVersion, conversation: Conversation) -> None:
    (error,) = [line.message for line in conversation.lines if isinstance(line.message, CallError)]
    assert [defect.kind for defect in error.defects] == [DefectKind.COUNT]


def reused_id(_version: OcppVersion, conversation: Conversation) -> None:
    used: dict[Any, list[str]] = {}
    for call in conversation.calls(UP):
        used.setdefault(call.message_id, []).append(call.action)
    assert [actions for actions in used.values() if len(actions) > 1] == [["Heartbeat", "StatusNotification"]]


def second_call(_version: OcppVersion, conversation: Conversation) -> None:
    # It lay ready beside the first one: the CSMS hears it before the station can hear any answer.
    heard = [(line.direction, line.message.message_id) for line in conversation.lines]
    first, second = [call.message_id for call in conversation.calls(UP)][-2:]
    assert heard.index((UP, second)) < heard.index((DOWN, first))


def orphan_response(version: OcppVersion, conversation: Conversation) -> None:
    unanswered(DOWN, "SetChargingProfile")(version, conversation)
    asked = {call.message_id for call in conversation.calls(DOWN)}
    orphans = [
        line for line in conversation.lines
        if line.direction is UP and isinstance(line.message, CallResult) and line.message.message_id not in asked
    ]  # fmt: skip
    assert len(orphans) == 1


def deaf(version: OcppVersion, conversation: Conversation) -> None:
    read = "GetConfiguration" if version is OcppVersion.V16 else "GetVariables"
    unanswered(DOWN, read, "TriggerMessage")(version, conversation)
    assert [call.action for call in conversation.calls(UP)].count("Heartbeat") == 4


def zoneless_time(_version: OcppVersion, conversation: Conversation) -> None:
    times = [call.payload["timestamp"] for call in conversation.calls(UP) if "timestamp" in call.payload]
    assert [len(time) for time in times if not time.endswith("Z")] == [len("2026-01-01T00:00:00")]


def wrong_clock(_version: OcppVersion, conversation: Conversation) -> None:
    times = [call.payload["timestamp"] for call in conversation.calls(UP) if "timestamp" in call.payload]
    assert times[-1][:13] > times[-2][:13]


def trigger_ignored(_version: OcppVersion, conversation: Conversation) -> None:
    (trigger,) = [pair for pair in conversation.pairs() if pair[1].action == "TriggerMessage"]
    assert isinstance(trigger[2], CallResult)
    assert trigger[2].payload == {"status": "Accepted"}
    assert "MeterValues" not in [call.action for call in conversation.calls(UP)]


def unknown_transaction(_version: OcppVersion, conversation: Conversation) -> None:
    issued = {
        response.payload["transactionId"]
        for _, call, response in conversation.pairs()
        if call.action == "StartTransaction" and isinstance(response, CallResult)
    }
    named = {call.payload["transactionId"] for call in conversation.calls(UP) if call.action == "MeterValues"}
    assert len(issued) == 1
    assert issued.isdisjoint(named)


def double_start(_version: OcppVersion, conversation: Conversation) -> None:
    starts = [call.payload["connectorId"] for call in conversation.calls(UP) if call.action == "StartTransaction"]
    stops = [call for call in conversation.calls(UP) if call.action == "StopTransaction"]
    assert len(starts) == 2
    assert len(set(starts)) == len(stops) == 1


def meter_fell(version: OcppVersion, conversation: Conversation) -> None:
    if version is OcppVersion.V16:
        (start,) = [call for call in conversation.calls(UP) if call.action == "StartTransaction"]
        (stop,) = [call for call in conversation.calls(UP) if call.action == "StopTransaction"]
        assert stop.payload["meterStop"] < start.payload["meterStart"]
    else:
        readings = [
            call.payload["meterValue"][0]["sampledValue"][0]["value"]
            for call in conversation.calls(UP)
            if "meterValue" in call.payload
        ]
        assert readings[-1] < readings[0]


def seq_gap(_version: OcppVersion, conversation: Conversation) -> None:
    numbers = [call.payload["seqNo"] for call in conversation.calls(UP) if call.action == "TransactionEvent"]
    assert sorted(set(range(numbers[-1])) - set(numbers)) == [2]


def odd_status(_version: OcppVersion, conversation: Conversation) -> None:
    states = [call.payload["status"] for call in conversation.calls(UP) if call.action == "StatusNotification"]
    assert ("Charging", "Preparing") in pairwise(states)


def late(direction: Direction, action: str) -> Check:
    """The answer comes in the end; how late is a matter of the clock and tested with the profiles."""

    def check(_version: OcppVersion, conversation: Conversation) -> None:
        answers = [
            type(response)
            for line, call, response in conversation.pairs()
            if line.direction is direction and call.action == action
        ]
        assert answers == [CallResult]

    return check


CHECKS: dict[str, Check] = {
    "zoneless-time": zoneless_time,
    "wrong-clock": wrong_clock,
    "schema-violation": by_version(
        requests_violate("enum", "$.errorCode"), requests_violate("enum", "$.connectorStatus")
    ),
    "long-token": by_version(
        requests_violate("maxLength", "$.idTag"), requests_violate("maxLength", "$.idToken.idToken")
    ),
    "fractional-meter-stop": requests_violate("type", "$.meterStop"),
    "empty-sample": requests_violate("minItems", "$.meterValue[0].sampledValue"),
    "bad-response": bad_response,
    "truncated": truncated,
    "short-call-error": short_call_error,
    "reused-id": reused_id,
    "second-call": second_call,
    "orphan-response": orphan_response,
    "slow-station": late(DOWN, "SetChargingProfile"),
    "slow-csms": late(UP, "Authorize"),
    "unanswered": unanswered(DOWN, "ClearCache"),
    "silent-csms": unanswered(UP, "DataTransfer"),
    "deaf": deaf,
    "trigger-ignored": trigger_ignored,
    "unknown-transaction": unknown_transaction,
    "double-start": double_start,
    "meter-fell": meter_fell,
    "seq-gap": seq_gap,
    "odd-status": odd_status,
}
ELSEWHERE = {"idle-drop", "lost-while-charging", "no-subprotocol"}
"""What cannot be seen in the messages: test_simulator_connections."""


def test_every_fault_has_its_check() -> None:
    assert set(CHECKS) | ELSEWHERE == set(FAULTS)


def test_every_scenario_has_its_line() -> None:
    assert set(SCENARIOS) == set(NAMED)
    for scenario in SCENARIOS.values():
        assert set(scenario.faults) <= set(FAULTS)
        assert set(scenario.openings) == set(OcppVersion)


@pytest.mark.parametrize(
    ("name", "version"),
    [(name, version) for name in CHECKS for version in OcppVersion if version in FAULTS[name].versions],
)
def test_the_fault_goes_over_the_wire(name: str, version: OcppVersion) -> None:
    alone = Scenario(openings={version: ((acts.power_up, FAULTS[name].play),)})

    CHECKS[name](version, play(alone, stations=1, version=version, speed=100, once=True))


@pytest.mark.parametrize("version", OcppVersion)
def test_nothing_but_the_faults_is_wrong(version: OcppVersion) -> None:
    """A healthy act after each fault finds both parties in order: it is answered, and to the schema."""
    faults = [fault.play for fault in FAULTS.values() if version in fault.versions]
    opening = (acts.power_up, *(act for fault in faults for act in (fault, acts.trigger)))

    conversation = play(Scenario(openings={version: (opening,)}), stations=1, version=version, speed=FAST, once=True)

    triggers = [pair for pair in conversation.pairs() if pair[1].action == "TriggerMessage"]
    statuses = [type(response) for _, _, response in triggers]
    assert statuses.count(CallResult) == 3 * len(faults) + 1  # the ignored one is accepted too
    assert statuses.count(type(None)) == 1  # the deaf station's


@pytest.mark.parametrize("version", OcppVersion)
def test_no_fault_is_left_out_of_the_field_scenario(version: OcppVersion) -> None:
    field = SCENARIOS["field"]
    shown = {act for opening in field.openings.values() for variant in opening for act in variant}

    assert {fault.name for fault in FAULTS.values() if fault.play not in shown} == set()
    assert set(field.faults) == set(FAULTS)
    assert field.openings[version]
