"""Faults of connector status."""

import clean_episodes_v2x as v2x
from capture_operators import both, drop_exchange
from capture_selectors import answer, call, opened
from clean_episodes_v16 import fault, idle, local_charge, long_outage, soft_reset
from clean_management_v16 import availability, configuration
from conversations import of_2x, of_16
from message_operators import put, tells
from mutation import Mutation

CHARGE = of_16(local_charge, idle)


def status(connector: int, status: str, time: str) -> dict[str, object]:
    """A StatusNotification."""
    return {"connectorId": connector, "errorCode": "NoError", "status": status, "timestamp": time}


# fmt: off
MUTATIONS = (
    Mutation("STA-001", "from charging to preparing", CHARGE, put(call("StatusNotification", connectorId=1, status="SuspendedEV"), "$.status", "Preparing"), {
        "STA-004": "and so for longer than a moment, although the transaction runs"}),
    Mutation("STA-002", "the whole station is charging", CHARGE, put(call("StatusNotification", connectorId=0), "$.status", "Charging")),
    Mutation("STA-003", "a fault without an error", of_16(fault), put(call("StatusNotification", status="Faulted"), "$.errorCode", "NoError")),
    Mutation("STA-004", "available while it charges", CHARGE, put(call("StatusNotification", connectorId=1, status="SuspendedEV"), "$.status", "Available")),
    Mutation("STA-005", "connectors 1 and 3", of_16(configuration, soft_reset, idle), tells(
        answer("Heartbeat", -1), "StatusNotification", {"connectorId": 4, "errorCode": "NoError", "status": "Available"}, {})),
    Mutation("STA-006", "out of service, and nobody is told", of_16(availability, idle), both(
        drop_exchange("StatusNotification", connectorId=1, status="Unavailable"),
        drop_exchange("StatusNotification", 1, connectorId=1, status="Available"))),
    Mutation("STA-007", "charging and suspended by turns", CHARGE, both(*(
        tells(answer("MeterValues", 1), "StatusNotification", status(1, ("SuspendedEV", "Charging")[number % 2], "2026-03-01T06:03:00.000Z"), {}, 2.0 * number + 2)
        for number in range(8)))),
    Mutation("STA-008", "what the connector was while nobody listened", of_16(long_outage, idle), both(
        tells(opened(1), "StatusNotification", status(1, "SuspendedEV", "2026-03-01T06:05:30.000Z"), {}, 0.1),
        tells(opened(1), "StatusNotification", status(1, "Finishing", "2026-03-01T06:08:30.000Z"), {}, 0.4))),
    Mutation("STA-009", "available with a running transaction", of_2x(v2x.local_charge, v2x.idle), tells(
        answer("TransactionEvent", 5), "StatusNotification", {"evseId": 1, "connectorId": 1, "connectorStatus": "Available", "timestamp": "2026-03-01T06:04:00.000Z"}, {})),
    Mutation("STA-010", "finishing for more than a minute before the stop", CHARGE, tells(
        call("StopTransaction"), "StatusNotification", status(1, "Finishing", "2026-03-01T06:11:00.000Z"), {}, -65.5)),
)
# fmt: on
