"""TXN-002: a StopTransaction for a transaction whose end was answered already."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import started, stop, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class StopSentAgain(Rule):
    """A second StopTransaction of a transaction whose first one got its CALLRESULT.

    Finds:
        A StopTransaction for a transaction that was stopped before, when the first StopTransaction has been answered. An
        info where that answer came on an earlier connection, because it may have been lost with it. A retry after no
        answer, or after a CALLERROR, is what the standard asks for.

    Why it matters:
        A CSMS that does not expect it bills twice, or answers a CALLERROR that makes the station try for ever. The queue
        of the station grows.

    Usual causes:
        The station does not take the message off its queue when it is answered, two tasks both report the end, or the
        queue survives a restart that it should not.

    What to do:
        The CSMS must answer the second one as well. In the station see what removes a message from the queue.
    """

    id = "TXN-002"
    name = "StopTransaction sent again for a finished transaction"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.7.1, §4.10"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StopTransaction"})
    memories = (Charging,)
    examples = (
        Example(
            "again after the answer",
            started("1", 17) + "+600 " + stopped("2", 17) + "+10 " + stopped("3", 17),
            finds=1,
            severity=Severity.WARNING,
            line=5,
        ),
        Example(
            "again on the next connection: the answer may have been lost",
            started("1", 17) + "+600 " + stopped("2", 17) + "reconnect\n" + stopped("3", 17),
            finds=1,
            severity=Severity.INFO,
        ),
        Example("once", started("1", 17) + "+600 " + stopped("2", 17)),
        Example(
            "a retry after a CALLERROR",
            started("1", 17) + "+600 " + stop("2", 17) + '< [4,"2","InternalError","",{}]\n+60 ' + stopped("3", 17),
            beside=("TXN-016", "RPC-022"),
        ),
        Example(
            "a retry because no answer came",
            started("1", 17) + "+600 " + stop("2", 17) + "+5 reconnect\n" + stopped("3", 17),
        ),
        Example(
            "both connectors stop",
            started("1", 17) + started("2", 18, connector=2, tag="B2") + "+600 " + stopped("3", 17) + stopped("4", 18),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Stops of what is over."""
        charge = event.scene.recall(Charging).of(event)
        return () if charge is None or charge.closed is None else _again(event, charge)


def _again(event: CallSeen, charge: Charge) -> Iterator[Verdict]:
    same = charge.closed_on == event.scene.connection.number
    since = (event.scene.at - (charge.closed_at or 0)) / 1e9
    lost = "" if same else "; the answer came on an earlier connection and may have been lost with it"
    yield Verdict(
        f"transaction {charge.id} is stopped again, {since:.1f} s after its first StopTransaction was answered{lost}",
        None if same else Severity.INFO,
        path="$.transactionId",
        observed=f"a second StopTransaction for {charge.id}",
        expected="one",
        records=tuple(number for number in (event.scene.number, charge.stop, charge.closed) if number is not None),
        key="same connection" if same else "later connection",
    )
