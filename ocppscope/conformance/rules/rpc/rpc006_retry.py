"""RPC-006: the same CALL again, with the same id."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.refused_calls import RefusedCalls
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.correlator import UsedId
from ocppscope.protocol.roles import Role


class Retry(Rule):
    """A CALL that is sent again under its old id.

    Finds:
        The same id, action and payload as an earlier CALL of the same sender that had no answer, or a CALLERROR. Within
        a connection and across a reconnect.

    Why it matters:
        It is allowed, but worth knowing: the answer to either copy ends both, and the time until delivery counts from
        the first. The text of 2.0.1 edition 3 still forbids it, its errata of September 2024 allow it.

    Usual causes:
        No answer in time, or the connection was lost meanwhile. A retry on the spot, after a few seconds, comes from a
        timeout that is shorter than the other party needs.

    What to do:
        See why the first copy got no answer.
    """

    id = "RPC-006"
    name = "Retry with the same message id"
    severity = Severity.INFO
    requirement = Requirement.JUDGEMENT
    spec = "JE §3.1; E2 §4.6; P21-4 §4.1.4"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    only = Trait.USED_ID
    memories = (RefusedCalls,)
    examples = (
        Example(
            "after 20 s without an answer",
            """
            > [2,"77","Heartbeat",{}]
            +20 > [2,"77","Heartbeat",{}]
            < [3,"77",{"currentTime":"2026-01-01T00:00:20Z"}]
            """,
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "after a CALLERROR",
            """
            > [2,"77","Heartbeat",{}]
            < [4,"77","InternalError","",{}]
            > [2,"77","Heartbeat",{}]
            < [3,"77",{"currentTime":"2026-01-01T00:00:20Z"}]
            """,
            finds=1,
            line=3,
        ),
        Example(
            "under a new id it is another CALL",
            """
            > [2,"77","Heartbeat",{}]
            < [4,"77","InternalError","",{}]
            > [2,"78","Heartbeat",{}]
            < [3,"78",{"currentTime":"2026-01-01T00:00:20Z"}]
            """,
        ),
        Example(
            "what was answered needs no retry: the sender always uses the same id",
            """
            > [2,"1","Heartbeat",{}]
            < [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]
            +60 > [2,"1","Heartbeat",{}]
            < [3,"1",{"currentTime":"2026-01-01T00:01:00Z"}]
            """,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """A copy of an earlier CALL that came to nothing."""
        earlier = event.opened.earlier
        return self._found(event, earlier) if earlier is not None and event.opened.retry else ()

    @staticmethod
    def _found(event: CallSeen, earlier: UsedId) -> Iterator[Verdict]:
        code = event.scene.recall(RefusedCalls).code(earlier.number)
        if earlier.responses >= earlier.calls and code is None:
            return
        sender, call = event.direction.sender, event.message
        fate = "had no answer" if code is None else f"was answered with CALLERROR {quoted(code)}"
        where = ", on the connection before," if event.opened.reconnected else ""
        yield Verdict(
            f"{call.action} is sent again under the id {quoted(call.message_id)}; message {earlier.number}{where} {fate}",
            at_fault=sender,
            path="$[1]",
            observed=quoted(call.message_id),
            records=(event.scene.number, earlier.number),
            key=f"{sender} {call.action[:40]}",
        )
