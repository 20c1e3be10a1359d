"""RPC-007: a second CALL while an earlier one of the same sender is unanswered."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class SecondCallInFlight(Rule):
    """A CALL sent before the one before it was answered.

    Finds:
        A party opens a CALL while an earlier one of its own, on the same connection, has neither an answer nor run into
        its timeout. CALLs of the two parties may cross. SEND is exempt. An error on 2.0.1 and 2.1, where it is
        forbidden. An info where more than 5 s of silence went before: then the sender's own, unknown timeout has most
        likely passed.

    Why it matters:
        Peers with one slot for the open CALL lose the first answer or give it to the second CALL; some drop the
        connection.

    Usual causes:
        Status of all connectors sent in one burst after boot, answers awaited in several tasks at once, a queue for each
        connector instead of each connection.

    What to do:
        Queue CALLs and send the next one when the answer is there or the timeout has passed.
    """

    id = "RPC-007"
    name = "CALL sent while an earlier CALL of the same sender is unanswered"
    severity = Severity.WARNING
    requirement = Requirement.SHOULD
    spec = "J16 §4.1.1 SHOULD NOT; P4 §4.1.1 SHALL NOT; P2 FR.01"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    only = Trait.IN_FLIGHT
    examples = (
        Example(
            "two in a burst",
            """
            > [2,"1","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]
            > [2,"2","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]
            """,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "forbidden on 2.0.1",
            """
            > [2,"1","Heartbeat",{}]
            > [2,"2","Heartbeat",{}]
            """,
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example(
            "one after the other",
            """
            > [2,"1","Heartbeat",{}]
            < [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]
            > [2,"2","Heartbeat",{}]
            """,
        ),
        Example(
            "CALLs of the two parties may cross",
            """
            > [2,"1","Heartbeat",{}]
            < [2,"a","ClearCache",{}]
            """,
        ),
        Example(
            "after 6 s of silence the sender's own timer has run out, and what follows is not held against it",
            """
            > [2,"1","DataTransfer",{"vendorId":"made.up"}]
            +6 > [2,"2","Heartbeat",{}]
            < [3,"2",{"currentTime":"2026-01-01T00:00:00Z"}]
            > [2,"3","Heartbeat",{}]
            < [3,"3",{"currentTime":"2026-01-01T00:00:00Z"}]
            """,
            finds=1,
            severity=Severity.INFO,
            line=2,
        ),
        Example(
            "after the timeout the next one may go",
            """
            > [2,"1","Heartbeat",{}]
            +31 > [2,"2","Heartbeat",{}]
            """,
            beside=("RPC-011",),
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """The oldest open CALL of the same sender that still had time."""
        outstanding = event.opened.outstanding
        if outstanding is None:
            return
        age = (event.scene.at - outstanding.since) / 1e9
        if age > event.timeout:
            return
        sender = event.direction.sender
        strict = event.scene.connection.version in (OcppVersion.V201, OcppVersion.V21)
        severity = Severity.ERROR if strict else Severity.WARNING
        open_for = f"{max(age, 0) * 1000:.0f} ms" if age < 1 else f"{age:.1f} s"
        earlier = f"{outstanding.call.action} (message {outstanding.number})"
        evidence = f"{event.message.action} was sent while {earlier} was open, for {open_for} so far"
        if outstanding.given_up:
            severity = Severity.INFO
            evidence += "; its sender seems to have given it up"
        yield Verdict(
            evidence,
            severity,
            sender,
            observed=f"{outstanding.call.action} unanswered",
            expected="an answer or a timeout first",
            records=(event.scene.number, outstanding.number),
            key=f"{sender} {severity}",
        )
