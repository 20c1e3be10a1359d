"""How far the clocks of a station and of its CSMS are off."""

from datetime import UTC, datetime, timedelta

import pytest

from ocppscope.conformance.example import EXAMPLE_STATION, records_of
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.clock import LATEST, MOST_POINTS, Clock
from ocppscope.model.connection import Station
from ocppscope.protocol.version import OcppVersion

START = datetime(2026, 1, 1, tzinfo=UTC)


def stamp(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def meter_values(number: int, seconds: float, context: str = "Sample.Periodic") -> str:
    value = f'{{"timestamp":"{stamp(seconds)}","sampledValue":[{{"value":"1","context":"{context}"}}]}}'
    return f'> [2,"m{number}","MeterValues",{{"connectorId":1,"meterValue":[{value}]}}]'


def status(number: int, seconds: float, status: str, connector: int = 1) -> str:
    return (
        f'> [2,"s{number}","StatusNotification",{{"connectorId":{connector},"errorCode":"NoError",'
        f'"status":"{status}","timestamp":"{stamp(seconds)}"}}]'
    )


def station_after(*lines: str, version: OcppVersion = OcppVersion.V16) -> Station:
    inspector = Inspector()
    for record in records_of(Example("", "\n".join(lines), version)):
        inspector.observe(record)
    return inspector.stations[EXAMPLE_STATION]


def test_skew_is_the_median_of_the_latest_five() -> None:
    clock = Clock()
    for second, skew in enumerate((500, 7, 3, 9, 5, 1)):
        clock.measure(START + timedelta(seconds=second), skew)
    assert clock.skew == 5
    assert clock.measured == LATEST
    assert clock.latest == (START + timedelta(seconds=5), 1)


def test_live_messages_tell_the_skew() -> None:
    station = station_after(*(f"+60 {meter_values(n, 60 * n + 30)}" for n in range(1, 6)))
    assert station.clock.skew == pytest.approx(30, abs=0.2)
    assert station.clock.steady


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(meter_values(1, -3600), id="older than the connection"),
        pytest.param(meter_values(1, 900, "Sample.Clock"), id="on the boundary of an interval"),
        pytest.param(status(1, -1, "Available"), id="the first report of a status"),
        pytest.param('> [2,"h","Heartbeat",{}]', id="without a time"),
        pytest.param(meter_values(1, -1_700_000_000), id="a clock that was never set"),
    ],
)
def test_what_does_not_tell_the_present_is_left_out(line: str) -> None:
    assert station_after("+60 " + line).clock.skew is None


def test_a_repeated_status_may_be_old_and_a_new_one_is_not() -> None:
    lines = [status(1, 0, "Available"), "+600 " + status(2, 0, "Available")]
    assert station_after(*lines).clock.skew is None
    assert station_after(*lines, "+60 " + status(3, 661, "Preparing")).clock.skew == pytest.approx(1, abs=0.3)


def test_queued_events_of_2x_say_so() -> None:
    event = (
        '> [2,"{n}","TransactionEvent",{{"eventType":"Updated","timestamp":"{at}","triggerReason":"{why}","seqNo":{n},'
        '"offline":{offline},"transactionInfo":{{"transactionId":"T"}}}}]'
    )
    queued = event.format(n=1, at=stamp(-7200), why="MeterValuePeriodic", offline="true")
    aligned = event.format(n=2, at=stamp(900), why="MeterValueClock", offline="false")
    live = event.format(n=3, at=stamp(-7200), why="MeterValuePeriodic", offline="false")
    assert station_after(queued, aligned, version=OcppVersion.V201).clock.skew is None
    assert station_after(queued, live, version=OcppVersion.V201).clock.skew == pytest.approx(-7200, abs=1)


def test_a_slow_clock_is_told_from_a_queue_by_the_card_that_was_just_presented() -> None:
    start = (
        '> [2,"2","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2025-12-31T22:00:00Z"}]'
    )
    card = ['> [2,"1","Authorize",{"idTag":"a1"}]', '< [3,"1",{"idTagInfo":{"status":"Accepted"}}]']
    assert station_after(start).clock.skew is None
    assert station_after(*card, start).clock.skew == pytest.approx(-7200, abs=1)


def test_a_slow_clock_is_told_from_a_queue_by_the_age_of_the_connection() -> None:
    assert station_after("+601 " + meter_values(1, -3600)).clock.skew == pytest.approx(-4201, abs=1)


def test_setting_the_clock_is_a_jump_after_the_answer_that_told_the_time() -> None:
    lines = [f"+60 {meter_values(n, 60 * n + 7200)}" for n in range(1, 6)]
    lines += ['+1 > [2,"h","Heartbeat",{}]', '< [3,"h",{"currentTime":"2026-01-01T00:05:01Z"}]']
    lines += [f"+60 {meter_values(n, 60 * n)}" for n in range(6, 10)]
    (jump,) = (clock := station_after(*lines).clock).jumps
    assert jump.action == "Heartbeat"
    assert jump.before == pytest.approx(7200, abs=3)
    assert jump.after == pytest.approx(0, abs=3)
    assert abs(jump.time - START - timedelta(seconds=361)) < timedelta(seconds=2)
    assert clock.skew == pytest.approx(0, abs=3)


def test_one_late_message_is_no_jump() -> None:
    lines = [f"+60 {meter_values(n, 60 * n)}" for n in range(1, 6)]
    lines += [f"+60 {meter_values(6, 300)}", f"+60 {meter_values(7, 420)}"]
    assert not station_after(*lines).clock.jumps


def test_the_time_of_the_csms_may_be_of_any_moment_between_call_and_answer() -> None:
    ask = '+10 > [2,"h{n}","Heartbeat",{{}}]'
    answer = '+4 < [3,"h{n}",{{"currentTime":"{at}"}}]'
    slow = station_after(ask.format(n=1), answer.format(n=1, at=stamp(10)))
    assert slow.csms_clock.skew == pytest.approx(0, abs=0.2)
    behind = station_after(ask.format(n=1), answer.format(n=1, at=stamp(-80)))
    assert behind.csms_clock.skew == pytest.approx(-90, abs=0.5)
    ahead = station_after(ask.format(n=1), answer.format(n=1, at=stamp(104)))
    assert ahead.csms_clock.skew == pytest.approx(90, abs=0.5)


def test_history_keeps_its_ends_in_bounded_space() -> None:
    clock = Clock()
    for minute in range(10_000):
        clock.measure(START + timedelta(minutes=minute), minute / 100)
    assert len(clock.points) <= MOST_POINTS
    assert clock.points[0] == (START, 0)
    assert clock.points[-1][1] > 95


def test_skews_that_all_differ_are_not_steady() -> None:
    clock = Clock()
    for minute in range(6):
        clock.measure(START + timedelta(minutes=minute), -600 + 60 * minute)
    assert not clock.steady
