"""A 1.6 station."""

from itertools import count
from typing import Any

from ocpp.v16 import call, call_result

from ocppscope.simulator.clock import Clock, stamp
from ocppscope.simulator.fleet import VENDOR, Identity
from ocppscope.simulator.peer import Witness, answers
from ocppscope.simulator.station import HEARTBEAT_INTERVAL, Charge, Connector, Station

_MEASURANDS = "Energy.Active.Import.Register,Power.Active.Import,Current.Import"

_SETTINGS = {
    "AuthorizeRemoteTxRequests": ("false", False),
    "ChargeProfileMaxStackLevel": ("10", True),
    "ChargingScheduleAllowedChargingRateUnit": ("Current,Power", True),
    "ChargingScheduleMaxPeriods": ("24", True),
    "ClockAlignedDataInterval": ("0", False),
    "ConnectionTimeOut": ("60", False),
    "ConnectorPhaseRotation": ("1.RST,2.RST", False),
    "GetConfigurationMaxKeys": ("50", True),
    "HeartbeatInterval": (str(HEARTBEAT_INTERVAL), False),
    "LocalAuthListEnabled": ("true", False),
    "LocalAuthListMaxLength": ("100", True),
    "LocalAuthorizeOffline": ("true", False),
    "LocalPreAuthorize": ("false", False),
    "MaxChargingProfilesInstalled": ("10", True),
    "MeterValueSampleInterval": ("60", False),
    "MeterValuesAlignedData": ("", False),
    "MeterValuesSampledData": (_MEASURANDS, False),
    "NumberOfConnectors": ("2", True),
    "ReserveConnectorZeroSupported": ("false", True),
    "ResetRetries": ("3", False),
    "SendLocalListMaxLength": ("50", True),
    "StopTransactionOnEVSideDisconnect": ("true", False),
    "StopTransactionOnInvalidId": ("true", False),
    "StopTxnAlignedData": ("", False),
    "StopTxnSampledData": ("", False),
    "SupportedFeatureProfiles": (
        "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
        True,
    ),
    "TransactionMessageAttempts": ("3", False),
    "TransactionMessageRetryInterval": ("10", False),
    "UnlockConnectorOnEVSideDisconnect": ("true", False),
}
"""Key: value and whether it is read-only. All that the core profile and the supported ones require."""


