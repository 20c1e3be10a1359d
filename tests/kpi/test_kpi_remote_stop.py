"""Remote stop in 1.6: of the same transaction, and because of the request."""

import pytest
from kpi_talk import Heard, hear, near, profile

from ocppscope.kpi.figures import Verdict
from ocppscope.kpi.measure import REMOTE_STOP, RESPONSE_OF_CSMS
from ocppscope.kpi.sample import Ending, Excluded

ASKED = '10:00:00.000 C→S [2,"c1","RemoteStopTransaction",{"transactionId":17}]'
ACCEPTED = '10:00:00.300 S→C [3,"c1",{"status":"Accepted"}]'
STOPPED = (
    '10:00:06.110 S→C [2,"s1","StopTransaction",'
    '{"transactionId":17,"meterStop":9,"timestamp":"2026-03-01T10:00:06Z","reason":"Remote"}]'
)
CLOCK = (
    '09:59:30.000 S→C [2,"k","StatusNotification",'
    '{"connectorId":1,"errorCode":"NoError","status":"Charging","timestamp":"2026-03-01T09:59:30Z"}]'
)


def talk(*lines: str, **limits: float) -> Heard:
    return hear("\n".join(lines), profiles=[profile(limits=limits)])


def test_the_stop_of_the_transaction_counts() -> None:
    sample = talk(ASKED, ACCEPTED, STOPPED).sample(REMOTE_STOP)
    assert (sample.counted, sample.seconds, sample.function_id) == (True, near(6.11), "s1")


def test_the_stop_of_another_transaction_is_not_it() -> None:
    assert talk(ASKED, ACCEPTED, STOPPED.replace("17", "18")).samples(REMOTE_STOP) == []


@pytest.mark.parametrize("reason", ["EVDisconnected", "Local", "PowerLoss", None])
def test_another_reason_is_another_cause(reason: str | None) -> None:
    stop = STOPPED.replace(',"reason":"Remote"', "" if reason is None else f',"reason":"{reason}"')
    sample = talk(ASKED, ACCEPTED, stop).sample(REMOTE_STOP)
    assert (sample.excluded, sample.seconds) == ("other cause", near(6.11))


def test_a_stop_that_happened_before_the_request_is_another_cause() -> None:
    queued = STOPPED.replace("T10:00:06Z", "T09:40:00Z")
    assert talk(CLOCK, ASKED, ACCEPTED, queued).sample(REMOTE_STOP).excluded == Excluded.OTHER_CAUSE


def test_a_stop_that_was_in_flight_is_another_cause_and_nothing_is_due() -> None:
    first = STOPPED.replace("10:00:06.110", "09:59:59.990")
    heard = talk(first, ASKED, ACCEPTED)
    assert heard.inspector.running() == []
    assert heard.wait("10:00:01").sample(REMOTE_STOP).excluded == Excluded.OTHER_CAUSE


def test_a_long_ramp_down_below_the_limit_alarms_nobody() -> None:
    slow = STOPPED.replace("10:00:06.110", "10:00:27.050")
    figure = talk(ASKED, ACCEPTED, STOPPED, remote_stop_authorization_end_time=60).figure(REMOTE_STOP)
    assert figure.verdict is Verdict.WITHIN
    close = talk(ASKED, ACCEPTED, slow, remote_stop_authorization_end_time=30).figure(REMOTE_STOP)
    assert (close.verdict, close.max) == (Verdict.NEAR, near(27.05))


def test_two_stops_have_the_mean_that_a_certificate_prints() -> None:
    again = [line.replace("10:00", "10:05").replace("17", "18").replace('"c1"', '"c2"') for line in (ASKED, ACCEPTED)]
    slow = STOPPED.replace("10:00:06.110", "10:05:27.050").replace("17", "18").replace('"s1"', '"s2"')
    figure = talk(ASKED, ACCEPTED, STOPPED, *again, slow).figure(REMOTE_STOP)
    assert (f"{figure.min:.2f}", f"{figure.max:.2f}", f"{figure.avg:.2f}") == ("6.11", "27.05", "16.58")
    assert (figure.p50, figure.p95, figure.p99) == (near(6.11), None, None)


def test_no_stop_within_the_limit_is_a_timeout() -> None:
    heard = talk(ASKED, ACCEPTED, remote_stop_authorization_end_time=30).wait("10:00:31")
    assert (heard.figure(REMOTE_STOP).timeouts, heard.figure(REMOTE_STOP).verdict) == (1, "exceeded")
    assert heard.figure(REMOTE_STOP).at_least == near(31)


def test_after_a_reconnect_it_is_shown_and_not_counted() -> None:
    sample = talk(ASKED, ACCEPTED, "10:00:01.000 lost", "10:00:03.000 back", STOPPED).sample(REMOTE_STOP)
    assert sample.excluded == Excluded.LATE_AFTER_RECONNECT


def test_a_hard_reset_that_cuts_off_the_answer_aborts_the_sample_of_the_csms() -> None:
    heard = talk(
        '10:00:00.000 C→S [2,"c1","Reset",{"type":"Hard"}]',
        '10:00:00.300 S→C [3,"c1",{"status":"Accepted"}]',
        STOPPED.replace("Remote", "HardReset"),
        "10:00:06.200 lost station",
        ocpp_response_timeout=30,
    )
    figure = heard.figure(RESPONSE_OF_CSMS)
    assert (figure.n, figure.aborted, figure.timeouts) == (0, 1, 0)
    assert heard.sample(RESPONSE_OF_CSMS).ending is Ending.ABORTED
    assert heard.samples(REMOTE_STOP) == []
