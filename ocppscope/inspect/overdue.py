"""CALLs whose time is up: told to the rules when it is certain, and taken back when the answer comes after all."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import msgspec

from ocppscope.conformance.engine import is_unheard
from ocppscope.conformance.event import CallOverdue
from ocppscope.inspect.deadlines import Deadlines, Key, Waiting
from ocppscope.kpi.response_times import ResponseTimes
from ocppscope.model.connection import Connection
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Finding

Judge: TypeAlias = Callable[[CallOverdue], list[Finding]]


class OverdueCalls:
    """Asks the rules about CALLs that nobody answers.

    Where a recording has no ends of connections, a CALL is not called overdue before its connection is heard of again: it
    may have gone with the connection.
    """

    def __init__(self, deadlines: Deadlines, response_times: ResponseTimes, judge: Judge) -> None:
        self._deadlines = deadlines
        self._response_times = response_times
        self._judge = judge
        self._found: dict[Key, tuple[Finding, ...]] = {}
        self._held: dict[int, list[Waiting]] = {}

    @property
    def holds_any(self) -> bool:
        """Whether anything waits for a sign of life."""
        return bool(self._held)

    def advance(self, now: int) -> list[Finding]:
        """What the rules say of those whose time is up by ``now``."""
        findings: list[Finding] = []
        for waiting in self._deadlines.expired(now):
            connection = waiting.scene.connection
            if is_unheard(connection, waiting.due):
                waiting.overdue = False
                self._held.setdefault(connection.number, []).append(waiting)
            else:
                findings += self._tell(waiting)
        return findings

    def heard(self, connection: Connection) -> list[Finding]:
        """What the rules say of those that waited for a sign of life of this connection, before it is taken in."""
        held = self._held.pop(connection.number, ())
        return [finding for waiting in held if self._deadlines.has(waiting) for finding in self._tell(waiting)]

    def answered(self, exchange: Exchange) -> tuple[Finding, ...]:
        """The answer came after all: what was said and is no longer true."""
        if exchange.limit is not None:
            self._response_times.timed_out(exchange, -1)
        return self.forget(exchange.connection, exchange.call)

    def forget(self, connection: int, call: int) -> tuple[Finding, ...]:
        """Nothing more will come; what was said stays true. Returns it."""
        return self._found.pop((connection, call), ())

    def ended(self, connection: int) -> None:
        """Nothing will be heard of a connection any more."""
        self._held.pop(connection, None)

    def _tell(self, waiting: Waiting) -> list[Finding]:
        waiting.overdue = True
        exchange = waiting.exchange
        if exchange.limit is not None:
            self._response_times.timed_out(exchange)
        scene = msgspec.structs.replace(waiting.scene, time=waiting.scene.time + timedelta(seconds=waiting.timeout))
        found = self._judge(CallOverdue(scene, exchange, waiting.pending, waiting.timeout))
        if found:
            self._found[exchange.connection, exchange.call] = tuple(found)
        return found
