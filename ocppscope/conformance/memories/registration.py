"""Whether the CSMS has accepted a station, as far as the station can know."""

from collections import deque
from typing import ClassVar, NamedTuple

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memories.firmware_updates import STATUS_ACTIONS
from ocppscope.conformance.memories.triggered import TRIGGERS
from ocppscope.conformance.memory import Memory
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at

MOST_BOOTS = 32

_INSTALLS = frozenset({"InstallRebooting", "Installed", "Installing"})
"""Firmware statuses after which a station starts anew."""

REFUSED = frozenset({"Pending", "Rejected"})


class Boot(NamedTuple):
    """An accepted BootNotification.

    Attributes:
        at: when its answer passed (record clock, ns).
        call, conf: record numbers.
        asked_for: by a Reset, TriggerMessage or firmware update of the CSMS.
    """

    at: int
    call: int
    conf: int
    asked_for: bool


class Registration(Memory):
    """The latest answer to a BootNotification, and the accepted ones.

    Attributes:
        status, interval: as the latest answer tells; None before the first. An answer without status is none.
        call, conf: record numbers of that BootNotification and of its answer.
        reached: when the answer was handed to the station (record clock, ns).
        connection: number of the connection on which it came.
        asking: a BootNotification has no answer yet.
        asked_for: the latest BootNotification was: by a Reset, TriggerMessage or firmware update of the CSMS.
        accepted: the latest of those that were accepted.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = TRIGGERS | STATUS_ACTIONS | {"BootNotification", "Reset"}

    def __init__(self) -> None:
        self.status: str | None = None
        self.interval: int | None = None
        self.call = 0
        self.conf = 0
        self.reached = 0
        self.connection = 0
        self.asking = False
        self.asked_for = False
        self._boot_due = False
        self.accepted: deque[Boot] = deque(maxlen=MOST_BOOTS)

    @property
    def records(self) -> tuple[int, ...]:
        """Of the latest answer and its BootNotification."""
        return (self.conf, self.call)

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a BootNotification or its answer, or what may have caused it."""
        if isinstance(event, CallSeen):
            self._called(event)
        elif event.exchange is not None:
            status = text_at(event.message.payload, "status") if isinstance(event.message, CallResult) else None
            if event.exchange.action == "BootNotification":
                self.asking = False
                if status is not None:
                    self._answered(event, event.exchange, status[:40])
            elif event.exchange.action == "Reset":
                self._boot_due = self._boot_due or status in ("Accepted", "Scheduled")

    def _called(self, event: CallSeen) -> None:
        if event.message.action == "BootNotification":
            self.asking = True
            self.asked_for, self._boot_due = self._boot_due, False
            return
        wanted = text_at(event.message.payload, "requestedMessage") == "BootNotification"
        if wanted or text_at(event.message.payload, "status") in _INSTALLS:
            self._boot_due = True

    def _answered(self, event: ResponseSeen, exchange: Exchange, status: str) -> None:
        scene = event.scene
        sent = event.record.sent if event.record is not None else None
        self.status, self.interval = status, integer_at(event.message.payload, "interval")  # type: ignore[union-attr]  # a CallResult
        self.call, self.conf, self.connection = exchange.call, scene.number, scene.connection.number
        self.reached = scene.at if sent is None else sent
        if status == "Accepted":
            self.accepted.append(Boot(scene.at, self.call, self.conf, self.asked_for))
