"""OCPP 2.0.1 and 2.1: the requests and responses of all 64 and 91 actions. One table serves both: 2.1 only adds.

The device model stands in `device_model`, what only 2.1 has in `v21`.
"""

from ocppscope.inspect.summaries import charging, device_model, meter, v21
from ocppscope.inspect.summaries.line import Summary, count_of, line, nothing, together, when
from ocppscope.inspect.summaries.status import STATUS
from ocppscope.inspect.summaries.wording import identifier, joined, phrase, token
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import value_at


def _evse(payload: Payload) -> str:
    """``EVSE 1``, ``EVSE 1·2`` for connector 2 of it; from ``evse`` or from ``evseId`` and ``connectorId``."""
    evse = payload.get("evse")
    number = evse.get("id") if isinstance(evse, dict) else payload.get("evseId")
    connector = evse.get("connectorId") if isinstance(evse, dict) else payload.get("connectorId")
    place = phrase(number)
    if not place:
        return ""
    return f"EVSE {place}·{phrase(connector)}" if connector is not None else f"EVSE {place}"


def _id_token(payload: Payload) -> str:
    return token(value_at(payload, "idToken", "idToken"))


def _authorize(payload: Payload) -> str:
    kind = phrase(value_at(payload, "idToken", "type"), 20)
    return joined(f"{kind} {_id_token(payload)}".strip(), "certificate" if payload.get("certificate") else "")


def _boot_notification(payload: Payload) -> str:
    station = payload.get("chargingStation")
    if not isinstance(station, dict):
        station = {}
    firmware, serial = phrase(station.get("firmwareVersion")), phrase(station.get("serialNumber"))
    return joined(
        f"{phrase(station.get('vendorName'))} {phrase(station.get('model'))}".strip(),
        firmware and f"fw {firmware}",
        phrase(payload.get("reason")),
        serial and f"serial {serial}",
    )


def _transaction_event(payload: Payload) -> str:
    info = payload.get("transactionInfo")
    if not isinstance(info, dict):
        info = {}
    sequence, transaction = phrase(payload.get("seqNo")), identifier(info.get("transactionId"))
    return joined(
        phrase(payload.get("eventType")),
        sequence and f"seq {sequence}",
        _evse(payload),
        phrase(payload.get("triggerReason")),
        phrase(info.get("stoppedReason")),
        phrase(info.get("chargingState")),
        _id_token(payload),
        *meter.readings(payload.get("meterValue")),
        "offline" if payload.get("offline") is True else "",
        transaction and f"tx {transaction}",
    )


def _meter_values(payload: Payload) -> str:
    return joined(_evse(payload), *meter.readings(payload.get("meterValue")))


def _set_charging_profile(payload: Payload) -> str:
    return charging.profile(payload.get("chargingProfile"), _evse(payload))


def _profile(payload: Payload) -> str:
    return charging.profile(payload.get("chargingProfile"))


def _schedule(payload: Payload) -> str:
    return charging.schedule(payload.get("chargingSchedule"))


def _composite_schedule(payload: Payload) -> str:
    schedule = payload.get("schedule")
    return joined(_evse(schedule), charging.schedule(schedule)) if isinstance(schedule, dict) else ""


def _availability(payload: Payload) -> str:
    return f"{_evse(payload) or 'station'} {phrase(payload.get('operationalStatus'))}".rstrip()


_FOLLOWED: Summary = line("{status}", "request {requestId}", "{statusInfo.reasonCode}")
_MORE = when("tbc", "more follows")
_CERTIFICATE_SERIAL: Summary = line("serial {certificateHashData.serialNumber:id}")

