"""What a station's messages told so far, as far as a later trigger needs it."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Any

from ocppscope.model.connection import Station
from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.payload import integer_at, text_at, time_at, value_at

MOST_KEPT = 64
"""Transactions, reservations and unanswered CALLs remembered of each kind: more connectors than any station has."""

_STAMPS = 8
"""Latest messages with a time of the station's own, from which its clock error is estimated."""

_TOLERANCE = timedelta(seconds=2)
"""A stamp may be cut to whole seconds, and the estimate of the clock error is made of such stamps."""

DEFAULT_CONNECTION_TIMEOUT = 120.0
"""Seconds in which a remote start is expected where ConnectionTimeOut was not seen."""

_LONGEST_CONNECTION_TIMEOUT = 3600


class Facts:
    """Of one station.

    Attributes:
        running: transactions that run, with their connector or EVSE.
        stopped: the latest transactions that ended.
        reserved: reservations made, with their connector or EVSE.
        inoperative: 2.x: the places that were set inoperative, as EVSE and connector; each level keeps its own state.
        connection_timeout: seconds that a driver has to plug in, None while it was not seen.
        booting: a BootNotification waits for its answer.
        unanswered: CALLs handed to the station before it said anything on this connection: connection and record number.
    """

    __slots__ = (
        "_csms_clock",
        "_stamps",
        "booting",
        "connection_timeout",
        "inoperative",
        "reserved",
        "running",
        "stopped",
        "unanswered",
    )

    def __init__(self) -> None:
        self.running: OrderedDict[str, int | None] = OrderedDict()
        self.stopped: OrderedDict[str, None] = OrderedDict()
        self.reserved: OrderedDict[int, str | None] = OrderedDict()
        self.inoperative: OrderedDict[tuple[int | None, int | None], None] = OrderedDict()
        self.connection_timeout: float | None = None
        self.booting = False
        self.unanswered: deque[Any] = deque(maxlen=MOST_KEPT)
        self._stamps: deque[tuple[Any, datetime]] = deque(maxlen=_STAMPS)
        self._csms_clock: tuple[Any, datetime] | None = None

    def started(self, transaction: str, place: int | None) -> None:
        """A transaction runs."""
        self.stopped.pop(transaction, None)
        _remember(self.running, transaction, place)

    def ended(self, transaction: str) -> None:
        """A transaction is over."""
        self.running.pop(transaction, None)
        _remember(self.stopped, transaction, None)

    def set_operative(self, place: tuple[int | None, int | None], *, operative: bool) -> None:
        """The availability of an EVSE, a connector or (None, None) the whole station was changed."""
        if operative:
            self.inoperative.pop(place, None)
        else:
            _remember(self.inoperative, place, None)

    def has_reserved(self, reservation: int, place: str | None) -> None:
        """A reservation was accepted."""
        _remember(self.reserved, reservation, place)

    def stamped(self, payload: Payload, time: datetime) -> None:
        """A message came that has a time of the station's own. It is only read when it is needed."""
        stamp = payload.get("timestamp")
        if isinstance(stamp, str) and len(stamp) <= 40:
            self._stamps.append((stamp, time))

    def csms_said_time(self, payload: Payload, time: datetime) -> None:
        """The CSMS told the station what time it is."""
        stamp = payload.get("currentTime")
        if isinstance(stamp, str) and len(stamp) <= 40:
            self._csms_clock = (stamp, time)

    def clock_error(self) -> timedelta | None:
        """How far the station's clock is ahead of the capture's, None when nothing tells.

        Every stamp is at least as old as the message that brings it, so the youngest of them is nearest to the truth.
        """
        errors = [error for stamp, time in self._stamps if (error := _error(stamp, time)) is not None]
        if errors:
            return max(errors)
        return _error(*self._csms_clock) if self._csms_clock is not None else None

    def predates(self, payload: Payload, request: datetime) -> bool:
        """Whether what a message tells happened before a request: it is not its effect but was queued or in flight.

        A clock that is quite unknown proves nothing.
        """
        stamp = time_at(payload, "timestamp")
        error = self.clock_error()
        if stamp is None or error is None:
            return False
        try:
            return stamp < request + error - _TOLERANCE
        except OverflowError:  # a stamp of the year 1
            return False

    def configured(self, seconds: float) -> None:
        """ConnectionTimeOut was seen."""
        self.connection_timeout = min(max(seconds, 1.0), _LONGEST_CONNECTION_TIMEOUT)


def connector_places(station: Station) -> dict[str, str]:
    """The state of each connector right now: connector (1.6) or ``EVSE.connector`` (2.x) to status."""
    return dict(station.connectors)


def transaction_of(call: Call) -> str | None:
    """The transaction that a StopTransaction or TransactionEvent is about."""
    number = integer_at(call.payload, "transactionId")
    if number is not None:
        return str(number)[:MOST_KEPT]
    name = text_at(call.payload, "transactionInfo", "transactionId")
    return name[:MOST_KEPT] if name is not None else None


def evse_of(payload: Payload) -> int | None:
    """The EVSE that a payload names in an ``evse`` object."""
    return integer_at(payload, "evse", "id")


def status_told(payload: Payload) -> tuple[str, str] | None:
    """Connector and status of a StatusNotification of either version: ``("1", "Preparing")``, ``("1.2", "Occupied")``."""
    connector = integer_at(payload, "connectorId")
    evse = integer_at(payload, "evseId")
    status = value_at(payload, "connectorStatus") or value_at(payload, "status")
    if connector is None or not isinstance(status, str):
        return None
    return (str(connector) if evse is None else f"{evse}.{connector}"), status


def _remember(table: OrderedDict[Any, Any], key: object, value: object) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > MOST_KEPT:
        table.popitem(last=False)


def _error(stamp: Any, time: datetime) -> timedelta | None:
    told = time_at({"timestamp": stamp}, "timestamp")
    return None if told is None else told - time
