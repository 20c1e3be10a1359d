"""JSON-schema validation of every request and response, with the schema files of the ``ocpp`` package.

The files are located without importing ``ocpp`` (its enums and dataclasses cost 230 ms) and each schema is compiled when
it is first needed (0.05 ms in the median). Validation asks ``is_valid`` first and lists the violations only of what
fails: a clean message costs about 2 µs.

Format violations (``date-time``, ``uri``) are listed with keyword ``format`` so that a rule of their own can judge them:
the standard's schemas name the formats, but the widely used validators never check them.
"""

import importlib.util
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import msgspec

from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.message import Payload
from ocppscope.protocol.version import OcppVersion


class PayloadKind(StrEnum):
    """Which of the two schemas of an action."""

    REQUEST = "request"
    RESPONSE = "response"

    __hash__ = str.__hash__  # see `ocppscope.protocol.roles`


class SchemaViolation(msgspec.Struct, frozen=True):
    """One place of a payload that breaks its schema.

    Attributes:
        path: JSON path of the offending value, ``$.chargingSchedule[0].limit``; for a missing or an unexpected member
            the path that it has or would have.
        keyword: the JSON-schema keyword that failed: ``required``, ``type``, ``enum``, ``maxLength``, …
        value: the offending value, None when it is missing.
        allowed: what the schema allows: the type names, the enumeration, the greatest length, the missing name.
        reason: one sentence.
    """

    path: str
    keyword: str
    value: Any
    allowed: Any
    reason: str


MOST_VIOLATIONS = 50
"""Listed for one payload: a hostile one can hold a violation a byte."""

MOST_VALUES = 2000
"""Values looked at for the list. The validator gathers every error before it hands out the first, at 8 µs each: a message of
1 MB could hold 600,000 of them and cost 7 s. An invalid NotifyReport of a real station had 1,700 values."""

_DIRECTORY = {OcppVersion.V16: "v16", OcppVersion.V201: "v201", OcppVersion.V21: "v21"}


def violations(version: OcppVersion, action: str, kind: PayloadKind, payload: Payload) -> tuple[SchemaViolation, ...]:
    """Every violation of the action's schema, one for each JSON path; () for a valid payload.

    An action that the version does not know has no schema and no violations: that it is unknown is another rule's finding.
    """
    validator = _compiled.get((version, action, kind)) or _validator(version, action, kind)
    if validator is None or validator.is_valid(payload):
        return ()
    listed = tuple(islice(_listed(validator.iter_errors(_beginning(payload, [MOST_VALUES]))), MOST_VIOLATIONS))
    return listed or tuple(_listed([_first_error(validator, payload)]))


def is_valid(version: OcppVersion, action: str, kind: PayloadKind, payload: Payload) -> bool:
    """Whether the payload fits the action's schema, as cheaply as that can be told; also where there is no schema."""
    validator = _validator(version, action, kind)
    return validator is None or bool(validator.is_valid(payload))


def has_schema(version: OcppVersion, action: str, kind: PayloadKind) -> bool:
    """Whether the version has this request or response at all (a SEND has no response)."""
    return _schema_file(version, action, kind) is not None


def schema(version: OcppVersion, action: str, kind: PayloadKind) -> Any:
    """The JSON schema as it stands in its file; None where there is none. Read anew each time."""
    path = _schema_file(version, action, kind)
    return None if path is None else msgspec.json.decode(path.read_text(encoding="utf-8-sig"))


def schema_names(version: OcppVersion) -> frozenset[str]:
    """The names of the version's schema files without ``.json``, as the ``ocpp`` package spells them."""
    return frozenset(path.stem for path in _directory(version).glob("*.json"))


@cache
def _directory(version: OcppVersion) -> Path:
    spec = importlib.util.find_spec("ocpp")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the 'ocpp' package is not installed; its schema files are needed: pip install ocpp")
    return Path(spec.origin).parent / _DIRECTORY[version] / "schemas"


def _schema_file(version: OcppVersion, action: str, kind: PayloadKind) -> Path | None:
    # 1.6 requests and 2.1 SENDs carry no suffix. The action comes from the wire: only names of the catalogue reach a path.
    if action not in ACTIONS[version]:
        return None
    names = [f"{action}Response"] if kind is PayloadKind.RESPONSE else [f"{action}Request", action]
    known = _names(version)
    name = next((name for name in names if name in known), None)
    return None if name is None else _directory(version) / f"{name}.json"


