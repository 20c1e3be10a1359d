"""The CSMS in 2.0.1 and 2.1."""

from types import ModuleType
from typing import Any

from ocpp.v21 import call as call_v21
from ocpp.v21 import call_result as call_result_v21
from ocpp.v201 import call as call_v201
from ocpp.v201 import call_result as call_result_v201

from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.clock import stamp
from ocppscope.simulator.csms import TOKENS, Session
from ocppscope.simulator.peer import answers
from ocppscope.simulator.station import HEARTBEAT_INTERVAL, SAMPLE_INTERVAL

_FILES = "https://files.example.invalid"


class SessionV2x(Session):
    """Speaks what 2.0.1 and 2.1 have in common."""

    calls: ModuleType
    results: ModuleType

    # -- asking ---------------------------------------------------------------------------------------------------

    async def read_settings(self) -> None:
        """The whole device model; the station sends it as reports."""
        await self.request(self.calls.GetBaseReport(request_id=self.number(), report_base="FullInventory"))

    async def change_settings(self) -> None:
        """Set the rhythm of meter values and read it back."""
        order = {**_variable("SampledDataCtrlr", "TxUpdatedInterval"), "attributeValue": str(SAMPLE_INTERVAL)}
        await self.request(self.calls.SetVariables([order]))
        await self.request(self.settings_call())

    def settings_call(self) -> Any:
        """GetVariables of two."""
        return self.calls.GetVariables(
            [_variable("OCPPCommCtrlr", "HeartbeatInterval"), _variable("SampledDataCtrlr", "TxUpdatedInterval")]
        )

    async def remote_start(self, connector: int, token: str) -> int | None:
        """RequestStartTransaction."""
        number = self.number()
        await self.request(
            self.calls.RequestStartTransaction(id_token=_id_token(token), remote_start_id=number, evse_id=connector)
        )
        return number

    async def remote_stop(self, connector: int) -> None:
        """RequestStopTransaction."""
        await self.request(self.calls.RequestStopTransaction(transaction_id=str(self.running[connector])))

    def trigger_call(self, message: str, connector: int | None = None) -> Any:
        """TriggerMessage. Only a status belongs to a connector of the EVSE."""
        evse = None if connector is None else {"id": connector}
        if evse is not None and message == "StatusNotification":
            evse["connectorId"] = 1
        return self.calls.TriggerMessage(requested_message=message, evse=evse)

    def profile_call(self, connector: int, limit: float, unit: str, *, transaction: bool = False) -> Any:
        """SetChargingProfile."""
        number = (200 if transaction else 100) + connector
        profile: dict[str, Any] = {
            "id": number,
            "stackLevel": 1 if transaction else 0,
            "chargingProfilePurpose": "TxProfile" if transaction else "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": [
                {
                    "id": number,
                    "chargingRateUnit": unit,
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
                }
            ],
        }
        if transaction:
            profile["transactionId"] = self.running[connector]
        return self.calls.SetChargingProfile(evse_id=connector, charging_profile=profile)

    def schedule_call(self, connector: int, unit: str) -> Any:
        """GetCompositeSchedule."""
        return self.calls.GetCompositeSchedule(duration=600, evse_id=connector, charging_rate_unit=unit)

    def clear_profile_call(self) -> Any:
        """ClearChargingProfile: all default profiles (2.x wants an id or a criterion)."""
        return self.calls.ClearChargingProfile(charging_profile_criteria={"chargingProfilePurpose": "TxDefaultProfile"})

    def reserve_call(self, connector: int, token: str, reservation: int, expiry: str) -> Any:
        """ReserveNow."""
        return self.calls.ReserveNow(
            id=reservation, expiry_date_time=expiry, id_token=_id_token(token), evse_id=connector
        )

    def cancel_call(self, reservation: int) -> Any:
        """CancelReservation."""
        return self.calls.CancelReservation(reservation_id=reservation)

    def list_version_call(self) -> Any:
        """GetLocalListVersion."""
        return self.calls.GetLocalListVersion()

    def list_call(self, version: int) -> Any:
        """SendLocalList."""
        entries = [{"idToken": _id_token(token), "idTokenInfo": {"status": "Accepted"}} for token in TOKENS]
        return self.calls.SendLocalList(version_number=version, update_type="Full", local_authorization_list=entries)

    def log_call(self) -> Any:
        """GetLog."""
        log = {"remoteLocation": f"{_FILES}/logs/"}
        return self.calls.GetLog(log=log, log_type="DiagnosticsLog", request_id=self.number())

    def firmware_call(self) -> Any:
        """UpdateFirmware."""
        firmware = {"location": f"{_FILES}/firmware/quay.bin", "retrieveDateTime": stamp()}
        return self.calls.UpdateFirmware(request_id=self.number(), firmware=firmware)

    def reset_call(self) -> Any:
        """Reset."""
        return self.calls.Reset(type="OnIdle")

    def unlock_call(self, connector: int) -> Any:
        """UnlockConnector."""
        return self.calls.UnlockConnector(evse_id=connector, connector_id=1)

    def availability_call(self, connector: int, *, operative: bool) -> Any:
        """ChangeAvailability."""
        return self.calls.ChangeAvailability(
            operational_status="Operative" if operative else "Inoperative", evse={"id": connector}
        )

    def clear_cache_call(self) -> Any:
        """ClearCache."""
        return self.calls.ClearCache()

    def data_call(self, message_id: str, data: str) -> Any:
        """DataTransfer."""
        return self.calls.DataTransfer(vendor_id="com.example.voltaic", message_id=message_id, data=data)

    # -- answering ------------------------------------------------------------------------------------------------

    @answers("BootNotification")
    def on_boot_notification(self, **_: Any) -> Any:
        """Everybody is welcome."""
        return self.results.BootNotification(current_time=stamp(), interval=HEARTBEAT_INTERVAL, status="Accepted")

    @answers("Heartbeat")
    def on_heartbeat(self, **_: Any) -> Any:
        """The time."""
        return self.results.Heartbeat(current_time=stamp())

    @answers("StatusNotification")
    def on_status_notification(self, **_: Any) -> Any:
        """Noted."""
        return self.results.StatusNotification()

    @answers("Authorize")
    def on_authorize(self, id_token: dict[str, Any], **_: Any) -> Any:
        """Known cards only."""
        return self.results.Authorize(id_token_info=_id_token_info(id_token))

    @answers("TransactionEvent")
    def on_transaction_event(
        self,
        event_type: str,
        transaction_info: dict[str, Any],
        evse: dict[str, Any] | None = None,
        id_token: dict[str, Any] | None = None,
        **_: Any,
    ) -> Any:
        """Note what runs where, and say whether the card may."""
        transaction = transaction_info["transaction_id"]
        if event_type == "Started" and evse is not None:
            self.running[evse["id"]] = transaction
        elif event_type == "Ended":
            self.running = {number: known for number, known in self.running.items() if known != transaction}
        return self.results.TransactionEvent(id_token_info=None if id_token is None else _id_token_info(id_token))

    @answers("MeterValues")
    def on_meter_values(self, **_: Any) -> Any:
        """Noted."""
        return self.results.MeterValues()

    @answers("NotifyReport")
    def on_notify_report(self, **_: Any) -> Any:
        """Noted."""
        return self.results.NotifyReport()

    @answers("SecurityEventNotification")
    def on_security_event_notification(self, **_: Any) -> Any:
        """Noted."""
        return self.results.SecurityEventNotification()

    @answers("FirmwareStatusNotification")
    def on_firmware_status_notification(self, **_: Any) -> Any:
        """Noted."""
        return self.results.FirmwareStatusNotification()

    @answers("LogStatusNotification")
    def on_log_status_notification(self, **_: Any) -> Any:
        """Noted."""
        return self.results.LogStatusNotification()

    @answers("DataTransfer")
    def on_data_transfer(self, **_: Any) -> Any:
        """Whatever it was."""
        return self.results.DataTransfer(status="Accepted")


class SessionV201(SessionV2x):
    """Speaks 2.0.1."""

    version = OcppVersion.V201
    calls = _call = call_v201
    results = _call_result = call_result_v201
    _ocpp_version = "2.0.1"


class SessionV21(SessionV2x):
    """Speaks 2.1."""

    version = OcppVersion.V21
    calls = _call = call_v21
    results = _call_result = call_result_v21
    _ocpp_version = "2.1"

    @answers("OpenPeriodicEventStream")
    def on_open_periodic_event_stream(self, **_: Any) -> Any:
        """Let it flow."""
        return call_result_v21.OpenPeriodicEventStream(status="Accepted")

    @answers("ClosePeriodicEventStream")
    def on_close_periodic_event_stream(self, **_: Any) -> Any:
        """Noted."""
        return call_result_v21.ClosePeriodicEventStream()


def _variable(component: str, variable: str) -> dict[str, Any]:
    return {"component": {"name": component}, "variable": {"name": variable}}


def _id_token(token: str) -> dict[str, str]:
    return {"idToken": token, "type": "ISO14443"}


def _id_token_info(id_token: dict[str, Any]) -> dict[str, str]:
    return {"status": "Accepted" if id_token["id_token"] in TOKENS else "Invalid"}
