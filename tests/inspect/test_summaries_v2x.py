"""The Info column of 2.0.1 and 2.1: one example for every request, worded by hand."""

from typing import Any

import pytest

from ocppscope.inspect.summaries import summarise
from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.version import OcppVersion

UUID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
TOKEN = {"idToken": "04A2B7C91D6E80", "type": "ISO14443"}
HASH = {"serialNumber": "3a5f00c1d2e3f4a5b6"}
COMPONENT = {"component": {"name": "Connector"}, "variable": {"name": "Temperature"}}
HEARTBEAT = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
PASSWORD = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
PROFILE = {
    "id": 9,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingSchedule": [
        {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0, "numberPhases": 3}],
        }
    ],
}
TWO_PERIODS_W = {
    "chargingRateUnit": "W",
    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11000}, {"startPeriod": 60, "limit": 6.1}],
}

REQUESTS_2X: list[tuple[str, dict[str, Any], str]] = [
    ("Authorize", {"idToken": TOKEN}, "ISO14443 04A2…6E80"),
    ("Authorize", {"idToken": {"idToken": "DEABC1", "type": "eMAID"}, "certificate": "x"}, "eMAID DEABC1 · certificate"),
    (
        "BootNotification",
        {"reason": "PowerUp", "chargingStation": {"vendorName": "Voltaic", "model": "DC-150", "firmwareVersion": "1.2", "serialNumber": "S1"}},
        "Voltaic DC-150 · fw 1.2 · PowerUp · serial S1",
    ),
    ("CertificateSigned", {"certificateType": "V2GCertificate", "certificateChain": "x"}, "V2GCertificate · 1 character"),
    ("ChangeAvailability", {"operationalStatus": "Operative"}, "station Operative"),
    ("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 2}}, "EVSE 2 Inoperative"),
    (
        "ClearChargingProfile",
        {"chargingProfileCriteria": {"evseId": 1, "chargingProfilePurpose": "TxProfile", "stackLevel": 0}},
        "EVSE 1 · TxProfile · stack 0",
    ),
    ("ClearDisplayMessage", {"id": 4}, "message 4"),
    ("ClearedChargingLimit", {"chargingLimitSource": "EMS", "evseId": 1}, "EMS · EVSE 1"),
    ("ClearVariableMonitoring", {"id": [1, 2, 3, 4]}, "monitors 1, 2, 3 +1"),
    ("CostUpdated", {"totalCost": 3.14, "transactionId": UUID}, "total cost 3.14 · tx 1b9d…4bed"),
    (
        "CustomerInformation",
        {"requestId": 10, "report": True, "clear": True, "idToken": TOKEN},
        "request 10 · report · clear · 04A2…6E80",
    ),
    ("DeleteCertificate", {"certificateHashData": HASH}, "serial 3a5f…a5b6"),
    ("FirmwareStatusNotification", {"status": "Installing", "requestId": 6}, "Installing · request 6"),
    ("Get15118EVCertificate", {"action": "Install", "exiRequest": "abc"}, "Install · 3 characters"),
    ("GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"}, "FullInventory · request 1"),
    (
        "GetCertificateStatus",
        {"ocspRequestData": {"responderURL": "http://ocsp.example/x", **HASH}},
        "ocsp.example · serial 3a5f…a5b6",
    ),
    (
        "GetChargingProfiles",
        {"requestId": 4, "evseId": 0, "chargingProfile": {"chargingProfileId": [1, 2]}},
        "request 4 · EVSE 0 · profiles 1, 2",
    ),
    ("GetCompositeSchedule", {"evseId": 1, "duration": 600, "chargingRateUnit": "W"}, "EVSE 1 · 600 s · in W"),
    ("GetDisplayMessages", {"requestId": 9, "priority": "InFront", "id": [1]}, "request 9 · InFront · messages 1"),
    ("GetInstalledCertificateIds", {"certificateType": ["CSMSRootCertificate"]}, "CSMSRootCertificate"),
    (
        "GetMonitoringReport",
        {"requestId": 3, "monitoringCriteria": ["DeltaMonitoring"], "componentVariable": [COMPONENT]},
        "request 3 · DeltaMonitoring · Connector.Temperature",
    ),
    ("GetReport", {"requestId": 3, "componentCriteria": ["Problem", "Active"]}, "request 3 · Problem, Active"),
    ("GetTransactionStatus", {"transactionId": UUID}, "tx 1b9d…4bed"),
    ("GetVariables", {"getVariableData": [HEARTBEAT, COMPONENT]}, "OCPPCommCtrlr.HeartbeatInterval · +1"),
    (
        "MeterValues",
        {
            "evseId": 2,
            "meterValue": [
                {
                    "sampledValue": [
                        {"value": 1.5, "unitOfMeasure": {"unit": "Wh", "multiplier": 3}},
                        {"value": 2300, "measurand": "Power.Active.Import", "phase": "L1"},
                        {"value": 2400, "measurand": "Power.Active.Import", "phase": "L2"},
                        {"value": 2300.04, "measurand": "Power.Active.Import", "phase": "L3"},
                    ]
                }
            ],
        },
        "EVSE 2 · 1.5 kWh · 7 kW",
    ),
    (
        "NotifyChargingLimit",
        {"evseId": 1, "chargingLimit": {"chargingLimitSource": "SO"}, "chargingSchedule": [TWO_PERIODS_W]},
        "SO · EVSE 1 · 11 kW · 2 periods",
    ),
    (
        "NotifyCustomerInformation",
        {"requestId": 1, "seqNo": 0, "data": "abc", "tbc": True},
        "request 1 · seq 0 · 3 characters · more follows",
    ),
    ("NotifyDisplayMessages", {"requestId": 1, "messageInfo": [{}]}, "request 1 · 1 message"),
    (
        "NotifyEVChargingNeeds",
        {"evseId": 1, "chargingNeeds": {"requestedEnergyTransfer": "DC", "departureTime": "2025-03-14T17:00:00Z"}},
        "EVSE 1 · DC · until 2025-03-14 17:00",
    ),
    ("NotifyEVChargingSchedule", {"evseId": 1, "chargingSchedule": TWO_PERIODS_W}, "EVSE 1 · 11 kW · 2 periods"),
    (
        "NotifyEvent",
        {"seqNo": 0, "eventData": [{**COMPONENT, "actualValue": "95", "trigger": "Alerting", "techCode": "E1"}]},
        "Connector.Temperature = 95 · Alerting · E1",
    ),
    (
        "NotifyEvent",
        {"eventData": [{**COMPONENT, "actualValue": "20", "trigger": "Alerting", "cleared": True}, {}], "tbc": True},
        "Connector.Temperature = 20 · Alerting · cleared · +1 · more follows",
    ),
    ("NotifyMonitoringReport", {"requestId": 3, "seqNo": 1, "monitor": [{}, {}]}, "request 3 · seq 1 · 2 variables"),
    ("NotifyReport", {"requestId": 3, "seqNo": 1, "reportData": [{}], "tbc": False}, "request 3 · seq 1 · 1 variable"),
    ("PublishFirmware", {"location": "https://fw.example/v2.bin", "requestId": 6}, "v2.bin from fw.example · request 6"),
    ("PublishFirmwareStatusNotification", {"status": "Published", "requestId": 6}, "Published · request 6"),
    (
        "ReportChargingProfiles",
        {"requestId": 4, "evseId": 0, "chargingLimitSource": "CSO", "chargingProfile": [{}, {}]},
        "request 4 · EVSE 0 · CSO · 2 profiles",
    ),
    (
        "RequestStartTransaction",
        {"evseId": 1, "idToken": TOKEN, "remoteStartId": 77, "chargingProfile": PROFILE},
        "EVSE 1 · 04A2…6E80 · remote start 77 · TxProfile · stack 0 · 16 A × 3",
    ),
    ("RequestStopTransaction", {"transactionId": UUID}, "tx 1b9d…4bed"),
    ("ReservationStatusUpdate", {"reservationId": 5, "reservationUpdateStatus": "Expired"}, "reservation 5 Expired"),
    (
        "ReserveNow",
        {"id": 5, "expiryDateTime": "2025-03-14T10:00:00Z", "idToken": TOKEN, "evseId": 1, "connectorType": "cCCS2"},
        "EVSE 1 · cCCS2 · 04A2…6E80 · reservation 5 · until 2025-03-14 10:00",
    ),
    ("Reset", {"type": "OnIdle", "evseId": 1}, "OnIdle · EVSE 1"),
    ("SetChargingProfile", {"evseId": 1, "chargingProfile": PROFILE}, "TxProfile · EVSE 1 · stack 0 · 16 A × 3"),
    (
        "SetDisplayMessage",
        {"message": {"id": 1, "priority": "NormalCycle", "message": {"format": "UTF8", "content": "Grüezi"}}},
        "message 1 · NormalCycle · Grüezi",
    ),
    ("SetMonitoringBase", {"monitoringBase": "All"}, "All"),
    ("SetMonitoringLevel", {"severity": 4}, "severity 4"),
    (
        "SetNetworkProfile",
        {
            "configurationSlot": 1,
            "connectionData": {
                "ocppCsmsUrl": "wss://csms.example:443/ocpp",
                "securityProfile": 2,
                "ocppInterface": "Wired0",
                "basicAuthPassword": "hunter2",
                "apn": {"apnPassword": "hunter2"},
            },
        },
        "slot 1 · csms.example:443 · security profile 2 · Wired0",
    ),
    (
        "SetVariableMonitoring",
        {"setMonitoringData": [{**COMPONENT, "type": "UpperThreshold", "value": 80, "severity": 4}]},
        "Connector.Temperature UpperThreshold 80 · severity 4",
    ),
    ("SetVariables", {"setVariableData": [{**HEARTBEAT, "attributeValue": "300"}]}, "OCPPCommCtrlr.HeartbeatInterval = 300"),
    (
        "SetVariables",
        {"setVariableData": [{**PASSWORD, "attributeValue": "hunter2"}, {}]},
        "SecurityCtrlr.BasicAuthPassword = (hidden) · +1",
    ),
    ("SignCertificate", {"certificateType": "V2GCertificate", "csr": "abc"}, "V2GCertificate · 3 characters"),
    ("StatusNotification", {"evseId": 1, "connectorId": 2, "connectorStatus": "Occupied"}, "EVSE 1·2 Occupied"),
    (
        "TransactionEvent",
        {"eventType": "Started", "seqNo": 0, "evse": {"id": 1}, "triggerReason": "CablePluggedIn", "transactionInfo": {}},
        "Started · seq 0 · EVSE 1 · CablePluggedIn",
    ),
    (
        "TransactionEvent",
        {
            "eventType": "Ended",
            "seqNo": 9,
            "evse": {"id": 1, "connectorId": 2},
            "triggerReason": "EVDeparted",
            "transactionInfo": {"transactionId": UUID, "stoppedReason": "EVDisconnected", "chargingState": "Idle"},
            "idToken": TOKEN,
            "offline": True,
            "meterValue": [{"sampledValue": [{"value": 950}]}],
        },
        "Ended · seq 9 · EVSE 1·2 · EVDeparted · EVDisconnected · Idle · 04A2…6E80 · 950 Wh · offline · tx 1b9d…4bed",
    ),
    ("TriggerMessage", {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}}, "StatusNotification · EVSE 1·1"),
    ("UnlockConnector", {"evseId": 1, "connectorId": 1}, "EVSE 1·1"),
    ("UnpublishFirmware", {"checksum": "0123456789abcdef"}, "checksum 0123…cdef"),
    ("CancelReservation", {"reservationId": 5}, "reservation 5"),
    ("ClearCache", {}, ""),
    ("DataTransfer", {"vendorId": "com.example", "data": {"a": 1}}, "com.example · {1}"),
    ("GetLocalListVersion", {}, ""),
    ("GetLog", {"logType": "DiagnosticsLog", "requestId": 5, "log": {"remoteLocation": "ftp://files.example"}}, "DiagnosticsLog · request 5 · to files.example"),
    ("Heartbeat", {}, ""),
    ("InstallCertificate", {"certificateType": "MORootCertificate", "certificate": "abc"}, "MORootCertificate · 3 characters"),
    ("LogStatusNotification", {"status": "Uploading", "requestId": 5}, "Uploading · request 5"),
    ("SecurityEventNotification", {"type": "SettingSystemTime"}, "SettingSystemTime"),
    ("SendLocalList", {"versionNumber": 3, "updateType": "Differential"}, "Differential · version 3"),
    (
        "UpdateFirmware",
        {"requestId": 6, "firmware": {"location": "https://fw.example/v2.bin", "retrieveDateTime": "2025-03-14T09:41:03Z"}},
        "v2.bin from fw.example · request 6 · at 2025-03-14 09:41",
    ),
]  # fmt: skip

