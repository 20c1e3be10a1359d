"""SCH-014: a phase to use where more than one is."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.charging_profiles import PROFILE_ACTIONS, charging_profile, schedules
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile_2x, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, value_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion


def _period(**members: int) -> str:
    period = {"startPeriod": 0, "limit": 16} | members
    of = {"chargingRateUnit": "A", "chargingSchedulePeriod": [period]}
    return setting(1, profile_2x(of=of), "Rejected" if members.get("numberPhases") != 1 else "Accepted")


class PhaseToUseWithoutOnePhase(Rule):
    """A period that names the phase to use without being for one phase.

    Finds:
        phaseToUse in a schedule period whose numberPhases is not 1; absent means 3.

    Why it matters:
        The station rejects the profile, or charges on one phase where three were meant.

    Usual causes:
        A member that is filled in always.

    What to do:
        Send phaseToUse only together with numberPhases 1, to stations that can switch phases.
    """

    id = "SCH-014"
    name = "phaseToUse without numberPhases 1"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "P2 K01.FR.19, K01.FR.20"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = PROFILE_ACTIONS
    examples = (
        Example(
            "three phases, and phase 2",
            _period(numberPhases=3, phaseToUse=2),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.chargingProfile.chargingSchedule[0].chargingSchedulePeriod[0].phaseToUse",
            line=1,
        ),
        Example("phase 2 of nothing said", _period(phaseToUse=2), version=OcppVersion.V21, finds=1),
        Example("one phase, and phase 2", _period(numberPhases=1, phaseToUse=2), version=OcppVersion.V201),
        Example("one phase", _period(numberPhases=1), version=OcppVersion.V201),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The first such period of each schedule."""
        found = charging_profile(event.message)
        if found is None or event.direction is not Direction.TO_STATION:
            return
        for place in schedules(found):
            periods = value_at(place.value, "chargingSchedulePeriod")
            for index, period in enumerate(periods if isinstance(periods, list) else ()):
                phase, phases = integer_at(period, "phaseToUse"), integer_at(period, "numberPhases")
                if phase is None or phases == 1:
                    continue
                told = "no numberPhases, which means 3" if phases is None else f"numberPhases {str(phases)[:20]}"
                yield Verdict(
                    f"a period has phaseToUse {quoted(phase)} and {told}",
                    path=f"{place.path}.chargingSchedulePeriod[{index}].phaseToUse",
                    observed=str(phase)[:20],
                    expected="numberPhases 1",
                    key=place.path,
                )
                break
