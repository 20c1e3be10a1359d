"""Whether a station is still delivering what it kept while it was offline."""

from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, ConnectionOpened, Event
from ocppscope.conformance.memory import Memory
from ocppscope.conformance.timestamps import TRANSACTION_ACTIONS
from ocppscope.protocol.message import Call

MARGIN = timedelta(seconds=5)
"""A clock may be a little off, and a message may wait for the connection to stand."""


def is_queued(event: CallSeen) -> bool:
    """Whether a message tells of something before its connection began: it waited in the station's queue."""
    return event.stamp is not None and event.stamp < event.scene.connection.opened - MARGIN


def names_transaction(call: Call) -> bool:
    """Whether a message belongs to one transaction: meter values may be those of the whole station."""
    return call.action != "MeterValues" or "transactionId" in call.payload


class OfflineQueue(Memory):
    """From each connection until the first transaction message with a fresh time stamp.

    While it `delivers`, rules on clock, cadence and order go by the time stamps of messages and not by their arrival.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ConnectionOpened)
    actions = TRANSACTION_ACTIONS

    def __init__(self) -> None:
        self.delivers = True
        self.overtaker: int | None = None
        """Record number of the first message with a fresh time stamp that belongs to a transaction, on this connection."""

    def learn(self, event: CallSeen | ConnectionOpened) -> None:
        """Take in a connection or a transaction message."""
        if isinstance(event, ConnectionOpened):
            self.delivers, self.overtaker = True, None
        elif self.overtaker is None and event.stamp is not None and not is_queued(event):
            self.delivers = False
            if names_transaction(event.message):
                self.overtaker = event.scene.number
