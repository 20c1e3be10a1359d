"""Faults of transactions and meter values, OCPP 1.6 and what all versions share."""

from random import Random
from typing import Any

from capture_operators import both, delay, drop_exchange, repeat_exchange, swap_exchanges
from capture_records import Records, shifted
from capture_selectors import answer, call
from clean_episodes_v16 import idle, local_charge, network_fails, remote_charge, remote_start_in_vain
from clean_management_v16 import configuration, reservation
from clean_v16 import CARD
from conversations import of_16, two_stations
from message_operators import asks, lose, put, put_all, tells, wrapper
from mutation import Mutation

CHARGE = of_16(local_charge, idle)
TWICE = of_16(local_charge, local_charge, idle)
REMOTE = of_16(remote_charge, idle)
CONFIGURED = of_16(configuration, local_charge, idle)

VALUE = "$.meterValue[0].sampledValue[0].value"
DATA = [{"timestamp": "2026-03-01T06:00:00.000Z", "sampledValue": [{"value": "15300", "context": "Sample.Periodic"}]}]


def failed(message: list[Any]) -> list[Any]:
    """A CALLERROR in place of an answer."""
    return [4, message[1], "InternalError", "made up", {}]


def same_id_again(records: Records, random: Random) -> Records:
    """The second transaction gets the id of the first."""
    return both(
        put_all("MeterValues", "$.transactionId", 1001, transactionId=1002),
        put(call("StopTransaction", 1), "$.transactionId", 1001),
        put(answer("StartTransaction", 1), "$.transactionId", 1001),
    )(records, random)


# fmt: off
MUTATIONS = (
    Mutation("TXN-001", "meter values for a number that nobody issued", CHARGE, put(call("MeterValues", 1), "$.transactionId", 71)),
    Mutation("TXN-002", "a stop that was answered, sent again", CHARGE, repeat_exchange("StopTransaction", 0, 10)),
    Mutation("TXN-003", "the next transaction gets the number of the last", TWICE, same_id_again),
    Mutation("TXN-004", "the first of two transactions on a connector has no end", TWICE, drop_exchange("StopTransaction"), {
        "STA-004": "until the second one begins, the connector is free and the transaction runs"}),
    Mutation("TXN-005", "a start sent again gets another number", CHARGE, both(
        repeat_exchange("StartTransaction", 0, 2), put(answer("StartTransaction", 1), "$.transactionId", 1099))),
    Mutation("TXN-006", "a meter that stops below its beginning", CHARGE, put(call("StopTransaction"), "$.meterStop", 15_000)),
    Mutation("TXN-007", "a sample 4 Wh below the one before", CHARGE, put(call("MeterValues", 1), VALUE, "15480.0")),
    Mutation("TXN-008", "the next transaction begins 50 Wh below the end of the last", TWICE,
        put(call("StartTransaction", 1), "$.meterStart", lambda wh: wh - 50)),
    Mutation("TXN-009", "5 kWh in the last minute", CHARGE, put(call("StopTransaction"), "$.meterStop", lambda wh: wh + 5_000)),
    Mutation("TXN-010", "meter values without the transaction", CHARGE, lose(call("MeterValues", 1), "$.transactionId")),
    Mutation("TXN-011", "two samples are missing", CONFIGURED, both(
        drop_exchange("MeterValues", 5), drop_exchange("MeterValues", 5))),
    Mutation("TXN-012", "two samples in the wrong order", CHARGE, both(delay(answer("MeterValues", 1), 65), delay(call("MeterValues", 1), 65))),
    Mutation("TXN-013", "an end an hour before the beginning", CHARGE,
        put(call("StopTransaction"), "$.timestamp", lambda time: shifted(time, -3_600))),
    Mutation("TXN-014", "a live sample before those of the outage", of_16(network_fails, idle), swap_exchanges("MeterValues", 2, 4)),
    Mutation("TXN-015", "a stop sent again after a second where 60 are set", CONFIGURED, both(
        repeat_exchange("StopTransaction", 1, 1), wrapper(answer("StopTransaction", 1), failed)), {
        "TXN-016": "the CSMS refused the first one"}),
    Mutation("TXN-016", "a CALLERROR to meter values", CHARGE, wrapper(answer("MeterValues", 1), failed)),
    Mutation("TXN-017", "a card that is refused with the start goes on charging", CHARGE,
        put(answer("StartTransaction"), "$.idTagInfo.status", "Blocked")),
    Mutation("TXN-018", "the card is asked for again before it stops", CHARGE,
        tells(call("StopTransaction"), "Authorize", {"idTag": CARD}, {"idTagInfo": {"status": "Accepted"}}, -1.5)),
    Mutation("TXN-019", "a start with nobody asked", CHARGE, drop_exchange("Authorize")),
    Mutation("TXN-020", "a remote start with another card", REMOTE, put(call("StartTransaction"), "$.idTag", CARD)),
    Mutation("TXN-021", "a remote start that begins nothing although the EV is there", of_16(remote_start_in_vain, idle),
        both(drop_exchange("StatusNotification", -1, connectorId=1, status="Available"),
             delay(answer("StatusNotification", connectorId=1, status="Preparing"), -5),
             delay(call("StatusNotification", connectorId=1, status="Preparing"), -5))),
    Mutation("TXN-022", "a remote stop of what runs is rejected", CHARGE, asks(
        answer("MeterValues", 2), "RemoteStopTransaction", {"transactionId": 1001}, {"status": "Rejected"})),
    Mutation("TXN-023", "a remote stop is called local", REMOTE, put(call("StopTransaction"), "$.reason", "Local")),
    Mutation("TXN-024", "a stop with the card does not name it", CHARGE, lose(call("StopTransaction"), "$.idTag")),
    Mutation("TXN-025", "transaction data that nobody ordered", CONFIGURED, put(call("StopTransaction", 1), "$.transactionData", DATA)),
    Mutation("TXN-026", "meter values of a transaction on connector 0", CHARGE, put(call("MeterValues", 1), "$.connectorId", 0)),
    Mutation("TXN-027", "a reserved connector is used without its reservation", of_16(reservation, idle),
        lose(call("StartTransaction"), "$.reservationId")),
    Mutation("TXN-028", "a station stops what another one has begun, and the CSMS accepts it", two_stations(), tells(
        answer("StartTransaction", 1), "StopTransaction",
        {"transactionId": 1001, "meterStop": 15_900, "timestamp": "2026-03-01T06:03:00.000Z"}, {"idTagInfo": {"status": "Accepted"}}, 5)),
    Mutation("TXN-029", "a transaction without an end", CHARGE, drop_exchange("StopTransaction"), {
        "STA-004": "the connector is free and the transaction runs"}),
)
# fmt: on
