"""The limit of a charging profile over time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocppscope.conformance.charging_limits import MOST_PERIODS, Limit, course_of
from ocppscope.conformance.example_profiles import profile, profile_2x, schedule

START = datetime(2026, 1, 1, tzinfo=UTC)
PERIODS = ((0, 16), (3600, 10), (7200, 32))


def limit(seconds: float, **members: Any) -> float | None:
    course = course_of(profile(**members))
    assert course is not None
    found = course.at(START + timedelta(seconds=seconds))
    return found.value if found is not None else None


@pytest.mark.parametrize(("seconds", "due"), [(-1, None), (0, 16), (3599, 16), (3600, 10), (7200, 32), (10**8, 32)])
def test_an_absolute_profile_counts_from_its_beginning(seconds: int, due: float | None) -> None:
    of = schedule(periods=PERIODS, startSchedule="2026-01-01T00:00:00Z")
    assert limit(seconds, chargingProfileKind="Absolute", of=of) == due


def test_after_its_duration_it_sets_no_limit() -> None:
    of = schedule(periods=PERIODS, startSchedule="2026-01-01T00:00:00Z", duration=4000)
    assert limit(3999, chargingProfileKind="Absolute", of=of) == 10
    assert limit(4000, chargingProfileKind="Absolute", of=of) is None


@pytest.mark.parametrize(("recurrency", "length"), [("Daily", 86_400), ("Weekly", 604_800)])
def test_a_recurring_profile_begins_anew(recurrency: str, length: int) -> None:
    of = schedule(periods=PERIODS, startSchedule="2026-01-01T00:00:00Z")
    for seconds, due in ((length - 1, 32), (length, 16), (3 * length + 3600, 10)):
        assert limit(seconds, chargingProfileKind="Recurring", recurrencyKind=recurrency, of=of) == due


def test_where_only_the_station_knows_the_beginning_the_highest_limit_counts() -> None:
    assert limit(0, of=schedule(periods=PERIODS)) == 32


def test_phases_that_are_not_told_are_three() -> None:
    of = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16, "numberPhases": 1}]}
    one, three = course_of(profile(of=of)), course_of(profile())
    assert one is not None
    assert three is not None
    assert one.at(START) == Limit(16, 1)
    assert three.at(START) == Limit(16, 3)


@pytest.mark.parametrize(
    "unclear",
    [
        profile(of=schedule(duration=600)),
        profile(of=schedule(periods=((60, 16),))),
        profile(of=schedule(periods=((0, 16), (0, 10)))),
        profile(of=schedule(periods=())),
        profile(of=schedule(periods=tuple((start, 16.0) for start in range(MOST_PERIODS + 1)))),
        profile(of=schedule("kW")),
        profile(chargingProfileKind="Dynamic"),
        profile(chargingProfileKind="Recurring", recurrencyKind="Daily"),
        profile(chargingSchedule="none"),
        profile_2x() | {"chargingSchedule": [schedule(), schedule("W")]},
        profile_2x(of={"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0}]}),
        profile_2x(
            of={
                "chargingRateUnit": "W",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 5000, "operationMode": "CentralSetpoint"}],
            }
        ),
    ],
)
def test_what_cannot_be_told_is_not_guessed(unclear: dict[str, Any]) -> None:
    assert course_of(unclear) is None
