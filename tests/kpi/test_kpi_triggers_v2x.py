"""Each row of the 2.0.1/2.1 table: the pair that counts, and what must not; remote start and stop by their ids."""

import json
from typing import Any

import pytest
from kpi_talk import Heard, hear, near, profile

from ocppscope.kpi.measure import REMOTE_START, REMOTE_STOP, TRIGGERED, Measure
from ocppscope.kpi.sample import Excluded, Sample
from ocppscope.protocol.version import OcppVersion

ACCEPTED = {"status": "Accepted"}
NEW = [OcppVersion.V201, OcppVersion.V21]


def status(evse: int, connector: int, name: str) -> tuple[str, dict[str, Any]]:
    told = {"timestamp": "2026-03-01T10:00:00Z", "evseId": evse, "connectorId": connector, "connectorStatus": name}
    return "StatusNotification", told


def event_of(evse: int, name: str) -> tuple[str, dict[str, Any]]:
    component = {"name": "Connector", "evse": {"id": evse, "connectorId": 1}}
    data = {"component": component, "variable": {"name": "AvailabilityState"}, "actualValue": name, "trigger": "Delta"}
    return "NotifyEvent", {"generatedAt": "2026-03-01T10:00:00Z", "seqNo": 0, "eventData": [data]}


def transaction(kind: str, reason: str, **info: Any) -> tuple[str, dict[str, Any]]:
    """A TransactionEvent of transaction T on EVSE 1."""
    payload = {
        "eventType": kind,
        "timestamp": "2026-03-01T10:00:01Z",
        "triggerReason": reason,
        "seqNo": 1,
        "transactionInfo": {"transactionId": "T", **info},
        "evse": {"id": 1},
    }
    return "TransactionEvent", payload


def talk(
    before: list[tuple[str, Any]],
    trigger: str,
    asked: Any,
    *functions: tuple[str, Any],
    response: Any = None,
    version: OcppVersion = OcppVersion.V201,
    **limits: float,
) -> Heard:
    """What came before; a trigger at 10:00:00, its response 0.2 s later, then a message each second from 1.5 s on."""
    lines = [
        f'09:59:{number:02d}.000 S→C [2,"b{number}","{action}",{json.dumps(payload)}]'
        for number, (action, payload) in enumerate(before)
    ]
    lines += [
        f'10:00:00.000 C→S [2,"trigger","{trigger}",{json.dumps(asked)}]',
        f'10:00:00.200 S→C [3,"trigger",{json.dumps(response or ACCEPTED)}]',
    ]
    for number, (action, payload) in enumerate(functions):
        lines.append(f'10:00:{number + 1:02d}.500 S→C [2,"f{number}","{action}",{json.dumps(payload)}]')
    limits = limits or {"ocpp_triggered_function_timeout": 30}
    return hear("\n".join(lines), version, profiles=[profile(version, limits=limits)])


def one(heard: Heard, measure: Measure) -> Sample:
    """The only sample of a measure."""
    return heard.sample(measure)


def requested(what: str, **evse: int) -> dict[str, Any]:
    return {"requestedMessage": what} | ({"evse": evse} if evse else {})


METER = ("MeterValues", {"evseId": 1, "meterValue": []})
SIGN = ("SignCertificate", {"csr": "made up", "certificateType": "V2GCertificate"})
CONFORMING = [
    pytest.param([], "TriggerMessage", requested("Heartbeat"), ("Heartbeat", {}), id="heartbeat"),
    pytest.param(
        [],
        "TriggerMessage",
        requested("StatusNotification", id=1, connectorId=2),
        status(1, 2, "Available"),
        id="status",
    ),
    pytest.param([], "TriggerMessage", requested("MeterValues", id=1), METER, id="meter values of an EVSE"),
    pytest.param([], "TriggerMessage", requested("MeterValues"), METER, id="meter values"),
    pytest.param(
        [], "TriggerMessage", requested("TransactionEvent", id=1), transaction("Updated", "Trigger"), id="transaction"
    ),
    pytest.param([], "TriggerMessage", requested("SignV2GCertificate"), SIGN, id="V2G certificate"),
    pytest.param([], "TriggerMessage", requested("SignCombinedCertificate"), SIGN, id="any certificate"),
    pytest.param(
        [],
        "TriggerMessage",
        requested("SignChargingStationCertificate"),
        ("SignCertificate", {"csr": "made up"}),
        id="station certificate",
    ),
    *(
        pytest.param([], ask, {"requestId": 7}, (function, {"requestId": 7, "tbc": False}), id=ask)
        for ask, function in (
            ("GetBaseReport", "NotifyReport"),
            ("GetReport", "NotifyReport"),
            ("GetMonitoringReport", "NotifyMonitoringReport"),
            ("GetDisplayMessages", "NotifyDisplayMessages"),
            ("CustomerInformation", "NotifyCustomerInformation"),
            ("GetChargingProfiles", "ReportChargingProfiles"),
        )
    ),
    pytest.param(
        [status(1, 1, "Available")], "ReserveNow", {"id": 3, "evseId": 1}, status(1, 1, "Reserved"), id="reserve"
    ),
    pytest.param([], "ReserveNow", {"id": 3, "evseId": 1}, event_of(1, "Reserved"), id="reserve told by an event"),
    pytest.param(
        [status(1, 1, "Reserved")],
        "CancelReservation",
        {"reservationId": 3},
        status(1, 1, "Available"),
        id="cancel reservation",
    ),
    pytest.param(
        [status(1, 1, "Available")],
        "ChangeAvailability",
        {"operationalStatus": "Inoperative", "evse": {"id": 1}},
        status(1, 1, "Unavailable"),
        id="inoperative",
    ),
    pytest.param(
        [event_of(1, "Available")],
        "ChangeAvailability",
        {"operationalStatus": "Inoperative"},
        event_of(1, "Unavailable"),
        id="inoperative told by an event",
    ),
    pytest.param(
        [status(1, 1, "Unavailable")],
        "ChangeAvailability",
        {"operationalStatus": "Operative", "evse": {"id": 1, "connectorId": 1}},
        status(1, 1, "Occupied"),
        id="operative with a cable in",
    ),
]


