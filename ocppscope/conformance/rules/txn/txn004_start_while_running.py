"""TXN-004: a StartTransaction on a connector whose transaction was not stopped."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import issued, metered, start, started, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class StartWhileRunning(Rule):
    """A new transaction on a connector, and no StopTransaction of the one before.

    Finds:
        A StartTransaction for a connector whose accepted transaction has no StopTransaction yet. Transaction messages
        come in chronological order, so one that waits in the offline queue must come before the new start. The same
        start once more (the same connector, idTag, meterStart and time stamp) is a retry; a start that was refused or
        never answered is no transaction that must be stopped; one that began before anyone watched is left out.

    Why it matters:
        The first transaction stays open: its energy is never billed, and the CSMS shows the connector as busy.

    Usual causes:
        A power cut after which the open transaction is forgotten, a stop that is dropped when the queue is full, a retry
        with a new time stamp, a wrong connector number.

    What to do:
        See what happened to the connector between the two starts: a boot, an outage, a status Available.
    """

    id = "TXN-004"
    name = "StartTransaction on a connector that already has a running transaction"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.6, §4.8"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction"})
    memories = (Charging,)
    examples = (
        Example(
            "another driver starts",
            started("1", 17) + "+600 " + started("2", 18, tag="B2", meter=2000, at=600),
            finds=1,
            line=3,
            path="$.connectorId",
        ),
        Example("at the other connector", started("1", 17) + "+600 " + started("2", 18, 2, "B2", at=600)),
        Example(
            "stopped before",
            started("1", 17) + "+600 " + stopped("2", 17) + "+60 " + started("3", 18, tag="B2", meter=2000, at=660),
        ),
        Example("a retry", started("1", 17) + "+5 reconnect\n" + started("2", 17, tag="a1")),
        Example("the start before was never answered", start("1") + "+20 reconnect\n" + started("2", 18, at=20)),
        Example(
            "the start before was refused",
            start("1") + issued("1", 17, "Blocked") + "+60 " + started("2", 18, tag="B2", at=60),
        ),
        Example(
            "after an outage the stop comes first",
            started("1", 17)
            + "+60 drop\n+600 connect\n"
            + stopped("2", 17, at=300)
            + started("3", 18, tag="B2", meter=2000, at=660),
        ),
        Example(
            "the one before was met in mid-life",
            metered("1", "1100", 0) + "+600 " + started("2", 18, meter=2000, at=600),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Starts where one runs."""
        charging = event.scene.recall(Charging)
        charge = charging.running_at(integer_at(event.message.payload, "connectorId"))
        if charge is None or not charge.whole or charge.id is None or charge.status != "Accepted":
            return ()
        return () if charging.started_by(event.message) is not None else _running(event, charge)


def _running(event: CallSeen, charge: Charge) -> Iterator[Verdict]:
    minutes = (event.scene.at - charge.began_at) / 60e9
    yield Verdict(
        f"StartTransaction on connector {charge.place}, where transaction {charge.id}, begun {minutes:.0f} min before, "
        "was not stopped",
        path="$.connectorId",
        observed=f"transaction {charge.id} without a StopTransaction",
        expected="StopTransaction first",
        records=tuple(number for number in (event.scene.number, charge.start, charge.conf) if number is not None),
        key=str(charge.place),
    )
