"""Faults of the configuration and of the device model."""

from typing import Any

import clean_episodes_v2x as v2x
import clean_management_v2x as csms2x
from capture_records import Change
from capture_selectors import answer, call
from clean_episodes_v16 import idle
from clean_management_v16 import configuration
from conversations import of_2x, of_16
from message_operators import asks, put
from mutation import Mutation

CONFIGURED = of_16(configuration, idle)
MODEL = of_2x(csms2x.device_model, v2x.idle)
KEYS = [f"Made{number}" for number in range(41)]
MEASURANDS = '{ value = { tested = [], vendor = ["Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage"] } }'


def without(key: str) -> Any:
    """The rows of an answer but that one."""
    return lambda rows: [row for row in rows if row["key"] != key]


def configures(key: str, value: str, status: str) -> Change:
    """The CSMS changes one more key."""
    return asks(answer("Heartbeat", -1), "ChangeConfiguration", {"key": key, "value": value}, {"status": status})


# fmt: off
MUTATIONS = (
    Mutation("CFG-001", "41 keys at once where 40 are allowed", CONFIGURED, asks(
        answer("Heartbeat", -1), "GetConfiguration", {"key": KEYS}, {"unknownKey": KEYS})),
    Mutation("CFG-002", "a key that the answer forgets", CONFIGURED, put(answer("GetConfiguration", 1), "$.unknownKey", [])),
    Mutation("CFG-003", "the password can be read", CONFIGURED, asks(
        answer("Heartbeat", -1), "GetConfiguration", {"key": ["AuthorizationKey"]},
        {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": "made up, made up"}]})),
    Mutation("CFG-004", "a required key is missing", CONFIGURED, put(answer("GetConfiguration"), "$.configurationKey", without("ResetRetries"))),
    Mutation("CFG-005", "an interval that is no number", CONFIGURED, configures("HeartbeatInterval", "soon", "Rejected")),
    Mutation("CFG-006", "the old value after an accepted change", CONFIGURED, put(answer("GetConfiguration", 1), "$.configurationKey[0].value", "60")),
    Mutation("CFG-007", "a measurand that it never sends is accepted", CONFIGURED.certified(f'features."C-09.1" = {MEASURANDS}'),
        configures("MeterValuesSampledData", "Frequency", "Accepted")),
    Mutation("CFG-008", "a negative ping interval is accepted", CONFIGURED, configures("WebSocketPingInterval", "-1", "Accepted")),
    Mutation("CFG-009", "a password that is no hex", CONFIGURED, configures("AuthorizationKey", "secret", "Rejected")),
    Mutation("CFG-010", "two questions, one answer", MODEL, put(answer("SetVariables"), "$.setVariableResult", lambda rows: rows[:1])),
    Mutation("CFG-011", "a report whose parts are numbered wrong", MODEL, put(call("NotifyReport", 1), "$.seqNo", 5)),
)
# fmt: on
