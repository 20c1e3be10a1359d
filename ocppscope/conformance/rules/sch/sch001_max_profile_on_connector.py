"""SCH-001: a ChargePointMaxProfile that is not for the whole station."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.charging_profiles import charging_profile
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile, setting
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion


class MaxProfileOnConnector(Rule):
    """A profile for the whole station that is set on one connector.

    Finds:
        SetChargingProfile with the purpose ChargePointMaxProfile and a connectorId other than 0. The station should
        reject it.

    Why it matters:
        What was meant to protect the grid connection holds for one connector, or not at all.

    Usual causes:
        A CSMS that limits a connector with the purpose that it knows: TxDefaultProfile is the one for that.

    What to do:
        Set ChargePointMaxProfile on connector 0, TxDefaultProfile on the others.
    """

    id = "SCH-001"
    name = "ChargePointMaxProfile set on a connector"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §3.13.1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SetChargingProfile"})
    examples = (
        Example(
            "on connector 1",
            setting(1, profile("ChargePointMaxProfile"), "Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.connectorId",
            line=1,
        ),
        Example("on connector 0", setting(0, profile("ChargePointMaxProfile"))),
        Example("a default on connector 1", setting(1, profile("TxDefaultProfile"))),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Purpose and place."""
        found = charging_profile(event.message)
        connector = integer_at(event.message.payload, "connectorId")
        if found is None or connector in (None, 0) or event.direction is not Direction.TO_STATION:
            return
        if text_at(found.value, "chargingProfilePurpose") == "ChargePointMaxProfile":
            yield Verdict(
                f"a ChargePointMaxProfile is set on connector {connector}; it holds for the whole station",
                path="$.connectorId",
                observed=str(connector)[:20],
                expected="0",
                key=str(connector)[:20],
            )
