"""The Info column of 1.6: one example for every request, worded by hand."""

from typing import Any

import pytest

from ocppscope.inspect.summaries import summarise
from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.version import OcppVersion

TAG = "04A2B7C91D6E80"
HASH = {"serialNumber": "3a5f00c1d2e3f4a5b6"}
PROFILE_16 = {
    "chargingProfileId": 9,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0, "numberPhases": 3}],
    },
}
TWO_PERIODS_W = {
    "chargingRateUnit": "W",
    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11000}, {"startPeriod": 60, "limit": 6.1}],
}
MEASURED_16 = [
    {"timestamp": "2025-03-14T09:40:00Z", "sampledValue": [{"value": "1"}]},
    {
        "timestamp": "2025-03-14T09:41:00Z",
        "sampledValue": [
            {"value": "16.0", "measurand": "Current.Import", "phase": "L1", "unit": "A"},
            {"value": "7400", "measurand": "Power.Active.Import", "unit": "W"},
            {"value": "12345", "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
            {"value": "45", "measurand": "SoC", "unit": "Percent"},
        ],
    },
]

REQUESTS: list[tuple[str, dict[str, Any], str]] = [
    ("Authorize", {"idTag": TAG}, "04A2…6E80"),
    ("Authorize", {"idTag": "04A2B7C91"}, "04A2B7C91"),
    (
        "BootNotification",
        {"chargePointVendor": "Voltaic", "chargePointModel": "DC-150", "firmwareVersion": "1.2", "chargePointSerialNumber": "S1"},
        "Voltaic DC-150 · fw 1.2 · serial S1",
    ),
    ("BootNotification", {"chargePointVendor": "Voltaic"}, "Voltaic"),
    ("CancelReservation", {"reservationId": 5}, "reservation 5"),
    ("CertificateSigned", {"certificateChain": "x" * 1234}, "1.2 kB"),
    ("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, "connector 0 Inoperative"),
    ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "300"}, "HeartbeatInterval = 300"),
    ("ChangeConfiguration", {"key": "AuthorizationKey", "value": "0123456789abcdef"}, "AuthorizationKey = (hidden)"),
    ("ChangeConfiguration", {"key": " authorizationKEY ", "value": 7}, " authorizationKEY  = (hidden)"),
    ("ClearCache", {}, ""),
    ("ClearChargingProfile", {}, ""),
    (
        "ClearChargingProfile",
        {"id": 9, "connectorId": 1, "chargingProfilePurpose": "TxProfile", "stackLevel": 0},
        "profile 9 · connector 1 · TxProfile · stack 0",
    ),
    ("DataTransfer", {"vendorId": "com.example", "messageId": "ping", "data": "x=1"}, "com.example · ping · x=1"),
    ("DeleteCertificate", {"certificateHashData": HASH}, "serial 3a5f…a5b6"),
    ("DiagnosticsStatusNotification", {"status": "Uploading"}, "Uploading"),
    ("ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"}, "Heartbeat"),
    ("FirmwareStatusNotification", {"status": "Installed"}, "Installed"),
    ("GetCompositeSchedule", {"connectorId": 1, "duration": 3600, "chargingRateUnit": "A"}, "connector 1 · 3600 s · in A"),
    ("GetConfiguration", {}, "all keys"),
    ("GetConfiguration", {"key": []}, "all keys"),
    ("GetConfiguration", {"key": ["a", "b", "c", "d"]}, "a, b, c +1"),
    (
        "GetDiagnostics",
        {"location": "ftp://user:pa@ss/word@files.example:21/logs", "startTime": "2025-03-14T09:41:03Z"},
        "to files.example:21 · since 2025-03-14 09:41",
    ),
    ("GetInstalledCertificateIds", {"certificateType": "CentralSystemRootCertificate"}, "CentralSystemRootCertificate"),
    ("GetLocalListVersion", {}, ""),
    (
        "GetLog",
        {"logType": "SecurityLog", "requestId": 5, "log": {"remoteLocation": "https://files.example/up?key=1"}},
        "SecurityLog · request 5 · to files.example",
    ),
    ("Heartbeat", {}, ""),
    (
        "InstallCertificate",
        {"certificateType": "ManufacturerRootCertificate", "certificate": "-----BEGIN"},
        "ManufacturerRootCertificate · 10 characters",
    ),
    ("LogStatusNotification", {"status": "Uploaded", "requestId": 5}, "Uploaded · request 5"),
    (
        "MeterValues",
        {"connectorId": 1, "transactionId": 17, "meterValue": MEASURED_16},
        "connector 1 · tx 17 · 12.3 kWh · 7.4 kW · 45 % · 2 readings",
    ),
    ("RemoteStartTransaction", {"idTag": TAG}, "04A2…6E80"),
    (
        "RemoteStartTransaction",
        {"connectorId": 1, "idTag": TAG, "chargingProfile": PROFILE_16},
        "connector 1 · 04A2…6E80 · TxProfile · stack 0 · 16 A × 3",
    ),
    ("RemoteStopTransaction", {"transactionId": 17}, "tx 17"),
    (
        "ReserveNow",
        {"connectorId": 1, "expiryDate": "2025-03-14T10:00:00Z", "idTag": "TAG1", "reservationId": 5},
        "connector 1 · TAG1 · reservation 5 · until 2025-03-14 10:00",
    ),
    ("Reset", {"type": "Soft"}, "Soft"),
    ("SecurityEventNotification", {"type": "StartupOfTheDevice", "techInfo": "cold"}, "StartupOfTheDevice · cold"),
    (
        "SendLocalList",
        {"listVersion": 7, "updateType": "Full", "localAuthorizationList": [{}, {}]},
        "Full · version 7 · 2 entries",
    ),
    ("SendLocalList", {"listVersion": 7, "updateType": "Full", "localAuthorizationList": [{}]}, "Full · version 7 · 1 entry"),
    (
        "SetChargingProfile",
        {"connectorId": 1, "csChargingProfiles": PROFILE_16},
        "TxProfile · connector 1 · stack 0 · 16 A × 3",
    ),
    ("SignCertificate", {"csr": "x" * 999}, "999 characters"),
    ("SignedFirmwareStatusNotification", {"status": "Downloading", "requestId": 6}, "Downloading · request 6"),
    (
        "SignedUpdateFirmware",
        {"requestId": 6, "firmware": {"location": "https://u:p@fw.example/a/b/v2.bin?sig=1", "retrieveDateTime": "2025-03-14T09:41:03Z"}},
        "v2.bin from fw.example · request 6 · at 2025-03-14 09:41",
    ),
    ("StartTransaction", {"connectorId": 1, "idTag": TAG, "meterStart": 1200}, "connector 1 · 04A2…6E80 · meter 1200 Wh"),
    ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Preparing"}, "connector 1 Preparing"),
    (
        "StatusNotification",
        {"connectorId": 1, "errorCode": "OtherError", "status": "Faulted", "vendorErrorCode": "E17", "info": "contactor"},
        "connector 1 Faulted · OtherError · E17 · contactor",
    ),
    (
        "StopTransaction",
        {"transactionId": 17, "idTag": TAG, "meterStop": 5300, "reason": "EVDisconnected"},
        "tx 17 · 04A2…6E80 · meter 5300 Wh · EVDisconnected",
    ),
    ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}, "MeterValues · connector 1"),
    ("UnlockConnector", {"connectorId": 2}, "connector 2"),
    (
        "UpdateFirmware",
        {"location": "ftp://fw.example/v2.bin", "retrieveDate": "2025-03-14T09:41:03Z"},
        "v2.bin from fw.example · at 2025-03-14 09:41",
    ),
]  # fmt: skip

