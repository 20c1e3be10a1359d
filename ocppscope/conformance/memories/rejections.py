"""When a station was not accepted."""

from collections import deque
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at

_MOST = 32


class Rejections(Memory):
    """The latest answers to its BootNotifications, with the record clock in ns."""

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"BootNotification"})

    def __init__(self) -> None:
        self._answers: deque[tuple[int, str]] = deque(maxlen=_MOST)

    def was_rejected_since(self, then: int) -> bool:
        """Whether the station was rejected at that time, or at any time after."""
        for at, status in reversed(self._answers):
            if status == "Rejected":
                return True
            if at <= then:
                break
        return False

    def learn(self, event: ResponseSeen) -> None:
        """Take in an answer."""
        status = text_at(event.message.payload, "status") if isinstance(event.message, CallResult) else None
        if status is not None:
            self._answers.append((event.scene.at, status[:40]))
