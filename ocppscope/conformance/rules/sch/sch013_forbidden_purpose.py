"""SCH-013: a purpose that a CSMS must not use."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile_2x, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_FORBIDDEN = "ChargingStationExternalConstraints"
_PLACES = {
    "SetChargingProfile": ("chargingProfile", "chargingProfilePurpose"),
    "ClearChargingProfile": ("chargingProfileCriteria", "chargingProfilePurpose"),
}


class ForbiddenPurpose(Rule):
    """A CSMS that sets or clears what comes from elsewhere.

    Finds:
        ChargingStationExternalConstraints in SetChargingProfile or ClearChargingProfile. Only a station reports this
        purpose: it stands for limits that an energy management system on the site has set.

    Why it matters:
        The station rejects it; a CSMS that relies on it has no limit in force.

    Usual causes:
        All purposes are offered in one list.

    What to do:
        Use ChargingStationMaxProfile for limits of the CSMS.
    """

    id = "SCH-013"
    name = "Forbidden charging profile purpose"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "P2 K01.FR.22, K10.FR.06"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset(_PLACES)
    examples = (
        Example(
            "set",
            setting(1, profile_2x(_FORBIDDEN), "Rejected"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.chargingProfile.chargingProfilePurpose",
            line=1,
        ),
        Example(
            "cleared",
            '< [2,"1","ClearChargingProfile",{"chargingProfileCriteria":{"chargingProfilePurpose":'
            f'"{_FORBIDDEN}"}}}}]\n> [3,"1",{{"status":"Unknown"}}]',
            version=OcppVersion.V21,
            finds=1,
            path="$.chargingProfileCriteria.chargingProfilePurpose",
        ),
        Example("another purpose", setting(1, profile_2x("TxDefaultProfile")), version=OcppVersion.V201),
        Example(
            "a station reports it",
            '> [2,"1","ReportChargingProfiles",{"requestId":1,"chargingLimitSource":"EMS","evseId":1,"chargingProfile":'
            f'[{{"id":-1,"stackLevel":0,"chargingProfilePurpose":"{_FORBIDDEN}","chargingProfileKind":"Relative",'
            '"chargingSchedule":[{"id":1,"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}]'
            '}]}]\n< [3,"1",{}]',
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The purpose."""
        names = _PLACES[event.message.action]
        if event.direction is Direction.TO_STATION and text_at(event.message.payload, *names) == _FORBIDDEN:
            yield Verdict(
                f"{event.message.action} names the purpose {_FORBIDDEN}, which only a station may report",
                path=f"$.{'.'.join(names)}",
                observed=f'"{_FORBIDDEN}"',
                expected="another purpose",
                key=event.message.action,
            )
