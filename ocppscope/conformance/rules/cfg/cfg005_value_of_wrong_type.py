"""CFG-005: a configuration value that does not fit its key."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

from ocppscope.conformance.configuration_rows import MEASURAND_KEYS, Row, rows_of
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.measurands import bare_measurand, listed
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.pics.configuration_keys import KINDS
from ocppscope.pics.derive import FEATURE_PROFILES, ocpp_name
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_KINDS = {key.lower(): kind for key, kind in KINDS.items()}

_WHOLE = re.compile(r"\s*[+-]?\d{1,30}\s*")

_MEASURANDS = frozenset(
    name.lower()
    for name in (
        "Current.Export", "Current.Import", "Current.Offered", "Energy.Active.Export.Interval",
        "Energy.Active.Export.Register", "Energy.Active.Import.Interval", "Energy.Active.Import.Register",
        "Energy.Reactive.Export.Interval", "Energy.Reactive.Export.Register", "Energy.Reactive.Import.Interval",
        "Energy.Reactive.Import.Register", "Frequency", "Power.Active.Export", "Power.Active.Import", "Power.Factor",
        "Power.Offered", "Power.Reactive.Export", "Power.Reactive.Import", "RPM", "SoC", "Temperature", "Voltage",
    )
)  # fmt: skip
"""S16 §7.31."""

_UNITS = frozenset({"ampere", "current", "power"})
"""The two of S16 §9.4.2, and a word that occurs in a certificate for the first."""

_MOST = 20


def _change(key: str, value: str) -> str:
    return f'< [2,"1","ChangeConfiguration",{{"key":"{key}","value":"{value}"}}]\n> [3,"1",{{"status":"Rejected"}}]'


def _told(key: str, value: str) -> str:
    return (
        f'< [2,"1","GetConfiguration",{{"key":["{key}"]}}]\n'
        f'> [3,"1",{{"configurationKey":[{{"key":"{key}","readonly":false,"value":"{value}"}}]}}]'
    )


class ValueOfWrongType(Rule):
    """A configuration value that is not what its key holds.

    Finds:
        In the answer to GetConfiguration (the station's fault) or in ChangeConfiguration (the CSMS's): a boolean that is
        neither true nor false, a number that is none, a measurand or feature profile that there is not, a charging rate
        unit other than Current and Power. Letter case, blanks, and phases of measurands are free; an empty value is none.

    Why it matters:
        The CSMS reads a default in its place, and sends what the station then refuses.

    Usual causes:
        Values are typed by hand; a unit or a decimal point in a number; 1 and 0 for booleans; A and W for the unit.

    What to do:
        Correct the value; chapter 9 of the specification has the type of each key.
    """

    id = "CFG-005"
    name = "Configuration value does not fit its type"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    requirement = Requirement.MUST
    spec = "S16 ch. 9; E16 §3.88"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"ChangeConfiguration", "GetConfiguration"})
    timeless = True
    examples = (
        Example(
            "1 for true, of a station",
            _told("AuthorizeRemoteTxRequests", "1"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.configurationKey[0].value",
            line=2,
        ),
        Example("a unit behind the number, of a CSMS", _change("HeartbeatInterval", "60s"), finds=1, at_fault=Role.CSMS, path="$.value", line=1),
        Example("an unknown measurand", _change("MeterValuesSampledData", "Energy"), finds=1),
        Example("an unknown feature profile", _told("SupportedFeatureProfiles", "Core,Charging"), finds=1),
        Example("A and W", _told("ChargingScheduleAllowedChargingRateUnit", "A,W"), finds=1),
        Example("blanks and letter case", _told("SupportedFeatureProfiles", "Core, Remote Trigger,smartcharging")),
        Example("a word from a certificate", _told("ChargingScheduleAllowedChargingRateUnit", "Ampere")),
        Example("a phase", _told("MeterValuesSampledData", "Voltage.L1, energy.active.import.register")),
        Example("True", _told("LocalPreAuthorize", "True")),
        Example("a vendor's own key", _told("MadeUpKey", "whatever")),
        Example("no value yet", _told("MinimumStatusDuration", "")),
    )  # fmt: skip

    def check(self, event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        """Values that are set or told."""
        if isinstance(event, CallSeen):
            key, value = text_at(event.message.payload, "key"), text_at(event.message.payload, "value")
            if event.message.action == "ChangeConfiguration" and key is not None and value is not None:
                wrong = _wrong(key.lower(), value)
                if wrong is not None:
                    yield _verdict(
                        Role.CSMS, Row("$.value", "", key[:50], value[:500], None), wrong, event.scene.number
                    )
        elif isinstance(event.message, CallResult) and event.exchange is not None:
            if event.exchange.action != "GetConfiguration" or event.direction is not Direction.TO_CSMS:
                return
            wrong_rows = (
                (row, wrong) for row in rows_of(event.message.payload) if (wrong := _wrong(row.key, row.value))
            )
            for row, wrong in islice(wrong_rows, _MOST):
                yield _verdict(Role.STATION, row, wrong, event.scene.number, event.exchange.call)


def _verdict(at_fault: Role, row: Row, wrong: tuple[str, str], *records: int) -> Verdict:
    what, expected = wrong
    verb = "is to hold" if at_fault is Role.CSMS else "holds"
    return Verdict(
        f"{row.name} {verb} {quoted(row.value)}: {what}",
        at_fault=at_fault,
        path=row.path,
        observed=quoted(row.value),
        expected=expected,
        records=records,
        key=f"{at_fault} {row.name.lower()}",
    )


def _wrong(key: str, value: str | None) -> tuple[str, str] | None:
    """What is wrong with the value, and what is due; None when it fits, and for no value."""
    if value is None or not value.strip():
        return None
    match _KINDS.get(key):
        case "flag":
            return None if value.strip().lower() in ("true", "false") else ("no boolean", "true or false")
        case "whole":
            return None if _WHOLE.fullmatch(value) else ("no integer", "an integer")
        case "list":
            return _wrong_entry(key, listed(value))
    return None


def _wrong_entry(key: str, entries: list[str]) -> tuple[str, str] | None:
    if key in MEASURAND_KEYS:
        unknown = [entry for entry in entries if bare_measurand(entry).lower() not in _MEASURANDS]
        expected = "measurands of OCPP 1.6"
    elif key == "supportedfeatureprofiles":
        unknown = [entry for entry in entries if ocpp_name(entry) not in FEATURE_PROFILES]
        expected = ", ".join(FEATURE_PROFILES)
    elif key == "chargingscheduleallowedchargingrateunit":
        unknown = [entry for entry in entries if entry.lower() not in _UNITS]
        expected = "Current, Power"
    else:
        return None
    return (f"{quoted(unknown[0][:50])} is unknown", expected) if unknown else None
