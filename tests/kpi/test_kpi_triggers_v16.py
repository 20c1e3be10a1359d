"""Each row of the 1.6 table: the pair that counts, and what must not."""

import json
from typing import Any

import pytest
from kpi_talk import Heard, hear, near, profile

from ocppscope.kpi.measure import CERTIFICATE_SIGNED, REMOTE_START, REMOTE_STOP, TRIGGERED
from ocppscope.kpi.sample import Ending, Sample

AVAILABLE = 'S→C [2,"a1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'
ACCEPTED = {"status": "Accepted"}


def status(connector: int, name: str) -> tuple[str, dict[str, Any]]:
    return "StatusNotification", {"connectorId": connector, "errorCode": "NoError", "status": name}


def before(*lines: str) -> str:
    return "\n".join(f"09:59:{second:02d}.000 {line}" for second, line in enumerate(lines))


def told(connector: int, name: str) -> str:
    action, payload = status(connector, name)
    return f'S→C [2,"b{connector}{name}","{action}",{json.dumps(payload)}]'


RUNNING = (
    'S→C [2,"t1","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2026-03-01T09:58:00Z"}]',
    'C→S [3,"t1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]',
)
RESERVED = (
    'C→S [2,"r1","ReserveNow",{"connectorId":1,"expiryDate":"2026-03-01T12:00:00Z","idTag":"A","reservationId":7}]',
    'S→C [3,"r1",{"status":"Accepted"}]',
    told(1, "Reserved"),
)


def talk(first: str, trigger: str, asked: Any, response: Any, *functions: tuple[str, Any]) -> Heard:
    """A trigger at 10:00:00, its response 0.2 s later, then a message each second from 1.5 s on."""
    lines = [
        first,
        f'10:00:00.000 C→S [2,"trigger","{trigger}",{json.dumps(asked)}]',
        f'10:00:00.200 S→C [3,"trigger",{json.dumps(response)}]',
    ]
    for number, (action, payload) in enumerate(functions):
        lines.append(f'10:00:{number + 1:02d}.500 S→C [2,"f{number}","{action}",{json.dumps(payload)}]')
    return hear("\n".join(line for line in lines if line), profiles=[profile(ocpp_triggered_function_timeout=30)])


def samples_of(heard: Heard) -> list[Sample]:
    """Those of the trigger under test; what came before may have been one, too."""
    return [sample for sample in heard.samples(TRIGGERED) if sample.trigger_id == "trigger"]


METER = {"connectorId": 1, "meterValue": []}
STOP = {"transactionId": 17, "meterStop": 5, "timestamp": "2026-03-01T10:00:01Z"}
CONFORMING = [
    pytest.param("", "TriggerMessage", {"requestedMessage": "Heartbeat"}, ("Heartbeat", {}), id="heartbeat"),
    pytest.param(
        "", "TriggerMessage", {"requestedMessage": "StatusNotification"}, status(0, "Available"), id="any status"
    ),
    pytest.param(
        "",
        "TriggerMessage",
        {"requestedMessage": "StatusNotification", "connectorId": 2},
        status(2, "Available"),
        id="status of a connector",
    ),
    pytest.param("", "TriggerMessage", {"requestedMessage": "MeterValues"}, ("MeterValues", METER), id="any meter"),
    pytest.param(
        "",
        "TriggerMessage",
        {"requestedMessage": "MeterValues", "connectorId": 1},
        ("MeterValues", METER),
        id="meter of a connector",
    ),
    pytest.param("", "ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"}, ("Heartbeat", {}), id="extended"),
    pytest.param(
        "",
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
        ("SignCertificate", {"csr": "made up"}),
        id="sign certificate",
    ),
    pytest.param(
        before(told(1, "Available")),
        "ReserveNow",
        {"connectorId": 1, "expiryDate": "2026-03-01T12:00:00Z", "idTag": "A", "reservationId": 9},
        status(1, "Reserved"),
        id="reserve",
    ),
    pytest.param(
        before(*RESERVED), "CancelReservation", {"reservationId": 7}, status(1, "Available"), id="cancel reservation"
    ),
    pytest.param(
        before(told(1, "Reserved")),
        "CancelReservation",
        {"reservationId": 99},
        status(1, "Available"),
        id="cancel a reservation that was made before",
    ),
    pytest.param(
        before(told(1, "Available")),
        "ChangeAvailability",
        {"connectorId": 1, "type": "Inoperative"},
        status(1, "Unavailable"),
        id="inoperative",
    ),
    pytest.param(
        before(told(1, "Unavailable")),
        "ChangeAvailability",
        {"connectorId": 1, "type": "Operative"},
        status(1, "Available"),
        id="operative",
    ),
    pytest.param(
        before(told(1, "Unavailable")),
        "ChangeAvailability",
        {"connectorId": 1, "type": "Operative"},
        status(1, "Preparing"),
        id="operative with a cable in",
    ),
    pytest.param(
        before(told(1, "Unavailable"), told(2, "Available")),
        "ChangeAvailability",
        {"connectorId": 0, "type": "Inoperative"},
        status(2, "Unavailable"),
        id="inoperative as a whole",
    ),
]
"""What came before, the trigger, what it asks, and the message that it causes."""


