"""How long a sender waits for an answer: until it sends the CALL again, goes on without one, or closes."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from ocppscope.kpi.spans import Spans
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.actions import ACTIONS, bare_action
from ocppscope.protocol.correlator import OpenedCall, Pending
from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.roles import Direction, Role

MOST_FAILED = 8
"""CALLs of one sender that failed and may come again."""

_PATIENT = 1.0
"""Seconds from which on the same content under another id is a repetition. Some send the same status twice at once."""

_SECOND = 1_000_000_000
_KNOWN = frozenset[str]().union(*ACTIONS.values())


class Reaction(StrEnum):
    """What a sender did when it had waited long enough."""

    REPEATED = "repeated"
    """Sent the same CALL again because no answer had come."""
    REPEATED_AFTER_ERROR = "repeated after CALLERROR"
    REPEATED_AFTER_LOSS = "repeated after reconnect"
    WENT_ON = "went on"
    """Sent another CALL although an answer was still due."""
    CLOSED = "closed"
    """Closed the connection although an answer was still due."""


class Failed(msgspec.Struct):
    """A CALL that may come again."""

    action: str
    payload: Payload
    at: int
    attempts: int
    reaction: Reaction


class Patience(msgspec.Struct):
    """How one sender reacted to missing answers to one action: after how long, and how often at most in a row."""

    sender: Role
    action: str
    reaction: Reaction
    waits: Spans
    attempts: int = 1
    first_waits: Spans = msgspec.field(default_factory=Spans)


class Repeats:
    """Of one station and its CSMS."""

    def __init__(self) -> None:
        self._rows: dict[tuple[bool, str, str], Patience] = {}
        self._failed: dict[bool, deque[Failed]] = {}
        self._attempts: OrderedDict[tuple[int, int], int] = OrderedDict()

    def called(self, exchange: Exchange, call: Call, opened: OpenedCall) -> None:
        """A CALL passed."""
        upwards = exchange.direction is Direction.TO_CSMS
        if opened.retry and opened.dropped and opened.dropped[0].call.message_id == call.message_id:
            self._repeated(exchange, opened.dropped[0])
        elif opened.outstanding is not None:
            self._beside(exchange, call, opened.outstanding)
        if upwards in self._failed:
            self._again(exchange, call, upwards=upwards)

    def failed(self, exchange: Exchange, call: Call, at: int, reaction: Reaction) -> None:
        """A CALL was refused with a CALLERROR, or lost with its connection; it may be sent again."""
        upwards = exchange.direction is Direction.TO_CSMS
        attempts = self._attempts.pop((exchange.connection, exchange.call), 1)
        kept = self._failed.setdefault(upwards, deque(maxlen=MOST_FAILED))
        kept.append(Failed(call.action, call.payload, at, attempts, reaction))

    def closed(self, by: Role, pending: list[Pending], at: int) -> None:
        """One side closed the connection while these CALLs were open."""
        waits = [one for one in pending if one.direction.sender is by]
        if waits:
            oldest = min(waits, key=lambda one: one.first)
            row = self._row(oldest.direction, oldest.call.action, Reaction.CLOSED)
            row.waits.add(max(at - oldest.first, 0) / _SECOND)

    def forget_failed(self) -> None:
        """What failed so far will not be seen to come again."""
        self._failed.clear()

    def rows(self) -> Iterator[Patience]:
        """What was seen."""
        return iter(self._rows.values())

    def _repeated(self, exchange: Exchange, former: Pending) -> None:
        self._count(exchange, former.number, (exchange.since - former.since) / _SECOND, Reaction.REPEATED)

    def _beside(self, exchange: Exchange, call: Call, outstanding: Pending) -> None:
        waited = (exchange.since - outstanding.first) / _SECOND
        if (
            waited >= _PATIENT
            and call.action == outstanding.call.action
            and call.payload
            and call.payload == outstanding.call.payload
        ):
            self._count(exchange, outstanding.number, waited, Reaction.REPEATED)
            return
        if outstanding.given_up:
            self._row(exchange.direction, outstanding.call.action, Reaction.WENT_ON).waits.add(waited)

    def _again(self, exchange: Exchange, call: Call, *, upwards: bool) -> None:
        kept = self._failed[upwards]
        for failed in kept:
            if failed.action == call.action and call.payload and failed.payload == call.payload:
                kept.remove(failed)
                row = self._row(exchange.direction, call.action, failed.reaction)
                self._add(row, exchange, failed.attempts + 1, (exchange.since - failed.at) / _SECOND)
                break
        if not kept:
            del self._failed[upwards]

    def _count(self, exchange: Exchange, former: int, waited: float, reaction: Reaction) -> None:
        attempts = self._attempts.pop((exchange.connection, former), 1) + 1
        self._add(self._row(exchange.direction, exchange.action, reaction), exchange, attempts, waited)

    def _add(self, row: Patience, exchange: Exchange, attempts: int, waited: float) -> None:
        self._attempts[exchange.connection, exchange.call] = attempts
        if len(self._attempts) > MOST_FAILED * 4:
            self._attempts.popitem(last=False)
        row.attempts = max(row.attempts, attempts)
        row.waits.add(max(waited, 0.0))
        if attempts == 2:
            row.first_waits.add(max(waited, 0.0))

    def _row(self, direction: Direction, action: str, reaction: Reaction) -> Patience:
        name = bare_action(action)
        name = name if name in _KNOWN else "(unknown action)"
        key = (direction is Direction.TO_CSMS, name, reaction.value)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = Patience(direction.sender, name, reaction, Spans())
        return row
