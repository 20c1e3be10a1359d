"""SCH-007: startSchedule where none belongs, or none where one does."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile, schedules
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile, profile_2x, schedule, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_STARTS = schedule(startSchedule="2026-01-01T00:00:00Z")


class StartScheduleDoesNotFit(Rule):
    """A schedule whose beginning does not fit the kind of its profile.

    Finds:
        An Absolute or Recurring profile without startSchedule, or a Relative one with it. An error on 2.x. On 1.6 an
        Absolute profile without startSchedule is an info: the text leaves open what it means.

    Why it matters:
        Stations differ: some refuse, some count from now, some from the beginning of the transaction.

    Usual causes:
        Absolute taken for "these are amperes, not percent"; a library that fills in startSchedule always.

    What to do:
        Send startSchedule with Absolute and Recurring, and leave it out with Relative.
    """

    id = "SCH-007"
    name = "startSchedule and profile kind do not fit"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "P2 K01.FR.40, K01.FR.41; S16 §7.13"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    examples = (
        Example(
            "Recurring without a beginning",
            setting(1, profile(chargingProfileKind="Recurring", recurrencyKind="Daily"), "Rejected"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            path="$.csChargingProfiles.chargingSchedule",
            line=1,
        ),
        Example(
            "Absolute without one, on 1.6",
            setting(1, profile(chargingProfileKind="Absolute")),
            finds=1,
            severity=Severity.INFO,
        ),
        Example("Absolute with one", setting(1, profile(chargingProfileKind="Absolute", of=_STARTS))),
        Example(
            "Relative with one",
            setting(1, profile(of=_STARTS)),
            finds=1,
            severity=Severity.WARNING,
            path="$.csChargingProfiles.chargingSchedule.startSchedule",
        ),
        Example(
            "Absolute without one, on 2.0.1",
            setting(1, profile_2x(chargingProfileKind="Absolute"), "Rejected"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example("Relative on 2.0.1", setting(1, profile_2x()), version=OcppVersion.V201),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Each schedule against the kind of its profile."""
        found = charging_profile(event.message)
        kind = text_at(found.value, "chargingProfileKind") if found is not None else None
        if found is None or kind not in _KINDS or event.direction is not Direction.TO_STATION:
            return
        due = kind != "Relative"
        v16 = event.scene.connection.version is OcppVersion.V16
        for place in schedules(found):
            if ("startSchedule" in place.value) is due:
                continue
            severity = Severity.WARNING if v16 else Severity.ERROR
            if v16 and kind == "Absolute":
                severity = Severity.INFO
            yield Verdict(
                f"a profile of kind {quoted(kind)} has {'no' if due else 'a'} startSchedule",
                severity,
                path=place.path if due else f"{place.path}.startSchedule",
                observed="absent" if due else quoted(place.value["startSchedule"]),
                expected="a date and time" if due else "absent",
                key=f"{kind} {place.path}",
            )


_KINDS = frozenset({"Absolute", "Recurring", "Relative"})
