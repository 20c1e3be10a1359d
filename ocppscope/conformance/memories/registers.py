"""What the energy registers of a station last showed, and how each new reading compares with that."""

from datetime import datetime, timedelta
from typing import ClassVar, TypeAlias

import msgspec

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.measurands import DEFAULT_MEASURAND
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.conformance.meter_values import step_of
from ocppscope.protocol.message import Call
from ocppscope.protocol.payload import integer_at, number_at, text_at
from ocppscope.protocol.roles import Direction

MOST_REGISTERS = 256
"""Remembered of a station: connectors times measurands times phases."""

_CLOCK_STEP = timedelta(days=1)
"""A reading that is older than the last by more was taken after the clock was set: the future must not blind for ever."""

_BEGIN = "Transaction.Begin"

_SMALLEST_SLIP = 10.0
"""Wh; below, a factor of 1000 is made by charging for a while."""

_NO_CHARGE = 5e6
"""W: no connector gives more (MCS: 3.75 MW), so it is no charging that makes such a step."""

_Key: TypeAlias = tuple[int, str, str | None, str]
"""Place, measurand, phase, location."""


class Reading(msgspec.Struct, frozen=True):
    """What a register showed.

    Attributes:
        value: in Wh (varh, VAh).
        time: by the clock of the station.
        charge: `Charge.start` of the transaction that it belongs to, None outside of any.
        number: record number of its message; path: JSON path of it.
        counter: it is a meterStart or meterStop, in whole Wh.
        sent: a sample as it was sent; scale: what it was multiplied by.
    """

    value: float
    time: datetime
    charge: int | None
    number: int
    path: str
    counter: bool
    sent: float | str = ""
    scale: float = 1.0

    @property
    def step(self) -> float:
        """How finely it was told. Few readings are asked, so it is not found out before."""
        return step_of(self.sent, self.scale)


class Change(msgspec.Struct, frozen=True):
    """Two readings of one register, one after the other in time.

    Attributes:
        place: connector or EVSE; measurand, phase.
        before, after: the readings.
        grown: by how much, negative for a fall.
    """

    place: int
    measurand: str
    phase: str | None
    before: Reading
    after: Reading
    grown: float

    @property
    def seconds(self) -> float:
        """The time between."""
        return (self.after.time - self.before.time).total_seconds()

    @property
    def tolerance(self) -> float:
        """What rounding may make: nothing where both are told alike, else one step of the coarser."""
        noise = 1e-9 * abs(self.before.value)
        alike = self.before.counter == self.after.counter and self.before.step == self.after.step
        alike = alike and (not self.after.counter or (self.before.value.is_integer() and self.after.value.is_integer()))
        return noise if alike else noise + max(self.before.step, self.after.step)

    @property
    def power(self) -> float:
        """The mean power in W (var, VA) that it takes at least, as far as values and times are rounded."""
        surplus = self.grown - max(self.before.step, self.after.step)
        return max(surplus, 0.0) * 3600 / (max(self.seconds, 0.0) + 1)

    def exceeds(self, power: float) -> bool:
        """Whether it takes more than so many W (var, VA)."""
        if self.grown * 3600 <= power * (max(self.seconds, 0.0) + 1):
            return False  # not even with all that was rounded: so it is with nearly every reading
        return self.power > power

    @property
    def between_transactions(self) -> bool:
        """Whether another transaction, or none, was under way at the reading before."""
        return self.before.charge != self.after.charge

    @property
    def is_slip(self) -> bool:
        """Whether one is about a thousand times the other, not by charging: Wh and kWh taken for each other."""
        small, large = abs(self.before.value), abs(self.after.value)
        if small > large:
            small, large = large, small
        if small < _SMALLEST_SLIP or not 900 < large / small < 1100:
            return False
        return self.grown < 0 or self.power > _NO_CHARGE

    @property
    def name(self) -> str:
        """For evidence and keys: ``Energy.Active.Import.Register L1 of 2``."""
        return f"{self.measurand[:60]}{'' if self.phase is None else f' {self.phase[:10]}'} of {self.place}"

    @property
    def sources(self) -> str:
        """Where both come from, when not from the same kind of value."""
        if self.before.counter == self.after.counter:
            return ""
        return (
            "meterStart/meterStop and a meter value"
            if self.before.counter
            else "a meter value and meterStart/meterStop"
        )


class _Register:
    """One register: its latest reading, that of either kind, and what does not fit."""

    __slots__ = ("apart", "latest", "odd", "of_kind")

    def __init__(self, reading: Reading) -> None:
        self.latest = reading
        self.of_kind: dict[bool, Reading] = {reading.counter: reading}
        self.apart = False
        self.odd = False

    def before(self, reading: Reading) -> Reading | None:
        """What a new reading is compared with; None when there is nothing, or when it is older than that."""
        last = self.of_kind.get(reading.counter) if self.apart else self.latest
        return last if last is not None and reading.time > last.time else None

    def take(self, reading: Reading, change: Change | None) -> None:
        """Take in a reading, in order of time, and how it differs from the one before."""
        latest = self.latest
        if reading.time <= latest.time and latest.time - reading.time < _CLOCK_STEP:
            return
        if change is not None:
            if not self.odd and change.is_slip:
                self.odd = True  # a single value in another unit is not what the next one is compared with
                return
            before = change.before
            if before.counter != reading.counter and before.charge == reading.charge and _is_impossible(change):
                self.apart = True  # told once: the two kinds are not of one register
        self.odd = False
        self.latest = self.of_kind[reading.counter] = reading