@pytest.mark.parametrize(("first", "trigger", "asked", "function"), CONFORMING)
def test_the_pair_of_the_table_counts_from_request_to_function(
    first: str, trigger: str, asked: Any, function: tuple[str, Any]
) -> None:
    heard = talk(first, trigger, asked, ACCEPTED, ("SecurityEventNotification", {}), function)
    (sample,) = samples_of(heard)
    assert sample.counted
    assert (sample.seconds, sample.from_conf) == (near(2.5), near(2.3))
    assert (sample.trigger_id, sample.function_id, sample.function) == ("trigger", "f1", function[0])
    assert heard.inspector.running() == []


@pytest.mark.parametrize(("first", "trigger", "asked", "function"), CONFORMING)
@pytest.mark.parametrize("word", ["Rejected", "NotImplemented", "Scheduled", "Occupied", "", ["Accepted"], {"a": 1}, 3])
def test_a_trigger_that_was_not_accepted_causes_nothing(
    first: str, trigger: str, asked: Any, function: tuple[str, Any], word: Any
) -> None:
    heard = talk(first, trigger, asked, {"status": word}, function)
    assert samples_of(heard) == []
    assert heard.inspector.running() == []


@pytest.mark.parametrize(("first", "trigger", "asked", "function"), CONFORMING)
def test_nothing_in_time_is_a_timeout_and_runs_until_then(
    first: str, trigger: str, asked: Any, function: tuple[str, Any]
) -> None:
    heard = talk(first, trigger, asked, ACCEPTED)
    (running,) = heard.inspector.running()
    assert (running.trigger, running.trigger_id, running.limit) == (trigger, "trigger", 30)
    assert heard.figure(TRIGGERED).timeouts == 0
    assert heard.wait("10:00:29.9").figure(TRIGGERED).censored == 1
    late = heard.wait("10:00:31").figure(TRIGGERED)
    assert (late.timeouts, late.censored, late.verdict) == (1, 0, "exceeded")
    assert heard.inspector.running() == [running]
    assert heard.wait("10:01:31").inspector.running() == []
    assert [(one.ending, one.counted) for one in samples_of(heard)] == [(Ending.TIMED_OUT, False)]
    assert heard.figure(TRIGGERED).timeouts == 1


