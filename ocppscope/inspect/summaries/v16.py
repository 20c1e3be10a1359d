"""OCPP 1.6 (edition 2 with the security whitepaper): the requests and responses of all 39 actions."""

from ocppscope.inspect.summaries import charging, meter
from ocppscope.inspect.summaries.line import Summary, count_of, line, nothing, together
from ocppscope.inspect.summaries.secrets import setting
from ocppscope.inspect.summaries.wording import counted, joined, listed, phrase, token
from ocppscope.protocol.message import Payload


def _status_notification(payload: Payload) -> str:
    connector, status = phrase(payload.get("connectorId")), phrase(payload.get("status"))
    code = phrase(payload.get("errorCode"))
    return joined(
        f"connector {connector} {status}".rstrip(),
        "" if code == "NoError" else code,
        phrase(payload.get("vendorErrorCode"), 30),
        phrase(payload.get("info"), 50),
    )


def _meter_values(payload: Payload) -> str:
    connector, transaction = phrase(payload.get("connectorId")), phrase(payload.get("transactionId"))
    return joined(
        connector and f"connector {connector}",
        transaction and f"tx {transaction}",
        *meter.readings(payload.get("meterValue")),
    )


def _change_configuration(payload: Payload) -> str:
    return setting(phrase(payload.get("key")), payload.get("value"))


def _get_configuration(payload: Payload) -> str:
    return listed(payload.get("key")) or "all keys"


def _configuration(payload: Payload) -> str:
    keys, unknown = payload.get("configurationKey"), payload.get("unknownKey")
    count = len(keys) if isinstance(keys, list) else 0
    only = keys[0] if isinstance(keys, list) and count == 1 else None
    if isinstance(only, dict):
        known = setting(phrase(only.get("key")), only.get("value"))
    else:
        known = counted(count, "key") if count else ""
    return joined(known, f"unknown {listed(unknown)}" if unknown else "")


def _set_charging_profile(payload: Payload) -> str:
    connector = phrase(payload.get("connectorId"))
    return charging.profile(payload.get("csChargingProfiles"), connector and f"connector {connector}")


def _remote_start(payload: Payload) -> str:
    connector = phrase(payload.get("connectorId"))
    return joined(
        connector and f"connector {connector}",
        token(payload.get("idTag")),
        charging.profile(payload.get("chargingProfile")),
    )


def _schedule(payload: Payload) -> str:
    return charging.schedule(payload.get("chargingSchedule"))


STATUS: Summary = line("{status}")
_ID_TAG_STATUS: Summary = line("{idTagInfo.status}")
_FOLLOWED: Summary = line("{status}", "request {requestId}")
_TRIGGER: Summary = line("{requestedMessage}", "connector {connectorId}")
_CERTIFICATE: Summary = line("{certificateType}", "{certificate:size}")

