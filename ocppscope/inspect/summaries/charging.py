"""Charging profiles and schedules in words: ``TxProfile · stack 0 · 16 A × 3``."""

from typing import Any

from ocppscope.inspect.summaries.wording import amount, counted, joined, phrase

_LIMITS = (("limit", ""), ("setpoint", "setpoint "), ("dischargeLimit", "discharge "))
"""The members of a period (2.1 has three) in order of interest, and the word before each."""


def profile(value: Any, place: str = "") -> str:
    """Purpose, the given place, stack level and the beginning of the schedule of a charging profile."""
    if not isinstance(value, dict):
        return place
    purpose = phrase(value.get("chargingProfilePurpose"))
    stack = phrase(value.get("stackLevel"))
    return joined(purpose, place, stack and f"stack {stack}", schedule(value.get("chargingSchedule")))


def schedule(value: Any) -> str:
    """The first limit of a schedule and how many periods it has: ``16 A × 3 · 4 periods``."""
    if isinstance(value, list):  # 2.x: up to three alternatives, the first stands for them
        value = value[0] if value else None
    if not isinstance(value, dict):
        return ""
    periods = value.get("chargingSchedulePeriod")
    if not isinstance(periods, list) or not periods:
        return ""
    unit = value.get("chargingRateUnit")
    first = limit(periods[0], unit if isinstance(unit, str) else "")
    return joined(first, counted(len(periods), "period") if len(periods) > 1 else "")


def limit(period: Any, unit: str) -> str:
    """The limit of one period: ``16 A × 3``, ``11 kW``, ``setpoint 5 kW``. Watts are a total, so they carry no phases."""
    if not isinstance(period, dict):
        return ""
    for name, word in _LIMITS:
        value = period.get(name)
        if value is None:
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        text = amount(value, unit) if is_number else f"{phrase(value)} {phrase(unit, 16)}".strip()
        phases = phrase(period.get("numberPhases"), 8) if unit == "A" else ""
        return f"{word}{text}" + (f" × {phases}" if phases else "")
    return ""
