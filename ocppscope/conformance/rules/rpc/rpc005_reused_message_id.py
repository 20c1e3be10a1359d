"""RPC-005: a message id used again for a different CALL."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role


class ReusedMessageId(Rule):
    """A message id used again for a different CALL.

    Finds:
        The same sender uses an id again with another action or payload: an error within one connection, a warning
        across a reconnect. The same CALL again with the same id is a retry and allowed.

    Why it matters:
        Responses are told apart by id alone. A late answer to the first CALL is taken for the answer to the second.

    Usual causes:
        A counter that starts anew at every boot or connection, a random generator with a fixed seed, a constant.

    What to do:
        Use UUIDs, or keep the counter across restarts.
    """

    id = "RPC-005"
    name = "Message id reused for a different CALL"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.4; JE §3.1; P4 §4.1.4; E2 §4.6"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    only = Trait.USED_ID
    examples = (
        Example(
            "another action under the same id",
            """
            > [2,"5","Heartbeat",{}]
            < [3,"5",{"currentTime":"2026-01-01T00:00:00Z"}]
            > [2,"5","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]
            """,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=3,
        ),
        Example(
            "the same CALL again is a retry",
            """
            > [2,"5","Heartbeat",{}]
            +20 > [2,"5","Heartbeat",{}]
            < [3,"5",{"currentTime":"2026-01-01T00:00:00Z"}]
            """,
        ),
        Example(
            "each side has ids of its own",
            """
            > [2,"5","Heartbeat",{}]
            < [2,"5","ClearCache",{}]
            > [3,"5",{"status":"Accepted"}]
            < [3,"5",{"currentTime":"2026-01-01T00:00:00Z"}]
            """,
        ),
        Example(
            "a counter that starts anew after a reconnect",
            """
            > [2,"1","Heartbeat",{}]
            < [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]
            reconnect
            > [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]
            """,
            finds=1,
            severity=Severity.WARNING,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """An earlier use of the id with other content."""
        earlier = event.opened.earlier
        if earlier is None or event.opened.retry:
            return
        sender = event.direction.sender
        call = event.message
        where = " of the connection before" if event.opened.reconnected else ""
        was = f"another {earlier.action}" if earlier.action == call.action else earlier.action
        yield Verdict(
            f"{call.action} carries the id of {was}{where} (message {earlier.number}): {quoted(call.message_id)}",
            Severity.WARNING if event.opened.reconnected else None,
            sender,
            path="$[1]",
            observed=quoted(call.message_id),
            records=(event.scene.number, earlier.number),
            key=f"{sender} {event.scene.connection.number}",
        )
