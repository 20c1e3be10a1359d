"""A clock's skew as people say it."""

_HALF_HOUR = 1800
_LARGEST_ZONE = 14 * 3600
_CLOSE = 60
"""Seconds by which a time-zone offset may be missed: the clock may be a little off besides."""


def skew_in_words(seconds: float) -> str:
    """``2 h 0 min ahead: 2 hours, a time-zone offset``, ``12 s behind``."""
    way = "ahead" if seconds > 0 else "behind"
    size = abs(seconds)
    zone = round(size / _HALF_HOUR) * _HALF_HOUR
    words = f"{duration(size)} {way}"
    if 0 < zone <= _LARGEST_ZONE and abs(size - zone) <= _CLOSE:
        hours = f"{zone / 3600:g} h"
        words += f", which is a time-zone offset of {hours}: local time sent as UTC, or the reverse"
    return words


def duration(seconds: float) -> str:
    """A length of time in its two largest units: ``3 d 4 h``, ``2 h 5 min``, ``1 min 30 s``, ``12 s``."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
