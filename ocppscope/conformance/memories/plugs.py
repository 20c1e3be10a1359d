"""When a cable was last plugged in."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.payload import integer_at, text_at


class Plugs(Memory):
    """Of OCPP 1.6: the latest change to Preparing of each connector (record clock, ns)."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StatusNotification"})

    def __init__(self) -> None:
        self._plugged: Recent[int, int] = Recent(64)

    def seconds_ago(self, connector: int | None, at: int) -> float | None:
        """How long ago; None when the connector is not known to have been plugged in since it was last free."""
        then = self._plugged.get(connector) if connector is not None else None
        return None if then is None else (at - then) / 1e9

    def learn(self, event: CallSeen) -> None:
        """Take in a status."""
        connector = integer_at(event.message.payload, "connectorId")
        if connector is None:
            return
        if text_at(event.message.payload, "status") == "Preparing":
            self._plugged[connector] = event.scene.at
        else:
            self._plugged.pop(connector, None)
