"""The transactions of an OCPP 1.6 station that run, and those that a restart cut."""

from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at

_MOST = 64

PATIENCE = 600_000_000_000
"""Nanoseconds after a restart in which a station must have said what became of a transaction that it cut."""


class Running(msgspec.Struct):
    """A transaction without an end.

    Attributes:
        id: as the CSMS issued it.
        connector: where.
        record: number of the answer that issued it.
        connection: number of the connection on which it began.
        cut_at: when the station booted meanwhile without having been asked to (record clock, ns).
        boot: record number of that BootNotification.
    """

    id: int
    connector: int | None
    record: int
    connection: int
    cut_at: int | None = None
    boot: int = 0


class RunningTransactions(Memory):
    """By transaction id. Those from before the capture are unknown."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset(
        {
            "BootNotification",
            "Heartbeat",
            "MeterValues",
            "Reset",
            "StartTransaction",
            "StopTransaction",
            "TriggerMessage",
        }
    )

    def __init__(self) -> None:
        self._running: Recent[int, Running] = Recent(_MOST)
        self._boot_expected = False

    def get(self, transaction: int | None) -> Running | None:
        """The transaction, while it has no end."""
        return self._running.get(transaction) if transaction is not None else None

    def running(self) -> list[Running]:
        """Those that were not cut."""
        return [running for running in self._running.values() if running.cut_at is None]

    def forsaken(self, event: CallSeen) -> list[Running]:
        """Those that were cut, and that this message shows to be given up without a word."""
        cut = [running for running in self._running.values() if running.cut_at is not None]
        if event.message.action == "StartTransaction":
            connector = integer_at(event.message.payload, "connectorId")
            return [running for running in cut if running.connector == connector]
        if event.message.action == "Heartbeat":
            return [running for running in cut if event.scene.at - (running.cut_at or 0) > PATIENCE]
        return []

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a beginning, an end, a sign of life or a restart."""
        if isinstance(event, CallSeen):
            self._called(event)
        elif isinstance(event.message, CallResult) and event.closed.pending is not None:
            call, result = event.closed.pending.call, event.message.payload
            if call.action == "Reset" or text_at(call.payload, "requestedMessage") == "BootNotification":
                self._boot_expected = text_at(result, "status") == "Accepted"
            elif call.action == "StartTransaction":
                issued = integer_at(result, "transactionId")
                if issued is not None and text_at(result, "idTagInfo", "status") == "Accepted":
                    scene = event.scene
                    connector = integer_at(call.payload, "connectorId")
                    self._running[issued] = Running(issued, connector, scene.number, scene.connection.number)

    def _called(self, event: CallSeen) -> None:
        payload = event.message.payload
        match event.message.action:
            case "StopTransaction":
                self._running.pop(integer_at(payload, "transactionId") or 0, None)
            case "MeterValues":
                resumed = self._running.get(integer_at(payload, "transactionId") or 0)
                if resumed is not None:
                    resumed.cut_at = None
            case "BootNotification":
                for running in self._running.values():
                    if not self._boot_expected and running.connection != event.scene.connection.number:
                        running.cut_at, running.boot = event.scene.at, event.scene.number
                self._boot_expected = False
            case "Heartbeat" | "StartTransaction":
                for running in self.forsaken(event):
                    del self._running[running.id]
