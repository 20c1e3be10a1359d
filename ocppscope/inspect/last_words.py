"""The latest that was said on a connection, kept while it lives, so that its end can be explained."""

from collections import deque
from collections.abc import Iterable

from ocppscope.model.parting import LastCall, LastFrame, Parting
from ocppscope.protocol.correlator import Pending
from ocppscope.protocol.roles import Direction

MOST_RECENT = 4
"""CALLs kept: what made a side hang up is rarely older."""

MOST_OPEN = 20
"""Open CALLs told of; a peer may leave a thousand of them."""

_MOST_ACTIONS = 200
"""Actions counted on a connection: they come from the wire and have no end."""

_LONGEST_ACTION = 60


class LastWords:
    """What one connection said last."""

    __slots__ = ("_closing_at", "_counts", "_frames", "_recent")

    def __init__(self) -> None:
        self._frames: dict[Direction, tuple[str, str | None, int, int]] = {}
        self._recent: deque[tuple[str, Direction, int, int]] = deque(maxlen=MOST_RECENT)
        self._counts: dict[str, int] = {}
        self._closing_at: int | None = None

    def frame(self, direction: Direction, kind: str, action: str | None, number: int, at: int) -> None:
        """A frame passed."""
        if action is not None and len(action) > _LONGEST_ACTION:
            action = action[:_LONGEST_ACTION]
        self._frames[direction] = (kind, action, number, at)
        if kind == "CALL" and action is not None:
            self._recent.append((action, direction, number, at))
            if action in self._counts or len(self._counts) < _MOST_ACTIONS:
                self._counts[action] = self._counts.get(action, 0) + 1

    def closing(self, at: int) -> None:
        """A close frame passed."""
        if self._closing_at is None:
            self._closing_at = at

    def parting(self, number: int, at: int, error: str | None, pending: Iterable[Pending]) -> Parting:
        """The connection is over."""
        decided = at if self._closing_at is None else self._closing_at
        waiting = sorted(pending, key=lambda one: one.first)[:MOST_OPEN]
        return Parting(
            number,
            decided,
            self._closing_at is not None,
            error,
            {way: LastFrame(*frame) for way, frame in self._frames.items()},
            tuple(
                LastCall(action, way, call, max(decided - then, 0) / 1e9, self._counts.get(action, 0))
                for action, way, call, then in reversed(self._recent)
            ),
            tuple(
                LastCall(
                    one.call.action[:_LONGEST_ACTION], one.direction, one.number, max(decided - one.first, 0) / 1e9
                )
                for one in waiting
            ),
        )
