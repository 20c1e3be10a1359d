"""Connector states of 2.x, told by StatusNotification or by NotifyEvent with the variable AvailabilityState."""

from collections.abc import Iterator
from typing import NamedTuple

from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import integer_at, objects_at, text_at


class State(NamedTuple):
    """What one connector, EVSE or the whole station is said to be; None where the message does not name it."""

    evse: int | None
    connector: int | None
    status: str

    @property
    def key(self) -> str | None:
        """As in `ocppscope.model.connection.Station.connectors`; None when it is not about one connector."""
        return None if self.evse is None or self.connector is None else f"{self.evse}.{self.connector}"


_COMPONENTS = frozenset({"Connector", "EVSE", "ChargingStation"})


def states_told(action: str, payload: Payload) -> Iterator[State]:
    """Every state that a message tells."""
    if action == "StatusNotification":
        status = text_at(payload, "connectorStatus")
        if status is not None:
            yield State(integer_at(payload, "evseId"), integer_at(payload, "connectorId"), status)
    elif action == "NotifyEvent":
        for event in objects_at(payload, "eventData"):
            status = text_at(event, "actualValue")
            if (
                status is not None
                and text_at(event, "variable", "name") == "AvailabilityState"
                and text_at(event, "component", "name") in _COMPONENTS
            ):
                yield State(
                    integer_at(event, "component", "evse", "id"),
                    integer_at(event, "component", "evse", "connectorId"),
                    status,
                )
