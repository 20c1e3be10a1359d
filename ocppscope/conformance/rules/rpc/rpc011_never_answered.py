"""RPC-011: a CALL that is never answered."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallOverdue, Event
from ocppscope.conformance.memories.rejections import Rejections
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role


class NeverAnswered(Rule):
    """A CALL without an answer in the time allowed, on a connection that is still open.

    Finds:
        A CALL that has waited longer than the answering product's declared maximum (its PICS), or 30 s where nothing is
        declared. When the answer comes after all, the finding is taken back and RPC-009 stands in its place.

    Why it matters:
        Every CALL must be answered, with a CALLERROR if need be. The caller can send nothing else meanwhile, so one
        silent CALL delays all that follow.

    Usual causes:
        A "deaf" station that still sends its heartbeats, an exception in the handler, an action that is not implemented
        and ignored instead of refused, an answer under another id.

    What to do:
        See what came just before: a reconnect, a boot that was not accepted, an orphan response with another id.
    """

    id = "RPC-011"
    name = "CALL never answered"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "J16 §4.1.1; P2 FR.02, FR.03"
    on: ClassVar[tuple[type[Event], ...]] = (CallOverdue,)
    memories = (Rejections,)
    yields_to = ("TXN-016",)
    examples = (
        Example(
            "nothing for 31 s",
            """
            < [2,"40","GetConfiguration",{}]
            +31
            """,
            finds=1,
            at_fault=Role.STATION,
            line=1,
        ),
        Example(
            "late, but answered",
            """
            < [2,"40","ClearCache",{}]
            +31 > [3,"40",{"status":"Accepted"}]
            """,
            beside=("RPC-009",),
        ),
        Example(
            "the connection went first",
            """
            < [2,"40","Reset",{"type":"Hard"}]
            reconnect
            +31
            """,
        ),
        Example(
            "a rejected station must keep silent",
            """
            > [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
            < [3,"1",{"status":"Rejected","currentTime":"2026-01-01T00:00:00Z","interval":60}]
            < [2,"40","GetConfiguration",{}]
            +31
            """,
            beside=("SES-004",),
        ),
        Example(
            "and what it was asked then it need not answer when it was accepted since",
            """
            > [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
            < [3,"1",{"status":"Rejected","currentTime":"2026-01-01T00:00:00Z","interval":10}]
            < [2,"40","GetConfiguration",{}]
            +11 > [2,"2","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
            < [3,"2",{"status":"Accepted","currentTime":"2026-01-01T00:00:11Z","interval":300}]
            +20
            """,
            beside=("SES-004",),
        ),
    )

    def check(self, event: CallOverdue) -> Iterator[Verdict]:
        """Every overdue CALL, unless the station has to keep silent."""
        exchange = event.exchange
        rejected = event.scene.recall(Rejections).was_rejected_since(exchange.since)
        if exchange.dut is Role.STATION and rejected:
            return
        declared = "declared maximum" if exchange.limit is not None else "default, nothing is declared"
        evidence = (
            f"{exchange.action} has no answer after {event.timeout:g} s ({declared}); id {quoted(exchange.message_id)}"
        )
        if event.pending.copies > 1:
            evidence += f", sent {event.pending.copies} times"
        yield Verdict(
            evidence,
            at_fault=exchange.dut,
            observed="no response",
            expected=f"a response within {event.timeout:g} s",
            key=f"{exchange.dut} {exchange.action}",
        )