class StationV16(Station):
    """Speaks 1.6. Numbers its messages like many real ones do."""

    _call = call
    _call_result = call_result
    _ocpp_version = "1.6"

    def __init__(self, identity: Identity, seed: str, clock: Clock, witness: Witness | None = None) -> None:
        self._ids = count(100_001)
        super().__init__(identity, seed, clock, witness)
        self.settings = {key: value for key, (value, _) in _SETTINGS.items()}
        if identity.model.direct_current:
            self.settings["MeterValuesSampledData"] += ",SoC"

    def new_id(self) -> str:
        """A running number."""
        return str(next(self._ids))

    # -- calls ----------------------------------------------------------------------------------------------------

    def boot_call(self, reason: str) -> Any:
        """BootNotification."""
        model = self.identity.model
        return call.BootNotification(
            charge_point_vendor=VENDOR,
            charge_point_model=model.name,
            charge_point_serial_number=self.identity.serial,
            firmware_version=self.firmware,
            meter_type="Made-up MID meter",
        )

    def status_call(self, connector: int, state: str) -> Any:
        """StatusNotification."""
        return call.StatusNotification(connector_id=connector, error_code="NoError", status=state, timestamp=stamp())

    def heartbeat_call(self) -> Any:
        """Heartbeat."""
        return call.Heartbeat()

    def authorize_call(self, token: str) -> Any:
        """Authorize."""
        return call.Authorize(id_tag=token)

    def data_call(self, message_id: str, data: str) -> Any:
        """DataTransfer."""
        return call.DataTransfer(vendor_id="com.example.voltaic", message_id=message_id, data=data)

    def reading_call(self, connector: Connector, context: str) -> Any:
        """MeterValues."""
        meter, charge = connector.meter, connector.charge
        charging = charge is not None
        sampled = [
            _sample(meter.reading, "Energy.Active.Import.Register", "Wh", context),
            _sample(meter.watts if charging else 0, "Power.Active.Import", "W", context),
            _sample(meter.amperes if charging else 0.0, "Current.Import", "A", context),
        ]
        if self.identity.model.direct_current and charging:
            sampled.append(_sample(int(meter.charge_level), "SoC", "Percent", context) | {"location": "EV"})
        value = {"timestamp": stamp(), "sampledValue": sampled}
        transaction_id = charge.id if charge is not None else None
        return call.MeterValues(connector.number, [value], transaction_id)

    def start_call(self, connector: Connector, charge: Charge) -> Any:
        """StartTransaction."""
        return call.StartTransaction(
            connector.number, charge.token, connector.meter.reading, stamp(), reservation_id=connector.reservation
        )

    def stop_call(self, connector: Connector, charge: Charge, reason: str) -> Any:
        """StopTransaction. The card that ends it locally is named."""
        token = charge.token if reason == "Local" else None
        return call.StopTransaction(connector.meter.reading, stamp(), charge.id, reason, token)

    def firmware_call(self, status: str) -> Any:
        """FirmwareStatusNotification."""
        return call.FirmwareStatusNotification(status)

    def log_call(self, status: str) -> Any:
        """DiagnosticsStatusNotification."""
        return call.DiagnosticsStatusNotification(status)

    # -- verbs ----------------------------------------------------------------------------------------------------

    async def report(self, connector: int, state: str) -> None:
        """Enter a state and tell the CSMS."""
        self.connectors[connector].state = state
        if self.online:
            await self.request(self.status_call(connector, state))

    async def report_all(self) -> None:
        """Tell the present state of connector 0, the station itself, and of every connector."""
        await self.request(self.status_call(0, "Available"))
        for connector in self.connectors.values():
            await self.request(self.status_call(connector.number, connector.state))

    async def begin(self, number: int, token: str, remote_id: int | None = None) -> None:
        """Start a transaction and charge."""
        connector = self.connectors[number]
        connector.meter.plug_in()
        charge = connector.charge = Charge(token, started=stamp(), remote_id=remote_id)
        start = self.start_call(connector, charge)
        connector.reservation = None

        async def send() -> None:
            answer = await self.request(start)
            charge.id = answer.transaction_id if answer is not None else -1

        await self.deliver(send)
        await self.report(number, "Charging")

    async def sample(self, number: int) -> None:
        """Send the meter values of a running transaction."""
        connector, charge = self.charging(number)
        reading = self.reading_call(connector, "Sample.Periodic")

        async def send() -> None:
            reading.transaction_id = charge.id  # the id of a start that was queued is known only now
            await self.request(reading)

        await self.deliver(send)

    async def suspend(self, number: int) -> None:
        """The vehicle takes no more energy."""
        self.connectors[number].meter.watts = 0
        await self.report(number, "SuspendedEV")

    async def end(self, number: int, reason: str) -> None:
        """End the transaction."""
        connector, charge = self.charging(number)
        stop = self.stop_call(connector, charge, reason)

        async def send() -> None:
            stop.transaction_id = charge.id
            await self.request(stop)

        await self.deliver(send)
        connector.charge = None
        await self.report(number, "Finishing")

    # -- answers --------------------------------------------------------------------------------------------------

    @answers("GetConfiguration")
    def on_get_configuration(self, key: list[str] | None = None, **_: Any) -> Any:
        """What is asked for, or everything."""
        known = [
            {"key": name, "readonly": _SETTINGS[name][1], "value": self.settings[name]}
            for name in (key or _SETTINGS)
            if name in _SETTINGS
        ]
        unknown = [name for name in key or () if name not in _SETTINGS]
        return call_result.GetConfiguration(known or None, unknown or None)

    @answers("ChangeConfiguration")
    def on_change_configuration(self, key: str, value: str, **_: Any) -> Any:
        """Set what may be set."""
        if key not in _SETTINGS:
            return call_result.ChangeConfiguration("NotSupported")
        if _SETTINGS[key][1]:
            return call_result.ChangeConfiguration("Rejected")
        self.settings[key] = value
        return call_result.ChangeConfiguration("Accepted")

    @answers("RemoteStartTransaction")
    def on_remote_start_transaction(self, connector_id: int | None = None, **_: Any) -> Any:
        """Only where a vehicle is plugged in."""
        ready = connector_id in self.connectors and self.connectors[connector_id].state == "Preparing"
        return call_result.RemoteStartTransaction("Accepted" if ready else "Rejected")

    @answers("RemoteStopTransaction")
    def on_remote_stop_transaction(self, transaction_id: int, **_: Any) -> Any:
        """Only what runs."""
        runs = any(known.charge is not None and known.charge.id == transaction_id for known in self.connectors.values())
        return call_result.RemoteStopTransaction("Accepted" if runs else "Rejected")

    @answers("TriggerMessage")
    def on_trigger_message(self, requested_message: str, **_: Any) -> Any:
        """The script sends what was asked for."""
        known = {"StatusNotification", "Heartbeat", "MeterValues", "DiagnosticsStatusNotification"}
        return call_result.TriggerMessage("Accepted" if requested_message in known else "NotImplemented")

    @answers("SetChargingProfile")
    def on_set_charging_profile(self, connector_id: int, cs_charging_profiles: dict[str, Any], **_: Any) -> Any:
        """Every schedule starts with the limit that counts now."""
        schedule = cs_charging_profiles["charging_schedule"]
        limit = float(schedule["charging_schedule_period"][0]["limit"])
        profile_id = cs_charging_profiles["charging_profile_id"]
        self.limit(self.connectors[connector_id], profile_id, limit, schedule["charging_rate_unit"])
        return call_result.SetChargingProfile("Accepted")

    @answers("GetCompositeSchedule")
    def on_get_composite_schedule(
        self, connector_id: int, duration: int, charging_rate_unit: str | None = None, **_: Any
    ) -> Any:
        """One period: what is allowed now."""
        unit = charging_rate_unit or self.unit
        limit = self.allowed(self.connectors[connector_id], unit)
        schedule = {
            "duration": duration,
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
        }
        return call_result.GetCompositeSchedule("Accepted", connector_id, stamp(), schedule)

    @answers("ClearChargingProfile")
    def on_clear_charging_profile(self, id: int | None = None, **_: Any) -> Any:  # noqa: A002 - the standard's word
        """One or all."""
        return call_result.ClearChargingProfile("Accepted" if self.clear_limits(id) else "Unknown")

    @answers("ReserveNow")
    def on_reserve_now(self, connector_id: int, reservation_id: int, **_: Any) -> Any:
        """Only a free connector."""
        connector = self.connectors[connector_id]
        if connector.state != "Available":
            return call_result.ReserveNow("Occupied")
        connector.reservation = reservation_id
        return call_result.ReserveNow("Accepted")

    @answers("CancelReservation")
    def on_cancel_reservation(self, reservation_id: int, **_: Any) -> Any:
        """Only one that is known."""
        for connector in self.connectors.values():
            if connector.reservation == reservation_id:
                connector.reservation = None
                return call_result.CancelReservation("Accepted")
        return call_result.CancelReservation("Rejected")

    @answers("GetLocalListVersion")
    def on_get_local_list_version(self, **_: Any) -> Any:
        """The version of the last list accepted."""
        return call_result.GetLocalListVersion(self.list_version)

    @answers("SendLocalList")
    def on_send_local_list(self, list_version: int, **_: Any) -> Any:
        """Always welcome."""
        self.list_version = list_version
        return call_result.SendLocalList("Accepted")

    @answers("GetDiagnostics")
    def on_get_diagnostics(self, **_: Any) -> Any:
        """The name of the file that the script uploads."""
        return call_result.GetDiagnostics(f"{self.id}.log.gz")

    @answers("UpdateFirmware")
    def on_update_firmware(self, **_: Any) -> Any:
        """The script does the rest."""
        return call_result.UpdateFirmware()

    @answers("Reset")
    def on_reset(self, **_: Any) -> Any:
        """The script does the rest."""
        return call_result.Reset("Accepted")

    @answers("UnlockConnector")
    def on_unlock_connector(self, **_: Any) -> Any:
        """Nothing is stuck."""
        return call_result.UnlockConnector("Unlocked")

    @answers("ChangeAvailability")
    def on_change_availability(self, **_: Any) -> Any:
        """The script reports the state."""
        return call_result.ChangeAvailability("Accepted")

    @answers("ClearCache")
    def on_clear_cache(self, **_: Any) -> Any:
        """Done."""
        return call_result.ClearCache("Accepted")

    @answers("DataTransfer")
    def on_data_transfer(self, **_: Any) -> Any:
        """Whatever it was."""
        return call_result.DataTransfer("Accepted")


def _sample(value: float, measurand: str, unit: str, context: str) -> dict[str, str]:
    return {"value": str(value), "context": context, "measurand": measurand, "unit": unit}