RESPONSES_2X: list[tuple[str, dict[str, Any], str]] = [
    (
        "Authorize",
        {"idTokenInfo": {"status": "Accepted", "groupIdToken": {"idToken": "FLEET"}}, "certificateStatus": "Accepted"},
        "Accepted · group FLEET · Accepted",
    ),
    ("BootNotification", {"status": "Pending", "interval": 30, "statusInfo": {"reasonCode": "NotYet"}}, "Pending · interval 30 s · NotYet"),
    (
        "Reset",
        {"status": "Rejected", "statusInfo": {"reasonCode": "FwUpdateInProgress", "additionalInfo": "wait"}},
        "Rejected · FwUpdateInProgress · wait",
    ),
    ("ClearVariableMonitoring", {"clearMonitoringResult": [{"status": "Accepted"}] * 3 + [{"status": "NotFound"}]}, "Accepted × 3 · NotFound"),
    ("GetCompositeSchedule", {"status": "Accepted", "schedule": {"evseId": 1, **TWO_PERIODS_W}}, "Accepted · EVSE 1 · 11 kW · 2 periods"),
    ("GetInstalledCertificateIds", {"status": "Accepted", "certificateHashDataChain": [{}, {}]}, "Accepted · 2 certificates"),
    ("GetLocalListVersion", {"versionNumber": 3}, "version 3"),
    ("GetTransactionStatus", {"ongoingIndicator": True, "messagesInQueue": False}, "ongoing · queue empty"),
    ("GetTransactionStatus", {"messagesInQueue": True}, "messages in queue"),
    (
        "GetVariables",
        {"getVariableResult": [{**HEARTBEAT, "attributeStatus": "Accepted", "attributeValue": "300"}]},
        "OCPPCommCtrlr.HeartbeatInterval = 300",
    ),
    ("GetVariables", {"getVariableResult": [{**COMPONENT, "attributeStatus": "UnknownVariable"}]}, "Connector.Temperature UnknownVariable"),
    (
        "GetVariables",
        {"getVariableResult": [{**PASSWORD, "attributeStatus": "Accepted", "attributeValue": "hunter2"}]},
        "SecurityCtrlr.BasicAuthPassword = (hidden)",
    ),
    ("RequestStartTransaction", {"status": "Accepted", "transactionId": UUID}, "Accepted · tx 1b9d…4bed"),
    ("SetVariableMonitoring", {"setMonitoringResult": [{"status": "Accepted"}, {"status": "Accepted"}]}, "Accepted × 2"),
    (
        "SetVariables",
        {"setVariableResult": [{"attributeStatus": "Rejected", "attributeStatusInfo": {"reasonCode": "ReadOnly"}}]},
        "Rejected · ReadOnly",
    ),
    ("TransactionEvent", {}, ""),
    ("TransactionEvent", {"idTokenInfo": {"status": "Accepted"}, "totalCost": 0.0}, "Accepted · total cost 0"),
]  # fmt: skip