@pytest.mark.parametrize(
    ("first", "trigger", "asked", "function"),
    [
        pytest.param("", "TriggerMessage", {"requestedMessage": what}, (what, {}), id=what)
        for what in ("BootNotification", "DiagnosticsStatusNotification", "FirmwareStatusNotification")
    ]
    + [
        pytest.param("", "ExtendedTriggerMessage", {"requestedMessage": what}, (what, {}), id=f"extended {what}")
        for what in ("BootNotification", "LogStatusNotification", "FirmwareStatusNotification")
    ]
    + [
        pytest.param(
            "",
            "ChangeConfiguration",
            {"key": "ClockAlignedDataInterval", "value": "5"},
            ("MeterValues", METER),
            id="interval",
        ),
        pytest.param("", "Reset", {"type": "Soft"}, ("BootNotification", {}), id="reset"),
        pytest.param("", "GetDiagnostics", {"location": "ftp://x"}, ("DiagnosticsStatusNotification", {}), id="diag"),
        pytest.param("", "GetLog", {"requestId": 1}, ("LogStatusNotification", {"requestId": 1}), id="log"),
        pytest.param("", "UpdateFirmware", {"location": "x"}, ("FirmwareStatusNotification", {}), id="firmware"),
        pytest.param("", "SendLocalList", {"listVersion": 1}, ("Heartbeat", {}), id="list"),
        pytest.param(
            before(told(1, "Available")),
            "ChangeAvailability",
            {"connectorId": 1, "type": "Operative"},
            status(1, "Available"),
            id="already operative",
        ),
        pytest.param(
            before(told(1, "Unavailable")),
            "ChangeAvailability",
            {"connectorId": 0, "type": "Inoperative"},
            status(1, "Unavailable"),
            id="already inoperative as a whole",
        ),
        pytest.param(
            "", "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, status(1, "Unavailable"), id="unknown"
        ),
        pytest.param(
            before(told(1, "Faulted")),
            "ChangeAvailability",
            {"connectorId": 1, "type": "Inoperative"},
            status(1, "Unavailable"),
            id="faulted",
        ),
        pytest.param(
            before(*RESERVED),
            "ReserveNow",
            {"connectorId": 1, "reservationId": 7, "idTag": "A"},
            status(1, "Reserved"),
            id="reservation that replaces itself",
        ),
        pytest.param(
            "", "ReserveNow", {"connectorId": 0, "reservationId": 8}, status(0, "Reserved"), id="reservation of any"
        ),
        pytest.param(
            before(told(1, "Available")), "CancelReservation", {"reservationId": 7}, status(1, "Available"), id="cancel"
        ),
        pytest.param(
            before(told(1, "Available")), "UnlockConnector", {"connectorId": 1}, ("StopTransaction", STOP), id="unlock"
        ),
    ],
)
def test_what_the_table_leaves_out_is_silent(first: str, trigger: str, asked: Any, function: tuple[str, Any]) -> None:
    heard = talk(first, trigger, asked, {"status": "Unlocked"} if trigger == "UnlockConnector" else ACCEPTED, function)
    assert samples_of(heard.wait("11:00:00")) == []
    assert heard.figure(TRIGGERED).timeouts == 0


@pytest.mark.parametrize("first", [before(*RUNNING), before(told(1, "Charging"))], ids=["known", "by its status"])
def test_unlocking_during_a_transaction_ends_it(first: str) -> None:
    other = {**STOP, "transactionId": 18, "reason": "Local"}
    stop = {**STOP, "reason": "UnlockCommand"}
    heard = talk(
        first,
        "UnlockConnector",
        {"connectorId": 1},
        {"status": "Unlocked"},
        ("StopTransaction", other),
        ("StopTransaction", stop),
    )
    assert heard.sample(TRIGGERED).seconds == near(2.5)
    failed = talk(first, "UnlockConnector", {"connectorId": 1}, {"status": "UnlockFailed"}, ("StopTransaction", stop))
    assert failed.samples(TRIGGERED) == []


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        (
            {"requestedMessage": "StatusNotification", "connectorId": 2},
            [status(1, "Available"), status(0, "Available")],
        ),
        ({"requestedMessage": "MeterValues", "connectorId": 2}, [("MeterValues", METER)]),
        ({"requestedMessage": "Heartbeat"}, [status(1, "Available")]),
    ],
)
def test_another_message_or_connector_is_not_what_was_asked_for(asked: Any, others: list[tuple[str, Any]]) -> None:
    assert talk("", "TriggerMessage", asked, ACCEPTED, *others).samples(TRIGGERED) == []


def test_a_function_that_comes_after_its_limit_keeps_its_true_time_and_exceeds_the_claim() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:00.200 S→C [3,"t",{"status":"Accepted"}]
        10:00:34.000 S→C [2,"h","Heartbeat",{}]
        """,
        profiles=[profile(ocpp_triggered_function_timeout=30)],
    )
    sample, figure = heard.sample(TRIGGERED), heard.figure(TRIGGERED)
    assert (sample.seconds, sample.counted, sample.late) == (near(34), True, True)
    assert (figure.timeouts, figure.over_limit, figure.verdict) == (0, 1, "exceeded")
    assert figure.margin == near(-4)


def test_without_a_declared_limit_nothing_can_exceed_it() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:00.200 S→C [3,"t",{"status":"Accepted"}]
        """
    ).wait("11:00:00")
    figure = heard.figure(TRIGGERED)
    assert (figure.timeouts, figure.excluded, figure.verdict) == (0, {"timed out": 1}, "no_samples")


def test_a_function_between_request_and_response_counts_and_is_early() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:00.300 S→C [2,"h","Heartbeat",{}]
        10:00:00.500 S→C [3,"t",{"status":"Accepted"}]
        """
    )
    sample = heard.sample(TRIGGERED)
    assert (sample.counted, sample.early) == (True, True)
    assert (sample.seconds, sample.from_conf) == (near(0.3), near(-0.2))


def test_an_early_function_of_a_refused_trigger_is_none() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:00.300 S→C [2,"h","Heartbeat",{}]
        10:00:00.500 S→C [4,"t","NotSupported","",{}]
        """
    )
    assert heard.samples(TRIGGERED) == []


