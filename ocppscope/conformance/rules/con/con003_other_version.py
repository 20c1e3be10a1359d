"""CON-003: content of another OCPP version than the one that was negotiated."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, PayloadInvalid
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.connection import VersionSource
from ocppscope.model.finding import Severity
from ocppscope.protocol.actions import ACTIONS, bare_action
from ocppscope.protocol.message import Payload
from ocppscope.protocol.roles import Role
from ocppscope.protocol.schemas import PayloadKind, SchemaViolation, violations
from ocppscope.protocol.version import OcppVersion

_ELSEWHERE = {
    version: frozenset[str]().union(*(ACTIONS[other] for other in OcppVersion)) - ACTIONS[version]
    for version in OcppVersion
}
"""The actions that only other versions have."""

_BOOT_2X = '"BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]'
_BOOT_16 = '"BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]'
_REFUSED = '\n< [4,"1","FormationViolation","",{}]'


class OtherVersion(Rule):
    """A message that belongs to another version of OCPP than was agreed on.

    Finds:
        On a connection whose version was negotiated, a CALL with an action that only another version has, or with a
        payload that has the members of another version: what is required here is missing, and what is unknown here is
        known there. One finding for each action, however often it is sent; the schema's complaints about such a message
        (RPC-024) are left out.

    Why it matters:
        Nothing that the sender says is understood, beginning with the BootNotification: the station never gets online.

    Usual causes:
        A station that offers two subprotocols and goes on with the one that was not chosen; a CSMS that tells the version
        from the URL; a proxy or load balancer that answers the upgrade for somebody else.

    What to do:
        Compare the subprotocols offered and chosen (record of the connection) with what both sides are configured for.
        Only the subprotocol decides, never the URL.
    """

    id = "CON-003"
    name = "Message content belongs to another OCPP version than negotiated"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §3.1.2; P4 §3.1.2; E2 §4.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, PayloadInvalid)
    only = Trait.FOREIGN_ACTION
    examples = (
        Example(
            "a 2.0.1 BootNotification on ocpp1.6",
            '> [2,"1",' + _BOOT_2X + _REFUSED,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=1,
        ),
        Example(
            "a 1.6 BootNotification on ocpp2.0.1",
            '> [2,"1",' + _BOOT_16 + _REFUSED,
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "StartTransaction on ocpp2.0.1",
            """
            > [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]
            """,
            version=OcppVersion.V201,
            finds=1,
            path="$[2]",
        ),
        Example(
            "a CSMS that asks for variables on ocpp1.6",
            '< [2,"1","GetVariables",{"getVariableData":[]}]\n> [4,"1","NotImplemented","",{}]',
            finds=1,
            at_fault=Role.CSMS,
        ),
        Example(
            "the BootNotification of the negotiated version",
            '> [2,"1",'
            + _BOOT_2X
            + '\n< [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]',
            version=OcppVersion.V201,
        ),
        Example(
            "a value that only another version has is a wrong value, not another version",
            '< [2,"1","Reset",{"type":"Immediate"}]\n> [4,"1","PropertyConstraintViolation","",{}]',
            beside=("RPC-024",),
        ),
        Example(
            "an action that no version has",
            '> [2,"1","CustomOperation",{}]\n< [4,"1","NotImplemented","",{}]',
            beside=("RPC-019",),
        ),
        Example(
            "a version that was only concluded from the messages is no agreement",
            'connect {"subprotocol":null}\n> [2,"1",'
            + _BOOT_2X
            + '\n< [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
            + '> [2,"2","StartTransaction",{}]',
            beside=("RPC-019", "CON-002"),
        ),
    )

    def check(self, event: CallSeen | PayloadInvalid) -> Iterable[Verdict]:
        """Actions and payloads of other versions."""
        connection = event.scene.connection
        if isinstance(event, CallSeen):
            version, action = connection.version, event.message.action
            if (
                version is None
                or action in ACTIONS[version]
                or connection.version_source is not VersionSource.NEGOTIATED
            ):
                return ()
            return self._action(event, version)
        if event.kind is PayloadKind.REQUEST and connection.version_source is VersionSource.NEGOTIATED:
            return self._payload(event)
        return ()

    @staticmethod
    def _action(event: CallSeen, version: OcppVersion) -> Iterator[Verdict]:
        action, sender = bare_action(event.message.action), event.direction.sender
        if action in _ELSEWHERE[version]:
            having = " and ".join(str(other) for other in OcppVersion if action in ACTIONS[other])
            yield Verdict(
                f"{action} is an action of OCPP {having}; the connection negotiated ocpp{version}",
                at_fault=sender,
                path="$[2]",
                observed=quoted(action),
                expected=f"an action of OCPP {version}",
                key=f"{sender} {action}",
            )

    @staticmethod
    def _payload(event: PayloadInvalid) -> Iterator[Verdict]:
        version, action, sender = event.scene.connection.version, bare_action(event.action), event.direction.sender
        better = [] if version is None else _better_versions(version, action, event.message.payload, event.violations)
        if better:
            members = ", ".join(list(event.message.payload)[:4])
            yield Verdict(
                f"the payload of {action} is that of OCPP {' and '.join(better)} (it has {quoted(members)}); "
                f"the connection negotiated ocpp{version}",
                at_fault=sender,
                path="$",
                observed=quoted(members),
                expected=f"a payload of OCPP {version}",
                key=f"{sender} {action}",
            )


def _better_versions(
    version: OcppVersion, action: str, payload: Payload, here: tuple[SchemaViolation, ...]
) -> list[OcppVersion]:
    """The versions that the payload was made for: its unknown members are known there, and it breaks less."""
    if not _has_other_members(here):
        return []
    there = {
        other: violations(other, action, PayloadKind.REQUEST, payload)
        for other in OcppVersion
        if other is not version and action in ACTIONS[other]
    }
    fitting = {other: len(found) for other, found in there.items() if len(found) < len(here) and not _unknown(found)}
    return [other for other, count in fitting.items() if count == min(fitting.values())]


def _has_other_members(found: tuple[SchemaViolation, ...]) -> bool:
    """Whether something required is missing and something unknown is there, at the top of the payload."""
    return _unknown(found) and any(one.keyword == "required" and _is_at_top(one.path) for one in found)


def _unknown(found: tuple[SchemaViolation, ...]) -> bool:
    return any(one.keyword == "additionalProperties" and _is_at_top(one.path) for one in found)


def _is_at_top(path: str) -> bool:
    return path.count(".") == 1 and "[" not in path
