"""The time that a CSMS told a station last."""

from datetime import datetime
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory


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
        told = time_told(event)
        if told is not None:
            self.told, self.record = told, event.scene.number


def time_told(event: ResponseSeen) -> datetime | None:
    """The time that this very answer tells, None when it tells none that can be placed."""
    clock, exchange = event.scene.station.csms_clock, event.exchange
    latest = clock.latest
    fresh = exchange is not None and latest is not None and latest[0] == event.scene.time
    return clock.shown if fresh else None
