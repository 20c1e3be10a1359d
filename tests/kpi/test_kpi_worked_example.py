"""The worked example of the definitions, word for word."""

from kpi_talk import hear, near, profile

from ocppscope.kpi.figures import Verdict
from ocppscope.kpi.measure import (
    AUTHORIZE,
    REMOTE_START,
    REMOTE_START_RESPONSE,
    REMOTE_STOP,
    RESPONSE_OF_CSMS,
    RESPONSE_OF_STATION,
    TRIGGERED,
)
from ocppscope.protocol.roles import Role

EXAMPLE = """
09:59:00.000 S→C [2,"s6","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]
10:00:00.000 C→S [2,"c1","RemoteStartTransaction",{"connectorId":1,"idTag":"abc"}]   status(1)=Preparing since 09:59
10:00:00.350 S→C [3,"c1",{"status":"Accepted"}]                response 0.35 s ✓ counted (DUT station)
10:00:00.400 S→C [2,"s7","Authorize",{"idTag":"ABC"}]
10:00:02.400 C→S [3,"s7",{"idTagInfo":{"status":"Accepted"}}]  response 2.00 s (DUT CSMS), Authorize 2.00 s
10:00:04.900 S→C [2,"s8","StartTransaction",{"connectorId":1,"idTag":"ABC","meterStart":0,"timestamp":"10:00:04Z"}]
10:00:05.000 C→S [3,"s8",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]   response 0.10 s (DUT CSMS)
10:05:00.000 C→S [2,"c2","TriggerMessage",{"requestedMessage":"StatusNotification","connectorId":1}]
10:05:00.300 S→C [3,"c2",{"status":"Accepted"}]
10:05:00.800 S→C [2,"s9","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}]
10:06:00.000 C→S [2,"c3","Reset",{"type":"Soft"}]
10:06:00.200 S→C [3,"c3",{"status":"Accepted"}]                response 0.20 s counted
10:06:03.000 S→C [2,"s10","StopTransaction",{"transactionId":17,"reason":"SoftReset","meterStop":9,"timestamp":"10:06:03Z"}]
"""


def test_the_worked_example_gives_the_figures_that_it_says() -> None:
    limits = dict.fromkeys(
        (
            "ocpp_response_timeout",
            "ocpp_triggered_function_timeout",
            "remote_start_authorization_time",
            "remote_stop_authorization_end_time",
            "authorize_response_time",
        ),
        30.0,
    )
    heard = hear(EXAMPLE, profiles=[profile(limits=limits), profile(dut=Role.CSMS, limits=limits)])

    station = heard.figure(RESPONSE_OF_STATION)
    assert station.n == 3
    assert (station.min, station.max) == (near(0.20), near(0.35))
    assert f"{station.avg:.2f}" == "0.28"
    assert station.verdict is Verdict.WITHIN

    csms = heard.figure(RESPONSE_OF_CSMS)
    assert csms.n == 2
    assert (csms.min, csms.max, csms.avg) == (near(0.10), near(2.00), near(1.05))
    assert heard.figure(AUTHORIZE).n == 1
    assert heard.figure(AUTHORIZE).max == near(2.00)

    triggered = heard.sample(TRIGGERED)
    assert triggered.counted
    assert (triggered.seconds, triggered.from_conf) == (near(0.80), near(0.50))
    assert (triggered.trigger_id, triggered.function_id) == ("c2", "s9")

    start = heard.sample(REMOTE_START)
    assert start.counted
    assert start.seconds == near(4.90)
    assert (start.csms_authorize, start.station_share) == (near(2.00), near(2.90))
    assert (start.trigger_id, start.function_id) == ("c1", "s8")

    assert heard.figure(REMOTE_STOP).verdict is Verdict.NO_SAMPLES
    assert heard.figure(REMOTE_START_RESPONSE).max == near(0.35)
    assert heard.inspector.running() == []
