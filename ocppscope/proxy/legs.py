"""The two ends of a connection as asyncio protocols: bytes first, everything else afterwards."""

import asyncio
import socket
import struct
from collections.abc import Callable
from time import monotonic_ns, time
from typing import Protocol, cast

from ocppscope.capture.tap import Tap
from ocppscope.protocol.roles import Role
from ocppscope.proxy.journal import Journal

_LINGER_NONE = struct.pack("ii", 1, 0)  # close() then sends RST and forgets what is unsent
_FLUSH_TIMEOUT = 30.0  # seconds for a peer to take what is buffered for it before its connection is cut

_KEEPALIVE = {"TCP_KEEPIDLE": 600, "TCP_KEEPINTVL": 75, "TCP_KEEPCNT": 9}
"""Dead peers are found after 21 minutes of silence: late enough to outlive any gap that the two sides' own TCP would,
early enough that half-open connections do not pile up for the two hours of the system's default."""


def _discard(_data: bytes) -> None:
    """Where bytes go whose receiver is gone."""


class _Unconnected(asyncio.Transport):
    """Stands where a socket will be: takes nothing, has nothing to close."""

    def is_closing(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass


_UNCONNECTED = _Unconnected()


class Steward(Protocol):
    """Who decides about a connection's legs: first its `Upgrade`, then its `Relay`."""

    def connected(self, leg: "Leg") -> None:
        """The leg has its socket."""

    def received(self, leg: "Leg", data: bytes, mono: int) -> None:
        """A leg without a tap has read and forwarded bytes, at ``mono`` ns."""

    def half_closed(self, leg: "Leg") -> None:
        """The leg's peer has sent its FIN."""

    def lost(self, leg: "Leg", error: Exception | None) -> None:
        """The leg's socket is gone."""


class Leg(asyncio.Protocol):
    """One socket of a connection.

    Attributes:
        steward: decides about it.
        role: who is at the other end.
        other: the connection's other leg, None while there is none.
        transport: a stand-in before it is connected.
        forward: takes what this leg reads: the other leg's ``write``.
        tap: looks at what this leg reads; None until both sides have agreed on WebSocket.
        ended: the peer has sent its FIN.
        lost: the socket is gone.
    """

    __slots__ = (
        "_aborting", "_deadline", "_holds", "_journal", "ended", "forward", "lost", "other", "role", "steward",
        "tap", "transport",
    )  # fmt: skip

    BACKPRESSURE, EARLY = 1, 2

    def __init__(self, role: Role, steward: Steward, journal: Journal) -> None:
        self.role = role
        self.steward = steward
        self.other: Leg | None = None
        self.transport: asyncio.Transport = _UNCONNECTED
        self.forward: Callable[[bytes], None] = _discard
        self.tap: Tap | None = None
        self.ended = False
        self.lost = False
        self._journal = journal
        self._holds = 0
        self._aborting = False
        self._deadline: asyncio.TimerHandle | None = None

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the socket."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are of no asyncio class
        _tune(transport)
        self.steward.connected(self)

    def data_received(self, data: bytes) -> None:
        """Hand the bytes on, then put a copy aside for inspection."""
        mono = monotonic_ns()
        self.forward(data)
        if self.tap is not None:
            self._journal.passed(self.tap, data, mono, time(), monotonic_ns())
        else:
            self.steward.received(self, data, mono)

    def eof_received(self) -> bool:
        """The peer has closed its half. True keeps ours open for what the other side still has to say (TLS cannot)."""
        self.ended = True
        self.steward.half_closed(self)
        return not self.secured

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone, in whatever way."""
        self.lost = True
        if self._deadline is not None:
            self._deadline.cancel()
        self._take_no_more()
        self.steward.lost(self, exc)

    def pause_writing(self) -> None:
        """This peer does not keep up: stop reading from the other one."""
        if self.other is not None:
            self.other.hold(Leg.BACKPRESSURE)

    def resume_writing(self) -> None:
        """This peer has caught up."""
        if self._aborting:
            self._reset_now()
        elif self.other is not None:
            self.other.release(Leg.BACKPRESSURE)

    # What the connection calls.

    @property
    def alive(self) -> bool:
        """Whether there is a socket to write to."""
        return not self.lost and not self.transport.is_closing()

    @property
    def connected(self) -> bool:
        """Whether it ever had a socket."""
        return self.transport is not _UNCONNECTED

    @property
    def secured(self) -> bool:
        """Whether it speaks TLS, which knows no half-close."""
        return self.transport.get_extra_info("ssl_object") is not None

    def hold(self, reason: int) -> None:
        """Stop reading."""
        if not self._holds and self.alive:
            self.transport.pause_reading()
        self._holds |= reason

    def release(self, reason: int) -> None:
        """Go on reading, unless there is another reason not to."""
        held = self._holds
        self._holds &= ~reason
        if held and not self._holds and self.alive:
            self.transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send, if there is anybody."""
        if self.alive:
            self.transport.write(data)

    def finish(self) -> None:
        """Send what is buffered, then FIN; go on reading."""
        if not self.alive:
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.close()

    def close(self) -> None:
        """Send what is buffered, then close."""
        if self.alive:
            self._take_no_more()
            self.transport.close()
            self._deadline = asyncio.get_running_loop().call_later(_FLUSH_TIMEOUT, self.abort)

    def abort(self) -> None:
        """Close without sending what is buffered."""
        if not self.lost:
            self._take_no_more()
            self.transport.abort()

    def reset(self) -> None:
        """Let the peer see a reset, as the other side's peer caused one; what was read before it is sent before it."""
        if not self.alive or self._aborting:
            return
        self._aborting = True
        self._take_no_more()
        if self.transport.get_write_buffer_size():
            self._deadline = asyncio.get_running_loop().call_later(_FLUSH_TIMEOUT, self._reset_now)
            self.transport.set_write_buffer_limits(0)
        else:
            self._reset_now()

    def _take_no_more(self) -> None:
        """What the other side still says has no receiver: asyncio would warn of each write to a closing transport."""
        if self.other is not None:
            self.other.forward = _discard

    def _reset_now(self) -> None:
        if self.lost:
            return
        endpoint = self.transport.get_extra_info("socket")
        if endpoint is not None:
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
        self.transport.abort()


def _tune(transport: asyncio.BaseTransport) -> None:
    endpoint = transport.get_extra_info("socket")
    try:
        endpoint.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEPALIVE.items():
            if hasattr(socket, option):
                endpoint.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    except OSError:
        pass  # the peer is gone already; the loop will say so