@cache
def _names(version: OcppVersion) -> frozenset[str]:
    return schema_names(version)


_compiled: dict[tuple[OcppVersion, str, PayloadKind], Any] = {}


def _validator(version: OcppVersion, action: str, kind: PayloadKind) -> Any:
    key = (version, action, kind)
    try:
        return _compiled[key]
    except KeyError:
        found = schema(version, action, kind)
        if found is None:
            return None  # not cached: names from the wire are without end
        import jsonschema_rs  # noqa: PLC0415 - up to 250 ms at first import, needed only once something is validated

        _compiled[key] = jsonschema_rs.validator_for(_with_properties(found), validate_formats=True)
        return _compiled[key]


def _with_properties(schema: Any) -> Any:
    """The schema with an empty ``properties`` where it allows no member at all: else the validator does not name the culprit."""
    if isinstance(schema, list):
        return [_with_properties(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    spelt = {name: _with_properties(value) for name, value in schema.items()}
    if spelt.get("additionalProperties") is False:
        spelt.setdefault("properties", {})
    return spelt


def _beginning(value: Any, room: list[int]) -> Any:
    """The value with the tails of its arrays cut off once ``room`` is used up.

    Members stay, because without them an object would lack what is required, and so do two items of each array, because
    no schema asks for more.
    """
    room[0] -= 1
    if isinstance(value, dict):
        return {name: _beginning(member, room) for name, member in value.items()}
    if isinstance(value, list):
        kept = takewhile(lambda pair: room[0] > 0 or pair[0] < 2, enumerate(value))
        return [_beginning(item, room) for _, item in kept]
    return value


def _first_error(validator: Any, payload: Payload) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - as above

    try:
        validator.validate(payload)
    except jsonschema_rs.ValidationError as error:
        return error
    raise AssertionError("a payload that is not valid has an error")


def _listed(errors: Iterable[Any]) -> Iterable[SchemaViolation]:
    """One violation for each path. Of several the type counts: a number where a word is due is no wrong word as well."""
    by_path: dict[str, SchemaViolation] = {}
    for error in errors:
        for violation in _violation(error):
            if violation.path not in by_path or violation.keyword == "type":
                by_path[violation.path] = violation
        if len(by_path) >= MOST_VIOLATIONS:
            break
    return by_path.values()


def _violation(error: Any) -> Iterator[SchemaViolation]:
    path = json_path(error.instance_path)
    keyword = error.kind.name
    allowed = error.kind.value
    if keyword == "additionalProperties":
        for name in error.kind.unexpected:
            member = error.instance.get(name) if isinstance(error.instance, dict) else None
            yield SchemaViolation(_member(path, name), keyword, member, None, "is not defined in the schema")
    elif keyword == "required":
        yield SchemaViolation(_member(path, allowed), keyword, None, allowed, "is required and missing")
    else:
        reason = _REASONS.get(keyword, lambda _allowed, _instance: str(error.message))(allowed, error.instance)
        yield SchemaViolation(path, keyword, error.instance, allowed, reason)


_REASONS: dict[str, Any] = {
    "type": lambda allowed, instance: f"is {_type_name(instance)} where {' or '.join(allowed)} is due",
    "enum": lambda allowed, _instance: f"is not one of the {len(allowed)} allowed values",
    "maxLength": lambda allowed, instance: f"has {len(instance)} characters, at most {allowed} are allowed",
    "minLength": lambda allowed, instance: f"has {len(instance)} characters, at least {allowed} are due",
    "maxItems": lambda allowed, _instance: f"has more than the {allowed} items that are allowed",
    "minItems": lambda allowed, instance: f"has {len(instance)} items, at least {allowed} are due",
    "maximum": lambda allowed, _instance: f"is greater than {allowed:g}",
    "minimum": lambda allowed, _instance: f"is less than {allowed:g}",
    "multipleOf": lambda allowed, _instance: f"is not a multiple of {allowed}",
    "format": lambda allowed, _instance: f"is no {allowed}",
}


def _type_name(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def json_path(parts: list[str | int]) -> str:
    """``['a', 0, 'b']`` as ``$.a[0].b``; names that are no identifiers are quoted: ``$['a b']``."""
    path = "$"
    for part in parts:
        path = f"{path}[{part}]" if isinstance(part, int) else _member(path, part)
    return path


def _member(path: str, name: str) -> str:
    return f"{path}.{name}" if name.isidentifier() else f"{path}[{msgspec.json.encode(name).decode()}]"
