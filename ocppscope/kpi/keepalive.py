"""What keeps a quiet connection alive: pings with their pongs, and heartbeats."""

from collections import OrderedDict

from ocppscope.kpi.spans import Spans
from ocppscope.protocol.roles import Direction, Role

_MOST_PINGS = 16
"""Pings remembered while they wait for their pong."""

_SECOND = 1_000_000_000


class Keepalive:
    """Of one station and its CSMS.

    Attributes:
        pings: seconds between the pings of each side.
        pongs: seconds that each side took to answer a ping.
        heartbeats: seconds between the heartbeats of the station.
    """

    def __init__(self) -> None:
        self.pings: dict[Role, Spans] = {}
        self.pongs: dict[Role, Spans] = {}
        self.heartbeats = Spans()
        self._last_ping: dict[Direction, int] = {}
        self._open: OrderedDict[tuple[bool, str], int] = OrderedDict()
        self._last_heartbeat: int | None = None

    def pinged(self, direction: Direction, payload: str, at: int, sent: int) -> None:
        """A ping was read at ``at`` and handed over at ``sent``."""
        last = self._last_ping.get(direction)
        if last is not None:
            self.pings.setdefault(direction.sender, Spans()).add(max(at - last, 0) / _SECOND)
        self._last_ping[direction] = at
        self._open[direction is Direction.TO_CSMS, payload[:200]] = sent
        if len(self._open) > _MOST_PINGS:
            self._open.popitem(last=False)

    def ponged(self, direction: Direction, payload: str, at: int) -> None:
        """A pong was read."""
        sent = self._open.pop((direction is not Direction.TO_CSMS, payload[:200]), None)
        if sent is not None:
            self.pongs.setdefault(direction.sender, Spans()).add(max(at - sent, 0) / _SECOND)

    def heartbeat(self, at: int) -> None:
        """A Heartbeat was read."""
        if self._last_heartbeat is not None:
            self.heartbeats.add(max(at - self._last_heartbeat, 0) / _SECOND)
        self._last_heartbeat = at

    def disconnected(self) -> None:
        """The connection ended: the next ping or heartbeat has nothing before it."""
        self._last_ping.clear()
        self._open.clear()
        self._last_heartbeat = None
