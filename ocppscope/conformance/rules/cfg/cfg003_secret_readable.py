"""CFG-003: a station that tells its password."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.configuration_rows import AUTHORIZATION_KEY, rows_of
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import text_at, value_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_VARIABLE = "basicauthpassword"

_SHORTEST = 16
"""Characters of a password (WP §7.2). Fewer asterisks are the station's own mask; as many may be a value blotted out in
this capture."""


def _answer(value: str) -> str:
    return (
        '< [2,"1","GetConfiguration",{"key":["AuthorizationKey"]}]\n'
        f'> [3,"1",{{"configurationKey":[{{"key":"AuthorizationKey","readonly":false{value}}}]}}]'
    )


def _report(value: str) -> str:
    return (
        '< [2,"1","GetVariables",{"getVariableData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":'
        '"BasicAuthPassword"}}]}]\n'
        f'> [3,"1",{{"getVariableResult":[{{{value},"component":{{"name":"SecurityCtrlr"}},"variable":{{"name":'
        '"BasicAuthPassword"}}]}]'
    )


class SecretReadable(Rule):
    """A key that is write-only is answered with a value.

    Finds:
        AuthorizationKey (1.6) or BasicAuthPassword (2.x) with a value in the answer to GetConfiguration or GetVariables,
        or in a report. A few asterisks are a mask and not a value. OCPP-J 1.6 lets a station answer something that has
        nothing to do with the key, so it cannot be known that this is the password.

    Why it matters:
        Whoever can read the configuration can pretend to be the station.

    Usual causes:
        The key is stored like any other setting.

    What to do:
        Answer without a value. If it was the password, change it.
    """

    id = "CFG-003"
    name = "Secret readable"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "J16 §6.2.2; WP §7.2; P2 BasicAuthPassword"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"GetConfiguration", "GetVariables", "NotifyReport"})
    timeless = True
    examples = (
        Example(
            "the key of 1.6",
            _answer(',"value":"0123456789abcdef0123456789abcdef"'),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$.configurationKey[0].value",
            line=2,
        ),
        Example("blotted out in the capture", _answer(',"value":"' + "*" * 32 + '"'), finds=1),
        Example(
            "the password of 2.0.1",
            _report('"attributeStatus":"Accepted","attributeValue":"made-up-password"'),
            version=OcppVersion.V201,
            finds=1,
            path="$.getVariableResult[0].attributeValue",
        ),
        Example(
            "in a report of 2.1",
            '< [2,"1","GetBaseReport",{"requestId":1,"reportBase":"FullInventory"}]\n> [3,"1",{"status":"Accepted"}]\n'
            '> [2,"2","NotifyReport",{"requestId":1,"generatedAt":"2026-01-01T00:00:00Z","seqNo":0,"reportData":[{"component":'
            '{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"},"variableAttribute":[{"value":'
            '"made-up-password","mutability":"WriteOnly"}]}]}]\n< [3,"2",{}]',
            version=OcppVersion.V21,
            finds=1,
            path="$.reportData[0].variableAttribute[0].value",
        ),
        Example("no value", _answer("")),
        Example("an empty value", _answer(',"value":""')),
        Example("the station's own mask", _answer(',"value":"****"')),
        Example("write-only", _report('"attributeStatus":"Rejected"'), version=OcppVersion.V201),
    )  # fmt: skip

    def check(self, event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        """Values of secrets. They are not repeated."""
        if event.direction is not Direction.TO_CSMS:
            return
        if isinstance(event, CallSeen):
            told, records = _reported(event.message.payload), [event.scene.number]
        elif isinstance(event.message, CallResult) and event.exchange is not None:
            told, records = _answered(event.message.payload), [event.scene.number, event.exchange.call]
        else:
            return
        for path, name, value in told:
            if value and (len(value) >= _SHORTEST or set(value) != {"*"}):
                yield Verdict(
                    f"{name} is answered with a value of {len(value)} characters, which may be the secret itself "
                    "(not shown)",
                    path=path,
                    observed=f"{len(value)} characters",
                    expected="no value",
                    records=tuple(records),
                    key=name,
                )


def _answered(result: Payload) -> Iterator[tuple[str, str, str]]:
    for row in rows_of(result):
        if row.key in (AUTHORIZATION_KEY, _VARIABLE):
            yield row.path, row.name, row.value or ""
    rows = value_at(result, "getVariableResult")
    for index, entry in enumerate(rows if isinstance(rows, list) else ()):
        if (text_at(entry, "variable", "name") or "").lower() == _VARIABLE:
            path = f"$.getVariableResult[{index}].attributeValue"
            yield path, "BasicAuthPassword", text_at(entry, "attributeValue") or ""


def _reported(report: Payload) -> Iterator[tuple[str, str, str]]:
    rows = value_at(report, "reportData")
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if (text_at(row, "variable", "name") or "").lower() != _VARIABLE:
            continue
        attributes = value_at(row, "variableAttribute")
        for place, attribute in enumerate(attributes if isinstance(attributes, list) else ()):
            path = f"$.reportData[{index}].variableAttribute[{place}].value"
            yield path, "BasicAuthPassword", text_at(attribute, "value") or ""
