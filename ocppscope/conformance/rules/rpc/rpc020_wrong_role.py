"""RPC-020: an action that only the other party may send."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, SendSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.actions import CSMS_ACTIONS, STATION_ACTIONS, bare_action, initiators
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_MAY = {
    (version, way): actions[version]
    for way, actions in ((Direction.TO_CSMS, STATION_ACTIONS), (Direction.TO_STATION, CSMS_ACTIONS))
    for version in OcppVersion
}
_STATUS = '"StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'


class WrongRole(Rule):
    """An action that is the other party's to send.

    Finds:
        A station that sends what only a CSMS may ask, or the reverse. DataTransfer goes both ways. While neither a
        BootNotification nor a status has come from the station's side, the evidence says so: the two sides of the proxy
        may be swapped, and one finding stands for all messages.

    Why it matters:
        The receiver has no handler for it; the answer is NotSupported at best.

    Usual causes:
        A test tool that plays the wrong part; a proxy or a relay with its two sides swapped; a triggered message that
        was sent by the one that should trigger it.

    What to do:
        Check which side of the proxy the station is connected to, and what role the tool plays.
    """

    id = "RPC-020"
    name = "Action sent by the wrong role"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "S16 §4, §5; P2 message lists"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, SendSeen)
    only = Trait.FOREIGN_ACTION
    examples = (
        Example(
            "a CSMS sends a StatusNotification",
            '> [2,"1",' + _STATUS + '\n< [3,"1",{}]\n< [2,"4",' + _STATUS + '\n> [4,"4","NotSupported","",{}]',
            finds=1,
            at_fault=Role.CSMS,
            path="$[2]",
            line=3,
        ),
        Example(
            "a station sends it",
            '> [2,"4",' + _STATUS + '\n< [3,"4",{}]',
        ),
        Example(
            "the sides of the proxy are swapped: one finding",
            """
            < [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
            > [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
            > [2,"2","GetConfiguration",{}]
            < [3,"2",{}]
            """,
            finds=2,
            line=1,
        ),
        Example(
            "a station sends Reset",
            '> [2,"4","Reset",{"type":"Soft"}]\n< [4,"4","NotSupported","",{}]',
            finds=1,
            at_fault=Role.STATION,
        ),
        Example(
            "DataTransfer goes both ways",
            """
            > [2,"1","DataTransfer",{"vendorId":"made.up"}]
            < [3,"1",{"status":"Accepted"}]
            < [2,"2","DataTransfer",{"vendorId":"made.up"}]
            > [3,"2",{"status":"Accepted"}]
            """,
        ),
        Example(
            "what was triggered comes from the station",
            f"""
            < [2,"1","TriggerMessage",{{"requestedMessage":"StatusNotification","connectorId":1}}]
            > [3,"1",{{"status":"Accepted"}}]
            > [2,"2",{_STATUS}
            < [3,"2",{{}}]
            """,
        ),
    )

    def check(self, event: CallSeen | SendSeen) -> Iterable[Verdict]:
        """Actions that exist, from the wrong side."""
        version, action = event.scene.connection.version, event.message.action
        if version is None or action in _MAY[version, event.direction]:
            return ()
        return self._found(event, version, bare_action(action))

    @staticmethod
    def _found(event: CallSeen | SendSeen, version: OcppVersion, action: str) -> Iterator[Verdict]:
        sender = event.direction.sender
        may = initiators(version, action)
        if not may or sender in may:
            return
        swapped = _looks_swapped(event)
        hint = "; no boot and no status came from the station's side so far: the proxy's sides may be swapped"
        yield Verdict(
            f"the {sender} sends {action}, which only a {sender.peer} may send" + (hint if swapped else ""),
            at_fault=sender,
            path="$[2]",
            observed=action,
            expected=f"sent by the {sender.peer}",
            key="swapped" if swapped else f"{sender} {action}",
        )


def _looks_swapped(event: CallSeen | SendSeen) -> bool:
    """Whether the station's side never spoke like a station."""
    station = event.scene.station
    return station.vendor is None and station.model is None and not station.connectors