REQUESTS_21: list[tuple[str, dict[str, Any], str]] = [
    ("AFRRSignal", {"signal": -5, "timestamp": "2025-03-14T09:41:03Z"}, "signal -5 · 2025-03-14 09:41"),
    ("AdjustPeriodicEventStream", {"id": 3, "params": {"interval": 10, "values": 5}}, "stream 3 · every 10 s · 5 values"),
    (
        "BatterySwap",
        {"eventType": "BatteryIn", "requestId": 2, "idToken": TOKEN, "batteryData": [{"serialNumber": "B1", "soC": 20.5}]},
        "BatteryIn · request 2 · 04A2…6E80 · B1 · 20.5 %",
    ),
    ("BatterySwap", {"eventType": "BatteryOut", "batteryData": [{}, {}]}, "BatteryOut · 2 batteries"),
    (
        "ChangeTransactionTariff",
        {"tariff": {"tariffId": "T1", "currency": "EUR"}, "transactionId": UUID},
        "tariff T1 · EUR · tx 1b9d…4bed",
    ),
    ("ClearDERControl", {"isDefault": True, "controlType": "FreqDroop"}, "FreqDroop · default"),
    ("ClearTariffs", {"evseId": 1, "tariffIds": ["T1", "T2"]}, "EVSE 1 · tariffs T1, T2"),
    ("ClosePeriodicEventStream", {"id": 3}, "stream 3"),
    ("GetCertificateChainStatus", {"certificateStatusRequests": [{}, {}]}, "2 certificates"),
    ("GetDERControl", {"requestId": 2, "controlId": "c1", "isDefault": False}, "request 2 · control c1"),
    ("GetPeriodicEventStream", {}, ""),
    ("GetTariffs", {"evseId": 0}, "EVSE 0"),
    ("NotifyAllowedEnergyTransfer", {"transactionId": "17", "allowedEnergyTransfer": ["DC", "AC_single_phase"]}, "DC, AC_single_phase · tx 17"),
    ("NotifyDERAlarm", {"controlType": "FreqDroop", "gridEventFault": "OverCurrent", "alarmEnded": True}, "FreqDroop · OverCurrent · ended"),
    ("NotifyDERStartStop", {"controlId": "c1", "started": False}, "control c1 · stopped"),
    ("NotifyPeriodicEventStream", {"id": 3, "pending": 1, "data": [{"t": 0, "v": "1"}, {"t": 1, "v": "2"}]}, "stream 3 · 2 values · 1 pending"),
    ("NotifyPriorityCharging", {"transactionId": "17", "activated": True}, "on · tx 17"),
    ("NotifySettlement", {"status": "Settled", "settlementAmount": 12.5, "transactionId": "17", "statusInfo": "paid"}, "Settled · 12.5 · tx 17 · paid"),
    ("NotifyWebPaymentStarted", {"evseId": 1, "timeout": 60}, "EVSE 1 · timeout 60 s"),
    (
        "OpenPeriodicEventStream",
        {"constantStreamData": {"id": 3, "params": {"interval": 10}, "variableMonitoringId": 8}},
        "stream 3 · monitor 8 · every 10 s",
    ),
    ("PullDynamicScheduleUpdate", {"chargingProfileId": 9}, "profile 9"),
    ("ReportDERControl", {"requestId": 2, "curve": [{}, {}], "gradient": [{}]}, "request 2 · curve × 2 · gradient × 1"),
    ("RequestBatterySwap", {"requestId": 2, "idToken": TOKEN}, "request 2 · 04A2…6E80"),
    ("SetDERControl", {"isDefault": False, "controlId": "c1", "controlType": "FreqWatt"}, "FreqWatt · control c1"),
    ("SetDefaultTariff", {"evseId": 1, "tariff": {"tariffId": "T1", "currency": "EUR"}}, "EVSE 1 · tariff T1 · EUR"),
    ("UpdateDynamicSchedule", {"chargingProfileId": 9, "scheduleUpdate": {"setpoint": 5000}}, "profile 9 · setpoint 5000"),
    ("UsePriorityCharging", {"transactionId": "17", "activate": False}, "off · tx 17"),
    ("VatNumberValidation", {"vatNumber": "DE0001", "evseId": 1}, "EVSE 1 · DE0001"),
    ("TriggerMessage", {"requestedMessage": "CustomTrigger", "customTrigger": "Ping"}, "CustomTrigger · Ping"),
]  # fmt: skip

