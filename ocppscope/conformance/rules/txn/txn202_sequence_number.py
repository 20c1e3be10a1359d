"""TXN-202: the numbers of a transaction's events do not count on by one."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocppscope.conformance.event import CallSeen, Event, TimeUp
from ocppscope.conformance.example_exchanges import transaction_event
from ocppscope.conformance.memories.event_sequences import EventSequences, Sequence, Standing
from ocppscope.conformance.memories.offline_queue import OfflineQueue, is_queued
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_WRONG = frozenset({Standing.GAP, Standing.REPEAT, Standing.SKIPPED})

_START = transaction_event("Started", 0, 0, "Authorized", tag="A1")
_CHARGE = transaction_event("Updated", 1, 1, "ChargingStateChanged", info={"chargingState": "Charging"})


def _values(number: int, at: float, wait: float = 0.1, **members: Any) -> str:
    return transaction_event("Updated", number, at, "MeterValuePeriodic", wait=wait, **members)


class SequenceNumber(Rule):
    """The seqNo of a TransactionEvent is not that of the event before plus one.

    Finds:
        Within a transaction: a number left out, and a number that was used before for another event. Queued events may
        come in any order and retries repeat their number; after an outage what is missing has a minute to come. A gap
        around an outage is an info, because a station that runs out of memory may drop Updated events while it is
        offline. A station that was seen to count on from one transaction of an EVSE to the next is held to that, too.

    Why it matters:
        The numbers are how a CSMS knows that a transaction is complete. With a gap it cannot be billed, with a repeated
        number an event is thrown away as a copy.

    Usual causes:
        One counter for several EVSEs, a counter in each task, a number that is always 0, events that are counted but
        never sent, a counter that starts again after a reconnect.

    What to do:
        Lay the events of the transaction side by side, by seqNo and by timestamp.
    """

    id = "TXN-202"
    name = "seqNo gap, repeat or step back"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 E 1.3.2.1, E01.FR.07, E12"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, TimeUp)
    actions = frozenset({"TransactionEvent"})
    memories = (EventSequences, OfflineQueue)
    thresholds = (Threshold("queue_s", 60, "Seconds that missing numbers have to come after an outage."),)
    examples = (
        Example(
            "2 is missing",
            _START + _CHARGE + _values(3, 2),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            path="$.seqNo",
            line=5,
        ),
        Example("one after the other", _START + _CHARGE + _values(2, 2), version=OcppVersion.V201),
        Example(
            "always 0",
            _START + _values(0, 2) + transaction_event("Ended", 0, 3, "StopAuthorized"),
            version=OcppVersion.V201,
            finds=2,
            line=3,
        ),
        Example(
            "back to 0 in the middle",
            _START + _CHARGE + _values(2, 2) + _values(0, 3),
            version=OcppVersion.V21,
            finds=1,
            line=7,
        ),
        Example(
            "a station that counts on through all transactions of an EVSE",
            transaction_event("Started", 0, 0, "Authorized", tag="A1", evse={"id": 1, "connectorId": 1})
            + transaction_event("Ended", 1, 1, "StopAuthorized", info={"stoppedReason": "Local"})
            + transaction_event(
                "Started", 2, 2, "Authorized", tag="A1", evse={"id": 1, "connectorId": 1}, transaction="T2"
            )
            + transaction_event("Ended", 3, 3, "StopAuthorized", transaction="T2", info={"stoppedReason": "Local"}),
            version=OcppVersion.V201,
        ),
        Example(
            "and leaves out some in between",
            "".join(
                transaction_event(
                    "Started",
                    first,
                    first,
                    "Authorized",
                    tag="A1",
                    evse={"id": 1, "connectorId": 1},
                    transaction=f"T{first}",
                )
                + transaction_event(
                    "Ended",
                    first + 1,
                    first + 1,
                    "StopAuthorized",
                    transaction=f"T{first}",
                    info={"stoppedReason": "Local"},
                )
                for first in (5, 7, 12)
            ),
            version=OcppVersion.V201,
            finds=1,
            line=9,
        ),
        Example(
            "starts at 0 with every transaction",
            "".join(
                transaction_event(
                    "Started", 0, at, "Authorized", tag="A1", evse={"id": 1, "connectorId": 1}, transaction=f"T{at}"
                )
                + transaction_event(
                    "Ended", 1, at + 1, "StopAuthorized", transaction=f"T{at}", info={"stoppedReason": "Local"}
                )
                for at in (0, 2, 4)
            ),
            version=OcppVersion.V201,
        ),
        Example(
            "two EVSEs, each with numbers of its own",
            transaction_event("Started", 0, 0, "Authorized", tag="A1", evse={"id": 1, "connectorId": 1})
            + transaction_event(
                "Started", 0, 0, "Authorized", tag="B1", evse={"id": 2, "connectorId": 1}, transaction="T2"
            )
            + _CHARGE
            + _values(1, 1, transaction="T2")
            + _values(2, 2),
            version=OcppVersion.V201,
        ),
        Example(
            "a retry",
            _START
            + _CHARGE
            + transaction_event(
                "Updated", 1, 1, "ChargingStateChanged", info={"chargingState": "Charging"}, id_="again", wait=30
            ),
            version=OcppVersion.V201,
        ),
        Example(
            "dropped while offline",
            _START + _CHARGE + "drop\n+120 connect\n" + _values(5, 122) + "+61",
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.INFO,
            line=5,
        ),
        Example(
            "the queue comes after a live one",
            _START
            + _CHARGE
            + "drop\n+120 connect\n"
            + _values(4, 122)
            + _values(2, 40, offline=True)
            + _values(3, 100, offline=True)
            + "+61",
            version=OcppVersion.V201,
            beside=("TXN-012", "TXN-014"),
        ),
        Example("watched from its middle", _values(7, 0) + _values(8, 60, 60), version=OcppVersion.V201),
    )

    def check(self, event: CallSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Numbers left out, and numbers used twice."""
        if isinstance(event, TimeUp):
            return self._still_missing(event)
        sequences = event.scene.recall(EventSequences)
        standing = sequences.standing(event)
        if standing not in _WRONG:
            return ()
        sequence = sequences.of(event)
        if standing is Standing.SKIPPED or sequence is None:
            return self._skipped(event, sequences.last_on(integer_at(event.message.payload, "evse", "id")))
        return self._repeated(event, sequence) if standing is Standing.REPEAT else self._left_out(event, sequence)

    def _repeated(self, event: CallSeen, sequence: Sequence) -> Iterator[Verdict]:
        number = integer_at(event.message.payload, "seqNo")
        what = "steps back to" if number != sequence.last else "repeats"
        yield Verdict(
            f"{_named(event)} {what} seqNo {number}, which was used for another event; the highest so far is "
            f"{sequence.last} (message {sequence.last_record})",
            path="$.seqNo",
            observed=str(number),
            expected=str(sequence.last + 1),
            records=(event.scene.number, sequence.last_record),
            key="repeat",
        )

    def _left_out(self, event: CallSeen, sequence: Sequence) -> Iterator[Verdict | AskLater]:
        number = integer_at(event.message.payload, "seqNo") or 0
        scene = event.scene
        verdict = Verdict(
            f"{_named(event)} has seqNo {number} after {sequence.last}: {_missing(sequence.last + 1, number - 1)}",
            path="$.seqNo",
            observed=str(number),
            expected=str(sequence.last + 1),
            records=(scene.number, sequence.last_record),
            key="gap",
        )
        offline = (
            sequence.connection != scene.connection.number
            or event.message.payload.get("offline") is True
            or (scene.recall(OfflineQueue).delivers and scene.station.connections > 1)
            or is_queued(event)
        )
        if offline:
            id_ = text_at(event.message.payload, "transactionInfo", "transactionId")
            yield AskLater(self.threshold("queue_s"), (id_ or "")[:64], (id_, sequence.last + 1, verdict))
        else:
            yield verdict

    def _still_missing(self, event: TimeUp) -> Iterator[Verdict]:
        id_, low, verdict = event.note
        sequence = event.scene.recall(EventSequences).get(id_)
        if sequence is not None and any(gap.low == low and gap.left for gap in sequence.missing):
            yield Verdict(
                f"{verdict.evidence}; an outage lies between, and Updated events may be dropped while offline",
                Severity.INFO,
                path=verdict.path,
                observed=verdict.observed,
                expected=verdict.expected,
                records=verdict.records,
                key="offline",
            )

    def _skipped(self, event: CallSeen, last: tuple[int, int] | None) -> Iterator[Verdict]:
        number = integer_at(event.message.payload, "seqNo") or 0
        if last is None or event.scene.recall(OfflineQueue).delivers or event.message.payload.get("offline") is True:
            return
        yield Verdict(
            f"{_named(event)} begins with seqNo {number}; the transaction before on this EVSE ended with {last[0]}, and "
            f"this station counts on: {_missing(last[0] + 1, number - 1)}",
            path="$.seqNo",
            observed=str(number),
            expected=str(last[0] + 1),
            records=(event.scene.number, last[1]),
            key="between",
        )


def _named(event: CallSeen) -> str:
    payload = event.message.payload
    return (
        f"{quoted(text_at(payload, 'eventType'))} of transaction "
        f"{quoted(text_at(payload, 'transactionInfo', 'transactionId'))}"
    )


def _missing(low: int, high: int) -> str:
    return f"{low} is missing" if low == high else f"{low} to {high} are missing"
