"""The simulated CSMS: one listening socket, and for each station a `Session` that answers it and asks it things."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from zlib import crc32

from websockets.asyncio.server import Server, ServerConnection, serve

from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion, negotiated_version
from ocppscope.simulator.clock import Clock
from ocppscope.simulator.peer import SUBPROTOCOLS, Peer, Witness

TOKENS = ("DEADBEEF01", "CAFE2024AA", "FEED0BEE42", "BADA55C0DE", "0FF1CE7788")
"""The made-up cards that the CSMS knows and accepts."""


class Session(Peer, ABC):
    """The CSMS's half of one station's conversation. Verbs are what it asks the station; they return when it answered.

    Attributes:
        running: id of the transaction that runs on each connector, as far as the station told.
    """

    role = Role.CSMS

    def __init__(self, station_id: str, seed: str, clock: Clock, witness: Witness | None = None) -> None:
        super().__init__(station_id, seed, clock, witness)
        self.running: dict[int, int | str] = {}
        # Each station gets a range of its own, so that ids are unique without depending on who started first.
        self._numbers = (crc32(station_id.encode()) % 9000 + 1000) * 1000
        self.list_version = 0

    def number(self) -> int:
        """The next number for a transaction, a request or a reservation of this station."""
        self._numbers += 1
        return self._numbers

    @abstractmethod
    async def read_settings(self) -> None:
        """Everything the station says of itself."""

    @abstractmethod
    async def change_settings(self) -> None:
        """Set the rhythm of meter values and read it back."""

    @abstractmethod
    async def remote_start(self, connector: int, token: str) -> int | None:
        """Start a transaction from afar; the number of the request where the version has one."""

    @abstractmethod
    async def remote_stop(self, connector: int) -> None:
        """Stop the transaction that runs there."""

    @abstractmethod
    def trigger_call(self, message: str, connector: int | None = None) -> Any:
        """TriggerMessage."""

    @abstractmethod
    def profile_call(self, connector: int, limit: float, unit: str, *, transaction: bool = False) -> Any:
        """SetChargingProfile: a default for the connector, or a limit for the transaction that runs there."""

    @abstractmethod
    def schedule_call(self, connector: int, unit: str) -> Any:
        """GetCompositeSchedule."""

    @abstractmethod
    def clear_profile_call(self) -> Any:
        """ClearChargingProfile: all of them."""

    @abstractmethod
    def reserve_call(self, connector: int, token: str, reservation: int, expiry: str) -> Any:
        """ReserveNow."""

    @abstractmethod
    def cancel_call(self, reservation: int) -> Any:
        """CancelReservation."""

    @abstractmethod
    def list_version_call(self) -> Any:
        """GetLocalListVersion."""

    @abstractmethod
    def list_call(self, version: int) -> Any:
        """SendLocalList: all known cards."""

    @abstractmethod
    def log_call(self) -> Any:
        """GetDiagnostics or GetLog."""

    @abstractmethod
    def firmware_call(self) -> Any:
        """UpdateFirmware."""

    @abstractmethod
    def reset_call(self) -> Any:
        """Reset, when nothing is going on."""

    @abstractmethod
    def unlock_call(self, connector: int) -> Any:
        """UnlockConnector."""

    @abstractmethod
    def availability_call(self, connector: int, *, operative: bool) -> Any:
        """ChangeAvailability."""

    @abstractmethod
    def clear_cache_call(self) -> Any:
        """ClearCache."""

    @abstractmethod
    def settings_call(self) -> Any:
        """GetConfiguration or GetVariables: a few of them."""

    @abstractmethod
    def data_call(self, message_id: str, data: str) -> Any:
        """DataTransfer."""

    async def renew_list(self) -> None:
        """Send the list of known cards and see that it arrived."""
        await self.request(self.list_version_call())
        self.list_version += 1
        await self.request(self.list_call(self.list_version))
        await self.request(self.list_version_call())


Opening = Callable[[str], Session]


class Csms:
    """The listening socket and the sessions behind it.

    Args:
        sessions: makes the session for a station identity, by version.
    """

    def __init__(self, sessions: dict[OcppVersion, Opening]) -> None:
        self._openings = sessions
        self._sessions: dict[str, Session] = {}
        self._arrivals: dict[str, asyncio.Future[Session]] = {}
        self._server: Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and say where: the URL that a station's identity is appended to."""
        self._server = await serve(
            self._serve, host, port, subprotocols=SUBPROTOCOLS, ping_interval=20, close_timeout=2, server_header=None
        )
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"ws://{host}:{port}/ocpp"

    async def stop(self) -> None:
        """Close every connection properly and listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def arrival(self, station_id: str) -> "asyncio.Future[Session]":
        """The session of a station once its next connection is there."""
        future: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._arrivals[station_id] = future
        return future

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None  # noqa: S101 - a connection is served after its handshake
        station_id = unquote(connection.request.path.partition("?")[0].rstrip("/").rpartition("/")[2])
        version = negotiated_version(connection.subprotocol)
        if version is None:
            return
        session = self._sessions.get(station_id)
        if session is None or session.version is not version:
            session = self._sessions[station_id] = self._openings[version](station_id)
        served = asyncio.ensure_future(session.listen(connection))
        await asyncio.sleep(0)  # the session takes the connection before anybody is told that it is there
        arrival = self._arrivals.pop(station_id, None)
        if arrival is not None and not arrival.done():
            arrival.set_result(session)
        await served
