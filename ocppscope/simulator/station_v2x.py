"""A 2.0.1 or 2.1 station: one text for both, since what the demo uses is the same in both."""

from types import ModuleType
from typing import Any

from ocpp.v201 import call as call_v201
from ocpp.v201 import call_result as call_result_v201

from ocppscope.simulator.clock import Clock, stamp
from ocppscope.simulator.device_model import DeviceModel
from ocppscope.simulator.fleet import VENDOR, Identity
from ocppscope.simulator.peer import Witness, answers
from ocppscope.simulator.station import Charge, Connector, Station

_STATES = {
    "Available": "Available",
    "Preparing": "Occupied",
    "Charging": "Occupied",
    "SuspendedEV": "Occupied",
    "Finishing": "Occupied",
    "Reserved": "Reserved",
    "Unavailable": "Unavailable",
    "Faulted": "Faulted",
}
"""The words of 1.6 in those of 2.x: how the charging goes is TransactionEvent's business there."""

_ENDINGS = {
    "Local": "StopAuthorized",
    "Remote": "RemoteStop",
    "EVDisconnected": "EVDeparted",
    "PowerLoss": "AbnormalCondition",
}
"""Stopped reason: trigger reason of the event that ends the transaction."""


class StationV2x(Station):
    """Speaks what 2.0.1 and 2.1 have in common."""

    calls: ModuleType
    results: ModuleType

    def __init__(self, identity: Identity, seed: str, clock: Clock, witness: Witness | None = None) -> None:
        super().__init__(identity, seed, clock, witness)
        self.variables = DeviceModel()
        self.report_request = 0
        self.log_request = 0
        self.firmware_request = 0

    # -- calls ----------------------------------------------------------------------------------------------------

    def boot_call(self, reason: str) -> Any:
        """BootNotification."""
        station = {
            "model": self.identity.model.name,
            "vendorName": VENDOR,
            "serialNumber": self.identity.serial,
            "firmwareVersion": self.firmware,
        }
        return self.calls.BootNotification(charging_station=station, reason=reason)

    def status_call(self, connector: int, state: str) -> Any:
        """StatusNotification."""
        return self.calls.StatusNotification(
            evse_id=connector, connector_id=1, connector_status=_STATES[state], timestamp=stamp()
        )

    def heartbeat_call(self) -> Any:
        """Heartbeat."""
        return self.calls.Heartbeat()

    def authorize_call(self, token: str) -> Any:
        """Authorize."""
        return self.calls.Authorize(id_token=_id_token(token))

    def data_call(self, message_id: str, data: str) -> Any:
        """DataTransfer."""
        return self.calls.DataTransfer(vendor_id="com.example.voltaic", message_id=message_id, data=data)

    def reading_call(self, connector: Connector, context: str) -> Any:
        """MeterValues."""
        return self.calls.MeterValues(evse_id=connector.number, meter_value=[self._reading(connector, context)])

    def event_call(
        self,
        connector: Connector,
        event: str,
        trigger: str,
        *,
        charging_state: str | None = None,
        context: str | None = None,
        token: bool = False,
        stopped: str | None = None,
    ) -> Any:
        """TransactionEvent; each takes the next seqNo of its transaction."""
        charge = connector.charge
        assert charge is not None  # noqa: S101 - only called while one runs
        info: dict[str, Any] = {"transactionId": charge.id}
        if charging_state is not None:
            info["chargingState"] = charging_state
        if stopped is not None:
            info["stoppedReason"] = stopped
        if event == "Started" and charge.remote_id is not None:
            info["remoteStartId"] = charge.remote_id
        seq_no, charge.seq_no = charge.seq_no, charge.seq_no + 1
        return self.calls.TransactionEvent(
            event_type=event,
            timestamp=stamp(),
            trigger_reason=trigger,
            seq_no=seq_no,
            transaction_info=info,
            offline=None if self.online else True,
            meter_value=None if context is None else [self._reading(connector, context)],
            evse={"id": connector.number, "connectorId": 1} if event == "Started" else None,
            id_token=_id_token(charge.token) if token else None,
            reservation_id=connector.reservation if event == "Started" else None,
        )

    def firmware_call(self, status: str) -> Any:
        """FirmwareStatusNotification."""
        return self.calls.FirmwareStatusNotification(status=status, request_id=self.firmware_request)

    def log_call(self, status: str) -> Any:
        """LogStatusNotification."""
        return self.calls.LogStatusNotification(status=status, request_id=self.log_request)

    def _reading(self, connector: Connector, context: str) -> dict[str, Any]:
        meter = connector.meter
        sampled = [
            _sample(meter.reading, "Energy.Active.Import.Register", "Wh", context),
            _sample(meter.watts if connector.charge is not None else 0, "Power.Active.Import", "W", context),
        ]
        if self.identity.model.direct_current and connector.charge is not None:
            soc = _sample(int(meter.charge_level), "SoC", "Percent", context)
            sampled.append(soc | {"location": "EV"})
        return {"timestamp": stamp(), "sampledValue": sampled}

    # -- verbs ----------------------------------------------------------------------------------------------------

    async def report(self, connector: int, state: str) -> None:
        """Enter a state and tell the CSMS if 2.x has another word for it than for the last one."""
        known = self.connectors[connector]
        known.state = state
        if self.online and known.reported != _STATES[state]:
            await self.request(self.status_call(connector, state))
            known.reported = _STATES[state]

    async def report_all(self) -> None:
        """Tell the present state of every EVSE's connector."""
        for connector in self.connectors.values():
            await self.request(self.status_call(connector.number, connector.state))
            connector.reported = _STATES[connector.state]

    async def begin(self, number: int, token: str, remote_id: int | None = None) -> None:
        """Start a transaction and charge."""
        connector = self.connectors[number]
        connector.meter.plug_in()
        connector.charge = Charge(
            token, f"{self.identity.serial}-{self.random.getrandbits(32):08x}", stamp(), remote_id
        )
        trigger = "Authorized" if remote_id is None else "RemoteStart"
        started = self.event_call(
            connector, "Started", trigger, charging_state="EVConnected", context="Transaction.Begin", token=True
        )
        connector.reservation = None
        await self._send_event(started)
        await self._send_event(self.event_call(connector, "Updated", "ChargingStateChanged", charging_state="Charging"))
        await self.report(number, "Charging")

    async def sample(self, number: int) -> None:
        """Send the meter values of a running transaction."""
        connector, _ = self.charging(number)
        await self._send_event(
            self.event_call(
                connector, "Updated", "MeterValuePeriodic", charging_state="Charging", context="Sample.Periodic"
            )
        )

    async def suspend(self, number: int) -> None:
        """The vehicle takes no more energy."""
        connector, _ = self.charging(number)
        connector.meter.watts = 0
        await self._send_event(
            self.event_call(connector, "Updated", "ChargingStateChanged", charging_state="SuspendedEV")
        )
        await self.report(number, "SuspendedEV")

    async def end(self, number: int, reason: str) -> None:
        """End the transaction."""
        connector, _ = self.charging(number)
        connector.meter.watts = 0
        await self._send_event(
            self.event_call(
                connector,
                "Ended",
                _ENDINGS[reason],
                charging_state="Idle" if reason == "EVDisconnected" else "EVConnected",
                context="Transaction.End",
                token=reason == "Local",
                stopped=reason,
            )
        )
        connector.charge = None
        await self.report(number, "Finishing")

    async def _send_event(self, event: Any) -> None:
        async def send() -> None:
            await self.request(event)

        await self.deliver(send)

    async def send_report(self) -> None:
        """What GetBaseReport asked for, in two parts."""
        rows = self.variables.report()
        half = len(rows) // 2
        for seq_no, part in enumerate((rows[:half], rows[half:])):
            await self.request(
                self.calls.NotifyReport(
                    request_id=self.report_request,
                    generated_at=stamp(),
                    seq_no=seq_no,
                    report_data=part,
                    tbc=seq_no == 0,
                )
            )

    async def security_event(self, kind: str, info: str) -> None:
        """Tell of something that matters to security."""
        await self.request(self.calls.SecurityEventNotification(type=kind, timestamp=stamp(), tech_info=info))

    # -- answers --------------------------------------------------------------------------------------------------

    @answers("GetBaseReport")
    def on_get_base_report(self, request_id: int, **_: Any) -> Any:
        """The script sends the report."""
        self.report_request = request_id
        return self.results.GetBaseReport(status="Accepted")

    @answers("GetVariables")
    def on_get_variables(self, get_variable_data: list[dict[str, Any]], **_: Any) -> Any:
        """One result for each question."""
        return self.results.GetVariables([self.variables.get(asked) for asked in get_variable_data])

    @answers("SetVariables")
    def on_set_variables(self, set_variable_data: list[dict[str, Any]], **_: Any) -> Any:
        """One result for each order."""
        return self.results.SetVariables([self.variables.set(order) for order in set_variable_data])

    @answers("RequestStartTransaction")
    def on_request_start_transaction(self, evse_id: int | None = None, **_: Any) -> Any:
        """Only where a vehicle is plugged in."""
        ready = evse_id in self.connectors and self.connectors[evse_id].state == "Preparing"
        return self.results.RequestStartTransaction(status="Accepted" if ready else "Rejected")

    @answers("RequestStopTransaction")
    def on_request_stop_transaction(self, transaction_id: str, **_: Any) -> Any:
        """Only what runs."""
        runs = any(known.charge is not None and known.charge.id == transaction_id for known in self.connectors.values())
        return self.results.RequestStopTransaction(status="Accepted" if runs else "Rejected")

    @answers("TriggerMessage")
    def on_trigger_message(self, requested_message: str, **_: Any) -> Any:
        """The script sends what was asked for."""
        known = {"StatusNotification", "Heartbeat", "MeterValues", "LogStatusNotification"}
        return self.results.TriggerMessage(status="Accepted" if requested_message in known else "NotImplemented")

    @answers("SetChargingProfile")
    def on_set_charging_profile(self, evse_id: int, charging_profile: dict[str, Any], **_: Any) -> Any:
        """Every schedule starts with the limit that counts now."""
        schedule = charging_profile["charging_schedule"][0]
        limit = float(schedule["charging_schedule_period"][0]["limit"])
        self.limit(self.connectors[evse_id], charging_profile["id"], limit, schedule["charging_rate_unit"])
        return self.results.SetChargingProfile(status="Accepted")

    @answers("GetCompositeSchedule")
    def on_get_composite_schedule(
        self, duration: int, evse_id: int, charging_rate_unit: str | None = None, **_: Any
    ) -> Any:
        """One period: what is allowed now."""
        unit = charging_rate_unit or self.unit
        limit = self.allowed(self.connectors[evse_id], unit)
        schedule = {
            "evseId": evse_id,
            "duration": duration,
            "scheduleStart": stamp(),
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
        }
        return self.results.GetCompositeSchedule(status="Accepted", schedule=schedule)

    @answers("ClearChargingProfile")
    def on_clear_charging_profile(self, charging_profile_id: int | None = None, **_: Any) -> Any:
        """One or all."""
        found = self.clear_limits(charging_profile_id)
        return self.results.ClearChargingProfile(status="Accepted" if found else "Unknown")

    @answers("ReserveNow")
    def on_reserve_now(self, id: int, evse_id: int, **_: Any) -> Any:  # noqa: A002 - the standard's word
        """Only a free EVSE."""
        connector = self.connectors[evse_id]
        if connector.state != "Available":
            return self.results.ReserveNow(status="Occupied")
        connector.reservation = id
        return self.results.ReserveNow(status="Accepted")

    @answers("CancelReservation")
    def on_cancel_reservation(self, reservation_id: int, **_: Any) -> Any:
        """Only one that is known."""
        for connector in self.connectors.values():
            if connector.reservation == reservation_id:
                connector.reservation = None
                return self.results.CancelReservation(status="Accepted")
        return self.results.CancelReservation(status="Rejected")

    @answers("GetLocalListVersion")
    def on_get_local_list_version(self, **_: Any) -> Any:
        """The version of the last list accepted."""
        return self.results.GetLocalListVersion(version_number=self.list_version)

    @answers("SendLocalList")
    def on_send_local_list(self, version_number: int, **_: Any) -> Any:
        """Always welcome."""
        self.list_version = version_number
        return self.results.SendLocalList(status="Accepted")

    @answers("GetLog")
    def on_get_log(self, request_id: int, **_: Any) -> Any:
        """The name of the file that the script uploads."""
        self.log_request = request_id
        return self.results.GetLog(status="Accepted", filename=f"{self.id}.log.gz")

    @answers("UpdateFirmware")
    def on_update_firmware(self, request_id: int, **_: Any) -> Any:
        """The script does the rest."""
        self.firmware_request = request_id
        return self.results.UpdateFirmware(status="Accepted")

    @answers("Reset")
    def on_reset(self, **_: Any) -> Any:
        """The script does the rest."""
        return self.results.Reset(status="Accepted")

    @answers("UnlockConnector")
    def on_unlock_connector(self, **_: Any) -> Any:
        """Nothing is stuck."""
        return self.results.UnlockConnector(status="Unlocked")

    @answers("ChangeAvailability")
    def on_change_availability(self, **_: Any) -> Any:
        """The script reports the state."""
        return self.results.ChangeAvailability(status="Accepted")

    @answers("ClearCache")
    def on_clear_cache(self, **_: Any) -> Any:
        """Done."""
        return self.results.ClearCache(status="Accepted")

    @answers("DataTransfer")
    def on_data_transfer(self, **_: Any) -> Any:
        """Whatever it was."""
        return self.results.DataTransfer(status="Accepted")


class StationV201(StationV2x):
    """Speaks 2.0.1."""

    calls = _call = call_v201
    results = _call_result = call_result_v201
    _ocpp_version = "2.0.1"


def _id_token(token: str) -> dict[str, str]:
    return {"idToken": token, "type": "ISO14443"}


def _sample(value: float, measurand: str, unit: str, context: str) -> dict[str, Any]:
    return {"value": value, "context": context, "measurand": measurand, "unitOfMeasure": {"unit": unit}}
