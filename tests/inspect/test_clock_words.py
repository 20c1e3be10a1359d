"""A clock in words."""

from datetime import UTC, datetime, timedelta

from ocppscope.inspect.clock_words import clock_history, clock_words, drift_per_day, is_in_time, skew_words
from ocppscope.model.clock import Clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def clock(*skews: float, every: float = 60.0) -> Clock:
    made = Clock()
    for number, skew in enumerate(skews):
        made.measure(NOON + timedelta(seconds=number * every), skew)
    return made


def test_a_clock_that_was_never_measured_is_not_spoken_of() -> None:
    assert clock_words(Clock()) is None
    assert not is_in_time(Clock())
    assert list(clock_history(Clock())) == []


def test_whole_seconds_and_the_network_are_in_time() -> None:
    found = clock(-0.9, -0.1, -0.6, -0.4, 0.0)
    assert clock_words(found) == "in time"
    assert is_in_time(found)
    assert list(clock_history(found)) == []


def test_lengths_are_told_as_people_would() -> None:
    assert [skew_words(skew) for skew in (4.2, -65, 7203, -3 * 86_400 - 7200)] == [
        "4.2 s ahead",
        "1 min 05 s behind",
        "2 h 00 min 03 s ahead",
        "3 d 02 h behind",
    ]


def test_few_measurements_and_a_wild_clock_are_told_as_such() -> None:
    assert clock_words(clock(7200.0)) == "2 h 00 min 00 s ahead, by 1 measurement"
    assert clock_words(clock(7200.0, 7200.0)) == "2 h 00 min 00 s ahead, by 2 measurements"
    wild = clock_words(clock(10.0, 500.0, 90.0, -300.0, 5000.0))
    assert wild is not None
    assert wild.startswith("unsteady, lately")


def test_the_moment_it_was_set_is_told_with_what_set_it() -> None:
    found = clock(7200.0, 7200.0, 7200.0, 7200.0, 7200.0)
    found.offer(NOON + timedelta(seconds=290), "BootNotification")
    for number in range(5, 10):
        found.measure(NOON + timedelta(seconds=number * 60), 0.1)
    assert clock_words(found) == "in time"
    assert not is_in_time(found), "that it was set is worth a word"
    assert "set at 03-01 12:05:00 UTC after BootNotification: 2 h 00 min 00 s ahead before, in time since" in list(
        clock_history(found)
    )


def test_a_drift_is_told_only_over_a_long_time_and_in_one_direction() -> None:
    steady = clock(*(number * 0.1 for number in range(60)))
    rate = drift_per_day(steady)
    assert rate is not None
    assert 140 < rate < 150  # 0.1 s a minute
    assert drift_per_day(clock(*(number * 0.1 for number in range(20)))) is None, "20 minutes"
    assert drift_per_day(clock(*([0.0] * 60))) is None
