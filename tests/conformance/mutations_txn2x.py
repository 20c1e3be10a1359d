"""Faults of transactions of OCPP 2.0.1 and 2.1."""

from random import Random

from capture_operators import drop_exchange
from capture_records import Records, parsed
from capture_selectors import answer, call
from clean_episodes_v2x import idle, local_charge, network_fails, remote_charge
from clean_management_v2x import device_model
from conversations import of_2x
from message_operators import lose, put, tells
from mutation import Mutation

CHARGE = of_2x(local_charge, idle)
TWICE = of_2x(local_charge, local_charge, idle)
REMOTE = of_2x(remote_charge, idle)


def one_more(records: Records, random: Random) -> Records:
    """A sample after the end, with the next number."""
    end = parsed(records[call("TransactionEvent", eventType="Ended")(records, random)])[3]
    more = {
        "eventType": "Updated",
        "triggerReason": "MeterValuePeriodic",
        "timestamp": end["timestamp"],
        "seqNo": end["seqNo"] + 1,
        "transactionInfo": {"transactionId": end["transactionInfo"]["transactionId"]},
    }
    return tells(answer("TransactionEvent", eventType="Ended"), "TransactionEvent", more, {}, 0.02)(records, random)


def same_id_again(records: Records, random: Random) -> Records:
    """The second transaction has the id of the first."""
    first, second = (
        parsed(records[call("TransactionEvent", n, eventType="Started")(records, random)])[3]["transactionInfo"]
        for n in (0, 1)
    )
    for n in range(1_000):
        try:
            place = call("TransactionEvent", n)(records, random)
        except IndexError:
            break
        if parsed(records[place])[3]["transactionInfo"]["transactionId"] == second["transactionId"]:
            change = put(call("TransactionEvent", n), "$.transactionInfo.transactionId", first["transactionId"])
            records = change(records, random)
    return records


# fmt: off
MUTATIONS = (
    Mutation("TXN-201", "the beginning is missing", CHARGE, drop_exchange("TransactionEvent", eventType="Started")),
    Mutation("TXN-202", "an event is missing", CHARGE, drop_exchange("TransactionEvent", 4)),
    Mutation("TXN-203", "a sample after the end", CHARGE, one_more),
    Mutation("TXN-204", "the second transaction has the id of the first", TWICE, same_id_again),
    Mutation("TXN-205", "an event of the outage does not say so", of_2x(network_fails), lose(call("TransactionEvent", 0, offline=True), "$.offline")),
    Mutation("TXN-206", "an event says offline in the middle of a connection", CHARGE, put(call("TransactionEvent", 5), "$.offline", True)),
    Mutation("TXN-207", "the number of the remote start is missing", REMOTE,
        lose(call("TransactionEvent", 0, triggerReason="RemoteStart"), "$.transactionInfo.remoteStartId")),
    Mutation("TXN-208", "a remote stop without a reason", REMOTE,
        lose(call("TransactionEvent", 0, triggerReason="RemoteStop"), "$.transactionInfo.stoppedReason")),
    Mutation("TXN-209", "the first of two transactions on an EVSE has no end", TWICE, drop_exchange("TransactionEvent", 0, eventType="Ended"), {
        "STA-009": "until the second one begins, the connector is free and the transaction runs"}),
    Mutation("TXN-210", "ended, and still charging", CHARGE,
        put(call("TransactionEvent", 0, eventType="Ended"), "$.transactionInfo.chargingState", "Charging")),
    Mutation("TXN-211", "an end with a periodic sample only", of_2x(device_model, local_charge),
        put(call("TransactionEvent", 1, eventType="Ended"), "$.meterValue[0].sampledValue[0].context", "Sample.Periodic")),
    Mutation("TXN-212", "nothing is said of the token", CHARGE, put(answer("TransactionEvent", 0, triggerReason="Authorized"), "$", {})),
    Mutation("TXN-213", "no event tells the EVSE", CHARGE, lose(call("TransactionEvent", 0), "$.evse")),
)
# fmt: on
