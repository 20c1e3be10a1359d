"""What messages tell about the station that takes part: who it is, whether it is accepted, what its connectors do."""

from ocppscope.model.connection import Station
from ocppscope.protocol.availability import states_told
from ocppscope.protocol.message import Call, CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at

MOST_CONNECTORS = 64
"""Connectors remembered for a station. Numbers come from the wire and have no end."""


def learn_from_call(station: Station, call: Call) -> bool:
    """Take over what a station's own CALL says; True when its identity became known or changed."""
    if call.action == "BootNotification":
        _learn_identity(station, call.payload)
        return True
    if call.action == "StatusNotification":
        _learn_status(station, call.payload)
    elif call.action == "NotifyEvent":
        for state in states_told(call.action, call.payload):
            if state.key is not None and state.connector:
                _remember(station, state.key, state.status)
    return False


def learn_from_response(station: Station, call: Call, result: CallResult) -> None:
    """Take over what the CSMS's answer to a station's CALL says."""
    if call.action == "BootNotification":
        station.registration = text_at(result.payload, "status") or station.registration


def _learn_identity(station: Station, boot: Payload) -> None:
    if "chargingStation" in boot:
        station.vendor = text_at(boot, "chargingStation", "vendorName")
        station.model = text_at(boot, "chargingStation", "model")
        station.serial = text_at(boot, "chargingStation", "serialNumber")
        station.firmware = text_at(boot, "chargingStation", "firmwareVersion")
        return
    station.vendor = text_at(boot, "chargePointVendor")
    station.model = text_at(boot, "chargePointModel")
    station.serial = text_at(boot, "chargePointSerialNumber") or text_at(boot, "chargeBoxSerialNumber")
    station.firmware = text_at(boot, "firmwareVersion")


def _learn_status(station: Station, payload: Payload) -> None:
    connector = integer_at(payload, "connectorId")
    evse = integer_at(payload, "evseId")
    status = text_at(payload, "connectorStatus") or text_at(payload, "status")
    if connector is None or status is None or connector == 0:
        return  # connector 0 is the station's main controller: its state says nothing about charging
    _remember(station, str(connector) if evse is None else f"{evse}.{connector}", status)


def _remember(station: Station, name: str, status: str) -> None:
    if name in station.connectors or len(station.connectors) < MOST_CONNECTORS:
        station.connectors[name] = status[:40]
