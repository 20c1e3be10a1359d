"""An OCPP 1.6 station with two connectors, as the specification wants it: what `clean_episodes_v16` is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clean_talk import Payload, Talk

from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

CARD, OTHER_CARD, BLOCKED_CARD = "04A2B7C1D2", "04F0E1D2C3", "04DEADBEEF"

CONFIGURATION = {
    "AllowOfflineTxForUnknownId": "true",
    "AuthorizationCacheEnabled": "true",
    "AuthorizeRemoteTxRequests": "false",
    "ChargeProfileMaxStackLevel": "8",
    "ChargingScheduleAllowedChargingRateUnit": "Current",
    "ChargingScheduleMaxPeriods": "24",
    "ClockAlignedDataInterval": "0",
    "ConnectionTimeOut": "90",
    "ConnectorPhaseRotation": "0.RST,1.RST,2.RST",
    "GetConfigurationMaxKeys": "40",
    "HeartbeatInterval": "300",
    "LocalAuthListEnabled": "true",
    "LocalAuthListMaxLength": "100",
    "LocalAuthorizeOffline": "true",
    "LocalPreAuthorize": "false",
    "MaxChargingProfilesInstalled": "10",
    "MeterValuesAlignedData": "Energy.Active.Import.Register",
    "MeterValuesSampledData": "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage",
    "MeterValueSampleInterval": "60",
    "NumberOfConnectors": "2",
    "ReserveConnectorZeroSupported": "false",
    "ResetRetries": "1",
    "SendLocalListMaxLength": "50",
    "StopTransactionOnEVSideDisconnect": "true",
    "StopTransactionOnInvalidId": "true",
    "StopTxnAlignedData": "",
    "StopTxnSampledData": "",
    "SupportedFeatureProfiles": "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
    "TransactionMessageAttempts": "3",
    "TransactionMessageRetryInterval": "60",
    "UnlockConnectorOnEVSideDisconnect": "true",
    "WebSocketPingInterval": "120",
}

READ_ONLY = frozenset(
    {
        "ChargeProfileMaxStackLevel", "ChargingScheduleAllowedChargingRateUnit", "ChargingScheduleMaxPeriods",
        "GetConfigurationMaxKeys", "LocalAuthListMaxLength", "MaxChargingProfilesInstalled", "NumberOfConnectors",
        "ReserveConnectorZeroSupported", "SendLocalListMaxLength", "SupportedFeatureProfiles",
    }
)  # fmt: skip


@dataclass
class Meter:
    """The register of one connector or EVSE: it grows with the current."""

    wh: float
    amperes: float = 0.0
    since: float = 0.0

    def at(self, second: float) -> float:
        """Wh at that time."""
        return self.wh + self.amperes * 690 * max(second - self.since, 0) / 3600

    def draw(self, amperes: float, second: float) -> None:
        """So much in each of three phases of 230 V from now on."""
        self.wh, self.since, self.amperes = self.at(second), second, amperes


@dataclass
class Transaction:
    """One that runs; it has no id before its start is answered."""

    connector: int
    tag: str
    id: int | None = None


class Life16(Talk):
    """Such a station. It samples each minute, and keeps what it cannot send for later.

    Args:
        station: identity.
        first_transaction: the first id that its CSMS issues it; the stations of one CSMS share none.
        options: as of `Talk`.
    """

    def __init__(self, station: str = "CS-1", *, first_transaction: int = 1001, **options: Any) -> None:
        super().__init__(OcppVersion.V16, station, **options)
        self.firmware = "1.4.2"
        self.meters = {1: Meter(15_300.0), 2: Meter(40_210.0)}
        self.states: dict[int, str] = {}
        self.configuration = dict(CONFIGURATION)
        self._queue: list[Callable[[], None]] = []
        self._next_transaction = first_transaction

    def boot(self, pending: int = 0) -> None:
        """Register, at first in vain as often as is said, and report all connectors."""
        self.interval = None
        for _ in range(pending):
            self._register("Pending", 60)
            self.ask("GetConfiguration", {"key": ["NumberOfConnectors"]}, self.told(["NumberOfConnectors"]))
            self.wait(60)
        self._register("Accepted", int(self.configuration["HeartbeatInterval"]))
        self.interval = float(self.configuration["HeartbeatInterval"])
        self.deliver()
        for connector in (0, *self.meters):
            self._report(connector, self.states.get(connector, "Available"))
        if self.security >= 2:
            self.call("SecurityEventNotification", {"type": "StartupOfTheDevice", "timestamp": self.time()})

    def _register(self, status: str, interval: int) -> None:
        self.call(
            "BootNotification",
            {
                "chargePointVendor": "Made",
                "chargePointModel": "Up",
                "chargePointSerialNumber": f"SN-{self.station}",
                "firmwareVersion": self.firmware,
            },
            {"status": status, "currentTime": self.time(self.now + 0.05), "interval": interval},
        )

    def told(self, keys: list[str]) -> Payload:
        """The answer to GetConfiguration for these keys, or for all."""
        known = [key for key in keys or sorted(self.configuration) if key in self.configuration]
        rows = [{"key": key, "readonly": key in READ_ONLY, "value": self.configuration[key]} for key in known]
        return {"configurationKey": rows, "unknownKey": [key for key in keys if key not in self.configuration]}

    def configure(self, key: str, value: str) -> None:
        """The CSMS changes a key, and the station takes it over."""
        self.ask("ChangeConfiguration", {"key": key, "value": value}, {"status": "Accepted"})
        self.configuration[key] = value
        if key == "HeartbeatInterval":
            self.interval = float(value)

    def status(self, connector: int, status: str, error: str = "NoError") -> None:
        """A connector changes. Without a connection only its last state will be told."""
        self.states[connector] = status
        if self.online:
            self._report(connector, status, error)

    def _report(self, connector: int, status: str, error: str = "NoError") -> None:
        payload = {"connectorId": connector, "errorCode": error, "status": status, "timestamp": self.time()}
        self.call("StatusNotification", payload)

    def authorize(self, tag: str = CARD, status: str = "Accepted") -> None:
        """A card is held before the reader."""
        self.call("Authorize", {"idTag": tag}, {"idTagInfo": {"status": status, "expiryDate": "2030-01-01T00:00:00Z"}})

    def start(
        self, connector: int = 1, tag: str = CARD, *, status: str = "Accepted", amperes: float = 16.0, **more: Any
    ) -> Transaction:
        """Energy begins to flow; ``more`` are further members of the StartTransaction."""
        transaction = Transaction(connector, tag)
        payload = {
            "connectorId": connector,
            "idTag": tag,
            "meterStart": int(self.meters[connector].at(self.now)),
            "timestamp": self.time(),
            **more,
        }
        issued, self._next_transaction = self._next_transaction, self._next_transaction + 1

        def send() -> None:
            self.call("StartTransaction", payload, {"transactionId": issued, "idTagInfo": {"status": status}})
            transaction.id = issued

        self._transact(send)
        self.meters[connector].draw(amperes, self.now)
        self.status(connector, "Charging")
        seconds = float(self.configuration["MeterValueSampleInterval"])
        self.each(f"sample {connector}", seconds, lambda: self.sample(transaction))
        return transaction

    def charge(self, connector: int = 1, tag: str = CARD, **more: Any) -> Transaction:
        """Somebody plugs in, shows a card, and is let in."""
        self.status(connector, "Preparing")
        self.wait(4)
        if self.online:
            self.authorize(tag)
        return self.start(connector, tag, **more)

    def sample(self, transaction: Transaction, context: str = "Sample.Periodic") -> None:
        """Meter values of a transaction."""
        meter_value = {"timestamp": self.time(), "sampledValue": self.sampled(transaction.connector, context)}
        connector = transaction.connector

        def send() -> None:
            payload = {"connectorId": connector, "transactionId": transaction.id, "meterValue": [meter_value]}
            self.call("MeterValues", payload)

        self._transact(send)

    def sampled(self, connector: int, context: str) -> list[Payload]:
        """What the meter shows now."""
        meter = self.meters[connector]
        values = [_value(context, "Energy.Active.Import.Register", "Wh", meter.at(self.now))]
        values.append(_value(context, "Power.Active.Import", "W", meter.amperes * 690))
        for phase in ("L1", "L2", "L3"):
            values.append(_value(context, "Current.Import", "A", meter.amperes) | {"phase": phase})
            values.append(_value(context, "Voltage", "V", 230.0) | {"phase": f"{phase}-N"})
        return values

    def stop(self, transaction: Transaction, reason: str | None = None, tag: str | None = None) -> None:
        """It ends, the EV is still there. Without a reason by the driver's card, if one is given."""
        connector = transaction.connector
        self.cease(f"sample {connector}")
        self.meters[connector].draw(0.0, self.now)
        payload: Payload = {"meterStop": int(self.meters[connector].at(self.now)), "timestamp": self.time()}
        payload |= {} if reason is None else {"reason": reason}
        payload |= {} if tag is None else {"idTag": tag}

        def send() -> None:
            self.call(
                "StopTransaction", {"transactionId": transaction.id, **payload}, {"idTagInfo": {"status": "Accepted"}}
            )

        self._transact(send)

    def finish(self, transaction: Transaction, reason: str | None = None, tag: str | None = CARD) -> None:
        """It ends, and the driver unplugs."""
        self.stop(transaction, reason, tag)
        self.status(transaction.connector, "Finishing")
        self.wait(20)
        self.status(transaction.connector, "Available")

    def reboot(self, seconds: float = 40.0, code: int = 1001) -> None:
        """The station goes down, comes back and registers."""
        self.close(Role.STATION, code)
        self.interval = None
        self.wait(seconds)
        self.connect()
        self.boot()

    def deliver(self) -> None:
        """Send what was kept, in order."""
        queue, self._queue = self._queue, []
        for send in queue:
            send()

    def _transact(self, send: Callable[[], None]) -> None:
        if self.online and not self._queue:
            send()
        else:
            self._queue.append(send)


def _value(context: str, measurand: str, unit: str, value: float) -> Payload:
    return {"value": f"{value:.1f}", "context": context, "measurand": measurand, "unit": unit}
