"""The latest time that the messages of each transaction told."""

from datetime import datetime
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.conformance.timestamps import TRANSACTION_ACTIONS

_MOST = 128


class Told(msgspec.Struct, frozen=True):
    """One message of a transaction.

    Attributes:
        stamp: its time stamp; time: when it passed, by the wall clock.
        action, number: of the message.
    """

    stamp: datetime
    time: datetime
    action: str
    number: int


class Chronology(Memory):
    """By transaction: the message with the latest time stamp."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = TRANSACTION_ACTIONS

    def __init__(self) -> None:
        self._latest: Recent[int, Told] = Recent(_MOST)

    def latest(self, event: CallSeen) -> Told | None:
        """That of the transaction which this message belongs to, before it."""
        charge = event.scene.recall(Charging).of(event)
        return self._latest.get(charge.start) if charge is not None else None

    def learn(self, event: CallSeen) -> None:
        """Take in a message."""
        scene, stamp = event.scene, event.stamp
        if stamp is None:
            return
        charge = scene.recall(Charging).of(event)
        if charge is None and event.message.action not in ("StartTransaction", "TransactionEvent"):
            return
        key = scene.number if charge is None else charge.start
        former = self._latest.get(key)
        if former is None or stamp >= former.stamp:
            self._latest[key] = Told(stamp, scene.time, event.message.action, scene.number)
