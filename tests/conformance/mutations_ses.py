"""Faults of booting, heartbeats, clocks, triggers and resets."""

import clean_episodes_v2x as v2x
from capture_operators import both, drop, drop_exchange, repeat_exchange
from capture_records import shifted
from capture_selectors import answer, call
from clean_episodes_v16 import idle, local_charge, soft_reset
from clean_management_v16 import configuration, triggers
from conversations import of_2x, of_16
from message_operators import asks, put, skew, tells
from mutation import Mutation

PENDING = of_16(idle, pending=True)
PENDING_2X = of_2x(v2x.idle, pending=True)
IDLE = of_16(idle)
IDLE_2X = of_2x(v2x.idle)
CHARGE = of_16(local_charge, idle)

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": "2026-03-01T06:00:10.000Z"}
STATUS_2X = {"evseId": 1, "connectorId": 1, "connectorStatus": "Available", "timestamp": "2026-03-01T06:00:10.000Z"}
BOOT = {
    "chargePointVendor": "Made",
    "chargePointModel": "Up",
    "chargePointSerialNumber": "SN-CS-1",
    "firmwareVersion": "1.4.2",
}
BOOTED = {"status": "Accepted", "currentTime": "2026-03-01T06:05:00.000Z", "interval": 300}
UNREPORTED = {"SES-008": "no connector is reported after it"}
FIRST = answer("GetConfiguration")
FIRST_2X = answer("GetVariables")

# fmt: off
MUTATIONS = (
    Mutation("SES-001", "no boot after a reset", of_16(soft_reset, idle), drop_exchange("BootNotification", 1)),
    Mutation("SES-002", "a status of a station that is pending", PENDING, tells(FIRST, "StatusNotification", STATUS, "SecurityError", 10)),
    Mutation("SES-003", "a remote start while pending", PENDING, asks(FIRST, "RemoteStartTransaction", {"idTag": "A1"}, {"status": "Rejected"}, 10)),
    Mutation("SES-004", "the CSMS reads the configuration of a station that it rejected", PENDING, both(
        drop(FIRST), put(answer("BootNotification"), "$.status", "Rejected"))),
    Mutation("SES-005", "a rejected station answers", PENDING, put(answer("BootNotification"), "$.status", "Rejected"), {
        "SES-004": "the CSMS should not have asked it"}),
    Mutation("SES-006", "a boot after 60 s where 300 were given", PENDING, put(answer("BootNotification"), "$.interval", 300)),
    Mutation("SES-007", "the CSMS processes what a pending station says", PENDING_2X, tells(FIRST_2X, "StatusNotification", STATUS_2X, {}, 10), {
        "SES-002": "the station must not say it"}),
    Mutation("SES-008", "connector 2 is not reported", of_16(configuration, soft_reset, idle), drop_exchange("StatusNotification", -1, connectorId=2)),
    Mutation("SES-009", "heartbeats are missing", IDLE_2X, both(drop_exchange("Heartbeat", 2), drop_exchange("Heartbeat", 2))),
    Mutation("SES-010", "an interval that nobody minds", IDLE, put(answer("BootNotification"), "$.interval", 900)),
    Mutation("SES-011", "a station that was accepted and may choose its interval", IDLE, put(answer("BootNotification"), "$.interval", 0)),
    Mutation("SES-012", "a clock that is 40 s fast", CHARGE, skew(40)),
    Mutation("SES-013", "a time without a zone", CHARGE, put(call("StatusNotification", None), "$.timestamp", lambda time: time[:-1])),
    Mutation("SES-014", "a status of 1970", CHARGE, put(call("StatusNotification", 4), "$.timestamp", "1970-01-01T00:00:00.740Z")),
    Mutation("SES-015", "microseconds", IDLE_2X, put(answer("Heartbeat", None), "$.currentTime", lambda time: time[:-1] + "123Z")),
    Mutation("SES-016", "a CSMS whose time goes back", IDLE, put(answer("Heartbeat", 3), "$.currentTime", lambda time: shifted(time, -600))),
    Mutation("SES-017", "a clock that is two hours fast and stays so", of_16(local_charge, idle, local_charge), skew(7_200), {"SES-012": "it is wrong at all"}),
    Mutation("SES-018", "an accepted station is asked to boot", IDLE, asks(
        answer("Heartbeat"), "TriggerMessage", {"requestedMessage": "BootNotification"}, {"status": "Rejected"})),
    Mutation("SES-019", "a heartbeat that was triggered never comes", of_16(triggers, idle), drop_exchange("Heartbeat")),
    Mutation("SES-020", "a boot in the middle of a transaction", CHARGE, tells(answer("MeterValues", 2), "BootNotification", BOOT, BOOTED), UNREPORTED),
    Mutation("SES-021", "a reset that was accepted and is not carried out", IDLE, asks(
        answer("Heartbeat", 2), "Reset", {"type": "Soft"}, {"status": "Accepted"})),
    Mutation("SES-022", "three boots in five minutes", IDLE, both(
        repeat_exchange("BootNotification", 0, 100), repeat_exchange("BootNotification", 0, 200)), UNREPORTED),
)
# fmt: on
