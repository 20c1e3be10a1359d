"""TXN-016: the CSMS refuses a transaction message, or does not answer it."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallOverdue, Event, ResponseSeen
from ocppscope.conformance.example_lines import EVSE, boot, event, issued, metered, start, started, stop
from ocppscope.conformance.memories.flawed_calls import FlawedCalls
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.timestamps import TRANSACTION_ACTIONS
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallError
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_OF_FORM = frozenset(
    {
        "FormationViolation",
        "FormatViolation",
        "MessageTypeNotSupported",
        "OccurenceConstraintViolation",
        "OccurrenceConstraintViolation",
        "RpcFrameworkError",
        "TypeConstraintViolation",
    }
)
"""Codes that speak of the form of the message: whether they are right is the matter of RPC-022."""

_STOP = started("1", 17) + "+600 " + stop("2", 99)


class NoAnswerToTransaction(Rule):
    """A transaction message that a CSMS must take, whatever it thinks of it.

    Finds:
        A CALLERROR to a StartTransaction, StopTransaction, MeterValues or TransactionEvent whose payload fits its schema,
        or no answer to it within the time allowed (taken back when the answer comes after all). An unknown transactionId
        is no excuse: a CSMS that fails its sanity checks answers nevertheless. Errors that speak of the form of the
        message are left to RPC-022, and SecurityError is right as long as the station is not accepted.

    Why it matters:
        The station sends the message again and again, and everything behind it in the queue waits. It is where energy
        goes unbilled.

    Usual causes:
        An exception for an id that the CSMS does not know, a database that is down, a schema that is stricter than the
        standard's, a handler that was never written.

    What to do:
        Let the CSMS accept and store what it cannot match, and look into its log at the time of the message.
    """

    id = "TXN-016"
    name = "CSMS refuses or withholds the answer to a transaction message"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §4.7, §4.8, §4.10; E16 §3.18; P2 J02.FR.19"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, CallOverdue)
    actions = TRANSACTION_ACTIONS
    memories = (FlawedCalls,)
    examples = (
        Example(
            "InternalError for an unknown transaction",
            _STOP + '< [4,"2","InternalError","tx not found",{}]',
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            line=4,
            beside=("TXN-001",),
        ),
        Example("no answer", start("1") + "+31", finds=1, line=1),
        Example(
            "a TransactionEvent",
            event("1", "Started", 0, 0, evse=EVSE) + '< [4,"1","GenericError","",{}]',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("late, but answered", start("1") + "+31 " + issued("1", 17), beside=("RPC-009",)),
        Example("an unknown transaction, accepted", _STOP + '< [3,"2",{}]', beside=("TXN-001",)),
        Example(
            "what breaks the schema may be refused",
            '> [2,"1","StartTransaction",{"connectorId":"1","idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]'
            '\n< [4,"1","GenericError","",{}]',
            beside=("RPC-024",),
        ),
        Example("called malformed", start("1") + '< [4,"1","FormationViolation","",{}]', beside=("RPC-022",)),
        Example(
            "SecurityError before the station is accepted",
            boot("b").replace("Accepted", "Pending") + start("1") + '< [4,"1","SecurityError","",{}]',
            beside=("SES-002",),
        ),
        Example("the connection went first", start("1") + "+5 reconnect\n+60"),
        Example("answered at once", started("1", 17) + "+60 " + metered("2", "1100", 60)),
    )

    def check(self, event: ResponseSeen | CallOverdue) -> Iterable[Verdict]:
        """CALLERRORs, and nothing."""
        if isinstance(event, CallOverdue):
            return _overdue(event) if event.pending.direction is Direction.TO_CSMS else ()
        if event.exchange is None or not isinstance(event.message, CallError):
            return ()
        return _refused(event, event.message, event.exchange.call) if event.direction is Direction.TO_STATION else ()


def _refused(event: ResponseSeen, error: CallError, call: int) -> Iterator[Verdict]:
    scene, code = event.scene, error.error_code
    if code in _OF_FORM or scene.recall(FlawedCalls).flaw_of(call) is not None:
        return
    if code == "SecurityError" and scene.station.registration != "Accepted":
        return
    action = event.exchange.action if event.exchange is not None else ""
    words = f": {quoted(error.error_description)}" if error.error_description else ""
    yield Verdict(
        f"{action}, whose payload fits its schema, was answered with CALLERROR {quoted(code)}{words}",
        observed=f"CALLERROR {quoted(code)}",
        expected="CALLRESULT",
        records=(scene.number, call),
        key=f"{action} {str(code)[:40]}",
    )


def _overdue(event: CallOverdue) -> Iterator[Verdict]:
    exchange, scene = event.exchange, event.scene
    if scene.recall(FlawedCalls).flaw_of(exchange.call) is not None:
        return
    if scene.station.registration in ("Pending", "Rejected"):
        return  # the station should not have sent it: SES-002
    copies = f", sent {event.pending.copies} times" if event.pending.copies > 1 else ""
    yield Verdict(
        f"{exchange.action} has no answer after {event.timeout:g} s{copies}; id {quoted(exchange.message_id)}",
        observed="no response",
        expected=f"a response within {event.timeout:g} s",
        key=f"{exchange.action} none",
    )
