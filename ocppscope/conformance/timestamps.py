"""When the events happened that messages tell of, by the clock of their sender."""

from collections.abc import Callable
from datetime import datetime

from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.payload import objects_at, time_at


def stamped_at(call: Call) -> datetime | None:
    """The time stamp of what a station's CALL tells, in UTC; of several meter values the latest; None without one."""
    read = _STAMPS.get(call.action)
    return read(call.payload) if read is not None else None


def has_zone(text: str) -> bool:
    """Whether a date-time says which time zone it is in; without, its receiver can only guess."""
    return text[-1:] in ("Z", "z") or text[-6:-5] in ("+", "-") or text[-5:-4] in ("+", "-")


def _own(payload: Payload) -> datetime | None:
    return time_at(payload, "timestamp")


def _meter_values(payload: Payload) -> datetime | None:
    stamps = [
        stamp for value in objects_at(payload, "meterValue") if (stamp := time_at(value, "timestamp")) is not None
    ]
    return max(stamps, default=None)


_STAMPS: dict[str, Callable[[Payload], datetime | None]] = {
    "MeterValues": _meter_values,
    "SecurityEventNotification": _own,
    "StartTransaction": _own,
    "StatusNotification": _own,
    "StopTransaction": _own,
    "TransactionEvent": _own,
}

TRANSACTION_ACTIONS = frozenset({"MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent"})
"""What a station queues while it is offline (S16 §3.7; P2 E04, E12)."""

STAMPED_ACTIONS = frozenset(_STAMPS)
"""What tells of a moment."""