def test_a_response_without_a_status_promises_the_function() -> None:
    heard = talk("", "TriggerMessage", {"requestedMessage": "Heartbeat"}, {}, ("Heartbeat", {}))
    assert heard.sample(TRIGGERED).seconds == near(1.5)


def test_two_equal_triggers_need_two_messages_and_the_older_one_is_served_first() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t1","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:00.200 S→C [3,"t1",{"status":"Accepted"}]
        10:00:01.000 C→S [2,"t2","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:01.200 S→C [3,"t2",{"status":"Accepted"}]
        10:00:02.000 S→C [2,"h1","Heartbeat",{}]
        10:00:04.000 S→C [2,"h2","Heartbeat",{}]
        """
    )
    assert [(one.trigger_id, one.seconds) for one in heard.samples(TRIGGERED)] == [
        ("t1", near(2.0)),
        ("t2", near(3.0)),
    ]


def test_one_status_may_answer_two_triggers_of_different_kinds() -> None:
    heard = hear(
        f"""
        09:59:00.000 {told(1, "Available")}
        10:00:00.000 C→S [2,"t1","TriggerMessage",{{"requestedMessage":"StatusNotification","connectorId":1}}]
        10:00:00.200 S→C [3,"t1",{{"status":"Accepted"}}]
        10:00:01.000 C→S [2,"t2","ChangeAvailability",{{"connectorId":1,"type":"Inoperative"}}]
        10:00:01.200 S→C [3,"t2",{{"status":"Accepted"}}]
        10:00:02.000 {told(1, "Unavailable")}
        """
    )
    assert [one.seconds for one in heard.samples(TRIGGERED)] == [near(2.0), near(1.0)]


def test_a_trigger_that_is_sent_again_is_one_trigger_and_its_newest_copy_counts() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:05.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:05.200 S→C [3,"t",{"status":"Accepted"}]
        10:00:06.000 S→C [2,"h1","Heartbeat",{}]
        10:00:08.000 S→C [2,"h2","Heartbeat",{}]
        """
    )
    assert heard.sample(TRIGGERED).seconds == near(1.0)


def test_a_lost_connection_aborts_what_could_be_any_message() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:00.200 S→C [3,"t",{"status":"Accepted"}]
        10:00:03.000 lost
        10:00:05.000 back
        10:00:06.000 S→C [2,"h","Heartbeat",{}]
        """,
        profiles=[profile(ocpp_triggered_function_timeout=30)],
    )
    figure = heard.figure(TRIGGERED)
    assert (heard.sample(TRIGGERED).ending, figure.aborted, figure.n) == (Ending.ABORTED, 1, 0)
    assert heard.inspector.running() == []


def test_a_trigger_that_was_never_answered_has_no_function_whatever_came() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:03.000 S→C [2,"h","Heartbeat",{}]
        10:00:05.000 lost
        """
    )
    assert heard.samples(TRIGGERED) == []
    assert heard.inspector.running() == []


def test_the_end_of_a_run_censors_what_is_due() -> None:
    heard = hear(
        """
        10:00:00.000 C→S [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]
        10:00:00.200 S→C [3,"t",{"status":"Accepted"}]
        10:00:04.000 S→C [2,"m","MeterValues",{"connectorId":1,"meterValue":[]}]
        11:00:00.000 restart
        """,
        profiles=[profile(ocpp_triggered_function_timeout=30)],
    )
    sample = heard.sample(TRIGGERED)
    assert (sample.ending, sample.seconds) == (Ending.CENSORED, near(4.0))
    assert (heard.figure(TRIGGERED).censored, heard.figure(TRIGGERED).timeouts) == (1, 0)


def test_signing_a_certificate_is_a_figure_of_the_csms_beside_those_of_the_certificate() -> None:
    heard = hear(
        """
        10:00:00.000 S→C [2,"s","SignCertificate",{"csr":"made up"}]
        10:00:00.200 C→S [3,"s",{"status":"Accepted"}]
        10:00:07.000 C→S [2,"c","CertificateSigned",{"certificateChain":"made up"}]
        """
    )
    assert heard.sample(CERTIFICATE_SIGNED).seconds == near(7.0)
    assert [figure.measure for figure in heard.inspector.kpis.other_figures()] == [CERTIFICATE_SIGNED]
    assert heard.samples(REMOTE_START) == heard.samples(REMOTE_STOP) == []
