"""The security events that a station has told."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.payload import text_at


class SecurityEvents(Memory):
    """When each type was last told (record clock, ns)."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SecurityEventNotification"})

    def __init__(self) -> None:
        self._told: Recent[str, int] = Recent(64)

    def told_since(self, types: frozenset[str], since: int) -> bool:
        """Whether one of these types was told at ``since`` or later."""
        return any(self._told[type_] >= since for type_ in types if type_ in self._told)

    def learn(self, event: CallSeen) -> None:
        """Take in an event."""
        type_ = text_at(event.message.payload, "type")
        if type_ is not None:
            self._told[type_[:60]] = event.scene.at
