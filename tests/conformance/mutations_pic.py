"""Traffic that contradicts what the product was certified for."""

from capture_operators import both, delay_from, facts, thin
from capture_records import Change
from capture_selectors import answer, call, opened
from clean_episodes_v16 import ev_leaves, idle, local_charge
from clean_management_v16 import ACCEPTED, local_list, logs, smart_charging, triggers
from conversations import of_16
from message_operators import asks, lose, put, tells
from mutation import Mutation, scripted

from ocppscope.capture.record import Ping, Pong, TlsFacts

CHARGE = of_16(local_charge, idle)
LIMITS = of_16(smart_charging, idle)
PERIODS = [{"startPeriod": 600 * number, "limit": 16.0} for number in range(25)]
MEASURANDS = '{ value = { tested = [], vendor = ["Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage"] } }'
MADE = (
    '[identity]\ndut = "station"\nocpp_version = "1.6"\nvendor = "Made"\nproduct = "Up"\nsoftware_version = "1.4.2"\n'
)
RESERVE = {"connectorId": 1, "expiryDate": "2026-03-01T12:00:00Z", "idTag": "A1", "reservationId": 7}
NIGHT = """
> [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
< [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
> [2,"2","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]
< [3,"2",{}]
> [2,"3","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]
< [3,"3",{}]
+10 drop
+120 connect
> [2,"4","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]
< [3,"4",{}]
> [2,"5","Authorize",{"idTag":"A1"}]
< [3,"5",{"idTagInfo":{"status":"Accepted"}}]
> [2,"6","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:02:11Z"}]
< [3,"6",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]
> [2,"7","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}]
< [3,"7",{}]
> [2,"8","MeterValues",{"connectorId":1,"transactionId":17,"meterValue":[{"timestamp":"2026-01-01T00:02:11Z","sampledValue":[{"value":"230.0","measurand":"Voltage","unit":"V","phase":"L1"}]}]}]
< [3,"8",{}]
"""
"""A charge after a short outage, by a station with one phase."""


def configures(key: str, value: str, status: str = "Accepted") -> Change:
    """The CSMS changes one more key."""
    return asks(answer("Heartbeat"), "ChangeConfiguration", {"key": key, "value": value}, {"status": status})


