"""A profile as TOML text that `toml_reader` reads back to an equal profile, and that a person likes to edit.

Written by hand and not by a library, because rows of a table shall stay on one line each and measurand lists on their
own, which no TOML library offers to choose.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ocppscope.pics.declaration import (
    Certificate,
    Kpi,
    MeasurandCells,
    Measurands,
    Performance,
    Row,
    TestReport,
    VendorSetting,
)
from ocppscope.pics.profile import Limits, Profile

_HEAD = """\
# PICS profile of {vendor} {product}
# Times are seconds. What is left out is not declared, and no rule checks it.
# To change a limit, add [limits] with ocpp_response_timeout = 30 and the like, or [limits.actions] with Reset = 5.
"""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')
"""What TOML wants escaped, and what a terminal or an editor would obey instead of showing it."""


def write_toml(profile: Profile) -> str:
    """The whole text of the profile's file."""
    return "\n\n".join(section.rstrip("\n") for section in _sections(profile)) + "\n"


def _sections(profile: Profile) -> Iterator[str]:
    yield _HEAD.format(vendor=_one_line(profile.vendor), product=_one_line(profile.product))
    yield _table(
        "identity",
        {
            "name": profile.name,
            "dut": profile.dut.value,
            "ocpp_version": profile.ocpp_version.value,
            "vendor": profile.vendor,
            "product": profile.product,
            "software_version": profile.software_version,
            "model_names": profile.model_names or None,
        },
    )
    yield from _limits(profile.limits)
    if profile.rules:
        yield _table("conformance", {"rules": profile.rules})
    yield from _certificate(profile.certificate)
    if profile.test_report != TestReport():
        yield _table("test_report", _fields(profile.test_report))
    for result in profile.profiles:
        yield _table("[profiles]", _fields(result))
    yield from _rows("hardware_features", profile.hardware_features)
    for connector in profile.connectors:
        yield _table("[connectors]", _fields(connector))
    yield from _rows("features", profile.features)
    yield from _rows("additional_questions", profile.additional_questions)
    yield from _rows("settings", profile.settings)
    yield from _key_values("vendor_settings", profile.vendor_settings)
    yield from _rows("hardware_feature_set_2022", profile.hardware_feature_set_2022)
    for row in profile.other_limits:
        yield _table("[other_limits]", _row(row))
    yield from _key_values("non_ocpp_configuration", profile.non_ocpp_configuration)
    if profile.configuration_keys:
        yield "[configuration]\n" + _list_of_lines("keys", (_fields(key) for key in profile.configuration_keys))
    if profile.test_configuration is not None:
        yield _table("test_configuration", _fields(profile.test_configuration))
    yield from _performance(profile.performance)
    if profile.tooling is not None:
        yield _table("tooling", _fields(profile.tooling))
    for caveat in profile.warnings:
        yield _table("[warnings]", _fields(caveat))


def _limits(limits: Limits) -> Iterator[str]:
    if limits.kpis or limits.settings:
        yield _table("limits", limits.kpis | limits.settings)
    if limits.actions:
        yield _table("limits.actions", limits.actions)


def _certificate(certificate: Certificate) -> Iterator[str]:
    fields = _fields(certificate)
    evidence = fields.pop("evidence", ())
    reference = fields.pop("reference", None)
    if fields:
        yield _table("certificate", fields)
    if reference is not None:
        yield _table("certificate.reference", _fields(reference))
    for row in evidence:
        yield _table("[certificate.evidence]", _fields(row))


def _performance(performance: Performance) -> Iterator[str]:
    if performance.communication_technology is not None:
        yield _table("performance", {"communication_technology": performance.communication_technology})
    for key, kpi in performance.kpis.items():
        yield _table(f"performance.kpis.{_key(key)}", _kpi(kpi))


def _kpi(kpi: Kpi) -> dict[str, Any]:
    return {
        "label": kpi.label or None,
        "description": kpi.description or None,
        "limit": kpi.limit and _fields(kpi.limit) | ({"doubtful": True} if kpi.limit.value is None else {}),
        "measured": kpi.measured and _fields(kpi.measured),
    }


def _rows(name: str, rows: Mapping[str, Row]) -> Iterator[str]:
    if rows:
        yield "\n".join([f"[{name}]", *(_row_line(id_, row) for id_, row in rows.items())])


def _row_line(id_: str, row: Row) -> str:
    if isinstance(row.value, Measurands) and isinstance(row.raw, MeasurandCells):
        columns = {
            "label": row.label or None,
            "value.tested": row.value.tested,
            "value.vendor": row.value.vendor,
            "raw.tested": row.raw.tested,
            "raw.vendor": row.raw.vendor,
            "group": row.group,
        }
        return "\n".join(
            f"{_key(id_)}.{column} = {_value(value)}" for column, value in columns.items() if value is not None
        )
    if row.value is not None and not isinstance(row.value, Measurands) and row == Row(value=row.value):
        return f"{_key(id_)} = {_value(row.value)}"
    return f"{_key(id_)} = {_value(_row(row))}"


def _row(row: Row) -> dict[str, Any]:
    return {"value": row.value, "raw": row.raw, "label": row.label or None, "group": row.group}


def _key_values(name: str, settings: Iterable[VendorSetting]) -> Iterator[str]:
    lines = [_fields(setting) for setting in settings]
    if lines:
        yield f"[{name}]\n" + _list_of_lines("rows", lines)


def _list_of_lines(key: str, items: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join([f"{key} = [", *(f"  {_value(item)}," for item in items), "]"])


def _table(header: str, content: Mapping[str, Any]) -> str:
    """A table with a line a key; keys without a value are left out."""
    lines = [f"{_key(key)} = {_value(value)}" for key, value in content.items() if value is not None]
    return "\n".join([f"[{header}]", *lines])


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    """The fields that say something: neither None nor an empty list (which is a value where a cell may hold one)."""
    values = {name: getattr(struct, name) for name in struct.__struct_fields__}
    return {name: value for name, value in values.items() if value is not None and (value != () or name == "value")}


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{_ESCAPED.sub(_escaped, value)}"'
        case int() | float() | dt.date():
            return str(value)
        case tuple() | list():
            return f"[{', '.join(_value(item) for item in value)}]"
        case msgspec.Struct():
            return _value({name: getattr(value, name) for name in value.__struct_fields__})
        case dict():
            pairs = [f"{_key(key)} = {_value(item)}" for key, item in value.items() if item is not None]
            return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    raise TypeError(f"no TOML for {type(value).__name__}")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"


def _one_line(text: str) -> str:
    """For a comment, which may hold no control character."""
    return " ".join(_ESCAPED.sub(" ", text).split())
