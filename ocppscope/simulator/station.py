"""A station apart from its dialect: connectors with meters, the offline queue, and the verbs that every version has."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ocppscope.protocol.roles import Role
from ocppscope.simulator.clock import Clock
from ocppscope.simulator.fleet import CONNECTORS, Identity, Model
from ocppscope.simulator.peer import Peer, Witness

HEARTBEAT_INTERVAL = 10
"""Seconds that the CSMS asks for: short, so that a demo shows heartbeats."""

SAMPLE_INTERVAL = 4
"""Seconds between two meter values of a transaction."""


@dataclass(slots=True)
class Charge:
    """A transaction at a connector. ``id`` is None until a 1.6 CSMS has given one."""

    token: str
    id: int | str | None = None
    started: str = ""
    remote_id: int | None = None
    seq_no: int = 0


@dataclass(slots=True)
class Meter:
    """An energy meter: the register rises by the power that flows while time passes."""

    model: Model
    random: Random
    register: float = 0.0
    limit: float | None = None
    charge_level: float = 20.0
    watts: float = 0.0

    def plug_in(self) -> None:
        """Another vehicle, with another battery."""
        self.charge_level = self.random.uniform(12, 55)

    def run(self, real_seconds: float) -> None:
        """Let a time pass at a power that wavers a little below what cable and limit allow."""
        greatest = self.model.watts if self.limit is None else min(self.limit, self.model.watts)
        self.watts = round(greatest * self.random.uniform(0.93, 0.98))
        self.register += self.watts * real_seconds / 3600
        self.charge_level = min(95.0, self.charge_level + self.watts * real_seconds / 600_000)

    @property
    def reading(self) -> int:
        """The register in Wh, as it is read off."""
        return int(self.register)

    @property
    def amperes(self) -> float:
        """Current of one phase."""
        return round(self.watts / self.model.volts / self.model.phases, 1)


@dataclass(slots=True)
class Connector:
    """A 1.6 connector, or a 2.x EVSE with its only connector."""

    number: int
    meter: Meter
    state: str = "Available"
    reported: str | None = None
    charge: Charge | None = None
    reservation: int | None = None
    profiles: dict[int, float] = field(default_factory=dict)


class Station(Peer, ABC):
    """One simulated station. Verbs are what it does of its own accord; they return when the CSMS has answered.

    While it is offline, what belongs to a transaction waits in ``queue`` with the time stamps of when it happened.
    """

    role = Role.STATION
    thinking = (0.03, 0.25)

    def __init__(self, identity: Identity, seed: str, clock: Clock, witness: Witness | None = None) -> None:
        super().__init__(identity.id, seed, clock, witness)
        self.identity = identity
        self.version = identity.version
        self.firmware = identity.firmware
        self.booted = False
        self.online = False
        self.list_version = 0
        self.queue: deque[Callable[[], Awaitable[None]]] = deque()
        self.connectors = {
            number: Connector(
                number, Meter(identity.model, self.random, register=self.random.randrange(20_000, 900_000))
            )
            for number in CONNECTORS
        }

    # -- what a version must be able to say -----------------------------------------------------------------------

    @abstractmethod
    def boot_call(self, reason: str) -> Any:
        """BootNotification."""

    @abstractmethod
    def status_call(self, connector: int, state: str) -> Any:
        """StatusNotification, with a state in the words of 1.6."""

    @abstractmethod
    def heartbeat_call(self) -> Any:
        """Heartbeat."""

    @abstractmethod
    def authorize_call(self, token: str) -> Any:
        """Authorize."""

    @abstractmethod
    def data_call(self, message_id: str, data: str) -> Any:
        """DataTransfer."""

    @abstractmethod
    def reading_call(self, connector: Connector, context: str) -> Any:
        """MeterValues."""

    @abstractmethod
    def firmware_call(self, status: str) -> Any:
        """FirmwareStatusNotification."""

    @abstractmethod
    def log_call(self, status: str) -> Any:
        """DiagnosticsStatusNotification or LogStatusNotification: Uploading, Uploaded."""

    @abstractmethod
    async def report(self, connector: int, state: str) -> None:
        """Enter a state, given in the words of 1.6, and tell the CSMS as far as the version has words for it."""

    @abstractmethod
    async def report_all(self) -> None:
        """Tell the present state of every connector."""

    @abstractmethod
    async def begin(self, number: int, token: str, remote_id: int | None = None) -> None:
        """Start a transaction and charge."""

    @abstractmethod
    async def sample(self, number: int) -> None:
        """Send the meter values of a running transaction."""

    @abstractmethod
    async def suspend(self, number: int) -> None:
        """The vehicle takes no more energy."""

    @abstractmethod
    async def end(self, number: int, reason: str) -> None:
        """End the transaction: Local, Remote, EVDisconnected, PowerLoss."""

    # -- what all versions do alike -------------------------------------------------------------------------------

    async def boot(self, reason: str = "PowerUp") -> None:
        """Register with the CSMS."""
        answer = await self.request(self.boot_call(reason))
        self.booted = answer is not None and answer.status == "Accepted"

    async def heartbeat(self) -> None:
        """Say that it is alive."""
        await self.request(self.heartbeat_call())

    async def authorize(self, token: str) -> bool:
        """Ask whether a token may charge."""
        return await self.request(self.authorize_call(token)) is not None

    async def transfer(self, message_id: str, data: str) -> None:
        """Send something of the vendor's own."""
        await self.request(self.data_call(message_id, data))

    async def read_meter(self, number: int, context: str = "Trigger") -> None:
        """Send meter values outside the rhythm of a transaction."""
        await self.request(self.reading_call(self.connectors[number], context))

    async def upload_log(self) -> None:
        """Upload what was asked for."""
        for status in ("Uploading", "Uploaded"):
            await self.clock.pause(0.6)
            await self.request(self.log_call(status))

    async def install_firmware(self) -> None:
        """Download and begin to install; what comes after the reboot is `firmware_installed`."""
        for status in ("Downloading", "Downloaded", "Installing"):
            await self.clock.pause(0.6)
            await self.request(self.firmware_call(status))
        major, minor, patch = self.firmware.split(".")
        self.firmware = f"{major}.{minor}.{int(patch) + 1}"

    async def firmware_installed(self) -> None:
        """Say that the new firmware runs."""
        await self.request(self.firmware_call("Installed"))

    async def deliver(self, send: Callable[[], Awaitable[None]]) -> None:
        """Send what belongs to a transaction: now, or in order after the connection is back."""
        self.queue.append(send)
        if self.online:
            await self.flush()

    async def flush(self) -> None:
        """Send what waits in the queue, oldest first."""
        while self.queue:
            await self.queue[0]()
            self.queue.popleft()

    def charging(self, number: int) -> tuple[Connector, Charge]:
        """A connector and the transaction that runs there."""
        connector = self.connectors[number]
        if connector.charge is None:
            raise LookupError(f"{self.id} connector {number} has no transaction")
        return connector, connector.charge

    def limit(self, connector: Connector, profile_id: int, limit: float | None, unit: str) -> None:
        """Install a charging profile, or remove it (limit None); the lowest one counts."""
        if limit is None:
            connector.profiles.pop(profile_id, None)
        else:
            watts = limit if unit == "W" else limit * self.identity.model.volts * self.identity.model.phases
            connector.profiles[profile_id] = watts
        connector.meter.limit = min(connector.profiles.values(), default=None)

    def clear_limits(self, profile_id: int | None) -> bool:
        """Remove one profile or all; whether there was any."""
        found = False
        for connector in self.connectors.values():
            for installed in [known for known in connector.profiles if profile_id in {None, known}]:
                self.limit(connector, installed, None, "W")
                found = True
        return found

    def allowed(self, connector: Connector, unit: str) -> float:
        """What may be drawn at a connector now, in A of one phase or in W."""
        watts = self.identity.model.watts if connector.meter.limit is None else connector.meter.limit
        return float(watts) if unit == "W" else round(watts / self.identity.model.volts / self.identity.model.phases, 1)

    @property
    def unit(self) -> str:
        """How limits are given: A for alternating current, W for direct current."""
        return "W" if self.identity.model.direct_current else "A"
