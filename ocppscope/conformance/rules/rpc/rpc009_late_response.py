"""RPC-009: a response after the timeout of its CALL."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role


class LateResponse(Rule):
    """An answer that came after the time allowed.

    Finds:
        A response later than the answering product's declared maximum (its PICS), or later than 30 s where nothing is
        declared. All declared response times are its matter; what an accepted CALL must cause is that of PIC-027.

    Why it matters:
        The caller may have given up and repeated the CALL: then two answers arrive, and clients that count on order take
        each for the other's.

    Usual causes:
        A CSMS that waits for its database or another service, a station that answers only when the function is done,
        a slow mobile link, a task that blocks the message loop.

    What to do:
        See in the Latency tab whether it is one outlier or grows; look at what the answering side did meanwhile.
    """

    id = "RPC-009"
    name = "Response later than allowed"
    severity = Severity.WARNING
    requirement = Requirement.SHOULD
    spec = "J16 §4.1.1; P2 §3.2"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    only = Trait.LATE
    examples = (
        Example(
            "after 38 s",
            """
            < [2,"9","RemoteStartTransaction",{"idTag":"A1"}]
            +38 > [3,"9",{"status":"Accepted"}]
            """,
            finds=1,
            at_fault=Role.STATION,
            line=2,
        ),
        Example(
            "after 29 s",
            """
            < [2,"9","RemoteStartTransaction",{"idTag":"A1"}]
            +29 > [3,"9",{"status":"Accepted"}]
            """,
        ),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Longer than allowed."""
        exchange = event.exchange
        if exchange is None or exchange.latency is None or event.timeout is None or exchange.latency <= event.timeout:
            return
        declared = "declared maximum" if exchange.limit is not None else "default, nothing is declared"
        yield Verdict(
            f"{exchange.action} was answered after {exchange.latency:.2f} s; {event.timeout:g} s are allowed ({declared})",
            at_fault=exchange.dut,
            observed=f"{exchange.latency:.3f} s",
            expected=f"<= {event.timeout:g} s",
            records=(event.scene.number, exchange.call),
            key=f"{exchange.dut} {exchange.action}",
        )
