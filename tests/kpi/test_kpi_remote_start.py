"""Remote start: what counts as immediate, which StartTransaction belongs to which request, and what the time is made of."""

import pytest
from kpi_talk import Heard, hear, near, profile

from ocppscope.kpi.figures import Verdict
from ocppscope.kpi.measure import REMOTE_START, REMOTE_START_RESPONSE
from ocppscope.kpi.sample import Ending, Excluded
from ocppscope.pics.declaration import Row

PREPARING = (
    '09:59:00.000 S→C [2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]'
)
AVAILABLE = PREPARING.replace("Preparing", "Available")
ASKED = '10:00:00.000 C→S [2,"c1","RemoteStartTransaction",{"connectorId":1,"idTag":"abc"}]'
ACCEPTED = '10:00:00.350 S→C [3,"c1",{"status":"Accepted"}]'
STARTED = (
    '10:00:04.900 S→C [2,"s8","StartTransaction",'
    '{"connectorId":1,"idTag":"ABC","meterStart":0,"timestamp":"2026-03-01T10:00:04Z"}]'
)


def status(clock: str, name: str, connector: int = 1) -> str:
    payload = f'{{"connectorId":{connector},"errorCode":"NoError","status":"{name}"}}'
    return f'{clock} S→C [2,"st{clock}","StatusNotification",{payload}]'


def talk(*lines: str, **limits: float) -> Heard:
    return hear("\n".join(lines), profiles=[profile(limits=limits)])


def test_a_cable_that_was_in_before_makes_it_count() -> None:
    sample = talk(PREPARING, ASKED, ACCEPTED, STARTED).sample(REMOTE_START)
    assert (sample.counted, sample.seconds) == (True, near(4.9))
    assert (sample.csms_authorize, sample.station_share) == (None, None)


@pytest.mark.parametrize(
    "before",
    [[], [AVAILABLE], [AVAILABLE, status("10:00:02.000", "Preparing")], [PREPARING.replace("Preparing", "Reserved")]],
    ids=["nothing known", "no cable", "plugged or prepared after the request", "reserved"],
)
def test_without_proof_of_the_cable_it_is_shown_and_not_counted(before: list[str]) -> None:
    early = [line for line in before if line < ASKED]
    heard = talk(*early, ASKED, ACCEPTED, *[line for line in before if line > ASKED], STARTED)
    sample, figure = heard.sample(REMOTE_START), heard.figure(REMOTE_START)
    assert (sample.counted, sample.excluded, sample.seconds) == (False, "plug state unknown", near(4.9))
    assert (figure.n, figure.excluded, figure.verdict) == (0, {"plug state unknown": 1}, Verdict.NO_SAMPLES)


@pytest.mark.parametrize("flowing", ["Charging", "SuspendedEV"])
@pytest.mark.parametrize("clock", ["10:00:03.000", "10:00:08.000"], ids=["before the start", "after it"])
def test_energy_without_a_plug_event_proves_the_cable(flowing: str, clock: str) -> None:
    lines = sorted([AVAILABLE, ASKED, ACCEPTED, STARTED, status(clock, flowing)])
    heard = talk(*lines)
    assert heard.sample(REMOTE_START).counted
    assert (heard.figure(REMOTE_START).n, heard.figure(REMOTE_START).excluded) == (1, {})


def test_energy_after_a_plug_event_proves_nothing() -> None:
    after = [status("10:00:02.000", "Preparing"), STARTED, status("10:00:08.000", "Charging")]
    assert talk(AVAILABLE, ASKED, ACCEPTED, *after).sample(REMOTE_START).excluded == Excluded.PLUG_STATE_UNKNOWN
    later = [STARTED, status("10:00:06.000", "Preparing"), status("10:00:08.000", "Charging")]
    assert talk(AVAILABLE, ASKED, ACCEPTED, *later).sample(REMOTE_START).excluded == Excluded.PLUG_STATE_UNKNOWN


def test_a_cable_pulled_and_put_in_again_is_a_plug_event() -> None:
    moved = [status("10:00:01.000", "Available"), status("10:00:03.000", "Preparing")]
    assert not talk(PREPARING, ASKED, ACCEPTED, *moved, STARTED).sample(REMOTE_START).counted
    again = [status("10:00:01.000", "Preparing")]
    assert talk(PREPARING, ASKED, ACCEPTED, *again, STARTED).sample(REMOTE_START).counted


def test_where_a_lock_keeps_the_cable_out_no_status_proves_it() -> None:
    product = profile()
    locked = type(product)(
        name=product.name,
        dut=product.dut,
        ocpp_version=product.ocpp_version,
        vendor=product.vendor,
        product=product.product,
        additional_questions={"AQ-2": Row(value=True, raw="Yes")},
    )
    script = "\n".join([PREPARING, ASKED, ACCEPTED, STARTED, status("10:00:08.000", "Charging")])
    assert hear(script, profiles=[locked]).sample(REMOTE_START).excluded == Excluded.PLUG_STATE_UNKNOWN


