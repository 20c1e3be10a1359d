"""Pairing: which response answers which CALL.

One `Correlator` serves one WebSocket connection, because ids pair per connection and per direction: the same id may be
open both ways at once, and a new connection starts with nothing pending (1.6-J §4.1.1, 4.1.4). It neither parses nor
reads a clock. A CALL that repeats the id, action and payload of an earlier one is a retry and takes its place: the newest
copy is what a response answers (OCPP-J 1.6 errata 2025-04 §3.1).
"""

from collections import OrderedDict

import msgspec

from ocppscope.protocol.message import MAX_ID_LENGTH, Call, MessageId
from ocppscope.protocol.roles import Direction

REMEMBERED_IDS = 2000
"""Used ids kept for each sender of a connection: reuse is found within that many CALLs, at about 250 bytes an id."""

MAX_PENDING = 1000
"""CALLs kept open for each sender. A peer that never answers, or a flood, drops the oldest."""

SHORTEST_TIMEOUT = 5_000_000_000
"""Nanoseconds. Nobody tells how long a sender waits before it gives a CALL up; known implementations wait 10 to 60 s, and
whoever goes on after 5 s of silence has most likely run into a timer of its own."""

LARGEST_KEPT = 8192
"""Bytes of a CALL whose payload is kept while it waits: what the answer is compared with is far smaller, and a peer may
leave a thousand CALLs of megabytes open."""


class Pending(msgspec.Struct):
    """A CALL that waits for its response.

    ``since`` is when it was handed to the party that must answer and ``first`` when its first copy was, ``delay`` how long
    the proxy had it, all in nanoseconds of the record clock; ``number`` is the record that carries it. ``given_up`` says
    that its sender went on with another CALL after a silence as long as a timeout.
    """

    call: Call
    direction: Direction
    number: int
    since: int
    first: int
    delay: int = 0
    copies: int = 1
    given_up: bool = False


class UsedId(msgspec.Struct):
    """What is remembered of an id after its CALL: enough to tell a retry from a reuse and a second answer from an orphan."""

    action: str
    digest: int
    number: int
    calls: int = 1
    responses: int = 0


class OpenedCall(msgspec.Struct, frozen=True):
    """What is known the moment a CALL passes.

    ``earlier`` is the use of the same id by the same sender, if any, ``retry`` whether it had the same content and
    ``reconnected`` whether that was on the station's connection before this one; ``outstanding`` is the oldest CALL of the
    same sender that was still open and not given up; ``dropped`` are open CALLs that are no longer waited for, because this one repeats
    them or because there were too many.
    """

    pending: Pending
    earlier: UsedId | None
    retry: bool
    reconnected: bool
    outstanding: Pending | None
    dropped: tuple[Pending, ...]


class ClosedCall(msgspec.Struct, frozen=True):
    """What is known the moment a response passes: the CALL that it answers, or the earlier use of that id, or neither."""

    pending: Pending | None
    earlier: UsedId | None


class Correlator:
    """The open CALLs and the recent ids of one connection, both directions.

    ``former`` is that of the station's connection before, whose ids must not be used again either.
    """

    def __init__(self, former: "Correlator | None" = None) -> None:
        self._pending: dict[Direction, OrderedDict[MessageId, Pending]] = {way: OrderedDict() for way in Direction}
        self._used: dict[Direction, OrderedDict[MessageId, UsedId]] = {way: OrderedDict() for way in Direction}
        self._former = former._used if former is not None else None

    def call(
        self, direction: Direction, call: Call, number: int, since: int, delay: int = 0, *, size: int = 0
    ) -> OpenedCall:
        """Open a CALL of ``size`` bytes that was handed to its receiver at ``since``."""
        open_calls = self._pending[direction]
        used = self._used[direction]
        digest = _digest(call)
        remembered = _short(call.message_id)
        outstanding = None
        earlier = used.pop(remembered, None)
        reconnected = earlier is None and self._former is not None and remembered in self._former[direction]
        if reconnected and self._former is not None:
            earlier = self._former[direction][remembered]
        retry = earlier is not None and earlier.digest == digest
        dropped = []
        kept = call if size <= LARGEST_KEPT else Call(call.message_id, call.action, {})
        pending = Pending(kept, direction, number, since, since, delay)
        if (replaced := open_calls.pop(call.message_id, None)) is not None:
            dropped.append(replaced)
            if retry:
                pending.first = replaced.first
                pending.copies = replaced.copies + 1
        if open_calls:
            outstanding = next((earlier for earlier in open_calls.values() if not earlier.given_up), None)
            if outstanding is not None and since - outstanding.since > SHORTEST_TIMEOUT:
                outstanding.given_up = True
        open_calls[call.message_id] = pending
        if len(open_calls) > MAX_PENDING:
            dropped.append(open_calls.popitem(last=False)[1])
        current = UsedId(call.action, digest, number)
        if retry and earlier is not None and not reconnected:
            current.calls = earlier.calls + 1
            current.responses = earlier.responses
        used[remembered] = current
        if len(used) > REMEMBERED_IDS:
            used.popitem(last=False)
        return OpenedCall(pending, earlier, retry, reconnected, outstanding, tuple(dropped))

    def response(self, direction: Direction, message_id: MessageId) -> ClosedCall:
        """Close the CALL that a response travelling in ``direction`` answers."""
        asked = direction.opposite
        pending = self._pending[asked].pop(message_id, None)
        used = self._used[asked].get(_short(message_id))
        if used is not None:
            used.responses += 1
        return ClosedCall(pending, used)

    def was_called(self, direction: Direction, message_id: MessageId) -> bool:
        """Whether the sender of ``direction`` used this id in a CALL of its own, as far as is remembered."""
        return _short(message_id) in self._used[direction]

    def newest(self, direction: Direction) -> Pending | None:
        """The open CALL of that direction that was sent last."""
        return next(reversed(self._pending[direction].values()), None)

    @property
    def pending(self) -> list[Pending]:
        """Every open CALL, the oldest of each direction first."""
        return [call for way in Direction for call in self._pending[way].values()]

    def __len__(self) -> int:
        return sum(len(calls) for calls in self._pending.values())


def _short(message_id: MessageId) -> MessageId:
    # A peer may send ids of megabytes; 2,000 of them are not to be kept. Those that the standard allows stay as they are.
    if not isinstance(message_id, str) or len(message_id) <= 2 * MAX_ID_LENGTH:
        return message_id
    return f"{message_id[:MAX_ID_LENGTH]}…{hash(message_id)}"


def _digest(call: Call) -> int:
    # Of the canonical bytes, so that key order and white space of a retry do not matter; crc-like identity is enough here.
    return hash((call.action, msgspec.json.encode(call.payload, order="deterministic")))
