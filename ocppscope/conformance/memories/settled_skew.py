"""How far off a station's clock was said to be."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory
from ocppscope.conformance.timestamps import STAMPED_ACTIONS
from ocppscope.model.clock import LATEST, Clock


class SettledSkew(Memory):
    """The latest skew that five live messages agreed on.

    Attributes:
        seconds: None before the first.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = STAMPED_ACTIONS

    def __init__(self) -> None:
        self.seconds: float | None = None

    def learn(self, event: CallSeen) -> None:
        """Take over what the station's clock shows now."""
        clock = event.scene.station.clock
        if is_settled(clock):
            self.seconds = clock.skew


def is_settled(clock: Clock) -> bool:
    """Whether enough messages agree that this is the clock's doing and not that of messages which came late."""
    return clock.steady and clock.measured >= LATEST
