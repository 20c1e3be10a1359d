"""An open connection: both legs pass bytes on by themselves; here is decided how an end of one reaches the other."""

import asyncio
from typing import TYPE_CHECKING

from ocppscope.capture.record import Ended
from ocppscope.capture.tap import Tap
from ocppscope.protocol.websocket.frames import close_frame
from ocppscope.proxy.endings import PROXY, classify
from ocppscope.proxy.legs import Leg

if TYPE_CHECKING:
    from ocppscope.proxy.listener import Listener

_GOING_AWAY = 1001  # RFC 6455 §7.4.1


class Relay:
    """Both legs of a connection between its 101 and its end. Writes one `Ended`.

    A FIN stays a FIN and leaves the other way open, a reset stays a reset. What TLS cannot express (half of a closed
    connection) becomes a close of both halves.

    Args:
        number: of the connection within the run.
        station, csms: its legs, connected and with their taps.
        taps: of the direction to the CSMS and of the direction to the station.
        listener: everything that connections share.
    """

    __slots__ = ("_csms", "_ending", "_listener", "_number", "_seen", "_station", "_taps", "_timer")

    def __init__(self, number: int, station: Leg, csms: Leg, taps: tuple[Tap, Tap], listener: "Listener") -> None:
        self._number = number
        self._station = station
        self._csms = csms
        self._taps = taps
        self._listener = listener
        self._ending: tuple[str, str, str | None] | None = None
        self._seen = 0
        self._timer: asyncio.TimerHandle | None = None

    def connected(self, leg: Leg) -> None:
        """Both legs were connected before this began."""

    def received(self, leg: Leg, data: bytes, mono: int) -> None:
        """Both legs have a tap."""

    def half_closed(self, leg: Leg) -> None:
        """Pass a FIN on; when both have come, or one leg cannot be half closed, close."""
        self._ended_by(leg, None)
        other = self._other(leg)
        if other.ended or leg.secured:
            self._station.close()
            self._csms.close()
        else:
            other.finish()
            self._watch_silence()

    def lost(self, leg: Leg, error: Exception | None) -> None:
        """Pass the end of a socket on, as a reset if it was one; record the end when both are gone."""
        self._ended_by(leg, error)
        other = self._other(leg)
        if not other.lost:
            # Without an error it was a close that we or TLS made of a FIN.
            other.close() if error is None else other.reset()
            return
        if self._timer is not None:
            self._timer.cancel()
        assert self._ending is not None  # noqa: S101 - set above
        by, how, words = self._ending
        self._listener.journal.drain()
        received = (self._taps[0].received, self._taps[1].received)
        self._listener.journal.event(Ended, conn=self._number, by=by, how=how, error=words, bytes=received)
        self._listener.over(self._number)

    def shut_down(self) -> None:
        """Close both legs because the engine ends.

        It is the one time that the proxy says something itself: a close frame 1001 (going away), where it does not land
        inside a frame, because without it both sides would take an orderly end for a broken line.
        """
        if self._ending is None:
            self._ending = (PROXY, "shutdown", None)
            self._listener.journal.drain()
            for tap, leg in zip(self._taps, (self._csms, self._station), strict=True):
                if tap.takes_a_frame:
                    leg.write(close_frame(_GOING_AWAY, "proxy stopped", masked=leg is self._csms))
        self._station.close()
        self._csms.close()

    def abort(self) -> None:
        """Cut what `shut_down` could not close in time."""
        self._station.abort()
        self._csms.abort()

    def _other(self, leg: Leg) -> Leg:
        return self._csms if leg is self._station else self._station

    def _ended_by(self, leg: Leg, error: Exception | None) -> None:
        """Note who ended it and how; only the first event counts. After a close frame its sender did."""
        if self._ending is not None:
            return
        by, how, words = classify(leg.role, error)
        self._listener.journal.drain()
        closed = [(tap.closed_at, tap.sender) for tap in self._taps if tap.closed_at]
        if closed:
            by, how = min(closed)[1].value, "closed"
        self._ending = (by, how, words)

    def _watch_silence(self) -> None:
        """Close for good what one side has closed, once the other has been silent for a while."""
        self._listener.journal.drain()
        seen = self._taps[0].received + self._taps[1].received
        if self._timer is not None and seen == self._seen:
            self._station.close()
            self._csms.close()
            return
        self._seen = seen
        self._timer = asyncio.get_running_loop().call_later(
            self._listener.config.half_close_timeout, self._watch_silence
        )
