"""RPC-022: an invalid CALL that is accepted, or a valid one that is refused as invalid."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memories.flawed_calls import Flaw, FlawedCalls
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Severity
from ocppscope.protocol.actions import bare_action, initiators
from ocppscope.protocol.correlator import Pending
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.roles import Role
from ocppscope.protocol.schemas import PayloadKind, is_valid
from ocppscope.protocol.version import OcppVersion

_SAYS_INVALID = frozenset(
    {
        "FormationViolation",
        "FormatViolation",
        "OccurenceConstraintViolation",
        "OccurrenceConstraintViolation",
        "TypeConstraintViolation",
    }
)
"""Codes that speak of the form of the message. PropertyConstraintViolation speaks of a value, which may be wrong for
reasons that no schema knows, and ProtocolError is used for "not now" as well."""

_MAY_BE_TOO_LARGE = frozenset(
    {"ClearVariableMonitoring", "GetReport", "GetVariables", "SendLocalList", "SetVariableMonitoring", "SetVariables"}
)
_LIMITED = frozenset({"FormatViolation", "OccurenceConstraintViolation", "OccurrenceConstraintViolation"})
"""The answer to more items, or more bytes, than a 2.x station takes in one message (P2 B05, B06: ItemsPerMessage,
BytesPerMessage)."""

_STATUS = '"StatusNotification",{"connectorId":CONNECTOR,"errorCode":"NoError","status":"Available"}]'


class WrongKindOfAnswer(Rule):
    """An answer that contradicts what the schema says of its CALL.

    Finds:
        A CALLRESULT to a CALL whose payload breaks its schema, and a CALLERROR that calls a CALL malformed whose payload
        is valid. NotSupported, NotImplemented, SecurityError, InternalError, PropertyConstraintViolation and the like
        are right answers to valid CALLs. Date-times are not counted: many receivers do not check them.

    Why it matters:
        A receiver that accepts what is wrong works with half the data, and hides the fault of the other side. One that
        refuses what is right has a fault of its own.

    Usual causes:
        No schema check at all, or one that was relaxed for a certain product; a check with wrong schemas, such as
        binary fractions where one decimal is allowed.

    What to do:
        For an accepted flaw, mend the sender (RPC-024 names the place). For a refusal, compare the schema that the
        receiver uses with the published one.
    """

    id = "RPC-022"
    name = "Invalid CALL answered with CALLRESULT, or valid CALL answered with CALLERROR"
    severity = Severity.WARNING
    requirement = Requirement.MUST
    spec = "P2 FR.02, FR.03; J16 §4.2.3; JE §3.3"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    memories = (FlawedCalls,)
    examples = (
        Example(
            "a connector that is a text is accepted",
            '> [2,"1",' + _STATUS.replace("CONNECTOR", '"1"') + '\n< [3,"1",{}]',
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            path="$.connectorId",
            line=2,
            beside=("RPC-024",),
        ),
        Example(
            "it is refused, as it should be",
            '> [2,"1",' + _STATUS.replace("CONNECTOR", '"1"') + '\n< [4,"1","TypeConstraintViolation","",{}]',
            beside=("RPC-024",),
        ),
        Example("a valid CALL is accepted", '> [2,"1",' + _STATUS.replace("CONNECTOR", "1") + '\n< [3,"1",{}]'),
        Example(
            "a valid CALL is called malformed",
            '> [2,"1",' + _STATUS.replace("CONNECTOR", "1") + '\n< [4,"1","FormationViolation","",{}]',
            finds=1,
            at_fault=Role.CSMS,
            line=2,
        ),
        Example(
            "a valid CALL may be refused for many a reason",
            """
            < [2,"1","ClearCache",{}]
            > [4,"1","NotSupported","",{}]
            < [2,"2","ClearCache",{}]
            > [4,"2","InternalError","",{}]
            < [2,"3","ClearCache",{}]
            > [4,"3","SecurityError","",{}]
            < [2,"4","ChangeAvailability",{"connectorId":99,"type":"Operative"}]
            > [4,"4","PropertyConstraintViolation","",{}]
            """,
        ),
        Example(
            "a bad date-time may be accepted: many receivers do not look",
            """
            > [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"now"}]
            < [3,"1",{}]
            """,
            beside=("SES-013",),
        ),
        Example(
            "and may be refused",
            """
            > [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"now"}]
            < [4,"1","FormationViolation","",{}]
            """,
            beside=("SES-013",),
        ),
        Example(
            "an action that the version does not know has no schema",
            '> [2,"1","CustomOperation",{}]\n< [4,"1","FormationViolation","",{}]',
            beside=("RPC-019",),
        ),
        Example(
            "more variables than the station takes at once",
            """
            < [2,"1","GetVariables",{"getVariableData":[{"component":{"name":"A"},"variable":{"name":"B"}}]}]
            > [4,"1","OccurrenceConstraintViolation","",{}]
            """,
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Answers that disagree with the schema."""
        exchange = event.exchange
        if exchange is None:
            return ()
        if isinstance(event.message, CallResult):
            flaw = event.scene.recall(FlawedCalls).flaw_of(exchange.call)
            return self._accepted(event, exchange, flaw) if flaw is not None else ()
        pending = event.closed.pending
        if pending is None or event.message.error_code not in _SAYS_INVALID:
            return ()
        return self._refused(event, pending, event.message.error_code)

    @staticmethod
    def _accepted(event: ResponseSeen, exchange: Exchange, flaw: Flaw) -> Iterator[Verdict]:
        yield Verdict(
            f"{exchange.action} was answered with a CALLRESULT although {flaw.path} {flaw.reason}",
            at_fault=exchange.dut,
            path=flaw.path,
            observed="CALLRESULT",
            expected="CALLERROR",
            records=(event.scene.number, exchange.call),
            key=f"{exchange.dut} accepted {exchange.action[:40]}",
        )

    @staticmethod
    def _refused(event: ResponseSeen, pending: Pending, code: str) -> Iterator[Verdict]:
        version, call, receiver = event.scene.connection.version, pending.call, pending.direction.receiver
        action = bare_action(call.action)
        if version is None or pending.direction.sender not in initiators(version, action):
            return
        # The payload of a large CALL is not kept, and {} fits no schema that could have made a CALL large.
        if call.defects or not is_valid(version, action, PayloadKind.REQUEST, call.payload):
            return
        if version is not OcppVersion.V16 and action in _MAY_BE_TOO_LARGE and code in _LIMITED:
            return
        yield Verdict(
            f"{action}, whose payload fits its schema, was answered with CALLERROR {code}",
            at_fault=receiver,
            observed=code,
            expected="CALLRESULT",
            records=(event.scene.number, pending.number),
            key=f"{receiver} refused {action}",
        )
