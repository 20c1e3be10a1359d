"""What there is to say of a clock, in words: how far off it is, how it went, when it was set."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ocppscope.model.clock import AGREEING, Clock, Jump

IN_TIME_S = 2.0
"""A skew that stamps of whole seconds and the network explain."""

_WIDE_S = 5.0
"""A history within so many seconds needs no words: one message came late."""

_DRIFT_SPAN_S = 1800.0
"""A shorter history tells nothing of the rate of a clock."""

_DRIFT_S = 3.0
"""Change within that history that is no jitter of whole seconds."""


def is_in_time(clock: Clock) -> bool:
    """Whether there is nothing to say of it: not off, never set, not wild."""
    return clock.skew is not None and clock.steady and abs(clock.skew) <= IN_TIME_S and not clock.jumps


def skew_words(skew: float) -> str:
    """``2 h 00 min 03 s ahead``, ``4.2 s behind``, ``in time``."""
    if abs(skew) <= IN_TIME_S:
        return "in time"
    return f"{_length(abs(skew))} {'ahead' if skew > 0 else 'behind'}"


def clock_words(clock: Clock) -> str | None:
    """How far off it is now, against the recorder's clock; None where nothing was measured."""
    if clock.skew is None:
        return None
    words = skew_words(clock.skew)
    if clock.steady:
        return words
    if clock.measured < AGREEING:
        return f"{words}, by {clock.measured} measurement{'' if clock.measured == 1 else 's'}"
    return f"unsteady, lately {words}"


def clock_history(clock: Clock) -> Iterator[str]:
    """How it went, a sentence each: how far off it was, when it was set, whether it drifts."""
    skews = [skew for _, skew in clock.points]
    if len(skews) > 1 and max(skews) - min(skews) > _WIDE_S:
        since = f"{clock.points[0][0].astimezone(UTC):%H:%M:%S}"
        yield f"between {_signed(min(skews))} and {_signed(max(skews))} since {since} UTC"
    for jump in clock.jumps:
        yield jump_words(jump)
    rate = drift_per_day(clock)
    if rate is not None:
        yield f"{'gains' if rate > 0 else 'loses'} about {_length(abs(rate))} a day"


def jump_words(jump: Jump) -> str:
    """``set at 12:00:05 UTC after BootNotification: 2 h 00 min 00 s ahead before, in time since``."""
    after = f" after {jump.action}" if jump.action else ", no answer told the time just before"
    at = f"{jump.time.astimezone(UTC):%m-%d %H:%M:%S}"
    return f"set at {at} UTC{after}: {skew_words(jump.before)} before, {skew_words(jump.after)} since"


def drift_per_day(clock: Clock) -> float | None:
    """Seconds that it gains a day since it was last set; None where it keeps the pace, or too little was seen."""
    points = clock.points if not clock.jumps else [one for one in clock.points if one[0] >= clock.jumps[-1].time]
    if not clock.steady or not points:
        return None
    span = _seconds(points[0][0], points[-1][0])
    change = points[-1][1] - points[0][1]
    if span < _DRIFT_SPAN_S or abs(change) < _DRIFT_S:
        return None
    middle = points[len(points) // 2][1]
    if not min(points[0][1], points[-1][1]) <= middle <= max(points[0][1], points[-1][1]):
        return None  # it went there and back: no drift
    return change / span * 86_400


def _seconds(first: datetime, last: datetime) -> float:
    return (last - first).total_seconds()


def _signed(skew: float) -> str:
    return f"{'−' if skew < -0.05 else '+'}{_length(abs(skew))}"


def _length(seconds: float) -> str:
    """``4.2 s``, ``3 min 05 s``, ``2 h 00 min 03 s``, ``12 d 03 h``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 2 * 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min {whole % 60:02d} s"
    return f"{whole // 86_400} d {whole % 86_400 // 3600:02d} h"
