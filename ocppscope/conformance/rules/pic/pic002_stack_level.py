"""PIC-002: a stackLevel above the declared maximum."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile
from ocppscope.conformance.declared import declared_limit, too_many
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_SET = (
    '< [2,"1","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":LEVEL,'
    '"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":'
    '{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}]'
)
_REPORTED = """
< [2,"0","GetConfiguration",{"key":["ChargeProfileMaxStackLevel"]}]
> [3,"0",{"configurationKey":[{"key":"ChargeProfileMaxStackLevel","readonly":true,"value":"8"}]}]
"""


class StackLevel(Rule):
    """A charging profile on a level that the station does not have.

    Finds:
        A stackLevel above ChargeProfileMaxStackLevel, as the certificate declares it or, where that was seen, as the
        station reports it. Levels from 0 up to and including that number may be used.

    Why it matters:
        The station refuses the profile, or takes it and never applies it.

    Usual causes:
        The CSMS counts levels from 1, or uses fixed levels for its own purposes.

    What to do:
        Have the CSMS read ChargeProfileMaxStackLevel and stay within it.
    """

    id = "PIC-002"
    name = "Stack level above the declared maximum"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-14; S16 §9.4.1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    needs_profile = True
    examples = (
        Example(
            "8 where 5 is declared",
            _SET.replace("LEVEL", "8"),
            profile="settings.ORS-14 = 5",
            finds=1,
            path="$.csChargingProfiles.stackLevel",
            line=1,
        ),
        Example("5 is a level, too", _SET.replace("LEVEL", "5"), profile="settings.ORS-14 = 5"),
        Example(
            "the station itself reports 8, which counts",
            _REPORTED + _SET.replace("LEVEL", "8"),
            profile="settings.ORS-14 = 5",
        ),
        Example(
            "more than the station reports",
            _REPORTED + _SET.replace("LEVEL", "9"),
            profile="settings.ORS-14 = 10",
            finds=1,
        ),
        Example(
            "on 2.0.1, by a limit that a person wrote",
            '< [2,"1","SetChargingProfile",{"evseId":1,"chargingProfile":{"id":1,"stackLevel":4,"chargingProfilePurpose":'
            '"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":[{"id":1,"chargingRateUnit":"A",'
            '"chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}]}}]',
            version=OcppVersion.V201,
            profile="limits.charge_profile_max_stack_level = 3",
            finds=1,
            path="$.chargingProfile.stackLevel",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """A level above the maximum."""
        limit = declared_limit(event.scene, "charge_profile_max_stack_level")
        profile = charging_profile(event.message)
        if limit is None or profile is None:
            return
        level = integer_at(profile.value, "stackLevel")
        if level is not None and level > limit.value:
            yield too_many(f"stackLevel {level} exceeds", level, limit, f"{profile.path}.stackLevel")
