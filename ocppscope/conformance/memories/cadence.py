"""When the periodic meter values of each transaction were taken, and how often they should be."""

from datetime import datetime
from functools import lru_cache
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.payload import number_at
from ocppscope.protocol.version import OcppVersion

_PERIODIC = "Sample.Periodic"

_MOST = 64


class Beat(msgspec.Struct, frozen=True):
    """The latest periodic value of a transaction.

    Attributes:
        time: by the clock of the station; at: when it passed (record clock, ns).
        connection, number: of its message.
        interval: seconds in force for all values of the transaction so far; None when unknown, or when it was changed.
    """

    time: datetime
    at: int
    connection: int
    number: int
    interval: float | None


_KEYS = dict.fromkeys(OcppVersion, "SampledDataCtrlr.TxUpdatedInterval") | {OcppVersion.V16: "MeterValueSampleInterval"}
_FOLDED = {version: key.lower() for version, key in _KEYS.items()}


def interval_name(scene: Scene) -> str:
    """The configuration key, or variable of the device model, that sets the interval."""
    return _KEYS[scene.connection.version or OcppVersion.V16]


def sample_interval(scene: Scene) -> float | None:
    """The seconds between periodic values that were read or set; None when neither was seen."""
    text = scene.station.configuration.get(_FOLDED[scene.connection.version or OcppVersion.V16])
    return None if text is None else _seconds(text)


@lru_cache(256)
def _seconds(text: str) -> float | None:
    return number_at({"interval": text}, "interval")


def periodic_time(event: CallSeen) -> datetime | None:
    """When the periodic value in a message was taken, the latest of several; None without one."""
    if event.message.action == "TransactionEvent":
        return event.stamp if event.message.payload.get("triggerReason") == "MeterValuePeriodic" else None
    latest = None
    for sample in event.samples:
        if sample.context == _PERIODIC and sample.time is not None and (latest is None or sample.time > latest):
            latest = sample.time
    return latest


class Cadence(Memory):
    """By transaction, as far as the interval is known."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "TransactionEvent"})

    def __init__(self) -> None:
        self._beats: Recent[int, Beat] = Recent(_MOST)

    def before(self, event: CallSeen) -> Beat | None:
        """The periodic value before this message, of the same transaction."""
        charge = event.scene.recall(Charging).of(event) if self._beats else None
        return self._beats.get(charge.start) if charge is not None else None

    def learn(self, event: CallSeen) -> None:
        """Take in a periodic value."""
        scene = event.scene
        interval = sample_interval(scene)
        if interval is None:
            return
        charge, time = scene.recall(Charging).of(event), periodic_time(event)
        if charge is None or time is None:
            return
        former = self._beats.get(charge.start)
        if former is not None:
            if time < former.time:
                return
            if former.interval != interval:
                interval = None
        self._beats[charge.start] = Beat(time, scene.at, scene.connection.number, scene.number, interval)
