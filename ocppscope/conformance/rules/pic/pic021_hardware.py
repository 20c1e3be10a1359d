"""PIC-021: phases or current that the hardware does not have."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile, schedules
from ocppscope.conformance.declared import claim
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, objects_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_OTHER_PHASES = frozenset({"L2", "L3", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"})

_ONE_PHASE = "hardware_features.HFS-5 = true\nhardware_features.HFS-6 = false\nhardware_features.HFS-7 = false"
_AC = "hardware_features.HFS-3 = true\nhardware_features.HFS-4 = false"
_DC = "hardware_features.HFS-3 = false\nhardware_features.HFS-4 = true"
_SET = (
    '< [2,"1","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,'
    '"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":'
    '{"chargingRateUnit":"W","chargingSchedulePeriod":[{"startPeriod":0,"limit":11000,"numberPhases":PHASES}]}}}]'
)


def _values(sampled: str) -> str:
    return (
        '> [2,"1","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z",'
        f'"sampledValue":[{sampled}]}}]}}]'
    )


class Hardware(Rule):
    """Messages about phases or a kind of current that the certified hardware does not have.

    Finds:
        Meter values of the second or third phase from a station declared with one phase only; the state of charge from
        a station with AC only (an info: it may have it from ISO 15118); a charging profile with several phases for a
        station with DC only. DC stations may report the phases of their mains side.

    Why it matters:
        Limits and energy are counted by phase: with the wrong number the site's fuse is at stake.

    Usual causes:
        The profile is of another variant; the meter reports phases that are not connected; one charging profile for all
        products.

    What to do:
        Compare variant and certificate; leave numberPhases out for DC.
    """

    id = "PIC-021"
    name = "Phase or current type contradicts the hardware"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS HFS-3 to HFS-7"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS | {"MeterValues", "StopTransaction"}
    needs_profile = True
    examples = (
        Example(
            "a second phase",
            _values('{"value":"230","measurand":"Voltage","phase":"L2"}'),
            profile=_ONE_PHASE,
            finds=1,
            severity=Severity.WARNING,
            path="$.meterValue[0].sampledValue[0].phase",
        ),
        Example("the one phase", _values('{"value":"230","measurand":"Voltage","phase":"L1-N"}'), profile=_ONE_PHASE),
        Example(
            "state of charge from AC",
            _values('{"value":"50","measurand":"SoC"}'),
            profile=_AC,
            finds=1,
            severity=Severity.INFO,
        ),
        Example("state of charge from DC", _values('{"value":"50","measurand":"SoC"}'), profile=_DC),
        Example(
            "three phases for DC",
            _SET.replace("PHASES", "3"),
            profile=_DC,
            finds=1,
            at_fault=Role.CSMS,
        ),
        Example("three phases for AC", _SET.replace("PHASES", "3"), profile=_AC),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Meter values and charging profiles that do not fit."""
        if event.message.action in PROFILE_ACTIONS:
            yield from _profiles(event)
        else:
            yield from _meter_values(event)


def _profiles(event: CallSeen) -> Iterator[Verdict]:
    profile = charging_profile(event.message)
    declared = event.scene.profile.derived.current_type if event.scene.profile is not None else None
    if profile is None or declared != ("DC",):
        return
    for path, schedule in schedules(profile):
        phases = {integer_at(period, "numberPhases") or 1 for period in objects_at(schedule, "chargingSchedulePeriod")}
        if max(phases, default=1) > 1:
            yield Verdict(
                f"{event.message.action} sets {max(phases)} phases for a station that is declared with DC only",
                at_fault=Role.CSMS,
                path=f"{path}.chargingSchedulePeriod",
                observed=str(max(phases)),
                expected="no numberPhases",
                key="profile",
            )


def _meter_values(event: CallSeen) -> Iterator[Verdict]:
    scene, payload = event.scene, event.message.payload
    one_phase = claim(scene, "HFS-5") is True and claim(scene, "HFS-6") is False and claim(scene, "HFS-7") is False
    only_ac = scene.profile is not None and scene.profile.derived.current_type == ("AC",)
    if not one_phase and not only_ac:
        return
    told: set[str] = set()
    for member in ("meterValue", "transactionData"):
        for index, meter_value in enumerate(objects_at(payload, member)):
            for place, sample in enumerate(objects_at(meter_value, "sampledValue")):
                path = f"$.{member}[{index}].sampledValue[{place}]"
                phase = sample.get("phase")
                if one_phase and isinstance(phase, str) and phase in _OTHER_PHASES and phase not in told:
                    told.add(phase)
                    evidence = f"a meter value of phase {phase} from a station that is declared with one phase only"
                    yield Verdict(evidence, path=f"{path}.phase", observed=quoted(phase), key=phase)
                if only_ac and sample.get("measurand") == "SoC" and "SoC" not in told:
                    told.add("SoC")
                    evidence = "the state of charge from a station that is declared with AC only"
                    yield Verdict(evidence, Severity.INFO, path=f"{path}.measurand", observed='"SoC"', key="SoC")