REQUESTS: dict[str, Summary] = {
    "Authorize": line("{idTag:token}"),
    "BootNotification": line(
        together("{chargePointVendor}", "{chargePointModel}"),
        "fw {firmwareVersion}",
        "serial {chargePointSerialNumber}",
    ),
    "CancelReservation": line("reservation {reservationId}"),
    "CertificateSigned": line("{certificateChain:size}"),
    "ChangeAvailability": together("connector {connectorId}", "{type}"),
    "ChangeConfiguration": _change_configuration,
    "ClearCache": nothing,
    "ClearChargingProfile": line(
        "profile {id}", "connector {connectorId}", "{chargingProfilePurpose}", "stack {stackLevel}"
    ),
    "DataTransfer": line("{vendorId}", "{messageId}", "{data}"),
    "DeleteCertificate": line("serial {certificateHashData.serialNumber:id}"),
    "DiagnosticsStatusNotification": STATUS,
    "ExtendedTriggerMessage": _TRIGGER,
    "FirmwareStatusNotification": STATUS,
    "GetCompositeSchedule": line("connector {connectorId}", "{duration} s", "in {chargingRateUnit}"),
    "GetConfiguration": _get_configuration,
    "GetDiagnostics": line("to {location:host}", "since {startTime:moment}"),
    "GetInstalledCertificateIds": line("{certificateType}"),
    "GetLocalListVersion": nothing,
    "GetLog": line("{logType}", "request {requestId}", "to {log.remoteLocation:host}"),
    "Heartbeat": nothing,
    "InstallCertificate": _CERTIFICATE,
    "LogStatusNotification": _FOLLOWED,
    "MeterValues": _meter_values,
    "RemoteStartTransaction": _remote_start,
    "RemoteStopTransaction": line("tx {transactionId}"),
    "ReserveNow": line(
        "connector {connectorId}", "{idTag:token}", "reservation {reservationId}", "until {expiryDate:moment}"
    ),
    "Reset": line("{type}"),
    "SecurityEventNotification": line("{type}", "{techInfo}"),
    "SendLocalList": line(
        "{updateType}", "version {listVersion}", count_of("localAuthorizationList", "entry", "entries")
    ),
    "SetChargingProfile": _set_charging_profile,
    "SignCertificate": line("{csr:size}"),
    "SignedFirmwareStatusNotification": _FOLLOWED,
    "SignedUpdateFirmware": line(
        "{firmware.location:source}", "request {requestId}", "at {firmware.retrieveDateTime:moment}"
    ),
    "StartTransaction": line(
        "connector {connectorId}", "{idTag:token}", "meter {meterStart} Wh", "reservation {reservationId}"
    ),
    "StatusNotification": _status_notification,
    "StopTransaction": line("tx {transactionId}", "{idTag:token}", "meter {meterStop} Wh", "{reason}"),
    "TriggerMessage": _TRIGGER,
    "UnlockConnector": line("connector {connectorId}"),
    "UpdateFirmware": line("{location:source}", "at {retrieveDate:moment}"),
}

RESPONSES: dict[str, Summary] = {
    "Authorize": _ID_TAG_STATUS,
    "BootNotification": line("{status}", "interval {interval} s"),
    "CancelReservation": STATUS,
    "CertificateSigned": STATUS,
    "ChangeAvailability": STATUS,
    "ChangeConfiguration": STATUS,
    "ClearCache": STATUS,
    "ClearChargingProfile": STATUS,
    "DataTransfer": line("{status}", "{data}"),
    "DeleteCertificate": STATUS,
    "DiagnosticsStatusNotification": nothing,
    "ExtendedTriggerMessage": STATUS,
    "FirmwareStatusNotification": nothing,
    "GetCompositeSchedule": line("{status}", "connector {connectorId}", _schedule),
    "GetConfiguration": _configuration,
    "GetDiagnostics": line("{fileName}"),
    "GetInstalledCertificateIds": line("{status}", count_of("certificateHashData", "certificate")),
    "GetLocalListVersion": line("version {listVersion}"),
    "GetLog": line("{status}", "{filename}"),
    "Heartbeat": line("{currentTime}"),
    "InstallCertificate": STATUS,
    "LogStatusNotification": nothing,
    "MeterValues": nothing,
    "RemoteStartTransaction": STATUS,
    "RemoteStopTransaction": STATUS,
    "ReserveNow": STATUS,
    "Reset": STATUS,
    "SecurityEventNotification": nothing,
    "SendLocalList": STATUS,
    "SetChargingProfile": STATUS,
    "SignCertificate": STATUS,
    "SignedFirmwareStatusNotification": nothing,
    "SignedUpdateFirmware": STATUS,
    "StartTransaction": line("{idTagInfo.status}", "tx {transactionId}"),
    "StatusNotification": nothing,
    "StopTransaction": _ID_TAG_STATUS,
    "TriggerMessage": STATUS,
    "UnlockConnector": STATUS,
    "UpdateFirmware": nothing,
}
