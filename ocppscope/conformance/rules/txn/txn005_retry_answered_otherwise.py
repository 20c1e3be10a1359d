"""TXN-005: a retried StartTransaction is taken for another one."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.example_lines import issued, start, started
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.issued_transactions import IssuedTransactions
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class RetryAnsweredOtherwise(Rule):
    """Two answers to one start: another transactionId, or ConcurrentTx.

    Finds:
        A StartTransaction that was sent before (equal connectorId, idTag, meterStart and time stamp: two starts on one
        connector cannot have them all) and whose answer now has another transactionId than the first, or the status
        ConcurrentTx although nothing of this driver runs but that very transaction.

    Why it matters:
        The CSMS has two transactions where one is charged: one of them is never stopped. With ConcurrentTx the station
        ends the charge of a driver who did nothing wrong. The station often never saw the first answer; only who
        watches between the two sees both.

    Usual causes:
        The CSMS does not look whether it knows the start already; it was slow, and the station had given up waiting.

    What to do:
        Let the CSMS recognise a retry by connector, idTag, time stamp and meterStart, and answer it as the first time.
    """

    id = "TXN-005"
    name = "Retried StartTransaction got a different transactionId or ConcurrentTx"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §3.7.1"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"StartTransaction"})
    memories = (Charging, IssuedTransactions)
    examples = (
        Example(
            "another id, on the next connection",
            started("1", 17) + "+5 reconnect\n" + started("2", 18),
            finds=1,
            at_fault=Role.CSMS,
            line=4,
            path="$.transactionId",
        ),
        Example(
            "the first answer comes after the second",
            start("1") + "+20 " + start("2") + issued("2", 18) + "+5 " + issued("1", 17),
            finds=1,
            line=4,
            beside=("RPC-007",),
        ),
        Example(
            "ConcurrentTx for the retry",
            start("1") + "+20 reconnect\n" + start("2") + issued("2", 0, "ConcurrentTx"),
            finds=1,
            path="$.idTagInfo.status",
        ),
        Example(
            "ConcurrentTx although the first was accepted",
            started("1", 17) + "+5 reconnect\n" + start("2") + issued("2", 17, "ConcurrentTx"),
            finds=1,
        ),
        Example("the same id", started("1", 17) + "+5 reconnect\n" + started("2", 17)),
        Example(
            "another start, another id",
            started("1", 17) + started("2", 18, connector=2, tag="B2"),
        ),
        Example(
            "ConcurrentTx for a second connector",
            started("1", 17) + "+60 " + start("2", 2, at=60) + issued("2", 18, "ConcurrentTx"),
        ),
        Example(
            "ConcurrentTx, because the driver charges elsewhere",
            "as CS-2\n"
            + started("1", 17)
            + "as CS-EXAMPLE\n"
            + start("1", at=60)
            + "reconnect\n"
            + start("2", at=60)
            + issued("2", 18, "ConcurrentTx"),
        ),
        Example(
            "refused twice for the same reason",
            start("1") + issued("1", 0, "ConcurrentTx") + "reconnect\n" + start("2") + issued("2", 0, "ConcurrentTx"),
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """Answers to a start that was sent more than once."""
        pending = event.closed.pending
        charge = event.scene.recall(Charging).asked_for(pending.number) if pending is not None else None
        if charge is None or charge.copies == 1 or not isinstance(event.message, CallResult):
            return ()
        return _again(event, charge)


def _again(event: ResponseSeen, charge: Charge) -> Iterator[Verdict]:
    result = event.message.payload if isinstance(event.message, CallResult) else {}
    id_, status = integer_at(result, "transactionId"), text_at(result, "idTagInfo", "status")
    records = [event.scene.number, event.exchange.call if event.exchange is not None else None]
    records += [charge.start, charge.conf]
    seen = tuple(dict.fromkeys(number for number in records if number is not None))
    if status == "ConcurrentTx" and _is_alone(event, charge):
        yield Verdict(
            f"the retry of the start on connector {charge.place} is answered ConcurrentTx, although the only transaction "
            "of this driver is the one that it retries",
            path="$.idTagInfo.status",
            observed='"ConcurrentTx"',
            expected='"Accepted"' if charge.id is None else f'"{charge.status}", transaction {charge.id}',
            records=seen,
            key="ConcurrentTx",
        )
    elif charge.id is not None and id_ is not None and str(id_) != charge.id:
        yield Verdict(
            f"the start on connector {charge.place} was sent {charge.copies} times and got transactionId {charge.id}, "
            f"then {id_}",
            path="$.transactionId",
            observed=str(id_),
            expected=charge.id,
            records=seen,
            key="transactionId",
        )


def _is_alone(event: ResponseSeen, charge: Charge) -> bool:
    """Whether nothing else of this driver runs, and the start was not refused in the first place."""
    if charge.conf is not None and charge.status != "Accepted":
        return False
    running = event.scene.recall(Charging).running()
    if any(other is not charge and other.token == charge.token for other in running):
        return False
    return not event.scene.recall(IssuedTransactions).charges_elsewhere(event.scene, charge.token)
