"""STA-002: the station as a whole reports a status that only a connector has."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import status_v16
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_OF_CONNECTORS = frozenset({"Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved"})


class StationStatus(Rule):
    """Connector 0 reports a status other than Available, Unavailable or Faulted.

    Finds:
        A StatusNotification for connector 0 with a status that only a connector can have. Reserved, too, although
        a whole station can be reserved: the table has no such status for connector 0.

    Why it matters:
        Connector 0 stands for the main controller. A CSMS that reads Charging there shows a connector that is not.

    Usual causes:
        Stations with one connector that report the same for 0 and 1, or 0 in place of 1.

    What to do:
        Report what happens at a connector with its own number, from 1.
    """

    id = "STA-002"
    name = "Connector 0 reports a status other than Available, Unavailable, Faulted"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.9"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StatusNotification"})
    examples = (
        Example(
            "the station charges",
            status_v16(0, "Charging"),
            finds=1,
            severity=Severity.ERROR,
            path="$.status",
            line=1,
        ),
        Example("the whole station is reserved", status_v16(0, "Reserved"), finds=1),
        Example(
            "what it may be",
            status_v16(0, "Available")
            + status_v16(0, "Unavailable")
            + status_v16(0, "Faulted", errorCode="InternalError"),
        ),
        Example("a connector charges", status_v16(0, "Available") + status_v16(1, "Charging")),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Reports of connector 0."""
        payload = event.message.payload
        connector, status = payload.get("connectorId"), text_at(payload, "status")
        if connector != 0 or isinstance(connector, bool) or status not in _OF_CONNECTORS:
            return ()
        return (
            Verdict(
                f"connector 0, which is the station itself, reports {quoted(status)}",
                path="$.status",
                observed=quoted(status),
                expected="Available, Unavailable or Faulted",
                key=status,
            ),
        )
