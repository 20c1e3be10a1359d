"""One trigger that is followed, and what is told of it while its function is due."""

from datetime import datetime

import msgspec

from ocppscope.kpi.expected import Answer, Arrival, Expected, Trigger
from ocppscope.kpi.measure import Measure
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.message import MessageId

SECOND = 1_000_000_000


class Running(msgspec.Struct, frozen=True):
    """A function that is due and has not come yet.

    Attributes:
        measure: the figure that it belongs to.
        station, connection: whose, and the connection of its trigger.
        trigger, trigger_id, call, conf: the trigger's action and message id, the record numbers of it and its response.
        function: what is due, such as ``StatusNotification(Reserved)``.
        since: when the trigger was handed over, on the record clock in ns.
        started: wall clock of that.
        limit: declared maximum in seconds, None without one.
        window: seconds after which it is given up.
        duplicate: the same was asked before and is also still due.
        lost: the connection of the trigger ended since.
    """

    measure: Measure
    station: str
    connection: int
    trigger: str
    trigger_id: MessageId
    call: int
    conf: int
    function: str
    since: int
    started: datetime
    limit: float | None
    window: float
    duplicate: bool
    lost: bool


class Followed:
    """One trigger and how far it has come."""

    __slots__ = (
        "answer", "arrival", "closed", "conf_at", "conf_record", "duplicate", "exchange", "expected", "limit",
        "lost_at", "started", "trigger", "window",
    )  # fmt: skip

    def __init__(self, exchange: Exchange, trigger: Trigger, expected: Expected, started: datetime) -> None:
        self.exchange = exchange
        self.trigger = trigger
        self.expected = expected
        self.started = started
        self.limit: float | None = None
        self.window = 0.0
        self.duplicate = False
        self.conf_record: int | None = None
        self.conf_at = 0
        self.arrival: Arrival | None = None
        self.answer: Answer = False
        self.lost_at: int | None = None
        self.closed = False

    @property
    def due(self) -> int:
        """When it is given up, on the record clock in ns."""
        return self.exchange.since + round(self.window * SECOND)

    def waited(self, now: int) -> float:
        """Seconds for which it has been, or was, waited for on a connection."""
        return max((self.lost_at if self.lost_at is not None else now) - self.exchange.since, 0) / SECOND

    def is_late(self, now: int) -> bool:
        """Whether its limit has passed and that breaks a claim."""
        if self.limit is None or self.waited(now) <= self.limit:
            return False
        return self.expected.given_up(duplicate=self.duplicate, limit=self.limit) is None


def running_of(followed: Followed) -> Running:
    """What is told of it while it is due."""
    exchange = followed.exchange
    return Running(
        measure=followed.expected.measure,
        station=exchange.station,
        connection=exchange.connection,
        trigger=exchange.action,
        trigger_id=exchange.message_id,
        call=exchange.call,
        conf=followed.conf_record or 0,
        function=followed.expected.function,
        since=exchange.since,
        started=followed.started,
        limit=followed.limit,
        window=followed.window,
        duplicate=followed.duplicate,
        lost=followed.lost_at is not None,
    )
