"""SEC-007: a security event that no list has."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.security_event_types import EVENT_TYPES
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_KNOWN = {type_.lower(): type_ for type_ in EVENT_TYPES}


def _event(type_: str) -> str:
    return (
        f'> [2,"1","SecurityEventNotification",{{"type":"{type_}","timestamp":"2026-01-01T00:00:00Z"}}]\n< [3,"1",{{}}]'
    )


class UnknownSecurityEvent(Rule):
    """A security event whose type nobody knows.

    Finds:
        A type that stands in no list of security events and has no vendor's prefix: a name with a dot or a colon in it,
        or one that begins with the station's vendor. An info on 2.x, where events of one's own are allowed.

    Why it matters:
        A CSMS that raises an alarm for the known types does not see this one.

    Usual causes:
        Another spelling or letter case of a known type, a made-up name.

    What to do:
        Use the names of the list; put the vendor's domain before one's own.
    """

    id = "SEC-007"
    name = "Unknown security event type"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "WP §2; P2 appendix 1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SecurityEventNotification"})
    examples = (
        Example(
            "another spelling",
            _event("firmware_updated"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.type",
            line=1,
        ),
        Example("of the list", _event("FirmwareUpdated")),
        Example("a vendor's own", _event("example.made.DoorOpened")),
        Example(
            "begins with the vendor",
            '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
            '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
            + _event("MadeDoorOpened"),
        ),
        Example(
            "on 2.0.1",
            _event("DoorOpened"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The type."""
        type_ = text_at(event.message.payload, "type")
        if type_ is None or type_ in EVENT_TYPES or event.direction is not Direction.TO_CSMS:
            return
        vendor = event.scene.station.vendor
        if "." in type_ or ":" in type_ or (vendor and type_.lower().startswith(vendor[:50].lower())):
            return
        meant = _KNOWN.get(type_[:60].replace("_", "").replace("-", "").replace(" ", "").lower())
        yield Verdict(
            f"security event {quoted(type_)} is in no list and has no vendor's prefix",
            Severity.WARNING if event.scene.connection.version is OcppVersion.V16 else Severity.INFO,
            path="$.type",
            observed=quoted(type_),
            expected="a type of the list" if meant is None else quoted(meant),
            key=type_[:60],
        )
