"""What a CSMS does with an OCPP 2.0.1 or 2.1 station, one function each."""

from clean_papers import CSR, HASH, LEAF, ROOT
from clean_talk import Payload
from clean_v2x import BLOCKED_CARD, CARD, OTHER_CARD, Life2x

ACCEPTED: Payload = {"status": "Accepted"}
VENDOR = "org.example.made"


def triggers(life: Life2x) -> None:
    """Each message that can be asked for."""
    life.ask("TriggerMessage", {"requestedMessage": "Heartbeat"}, ACCEPTED)
    life.heartbeat()
    place = {"id": 1, "connectorId": 1}
    life.ask("TriggerMessage", {"requestedMessage": "StatusNotification", "evse": place}, ACCEPTED)
    life.status(1, life.states.get(1, "Available"))
    transaction = life.charge()
    life.wait(70)
    life.ask("TriggerMessage", {"requestedMessage": "TransactionEvent", "evse": {"id": 1}}, ACCEPTED)
    life.event(transaction, "Updated", "Trigger", "Charging", "Trigger")
    life.ask("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}, ACCEPTED)
    life.call("FirmwareStatusNotification", {"status": "Idle"})
    life.finish(transaction)


def reservation(life: Life2x) -> None:
    """One cancelled, one used by its driver, one that expires."""
    for number in (51, 52, 53):
        begun = life.now
        expiry = life.time(begun + (180 if number == 53 else 1_800))
        life.ask("ReserveNow", {"id": number, "expiryDateTime": expiry, "idToken": CARD, "evseId": 1}, ACCEPTED)
        life.status(1, "Reserved")
        life.wait(40)
        if number == 51:
            life.ask("CancelReservation", {"reservationId": number}, ACCEPTED)
        elif number == 52:
            life.authorize()
            transaction = life.plug(1, idToken=CARD, reservationId=number)
            life.draw(transaction)
            life.wait(70)
            life.finish(transaction)
            continue
        else:
            life.wait(begun + 180 - life.now)
            life.call("ReservationStatusUpdate", {"reservationId": number, "reservationUpdateStatus": "Expired"})
        life.status(1, "Available")
        life.wait(20)


def limit(purpose: str, number: int, amperes: float, level: int = 0) -> Payload:
    """A charging profile that holds at all times."""
    schedule = {"id": number, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
    return {
        "id": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": [schedule],
    }


def smart_charging(life: Life2x) -> None:
    """A limit for the station, one for an EVSE, one for a transaction; all read and cleared."""
    maximum = limit("ChargingStationMaxProfile", 1, 32.0) | {"chargingProfileKind": "Absolute"}
    maximum["chargingSchedule"][0] |= {"startSchedule": life.time(), "duration": 7_200}
    life.ask("SetChargingProfile", {"evseId": 0, "chargingProfile": maximum}, ACCEPTED)
    default = limit("TxDefaultProfile", 2, 16.0)
    life.ask("SetChargingProfile", {"evseId": 1, "chargingProfile": default}, ACCEPTED)
    transaction = life.charge()
    life.wait(70)
    of_transaction = limit("TxProfile", 3, 8.0) | {"transactionId": transaction.id}
    life.ask("SetChargingProfile", {"evseId": 1, "chargingProfile": of_transaction}, ACCEPTED)
    life.meters[1].draw(8.0, life.now)
    life.wait(130)
    schedule = {
        "evseId": 1,
        "duration": 600,
        "scheduleStart": life.time(),
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.0}],
    }
    life.ask(
        "GetCompositeSchedule",
        {"evseId": 1, "duration": 600, "chargingRateUnit": "A"},
        {"status": "Accepted", "schedule": schedule},
    )
    criteria = {"chargingProfilePurpose": "TxDefaultProfile"}
    life.ask("GetChargingProfiles", {"requestId": 41, "evseId": 1, "chargingProfile": criteria}, ACCEPTED)
    source = {"requestId": 41, "chargingLimitSource": "CSO", "evseId": 1}
    life.call("ReportChargingProfiles", {**source, "chargingProfile": [default]})
    life.finish(transaction)
    life.ask("ClearChargingProfile", {"chargingProfileId": 2}, ACCEPTED)
    life.ask(
        "ClearChargingProfile",
        {"chargingProfileCriteria": {"chargingProfilePurpose": "ChargingStationMaxProfile"}},
        ACCEPTED,
    )


