"""The configuration of a station, as far as it was read or changed while we watched.

Keys are 1.6 configuration keys, or ``Component.Variable`` of the 2.x device model (``Component.Variable.Instance`` where a
variable has several), in lower case because both are case-insensitive (CiString). Values are the text on the wire. Of the
device model only what belongs to the whole station is kept. Secrets are never kept.
"""

from collections.abc import Iterator

from ocppscope.protocol.message import Call, CallResult, Payload
from ocppscope.protocol.payload import objects_at, text_at, value_at

MOST_KEYS = 1000
"""Kept for a station: a full 2.x device model has some hundreds, and names from the wire have no end."""

LONGEST = 500
"""Characters of a key or value that are kept (1.6: CiString500Type)."""

_SECRET = frozenset({"authorizationkey", "securityctrlr.basicauthpassword"})


def learn_configuration(known: dict[str, str], call: Call, result: CallResult) -> None:
    """Take over what the answer to a CSMS's CALL tells about the station's configuration."""
    told = _TOLD.get(call.action)
    if told is not None:
        _keep(known, told(call.payload, result.payload))


def learn_report(known: dict[str, str], call: Call) -> None:
    """Take over what a station's NotifyReport tells (2.x)."""
    for row in objects_at(call.payload, "reportData"):
        for attribute in objects_at(row, "variableAttribute"):
            if text_at(attribute, "type") in (None, "Actual"):
                _keep(known, _variable(row, text_at(attribute, "value")))


def _keep(known: dict[str, str], told: Iterator[tuple[str, str]]) -> None:
    for key, value in told:
        name = key[:LONGEST].lower()
        if name not in _SECRET and (name in known or len(known) < MOST_KEYS):
            known[name] = value[:LONGEST]


def _read(_request: Payload, result: Payload) -> Iterator[tuple[str, str]]:
    for row in objects_at(result, "configurationKey"):
        key, value = text_at(row, "key"), text_at(row, "value")
        if key is not None and value is not None:
            yield key, value


def _changed(request: Payload, result: Payload) -> Iterator[tuple[str, str]]:
    key, value = text_at(request, "key"), text_at(request, "value")
    if text_at(result, "status") == "Accepted" and key is not None and value is not None:
        yield key, value


def _variables_read(_request: Payload, result: Payload) -> Iterator[tuple[str, str]]:
    for row in objects_at(result, "getVariableResult"):
        if text_at(row, "attributeStatus") == "Accepted" and text_at(row, "attributeType") in (None, "Actual"):
            yield from _variable(row, text_at(row, "attributeValue"))


def _variables_set(request: Payload, result: Payload) -> Iterator[tuple[str, str]]:
    # Answers come in the order of the questions (2.0.1 part 2 B05), one for each.
    answers = objects_at(result, "setVariableResult")
    for asked, answer in zip(objects_at(request, "setVariableData"), answers, strict=False):
        if text_at(answer, "attributeStatus") == "Accepted" and text_at(asked, "attributeType") in (None, "Actual"):
            yield from _variable(asked, text_at(asked, "attributeValue"))


def _variable(row: Payload, value: str | None) -> Iterator[tuple[str, str]]:
    component, variable = text_at(row, "component", "name"), text_at(row, "variable", "name")
    of_part = value_at(row, "component", "evse") is not None or value_at(row, "component", "instance") is not None
    if component is not None and variable is not None and value is not None and not of_part:
        instance = text_at(row, "variable", "instance")
        yield f"{component}.{variable}.{instance}" if instance else f"{component}.{variable}", value


_TOLD = {
    "GetConfiguration": _read,
    "ChangeConfiguration": _changed,
    "GetVariables": _variables_read,
    "SetVariables": _variables_set,
}
