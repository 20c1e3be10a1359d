"""RPC-016: a CALLERROR with the code of another version."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.error_codes import ERROR_CODES, KNOWN_CODES, TWINS
from ocppscope.conformance.event import Event, ResponseSeen, ResultErrorSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class ForeignErrorCode(Rule):
    """A CALLERROR whose code is spelled as in another version.

    Finds:
        On OCPP 1.6 FormatViolation, OccurrenceConstraintViolation, RpcFrameworkError or MessageTypeNotSupported; on 2.x
        FormationViolation or OccurenceConstraintViolation. 1.6 keeps its slips of the pen, 2.x has mended them.

    Why it matters:
        Hardly: everybody should accept both. But a caller that knows only one spelling takes the other for an unknown
        code, and one station repeated its message without end because of it.

    Usual causes:
        One library for all versions; a table that was copied from the other specification.

    What to do:
        Send the spelling of the negotiated version, accept both.
    """

    id = "RPC-016"
    name = "CALLERROR code of another version"
    severity = Severity.INFO
    requirement = Requirement.MUST
    spec = "JE §5.1, §5.2; P4 §4.3"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, ResultErrorSeen)
    only = Trait.REFUSAL
    examples = (
        Example(
            "the spelling of 2.x on 1.6",
            """
            > [2,"12","Heartbeat",{"x":1}]
            < [4,"12","FormatViolation","",{}]
            """,
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.CSMS,
            path="$[2]",
            line=2,
            beside=("RPC-024",),
        ),
        Example(
            "the spelling of 1.6 on 1.6",
            """
            > [2,"12","Heartbeat",{"x":1}]
            < [4,"12","FormationViolation","",{}]
            """,
            beside=("RPC-024",),
        ),
        Example(
            "one r on 2.0.1",
            """
            > [2,"12","Authorize",{}]
            < [4,"12","OccurenceConstraintViolation","",{}]
            """,
            version=OcppVersion.V201,
            finds=1,
            beside=("RPC-024",),
        ),
        Example(
            "one r on 1.6, as its table has it",
            """
            > [2,"12","Authorize",{}]
            < [4,"12","OccurenceConstraintViolation","",{}]
            """,
            beside=("RPC-024",),
        ),
        Example(
            'a code of 2.x answers something unreadable on 1.6, under the id "-1"',
            """
            > {
            < [4,"-1","RpcFrameworkError","",{}]
            """,
            finds=1,
            beside=("RPC-001",),
        ),
    )

    def check(self, event: ResponseSeen | ResultErrorSeen) -> Iterable[Verdict]:
        """Codes that only another version has."""
        message = event.message
        if isinstance(message, CallResult):
            return ()
        version = event.scene.connection.version
        if version is None or message.error_code in ERROR_CODES[version] or message.error_code not in KNOWN_CODES:
            return ()
        return self._found(event, version, message.error_code)

    @staticmethod
    def _found(event: ResponseSeen | ResultErrorSeen, version: OcppVersion, code: str) -> Iterator[Verdict]:
        sender = event.direction.sender
        answered = event.exchange if isinstance(event, ResponseSeen) else None
        twin = TWINS.get(code)
        yield Verdict(
            f"the code {quoted(code)} belongs to another version; OCPP {version} "
            + (f"says {twin}" if twin is not None else "does not have it"),
            at_fault=sender,
            path="$[2]",
            observed=quoted(code),
            expected=twin or ", ".join(sorted(ERROR_CODES[version])),
            records=(event.scene.number,) if answered is None else (event.scene.number, answered.call),
            key=f"{sender} {code}",
        )
