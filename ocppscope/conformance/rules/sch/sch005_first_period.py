"""SCH-005: a schedule that does not begin at its beginning."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile, schedules
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile, profile_2x, remote_start, schedule, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, value_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_LATE = schedule(periods=((60, 10),))


class FirstPeriodNotAtZero(Rule):
    """A schedule whose first period begins later than the schedule.

    Finds:
        The first period of a charging schedule has a startPeriod other than 0.

    Why it matters:
        Nothing says what holds until then: stations refuse the profile, or charge without a limit at first.

    Usual causes:
        Periods that begin now in a schedule that begins at midnight, without one for the time before.

    What to do:
        Let the first period begin at 0, or move startSchedule.
    """

    id = "SCH-005"
    name = "First schedule period does not start at 0"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §5.16.4, §7.14; P2 K01.FR.31"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    examples = (
        Example(
            "at 60",
            setting(1, profile(of=_LATE), "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].startPeriod",
            line=1,
        ),
        Example("at 0", setting(1, profile())),
        Example("in a remote start", remote_start(profile("TxProfile", of=_LATE)), finds=1),
        Example(
            "on 2.0.1",
            setting(1, profile_2x(of=_LATE), "Rejected"),
            version=OcppVersion.V201,
            finds=1,
            path="$.chargingProfile.chargingSchedule[0].chargingSchedulePeriod[0].startPeriod",
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The first period of each schedule."""
        found = charging_profile(event.message)
        if found is None or event.direction is not Direction.TO_STATION:
            return
        for place in schedules(found):
            periods = value_at(place.value, "chargingSchedulePeriod")
            start = integer_at(periods[0], "startPeriod") if isinstance(periods, list) and periods else None
            if start is not None and start != 0:
                path = f"{place.path}.chargingSchedulePeriod[0].startPeriod"
                yield Verdict(
                    f"the first period of the schedule begins at {str(start)[:20]} s",
                    path=path,
                    observed=str(start)[:20],
                    expected="0",
                    key=path,
                )