# fmt: off
MUTATIONS = (
    Mutation("PIC-001", "a limit in watts", LIMITS.certified('features."SC-1.1" = true\nfeatures."SC-1.2" = false'), both(
        put(call("SetChargingProfile", 1), "$.csChargingProfiles.chargingSchedule.chargingRateUnit", "W"),
        put(call("SetChargingProfile", 1), "$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit", 11_040))),
    Mutation("PIC-002", "a stack level of 9 where 8 is the highest", LIMITS.certified("settings.ORS-14 = 8"),
        put(call("SetChargingProfile", 1), "$.csChargingProfiles.stackLevel", 9)),
    Mutation("PIC-003", "25 periods where 24 are allowed", LIMITS.certified("settings.ORS-15 = 24"),
        put(call("SetChargingProfile", 1), "$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod", PERIODS)),
    Mutation("PIC-004", "a fifth profile where four are allowed", LIMITS.certified("settings.ORS-19 = 4"),
        asks(answer("SetChargingProfile", 2), "SetChargingProfile", {"connectorId": 2, "csChargingProfiles": {
            "chargingProfileId": 9, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative", "chargingSchedule": {
                "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0}]}}}, ACCEPTED)),
    Mutation("PIC-005", "three keys where two are allowed", CHARGE.certified("settings.ORS-1 = 2"),
        asks(answer("Heartbeat"), "GetConfiguration", {"key": ["MadeA", "MadeB", "MadeC"]}, {"unknownKey": ["MadeA", "MadeB", "MadeC"]})),
    Mutation("PIC-006", "three entries where two are allowed", of_16(local_list).certified("settings.ORS-13 = 2"),
        put(call("SendLocalList"), "$.localAuthorizationList",
            lambda entries: [*entries, {"idTag": "04AA", "idTagInfo": {"status": "Accepted"}}])),
    Mutation("PIC-007", "a frequency", CHARGE.certified(f'features."C-09.1" = {MEASURANDS}\nfeatures."C-09.2" = {MEASURANDS}'), both(
        lose(call("MeterValues"), "$.meterValue[0].sampledValue[1].unit"),
        put(call("MeterValues"), "$.meterValue[0].sampledValue[1].measurand", "Frequency"))),
    Mutation("PIC-008", "a frequency is wanted", CHARGE.certified(f'features."C-09.1" = {MEASURANDS}'),
        configures("MeterValuesSampledData", "Voltage,Frequency", "Rejected")),
    Mutation("PIC-009", "a third connector of two", CHARGE.certified("hardware_features.HFS-8 = 2"),
        tells(answer("Heartbeat"), "StatusNotification", {"connectorId": 3, "errorCode": "NoError", "status": "Available"}, {})),
    Mutation("PIC-010", "a reservation of connector 0", CHARGE.certified("features.R-1 = false"),
        asks(answer("Heartbeat"), "ReserveNow", RESERVE | {"connectorId": 0}, {"status": "Rejected"})),
    Mutation("PIC-011", "a reservation", CHARGE.certified('[[profiles]]\nname = "Core"\nkind = "profile"\nresult = "Pass"\ndescription = ""'),
        asks(answer("Heartbeat"), "ReserveNow", RESERVE, "NotSupported")),
    Mutation("PIC-012", "a suite that is not in the list",
        of_16(idle, security=2).certified('features.C-12 = ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]'),
        facts(opened(), station_tls=TlsFacts(version="TLSv1.2", cipher="ECDHE-ECDSA-AES256-GCM-SHA384"))),
    Mutation("PIC-013", "a station that comes without TLS and without a password", of_16(idle, security=2).certified("features.SEC-2 = true"),
        facts(opened(), station_tls=None, csms_tls=None, handshake={"auth": None})),
    Mutation("PIC-014", "every second ping is missing", of_16(idle).certified("settings.ORS-11 = 120"), thin(Ping, Pong)),
    Mutation("PIC-015", "a heartbeat interval of 600 s where 300 is the longest", CHARGE.certified("settings.ORS-6 = 10\nsettings.ORS-7 = 300"),
        put(answer("BootNotification"), "$.interval", 600)),
    Mutation("PIC-016", "a sample interval of 900 s where 300 is the longest", CHARGE.certified("settings.ORS-4 = 10\nsettings.ORS-5 = 300"),
        configures("MeterValueSampleInterval", "900")),
    Mutation("PIC-017", "SFTP where HTTPS is declared", of_16(logs).certified('settings.ORS-16 = ["HTTPS"]'),
        put(call("GetDiagnostics"), "$.location", "sftp://files.example/up")),
    Mutation("PIC-018", "a stop with a card", of_16(ev_leaves).certified("features.C-08 = false"), both(
        put(call("StopTransaction"), "$.reason", "Local"), put(call("StopTransaction"), "$.idTag", "04A2B7C1D2"))),
    Mutation("PIC-019", "a start in an outage", scripted(NIGHT, profile="features.C-01 = false"),
        put(call("StartTransaction"), "$.timestamp", "2026-01-01T00:01:00Z")),
    Mutation("PIC-020", "a cache that is cleared", CHARGE.certified("features.C-04 = false"),
        asks(answer("Heartbeat"), "ClearCache", {}, ACCEPTED)),
    Mutation("PIC-021", "a second phase", scripted(NIGHT, profile="hardware_features.HFS-5 = true\nhardware_features.HFS-6 = false\nhardware_features.HFS-7 = false"),
        put(call("MeterValues"), "$.meterValue[0].sampledValue[0].phase", "L2")),
    Mutation("PIC-022", "three measurands where two are allowed", CHARGE.certified("settings.ORS-3 = 2"),
        configures("MeterValuesSampledData", "Voltage,SoC,Current.Import", "Rejected")),
    Mutation("PIC-023", "a stop for lack of power, before it is gone", of_16(ev_leaves).certified('additional_questions."AQ-7.1" = false\nadditional_questions."AQ-7.2" = true'),
        put(call("StopTransaction"), "$.reason", "PowerLoss")),
    Mutation("PIC-024", "another firmware", of_16(idle).certified(MADE), put(call("BootNotification"), "$.firmwareVersion", "9.9.9")),
    Mutation("PIC-025", "a fixed cable is unlocked", of_16(idle).certified("hardware_features.HFS-1 = false\nhardware_features.HFS-2 = true\nhardware_features.HFS-8 = 2"),
        asks(answer("Heartbeat"), "UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"})),
    Mutation("PIC-026", "a download while the EV charges", of_16(local_charge).certified("additional_questions.AQ-4 = false"), both(
        asks(answer("MeterValues"), "UpdateFirmware", {"location": "https://files.example/up", "retrieveDate": "2026-03-01T06:00:00Z"}, {}),
        tells(answer("MeterValues"), "FirmwareStatusNotification", {"status": "Downloading"}, {}, 5),
        tells(answer("MeterValues", 1), "FirmwareStatusNotification", {"status": "DownloadFailed"}, {}, 5))),
    Mutation("PIC-027", "a triggered message after 34 s", of_16(triggers).certified("limits.ocpp_triggered_function_timeout = 30"),
        delay_from(call("Heartbeat"), 34)),
    Mutation("PIC-028", "a message timeout of 300 s", CHARGE.certified("limits.ocpp_response_timeout = 60"),
        asks(answer("Heartbeat"), "GetConfiguration", {"key": ["MessageTimeout"]},
            {"configurationKey": [{"key": "MessageTimeout", "readonly": False, "value": "300"}]})),
    Mutation("PIC-029", "a key for another behaviour at the cable is accepted", CHARGE.certified('features."C-06.1" = false\nfeatures."C-06.2" = true'),
        configures("StopTransactionOnEVSideDisconnect", "false")),
)
# fmt: on