def _is_impossible(change: Change) -> bool:
    return change.grown < -change.tolerance or change.power > _NO_CHARGE


class Registers(Memory):
    """The energy registers, by connector or EVSE, measurand, phase and location, in the order of their time stamps."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification", "MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent"})

    def __init__(self) -> None:
        self._registers: Recent[_Key, _Register] = Recent(MOST_REGISTERS)
        self._identity: tuple[str | None, ...] | None = None
        self._zeros: Recent[int, int] = Recent(64)
        self._number: int | None = None
        self._readings: list[tuple[_Key, Reading, Change | None]] = []
        self._changes: list[Change] = []
        self._falls: list[Change] = []

    def changes(self, event: CallSeen) -> list[Change]:
        """How the readings of a station's message differ from those before; asked by several rules, made once."""
        if self._number != event.scene.number:
            self._look(event)
        return self._changes

    def falls(self, event: CallSeen) -> list[Change]:
        """Those by more than rounding makes."""
        if self._number != event.scene.number:
            self._look(event)
        return self._falls

    def zero_starts(self, place: int | None) -> int:
        """How many transactions in a row began with meterStart 0 there."""
        return self._zeros.get(place, 0) if place is not None else 0

    def learn(self, event: CallSeen) -> None:
        """Take in the readings of a message."""
        if event.message.action == "BootNotification":
            self._booted(event.message)
            return
        if self._number != event.scene.number:
            self._look(event)
        for key, reading, change in self._readings:
            register = self._registers.get(key)
            if register is None:
                self._registers[key] = _Register(reading)
            else:
                register.take(reading, change)
        if event.message.action == "StartTransaction":
            place = integer_at(event.message.payload, "connectorId")
            if place is not None:
                zero = number_at(event.message.payload, "meterStart") == 0
                self._zeros[place] = self._zeros.get(place, 0) + 1 if zero else 0

    def _booted(self, call: Call) -> None:
        """Another station, or another meter in it: its registers begin where they begin."""
        names = ("chargePointSerialNumber", "chargeBoxSerialNumber", "meterSerialNumber", "chargePointModel")
        identity = (
            *(text_at(call.payload, name) for name in names),
            text_at(call.payload, "chargingStation", "serialNumber"),
        )
        if self._identity not in (None, identity):
            self._registers.clear()
            self._zeros.clear()
        self._identity = identity

    def _look(self, event: CallSeen) -> None:
        self._number = event.scene.number
        self._readings, self._changes, self._falls = [], [], []
        if event.direction is not Direction.TO_CSMS or (not event.samples and event.message.action in _SAMPLED):
            return
        fresh: dict[_Key, _Register] = {}
        for key, reading in _readings(event):
            register = fresh.get(key) or self._registers.get(key)
            before = register.before(reading) if register is not None else None
            change = None
            if before is not None:
                change = Change(key[0], key[1], key[2], before, reading, reading.value - before.value)
                self._changes.append(change)
                if change.grown < 0 and change.grown < -change.tolerance:
                    self._falls.append(change)
            self._readings.append((key, reading, change))
            if key not in fresh:
                fresh[key] = _Register(reading)
            else:  # several values of one register in one message
                fresh[key].take(reading, change)


_SAMPLED = frozenset({"MeterValues", "TransactionEvent"})


def _readings(event: CallSeen) -> list[tuple[_Key, Reading]]:
    """All readings of energy registers that a message tells, with the place that they belong to."""
    charge = event.scene.recall(Charging).of(event)
    payload, number = event.message.payload, event.scene.number
    place = _place(event) or (charge.place if charge is not None else None)
    if place is None and integer_at(payload, "connectorId") != 0 and integer_at(payload, "evseId") != 0:
        return []
    begins = charge is None and event.message.action in ("StartTransaction", "TransactionEvent")
    of_charge = number if begins else charge.start if charge is not None else None
    ends = event.message.action == "StopTransaction" or payload.get("eventType") == "Ended"
    found: list[tuple[_Key, Reading]] = []
    for sample in event.samples:
        measurand = sample.measurand
        if measurand != DEFAULT_MEASURAND and not sample.is_register:
            continue
        if sample.time is None or (ends and sample.context == _BEGIN):
            continue  # what is told at the end of the beginning often has the time stamp of the end
        key = (place or 0, measurand[:60], sample.phase and sample.phase[:10], sample.location[:10])
        found.append(
            (key, Reading(sample.value, sample.time, of_charge, number, sample.path, False, sample.sent, sample.scale))
        )
    name = _COUNTERS.get(event.message.action)
    if name is not None:
        value, stamp = number_at(payload, name), event.stamp
        if value is not None and stamp is not None:
            key = (place or 0, DEFAULT_MEASURAND, None, "Outlet")
            found.append((key, Reading(value, stamp, of_charge, number, f"$.{name}", True)))
    return found


_COUNTERS = {"StartTransaction": "meterStart", "StopTransaction": "meterStop"}


def _place(event: CallSeen) -> int | None:
    payload = event.message.payload
    named = payload.get("connectorId", payload.get("evseId"))
    if event.message.action == "TransactionEvent":
        return integer_at(payload, "evse", "id")
    return named if isinstance(named, int) and not isinstance(named, bool) else None
