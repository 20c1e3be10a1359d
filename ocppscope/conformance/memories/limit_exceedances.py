"""Since when a connector draws more than its charging profiles allow."""

from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

import msgspec

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.installed_profiles import Ceiling, InstalledProfiles
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.conformance.meter_values import Sample
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Direction

REACTION = timedelta(seconds=5)
"""An EV has so long to follow a new limit."""

_UNITS = {"Current.Import": "A", "Power.Active.Import": "W"}
_PHASES = frozenset({"L1", "L2", "L3", "L1-N", "L2-N", "L3-N"})
_NOISE = {"A": 1.0, "W": 250.0}
"""Drawn while charging pauses: standby of vehicle and station, and what meters do not resolve."""

_MOST = 64


class Excess(NamedTuple):
    """A sample above a limit.

    Attributes:
        sample, time: the sample and its time stamp.
        ceiling: the limit and its profile.
        allowed: what a sample may have: the limit, for a current of all phases together that of each times their number.
        certain: it may not be the current of several phases together.
    """

    sample: Sample
    time: datetime
    ceiling: Ceiling
    allowed: float
    certain: bool


class Exceedance(msgspec.Struct, frozen=True):
    """The first sample above, and the latest; with the record number of the first."""

    first: Excess
    latest: Excess
    record: int


class LimitExceedances(Memory):
    """By connector or EVSE: the samples above the limit, from the first of an unbroken row on.

    Args of its methods: ``tolerance``, by which share a sample may be above.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "TransactionEvent"})

    def __init__(self) -> None:
        self._since: Recent[int, tuple[Excess, int]] = Recent(_MOST)
        self._judged = -1
        self._excess: Excess | None = None

    def exceedance(self, event: CallSeen, tolerance: float) -> Exceedance | None:
        """What the meter values of this message exceed, and since when; None where they keep to the limit."""
        place = place_of(event)
        excess = self._of(event, place, tolerance)
        if excess is None or place is None:
            return None
        first, record = self._since.get(place, (excess, event.scene.number))
        return Exceedance(first, excess, record)

    def learn(self, event: CallSeen) -> None:
        """Take in what the rule has judged."""
        if self._judged != event.scene.number:
            return
        place = place_of(event)
        if place is None:
            return
        if self._excess is None:
            self._since.pop(place, None)
        elif place not in self._since:
            self._since[place] = self._excess, event.scene.number

    def _of(self, event: CallSeen, place: int | None, tolerance: float) -> Excess | None:
        self._judged = event.scene.number
        self._excess = _excess(event, place, tolerance) if place is not None else None
        return self._excess


def place_of(event: CallSeen) -> int | None:
    """The connector or EVSE whose meter values a message has; None for the whole station or where none is told."""
    payload = event.message.payload
    place = integer_at(payload, "connectorId")
    if place is None:
        place = integer_at(payload, "evseId")
    if place is None:
        charge = event.scene.recall(Charging).of(event)
        place = integer_at(payload, "evse", "id") or (charge.place if charge is not None else None)
    return place if place is not None and place > 0 else None


def _excess(event: CallSeen, place: int | None, tolerance: float) -> Excess | None:
    """The sample that is furthest above its limit, of the latest time in the message."""
    scene = event.scene
    if place is None or event.direction is not Direction.TO_CSMS:
        return None
    relevant = [each for each in event.samples if each.measurand in _UNITS and each.location == "Outlet" and each.time]
    if not relevant:
        return None
    time = max(each.time for each in relevant if each.time is not None)
    skew = scene.station.clock.skew or 0.0
    dc = any(each.measurand == "SoC" for each in event.samples)
    charging = scene.recall(Charging).running_at(place) is not None
    found: Excess | None = None
    ceilings: dict[str, Ceiling | None] = {}
    for sample in relevant:
        unit = _UNITS[sample.measurand]
        if sample.time != time or not _is_comparable(sample, unit, dc=dc):
            continue
        if unit not in ceilings:
            ceilings[unit] = _ceiling(scene.recall(InstalledProfiles), place, unit, time, skew, charging=charging)
        ceiling = ceilings[unit]
        if ceiling is None:
            continue
        value = ceiling.limit.value
        certain = sample.phase is not None or unit == "W" or ceiling.limit.phases == 1
        if sample.value <= max(value * (1 + tolerance), value + _NOISE[unit]):
            continue
        if not certain and sample.value > max(value * (1 + tolerance), value + _NOISE[unit]) * ceiling.limit.phases:
            certain = True
        excess = Excess(sample, time, ceiling, value, certain)
        if found is None or (certain, sample.value / (value or 1)) > (
            found.certain,
            found.sample.value / (found.allowed or 1),
        ):
            found = excess
    return found


def _is_comparable(sample: Sample, unit: str, *, dc: bool) -> bool:
    """Limits in W hold for all phases together, those in A for each (S16 §7.12); of DC only those in W are clear."""
    if unit == "W":
        return sample.phase is None
    return not dc and (sample.phase is None or sample.phase in _PHASES)


def _ceiling(
    installed: InstalledProfiles, place: int, unit: str, time: datetime, skew: float, *, charging: bool
) -> Ceiling | None:
    """The limit that held then, the highest of those shortly before; None where one is unknown or was new."""
    try:
        around = [installed.ceiling(place, unit, each, charging=charging) for each in (time - REACTION, time)]
        seen = time - timedelta(seconds=skew)
    except OverflowError:
        return None
    known = [each for each in around if each is not None]
    if len(known) != len(around):
        return None
    since = max((each.profile.since for each in known if each.profile.since is not None), default=None)
    if since is None or seen < since + REACTION:
        return None
    return max(known, key=lambda each: each.limit.value)
