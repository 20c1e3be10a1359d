"""What one line of a log says, as the module of its format understands it."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from ocppscope.protocol.roles import Direction


class Side(StrEnum):
    """Which way a message went, as the program that wrote the log sees it."""

    SENT = "sent"
    RECEIVED = "received"

    @property
    def other(self) -> "Side":
        """The opposite."""
        return Side.RECEIVED if self is Side.SENT else Side.SENT


class Control(StrEnum):
    """What is no message, and worth keeping."""

    PING = "ping"
    PONG = "pong"
    CLOSE = "close"


class Entry(NamedTuple):
    """A line in which something begins.

    Attributes:
        text: from the first character of the message to the end of the line; "" for a control frame, and for a line that is
            known to be one of its own, so that no message before it goes on there.
        time: None when the line has none; without a zone when it names none.
        station: identity, None when the line does not say.
        way: the direction in so many words (``ChargePoint>CentralSystem``); else ``side`` is what is known, if anything.
        control: of a line about a control frame; ``code`` of a close.
    """

    text: str
    time: datetime | None = None
    station: str | None = None
    way: Direction | None = None
    side: Side | None = None
    control: Control | None = None
    code: int | None = None


Understand: TypeAlias = Callable[[str], Entry | None]
"""From a line, clean of colours, to what begins in it; None for any other line."""
