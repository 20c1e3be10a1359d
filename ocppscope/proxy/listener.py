"""The listening sockets, and everything that connections share."""

import asyncio
import contextlib
import errno
import os
import socket
import ssl
from collections.abc import Callable, Coroutine
from typing import Protocol

from ocppscope.capture.record import Refused, Stage
from ocppscope.protocol.websocket.handshake import refusal
from ocppscope.proxy.addresses import address_text, listening_sockets
from ocppscope.proxy.config import EngineConfig, parse_listen, parse_upstream
from ocppscope.proxy.dialling import TLS_SHUTDOWN_TIMEOUT
from ocppscope.proxy.journal import Journal
from ocppscope.proxy.tls import listener_context, tls_words, upstream_context
from ocppscope.proxy.upgrade import Upgrade

_NO_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_BREATH = 0.5  # seconds to wait before accepting again when the system has no file descriptor left


class Live(Protocol):
    """A connection in whatever phase."""

    def shut_down(self) -> None:
        """Close it because the engine ends."""

    def abort(self) -> None:
        """Cut it."""


class Listener:
    """Accepts stations and keeps the list of live connections.

    Args:
        config: checked.
        journal: takes records.
        on_idle: called when the last live connection has ended.

    Raises:
        ConfigError: a certificate or an authority's file cannot be used.
    """

    def __init__(self, config: EngineConfig, journal: Journal, on_idle: Callable[[], None] = lambda: None) -> None:
        self.config = config
        self.journal = journal
        self.upstream = parse_upstream(config.upstream)
        self.upstream_context = upstream_context(config) if self.upstream.tls else None
        self._context = listener_context(config)
        self._on_idle = on_idle
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._live: dict[int, Live] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._numbers = 0
        self._short_of_files = False

    def bind(self) -> str:
        """Open the listening sockets; returns the URL for stations, with the port that was really bound.

        Raises:
            CannotListenError: the port is taken, the address is not ours, …
        """
        host, port = parse_listen(self.config.listen)
        self._sockets = listening_sockets(host, port)
        scheme = "wss" if self._context else "ws"
        return f"{scheme}://{address_text((host, self._sockets[0].getsockname()[1]))}"

    def start(self) -> None:
        """Accept connections from now on."""
        for endpoint in self._sockets:
            self._spawn(self._accept(endpoint))

    def close(self) -> None:
        """Accept no more."""
        for task in self._tasks:
            task.cancel()
        for endpoint in self._sockets:
            endpoint.close()
        self._sockets = []

    async def shut_down(self) -> None:
        """Close everything, all connections included; what does not close in time is cut."""
        self.close()
        for cut in (False, True):
            for connection in list(self._live.values()):
                connection.abort() if cut else connection.shut_down()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), self.config.shutdown_timeout)

    @property
    def connections(self) -> int:
        """How many live connections there are."""
        return len(self._live)

    def live(self, number: int, connection: Live) -> None:
        """A connection lives, now in these hands."""
        self._live[number] = connection
        self._idle.clear()

    def over(self, number: int) -> None:
        """A connection has ended."""
        if self._live.pop(number, None) is not None and not self._live:
            self._idle.set()
            self._on_idle()

    async def _accept(self, endpoint: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, peer = await loop.sock_accept(endpoint)
            except OSError as error:
                if error.errno in _NO_RESOURCES and not self._short_of_files:
                    self._short_of_files = True
                    self.journal.note(f"cannot accept connections: {os.strerror(error.errno)}; they wait")
                await asyncio.sleep(_BREATH if error.errno in _NO_RESOURCES else 0)
                continue
            self._short_of_files = False
            self._spawn(self._admit(accepted, address_text(peer)))
            await asyncio.sleep(0)  # an accept that need not wait gives no turn to those who are connected

    async def _admit(self, accepted: socket.socket, peer: str) -> None:
        """Hand a socket to an `Upgrade`, after TLS where the listener speaks it."""
        self._numbers += 1
        number = self._numbers
        # Those whose TLS handshake is under way count too: they are the tasks.
        if len(self._live) + len(self._tasks) - len(self._sockets) > self.config.max_connections:
            self._turn_away(accepted, number, peer)
            return
        upgrade = Upgrade(number, peer, self)
        timeout = self.config.header_timeout if self._context else None
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: upgrade.station,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=timeout,
                ssl_shutdown_timeout=TLS_SHUTDOWN_TIMEOUT if self._context else None,
            )
        except OSError as error:  # ssl.SSLError is one
            words = tls_words(error)
            plain = isinstance(error, ssl.SSLError) and error.reason == "HTTP_REQUEST"
            stage = Stage.REQUEST if plain else Stage.TLS
            self.journal.event(Refused, conn=number, peer=peer, stage=stage, reason=words)

    def _turn_away(self, accepted: socket.socket, number: int, peer: str) -> None:
        reason = f"the proxy serves {self.config.max_connections} connections and takes no more"
        with accepted:
            if self._context is None:
                try:
                    accepted.setblocking(False)
                    accepted.send(refusal("503 Service Unavailable", reason))
                except OSError:
                    pass  # it is not told, only closed
        self.journal.event(Refused, conn=number, peer=peer, stage=Stage.LIMIT, reason=reason, status=503)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
