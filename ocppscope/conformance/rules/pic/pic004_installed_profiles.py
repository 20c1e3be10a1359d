"""PIC-004: more charging profiles installed than declared."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import declared_limit, too_many
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.installed_profiles import InstalledProfiles
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role


def _set(number: int, level: int, answer: str = "Accepted", purpose: str = "TxDefaultProfile") -> str:
    return (
        f'< [2,"{number}","SetChargingProfile",{{"connectorId":1,"csChargingProfiles":{{"chargingProfileId":{number},'
        f'"stackLevel":{level},"chargingProfilePurpose":"{purpose}","chargingProfileKind":"Absolute",'
        '"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}]\n'
        f'> [3,"{number}",{{"status":"{answer}"}}]\n'
    )


class InstalledProfilesLimit(Rule):
    """More charging profiles than the station can keep.

    Finds:
        A SetChargingProfile that would bring the number of installed profiles above MaxChargingProfilesInstalled.
        Profiles with the same id, or the same connector, purpose and level, replace each other; those of a transaction
        go with it; expired ones do not count. Profiles from before the capture are not known.

    Why it matters:
        The station refuses the profile, or drops another one: then a site limit is gone without a word.

    Usual causes:
        A CSMS that takes a new id and level for each change and never clears the old profiles.

    What to do:
        Reuse ids and levels, and clear what is no longer needed.
    """

    id = "PIC-004"
    name = "More charging profiles installed than declared"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-19; S16 §9.4.5"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SetChargingProfile"})
    needs_profile = True
    memories = (InstalledProfiles,)
    examples = (
        Example(
            "a third where two are declared",
            _set(1, 0) + _set(2, 1) + _set(3, 2),
            profile="settings.ORS-19 = 2",
            finds=1,
            line=5,
        ),
        Example(
            "the same level takes the place of the earlier one",
            _set(1, 0) + _set(2, 1) + _set(3, 1),
            profile="settings.ORS-19 = 2",
        ),
        Example(
            "what was refused is not installed",
            _set(1, 0) + _set(2, 1, "Rejected") + _set(3, 2),
            profile="settings.ORS-19 = 2",
        ),
        Example(
            "cleared in between",
            _set(1, 0)
            + _set(2, 1)
            + '< [2,"c","ClearChargingProfile",{"id":1}]\n> [3,"c",{"status":"Accepted"}]\n'
            + _set(3, 2),
            profile="settings.ORS-19 = 2",
        ),
        Example(
            "a profile of a transaction goes with it",
            '> [2,"s","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]\n'
            '< [3,"s",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
            + _set(1, 0)
            + _set(2, 1, purpose="TxProfile")
            + '> [2,"e","StopTransaction",{"transactionId":17,"meterStop":5,"timestamp":"2026-01-01T00:00:01Z"}]\n'
            '< [3,"e",{}]\n' + _set(3, 2),
            profile="settings.ORS-19 = 2",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """One profile too many."""
        limit = declared_limit(event.scene, "max_charging_profiles_installed")
        if limit is None:
            return
        count = len(event.scene.recall(InstalledProfiles).with_profile(event.message, event.scene.time))
        if count > limit.value:
            phrase = f"with this one, {count} charging profiles are installed, which exceeds"
            yield too_many(phrase, count, limit, "$", key="installed")