REQUESTS: dict[str, Summary] = {
    "Authorize": _authorize,
    "BootNotification": _boot_notification,
    "CancelReservation": line("reservation {reservationId}"),
    "CertificateSigned": line("{certificateType}", "{certificateChain:size}"),
    "ChangeAvailability": _availability,
    "ClearCache": nothing,
    "ClearChargingProfile": line(
        "profile {chargingProfileId}",
        "EVSE {chargingProfileCriteria.evseId}",
        "{chargingProfileCriteria.chargingProfilePurpose}",
        "stack {chargingProfileCriteria.stackLevel}",
    ),
    "ClearDisplayMessage": line("message {id}"),
    "ClearedChargingLimit": line("{chargingLimitSource}", _evse),
    "CostUpdated": line("total cost {totalCost}", "tx {transactionId:id}"),
    "CustomerInformation": line(
        "request {requestId}", when("report", "report"), when("clear", "clear"), _id_token, "{customerIdentifier:token}"
    ),
    "DataTransfer": line("{vendorId}", "{messageId}", "{data}"),
    "DeleteCertificate": _CERTIFICATE_SERIAL,
    "FirmwareStatusNotification": _FOLLOWED,
    "Get15118EVCertificate": line("{action}", "{exiRequest:size}"),
    "GetCertificateStatus": line("{ocspRequestData.responderURL:host}", "serial {ocspRequestData.serialNumber:id}"),
    "GetChargingProfiles": line(
        "request {requestId}",
        _evse,
        "{chargingProfile.chargingProfilePurpose}",
        "stack {chargingProfile.stackLevel}",
        "profiles {chargingProfile.chargingProfileId:list}",
    ),
    "GetCompositeSchedule": line(_evse, "{duration} s", "in {chargingRateUnit}"),
    "GetDisplayMessages": line("request {requestId}", "{priority}", "{state}", "messages {id:list}"),
    "GetInstalledCertificateIds": line("{certificateType:list}"),
    "GetLocalListVersion": nothing,
    "GetLog": line("{logType}", "request {requestId}", "to {log.remoteLocation:host}"),
    "GetTransactionStatus": line("tx {transactionId:id}"),
    "Heartbeat": nothing,
    "InstallCertificate": line("{certificateType}", "{certificate:size}"),
    "LogStatusNotification": _FOLLOWED,
    "MeterValues": _meter_values,
    "NotifyChargingLimit": line("{chargingLimit.chargingLimitSource}", _evse, _schedule),
    "NotifyCustomerInformation": line("request {requestId}", "seq {seqNo}", "{data:size}", _MORE),
    "NotifyDisplayMessages": line("request {requestId}", count_of("messageInfo", "message"), _MORE),
    "NotifyEVChargingNeeds": line(
        _evse, "{chargingNeeds.requestedEnergyTransfer}", "until {chargingNeeds.departureTime:moment}"
    ),
    "NotifyEVChargingSchedule": line(_evse, _schedule),
    "PublishFirmware": line("{location:source}", "request {requestId}"),
    "PublishFirmwareStatusNotification": line("{status}", "request {requestId}", "{statusInfo.reasonCode}"),
    "ReportChargingProfiles": line(
        "request {requestId}", _evse, "{chargingLimitSource}", count_of("chargingProfile", "profile"), _MORE
    ),
    "RequestStartTransaction": line(_evse, _id_token, "remote start {remoteStartId}", _profile),
    "RequestStopTransaction": line("tx {transactionId:id}"),
    "ReservationStatusUpdate": together("reservation {reservationId}", "{reservationUpdateStatus}"),
    "ReserveNow": line(_evse, "{connectorType}", _id_token, "reservation {id}", "until {expiryDateTime:moment}"),
    "Reset": line("{type}", _evse),
    "SecurityEventNotification": line("{type}", "{techInfo}"),
    "SendLocalList": line(
        "{updateType}", "version {versionNumber}", count_of("localAuthorizationList", "entry", "entries")
    ),
    "SetChargingProfile": _set_charging_profile,
    "SetDisplayMessage": line("message {message.id}", "{message.priority}", "{message.message.content}"),
    "SetNetworkProfile": line(
        "slot {configurationSlot}",
        "{connectionData.ocppCsmsUrl:host}",
        "security profile {connectionData.securityProfile}",
        "{connectionData.ocppInterface}",
    ),
    "SignCertificate": line("{certificateType}", "{csr:size}"),
    "StatusNotification": together(_evse, "{connectorStatus}"),
    "TransactionEvent": _transaction_event,
    "TriggerMessage": line("{requestedMessage}", "{customTrigger}", _evse),
    "UnlockConnector": line(_evse),
    "UnpublishFirmware": line("checksum {checksum:id}"),
    "UpdateFirmware": line(
        "{firmware.location:source}", "request {requestId}", "at {firmware.retrieveDateTime:moment}"
    ),
    **device_model.REQUESTS,
    **v21.REQUESTS,
}

