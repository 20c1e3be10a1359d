"""Faults of the RPC framework."""

from typing import Any

import clean_episodes_v2x as v2x
from clean_episodes_v16 import configuration, idle, local_charge
from conversations import of_2x, of_16
from mutation import (
    ANY,
    Mutation,
    answer,
    both,
    call,
    delay,
    delay_from,
    drop,
    element,
    insert,
    lose,
    put,
    repeat,
    text,
    wrapper,
)

CHARGE = of_16(local_charge, idle)
CHARGE_2X = of_2x(v2x.local_charge)
NO_ANSWER = {"RPC-011": "so the CALL itself stays without an answer"}


def _error(code: str, description: Any = "", details: Any = None) -> Any:
    return lambda message: [4, message[1], code, description, {} if details is None else details]


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
    Mutation("RPC-024", "a CALL without a required member", CHARGE, lose(call("StatusNotification", ANY), "$.errorCode")),
    Mutation("RPC-024", "a member of another type", CHARGE_2X, put(call("TransactionEvent", 0), "$.evse.connectorId", "1")),
)
# fmt: on
