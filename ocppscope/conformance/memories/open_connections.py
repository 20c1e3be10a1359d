"""The connections of a station that are open."""

from typing import ClassVar

from ocppscope.conformance.event import ConnectionEnded, ConnectionOpened, Event
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.model.connection import Connection

_MOST = 8


class OpenConnections(Memory):
    """With the numbers of the records that opened them, the latest ones."""

    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionEnded)

    def __init__(self) -> None:
        self._open: Recent[int, tuple[Connection, int]] = Recent(_MOST)

    def others(self, connection: Connection) -> list[tuple[Connection, int]]:
        """Those that live beside this one, the oldest first, each with its record number."""
        return [entry for number, entry in self._open.items() if number != connection.number and entry[0].alive]

    def learn(self, event: ConnectionOpened | ConnectionEnded) -> None:
        """Take in a beginning or an end."""
        connection = event.scene.connection
        if isinstance(event, ConnectionOpened):
            self._open[connection.number] = connection, event.scene.number
        else:
            self._open.pop(connection.number, None)
