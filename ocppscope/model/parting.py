"""How a connection stood when it ended."""

import msgspec

from ocppscope.protocol.roles import Direction


class LastFrame(msgspec.Struct, frozen=True):
    """The latest frame of one direction.

    Attributes:
        kind: the standard's word for a message, ``ping`` or ``pong``.
        action: of a message, as far as it is known.
        number: its record.
        at: when it was read, ns on the record clock.
    """

    kind: str
    action: str | None
    number: int
    at: int

    @property
    def words(self) -> str:
        """``CALL Heartbeat``, ``ping``."""
        return self.kind if self.action is None else f"{self.kind} {self.action}"


class LastCall(msgspec.Struct, frozen=True):
    """A CALL shortly before the end, or still open then.

    Attributes:
        action, direction, number: as sent.
        seconds: from the CALL to the end.
        total: how many CALLs with this action the connection had; 0 where that was not counted.
    """

    action: str
    direction: Direction
    number: int
    seconds: float
    total: int = 0


class Parting(msgspec.Struct, frozen=True):
    """What the end of a connection looked like.

    Attributes:
        number: the record that says it is over.
        at: ns on the record clock when it was decided: of the first close frame, else of the end.
        closing: whether there was a close frame.
        error: the system's or TLS's word for it.
        frames: the latest frame of each direction; none where there was none.
        recent: the latest CALLs, the last one first.
        open: the CALLs without an answer, the oldest first.
    """

    number: int
    at: int
    closing: bool
    error: str | None
    frames: dict[Direction, LastFrame]
    recent: tuple[LastCall, ...]
    open: tuple[LastCall, ...]

    def since(self, direction: Direction) -> float | None:
        """Seconds from the latest frame of a direction to the end."""
        frame = self.frames.get(direction)
        return None if frame is None else max(self.at - frame.at, 0) / 1e9
