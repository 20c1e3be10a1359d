"""What a CSMS does with an OCPP 1.6 station, one function each."""

from clean_papers import CSR, HASH, LEAF, ROOT
from clean_talk import Payload
from clean_v16 import BLOCKED_CARD, CARD, OTHER_CARD, Life16

ACCEPTED: Payload = {"status": "Accepted"}
VENDOR = "org.example.made"


def triggers(life: Life16) -> None:
    """Each message that can be asked for."""
    for requested in ("Heartbeat", "StatusNotification"):
        more = {"connectorId": 1} if requested == "StatusNotification" else {}
        life.ask("TriggerMessage", {"requestedMessage": requested, **more}, ACCEPTED)
        if more:
            life.status(1, life.states.get(1, "Available"))
        else:
            life.heartbeat()
        life.wait(5)
    transaction = life.charge()
    life.wait(70)
    life.ask("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}, ACCEPTED)
    life.sample(transaction, "Trigger")
    life.wait(30)
    life.ask("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}, ACCEPTED)
    life.call("FirmwareStatusNotification", {"status": "Idle"})
    life.finish(transaction)


def reservation(life: Life16) -> None:
    """One cancelled, one used by its driver, one that expires."""
    for number in (51, 52, 53):
        expiry = life.time(life.now + (180 if number == 53 else 1_800))
        life.ask(
            "ReserveNow", {"connectorId": 1, "expiryDate": expiry, "idTag": CARD, "reservationId": number}, ACCEPTED
        )
        begun = life.now
        life.status(1, "Reserved")
        life.wait(40)
        if number == 51:
            life.ask("CancelReservation", {"reservationId": number}, ACCEPTED)
        elif number == 52:
            transaction = life.charge(reservationId=number)
            life.wait(70)
            life.finish(transaction)
            continue
        else:
            life.wait(begun + 180 - life.now)
        life.status(1, "Available")
        life.wait(20)


def limit(purpose: str, number: int, amperes: float, level: int = 0) -> Payload:
    """A charging profile that holds at all times."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
    return {
        "chargingProfileId": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }


def smart_charging(life: Life16) -> None:
    """A limit for the station, one for a connector, one for a transaction; the schedule read; all cleared."""
    life.ask("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": _maximum(life)}, ACCEPTED)
    default = limit("TxDefaultProfile", 2, 16.0)
    life.ask("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": default}, ACCEPTED)
    life.status(1, "Preparing")
    life.ask(
        "RemoteStartTransaction",
        {"idTag": OTHER_CARD, "connectorId": 1, "chargingProfile": limit("TxProfile", 3, 10.0, 1)},
        ACCEPTED,
    )
    transaction = life.start(1, OTHER_CARD, amperes=10.0)
    life.wait(130)
    of_transaction = limit("TxProfile", 4, 6.0, 2) | {"transactionId": transaction.id}
    life.ask("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": of_transaction}, ACCEPTED)
    life.meters[1].draw(6.0, life.now)
    life.wait(130)
    schedule = {
        "duration": 600,
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}],
    }
    life.ask(
        "GetCompositeSchedule",
        {"connectorId": 1, "duration": 600, "chargingRateUnit": "A"},
        {"status": "Accepted", "connectorId": 1, "scheduleStart": life.time(), "chargingSchedule": schedule},
    )
    life.ask("RemoteStopTransaction", {"transactionId": transaction.id}, ACCEPTED)
    life.finish(transaction, "Remote", tag=None)
    life.ask("ClearChargingProfile", {"id": 2}, ACCEPTED)
    life.ask("ClearChargingProfile", {}, ACCEPTED)


def _maximum(life: Life16) -> Payload:
    """Of the whole station, for two hours, at night less."""
    schedule = {
        "duration": 7_200,
        "startSchedule": life.time(),
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 32.0}, {"startPeriod": 3_600, "limit": 25.0}],
    }
    return {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "ChargePointMaxProfile",
        "chargingProfileKind": "Absolute",
        "validTo": life.time(life.now + 86_400),
        "chargingSchedule": schedule,
    }


def local_list(life: Life16) -> None:
    """Sent whole, then changed, and its version read."""
    life.ask("GetLocalListVersion", {}, {"listVersion": 0})
    entries = [
        {"idTag": CARD, "idTagInfo": {"status": "Accepted"}},
        {"idTag": BLOCKED_CARD, "idTagInfo": {"status": "Blocked"}},
    ]
    life.ask("SendLocalList", {"listVersion": 5, "updateType": "Full", "localAuthorizationList": entries}, ACCEPTED)
    life.ask("GetLocalListVersion", {}, {"listVersion": 5})
    changes = [{"idTag": OTHER_CARD, "idTagInfo": {"status": "Accepted"}}, {"idTag": BLOCKED_CARD}]
    life.ask(
        "SendLocalList", {"listVersion": 6, "updateType": "Differential", "localAuthorizationList": changes}, ACCEPTED
    )
    life.ask("GetLocalListVersion", {}, {"listVersion": 6})


def firmware_update(life: Life16) -> None:
    """Unsigned: down, in, and up again with the new version."""
    retrieve = life.time()
    life.ask("UpdateFirmware", {"location": "https://files.example/up-1.5.0.bin", "retrieveDate": retrieve})
    for status in ("Downloading", "Downloaded", "Installing"):
        life.wait(15)
        life.call("FirmwareStatusNotification", {"status": status})
    life.firmware = "1.5.0"
    life.reboot(90)
    life.call("FirmwareStatusNotification", {"status": "Installed"})


def signed_update(life: Life16) -> None:
    """Of the security whitepaper, with the event that belongs to it."""
    firmware = {
        "location": "https://files.example/up-1.6.0.bin",
        "retrieveDateTime": life.time(),
        "signingCertificate": LEAF,
        "signature": "bWFkZSB1cA==",
    }
    life.ask("SignedUpdateFirmware", {"requestId": 71, "firmware": firmware}, ACCEPTED)
    for status in ("Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting"):
        life.wait(15)
        life.call("SignedFirmwareStatusNotification", {"status": status, "requestId": 71})
    life.firmware = "1.6.0"
    life.reboot(90)
    life.call("SecurityEventNotification", {"type": "FirmwareUpdated", "timestamp": life.time()})
    life.call("SignedFirmwareStatusNotification", {"status": "Installed", "requestId": 71})


def logs(life: Life16) -> None:
    """Diagnostics, then a security log."""
    life.ask("GetDiagnostics", {"location": "https://files.example/up"}, {"fileName": "diagnostics.zip"})
    for status in ("Uploading", "Uploaded"):
        life.wait(10)
        life.call("DiagnosticsStatusNotification", {"status": status})
    life.ask(
        "GetLog",
        {"logType": "SecurityLog", "requestId": 81, "log": {"remoteLocation": "https://files.example/up"}},
        {"status": "Accepted", "filename": "security.log"},
    )
    for status in ("Uploading", "Uploaded"):
        life.wait(10)
        life.call("LogStatusNotification", {"status": status, "requestId": 81})


def certificates(life: Life16) -> None:
    """A root installed, listed and removed; the station's own certificate renewed."""
    kind = "CentralSystemRootCertificate"
    life.ask("InstallCertificate", {"certificateType": kind, "certificate": ROOT}, ACCEPTED)
    life.ask(
        "GetInstalledCertificateIds",
        {"certificateType": kind},
        {"status": "Accepted", "certificateHashData": [HASH]},
    )
    life.ask("DeleteCertificate", {"certificateHashData": HASH}, ACCEPTED)
    life.ask("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"}, ACCEPTED)
    life.call("SignCertificate", {"csr": CSR}, ACCEPTED)
    life.wait(12)
    life.ask("CertificateSigned", {"certificateChain": LEAF + ROOT}, ACCEPTED)


def configuration(life: Life16) -> None:
    """Read whole and in part, changed, read back."""
    life.ask("GetConfiguration", {}, life.told([]))
    life.configure("MeterValueSampleInterval", "30")
    life.configure("HeartbeatInterval", "240")
    keys = ["meterValueSampleInterval", "HeartbeatInterval"]
    rows = [
        {"key": key, "readonly": False, "value": value}
        for key, value in (("MeterValueSampleInterval", "30"), ("HeartbeatInterval", "240"))
    ]
    life.ask("GetConfiguration", {"key": [*keys, "NoSuchKey"]}, {"configurationKey": rows, "unknownKey": ["NoSuchKey"]})
    life.ask("ChangeConfiguration", {"key": "NoSuchKey", "value": "1"}, {"status": "NotSupported"})
    transaction = life.charge(2)
    life.wait(100)
    life.finish(transaction)
    life.configure("MeterValueSampleInterval", "60")


def availability(life: Life16) -> None:
    """A connector taken out of service and back; another one when its transaction is over."""
    for kind, status in (("Inoperative", "Unavailable"), ("Operative", "Available")):
        life.ask("ChangeAvailability", {"connectorId": 1, "type": kind}, ACCEPTED)
        life.status(1, status)
        life.wait(30)
    transaction = life.charge(2)
    life.wait(70)
    life.ask("ChangeAvailability", {"connectorId": 2, "type": "Inoperative"}, {"status": "Scheduled"})
    life.wait(70)
    life.stop(transaction, tag=CARD)
    life.status(2, "Finishing")
    life.wait(10)
    life.status(2, "Unavailable")
    life.wait(30)
    life.ask("ChangeAvailability", {"connectorId": 2, "type": "Operative"}, ACCEPTED)
    life.status(2, "Available")


def small_things(life: Life16) -> None:
    """What else a CSMS asks: unlocking, the cache, data of a vendor, CALLs that cross, one that is not supported."""
    life.ask("UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"})
    life.ask("ClearCache", {}, ACCEPTED)
    life.ask("DataTransfer", {"vendorId": VENDOR, "data": "é"}, {"status": "UnknownVendorId"})
    life.call("DataTransfer", {"vendorId": VENDOR, "messageId": "temperature", "data": "21"}, ACCEPTED)
    life.cross(
        ("Heartbeat", {}, {"currentTime": life.time(life.now + 0.1)}),
        ("GetConfiguration", {"key": ["NumberOfConnectors"]}, life.told(["NumberOfConnectors"])),
    )
    life.refuse("DataTransfer", {"vendorId": VENDOR}, "InternalError", "made up")
    life.ping_from_csms()
