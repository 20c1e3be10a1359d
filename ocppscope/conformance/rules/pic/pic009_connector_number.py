"""PIC-009: a connector that the certified product does not have."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, number_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_PLACES_V16 = (("connectorId",),)
_PLACES_V2X = (("evseId",), ("evse", "id"), ("chargingProfileCriteria", "evseId"))


class ConnectorNumber(Rule):
    """A connector (2.x: an EVSE) with a number above what the product has.

    Finds:
        A connectorId above the certified number of connectors, or above NumberOfConnectors where the station reports
        it; on 2.x an EVSE id above the certified number of EVSEs. Fewer connectors than certified are fine: one
        certificate may cover several variants.

    Why it matters:
        Either the profile is of another product, or a status, a start or a limit goes to a connector that is not there.

    Usual causes:
        Connectors counted from 0 on one side, a station configured as another variant, a wrong entry in the CSMS.

    What to do:
        Count the connectors of the station and compare with the certificate; then look at the side that sent the number.
    """

    id = "PIC-009"
    name = "Connector number above the certified number"
    severity = Severity.ERROR
    requirement = Requirement.CLAIM
    spec = "PICS HFS-8; S16 §3.8"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset(
        {
            "ChangeAvailability",
            "ClearChargingProfile",
            "ExtendedTriggerMessage",
            "GetCompositeSchedule",
            "MeterValues",
            "RemoteStartTransaction",
            "RequestStartTransaction",
            "ReserveNow",
            "Reset",
            "SetChargingProfile",
            "StartTransaction",
            "StatusNotification",
            "TransactionEvent",
            "TriggerMessage",
            "UnlockConnector",
        }
    )
    needs_profile = True
    examples = (
        Example(
            "a third connector of two",
            '> [2,"1","StatusNotification",{"connectorId":3,"errorCode":"NoError","status":"Available"}]',
            profile="hardware_features.HFS-8 = 2",
            finds=1,
            at_fault=Role.STATION,
            path="$.connectorId",
        ),
        Example(
            "the CSMS asks for it",
            '< [2,"1","UnlockConnector",{"connectorId":3}]',
            profile="hardware_features.HFS-8 = 2",
            finds=1,
            at_fault=Role.CSMS,
        ),
        Example(
            "the last one, and the station itself",
            """
            > [2,"1","StatusNotification",{"connectorId":2,"errorCode":"NoError","status":"Available"}]
            < [3,"1",{}]
            > [2,"2","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]
            """,
            profile="hardware_features.HFS-8 = 2",
        ),
        Example(
            "the station reports that it has three",
            """
            < [2,"0","GetConfiguration",{"key":["NumberOfConnectors"]}]
            > [3,"0",{"configurationKey":[{"key":"NumberOfConnectors","readonly":true,"value":"3"}]}]
            < [2,"1","UnlockConnector",{"connectorId":3}]
            """,
            profile="hardware_features.HFS-8 = 2",
        ),
        Example(
            "an EVSE on 2.0.1",
            '< [2,"1","UnlockConnector",{"evseId":2,"connectorId":1}]',
            version=OcppVersion.V201,
            profile="hardware_features.HFS-8 = 1",
            finds=1,
            path="$.evseId",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Numbers above the certified one."""
        v16 = event.scene.connection.version is OcppVersion.V16
        certified = _certified(event.scene, v16=v16)
        if certified is None:
            return
        reported = number_at(event.scene.station.configuration, "numberofconnectors") if v16 else None
        most = int(reported) if reported else certified
        if reported and most != certified:
            words = f"{most} that the station reports (NumberOfConnectors; certified: {certified})"
        else:
            words = f"{most} that are certified"
        for names in _PLACES_V16 if v16 else _PLACES_V2X:
            number = integer_at(event.message.payload, *names)
            if number is not None and number > most:
                sender = event.direction.sender
                thing = "connector" if v16 else "EVSE"
                yield Verdict(
                    f"{event.message.action} names {thing} {number}, outside the {words}",
                    at_fault=sender,
                    path=f"$.{'.'.join(names)}",
                    observed=str(number),
                    expected=f"<= {most}",
                    key=f"{sender} {number}"[:40],
                )


def _certified(scene: Scene, *, v16: bool) -> int | None:
    """The number of connectors (1.6) or EVSEs (2.x), None where it is not certain."""
    if scene.profile is None:
        return None
    number = scene.profile.derived.connectors if v16 else scene.profile.claims.get("HFS-8")
    return number if isinstance(number, int) and not isinstance(number, bool) else None
