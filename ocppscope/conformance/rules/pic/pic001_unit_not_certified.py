"""PIC-001: a chargingRateUnit that is not certified."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile, schedules
from ocppscope.conformance.event import CallOverdue, Event, ResponseSeen
from ocppscope.conformance.fate import fate_of
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Call
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role

_WATTS = 'features."SC-1.1" = false\nfeatures."SC-1.2" = true'
_SET = (
    '< [2,"1","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,'
    '"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":'
    '{"chargingRateUnit":"UNIT","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}]\n'
)


class UnitNotCertified(Rule):
    """A limit in a unit that the station was not certified for.

    Finds:
        SetChargingProfile, a start from afar with a profile, or GetCompositeSchedule in amperes or watts where the
        certificate lists only the other. An info when the station accepts it: it converts, or ignores.

    Why it matters:
        A station that can not use the unit charges without the limit, or not at all, and often says Accepted to both.

    Usual causes:
        The CSMS has one unit for all products. DC stations want watts, AC stations amperes.

    What to do:
        Configure the unit of this product in the CSMS; read ChargingScheduleAllowedChargingRateUnit from the station.
    """

    id = "PIC-001"
    name = "Charging rate unit is not certified"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS SC-1.1, SC-1.2 (2.x: SC-2); S16 §9.4.2; P2 K01.FR.26"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, CallOverdue)
    actions = PROFILE_ACTIONS | {"GetCompositeSchedule"}
    needs_profile = True
    examples = (
        Example(
            "amperes to a station certified for watts",
            _SET.replace("UNIT", "A") + '> [3,"1",{"status":"Rejected"}]',
            profile=_WATTS,
            finds=1,
            severity=Severity.WARNING,
            path="$.csChargingProfiles.chargingSchedule.chargingRateUnit",
            line=1,
        ),
        Example(
            "accepted all the same",
            _SET.replace("UNIT", "A") + '> [3,"1",{"status":"Accepted"}]',
            profile=_WATTS,
            finds=1,
            severity=Severity.INFO,
        ),
        Example("watts", _SET.replace("UNIT", "W") + '> [3,"1",{"status":"Accepted"}]', profile=_WATTS),
        Example(
            "the certificate names no unit",
            _SET.replace("UNIT", "A") + '> [3,"1",{"status":"Accepted"}]',
            profile="features.C-04 = true",
        ),
        Example(
            "a schedule asked for in amperes",
            """
            < [2,"1","GetCompositeSchedule",{"connectorId":1,"duration":600,"chargingRateUnit":"A"}]
            > [3,"1",{"status":"Rejected"}]
            """,
            profile=_WATTS,
            finds=1,
            path="$.chargingRateUnit",
        ),
    )

    def check(self, event: ResponseSeen | CallOverdue) -> Iterator[Verdict]:
        """Units outside those declared."""
        profile = event.scene.profile
        declared = profile.derived.charging_rate_units if profile is not None else None
        fate = fate_of(event)
        if declared is None or fate is None:
            return
        for path, unit in _units(fate.call):
            if unit not in declared:
                yield Verdict(
                    f"{fate.call.action} uses the unit {quoted(unit)}; certified: {', '.join(declared)}; {fate.words}",
                    Severity.INFO if fate.accepted else None,
                    path=path,
                    observed=quoted(unit),
                    expected=" or ".join(declared),
                    records=fate.records,
                    key=f"{fate.call.action} {unit[:10]} {fate.accepted}",
                )


def _units(call: Call) -> list[tuple[str, str]]:
    found = [("$.chargingRateUnit", text_at(call.payload, "chargingRateUnit"))]
    profile = charging_profile(call)
    if profile is not None:
        found += [
            (f"{place.path}.chargingRateUnit", text_at(place.value, "chargingRateUnit")) for place in schedules(profile)
        ]
    return [(path, unit) for path, unit in found if unit is not None]
