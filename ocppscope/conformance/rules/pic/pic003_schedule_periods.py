"""PIC-003: a schedule with more periods than declared."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile, schedules
from ocppscope.conformance.declared import declared_limit, too_many
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_SET = (
    '< [2,"1","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,'
    '"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":'
    '{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16},{"startPeriod":900,"limit":10},'
    '{"startPeriod":1800,"limit":6}]}}}]'
)


class SchedulePeriods(Rule):
    """A charging schedule with more periods than the station takes.

    Finds:
        More entries in chargingSchedulePeriod than ChargingScheduleMaxPeriods, declared or reported.

    Why it matters:
        The station refuses the schedule, or follows its beginning and then charges at full power.

    Usual causes:
        A day in quarter-hours is 96 periods; many stations take 24.

    What to do:
        Send fewer periods, or a new schedule before the old one ends; join periods with the same limit.
    """

    id = "PIC-003"
    name = "More schedule periods than declared"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-15; S16 §9.4.3"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    needs_profile = True
    examples = (
        Example(
            "three periods where two are declared",
            _SET,
            profile="settings.ORS-15 = 2",
            finds=1,
            path="$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod",
        ),
        Example("as many as declared", _SET, profile="settings.ORS-15 = 3"),
        Example("nothing is declared", _SET, profile="settings.ORS-14 = 5"),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Schedules that are too long."""
        limit = declared_limit(event.scene, "charging_schedule_max_periods")
        profile = charging_profile(event.message)
        if limit is None or profile is None:
            return
        for path, schedule in schedules(profile):
            periods = schedule.get("chargingSchedulePeriod")
            count = len(periods) if isinstance(periods, list) else 0
            if count > limit.value:
                phrase = f"{count} schedule periods exceed"
                yield too_many(phrase, count, limit, f"{path}.chargingSchedulePeriod", key="periods")
