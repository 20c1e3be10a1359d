"""TXN-026: a transaction message of connector 0."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import issued, metered, start, started
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion


class ConnectorZero(Rule):
    """A transaction at a connector that there cannot be.

    Finds:
        A StartTransaction, or MeterValues with a transactionId, whose connectorId is 0 or negative: connector 0 is the
        station as a whole. MeterValues of connector 0 without a transaction are those of the main meter, and a
        transactionId of 0 or -1 is none.

    Why it matters:
        The CSMS refuses the start, or cannot say where the driver charges.

    Usual causes:
        Connectors counted from 0 in the firmware, the index of an array in place of the number.

    What to do:
        Count connectors from 1, in every message.
    """

    id = "TXN-026"
    name = "connectorId 0 or negative in a transaction message"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §6.45, §3.8"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StartTransaction"})
    examples = (
        Example(
            "a start at connector 0",
            start("1", connector=0) + issued("1", 17),
            finds=1,
            severity=Severity.ERROR,
            line=1,
            path="$.connectorId",
        ),
        Example(
            "meter values of a transaction at connector 0",
            started("1", 17) + "+60 " + metered("2", "1100", 60, 17, 0),
            finds=1,
            line=3,
        ),
        Example("the main meter", started("1", 17) + "+60 " + metered("2", "9000", 60, None, 0)),
        Example("the main meter, with a transactionId of 0", "+60 " + metered("2", "9000", 60, 0, 0)),
        Example("connector 1", started("1", 17) + "+60 " + metered("2", "1100", 60)),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Connectors below 1."""
        payload = event.message.payload
        connector = integer_at(payload, "connectorId")
        if connector is None or connector > 0 or event.direction is not Direction.TO_CSMS:
            return ()
        if event.message.action == "MeterValues" and (integer_at(payload, "transactionId") or 0) <= 0:
            return ()
        return _below_one(event, connector)


def _below_one(event: CallSeen, connector: int) -> Iterator[Verdict]:
    transaction = integer_at(event.message.payload, "transactionId")
    of = "" if transaction is None else f" of transaction {transaction}"
    yield Verdict(
        f"{event.message.action}{of} names connector {str(connector)[:20]}",
        path="$.connectorId",
        observed=str(connector)[:20],
        expected=">= 1",
        key=event.message.action,
    )
