"""The numbering of TransactionEvents (2.x): what has come of each transaction, and what is missing."""

from enum import Enum, auto
from typing import ClassVar, NamedTuple

import msgspec

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import integer_at, text_at

MOST_SEQUENCES = 64
"""Transactions of a station that are followed, the latest."""

MOST_IDS = 10_000
"""Transaction ids of a station that are remembered as hashes, to know one that is used again."""

_MOST_SEEN = 128
_MOST_GAPS = 8

CONNECTED = frozenset({"Charging", "EVConnected", "SuspendedEV", "SuspendedEVSE"})
"""Charging states that tell of an EV."""

_AUTHORIZED = frozenset({"Authorized", "RemoteStart"})


class Standing(Enum):
    """How an event stands to those of its transaction that came before."""

    NEXT = auto()
    """As it must be: the first one is Started, the others count on."""
    UNSTARTED = auto()
    """The first one of its transaction, and no Started."""
    RETRY = auto()
    """The same was sent before."""
    REPEAT = auto()
    """Its number was used before, for another event."""
    GAP = auto()
    """Numbers before it are missing."""
    SKIPPED = auto()
    """A Started of a station that counts on from transaction to transaction, and numbers before it are missing."""
    LATE = auto()
    """Older than what came before: from a queue."""
    AFTER_END = auto()
    """Its transaction had ended."""
    REUSED = auto()
    """A Started for a transaction that had begun before."""
    UNKNOWN = auto()
    """Cannot be told: without id or number, or of a transaction that is no longer followed."""


class Missing(msgspec.Struct):
    """Numbers that were left out: how many of them are still to come, and the record that showed it."""

    low: int
    high: int
    left: int
    record: int


class Sequence(msgspec.Struct):
    """The events of one transaction.

    Attributes:
        record: number of the record of its first event that was seen.
        began: its Started was seen.
        last: highest seqNo; last_record: the record with it; connection: on which that came.
        boots: how often the station had booted when the latest event came.
        seen: digests by seqNo, the latest.
        missing: gaps, the latest.
        ended: seqNo of its Ended; ended_record: the record with it.
        evse: as it was told first; connector: likewise.
        state: chargingState as told last, None before; connected: it ever told of an EV that is connected.
        authorized: an idToken, or a trigger that means one, was told.
    """

    record: int
    began: bool
    last: int
    last_record: int
    connection: int
    boots: int = 0
    seen: Recent[int, int] = msgspec.field(default_factory=lambda: Recent(_MOST_SEEN))
    missing: list[Missing] = msgspec.field(default_factory=list)
    ended: int | None = None
    ended_record: int = 0
    evse: int | None = None
    connector: int | None = None
    state: str | None = None
    connected: bool = False
    authorized: bool = False

    @property
    def complete(self) -> bool:
        """Whether all its events so far were seen."""
        return self.began and not any(gap.left for gap in self.missing)


class _Judged(NamedTuple):
    """What was read of the event at hand, and thought of it."""

    record: int
    standing: Standing
    id: str
    number: int
    kind: str | None
    digest: int


