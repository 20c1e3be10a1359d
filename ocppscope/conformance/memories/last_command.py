"""When the CSMS last asked for something that shows in the status of a connector."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.roles import Direction


class LastCommand(Memory):
    """Of 1.6 and 2.x.

    Attributes:
        at: record clock in ns; None before the first.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset(
        {
            "CancelReservation",
            "ChangeAvailability",
            "RemoteStartTransaction",
            "RemoteStopTransaction",
            "RequestStartTransaction",
            "RequestStopTransaction",
            "ReserveNow",
            "Reset",
            "UnlockConnector",
        }
    )

    def __init__(self) -> None:
        self.at: int | None = None

    def learn(self, event: CallSeen) -> None:
        """Take in a command."""
        if event.direction is Direction.TO_STATION:
            self.at = event.scene.at
