"""SCH-006: schedule periods that are not in order."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile, schedules
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile, profile_2x, schedule, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, value_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BACK = schedule(periods=((0, 16), (3600, 10), (1800, 8)))


class PeriodsNotInOrder(Rule):
    """A period that begins no later than the one before.

    Finds:
        A startPeriod in a charging schedule that is not greater than that of the period before. The first such place of
        each schedule is named.

    Why it matters:
        A station that walks through the list stops too early, or skips a limit.

    Usual causes:
        Periods sorted as text, or merged from several sources.

    What to do:
        Sort the periods by startPeriod and merge those with the same.
    """

    id = "SCH-006"
    name = "Schedule periods not in increasing order"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "P2 K01.FR.35; S16 §7.13, §7.14"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    examples = (
        Example(
            "0, 3600, 1800",
            setting(1, profile(of=_BACK), "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[2].startPeriod",
            line=1,
        ),
        Example("0, 1800, 3600", setting(1, profile(of=schedule(periods=((0, 16), (1800, 10), (3600, 8)))))),
        Example("0, 0", setting(1, profile(of=schedule(periods=((0, 16), (0, 10)))), "Rejected"), finds=1),
        Example("on 2.0.1", setting(1, profile_2x(of=_BACK), "Rejected"), version=OcppVersion.V201, finds=1),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Each schedule's periods in turn."""
        found = charging_profile(event.message)
        if found is None or event.direction is not Direction.TO_STATION:
            return
        for place in schedules(found):
            periods = value_at(place.value, "chargingSchedulePeriod")
            before: int | None = None
            for index, period in enumerate(periods if isinstance(periods, list) else ()):
                start = integer_at(period, "startPeriod")
                if start is not None and before is not None and start <= before:
                    path = f"{place.path}.chargingSchedulePeriod[{index}].startPeriod"
                    yield Verdict(
                        f"a period begins at {str(start)[:20]} s, after one that begins at {str(before)[:20]} s",
                        path=path,
                        observed=str(start)[:20],
                        expected=f"> {str(before)[:20]}",
                        key=place.path,
                    )
                    break
                before = start if start is not None else before
