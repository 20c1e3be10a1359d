"""TXN-203: an event of a transaction that has ended."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import PLACE, transaction_event
from ocppscope.conformance.memories.event_sequences import EventSequences, Standing
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_CHARGE = transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE) + transaction_event(
    "Updated", 1, 1, "ChargingStateChanged", info={"chargingState": "Charging"}
)
_LOCAL = {"stoppedReason": "Local"}


class EventAfterEnded(Rule):
    """A transaction goes on after its Ended.

    Finds:
        A TransactionEvent with a higher seqNo than the Ended of the same transaction. Older ones that come late from a
        queue, and copies of the Ended, are no matter of this rule.

    Why it matters:
        The CSMS has closed and billed the transaction: what comes after it is lost, or opens it again.

    Usual causes:
        A meter timer that is not stopped with the transaction, an Ended at the end of the energy flow and another one
        when the cable is unplugged, a TxStopPoint that the firmware applies in two places.

    What to do:
        See what triggered the Ended and what the later event: one of the two comes from the wrong TxStopPoint.
    """

    id = "TXN-203"
    name = "TransactionEvent after Ended"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E06"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (EventSequences,)
    examples = (
        Example(
            "meter values after the end",
            _CHARGE
            + transaction_event("Ended", 2, 2, "StopAuthorized", info=_LOCAL)
            + transaction_event("Updated", 3, 60, "MeterValuePeriodic", wait=58),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            path="$.eventType",
            line=7,
        ),
        Example(
            "ended twice",
            _CHARGE
            + transaction_event("Ended", 2, 2, "StopAuthorized", info=_LOCAL)
            + transaction_event("Ended", 3, 9, "EVCommunicationLost", info=_LOCAL, wait=7),
            version=OcppVersion.V21,
            finds=1,
        ),
        Example(
            "an older one comes late from the queue",
            _CHARGE
            + "drop\n+120 connect\n"
            + transaction_event("Ended", 3, 122, "StopAuthorized", info=_LOCAL)
            + transaction_event("Updated", 2, 60, "MeterValuePeriodic", offline=True),
            version=OcppVersion.V201,
            beside=("TXN-012", "TXN-014"),
        ),
        Example(
            "the Ended is sent again",
            _CHARGE
            + transaction_event("Ended", 2, 2, "StopAuthorized", info=_LOCAL)
            + transaction_event("Ended", 2, 2, "StopAuthorized", info=_LOCAL, id_="again", wait=30),
            version=OcppVersion.V201,
        ),
        Example(
            "the next transaction",
            _CHARGE
            + transaction_event("Ended", 2, 2, "StopAuthorized", info=_LOCAL)
            + transaction_event("Started", 0, 9, "Authorized", tag="A1", transaction="T2", wait=7),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Events with a number above that of the end."""
        sequences = event.scene.recall(EventSequences)
        if sequences.standing(event) is not Standing.AFTER_END:
            return ()
        sequence, payload = sequences.of(event), event.message.payload
        if sequence is None:
            return ()
        kind = quoted(text_at(payload, "eventType"))
        return (
            Verdict(
                f"{kind} with seqNo {quoted(payload.get('seqNo'))} for transaction "
                f"{quoted(text_at(payload, 'transactionInfo', 'transactionId'))}, which ended with seqNo "
                f"{sequence.ended} (message {sequence.ended_record})",
                path="$.eventType",
                observed=kind,
                expected="nothing after Ended",
                records=(event.scene.number, sequence.ended_record),
                key=f"{text_at(payload, 'eventType')}"[:20],
            ),
        )