class EventSequences(Memory):
    """By transaction id."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification", "TransactionEvent"})

    def __init__(self) -> None:
        self._sequences: Recent[str, Sequence] = Recent(MOST_SEQUENCES)
        self._ids: Recent[int, int] = Recent(MOST_IDS)
        self._last_on: Recent[int, tuple[int, int]] = Recent(64)
        self._continuous: bool | None = None
        self._judged = _Judged(-1, Standing.UNKNOWN, "", 0, None, 0)
        self.boots = 0
        """BootNotifications so far."""

    def get(self, id_: str | None) -> Sequence | None:
        """The events of a transaction."""
        return self._sequences.get(id_[:64]) if id_ is not None else None

    def of(self, event: CallSeen) -> Sequence | None:
        """Those of the transaction that a TransactionEvent is about."""
        return self.get(text_at(event.message.payload, "transactionInfo", "transactionId"))

    def last_on(self, evse: int | None) -> tuple[int, int] | None:
        """The highest seqNo of the transaction before on an EVSE, and its record."""
        return self._last_on.get(evse) if evse is not None else None

    def standing(self, event: CallSeen) -> Standing:
        """How a TransactionEvent stands to those before; several rules ask for the same one."""
        judged = self._judged
        if judged.record != event.scene.number:
            judged = self._judged = self._judge(event)
        return judged.standing

    def learn(self, event: CallSeen) -> None:
        """Take in an event, or a boot, after which counters may begin anew."""
        if event.message.action == "BootNotification":
            self.boots += 1
            self._last_on.clear()
            return
        standing = self.standing(event)
        if standing is Standing.UNKNOWN or standing is Standing.RETRY:
            return
        payload = event.message.payload
        _, _, id_, number, kind, digest = self._judged
        sequence = self._sequences.get(id_)
        if sequence is None or (standing is Standing.REUSED and number != sequence.last + 1):
            scene = event.scene
            sequence = Sequence(scene.number, kind == "Started", number, scene.number, scene.connection.number)
            self._sequences[id_] = sequence
            self._learn_mode(payload, number)
        self._count(event, sequence, number, standing)
        self._describe(payload, sequence, number)
        sequence.seen[number] = digest
        if kind == "Started":
            sequence.began = True
            self._ids[hash(id_)] = digest
        elif kind == "Ended" and sequence.ended is None:
            sequence.ended, sequence.ended_record = number, event.scene.number

    def _judge(self, event: CallSeen) -> _Judged:
        payload, record = event.message.payload, event.scene.number
        id_, number = text_at(payload, "transactionInfo", "transactionId"), integer_at(payload, "seqNo")
        if id_ is None or number is None:
            return _Judged(record, Standing.UNKNOWN, "", 0, None, 0)
        id_, kind, digest = id_[:64], text_at(payload, "eventType"), _digest(payload)
        return _Judged(record, self._stand(payload, id_, number, kind, digest), id_, number, kind, digest)

    def _stand(self, payload: Payload, id_: str, number: int, kind: str | None, digest: int) -> Standing:
        sequence = self._sequences.get(id_)
        if sequence is None:
            former = self._ids.get(hash(id_))
            if kind == "Started":
                if former is None:
                    return Standing.SKIPPED if self._skips(payload, number) else Standing.NEXT
                return Standing.RETRY if former == digest else Standing.REUSED
            return Standing.UNSTARTED if former is None else Standing.UNKNOWN
        seen = sequence.seen.get(number)
        if seen is not None and seen == digest:
            return Standing.RETRY
        if kind == "Started" and sequence.began:
            return Standing.REUSED
        if seen is not None:
            return Standing.REPEAT
        if number < sequence.last:
            return Standing.LATE
        if sequence.ended is not None and number > sequence.ended:
            return Standing.AFTER_END
        return Standing.NEXT if number == sequence.last + 1 else Standing.GAP

    def _skips(self, payload: Payload, number: int) -> bool:
        last = self.last_on(integer_at(payload, "evse", "id"))
        return bool(self._continuous) and last is not None and number > last[0] + 1

    def _learn_mode(self, payload: Payload, number: int) -> None:
        last = self.last_on(integer_at(payload, "evse", "id"))
        if self._continuous is None and last is not None:
            self._continuous = number == last[0] + 1 if number else False

    def _count(self, event: CallSeen, sequence: Sequence, number: int, standing: Standing) -> None:
        if standing is Standing.GAP:
            missing = Missing(sequence.last + 1, number - 1, number - 1 - sequence.last, event.scene.number)
            sequence.missing = [*sequence.missing[1 - _MOST_GAPS :], missing]
        elif standing is Standing.LATE:
            for gap in sequence.missing:
                if gap.low <= number <= gap.high:
                    gap.left -= 1
        if number >= sequence.last:
            sequence.last, sequence.last_record = number, event.scene.number
            sequence.connection, sequence.boots = event.scene.connection.number, self.boots

    def _describe(self, payload: Payload, sequence: Sequence, number: int) -> None:
        if "evse" in payload:
            if sequence.evse is None:
                sequence.evse = integer_at(payload, "evse", "id")
            if sequence.connector is None:
                sequence.connector = integer_at(payload, "evse", "connectorId")
        if sequence.evse is not None:
            self._last_on[sequence.evse] = sequence.last, sequence.last_record
        state = text_at(payload, "transactionInfo", "chargingState")
        if state is not None:
            sequence.connected = sequence.connected or state in CONNECTED
            if number == sequence.last:
                sequence.state = state[:40]
        if not sequence.authorized:
            sequence.authorized = "idToken" in payload or text_at(payload, "triggerReason") in _AUTHORIZED


def _digest(payload: Payload) -> int:
    """What makes two events the same. Without ``offline``, which a retry after an outage may set."""
    return hash((text_at(payload, "eventType"), text_at(payload, "timestamp"), text_at(payload, "triggerReason")))
