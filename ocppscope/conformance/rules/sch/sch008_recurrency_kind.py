"""SCH-008: a profile that recurs without saying how often, or says so and does not recur."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile, profile_2x, schedule, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_STARTS = schedule(startSchedule="2026-01-01T00:00:00Z")


class RecurrencyKindDoesNotFit(Rule):
    """A recurrencyKind that is missing or misplaced.

    Finds:
        A Recurring profile without recurrencyKind, or another kind of profile with one.

    Why it matters:
        The station refuses the profile, or repeats it at a pace of its own.

    Usual causes:
        The kind was changed and the recurrency was left.

    What to do:
        Send Daily or Weekly with Recurring, and leave it out otherwise.
    """

    id = "SCH-008"
    name = "recurrencyKind missing or misplaced"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §7.8; E16 §3.56"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    examples = (
        Example(
            "Recurring, and nothing says how often",
            setting(1, profile(chargingProfileKind="Recurring", of=_STARTS), "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.recurrencyKind",
            line=1,
        ),
        Example(
            "Recurring, daily", setting(1, profile(chargingProfileKind="Recurring", recurrencyKind="Daily", of=_STARTS))
        ),
        Example("Relative, daily", setting(1, profile(recurrencyKind="Daily"), "Rejected"), finds=1),
        Example(
            "Absolute, weekly, on 2.0.1",
            setting(1, profile_2x(chargingProfileKind="Absolute", recurrencyKind="Weekly", of=_STARTS), "Rejected"),
            version=OcppVersion.V201,
            finds=1,
            path="$.chargingProfile.recurrencyKind",
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Kind and recurrency."""
        found = charging_profile(event.message)
        kind = text_at(found.value, "chargingProfileKind") if found is not None else None
        if found is None or kind is None or event.direction is not Direction.TO_STATION:
            return
        recurs = kind == "Recurring"
        if ("recurrencyKind" in found.value) is recurs:
            return
        yield Verdict(
            f"a profile of kind {quoted(kind)} has {'no' if recurs else 'a'} recurrencyKind",
            path=f"{found.path}.recurrencyKind",
            observed="absent" if recurs else quoted(found.value["recurrencyKind"]),
            expected='"Daily" or "Weekly"' if recurs else "absent",
            key=kind[:40],
        )