def test_the_state_counts_that_the_started_connector_had_when_the_request_named_none() -> None:
    anywhere = ASKED.replace('"connectorId":1,', "")
    second = STARTED.replace('"connectorId":1', '"connectorId":2')
    two = status("09:59:01.000", "Preparing", 2)
    assert talk(AVAILABLE, two, anywhere, ACCEPTED, second).sample(REMOTE_START).counted
    assert not talk(AVAILABLE, two, anywhere, ACCEPTED, STARTED).sample(REMOTE_START).counted


def test_the_time_of_the_csms_is_told_apart() -> None:
    heard = talk(
        PREPARING,
        ASKED,
        '10:00:00.100 S→C [2,"x","Authorize",{"idTag":"other"}]',
        '10:00:00.150 C→S [3,"x",{"idTagInfo":{"status":"Invalid"}}]',
        ACCEPTED,
        '10:00:00.400 S→C [2,"s7","Authorize",{"idTag":"ABC"}]',
        '10:00:02.400 C→S [3,"s7",{"idTagInfo":{"status":"Accepted"}}]',
        STARTED,
    )
    sample = heard.sample(REMOTE_START)
    assert sample.counted
    assert (sample.csms_authorize, sample.station_share) == (near(2.0), near(2.9))


def test_what_the_csms_does_not_authorise_is_excluded_and_no_longer_due() -> None:
    heard = talk(
        PREPARING,
        ASKED,
        ACCEPTED,
        '10:00:00.400 S→C [2,"s7","Authorize",{"idTag":"ABC"}]',
        '10:00:02.400 C→S [3,"s7",{"idTagInfo":{"status":"Blocked"}}]',
    )
    assert heard.sample(REMOTE_START).excluded == "not authorised"
    assert heard.inspector.running() == []


def test_nothing_starts_and_nothing_is_claimed() -> None:
    heard = talk(PREPARING, ASKED, ACCEPTED, remote_start_authorization_time=60)
    (running,) = heard.wait("10:01:59").inspector.running()
    assert (running.trigger, running.function, running.limit) == ("RemoteStartTransaction", "StartTransaction", 60)
    assert heard.wait("10:02:00.001").inspector.running() == []
    sample, figure = heard.sample(REMOTE_START), heard.figure(REMOTE_START)
    assert (sample.ending, sample.excluded) == (Ending.TIMED_OUT, "timed out")
    assert (figure.n, figure.excluded, figure.timeouts) == (0, {"timed out": 1}, 0)


@pytest.mark.parametrize(
    "told",
    [
        (
            '09:58:00.000 C→S [2,"g","GetConfiguration",{}]\n'
            '09:58:00.100 S→C [3,"g",{"configurationKey":[{"key":"ConnectionTimeOut","readonly":false,"value":"30"}]}]'
        ),
        (
            '09:58:00.000 C→S [2,"g","ChangeConfiguration",{"key":"connectiontimeout","value":"30"}]\n'
            '09:58:00.100 S→C [3,"g",{"status":"Accepted"}]'
        ),
    ],
)
def test_a_known_connection_timeout_ends_it(told: str) -> None:
    heard = talk(told, AVAILABLE, ASKED, ACCEPTED).wait("10:00:29.9")
    assert len(heard.inspector.running()) == 1
    assert heard.wait("10:00:30.1").sample(REMOTE_START).excluded == Excluded.TIMED_OUT


def test_another_tag_or_connector_is_another_transaction() -> None:
    other = STARTED.replace('"connectorId":1', '"connectorId":2')
    heard = talk(PREPARING, ASKED, ACCEPTED, other)
    assert heard.samples(REMOTE_START) == []
    assert heard.wait("10:05:00").sample(REMOTE_START).excluded == Excluded.TIMED_OUT


def test_another_tag_on_the_same_connector_is_named_when_nothing_better_follows() -> None:
    foreign = STARTED.replace("ABC", "PARENT")
    heard = talk(PREPARING, ASKED, ACCEPTED, foreign).wait("10:05:00")
    assert heard.sample(REMOTE_START).excluded == "other idTag"
    own = STARTED.replace("10:00:04.900", "10:00:07.000").replace('"s8"', '"s9"')
    assert talk(PREPARING, ASKED, ACCEPTED, foreign, own).sample(REMOTE_START).counted


def test_a_start_that_another_request_asked_for_is_not_foreign() -> None:
    any_a = '10:00:00.000 C→S [2,"c1","RemoteStartTransaction",{"idTag":"A"}]'
    any_b = '10:00:01.000 C→S [2,"c2","RemoteStartTransaction",{"idTag":"B"}]'
    heard = talk(
        any_a,
        ACCEPTED,
        any_b,
        '10:00:01.100 S→C [3,"c2",{"status":"Accepted"}]',
        STARTED.replace("ABC", "B"),
    ).wait("10:05:00")
    found = {sample.trigger_id: sample.excluded for sample in heard.samples(REMOTE_START)}
    assert found == {"c2": Excluded.PLUG_STATE_UNKNOWN, "c1": Excluded.TIMED_OUT}


