"""Meter values in words: ``12.3 kWh · 7.4 kW · 45 %``."""

import re
from itertools import islice
from typing import Any

from ocppscope.inspect.summaries.wording import MAX_ITEMS, amount, counted, phrase

_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,2})?", re.ASCII)

_DEFAULT_MEASURAND = "Energy.Active.Import.Register"

_SHOWN = {
    _DEFAULT_MEASURAND: "Wh",
    "Power.Active.Import": "W",
    "Power.Active.Export": "W",
    "SoC": "Percent",
    "Current.Import": "A",
    "Voltage": "V",
}
"""What an engineer looks for first, in this order, with the unit where the sample names none."""

_SUMMED = frozenset({_DEFAULT_MEASURAND, "Power.Active.Import", "Power.Active.Export"})
"""What adds up over the phases where no total was sent."""

MOST_SHOWN = 3


def readings(meter_values: Any) -> list[str]:
    """The telling values of the latest entry of a ``meterValue`` array, at most `MOST_SHOWN`, and how many entries there are."""
    if not isinstance(meter_values, list) or not meter_values:
        return []
    entry = meter_values[-1]
    samples = entry.get("sampledValue") if isinstance(entry, dict) else None
    words = _telling(samples) if isinstance(samples, list) else []
    if len(meter_values) > 1:
        words.append(counted(len(meter_values), "reading"))
    return words


def _telling(samples: list[Any]) -> list[str]:
    totals: dict[str, tuple[float, str]] = {}
    phases: dict[str, tuple[float, str]] = {}
    for sample in islice(samples, MAX_ITEMS):
        measurand = sample.get("measurand", _DEFAULT_MEASURAND) if isinstance(sample, dict) else None
        if not isinstance(measurand, str) or measurand not in _SHOWN:
            continue
        value = _number(sample.get("value"))
        if value is None:
            continue
        value, unit = _in_unit(sample, value, _SHOWN[measurand])
        if sample.get("phase") is None:
            totals.setdefault(measurand, (value, unit))
        elif measurand not in phases:
            phases[measurand] = (value, unit)
        elif measurand in _SUMMED and phases[measurand][1] == unit:
            phases[measurand] = (phases[measurand][0] + value, unit)
    shown = [totals.get(measurand) or phases.get(measurand) for measurand in _SHOWN]
    words = [amount(*reading) for reading in shown if reading is not None][:MOST_SHOWN]
    return words or [counted(len(samples), "value")]


def _in_unit(sample: dict[str, Any], value: float, default: str) -> tuple[float, str]:
    """The value with 2.x's decimal multiplier applied, and the unit of either version."""
    unit: object = sample.get("unit")
    measure = sample.get("unitOfMeasure")
    if isinstance(measure, dict):
        unit = measure.get("unit")
        multiplier = measure.get("multiplier")
        if isinstance(multiplier, int) and abs(multiplier) <= 12:
            value *= 10.0**multiplier
    if unit is None:
        return value, default
    text = phrase(unit, 16)
    if text in ("kWh", "kW") and abs(value) < 1:
        return value * 1000, text[1:]
    return value, text


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return float(value) if value.bit_length() <= 128 else None
    if isinstance(value, float):
        return value
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None
