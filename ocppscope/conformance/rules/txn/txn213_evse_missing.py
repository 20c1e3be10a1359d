"""TXN-213: a transaction that never tells its EVSE."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import PLACE, transaction_event
from ocppscope.conformance.memories.event_sequences import EventSequences, Sequence, Standing
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_CHARGING = {"chargingState": "Charging"}
_END = transaction_event("Ended", 2, 2, "StopAuthorized", info={"stoppedReason": "Local"})


class EvseMissing(Rule):
    """No event of a transaction says on which EVSE it takes place.

    Finds:
        An Ended of a transaction that was seen from its Started without a gap, in which an EV was connected, and none
        of whose events had an evse. An info where the EVSE was told, but never the connector. Repeating the evse with
        every event is allowed.

    Why it matters:
        The CSMS can not show where the energy flows, and can not match the transaction with statuses and limits.

    Usual causes:
        The station has one EVSE and leaves it out; the token is read first, and the EVSE is not added when it is known.

    What to do:
        Send evse with id and connectorId in the first event after the EV is connected.
    """

    id = "TXN-213"
    name = "evse missing in all events of a transaction"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E01.FR.16"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (EventSequences,)
    examples = (
        Example(
            "never told",
            transaction_event("Started", 0, 0, "Authorized", tag="A1")
            + transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING)
            + _END,
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            path="$.evse",
            line=5,
        ),
        Example(
            "the EVSE, but never the connector",
            transaction_event("Started", 0, 0, "Authorized", tag="A1", evse={"id": 1})
            + transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING)
            + _END,
            version=OcppVersion.V21,
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "the token came first, the EVSE with the cable",
            transaction_event("Started", 0, 0, "Authorized", tag="A1")
            + transaction_event("Updated", 1, 1, "CablePluggedIn", info={"chargingState": "EVConnected"}, evse=PLACE)
            + _END,
            version=OcppVersion.V201,
        ),
        Example(
            "repeated with every event",
            transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE)
            + transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING, evse=PLACE)
            + transaction_event("Ended", 2, 2, "StopAuthorized", info={"stoppedReason": "Local"}, evse=PLACE),
            version=OcppVersion.V201,
        ),
        Example(
            "no EV ever came",
            transaction_event("Started", 0, 0, "Authorized", tag="A1", info={"chargingState": "Idle"})
            + transaction_event("Ended", 1, 61, "EVConnectTimeout", info={"stoppedReason": "Timeout"}, wait=61),
            version=OcppVersion.V201,
        ),
        Example(
            "watched from its middle",
            transaction_event("Updated", 1, 1, "ChargingStateChanged", info=_CHARGING) + _END,
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Ends."""
        return self._ended(event) if event.message.payload.get("eventType") == "Ended" else ()

    def _ended(self, event: CallSeen) -> Iterator[Verdict]:
        sequences, payload = event.scene.recall(EventSequences), event.message.payload
        sequence = sequences.of(event)
        if sequence is None or sequences.standing(event) is not Standing.NEXT or not sequence.complete:
            return
        if not sequence.connected:
            return
        evse, connector = integer_at(payload, "evse", "id"), integer_at(payload, "evse", "connectorId")
        if sequence.evse is None and evse is None:
            yield _verdict(event, sequence, "$.evse", "evse")
        elif sequence.connector is None and connector is None:
            yield _verdict(event, sequence, "$.evse.connectorId", "connectorId")


def _verdict(event: CallSeen, sequence: Sequence, path: str, member: str) -> Verdict:
    id_ = text_at(event.message.payload, "transactionInfo", "transactionId")
    return Verdict(
        f"transaction {quoted(id_)} has ended, and none of its events told {member}",
        Severity.INFO if member == "connectorId" else None,
        path=path,
        observed="absent",
        expected="once, after the EV is connected",
        records=(event.scene.number, sequence.record),
        key=member,
    )