def test_of_two_equal_requests_the_older_has_the_transaction() -> None:
    second = ASKED.replace("10:00:00.000", "10:00:02.000").replace('"c1"', '"c2"')
    accepted = ACCEPTED.replace("10:00:00.350", "10:00:02.300").replace('"c1"', '"c2"')
    heard = talk(PREPARING, ASKED, ACCEPTED, second, accepted, STARTED)
    assert (heard.sample(REMOTE_START).trigger_id, heard.sample(REMOTE_START).duplicate) == ("c1", False)
    (running,) = heard.inspector.running()
    assert (running.trigger_id, running.duplicate) == ("c2", True)
    newer = heard.wait("10:05:00").samples(REMOTE_START)[-1]
    assert (newer.trigger_id, newer.duplicate, newer.excluded) == ("c2", True, "duplicate request")


CLOCK = '09:59:30.000 S→C [2,"k","StatusNotification",{"connectorId":2,"errorCode":"NoError","status":"Available","timestamp":"%s"}]'


@pytest.mark.parametrize(
    ("station_clock", "stamp", "matches"),
    [
        ("2026-03-01T09:59:30Z", "2026-03-01T09:10:00Z", False),
        ("2026-03-01T09:59:30Z", "2026-03-01T10:00:04Z", True),
        ("2026-03-01T09:59:30Z", "2026-03-01T09:59:59Z", True),
        ("2026-03-01T07:59:30Z", "2026-03-01T08:00:04Z", True),
        ("2026-03-01T07:59:30Z", "2026-03-01T07:50:00Z", False),
        ("2026-03-01T11:59:30Z", "2026-03-01T11:30:00Z", False),
        ("nonsense", "2026-03-01T08:00:04Z", True),
        ("2026-03-01T09:59:30Z", "0001-01-01T00:00:00Z", False),
    ],
    ids=["queued", "right", "whole seconds", "slow clock", "slow and queued", "fast and queued", "unknown", "year 1"],
)
def test_a_queued_start_is_no_effect_of_the_request(station_clock: str, stamp: str, matches: bool) -> None:
    start = STARTED.replace("2026-03-01T10:00:04Z", stamp)
    heard = talk(PREPARING, CLOCK % station_clock, ASKED, ACCEPTED, start)
    assert bool(heard.samples(REMOTE_START)) is matches


def test_after_a_reconnect_it_is_shown_and_not_counted() -> None:
    heard = talk(PREPARING, ASKED, ACCEPTED, "10:00:01.000 lost", "10:00:03.000 back", STARTED)
    sample = heard.sample(REMOTE_START)
    assert (sample.excluded, sample.seconds, sample.connection) == ("late_after_reconnect", near(4.9), 1)


def test_lost_for_good_it_is_aborted() -> None:
    heard = talk(PREPARING, ASKED, ACCEPTED, "10:00:01.000 lost").wait("10:05:00")
    assert heard.sample(REMOTE_START).ending is Ending.ABORTED
    assert heard.figure(REMOTE_START).aborted == 1


def test_a_request_that_was_not_answered_is_followed_no_further() -> None:
    heard = talk(PREPARING, ASKED, "10:00:01.000 lost", "10:00:03.000 back", STARTED)
    assert heard.samples(REMOTE_START) == []
    assert heard.inspector.running() == []


@pytest.mark.parametrize("answer", ['[3,"c1",{"status":"Rejected"}]', '[4,"c1","InternalError","",{}]'])
def test_a_refused_request_is_no_sample(answer: str) -> None:
    heard = talk(PREPARING, ASKED, f"10:00:00.350 S→C {answer}", STARTED)
    assert heard.samples(REMOTE_START) == []
    assert heard.figure(REMOTE_START_RESPONSE).n == (1 if "Rejected" in answer else 0)
    assert heard.figure(REMOTE_START_RESPONSE).errors == (0 if "Rejected" in answer else 1)


def test_the_start_may_overtake_the_response() -> None:
    heard = talk(PREPARING, ASKED, STARTED, '10:00:05.350 S→C [3,"c1",{"status":"Accepted"}]')
    sample = heard.sample(REMOTE_START)
    assert (sample.counted, sample.early, sample.seconds) == (True, True, near(4.9))
    assert sample.from_conf == near(-0.45)


def test_near_the_limit_is_said_and_over_it_exceeds_the_claim() -> None:
    close = talk(PREPARING, ASKED, ACCEPTED, STARTED, remote_start_authorization_time=6).figure(REMOTE_START)
    assert (close.verdict, close.margin) == (Verdict.NEAR, near(1.1))
    over = talk(PREPARING, ASKED, ACCEPTED, STARTED, remote_start_authorization_time=4).figure(REMOTE_START)
    assert (over.verdict, over.over_limit, over.margin) == (Verdict.EXCEEDED, 1, near(-0.9))
    assert over.remark == "observed max 4.90 s; limit 4 s: exceeds the declared maximum"