RESPONSES: dict[str, Summary] = {
    "Authorize": line("{idTokenInfo.status}", "group {idTokenInfo.groupIdToken.idToken:token}", "{certificateStatus}"),
    "BootNotification": line("{status}", "interval {interval} s", "{statusInfo.reasonCode}"),
    "CancelReservation": STATUS,
    "CertificateSigned": STATUS,
    "ChangeAvailability": STATUS,
    "ClearCache": STATUS,
    "ClearChargingProfile": STATUS,
    "ClearDisplayMessage": STATUS,
    "ClearedChargingLimit": nothing,
    "CostUpdated": nothing,
    "CustomerInformation": STATUS,
    "DataTransfer": line("{status}", "{statusInfo.reasonCode}", "{data}"),
    "DeleteCertificate": STATUS,
    "FirmwareStatusNotification": nothing,
    "Get15118EVCertificate": line("{status}", "{statusInfo.reasonCode}", "{exiResponse:size}"),
    "GetBaseReport": STATUS,
    "GetCertificateStatus": STATUS,
    "GetChargingProfiles": STATUS,
    "GetCompositeSchedule": line("{status}", "{statusInfo.reasonCode}", _composite_schedule),
    "GetDisplayMessages": STATUS,
    "GetInstalledCertificateIds": line("{status}", count_of("certificateHashDataChain", "certificate")),
    "GetLocalListVersion": line("version {versionNumber}"),
    "GetLog": line("{status}", "{statusInfo.reasonCode}", "{filename}"),
    "GetMonitoringReport": STATUS,
    "GetReport": STATUS,
    "GetTransactionStatus": line(
        when("ongoingIndicator", "ongoing", "not ongoing"), when("messagesInQueue", "messages in queue", "queue empty")
    ),
    "Heartbeat": line("{currentTime}"),
    "InstallCertificate": STATUS,
    "LogStatusNotification": nothing,
    "MeterValues": nothing,
    "NotifyChargingLimit": nothing,
    "NotifyCustomerInformation": nothing,
    "NotifyDisplayMessages": nothing,
    "NotifyEVChargingNeeds": STATUS,
    "NotifyEVChargingSchedule": STATUS,
    "NotifyEvent": nothing,
    "NotifyMonitoringReport": nothing,
    "NotifyReport": nothing,
    "PublishFirmware": STATUS,
    "PublishFirmwareStatusNotification": nothing,
    "ReportChargingProfiles": nothing,
    "RequestStartTransaction": line("{status}", "{statusInfo.reasonCode}", "tx {transactionId:id}"),
    "RequestStopTransaction": STATUS,
    "ReservationStatusUpdate": nothing,
    "ReserveNow": STATUS,
    "Reset": STATUS,
    "SecurityEventNotification": nothing,
    "SendLocalList": STATUS,
    "SetChargingProfile": STATUS,
    "SetDisplayMessage": STATUS,
    "SetMonitoringBase": STATUS,
    "SetMonitoringLevel": STATUS,
    "SetNetworkProfile": STATUS,
    "SignCertificate": STATUS,
    "StatusNotification": nothing,
    "TransactionEvent": line("{idTokenInfo.status}", "total cost {totalCost}", "priority {chargingPriority}"),
    "TriggerMessage": STATUS,
    "UnlockConnector": STATUS,
    "UnpublishFirmware": STATUS,
    "UpdateFirmware": STATUS,
    **device_model.RESPONSES,
    **v21.RESPONSES,
}
