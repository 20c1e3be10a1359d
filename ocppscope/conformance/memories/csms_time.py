"""The time that a CSMS told a station last."""

from datetime import datetime
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.conformance.timestamps import has_zone
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import time_at


class CsmsTime(Memory):
    """Of the answers to BootNotification and Heartbeat.

    Attributes:
        told: that time, None before the first.
        record: number of that answer.
    """

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"BootNotification", "Heartbeat"})

    def __init__(self) -> None:
        self.told: datetime | None = None
        self.record = 0

    def learn(self, event: ResponseSeen) -> None:
        """Take in an answer."""
        if not isinstance(event.message, CallResult) or event.exchange is None:
            return
        told = time_at(event.message.payload, "currentTime")
        if told is not None and has_zone(event.message.payload["currentTime"]):
            self.told, self.record = told, event.scene.number
