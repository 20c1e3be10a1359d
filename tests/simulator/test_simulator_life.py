"""A healthy life holds to the standard from end to end, in every version, and repeats itself for a seed."""

import re

import pytest
from simulator_support import FAST, Conversation, healthy, play

from ocppscope.protocol.message import Call, CallResult, Send
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.schemas import PayloadKind, violations
from ocppscope.protocol.version import OcppVersion

UP = Direction.TO_CSMS
STATIONS = ["DEMO-01-HARBOUR", "DEMO-02-LIBRARY"]

LIFE_V16 = {
    "BootNotification", "StatusNotification", "Authorize", "StartTransaction", "MeterValues", "StopTransaction",
    "RemoteStartTransaction", "RemoteStopTransaction", "TriggerMessage", "SetChargingProfile", "GetCompositeSchedule",
    "ClearChargingProfile", "ReserveNow", "CancelReservation", "GetLocalListVersion", "SendLocalList", "ClearCache",
    "GetConfiguration", "ChangeConfiguration", "UpdateFirmware", "FirmwareStatusNotification", "GetDiagnostics",
    "DiagnosticsStatusNotification", "Heartbeat", "DataTransfer", "ChangeAvailability", "UnlockConnector", "Reset",
}  # fmt: skip
LIFE_V2X = {
    "BootNotification", "StatusNotification", "Authorize", "TransactionEvent", "MeterValues",
    "RequestStartTransaction", "RequestStopTransaction", "TriggerMessage", "SetChargingProfile", "GetCompositeSchedule",
    "ClearChargingProfile", "ReserveNow", "CancelReservation", "GetLocalListVersion", "SendLocalList", "ClearCache",
    "GetBaseReport", "NotifyReport", "GetVariables", "SetVariables", "UpdateFirmware", "FirmwareStatusNotification",
    "GetLog", "LogStatusNotification", "Heartbeat", "DataTransfer", "ChangeAvailability", "UnlockConnector", "Reset",
}  # fmt: skip
LIVES = {
    OcppVersion.V16: LIFE_V16,
    OcppVersion.V201: LIFE_V2X,
    OcppVersion.V21: LIFE_V2X | {"OpenPeriodicEventStream", "ClosePeriodicEventStream"},
}


@pytest.mark.parametrize("version", OcppVersion)
def test_a_healthy_life_is_complete_and_keeps_to_the_schemas(version: OcppVersion) -> None:
    conversation = healthy(version)

    seen = set()
    for line, call, response in conversation.pairs():
        seen.add(call.action)
        assert call.defects == ()
        assert violations(version, call.action, PayloadKind.REQUEST, call.payload) == (), line.text
        assert isinstance(response, CallResult), f"{line.text} was answered with {response}"
        assert response.defects == ()
        assert violations(version, call.action, PayloadKind.RESPONSE, response.payload) == (), response
    assert seen == LIVES[version]
    assert conversation.stations() == STATIONS


@pytest.mark.parametrize("version", OcppVersion)
def test_no_party_asks_twice_at_once_or_uses_an_id_again(version: OcppVersion) -> None:
    for station in STATIONS:
        conversation = healthy(version).of(station)
        for direction in Direction:
            ids = [call.message_id for call in conversation.calls(direction)]
            assert len(ids) == len(set(ids)) > 10
        waiting: dict[Direction, str | None] = dict.fromkeys(Direction)
        for line in conversation.lines:
            if isinstance(line.message, Call):
                assert waiting[line.direction] is None, line.text
                waiting[line.direction] = line.text
            elif isinstance(line.message, CallResult):
                waiting[line.direction.opposite] = None


def test_what_happened_offline_is_delivered_in_order_with_its_own_time_in_16() -> None:
    calls = healthy(OcppVersion.V16).of(STATIONS[0]).calls(UP)

    times = [_time(call) for call in calls if call.action in {"MeterValues", "StopTransaction"}]
    assert len(times) > 10
    assert times == sorted(times)
    # After an ordinary charge the station reports Finishing; after the outage it tells the state of everything, 0 first.
    (after,) = [
        index
        for index, call in enumerate(calls)
        if call.payload.get("connectorId") == 0 and calls[index - 1].action == "StopTransaction"
    ]
    late = calls[after - 3 : after]
    assert [call.action for call in late] == ["MeterValues", "MeterValues", "StopTransaction"]
    assert len({call.payload["transactionId"] for call in late}) == 1


@pytest.mark.parametrize("version", [OcppVersion.V201, OcppVersion.V21])
def test_events_of_an_outage_are_marked_offline_and_number_on(version: OcppVersion) -> None:
    conversation = healthy(version).of(STATIONS[1])

    numbers: dict[str, list[int]] = {}
    offline = []
    for call in conversation.calls(UP):
        if call.action == "TransactionEvent":
            numbers.setdefault(call.payload["transactionInfo"]["transactionId"], []).append(call.payload["seqNo"])
            if call.payload.get("offline"):
                offline.append(call.payload["eventType"])
    assert numbers
    assert all(sequence == list(range(len(sequence))) for sequence in numbers.values())
    assert offline == ["Updated", "Updated", "Ended"]


def test_a_21_station_sends_a_stream_that_nobody_answers() -> None:
    conversation = healthy(OcppVersion.V21).of(STATIONS[0])

    sends = [line.message for line in conversation.lines if isinstance(line.message, Send)]
    assert len(sends) == 3
    for send in sends:
        assert violations(OcppVersion.V21, send.action, PayloadKind.REQUEST, send.payload) == ()
    answered = {line.message.message_id for line in conversation.lines if isinstance(line.message, CallResult)}
    assert answered.isdisjoint(send.message_id for send in sends)


def test_every_time_stamp_has_a_zone_and_at_most_milliseconds() -> None:
    conversation = healthy(OcppVersion.V16)

    stamps = re.findall(r'"(\d{4}-\d\d-\d\dT[^"]*)"', "\n".join(line.text for line in conversation.lines))
    assert len(stamps) > 50
    assert [stamp for stamp in stamps if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z", stamp)] == []


def test_the_same_seed_gives_the_same_messages_in_the_same_order() -> None:
    first = play(stations=4, scenario="field", speed=FAST, once=True)
    again = play(stations=4, scenario="field", speed=FAST, once=True)
    other = play(stations=4, scenario="field", speed=FAST, once=True, seed=2)

    assert len(first.stations()) == 4
    assert _sequences(first) == _sequences(again)
    assert _sequences(first) != _sequences(other)


def _time(call: Call) -> str:
    if call.action == "StopTransaction":
        return str(call.payload["timestamp"])
    return str(call.payload["meterValue"][0]["timestamp"])


def _sequences(conversation: Conversation) -> dict[tuple[str, str], list[str]]:
    """What each station sent and was sent, with the time stamps masked."""
    sequences: dict[tuple[str, str], list[str]] = {}
    for line in conversation.lines:
        masked = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", "TIME", line.text)
        sequences.setdefault((line.station, line.direction), []).append(masked)
    return sequences
