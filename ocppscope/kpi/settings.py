"""Timers of a station, as its configuration was seen to be: read, changed or reported, whatever the version calls it."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import number_at, objects_at, text_at


class Setting(StrEnum):
    """The timers that matter here, by their names in 1.6."""

    CONNECTION_TIMEOUT = "ConnectionTimeOut"
    HEARTBEAT = "HeartbeatInterval"
    PING = "WebSocketPingInterval"
    ATTEMPTS = "TransactionMessageAttempts"
    RETRY_INTERVAL = "TransactionMessageRetryInterval"
    MESSAGE_TIMEOUT = "MessageTimeout"


_KEYS: dict[str, Setting] = {setting.value.lower(): setting for setting in Setting}
"""By their keys in lower case: keys are case-insensitive (CiString)."""

_VARIABLES: dict[tuple[str, str], tuple[Setting, frozenset[str | None]]] = {
    ("txctrlr", "evconnectiontimeout"): (Setting.CONNECTION_TIMEOUT, frozenset({None})),
    ("ocppcommctrlr", "heartbeatinterval"): (Setting.HEARTBEAT, frozenset({None})),
    ("ocppcommctrlr", "websocketpinginterval"): (Setting.PING, frozenset({None})),
    ("ocppcommctrlr", "messageattempts"): (Setting.ATTEMPTS, frozenset({"transactionevent"})),
    ("ocppcommctrlr", "messageattemptinterval"): (Setting.RETRY_INTERVAL, frozenset({"transactionevent"})),
    ("ocppcommctrlr", "messagetimeout"): (Setting.MESSAGE_TIMEOUT, frozenset({None, "default"})),
}
"""2.x: component and variable in lower case, and the instances of the variable that mean the same as in 1.6."""

Seen = Iterator[tuple[Setting, float]]


def _variable(row: Payload, value: float | None) -> Seen:
    name = ((text_at(row, "component", "name") or "").lower(), (text_at(row, "variable", "name") or "").lower())
    instance = text_at(row, "variable", "instance")
    known = _VARIABLES.get(name)
    if known is not None and value is not None and (instance and instance.lower()) in known[1]:
        yield known[0], value


def _get_configuration(_request: Payload, result: Payload) -> Seen:
    for row in objects_at(result, "configurationKey"):
        setting, value = _KEYS.get((text_at(row, "key") or "").lower()), number_at(row, "value")
        if setting is not None and value is not None:
            yield setting, value


def _change_configuration(request: Payload, result: Payload) -> Seen:
    setting, value = _KEYS.get((text_at(request, "key") or "").lower()), number_at(request, "value")
    if text_at(result, "status") == "Accepted" and setting is not None and value is not None:
        yield setting, value


def _get_variables(_request: Payload, result: Payload) -> Seen:
    for row in objects_at(result, "getVariableResult"):
        if text_at(row, "attributeStatus") == "Accepted" and text_at(row, "attributeType") in (None, "Actual"):
            yield from _variable(row, number_at(row, "attributeValue"))


def _set_variables(request: Payload, result: Payload) -> Seen:
    # Answers come in the order of the questions, one for each (2.0.1 part 2 B05).
    answers = objects_at(result, "setVariableResult")
    for row, answer in zip(objects_at(request, "setVariableData"), answers, strict=False):
        if text_at(answer, "attributeStatus") == "Accepted" and text_at(row, "attributeType") in (None, "Actual"):
            yield from _variable(row, number_at(row, "attributeValue"))


def _boot_notification(_request: Payload, result: Payload) -> Seen:
    interval = number_at(result, "interval")
    if text_at(result, "status") == "Accepted" and interval is not None and interval > 0:
        yield Setting.HEARTBEAT, interval


_TOLD: dict[str, Callable[[Payload, Payload], Seen]] = {
    "GetConfiguration": _get_configuration,
    "ChangeConfiguration": _change_configuration,
    "GetVariables": _get_variables,
    "SetVariables": _set_variables,
    "BootNotification": _boot_notification,
}

TELLING = frozenset(_TOLD)
"""Actions whose exchange may tell a setting."""


def settings_told(action: str, request: Payload, result: Payload) -> Seen:
    """The timers that an exchange tells, with their values in seconds (or attempts)."""
    told = _TOLD.get(action)
    return told(request, result) if told is not None else iter(())


def settings_reported(report: Payload) -> Seen:
    """The timers that a NotifyReport tells."""
    for row in objects_at(report, "reportData"):
        for attribute in objects_at(row, "variableAttribute"):
            if text_at(attribute, "type") in (None, "Actual"):
                yield from _variable(row, number_at(attribute, "value"))
