"""SCH-012: two profiles that claim the same place."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import BOOT_2X, START_2X, profile_2x, setting
from ocppscope.conformance.memories.installed_profiles import InstalledProfiles
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_CLEAR = '< [2,"c","ClearChargingProfile",{"chargingProfileId":1}]\n> [3,"c",{"status":"Accepted"}]\n'


class ConflictingProfiles(Rule):
    """A second profile with the level and purpose of an installed one, under another id.

    Finds:
        SetChargingProfile with the stack level and purpose of a profile that is installed on the same EVSE (a TxProfile:
        for the same transaction) under another id, when both hold at the same time. The CSMS has to clear the first one,
        or to use its id.

    Why it matters:
        Nobody can say which of the two holds. Stations must reject the second.

    Usual causes:
        A CSMS that takes a new id for each change, as 1.6 allows.

    What to do:
        Reuse the id to replace a profile, or clear it first.
    """

    id = "SCH-012"
    name = "Conflicting charging profile ids"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "P2 K01.FR.06, K01.FR.39"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SetChargingProfile"})
    memories = (InstalledProfiles,)
    examples = (
        Example(
            "ids 1 and 2, both the default on level 0 of EVSE 1",
            setting(1, profile_2x(number=1)) + setting(1, profile_2x(number=2), "Rejected", id_="b"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.chargingProfile.id",
            line=3,
        ),
        Example(
            "the same id replaces",
            setting(1, profile_2x(number=1)) + setting(1, profile_2x(number=1), id_="b"),
            version=OcppVersion.V201,
        ),
        Example(
            "cleared first",
            setting(1, profile_2x(number=1)) + _CLEAR + setting(1, profile_2x(number=2), id_="b"),
            version=OcppVersion.V201,
        ),
        Example(
            "on another EVSE",
            setting(1, profile_2x(number=1)) + setting(2, profile_2x(number=2), id_="b"),
            version=OcppVersion.V21,
        ),
        Example(
            "the second holds when the first has ended",
            setting(1, profile_2x(number=1, validTo="2026-02-01T00:00:00Z"))
            + setting(1, profile_2x(number=2, validFrom="2026-02-01T00:00:00Z"), id_="b"),
            version=OcppVersion.V201,
        ),
        Example(
            "two for one transaction",
            BOOT_2X
            + START_2X
            + setting(1, profile_2x("TxProfile", number=1, transactionId="TX1"))
            + setting(1, profile_2x("TxProfile", number=2, transactionId="TX1"), "Rejected", id_="b"),
            version=OcppVersion.V201,
            finds=1,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """A profile against those that are installed."""
        if event.direction is not Direction.TO_STATION:
            return
        conflicts = event.scene.recall(InstalledProfiles).conflicts_with(event.message, event.scene.time)
        if not conflicts:
            return
        number = str(integer_at(event.message.payload, "chargingProfile", "id"))[:20]
        other = conflicts[0]
        place, purpose, level = other.slot
        yield Verdict(
            f"profile {number} has purpose {purpose} and level {str(level)[:20]} of profile {str(other.id)[:20]}, which "
            f"is installed on EVSE {str(place)[:20]}",
            path="$.chargingProfile.id",
            observed=number,
            expected=str(other.id)[:20],
            records=(event.scene.number, *(each.call for each in conflicts[:8] if each.call)),
            key=f"{place} {purpose} {level}"[:100],
        )
