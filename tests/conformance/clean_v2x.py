"""An OCPP 2.0.1 or 2.1 station with two EVSEs, as the specification wants it: what `clean_episodes_v2x` is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clean_talk import Payload, Talk
from clean_v16 import Meter

from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

CARD: Payload = {"idToken": "04A2B7C1D2", "type": "ISO14443"}
OTHER_CARD: Payload = {"idToken": "04F0E1D2C3", "type": "ISO14443"}
BLOCKED_CARD: Payload = {"idToken": "04DEADBEEF", "type": "ISO14443"}

VARIABLES = {
    ("OCPPCommCtrlr", "HeartbeatInterval"): "300",
    ("OCPPCommCtrlr", "WebSocketPingInterval"): "120",
    ("OCPPCommCtrlr", "NetworkProfileConnectionAttempts"): "3",
    ("OCPPCommCtrlr", "OfflineThreshold"): "600",
    ("OCPPCommCtrlr", "RetryBackOffWaitMinimum"): "5",
    ("DeviceDataCtrlr", "ItemsPerMessage.GetVariables"): "10",
    ("DeviceDataCtrlr", "ItemsPerMessage.SetVariables"): "10",
    ("SampledDataCtrlr", "TxStartedMeasurands"): "Energy.Active.Import.Register",
    ("SampledDataCtrlr", "TxUpdatedMeasurands"): "Energy.Active.Import.Register,Power.Active.Import,Current.Import",
    ("SampledDataCtrlr", "TxUpdatedInterval"): "60",
    ("SampledDataCtrlr", "TxEndedMeasurands"): "Energy.Active.Import.Register",
    ("SampledDataCtrlr", "TxEndedInterval"): "0",
    ("TxCtrlr", "TxStartPoint"): "EVConnected",
    ("TxCtrlr", "TxStopPoint"): "Authorized,EVConnected",
    ("TxCtrlr", "EVConnectionTimeOut"): "90",
    ("AuthCtrlr", "AuthorizeRemoteStart"): "false",
    ("LocalAuthListCtrlr", "Enabled"): "true",
}


@dataclass
class Transaction:
    """One that runs."""

    evse: int
    id: str
    next: int = 0
    """Sequence number of its next event."""


class Life2x(Talk):
    """Such a station: EVSEs 1 and 2 with a connector each, transactions from the plug on, samples each minute.

    Args:
        version: 2.0.1 or 2.1.
        station: identity.
        continuous: sequence numbers go on from one transaction of an EVSE to the next.
        options: as of `Talk`.
    """

    def __init__(
        self,
        version: OcppVersion = OcppVersion.V201,
        station: str = "CS-1",
        *,
        continuous: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(version, station, **{"security": 2} | options)
        self.firmware = "2.4.0"
        self.meters = {1: Meter(15_300.0), 2: Meter(40_210.0)}
        self.states: dict[int, str] = {}
        self.variables = dict(VARIABLES) | {("SecurityCtrlr", "SecurityProfile"): str(options.get("security", 2))}
        self._continuous = continuous
        self._next = {1: 0, 2: 0}
        self._queue: list[Callable[[], None]] = []

    def boot(self, reason: str = "PowerUp", pending: int = 0) -> None:
        """Register, at first in vain as often as is said, and report all connectors."""
        self.interval = None
        for _ in range(pending):
            self._register(reason, "Pending", 60)
            self.get(("OCPPCommCtrlr", "HeartbeatInterval"))
            self.wait(60)
        self._register(reason, "Accepted", int(self.variables["OCPPCommCtrlr", "HeartbeatInterval"]))
        self.interval = float(self.variables["OCPPCommCtrlr", "HeartbeatInterval"])
        for evse in self.meters:
            self._report(evse, self.states.get(evse, "Available"))
        self.call("SecurityEventNotification", {"type": "StartupOfTheDevice", "timestamp": self.time()})
        self.deliver()

    def _register(self, reason: str, status: str, interval: int) -> None:
        station = {
            "model": "Up",
            "vendorName": "Made",
            "serialNumber": f"SN-{self.station}",
            "firmwareVersion": self.firmware,
        }
        self.call(
            "BootNotification",
            {"reason": reason, "chargingStation": station},
            {"status": status, "currentTime": self.time(self.now + 0.05), "interval": interval},
        )

    def get(self, *names: tuple[str, str]) -> None:
        """The CSMS reads variables."""
        asked = [_named(name) for name in names]
        told = [
            {"attributeStatus": "Accepted", "attributeValue": self.variables[name], **_named(name)}
            if name in self.variables
            else {"attributeStatus": "UnknownVariable", **_named(name)}
            for name in names
        ]
        self.ask("GetVariables", {"getVariableData": asked}, {"getVariableResult": told})

    def set(self, values: dict[tuple[str, str], str]) -> None:
        """The CSMS changes variables, and the station takes them over."""
        data = [{"attributeValue": value, **_named(name)} for name, value in values.items()]
        result = [{"attributeStatus": "Accepted", **_named(name)} for name in values]
        self.ask("SetVariables", {"setVariableData": data}, {"setVariableResult": result})
        self.variables |= values
        self.interval = float(self.variables["OCPPCommCtrlr", "HeartbeatInterval"])

    def status(self, evse: int, status: str) -> None:
        """The connector of an EVSE changes. Without a connection only its last state will be told."""
        self.states[evse] = status
        if self.online:
            self._report(evse, status)

    def _report(self, evse: int, status: str) -> None:
        payload = {"timestamp": self.time(), "connectorStatus": status, "evseId": evse, "connectorId": 1}
        self.call("StatusNotification", payload)

    def authorize(self, token: Payload = CARD, status: str = "Accepted") -> None:
        """A card is held before the reader."""
        self.call("Authorize", {"idToken": token}, {"idTokenInfo": {"status": status}})

    def event(
        self, transaction: Transaction, kind: str, trigger: str, state: str, context: str | None = None, **more: Any
    ) -> None:
        """One TransactionEvent; of ``more`` what belongs to `transactionInfo` goes there."""
        info = {name: more.pop(name) for name in ("stoppedReason", "remoteStartId") if name in more}
        payload: Payload = {
            "eventType": kind,
            "timestamp": self.time(),
            "triggerReason": trigger,
            "seqNo": transaction.next,
            "transactionInfo": {"transactionId": transaction.id, "chargingState": state, **info},
            **more,
        }
        transaction.next += 1
        self._next[transaction.evse] = transaction.next if self._continuous else 0
        if context is not None:
            payload["meterValue"] = [
                {"timestamp": self.time(), "sampledValue": self.sampled(transaction.evse, context)}
            ]
        if not self.online:
            payload["offline"] = True
        result = {"idTokenInfo": {"status": "Accepted"}} if "idToken" in payload else {}
        if self.online and not self._queue:
            self.call("TransactionEvent", payload, result)
        else:
            self._queue.append(lambda: self.call("TransactionEvent", payload, result))

    def sampled(self, evse: int, context: str) -> list[Payload]:
        """What the meter shows now."""
        meter = self.meters[evse]
        wh = {"value": round(meter.at(self.now), 1), "context": context, "measurand": "Energy.Active.Import.Register"}
        values: list[Payload] = [wh | {"unitOfMeasure": {"unit": "Wh"}}]
        if context == "Sample.Periodic":
            kilowatt = {"unit": "W", "multiplier": 3}
            power = {"value": round(meter.amperes * 0.69, 3), "measurand": "Power.Active.Import", "context": context}
            values.append(power | {"unitOfMeasure": kilowatt})
            for phase in ("L1", "L2", "L3"):
                ampere = {"value": meter.amperes, "measurand": "Current.Import", "context": context, "phase": phase}
                values.append(ampere | {"unitOfMeasure": {"unit": "A"}})
        return values

    def plug(self, evse: int = 1, trigger: str = "CablePluggedIn", **more: Any) -> Transaction:
        """The cable goes in, and a transaction begins."""
        self.status(evse, "Occupied")
        transaction = Transaction(evse, f"{self.random.getrandbits(96):024x}", self._next[evse])
        place = {"id": evse, "connectorId": 1}
        self.event(transaction, "Started", trigger, "EVConnected", "Transaction.Begin", evse=place, **more)
        return transaction

    def draw(self, transaction: Transaction, amperes: float = 16.0) -> None:
        """Energy flows, and is sampled."""
        self.meters[transaction.evse].draw(amperes, self.now)
        self.event(transaction, "Updated", "ChargingStateChanged", "Charging")
        seconds = float(self.variables["SampledDataCtrlr", "TxUpdatedInterval"])
        self.each(f"sample {transaction.evse}", seconds, lambda: self.sample(transaction))

    def sample(self, transaction: Transaction) -> None:
        """Meter values of a transaction."""
        state = "Charging" if self.meters[transaction.evse].amperes else "SuspendedEV"
        self.event(transaction, "Updated", "MeterValuePeriodic", state, "Sample.Periodic")

    def charge(self, evse: int = 1, token: Payload = CARD, **more: Any) -> Transaction:
        """Somebody plugs in, shows a card, and is let in."""
        transaction = self.plug(evse)
        self.wait(4)
        if self.online:
            self.authorize(token)
        self.event(transaction, "Updated", "Authorized", "EVConnected", idToken=token, **more)
        self.draw(transaction)
        return transaction

    def end(self, transaction: Transaction, trigger: str, reason: str, state: str = "EVConnected", **more: Any) -> None:
        """It ends."""
        self.cease(f"sample {transaction.evse}")
        self.meters[transaction.evse].draw(0.0, self.now)
        self.event(transaction, "Ended", trigger, state, "Transaction.End", stoppedReason=reason, **more)

    def finish(
        self, transaction: Transaction, trigger: str = "StopAuthorized", reason: str = "Local", **more: Any
    ) -> None:
        """It ends, and the driver unplugs."""
        if trigger == "StopAuthorized":
            more.setdefault("idToken", CARD)
        self.end(transaction, trigger, reason, **more)
        self.wait(20)
        self.status(transaction.evse, "Available")

    def reboot(self, reason: str, seconds: float = 40.0) -> None:
        """The station goes down, comes back and registers."""
        self.close(Role.STATION, 1001)
        self.interval = None
        self.wait(seconds)
        self.connect()
        self.boot(reason)

    def deliver(self) -> None:
        """Send what was kept, in order."""
        queue, self._queue = self._queue, []
        for send in queue:
            send()


def _named(name: tuple[str, str]) -> Payload:
    variable, _, instance = name[1].partition(".")
    of = {"instance": instance} if instance else {}
    return {"component": {"name": name[0]}, "variable": {"name": variable, **of}}
