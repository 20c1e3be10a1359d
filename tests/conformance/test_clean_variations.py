"""Other ways to conform: slow links, clocks that are a little off, other units and defaults, other recorders."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

import clean_episodes_v2x
import msgspec
import pytest
from capture_records import TIME, Records, parsed, said
from clean_episodes_v16 import day
from clean_talk import capture_of
from message_operators import skew
from test_clean_sessions import EXPLAINED, inspected, unexplained

from ocppscope.capture.record import Ended, MessageRecord, Opened, Ping, Pong
from ocppscope.protocol.version import OcppVersion

Told = Callable[[Any], None]


def clean(version: OcppVersion, **options: Any) -> Records:
    """The clean day of a version."""
    lives = day(**options) if version is OcppVersion.V16 else clean_episodes_v2x.day(version, **options)
    return capture_of(lives)


def retold(records: Records, change: Told) -> Records:
    """Each sampled value and each StatusNotification as another station tells it."""

    def changed(message: list[Any]) -> list[Any]:
        if message[0] == 2:
            for meter_value in message[3].get("meterValue", []):
                for sampled in meter_value["sampledValue"]:
                    change(sampled)
            if message[2] == "StatusNotification":
                change(message[3])
        return message

    return [said(record, changed(message)) if (message := parsed(record)) else record for record in records]


def in_kilowatt_hours(sampled: dict[str, Any]) -> None:
    """With two digits, which is coarser than the meter."""
    if sampled.get("unit") == "Wh":
        sampled |= {"unit": "kWh", "value": f"{float(sampled['value']) / 1000:.2f}"}
    elif sampled.get("unitOfMeasure") == {"unit": "Wh"}:
        sampled |= {"unitOfMeasure": {"unit": "Wh", "multiplier": 3}, "value": round(sampled["value"] / 1000, 2)}


def in_whole_numbers(sampled: dict[str, Any]) -> None:
    """Rounded, also up, where meterStart and meterStop are cut off."""
    if sampled.get("unit") == "Wh":
        sampled["value"] = f"{float(sampled['value']):.0f}"


def by_default(sampled: dict[str, Any]) -> None:
    """Without what the standard takes for granted."""
    if sampled.get("context") == "Sample.Periodic":
        del sampled["context"]
    if sampled.get("measurand") == "Energy.Active.Import.Register":
        for name in ("measurand", "unit", "unitOfMeasure"):
            sampled.pop(name, None)


def without_status_time(told: dict[str, Any]) -> None:
    """The time of a status may be left out in 1.6."""
    if "errorCode" in told:
        del told["timestamp"]


def unhurried(records: Records) -> Records:
    """Times in whole seconds."""
    return [
        msgspec.structs.replace(record, text=TIME.sub(lambda time: re.sub(r"\.\d+", "", time[0]), record.text or ""))
        if isinstance(record, MessageRecord)
        else record
        for record in records
    ]


def without_pings(records: Records) -> Records:
    """A recorder that sees messages only, or a keepalive of TCP."""
    return [record for record in records if not isinstance(record, Ping | Pong)]


def without_handshakes(records: Records) -> Records:
    """Another program's recording."""
    return [
        msgspec.structs.replace(record, handshake=None) if isinstance(record, Opened) else record for record in records
    ]


def timed_out(records: Records) -> Records:
    """The proxy notices lost connections by a timeout."""
    return [
        msgspec.structs.replace(record, how="timeout", by="proxy")
        if isinstance(record, Ended) and record.how == "rst"
        else record
        for record in records
    ]


def without_monotonic_clock(records: Records) -> Records:
    """A format that has wall clock times only."""
    return [
        msgspec.structs.replace(record, mono=None, **({"sent": None} if hasattr(record, "sent") else {}))
        for record in records
    ]


VARIATIONS: dict[str, Callable[[OcppVersion], Records]] = {
    "answers take up to ten seconds": lambda version: clean(version, slowness=35.0),
    "other answering times": lambda version: clean(version, seed=9),
    "station clocks 8 s fast": lambda version: skew(8)(clean(version), Random(0)),
    "station clocks 8 s slow": lambda version: skew(-8)(clean(version), Random(0)),
    "pings each 30 s": lambda version: clean(version, ping_interval=30.0),
    "no pings": lambda version: without_pings(clean(version)),
    "whole seconds": lambda version: unhurried(clean(version)),
    "kilowatt hours": lambda version: retold(clean(version), in_kilowatt_hours),
    "whole watt hours": lambda version: retold(clean(version), in_whole_numbers),
    "defaults left out": lambda version: retold(clean(version), by_default),
    "no time of a status": lambda version: retold(clean(version), without_status_time),
    "no handshakes": lambda version: without_handshakes(clean(version)),
    "timeouts": lambda version: timed_out(clean(version)),
    "no monotonic clock": lambda version: without_monotonic_clock(clean(version)),
}


@pytest.mark.parametrize("variation", VARIATIONS)
@pytest.mark.parametrize("version", OcppVersion)
def test_every_rule_stays_silent(version: OcppVersion, variation: str) -> None:
    assert unexplained(inspected(VARIATIONS[variation](version)), *EXPLAINED) == []
