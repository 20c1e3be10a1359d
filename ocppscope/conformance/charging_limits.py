"""What limit a charging profile sets at which time, as far as that can be told from outside."""

from bisect import bisect_right
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import msgspec

from ocppscope.conformance.charging_profiles import Place, schedules
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import integer_at, number_at, text_at, time_at, value_at

MOST_PERIODS = 500
"""Periods that are kept of a schedule; the limits of a longer one are unknown. Certificates declare up to 1024, the
profiles of CSMSs seen have at most some dozens."""

DEFAULT_PHASES = 3
"""Of a period that names none (S16 §7.14)."""

_LENGTHS = {"Daily": 86_400, "Weekly": 604_800}


class Limit(NamedTuple):
    """A limit in force: A for each phase, or W in total; the number of phases it is for."""

    value: float
    phases: int


class Course(msgspec.Struct, frozen=True):
    """The limits of one profile over time.

    Attributes:
        unit: A or W.
        start: from when periods count; None where they count from a moment that only the station knows.
        length: seconds after which they begin anew; None for never.
        duration: seconds for which they hold; None for ever.
        starts, limits: of the periods.
    """

    unit: str
    start: datetime | None
    length: int | None
    duration: int | None
    starts: tuple[int, ...]
    limits: tuple[Limit, ...]

    def at(self, time: datetime) -> Limit | None:
        """The limit at a time; None when the profile sets none then.

        Where only the station knows when the periods count from, the highest of them: no limit is below it for sure.
        """
        if self.start is None:
            return max(self.limits)
        offset = (time - self.start).total_seconds()
        if offset < 0:
            return None
        if self.length is not None:
            offset %= self.length
        if self.duration is not None and offset >= self.duration:
            return None
        return self.limits[bisect_right(self.starts, offset) - 1]


def course_of(profile: Payload) -> Course | None:
    """The course of a profile; None where it cannot be told.

    That is so for several schedules at once (2.x), kinds that get their limits while they run (2.1 Dynamic), operation
    modes other than charging (2.1), and for a schedule that ends at a time that only the station knows.
    """
    places = schedules(Place("$", profile))
    kind = text_at(profile, "chargingProfileKind")
    if len(places) != 1 or kind not in ("Absolute", "Recurring", "Relative"):
        return None
    schedule = places[0].value
    unit = text_at(schedule, "chargingRateUnit")
    start = time_at(schedule, "startSchedule") if kind != "Relative" else None
    length = _LENGTHS.get(text_at(profile, "recurrencyKind") or "") if kind == "Recurring" else None
    duration = integer_at(schedule, "duration")
    if unit not in ("A", "W") or (kind == "Recurring" and (start is None or length is None)):
        return None
    if start is None and duration is not None:
        return None
    periods = value_at(schedule, "chargingSchedulePeriod")
    if not isinstance(periods, list) or not 0 < len(periods) <= MOST_PERIODS:
        return None
    starts, limits = [], []
    for period in periods:
        begins, limit = integer_at(period, "startPeriod"), number_at(period, "limit")
        if begins is None or limit is None or text_at(period, "operationMode") not in (None, "ChargingOnly"):
            return None
        starts.append(begins)
        limits.append(Limit(limit, integer_at(period, "numberPhases") or DEFAULT_PHASES))
    if starts[0] != 0 or any(one >= other for one, other in pairwise(starts)):
        return None
    return Course(unit, start, length, duration, tuple(starts), tuple(limits))
