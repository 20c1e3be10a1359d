"""RPC-013: a payload that is null in place of {} (1.6)."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import DefectSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallError, CallResultError, DefectKind
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class NullPayload(Rule):
    """A payload that is null where an empty object is due.

    Finds:
        On OCPP 1.6 a CALL or CALLRESULT whose payload is null. It is read as {} and checked like that. The details of a
        CALLERROR are the matter of RPC-017, OCPP 2.x that of RPC-014.

    Why it matters:
        Receivers that expect an object stumble over it, and the message counts as unreadable.

    Usual causes:
        A message class without fields that the JSON library writes as null.

    What to do:
        Send {}.
    """

    id = "RPC-013"
    name = "null payload instead of {}"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    requirement = Requirement.SHOULD
    spec = "J16 §4.2.1, §4.2.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (DefectSeen,)
    examples = (
        Example(
            "a Heartbeat with null",
            '> [2,"8","Heartbeat",null]\n< [3,"8",{"currentTime":"2026-01-01T00:00:00Z"}]',
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.STATION,
            path="$[3]",
            line=1,
        ),
        Example("with {}", '> [2,"8","Heartbeat",{}]\n< [3,"8",{"currentTime":"2026-01-01T00:00:00Z"}]'),
        Example(
            "an answer with null, which lacks what is required, too",
            '> [2,"8","Heartbeat",{}]\n< [3,"8",null]',
            finds=1,
            at_fault=Role.CSMS,
            path="$[2]",
            beside=("RPC-021",),
        ),
        Example(
            "details of a CALLERROR are another rule's",
            '< [2,"8","ClearCache",{}]\n> [4,"8","InternalError","",null]',
            beside=("RPC-017",),
        ),
    )

    def check(self, event: DefectSeen) -> Iterator[Verdict]:
        """Payloads that are null."""
        if isinstance(event.message, CallError | CallResultError):
            return
        sender = event.direction.sender
        for defect in event.message.defects:
            if defect.kind is DefectKind.NULL_PAYLOAD:
                path = f"$[{defect.element}]"
                yield Verdict(
                    defect.reason, at_fault=sender, path=path, observed="null", expected="{}", key=f"{sender} {path}"
                )