RESPONSES: list[tuple[str, dict[str, Any], str]] = [
    ("Authorize", {"idTagInfo": {"status": "Blocked"}}, "Blocked"),
    ("BootNotification", {"status": "Accepted", "interval": 300, "currentTime": "x"}, "Accepted · interval 300 s"),
    ("ChangeConfiguration", {"status": "RebootRequired"}, "RebootRequired"),
    ("DataTransfer", {"status": "Accepted", "data": "pong"}, "Accepted · pong"),
    ("DiagnosticsStatusNotification", {}, ""),
    (
        "GetCompositeSchedule",
        {"status": "Accepted", "connectorId": 1, "chargingSchedule": TWO_PERIODS_W},
        "Accepted · connector 1 · 11 kW · 2 periods",
    ),
    ("GetConfiguration", {"configurationKey": [{"key": "a", "value": "1"}, {"key": "b"}]}, "2 keys"),
    ("GetConfiguration", {"configurationKey": [{"key": "a", "readonly": True, "value": "1"}]}, "a = 1"),
    ("GetConfiguration", {"configurationKey": [{"key": "a", "readonly": True}], "unknownKey": ["x"]}, "a · unknown x"),
    ("GetConfiguration", {"configurationKey": [{"key": "AuthorizationKey", "value": "abc"}]}, "AuthorizationKey = (hidden)"),
    ("GetDiagnostics", {"fileName": "diag.zip"}, "diag.zip"),
    ("GetInstalledCertificateIds", {"status": "Accepted", "certificateHashData": [HASH]}, "Accepted · 1 certificate"),
    ("GetLocalListVersion", {"listVersion": -1}, "version -1"),
    ("GetLog", {"status": "Accepted", "filename": "log.txt"}, "Accepted · log.txt"),
    ("Heartbeat", {"currentTime": "2025-03-14T09:41:03Z"}, "2025-03-14T09:41:03Z"),
    ("RemoteStartTransaction", {"status": "Rejected"}, "Rejected"),
    ("StartTransaction", {"idTagInfo": {"status": "Accepted"}, "transactionId": 17}, "Accepted · tx 17"),
    ("StatusNotification", {}, ""),
    ("StopTransaction", {}, ""),
    ("StopTransaction", {"idTagInfo": {"status": "Accepted"}}, "Accepted"),
    ("UnlockConnector", {"status": "Unlocked"}, "Unlocked"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "payload", "expected"), REQUESTS)
def test_words_the_requests_of_1_6(action: str, payload: dict[str, Any], expected: str) -> None:
    assert summarise(OcppVersion.V16, Call("1", action, payload), action) == expected


@pytest.mark.parametrize(("action", "payload", "expected"), RESPONSES)
def test_words_the_responses_of_1_6(action: str, payload: dict[str, Any], expected: str) -> None:
    assert summarise(OcppVersion.V16, CallResult("1", payload), action) == expected


def test_every_request_of_1_6_has_a_checked_example() -> None:
    assert {action for action, _, _ in REQUESTS} == ACTIONS[OcppVersion.V16]
