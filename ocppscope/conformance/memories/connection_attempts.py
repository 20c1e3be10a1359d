"""How a station tries to get, and to stay, connected."""

from collections import deque
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import ConnectionEnded, ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.roles import Direction

_MOST = 8

SETTLED = 60.0
"""Seconds after which a connection counts as one that stood."""


class Attempt(msgspec.Struct, frozen=True):
    """One attempt: its record number, and the seconds since the one before had failed (None for the first)."""

    record: int
    gap: float | None


def is_beside(event: ConnectionOpened | ConnectionRefused) -> bool:
    """Whether another connection of the station lives: then it is no attempt to get back."""
    return event.scene.station.live > (1 if isinstance(event, ConnectionOpened) else 0)


class ConnectionAttempts(Memory):
    """The attempts since a connection last stood: one with messages both ways, or one that lasted a minute."""

    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused, ConnectionEnded)

    def __init__(self) -> None:
        self._attempts: deque[Attempt] = deque(maxlen=_MOST)
        self._failed_at: int | None = None

    def with_next(self, event: ConnectionOpened | ConnectionRefused) -> list[Attempt]:
        """The attempts so far and the one at hand, the oldest first."""
        return [*self._attempts, self._attempt(event)]

    def learn(self, event: ConnectionOpened | ConnectionRefused | ConnectionEnded) -> None:
        """Take in an attempt, or the end of a connection."""
        scene = event.scene
        if isinstance(event, ConnectionEnded):
            self._failed_at = scene.at
            connection = scene.connection
            stood = all(connection.messages[way] for way in Direction)
            if stood or scene.at - connection.opened_at >= SETTLED * 1e9:
                self._attempts.clear()
            return
        if not is_beside(event):
            self._attempts.append(self._attempt(event))
        if isinstance(event, ConnectionRefused):
            self._failed_at = scene.at

    def _attempt(self, event: ConnectionOpened | ConnectionRefused) -> Attempt:
        gap = None if self._failed_at is None else max(event.scene.at - self._failed_at, 0) / 1e9
        return Attempt(event.scene.number, gap)
