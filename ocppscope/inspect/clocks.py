"""Whose clock is how far off: the times that messages tell, against the time at which they passed.

Only what tells of the moment at which it was sent is measured. Left out are messages from a station's queue, copies of
earlier ones, meter values on the boundaries of a clock-aligned interval, and reports of a status that is not new: after a
boot or when asked for, a station may say since when it lasts.
"""

from collections.abc import Callable

from ocppscope.conformance.event import CallSeen, ResponseSeen
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.memory import Recent
from ocppscope.conformance.timestamps import has_zone
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at, time_at, value_at

SET_SINCE = 2015
"""A clock that shows a year before OCPP 1.6 was never set: that is a finding of its own, not a skew."""

LONGEST_QUEUE = 600_000_000_000
"""Nanoseconds after which a connection delivers no queue any longer; without an end, a slow clock would look like one."""

_MOST_PLACES = 64
_MOST_TAGS = 16


class Timekeeper:
    """Keeps the clocks of a station and of its CSMS up to date with what passes on one connection."""

    __slots__ = ("_live", "_statuses", "_tags")

    def __init__(self) -> None:
        self._live = False
        self._statuses: Recent[tuple[int | None, int | None], str] = Recent(_MOST_PLACES)
        self._tags: Recent[str, None] = Recent(_MOST_TAGS)

    def called(self, event: CallSeen) -> None:
        """Take in a CALL of either side."""
        look = _LOOKS.get(event.message.action)
        if look is None or not look(self, event) or event.opened.retry:
            return
        stamp, scene = event.stamp, event.scene
        if stamp is None or stamp.year < SET_SINCE or not scene.connection.timed:
            return
        if not self._live:
            self._live = scene.at - scene.connection.opened_at > LONGEST_QUEUE
            if not self._live:
                if is_queued(event):
                    return
                # A status is told at once, before what was queued: it does not say that the queue is empty.
                self._live = event.message.action != "StatusNotification"
        scene.station.clock.measure(scene.time, (stamp - scene.time).total_seconds(), stamp)

    def answered(self, event: ResponseSeen) -> None:
        """Take in the CSMS's answer to a BootNotification or Heartbeat: the time that it tells, which the station takes over."""
        exchange = event.exchange
        if exchange is None or not isinstance(event.message, CallResult) or not event.scene.connection.timed:
            return
        told = time_at(event.message.payload, "currentTime")
        if told is None or not has_zone(event.message.payload["currentTime"]):
            return
        scene = event.scene
        scene.station.clock.offer(scene.time, exchange.action)
        # The CSMS may have looked at its clock at any moment between the CALL and the answer.
        ahead = (told - scene.time).total_seconds()
        behind = ahead + (exchange.latency or 0)
        scene.station.csms_clock.measure(scene.time, ahead if ahead > 0 else min(behind, 0.0), told)

    def _authorized(self, event: CallSeen) -> bool:
        """A tag was presented, or sent along, on this very connection: what it starts was not queued."""
        tag = text_at(event.message.payload, "idTag")
        if tag is not None:
            self._tags[tag[:64].lower()] = None
        return False

    def _started(self, event: CallSeen) -> bool:
        tag = text_at(event.message.payload, "idTag")
        self._live = self._live or (tag is not None and tag[:64].lower() in self._tags)
        return True

    def _transaction_event(self, event: CallSeen) -> bool:
        offline = value_at(event.message.payload, "offline")
        self._live = self._live or offline is False
        return offline is not True and text_at(event.message.payload, "triggerReason") != "MeterValueClock"

    def _status(self, event: CallSeen) -> bool:
        """Whether it tells of a change."""
        payload = event.message.payload
        place = integer_at(payload, "evseId"), integer_at(payload, "connectorId")
        status = text_at(payload, "status") or text_at(payload, "connectorStatus") or ""
        former = self._statuses.get(place)
        self._statuses[place] = status[:40]
        return former is not None and former != status[:40]

    def _meter_values(self, event: CallSeen) -> bool:
        return not any(sample.context == "Sample.Clock" for sample in event.samples)

    def _now(self, _event: CallSeen) -> bool:
        return True


_LOOKS: dict[str, Callable[[Timekeeper, CallSeen], bool]] = {
    "Authorize": Timekeeper._authorized,
    "MeterValues": Timekeeper._meter_values,
    "RemoteStartTransaction": Timekeeper._authorized,
    "SecurityEventNotification": Timekeeper._now,
    "StartTransaction": Timekeeper._started,
    "StatusNotification": Timekeeper._status,
    "StopTransaction": Timekeeper._now,
    "TransactionEvent": Timekeeper._transaction_event,
}
"""What to learn of a message, and whether it tells of the moment at which it was sent."""

TOLD_TIME = frozenset({"BootNotification", "Heartbeat"})
"""The CALLs that a CSMS answers with its time."""