@pytest.mark.parametrize("version", NEW)
@pytest.mark.parametrize(("before", "trigger", "asked", "function"), CONFORMING)
def test_the_pair_of_the_table_counts_from_request_to_function(
    before: list[tuple[str, Any]], trigger: str, asked: Any, function: tuple[str, Any], version: OcppVersion
) -> None:
    noise = ("SecurityEventNotification", {"type": "made up", "timestamp": "2026-03-01T10:00:00Z"})
    sample = one(talk(before, trigger, asked, noise, function, version=version), TRIGGERED)
    assert sample.counted
    assert (sample.seconds, sample.from_conf, sample.function_id) == (near(2.5), near(2.3), "f1")


@pytest.mark.parametrize("word", ["Rejected", "Scheduled", "EmptyResultSet", "NotSupported"])
@pytest.mark.parametrize(("before", "trigger", "asked", "function"), CONFORMING)
def test_a_trigger_that_was_not_accepted_causes_nothing(
    before: list[tuple[str, Any]], trigger: str, asked: Any, function: tuple[str, Any], word: str
) -> None:
    heard = talk(before, trigger, asked, function, response={"status": word})
    assert heard.samples(TRIGGERED) == []


@pytest.mark.parametrize(("before", "trigger", "asked", "function"), CONFORMING)
def test_nothing_in_time_is_a_timeout(
    before: list[tuple[str, Any]], trigger: str, asked: Any, function: tuple[str, Any]
) -> None:
    heard = talk(before, trigger, asked)
    assert [running.trigger for running in heard.inspector.running()] == [trigger]
    assert heard.wait("10:00:31").figure(TRIGGERED).timeouts == 1
    assert heard.wait("10:05:00").inspector.running() == []


@pytest.mark.parametrize(
    ("trigger", "asked", "function"),
    [
        *(
            pytest.param("TriggerMessage", requested(what), (what, {}), id=what)
            for what in (
                "BootNotification",
                "FirmwareStatusNotification",
                "LogStatusNotification",
                "PublishFirmwareStatusNotification",
                "CustomTrigger",
            )
        ),
        pytest.param("Reset", {"type": "Immediate"}, ("BootNotification", {}), id="reset"),
        pytest.param("GetLog", {"requestId": 7}, ("LogStatusNotification", {"requestId": 7}), id="log"),
        pytest.param("UpdateFirmware", {"requestId": 7}, ("FirmwareStatusNotification", {"requestId": 7}), id="fw"),
        pytest.param("PublishFirmware", {"requestId": 7}, ("PublishFirmwareStatusNotification", {}), id="publish"),
        pytest.param("SetVariableMonitoring", {}, ("NotifyEvent", {"eventData": []}), id="monitoring"),
        pytest.param("GetBaseReport", {"requestId": 7}, ("NotifyReport", {"requestId": 8}), id="another report"),
        pytest.param("GetBaseReport", {"requestId": "7"}, ("NotifyReport", {"requestId": "7"}), id="no number"),
        pytest.param(
            "TriggerMessage",
            requested("StatusNotification", id=1, connectorId=2),
            status(1, 1, "Available"),
            id="another connector",
        ),
        pytest.param(
            "TriggerMessage",
            requested("TransactionEvent"),
            transaction("Updated", "MeterValuePeriodic"),
            id="another event",
        ),
        pytest.param("TriggerMessage", requested("SignChargingStationCertificate"), SIGN, id="another certificate"),
        pytest.param("ReserveNow", {"id": 3}, status(1, 1, "Reserved"), id="reservation of any"),
        pytest.param(
            "ChangeAvailability", {"operationalStatus": "Operative"}, status(1, 1, "Available"), id="already operative"
        ),
    ],
)
def test_what_the_table_leaves_out_has_no_sample(trigger: str, asked: Any, function: tuple[str, Any]) -> None:
    assert talk([status(1, 1, "Available")], trigger, asked, function).figure(TRIGGERED).n == 0


