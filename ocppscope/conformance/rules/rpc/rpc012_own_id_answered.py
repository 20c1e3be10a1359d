"""RPC-012: a response that travels the wrong way."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.correlator import Pending
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.roles import Role


class OwnIdAnswered(Rule):
    """A party that answers itself, or sends a CALL's payload back as its answer.

    Finds:
        A response whose id its own sender used for a CALL, and the other party never. Also a CALLRESULT that repeats the
        payload of its CALL. An info while the beginning of the connection was not seen: the other party's CALL may lie
        before.

    Why it matters:
        The CALL that was meant has no answer, and the other party gets one to a question that it never asked.

    Usual causes:
        A router or test tool that sends answers to both sides or echoes what it gets; a handler that is registered for
        both directions.

    What to do:
        Look at how the sender tells its own CALLs from those of the other party: by direction, never by id alone.
    """

    id = "RPC-012"
    name = "Response travels in the wrong direction"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.4"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.STRAY | Trait.ECHO
    examples = (
        Example(
            "answers its own CALL",
            """
            > [2,"3","Heartbeat",{}]
            > [3,"3",{"currentTime":"2026-01-01T00:00:00Z"}]
            """,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$[1]",
            line=2,
        ),
        Example(
            "the same id is open both ways",
            """
            > [2,"3","Heartbeat",{}]
            < [2,"3","ClearCache",{}]
            > [3,"3",{"status":"Accepted"}]
            < [3,"3",{"currentTime":"2026-01-01T00:00:00Z"}]
            """,
        ),
        Example(
            "the CALL comes back as its answer",
            """
            > [2,"3","Authorize",{"idTag":"A1"}]
            < [3,"3",{"idTag":"A1"}]
            """,
            finds=1,
            at_fault=Role.CSMS,
            path="$[2]",
            line=2,
        ),
        Example(
            "an empty answer to an empty CALL is no echo",
            """
            > [2,"3","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]
            < [3,"3",{}]
            """,
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Ids of the sender's own CALLs, and echoes."""
        pending = event.closed.pending
        if pending is None:
            return self._own(event) if event.own_id and event.closed.earlier is None else ()
        message = event.message
        if type(message) is CallResult and message.payload and message.payload == pending.call.payload:
            return self._echo(event, pending)
        return ()

    @staticmethod
    def _own(event: ResponseSeen) -> Iterator[Verdict]:
        sender = event.direction.sender
        yield Verdict(
            f"the {sender} sends a response under the id of a CALL of its own: {quoted(event.message.message_id)}",
            None if event.scene.settled else Severity.INFO,
            sender,
            path="$[1]",
            observed=quoted(event.message.message_id),
            expected=f"the id of a CALL of the {sender.peer}",
            key=f"{sender} own",
        )

    @staticmethod
    def _echo(event: ResponseSeen, pending: Pending) -> Iterator[Verdict]:
        sender, call = event.direction.sender, pending.call
        yield Verdict(
            f"the answer to {call.action} is the payload of the CALL again: {quoted(call.payload)}",
            at_fault=sender,
            path="$[2]",
            observed="the payload of the CALL",
            expected=f"a response to {call.action}",
            records=(event.scene.number, pending.number),
            key=f"{sender} echo {call.action[:40]}",
        )
