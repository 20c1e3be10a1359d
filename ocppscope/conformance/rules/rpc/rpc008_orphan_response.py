"""RPC-008: a response whose id matches no CALL."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallError
from ocppscope.protocol.roles import Role


class OrphanResponse(Rule):
    """A response to nothing.

    Finds:
        A CALLRESULT or CALLERROR with an id that the other party never used in a CALL on this connection. An info only
        while the beginning of the connection was not seen: the CALL may lie before. A party that answers its own CALL is
        the matter of RPC-012, an answer to a SEND that of RPC-023.

    Why it matters:
        The CALL that was meant stays open until its timeout, and looks as if it were never answered.

    Usual causes:
        The station answers under an id of its own, or answers a CALL of the connection before.

    What to do:
        Compare with the open CALL that the finding names: when that one is never answered, the id is wrong.
    """

    id = "RPC-008"
    name = "Response with an id that matches no CALL"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.4, §4.2.2; P4 §4.2.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.STRAY
    yields_to = ("RPC-012", "RPC-023")
    examples = (
        Example(
            "answered under another id",
            """
            < [2,"12505155","ClearCache",{}]
            > [3,"ff80ff4a",{"status":"Accepted"}]
            """,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "answered under its own id",
            """
            < [2,"12505155","ClearCache",{}]
            > [3,"12505155",{"status":"Accepted"}]
            """,
        ),
        Example(
            'a CALLERROR "-1" answers something unreadable',
            """
            > {
            < [4,"-1","FormationViolation","",{}]
            """,
            beside=("RPC-001",),
        ),
        Example(
            '17 and "17" are different ids',
            """
            < [2,17,"ClearCache",{}]
            > [3,"17",{"status":"Accepted"}]
            """,
            finds=1,
            beside=("RPC-004",),
        ),
        Example(
            "an answer to its own CALL has a rule of its own",
            """
            > [2,"3","Heartbeat",{}]
            > [3,"3",{"currentTime":"2026-01-01T00:00:00Z"}]
            """,
            beside=("RPC-012",),
        ),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Neither an open CALL nor an answered one has this id."""
        message = event.message
        if event.closed.pending is not None or event.closed.earlier is not None:
            return
        if isinstance(message, CallError) and message.message_id in ("-1", -1):
            return
        sender = event.direction.sender
        evidence = f"response with an id that matches no CALL: {quoted(message.message_id)}"
        records: tuple[int, ...] = (event.scene.number,)
        if event.own_id:
            evidence += f"; the {sender} used it for a CALL of its own"
        elif event.candidate is not None:
            evidence += f"; open is {event.candidate.call.action} {quoted(event.candidate.call.message_id)}"
            records = (event.scene.number, event.candidate.number)
        yield Verdict(
            evidence,
            None if event.scene.settled else Severity.INFO,
            sender,
            path="$[1]",
            observed=quoted(message.message_id),
            records=records,
            key=str(sender),
        )