def local_list(life: Life2x) -> None:
    """Sent whole, then changed, and its version read."""
    life.ask("GetLocalListVersion", {}, {"versionNumber": 0})
    entries = [
        {"idToken": CARD, "idTokenInfo": ACCEPTED},
        {"idToken": BLOCKED_CARD, "idTokenInfo": {"status": "Blocked"}},
    ]
    life.ask("SendLocalList", {"versionNumber": 5, "updateType": "Full", "localAuthorizationList": entries}, ACCEPTED)
    life.ask("GetLocalListVersion", {}, {"versionNumber": 5})
    changes = [{"idToken": OTHER_CARD, "idTokenInfo": ACCEPTED}, {"idToken": BLOCKED_CARD}]
    life.ask(
        "SendLocalList", {"versionNumber": 6, "updateType": "Differential", "localAuthorizationList": changes}, ACCEPTED
    )
    life.ask("GetLocalListVersion", {}, {"versionNumber": 6})


def firmware_update(life: Life2x) -> None:
    """Signed: down, checked, in, and up again with the new version."""
    firmware = {
        "location": "https://files.example/up-2.5.0.bin",
        "retrieveDateTime": life.time(),
        "signingCertificate": LEAF,
        "signature": "bWFkZSB1cA==",
    }
    life.ask("UpdateFirmware", {"requestId": 71, "firmware": firmware}, ACCEPTED)
    for status in ("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting"):
        life.wait(15)
        life.call("FirmwareStatusNotification", {"status": status, "requestId": 71})
    life.firmware = "2.5.0"
    life.reboot("FirmwareUpdate", 90)
    life.call("SecurityEventNotification", {"type": "FirmwareUpdated", "timestamp": life.time()})
    life.call("FirmwareStatusNotification", {"status": "Installed", "requestId": 71})


def logs(life: Life2x) -> None:
    """Diagnostics, then a security log."""
    for number, kind in ((81, "DiagnosticsLog"), (82, "SecurityLog")):
        asked = {"logType": kind, "requestId": number, "log": {"remoteLocation": "https://files.example/up"}}
        life.ask("GetLog", asked, {"status": "Accepted", "filename": f"{kind}.zip"})
        for status in ("Uploading", "Uploaded"):
            life.wait(10)
            life.call("LogStatusNotification", {"status": status, "requestId": number})


def certificates(life: Life2x) -> None:
    """A root installed, listed and removed; the station's own certificate renewed."""
    kind = "CSMSRootCertificate"
    life.ask("InstallCertificate", {"certificateType": kind, "certificate": ROOT}, ACCEPTED)
    chain = [{"certificateHashData": HASH, "certificateType": kind}]
    life.ask(
        "GetInstalledCertificateIds",
        {"certificateType": [kind]},
        {"status": "Accepted", "certificateHashDataChain": chain},
    )
    life.ask("DeleteCertificate", {"certificateHashData": HASH}, ACCEPTED)
    life.ask("TriggerMessage", {"requestedMessage": "SignChargingStationCertificate"}, ACCEPTED)
    life.call("SignCertificate", {"csr": CSR, "certificateType": "ChargingStationCertificate"}, ACCEPTED)
    life.wait(12)
    asked = {"certificateChain": LEAF + ROOT, "certificateType": "ChargingStationCertificate"}
    life.ask("CertificateSigned", asked, ACCEPTED)


