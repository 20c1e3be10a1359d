"""The CSMS in 1.6."""

from typing import Any

from ocpp.v16 import call, call_result

from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.clock import stamp
from ocppscope.simulator.csms import TOKENS, Session
from ocppscope.simulator.peer import answers
from ocppscope.simulator.station import HEARTBEAT_INTERVAL, SAMPLE_INTERVAL

_FILES = "https://files.example.invalid"


class SessionV16(Session):
    """Speaks 1.6."""

    version = OcppVersion.V16
    _call = call
    _call_result = call_result
    _ocpp_version = "1.6"

    # -- asking ---------------------------------------------------------------------------------------------------

    async def read_settings(self) -> None:
        """All keys."""
        await self.request(call.GetConfiguration())

    async def change_settings(self) -> None:
        """Set the rhythm of meter values and read it back."""
        await self.request(call.ChangeConfiguration("MeterValueSampleInterval", str(SAMPLE_INTERVAL)))
        await self.request(self.settings_call())

    def settings_call(self) -> Any:
        """GetConfiguration of two keys."""
        return call.GetConfiguration(["HeartbeatInterval", "MeterValueSampleInterval"])

    async def remote_start(self, connector: int, token: str) -> int | None:
        """RemoteStartTransaction."""
        await self.request(call.RemoteStartTransaction(token, connector))
        return None

    async def remote_stop(self, connector: int) -> None:
        """RemoteStopTransaction."""
        await self.request(call.RemoteStopTransaction(int(self.running[connector])))

    def trigger_call(self, message: str, connector: int | None = None) -> Any:
        """TriggerMessage."""
        return call.TriggerMessage(message, connector)

    def profile_call(self, connector: int, limit: float, unit: str, *, transaction: bool = False) -> Any:
        """SetChargingProfile."""
        profile: dict[str, Any] = {
            "chargingProfileId": (200 if transaction else 100) + connector,
            "stackLevel": 1 if transaction else 0,
            "chargingProfilePurpose": "TxProfile" if transaction else "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": {
                "chargingRateUnit": unit,
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
            },
        }
        if transaction:
            profile["transactionId"] = self.running[connector]
        return call.SetChargingProfile(connector, profile)

    def schedule_call(self, connector: int, unit: str) -> Any:
        """GetCompositeSchedule."""
        return call.GetCompositeSchedule(connector, 600, unit)

    def clear_profile_call(self) -> Any:
        """ClearChargingProfile."""
        return call.ClearChargingProfile()

    def reserve_call(self, connector: int, token: str, reservation: int, expiry: str) -> Any:
        """ReserveNow."""
        return call.ReserveNow(connector, expiry, token, reservation)

    def cancel_call(self, reservation: int) -> Any:
        """CancelReservation."""
        return call.CancelReservation(reservation)

    def list_version_call(self) -> Any:
        """GetLocalListVersion."""
        return call.GetLocalListVersion()

    def list_call(self, version: int) -> Any:
        """SendLocalList."""
        entries = [{"idTag": token, "idTagInfo": {"status": "Accepted"}} for token in TOKENS]
        return call.SendLocalList(version, "Full", entries)

    def log_call(self) -> Any:
        """GetDiagnostics."""
        return call.GetDiagnostics(f"{_FILES}/logs/")

    def firmware_call(self) -> Any:
        """UpdateFirmware."""
        return call.UpdateFirmware(f"{_FILES}/firmware/quay.bin", stamp())

    def reset_call(self) -> Any:
        """Reset."""
        return call.Reset("Soft")

    def unlock_call(self, connector: int) -> Any:
        """UnlockConnector."""
        return call.UnlockConnector(connector)

    def availability_call(self, connector: int, *, operative: bool) -> Any:
        """ChangeAvailability."""
        return call.ChangeAvailability(connector, "Operative" if operative else "Inoperative")

    def clear_cache_call(self) -> Any:
        """ClearCache."""
        return call.ClearCache()

    def data_call(self, message_id: str, data: str) -> Any:
        """DataTransfer."""
        return call.DataTransfer("com.example.voltaic", message_id, data)

    # -- answering ------------------------------------------------------------------------------------------------

    @answers("BootNotification")
    def on_boot_notification(self, **_: Any) -> Any:
        """Everybody is welcome. What ran before a reboot runs no more."""
        return call_result.BootNotification(stamp(), HEARTBEAT_INTERVAL, "Accepted")

    @answers("Heartbeat")
    def on_heartbeat(self, **_: Any) -> Any:
        """The time."""
        return call_result.Heartbeat(stamp())

    @answers("StatusNotification")
    def on_status_notification(self, **_: Any) -> Any:
        """Noted."""
        return call_result.StatusNotification()

    @answers("Authorize")
    def on_authorize(self, id_tag: str, **_: Any) -> Any:
        """Known cards only."""
        return call_result.Authorize(_id_tag_info(id_tag))

    @answers("StartTransaction")
    def on_start_transaction(self, connector_id: int, id_tag: str, **_: Any) -> Any:
        """A number of its own for each."""
        number = self.running[connector_id] = self.number()
        return call_result.StartTransaction(number, _id_tag_info(id_tag))

    @answers("StopTransaction")
    def on_stop_transaction(self, transaction_id: int, id_tag: str | None = None, **_: Any) -> Any:
        """Accepted, as the standard demands, whatever it is."""
        self.running = {connector: known for connector, known in self.running.items() if known != transaction_id}
        return call_result.StopTransaction(None if id_tag is None else _id_tag_info(id_tag))

    @answers("MeterValues")
    def on_meter_values(self, **_: Any) -> Any:
        """Noted."""
        return call_result.MeterValues()

    @answers("FirmwareStatusNotification")
    def on_firmware_status_notification(self, **_: Any) -> Any:
        """Noted."""
        return call_result.FirmwareStatusNotification()

    @answers("DiagnosticsStatusNotification")
    def on_diagnostics_status_notification(self, **_: Any) -> Any:
        """Noted."""
        return call_result.DiagnosticsStatusNotification()

    @answers("DataTransfer")
    def on_data_transfer(self, **_: Any) -> Any:
        """Whatever it was."""
        return call_result.DataTransfer("Accepted")


def _id_tag_info(id_tag: str) -> Any:
    return {"status": "Accepted" if id_tag in TOKENS else "Invalid"}
