"""TXN-201: a transaction whose first event is not Started."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import boot_v2x, transaction_event
from ocppscope.conformance.memories.event_sequences import EventSequences, Standing
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_CUT = frozenset({"ImmediateReset", "PowerLoss", "Reboot"})
"""Reasons for which a transaction from before a restart is ended after it."""

_QUEUE_MAY_COME = 600_000_000_000
"""Nanoseconds after a reconnect in which the Started may still wait in a queue, or have been lost with it."""


class FirstEventNotStarted(Rule):
    """The first event of a transaction is Updated or Ended.

    Finds:
        A TransactionEvent of a transaction that was not seen before, with another eventType than Started. An info where
        the beginning may lie before the capture, or was lost with an offline queue: no boot was seen yet, the event is
        marked offline, it ends or resumes a transaction after a restart, or the station reconnected a short while ago.

    Why it matters:
        The CSMS has no transaction to add the event to: no token, no EVSE, no first meter value. The energy is billed to
        nobody.

    Usual causes:
        The Started was sent on a connection that was just breaking and is not repeated; the queue is kept in volatile
        memory; the transaction id is changed half-way.

    What to do:
        Look for a Started with another id just before, and for a connection that ended around the time when the charge
        began.
    """

    id = "TXN-201"
    name = "First TransactionEvent is not Started"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E01, E02, E04"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"TransactionEvent"})
    memories = (EventSequences,)
    examples = (
        Example(
            "an Updated out of nowhere after the boot",
            boot_v2x() + transaction_event("Updated", 5, 1, "MeterValuePeriodic", transaction="ab"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            path="$.eventType",
            line=3,
        ),
        Example(
            "only its first message is held against it",
            boot_v2x()
            + transaction_event("Updated", 5, 1, "MeterValuePeriodic")
            + transaction_event("Updated", 6, 10, "MeterValuePeriodic", wait=9),
            version=OcppVersion.V21,
            finds=1,
        ),
        Example(
            "Started comes first",
            boot_v2x()
            + transaction_event("Started", 0, 1, "Authorized", tag="A1")
            + transaction_event("Updated", 1, 1, "ChargingStateChanged", info={"chargingState": "Charging"}),
            version=OcppVersion.V201,
        ),
        Example(
            "watched from its middle",
            transaction_event("Updated", 5, 1, "MeterValuePeriodic"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "the queue was lost with a restart",
            boot_v2x()
            + "drop\n+60 connect\n"
            + boot_v2x(at=60)
            + transaction_event("Updated", 2, 62, "MeterValuePeriodic"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "ended after a restart that cut it",
            boot_v2x() + transaction_event("Ended", 9, 1, "AbnormalCondition", info={"stoppedReason": "PowerLoss"}),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Events without a beginning."""
        if event.scene.recall(EventSequences).standing(event) is not Standing.UNSTARTED:
            return ()
        payload = event.message.payload
        kind = quoted(text_at(payload, "eventType"))
        severity = Severity.INFO if _may_have_begun_unseen(event) else Severity.ERROR
        evidence = (
            f"the first event of transaction {quoted(text_at(payload, 'transactionInfo', 'transactionId'))} is {kind}, "
            f"with seqNo {quoted(payload.get('seqNo'))}"
        )
        if severity is Severity.INFO:
            evidence += "; it may have begun before the capture, or in a queue that was lost"
        return (
            Verdict(evidence, severity, path="$.eventType", observed=kind, expected='"Started"', key=f"{severity}"),
        )


def _may_have_begun_unseen(event: CallSeen) -> bool:
    scene, payload = event.scene, event.message.payload
    return (
        scene.recall(EventSequences).boots == 0
        or payload.get("offline") is True
        or is_queued(event)
        or text_at(payload, "triggerReason") == "TxResumed"
        or text_at(payload, "transactionInfo", "stoppedReason") in _CUT
        or (scene.station.connections > 1 and scene.at - scene.connection.opened_at < _QUEUE_MAY_COME)
    )
