"""Ids that the two further message types of OCPP 2.1 refer to."""

from collections.abc import Hashable
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, SendSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult, MessageId
from ocppscope.protocol.roles import Direction

_MOST = 1000
_LONGEST = 72


class SentIds(Memory):
    """The ids of SENDs, which no response may carry, and of CALLRESULTs, which a CALLRESULTERROR must carry."""

    on: ClassVar[tuple[type[Event], ...]] = (SendSeen, ResponseSeen)

    def __init__(self) -> None:
        self._sends: Recent[Hashable, int] = Recent(_MOST)
        self._results: Recent[Hashable, int] = Recent(_MOST)

    def send(self, scene: Scene, way: Direction, message_id: MessageId | None) -> int | None:
        """Record number of the SEND with this id that travelled that way on the connection."""
        return self._sends.get(_key(scene, way, message_id))

    def result(self, scene: Scene, way: Direction, message_id: MessageId | None) -> int | None:
        """Record number of the CALLRESULT with this id that travelled that way on the connection."""
        return self._results.get(_key(scene, way, message_id))

    def learn(self, event: SendSeen | ResponseSeen) -> None:
        """Take in a SEND or a CALLRESULT."""
        key = _key(event.scene, event.direction, event.message.message_id)
        if isinstance(event, SendSeen):
            self._sends[key] = event.scene.number
        elif isinstance(event.message, CallResult):
            self._results[key] = event.scene.number


def _key(scene: Scene, way: Direction, message_id: MessageId | None) -> Hashable:
    if isinstance(message_id, str) and len(message_id) > _LONGEST:
        message_id = hash(message_id)  # an id from the wire may have megabytes
    return scene.connection.number, way, message_id