RESPONSES_21: list[tuple[str, dict[str, Any], str]] = [
    ("ClearTariffs", {"clearTariffsResult": [{"status": "NoTariff"}]}, "NoTariff"),
    ("GetCertificateChainStatus", {"certificateStatus": [{"status": "Good"}, {"status": "Revoked"}]}, "Good · Revoked"),
    ("GetPeriodicEventStream", {"constantStreamData": [{}]}, "1 stream"),
    ("GetTariffs", {"status": "Accepted", "tariffAssignments": [{}, {}]}, "Accepted · 2 tariffs"),
    ("NotifySettlement", {"receiptId": "R1"}, "receipt R1"),
    ("PullDynamicScheduleUpdate", {"status": "Accepted", "scheduleUpdate": {"limit": 16}}, "Accepted · 16"),
    ("SetDERControl", {"status": "Accepted", "supersededIds": ["a", "b"]}, "Accepted · supersedes a, b"),
    ("VatNumberValidation", {"status": "Rejected", "vatNumber": "DE0001"}, "Rejected"),
]  # fmt: skip


def request(version: OcppVersion, action: str, payload: dict[str, Any]) -> str:
    return summarise(version, Call("1", action, payload), action)


def response(version: OcppVersion, action: str, payload: dict[str, Any]) -> str:
    return summarise(version, CallResult("1", payload), action)