def test_each_level_of_availability_is_its_own() -> None:
    change = "ChangeAvailability"
    lines = [
        f'09:59:00.000 S→C [2,"a","StatusNotification",{json.dumps(status(1, 1, "Occupied")[1])}]',
        f'09:59:01.000 S→C [2,"b","StatusNotification",{json.dumps(status(2, 1, "Available")[1])}]',
        f'10:00:00.000 C→S [2,"c1","{change}",{{"operationalStatus":"Inoperative","evse":{{"id":2,"connectorId":1}}}}]',
        '10:00:00.100 S→C [3,"c1",{"status":"Accepted"}]',
        f'10:00:01.000 S→C [2,"c","StatusNotification",{json.dumps(status(2, 1, "Unavailable")[1])}]',
        f'10:01:00.000 C→S [2,"c2","{change}",{{"operationalStatus":"Operative"}}]',
        '10:01:00.100 S→C [3,"c2",{"status":"Accepted"}]',
        f'10:01:10.000 S→C [2,"d","StatusNotification",{json.dumps(status(1, 1, "Available")[1])}]',
        f'10:02:00.000 C→S [2,"c3","{change}",{{"operationalStatus":"Inoperative"}}]',
        '10:02:00.100 S→C [3,"c3",{"status":"Accepted"}]',
        f'10:02:02.000 S→C [2,"e","StatusNotification",{json.dumps(status(1, 1, "Unavailable")[1])}]',
        f'10:03:00.000 C→S [2,"c4","{change}",{{"operationalStatus":"Operative"}}]',
        '10:03:00.100 S→C [3,"c4",{"status":"Accepted"}]',
        f'10:03:03.000 S→C [2,"f","StatusNotification",{json.dumps(status(1, 1, "Available")[1])}]',
    ]
    found = {one.trigger_id: one.seconds for one in hear("\n".join(lines), OcppVersion.V201).samples(TRIGGERED)}
    assert found == {"c1": near(1.0), "c3": near(2.0), "c4": near(3.0)}


def test_a_report_counts_with_its_first_part_and_says_when_it_was_complete() -> None:
    parts = [("NotifyReport", {"requestId": 7, "tbc": tbc, "seqNo": n}) for n, tbc in enumerate((True, True, False))]
    sample = one(talk([], "GetBaseReport", {"requestId": 7}, *parts), TRIGGERED)
    assert (sample.seconds, sample.complete) == (near(1.5), near(3.5))
    single = one(talk([], "GetBaseReport", {"requestId": 7}, ("NotifyReport", {"requestId": 7})), TRIGGERED)
    assert single.complete == near(1.5)


