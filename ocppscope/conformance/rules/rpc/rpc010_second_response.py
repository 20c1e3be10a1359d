"""RPC-010: two responses to one CALL."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role


class SecondResponse(Rule):
    """A CALL answered more often than it was sent.

    Finds:
        More responses under one id than CALLs. After a retry with the same id two responses are right.

    Why it matters:
        A caller without a memory for answered ids takes the second one for the answer to its next CALL.

    Usual causes:
        A handler that answers and raises afterwards, two components that answer the same CALL, a reply that is repeated
        because the first was thought lost.

    What to do:
        Look for the two places that answer; TCP can not cause it.
    """

    id = "RPC-010"
    name = "Two responses to one CALL"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.1, §4.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.STRAY
    examples = (
        Example(
            "answered twice",
            """
            > [2,"31","Heartbeat",{}]
            < [3,"31",{"currentTime":"2026-01-01T00:00:00Z"}]
            < [3,"31",{"currentTime":"2026-01-01T00:00:01Z"}]
            """,
            finds=1,
            at_fault=Role.CSMS,
            line=3,
        ),
        Example(
            "sent twice, answered twice",
            """
            > [2,"31","Heartbeat",{}]
            +20 > [2,"31","Heartbeat",{}]
            < [3,"31",{"currentTime":"2026-01-01T00:00:00Z"}]
            < [3,"31",{"currentTime":"2026-01-01T00:00:01Z"}]
            """,
        ),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """No open CALL has this id, but an answered one has."""
        earlier = event.closed.earlier
        if event.closed.pending is not None or earlier is None or earlier.responses <= earlier.calls:
            return
        sender = event.direction.sender
        yield Verdict(
            f"response {earlier.responses} to {earlier.action} {quoted(event.message.message_id)} (message {earlier.number}), which was sent {'once' if earlier.calls == 1 else f'{earlier.calls} times'}",
            at_fault=sender,
            path="$[1]",
            observed=f"{earlier.responses} responses",
            expected=f"{earlier.calls}",
            records=(event.scene.number, earlier.number),
            key=str(sender),
        )
