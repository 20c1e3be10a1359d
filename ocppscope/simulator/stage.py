"""One station and its CSMS on a stage: the connection between them, and time passing."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Sequence
from random import Random
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.clock import Clock
from ocppscope.simulator.csms import TOKENS, Csms, Session
from ocppscope.simulator.peer import Lost
from ocppscope.simulator.station import HEARTBEAT_INTERVAL, SAMPLE_INTERVAL, Connector, Station

_PING_INTERVAL = 5
_HANDSHAKE = 10.0
"""Real seconds in which a connection must come up from end to end."""


class Stage:
    """What a script acts on.

    Attributes:
        station, csms: the two parties; ``csms`` only once the station has been connected.
        random: for the choices of the script.
    """

    def __init__(self, station: Station, server: Csms, url: str, clock: Clock, seed: str) -> None:
        self.station = station
        self.clock = clock
        self.random = Random(f"{seed}/stage/{station.id}")  # noqa: S311 - a demo that must repeat itself
        self._server = server
        self._url = f"{url.rstrip('/')}/{quote(station.id)}"
        self._session: Session | None = None
        self._connection: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None

    @property
    def csms(self) -> Session:
        """The CSMS's half of the conversation."""
        assert self._session is not None  # noqa: S101 - scripts connect first
        return self._session

    # -- connection -----------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect the station, all the way to the CSMS.

        Raises:
            Lost: there is no way through.
        """
        arrival = self._server.arrival(self.station.id)
        connection = None
        try:
            connection = await self.dial([self.station.version.subprotocol])
            # Through a proxy the CSMS has answered the handshake by now, but may not have taken the connection up yet.
            self._session = await asyncio.wait_for(arrival, _HANDSHAKE)
        except (OSError, TimeoutError, WebSocketException) as refused:
            arrival.cancel()
            if connection is not None:
                await connection.close()  # it leads somewhere else
            raise Lost from refused
        self._connection = connection
        self._listening = asyncio.ensure_future(self.station.listen(connection))
        await asyncio.sleep(0)
        self.station.online = True

    async def dial(self, subprotocols: Sequence[str]) -> ClientConnection:
        """Open a connection in the station's name. Half of all real stations cannot compress: those of 1.6 here."""
        return await connect(
            self._url,
            subprotocols=[Subprotocol(name) for name in subprotocols] or None,
            compression=None if self.station.version is OcppVersion.V16 else "deflate",
            ping_interval=_PING_INTERVAL,
            open_timeout=_HANDSHAKE,
            close_timeout=2,
            user_agent_header="made-up station",
            proxy=None,
        )

    async def hang_up(self, code: int = 1001, reason: str = "") -> None:
        """End the connection properly (1001: going away)."""
        if self._connection is not None:
            await self._connection.close(code, reason)
        await self._wait_for_end()

    async def drop(self) -> None:
        """Lose the connection without a word, as a mobile network does: a TCP reset and no close frame."""
        if self._connection is not None:
            raw = self._connection.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._connection.transport.abort()
        await self._wait_for_end()

    async def _wait_for_end(self) -> None:
        self.station.online = False
        self._connection = None
        if self._listening is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    # -- time -----------------------------------------------------------------------------------------------------

    async def pause(self, seconds: float) -> None:
        """Let time pass between two steps."""
        await self.clock.pause(seconds)

    async def idle(self, seconds: float) -> None:
        """Let time pass in which nothing happens but heartbeats."""
        while seconds > 0:
            step = min(seconds, HEARTBEAT_INTERVAL)
            await self.pause(step)
            seconds -= step
            if step == HEARTBEAT_INTERVAL:
                await self.station.heartbeat()

    async def charge(self, connector: int, seconds: float = SAMPLE_INTERVAL) -> None:
        """Let energy flow for a while."""
        await self.pause(seconds)
        self.station.connectors[connector].meter.run(self.clock.real(seconds))

    # -- choices --------------------------------------------------------------------------------------------------

    def token(self) -> str:
        """A card that the CSMS knows."""
        return self.random.choice(TOKENS)

    def connector(self) -> Connector:
        """A connector that is free."""
        free = [known for known in self.station.connectors.values() if known.state == "Available"]
        return self.random.choice(free)
