"""PIC-010: a reservation of the whole station where that is not certified."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import reported_flag
from ocppscope.conformance.event import CallOverdue, Event, ResponseSeen
from ocppscope.conformance.fate import fate_of
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_RESERVE = (
    '< [2,"1","ReserveNow",{"connectorId":0,"expiryDate":"2026-01-01T01:00:00Z","idTag":"A1","reservationId":7}]\n'
)


class ReserveStation(Rule):
    """A reservation for no connector in particular, which the product does not offer.

    Finds:
        ReserveNow for connector 0 where the certificate says that the whole station can not be reserved. An error when
        the station accepts it against its own claim. A station that reports ReserveConnectorZeroSupported as true is
        believed.

    Why it matters:
        A station that accepts without being able to keep a connector free turns the driver away.

    Usual causes:
        The CSMS reserves by station. Products without a Reservation profile are the matter of PIC-011.

    What to do:
        Reserve a connector; read ReserveConnectorZeroSupported.
    """

    id = "PIC-010"
    name = "Reservation of connector 0 is not certified"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS R-1; S16 §5.13, §9.3.1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, CallOverdue)
    actions = frozenset({"ReserveNow"})
    needs_profile = True
    examples = (
        Example(
            "asked and refused",
            _RESERVE + '> [3,"1",{"status":"Rejected"}]',
            profile="features.R-1 = false",
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            line=1,
        ),
        Example(
            "accepted against the claim",
            _RESERVE + '> [3,"1",{"status":"Accepted"}]',
            profile="features.R-1 = false",
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
        ),
        Example("certified", _RESERVE + '> [3,"1",{"status":"Accepted"}]', profile="features.R-1 = true"),
        Example(
            "the station reports that it can",
            """
            < [2,"0","GetConfiguration",{"key":["ReserveConnectorZeroSupported"]}]
            > [3,"0",{"configurationKey":[{"key":"ReserveConnectorZeroSupported","readonly":true,"value":"true"}]}]
            """
            + _RESERVE
            + '> [3,"1",{"status":"Accepted"}]',
            profile="features.R-1 = false",
        ),
    )

    def check(self, event: ResponseSeen | CallOverdue) -> Iterator[Verdict]:
        """Reservations of connector 0."""
        profile, fate = event.scene.profile, fate_of(event)
        if profile is None or profile.derived.reserve_connector_zero is not False or fate is None:
            return
        certified = profile.derived.feature_profiles
        without_reservation = bool(certified) and "Reservation" not in certified
        if without_reservation or reported_flag(event.scene, "ReserveConnectorZeroSupported"):
            return
        if integer_at(fate.call.payload, "connectorId") == 0:
            yield Verdict(
                f"ReserveNow for the whole station (connector 0) is outside what was certified; {fate.words}",
                Severity.ERROR if fate.accepted else None,
                Role.STATION if fate.accepted else None,
                path="$.connectorId",
                observed="0",
                expected=">= 1",
                records=fate.records,
                key=str(fate.accepted),
            )