@pytest.mark.parametrize("version", [OcppVersion.V201, OcppVersion.V21])
@pytest.mark.parametrize(("action", "payload", "expected"), REQUESTS_2X)
def test_words_the_requests_of_2_x(version: OcppVersion, action: str, payload: dict[str, Any], expected: str) -> None:
    assert request(version, action, payload) == expected


@pytest.mark.parametrize("version", [OcppVersion.V201, OcppVersion.V21])
@pytest.mark.parametrize(("action", "payload", "expected"), RESPONSES_2X)
def test_words_the_responses_of_2_x(version: OcppVersion, action: str, payload: dict[str, Any], expected: str) -> None:
    assert response(version, action, payload) == expected


@pytest.mark.parametrize(("action", "payload", "expected"), REQUESTS_21)
def test_words_what_2_1_added(action: str, payload: dict[str, Any], expected: str) -> None:
    assert request(OcppVersion.V21, action, payload) == expected


@pytest.mark.parametrize(("action", "payload", "expected"), RESPONSES_21)
def test_words_the_responses_that_2_1_added(action: str, payload: dict[str, Any], expected: str) -> None:
    assert response(OcppVersion.V21, action, payload) == expected


def test_every_request_of_2_x_has_a_checked_example() -> None:
    assert {action for action, _, _ in REQUESTS_2X} == ACTIONS[OcppVersion.V201]
    assert {action for action, _, _ in REQUESTS_2X + REQUESTS_21} == ACTIONS[OcppVersion.V21]
