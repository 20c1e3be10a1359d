"""Ends of connections and clocks as JSON values. Times are seconds."""

from datetime import UTC, datetime
from typing import Any

from ocppscope.inspect.autopsy import Autopsy
from ocppscope.inspect.clock_words import clock_history, clock_words, drift_per_day
from ocppscope.inspect.end_patterns import EndPattern
from ocppscope.model.parting import LastCall, LastFrame
from ocppscope.protocol.roles import Direction
from ocppscope.report.reading import Reading
from ocppscope.report.text_clocks import clocks_of


def autopsy_value(one: Autopsy) -> dict[str, Any] | None:
    """What is known of an end; None where the recording ended before the connection."""
    parting = one.parting
    if parting is None:
        return None
    return {
        "sentence": one.sentence,
        "lines": list(one.lines()),
        "record": parting.number,
        "code": one.code,
        "meaning": one.meaning,
        "error": parting.error,
        "tls_alert": one.tls_alert,
        "lasted": one.lasted,
        "last_from_station": _frame(parting.frames.get(Direction.TO_CSMS), parting.since(Direction.TO_CSMS)),
        "last_from_csms": _frame(parting.frames.get(Direction.TO_STATION), parting.since(Direction.TO_STATION)),
        "open_calls": [_call(call) for call in parting.open],
        "silent_side": one.dead[0] if one.dead is not None else None,
        "pattern": one.pattern.sentence if one.pattern is not None else None,
    }


def pattern_value(station: str, pattern: EndPattern) -> dict[str, Any]:
    """What the ends of one station have in common."""
    return {
        "station": station,
        "cause": pattern.cause,
        "agreeing": pattern.agreeing,
        "total": pattern.total,
        "seconds": pattern.seconds,
        "action": pattern.action,
        "connections": sorted(pattern.connections),
        "sentence": pattern.sentence,
    }


def clocks_value(reading: Reading) -> list[dict[str, Any]]:
    """The clocks that were measured, positive skews ahead of the recorder's."""
    return [
        {
            "station": station.id,
            "clock_of": whose.lower(),
            "skew": clock.skew,
            "steady": clock.steady,
            "sentence": clock_words(clock),
            "history": list(clock_history(clock)),
            "drift_per_day": drift_per_day(clock),
            "jumps": [
                {"time": _time(jump.time), "before": jump.before, "after": jump.after, "action": jump.action}
                for jump in clock.jumps
            ],
            "points": [[_time(time), skew] for time, skew in clock.points],
        }
        for station, whose, clock in clocks_of(reading)
    ]


def _frame(frame: LastFrame | None, seconds: float | None) -> dict[str, Any] | None:
    if frame is None:
        return None
    return {"what": frame.kind, "action": frame.action, "seconds_before": seconds, "record": frame.number}


def _call(call: LastCall) -> dict[str, Any]:
    return {
        "action": call.action,
        "asked_by": call.direction.sender,
        "seconds": call.seconds,
        "record": call.number,
    }


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
