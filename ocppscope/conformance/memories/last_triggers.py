"""Which messages a CSMS asked a station for lately."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction


class LastTriggers(Memory):
    """The latest TriggerMessage or ExtendedTriggerMessage for each message, whatever became of it."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"ExtendedTriggerMessage", "TriggerMessage"})

    def __init__(self) -> None:
        self._asked: Recent[str, int] = Recent(16)

    def seconds_ago(self, message: str, at: int) -> float | None:
        """How long ago this message was asked for, at ``at`` on the record clock (ns); None when it never was."""
        then = self._asked.get(message)
        return None if then is None else (at - then) / 1e9

    def learn(self, event: CallSeen) -> None:
        """Take in a trigger."""
        asked = text_at(event.message.payload, "requestedMessage")
        if asked is not None and event.direction is Direction.TO_STATION:
            self._asked[asked[:40]] = event.scene.at