def test_two_reports_at_a_time_are_told_apart_by_their_ids() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"a","GetBaseReport",{"requestId":1}]
        10:00:00.100 S→C [3,"a",{"status":"Accepted"}]
        10:00:01.000 C→S [2,"b","GetBaseReport",{"requestId":2}]
        10:00:01.100 S→C [3,"b",{"status":"Accepted"}]
        10:00:02.000 S→C [2,"x","NotifyReport",{"requestId":2}]
        10:00:03.000 S→C [2,"y","NotifyReport",{"requestId":1}]
        """,
        OcppVersion.V201,
    )
    found = {sample.trigger_id: sample.seconds for sample in heard.samples(TRIGGERED)}
    assert found == {"b": near(1.0), "a": near(3.0)}


ASKED = {"remoteStartId": 5, "evseId": 1, "idToken": {"idToken": "A", "type": "Central"}}
OCCUPIED = status(1, 1, "Occupied")
FREE = status(1, 1, "Available")


@pytest.mark.parametrize("version", NEW)
def test_a_remote_start_is_matched_by_its_id_alone(version: OcppVersion) -> None:
    other = transaction("Started", "RemoteStart", remoteStartId=6)
    own = transaction("Started", "RemoteStart", remoteStartId=5)
    own[1]["idToken"] = {"idToken": "PARENT", "type": "Central"}
    heard = talk([OCCUPIED], "RequestStartTransaction", ASKED, other, own, version=version)
    sample = one(heard, REMOTE_START)
    assert (sample.counted, sample.seconds, sample.function_id) == (True, near(2.5), "f1")


def test_a_transaction_that_began_with_the_cable_is_updated_and_counts() -> None:
    began = transaction("Started", "CablePluggedIn", chargingState="EVConnected")
    own = transaction("Updated", "RemoteStart", remoteStartId=5)
    assert one(talk([began], "RequestStartTransaction", ASKED, own), REMOTE_START).counted


def test_an_event_whose_reason_is_the_cable_waited_for_the_driver() -> None:
    own = transaction("Started", "CablePluggedIn", remoteStartId=5)
    assert one(talk([FREE], "RequestStartTransaction", ASKED, own), REMOTE_START).excluded == "waited for the cable"


@pytest.mark.parametrize(
    ("later", "counted"),
    [
        ([], False),
        ([transaction("Updated", "ChargingStateChanged", chargingState="Charging")], True),
        ([transaction("Updated", "CablePluggedIn", chargingState="EVConnected")], False),
        (
            [
                transaction("Updated", "CablePluggedIn", chargingState="EVConnected"),
                transaction("Updated", "ChargingStateChanged", chargingState="Charging"),
            ],
            False,
        ),
        ([transaction("Ended", "EVConnectTimeout")], False),
    ],
    ids=["nothing", "energy", "cable", "cable and energy", "ended"],
)
def test_with_the_cable_in_doubt_later_events_decide(later: list[tuple[str, Any]], counted: bool) -> None:
    own = transaction("Started", "RemoteStart", remoteStartId=5)
    sample = one(talk([FREE], "RequestStartTransaction", ASKED, own, *later), REMOTE_START)
    assert sample.counted is counted
    assert counted or sample.excluded == Excluded.PLUG_STATE_UNKNOWN


def test_occupied_after_the_request_may_be_its_effect() -> None:
    own = transaction("Started", "RemoteStart", remoteStartId=5)
    energy = transaction("Updated", "ChargingStateChanged", chargingState="Charging")
    sample = one(talk([FREE], "RequestStartTransaction", ASKED, OCCUPIED, own, energy), REMOTE_START)
    assert sample.excluded == Excluded.PLUG_STATE_UNKNOWN


STOP = {"transactionId": "T"}


def test_a_remote_stop_is_the_event_that_names_it_as_its_reason() -> None:
    noise = transaction("Updated", "MeterValuePeriodic")
    ended = transaction("Ended", "RemoteStop", stoppedReason="Remote")
    sample = one(talk([], "RequestStopTransaction", STOP, noise, ended), REMOTE_STOP)
    assert (sample.counted, sample.seconds) == (True, near(2.5))
    updated = one(talk([], "RequestStopTransaction", STOP, transaction("Updated", "RemoteStop"), ended), REMOTE_STOP)
    assert (updated.counted, updated.seconds) == (True, near(1.5))


def test_another_end_or_one_before_is_another_cause() -> None:
    unplugged = transaction("Ended", "EVDeparted", stoppedReason="EVDisconnected")
    assert one(talk([], "RequestStopTransaction", STOP, unplugged), REMOTE_STOP).excluded == Excluded.OTHER_CAUSE
    assert one(talk([unplugged], "RequestStopTransaction", STOP), REMOTE_STOP).excluded == Excluded.OTHER_CAUSE


@pytest.mark.parametrize(
    "told",
    [
        ("GetVariables", {"attributeValue": "30", "attributeStatus": "Accepted"}),
        ("NotifyReport", {"variableAttribute": [{"value": "30"}]}),
    ],
)
def test_the_connection_timeout_of_the_device_model_ends_a_remote_start(told: tuple[str, Any]) -> None:
    names = {"component": {"name": "TxCtrlr"}, "variable": {"name": "EVConnectionTimeOut"}}
    action, row = told
    if action == "NotifyReport":
        first = f'09:58:00.000 S→C [2,"g","NotifyReport",{json.dumps({"requestId": 1, "reportData": [names | row]})}]'
    else:
        answer = json.dumps({"getVariableResult": [names | row]})
        first = f'09:58:00.000 C→S [2,"g","GetVariables",{{}}]\n09:58:00.100 S→C [3,"g",{answer}]'
    heard = hear(
        f"""{first}
        10:00:00.000 C→S [2,"t","RequestStartTransaction",{json.dumps(ASKED)}]
        10:00:00.200 S→C [3,"t",{{"status":"Accepted"}}]""",
        OcppVersion.V201,
    )
    assert len(heard.wait("10:00:29").inspector.running()) == 1
    assert one(heard.wait("10:00:31"), REMOTE_START).excluded == Excluded.TIMED_OUT
