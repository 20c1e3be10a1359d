"""TXN-209: two transactions on one EVSE at the same time."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, TimeUp
from ocppscope.conformance.example_exchanges import PLACE, boot_v2x, transaction_event
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.event_sequences import EventSequences
from ocppscope.conformance.memories.offline_queue import OfflineQueue, is_queued
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FIRST = transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE)
_SECOND = transaction_event("Started", 0, 60, "Authorized", tag="B1", evse=PLACE, transaction="T2")
_END = transaction_event("Ended", 1, 50, "StopAuthorized", info={"stoppedReason": "Local"})


class TwoTransactionsOnEvse(Rule):
    """A transaction begins on an EVSE on which another one runs.

    Finds:
        An event that puts a transaction on an EVSE whose earlier transaction has no Ended. After an outage the Ended
        has a minute to come from the queue; what a restart has cut is the matter of TXN-029.

    Why it matters:
        An EVSE has one meter: the energy is billed twice, or to the wrong driver.

    Usual causes:
        The Ended is never sent when the cable is pulled or the transaction is deauthorized; the EVSE is mixed up with
        the connector, so that two EVSEs look like one.

    What to do:
        See how the first transaction went on: whether its events name the same EVSE to the end.
    """

    id = "TXN-209"
    name = "Two transactions on one EVSE"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E01.FR.14"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, TimeUp)
    actions = frozenset({"TransactionEvent"})
    memories = (Charging, EventSequences, OfflineQueue)
    thresholds = (Threshold("queue_s", 60, "Seconds that an Ended has to come after an outage."),)
    examples = (
        Example(
            "the second begins before the first has ended",
            _FIRST + _SECOND.replace("+0.1", "+60"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            path="$.evse.id",
            line=3,
            beside=("TXN-029",),
        ),
        Example("one after the other", _FIRST + "+50" + "\n" + _END + "+9\n" + _SECOND, version=OcppVersion.V201),
        Example(
            "on two EVSEs",
            _FIRST
            + transaction_event(
                "Started", 0, 1, "Authorized", tag="B1", evse={"id": 2, "connectorId": 1}, transaction="T2"
            ),
            version=OcppVersion.V21,
        ),
        Example(
            "the Started is sent again",
            _FIRST + transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE, id_="again", wait=30),
            version=OcppVersion.V201,
        ),
        Example(
            "the end comes late from the queue",
            _FIRST
            + "+40 drop\n+20 connect\n"
            + _SECOND
            + _END.replace('"seqNo": 1', '"seqNo": 1, "offline": true')
            + "+61",
            version=OcppVersion.V201,
            beside=("TXN-012", "TXN-014"),
        ),
        Example(
            "and never does",
            _FIRST + "+40 drop\n+20 connect\n" + _SECOND + "+61",
            version=OcppVersion.V201,
            finds=1,
            line=3,
            beside=("TXN-029",),
        ),
        Example(
            "cut by a restart",
            boot_v2x() + _FIRST + "+20 drop\n+20 connect\n" + boot_v2x(at=40) + "+19\n" + _SECOND + "+61",
            version=OcppVersion.V201,
            beside=("SES-008",),
        ),
    )

    def check(self, event: CallSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Events that tell the place of a transaction for the first time."""
        if isinstance(event, TimeUp):
            return self._not_ended(event)
        evse = integer_at(event.message.payload, "evse", "id")
        if evse is None or evse < 1:
            return ()
        charging = event.scene.recall(Charging)
        running = charging.running_at(evse)
        id_ = text_at(event.message.payload, "transactionInfo", "transactionId")
        if running is None or id_ is None or running.id == id_[:64]:
            return ()
        own = charging.get(id_)
        if own is not None and own.place is not None:
            return ()
        return self._second(event, running, id_)

    def _second(self, event: CallSeen, running: Charge, id_: str) -> Iterator[Verdict | AskLater]:
        scene, payload = event.scene, event.message.payload
        if payload.get("eventType") == "Ended":
            return
        sequences = scene.recall(EventSequences)
        former = sequences.get(running.id)
        if former is not None and former.boots != sequences.boots:
            return
        evse = integer_at(payload, "evse", "id")
        verdict = Verdict(
            f"{quoted(text_at(payload, 'eventType'))} of transaction {quoted(id_)} on EVSE {evse}, where transaction "
            f"{quoted(running.id)} (message {running.start}) has not ended",
            path="$.evse.id",
            observed=f"{quoted(running.id)} and {quoted(id_)}",
            expected="one transaction at a time",
            records=(scene.number, running.start),
            key=f"{evse}",
        )
        queued = payload.get("offline") is True or is_queued(event)
        if queued or running.connection != scene.connection.number or scene.recall(OfflineQueue).delivers:
            yield AskLater(self.threshold("queue_s"), id_[:64], (running.id, verdict))
        else:
            yield verdict

    def _not_ended(self, event: TimeUp) -> Iterator[Verdict]:
        id_, verdict = event.note
        running = event.scene.recall(Charging).get(id_)
        if running is not None and running.runs:
            yield verdict