def device_model(life: Life2x) -> None:
    """Reported in parts, read and changed."""
    life.ask("GetBaseReport", {"requestId": 7, "reportBase": "FullInventory"}, ACCEPTED)
    names = sorted(life.variables)
    parts = [names[start : start + 6] for start in range(0, len(names), 6)]
    for number, part in enumerate(parts):
        rows = [_reported(name, life.variables[name]) for name in part]
        more = {"tbc": True} if number < len(parts) - 1 else {}
        payload = {"requestId": 7, "generatedAt": life.time(), "seqNo": number, "reportData": rows, **more}
        life.call("NotifyReport", payload)
    life.get(("OCPPCommCtrlr", "HeartbeatInterval"), ("OCPPCommCtrlr", "NoSuchVariable"))
    life.set({("OCPPCommCtrlr", "HeartbeatInterval"): "240", ("SampledDataCtrlr", "TxUpdatedInterval"): "30"})
    life.get(("OCPPCommCtrlr", "HeartbeatInterval"))
    transaction = life.charge(2)
    life.wait(100)
    life.finish(transaction)
    life.set({("SampledDataCtrlr", "TxUpdatedInterval"): "60"})


def _reported(name: tuple[str, str], value: str) -> Payload:
    variable, _, instance = name[1].partition(".")
    of = {"instance": instance} if instance else {}
    return {
        "component": {"name": name[0]},
        "variable": {"name": variable, **of},
        "variableAttribute": [{"value": value, "mutability": "ReadWrite"}],
        "variableCharacteristics": {"dataType": "string", "supportsMonitoring": False},
    }


def availability(life: Life2x) -> None:
    """An EVSE taken out of service and back; another one when its transaction is over."""
    for kind, status in (("Inoperative", "Unavailable"), ("Operative", "Available")):
        life.ask("ChangeAvailability", {"operationalStatus": kind, "evse": {"id": 1}}, ACCEPTED)
        life.status(1, status)
        life.wait(30)
    transaction = life.charge(2)
    life.wait(70)
    asked = {"operationalStatus": "Inoperative", "evse": {"id": 2}}
    life.ask("ChangeAvailability", asked, {"status": "Scheduled"})
    life.wait(70)
    life.end(transaction, "StopAuthorized", "Local", idToken=CARD)
    life.status(2, "Unavailable")
    life.wait(30)
    life.ask("ChangeAvailability", asked | {"operationalStatus": "Operative"}, ACCEPTED)
    life.status(2, "Available")


def small_things(life: Life2x) -> None:
    """What else is asked: unlocking, the cache, data of a vendor, an event, CALLs that cross, one that is refused."""
    life.ask("UnlockConnector", {"evseId": 1, "connectorId": 1}, {"status": "Unlocked"})
    life.ask("ClearCache", {}, ACCEPTED)
    life.ask("DataTransfer", {"vendorId": VENDOR, "data": {"any": ["é", 1]}}, {"status": "UnknownVendorId"})
    life.call("DataTransfer", {"vendorId": VENDOR, "messageId": "temperature", "data": "21"}, ACCEPTED)
    life.call("NotifyEvent", {"generatedAt": life.time(), "seqNo": 0, "eventData": [_alert(life.time())]})
    life.cross(
        ("Heartbeat", {}, {"currentTime": life.time(life.now + 0.1)}),
        ("ClearCache", {}, ACCEPTED),
    )
    life.refuse("DataTransfer", {"vendorId": VENDOR}, "InternalError", "made up")
    life.ping_from_csms()


def _alert(time: str) -> Payload:
    return {
        "eventId": 1,
        "timestamp": time,
        "trigger": "Delta",
        "actualValue": "21.5",
        "eventNotificationType": "CustomMonitor",
        "component": {"name": "ChargingStation"},
        "variable": {"name": "Temperature"},
    }


def event_stream(life: Life2x) -> None:
    """Values that nobody answers (2.1)."""
    stream = {"id": 3, "variableMonitoringId": 9, "params": {"interval": 5, "values": 2}}
    life.call("OpenPeriodicEventStream", {"constantStreamData": stream}, ACCEPTED)
    for _ in range(4):
        data = [{"t": 0.0, "v": "21.5"}, {"t": 2.5, "v": "21.6"}]
        life.send("NotifyPeriodicEventStream", {"id": 3, "pending": 0, "basetime": life.time(), "data": data})
        life.wait(5)
    life.call("ClosePeriodicEventStream", {"id": 3})
