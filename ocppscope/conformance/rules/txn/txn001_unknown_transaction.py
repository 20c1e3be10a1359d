"""TXN-001: MeterValues or StopTransaction for a transaction that nobody issued."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_START = (
    '> [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]\n'
    '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
)


class UnknownTransaction(Rule):
    """A transaction id that no answer to a StartTransaction gave to this station.

    Finds:
        MeterValues or StopTransaction with a transactionId that was not issued to this station as far as was seen. An
        info where the start may lie before the capture: until this station was given its first id, and on a connector of
        which no start was seen. -1 is allowed when the start could not be delivered.

    Why it matters:
        The energy is booked to nobody, or to a stranger's transaction.

    Usual causes:
        The station counts by itself, uses the id of the last transaction, or lost the answer to its StartTransaction;
        the CSMS restarted and counts anew.

    What to do:
        Look in the Transactions tab which ids were issued, and whether the StartTransaction was answered at all.
    """

    id = "TXN-001"
    name = "MeterValues or StopTransaction carries an unknown transactionId"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.7, §4.8, §4.10; E16 §3.16"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StopTransaction"})
    memories = (Charging,)
    examples = (
        Example(
            "a stop for another id than was issued",
            _START
            + '> [2,"2","StopTransaction",{"transactionId":18,"meterStop":5,"timestamp":"2026-01-01T00:10:00Z"}]',
            finds=1,
            severity=Severity.ERROR,
            line=3,
        ),
        Example(
            "a stop for the id that was issued",
            _START
            + '> [2,"2","StopTransaction",{"transactionId":17,"meterStop":5,"timestamp":"2026-01-01T00:10:00Z"}]',
        ),
        Example(
            "-1 when the start could not be delivered",
            '> [2,"2","StopTransaction",{"transactionId":-1,"meterStop":5,"timestamp":"2026-01-01T00:10:00Z"}]',
        ),
        Example(
            "begun before anyone watched",
            '> [2,"2","StopTransaction",{"transactionId":9,"meterStop":5,"timestamp":"2026-01-01T00:10:00Z"}]',
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "begun before anyone watched, on the other connector",
            _START
            + """
            > [2,"2","MeterValues",{"connectorId":2,"transactionId":9,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z","sampledValue":[{"value":"5"}]}]}]
            < [3,"2",{}]
            > [2,"3","StopTransaction",{"transactionId":9,"meterStop":5,"timestamp":"2026-01-01T00:00:00Z"}]
            """,
            finds=2,
            severity=Severity.INFO,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Ids that no start brought."""
        call = event.message
        if event.direction is not Direction.TO_CSMS or not event.unknown_transaction:
            return
        issued = call.payload.get("transactionId")
        if issued == -1:
            return
        yield Verdict(
            f"{call.action} names transaction {quoted(issued)}, which no StartTransaction of this station was given",
            None if event.issued_any and not _may_be_older(event) else Severity.INFO,
            path="$.transactionId",
            observed=quoted(issued),
            key=str(issued)[:40],
        )


def _may_be_older(event: CallSeen) -> bool:
    """Whether the transaction can run since before the capture: no start was seen where it is."""
    charging, payload = event.scene.recall(Charging), event.message.payload
    if event.message.action == "MeterValues":
        latest = charging.last_at(integer_at(payload, "connectorId"))
        return latest is None or not latest.whole
    met = charging.get(payload.get("transactionId"))
    return met is not None and not met.whole
