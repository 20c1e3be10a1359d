"""Faults of the RPC framework."""

from collections.abc import Sequence
from random import Random

import clean_episodes_v2x as v2x
import clean_management_v2x as csms2x
from capture_operators import both, delay, delay_from, drop, repeat
from capture_records import Records, parsed
from capture_selectors import ANY, answer, call
from clean_episodes_v16 import idle, local_charge
from clean_management_v16 import configuration, small_things
from clean_v16 import CARD
from conversations import of_2x, of_16, of_21
from message_operators import asks, element, insert, lose, put, text, turn, wrapper
from mutation import Mutation

from ocppscope.capture.record import Record

CHARGE = of_16(local_charge, idle)
CHARGE_2X = of_2x(v2x.local_charge, v2x.idle)
SMART = '[[profiles]]\nname = "Smart Charging"\nkind = "profile"\nresult = "Pass"\ndescription = ""'
SMALL = of_16(small_things)
STREAM = of_21(csms2x.event_stream)
ACCEPTED_ANYWAY = {"RPC-022": "the CSMS answers it as if it was right"}
NO_ANSWER = {"RPC-011": "so the CALL itself stays without an answer"}


def refusal(records: Sequence[Record], _random: Random) -> int:
    """The first CALLERROR."""
    return next(place for place, record in enumerate(records) if parsed(record)[:1] == [4])


def answered_send(records: Records, random: Random) -> Records:
    """The CSMS answers a SEND."""
    send = call("NotifyPeriodicEventStream", 1)
    message_id = parsed(records[send(records, random)])[1]
    return insert(send, f'< [3,"{message_id}",{{}}]')(records, random)


# fmt: off
MUTATIONS = (
    Mutation("RPC-001", "an object in place of an array", CHARGE, text(answer("Heartbeat", ANY), lambda text: '{"a":1}'), NO_ANSWER),
    Mutation("RPC-001", "half a message", CHARGE, text(call("StatusNotification", ANY), lambda text: text[:20]), {
        "RPC-008": "the CSMS answers what could not be read here",
    }),
    Mutation("RPC-002", "a message type that there is not", CHARGE, insert(answer("Heartbeat"), '> [7,"x1",{}]')),
    Mutation("RPC-003", "an answer of four elements", CHARGE, wrapper(answer("Heartbeat", ANY), lambda message: [*message, {}])),
    Mutation("RPC-003", "a CALL without a payload", CHARGE, wrapper(call("Heartbeat", ANY), lambda message: message[:3])),
    Mutation("RPC-004", "an id of 40 characters in the CALL and its answer", CHARGE, both(
        element(answer("Authorize"), 1, "x" * 40), element(call("Authorize"), 1, "x" * 40))),
    Mutation("RPC-005", "an id used again for another CALL", CHARGE, both(
        element(answer("Authorize"), 1, "same"), element(call("Authorize"), 1, "same"),
        element(answer("StartTransaction"), 1, "same"), element(call("StartTransaction"), 1, "same"))),
    Mutation("RPC-007", "a CALL before the answer to the one before", CHARGE, delay(answer("Authorize"), 0.2)),
    Mutation("RPC-007", "the same in 2.x", CHARGE_2X, delay(answer("Authorize"), 0.2)),
    Mutation("RPC-008", "an answer under another id", CHARGE, element(answer("Heartbeat", ANY), 1, "nobody asked"), NO_ANSWER),
    Mutation("RPC-009", "an answer after 40 s", of_16(configuration), delay_from(answer("GetConfiguration", 1), 40)),
    Mutation("RPC-010", "an answer twice", CHARGE, repeat(answer("MeterValues", ANY), 0.005)),
    Mutation("RPC-011", "no answer", of_16(configuration), both(delay_from(answer("GetConfiguration"), 40), drop(answer("GetConfiguration")))),
    Mutation("RPC-019", "an action in lower case", CHARGE, element(call("Heartbeat", ANY), 2, "heartbeat")),
    Mutation("RPC-021", "an answer without a required member", CHARGE, lose(answer("BootNotification"), "$.interval")),
    Mutation("RPC-024", "a CALL without a required member", CHARGE, lose(call("StatusNotification", ANY), "$.errorCode"), ACCEPTED_ANYWAY),
    Mutation("RPC-024", "a member of another type", CHARGE_2X, put(call("TransactionEvent", 0), "$.evse.connectorId", "1"), ACCEPTED_ANYWAY),
    Mutation("RPC-006", "a heartbeat sent again when nobody answered", CHARGE, both(
        delay_from(answer("Heartbeat", 2), 65), repeat(call("Heartbeat", 2), 64.5)), {"RPC-011": "the first copy had no answer"}),
    Mutation("RPC-012", "an answer by the one who asked", CHARGE, turn(answer("Heartbeat", ANY)), NO_ANSWER),
    Mutation("RPC-012", "the CALL comes back as its own answer", CHARGE, put(answer("Authorize"), "$", {"idTag": CARD})),
    Mutation("RPC-013", "null in place of an empty payload", CHARGE, put(call("Heartbeat", ANY), "$", None)),
    Mutation("RPC-014", "a list without items", CHARGE_2X, asks(answer("Heartbeat"), "GetReport", {"requestId": 4, "componentCriteria": []}, "NotSupported")),
    Mutation("RPC-015", "a code that was made up", SMALL, element(refusal, 2, "FormatError")),
    Mutation("RPC-016", "a code in the spelling of 2.x", SMALL, both(
        put(call("DataTransfer", 2), "$.vendorId", 5), element(refusal, 2, "FormatViolation")), {
        "RPC-024": "so that it is an error indeed"}),
    Mutation("RPC-017", "details that are null", SMALL, element(refusal, 4, None)),
    Mutation("RPC-018", "a feature that it has is called unknown", CHARGE.certified(SMART), asks(answer("Heartbeat"), "ClearChargingProfile", {}, "NotImplemented")),
    Mutation("RPC-020", "a heartbeat of the CSMS", CHARGE, turn(call("Heartbeat", 2), answer("Heartbeat", 2))),
    Mutation("RPC-022", "a valid CALL is called malformed", SMALL, element(refusal, 2, "FormationViolation")),
    Mutation("RPC-023", "an answer to a SEND", STREAM, answered_send),
    Mutation("RPC-025", "70 kB of data", SMALL, put(call("DataTransfer", 1), "$.data", "made up " * 9_000)),
    Mutation("RPC-026", "a vendor with an umlaut", CHARGE, put(call("BootNotification"), "$.chargePointVendor", "Mäde")),
)
# fmt: on
