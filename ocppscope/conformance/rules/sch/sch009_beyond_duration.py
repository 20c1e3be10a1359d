"""SCH-009: a schedule that is longer than the time it has."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, Place, charging_profile, schedules
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile, profile_2x, schedule, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at, value_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_LENGTHS = {"Daily": 86_400, "Weekly": 604_800}
_STARTS = "2026-01-01T00:00:00Z"


class BeyondDuration(Rule):
    """Parts of a schedule that are never carried out.

    Finds:
        A duration above a day in a Daily profile, or above a week in a Weekly one; or a period that begins at or after
        the duration of its schedule. The station carries out the rest and rejects nothing.

    Why it matters:
        A limit that someone planned never holds.

    Usual causes:
        A duration in minutes, a duration that was copied from another profile.

    What to do:
        Shorten the schedule, or leave the duration out.
    """

    id = "SCH-009"
    name = "Schedule longer than its recurrence, or period beyond its duration"
    severity = Severity.INFO
    at_fault = Role.CSMS
    requirement = Requirement.SHOULD
    spec = "S16 §5.16.4; E16 §3.44"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    examples = (
        Example(
            "two days in a daily profile",
            setting(
                1,
                profile(
                    chargingProfileKind="Recurring",
                    recurrencyKind="Daily",
                    of=schedule(duration=172_800, startSchedule=_STARTS),
                ),
            ),
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.chargingSchedule.duration",
            line=1,
        ),
        Example(
            "two days in a weekly profile",
            setting(
                1,
                profile(
                    chargingProfileKind="Recurring",
                    recurrencyKind="Weekly",
                    of=schedule(duration=172_800, startSchedule=_STARTS),
                ),
            ),
        ),
        Example(
            "a period that begins when the schedule ends",
            setting(1, profile(of=schedule(periods=((0, 16), (3600, 8)), duration=3600))),
            finds=1,
            path="$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[1].startPeriod",
        ),
        Example(
            "a period within the schedule",
            setting(1, profile(of=schedule(periods=((0, 16), (3599, 8)), duration=3600))),
        ),
        Example(
            "on 2.0.1",
            setting(1, profile_2x(of=schedule(periods=((0, 16), (3600, 8)), duration=60))),
            version=OcppVersion.V201,
            finds=1,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Each schedule with a duration."""
        found = charging_profile(event.message)
        if found is None or event.direction is not Direction.TO_STATION:
            return
        recurrency = text_at(found.value, "recurrencyKind") or ""
        for place in schedules(found):
            duration = integer_at(place.value, "duration")
            if duration is not None:
                yield from _too_long(place, duration, recurrency)


def _too_long(place: Place, duration: int, recurrency: str) -> Iterator[Verdict]:
    longest = _LENGTHS.get(recurrency)
    if longest is not None and duration > longest:
        yield Verdict(
            f"a {recurrency} profile has a schedule of {str(duration)[:20]} s; it begins anew after {longest} s",
            path=f"{place.path}.duration",
            observed=str(duration)[:20],
            expected=f"<= {longest}",
            key=f"{place.path}.duration",
        )
    periods = value_at(place.value, "chargingSchedulePeriod")
    for index, period in enumerate(periods if isinstance(periods, list) else ()):
        start = integer_at(period, "startPeriod")
        if start is not None and start >= duration:
            yield Verdict(
                f"a period begins at {str(start)[:20]} s in a schedule of {str(duration)[:20]} s",
                path=f"{place.path}.chargingSchedulePeriod[{index}].startPeriod",
                observed=str(start)[:20],
                expected=f"< {str(duration)[:20]}",
                key=f"{place.path}.startPeriod",
            )
            return
