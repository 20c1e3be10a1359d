"""The latest connections of a station that were refused for their credentials."""

from collections import deque
from typing import ClassVar, NamedTuple

from ocppscope.conformance.event import ConnectionRefused, Event
from ocppscope.conformance.memories.security_changes import UNAUTHORIZED
from ocppscope.conformance.memory import Memory

_MOST = 32


class Attempt(NamedTuple):
    """When (record clock, ns), which record, and from which address, without its port."""

    at: int
    record: int
    host: str | None


class RefusedAttempts(Memory):
    """Those that were answered with 401 or 403."""

    on: ClassVar[tuple[type[Event], ...]] = (ConnectionRefused,)

    def __init__(self) -> None:
        self._attempts: deque[Attempt] = deque(maxlen=_MOST)

    def since(self, at: int) -> list[Attempt]:
        """Those from then on, the oldest first."""
        return [attempt for attempt in self._attempts if attempt.at >= at]

    def learn(self, event: ConnectionRefused) -> None:
        """Take in an attempt."""
        attempt = attempt_of(event)
        if attempt is not None:
            self._attempts.append(attempt)


def attempt_of(event: ConnectionRefused) -> Attempt | None:
    """The attempt, if it was refused for its credentials."""
    if event.record.status not in UNAUTHORIZED:
        return None
    host = (event.record.peer or "").rpartition(":")[0][:64] or None
    return Attempt(event.scene.at, event.scene.number, host)
