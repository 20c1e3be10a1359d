"""One row of numbers for every message and every connection event: 51 bytes, in columns.

A million messages are 51 MB here; as objects they would be a gigabyte. Texts stay in the capture: a row knows the offset
of its line (`recall` reads it back when someone looks). Station ids and actions are kept once each.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from enum import IntEnum
from math import nan

import msgspec

from ocppscope.capture.record import (
    Ended,
    Gap,
    Header,
    MessageRecord,
    Note,
    Opened,
    Record,
    Refused,
    Undecodable,
    clock,
    wall_ns,
)
from ocppscope.inspect.seen import Seen
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Call, CallError, CallResult, CallResultError, Malformed, Message, Send
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion

MOST_ROWS = 4_000_000
"""Rows kept, about 200 MB. Beyond, the oldest quarter is dropped from the list; the capture and all figures keep it."""

MOST_WORDS = 50_000
"""Different station ids or actions kept as text. A peer that invents one a message is looked up in the capture instead."""


class Kind(IntEnum):
    """What a row is: a message by its type, or an event of a connection or of the capture."""

    MALFORMED = 0
    CALL = 2
    CALLRESULT = 3
    CALLERROR = 4
    CALLRESULTERROR = 5
    SEND = 6
    OPENED = 10
    ENDED = 11
    REFUSED = 12
    UNDECODABLE = 13
    GAP = 14
    NOTE = 15
    RUN = 16

    @property
    def is_message(self) -> bool:
        """Whether it is one of the six message types (malformed included)."""
        return self < Kind.OPENED

    @property
    def is_reply(self) -> bool:
        """Whether it answers something."""
        return self in _REPLIES

    @property
    def word(self) -> str:
        """The standard's word for it, ``?`` for a malformed message."""
        return "?" if self is Kind.MALFORMED else self.name


_REPLIES = frozenset({Kind.CALLRESULT, Kind.CALLERROR, Kind.CALLRESULTERROR})
_KIND_OF_MESSAGE: dict[type[Message], Kind] = {
    Call: Kind.CALL,
    CallResult: Kind.CALLRESULT,
    CallError: Kind.CALLERROR,
    CallResultError: Kind.CALLRESULTERROR,
    Send: Kind.SEND,
    Malformed: Kind.MALFORMED,
}
_KIND_OF_EVENT: dict[type[Record], Kind] = {
    Opened: Kind.OPENED,
    Ended: Kind.ENDED,
    Refused: Kind.REFUSED,
    Undecodable: Kind.UNDECODABLE,
    Gap: Kind.GAP,
    Note: Kind.NOTE,
    Header: Kind.RUN,
}


_TO_STATION, _PENDING, _ABORTED, _MARKED = 1, 2, 4, 8
"""Bits of the flags column. Plain numbers: arithmetic on an ``IntFlag`` costs a microsecond."""

_VERSIONS: tuple[OcppVersion | None, ...] = (None, *OcppVersion)
_VERSION_INDEX = {version: index for index, version in enumerate(_VERSIONS)}


class Row(msgspec.Struct, frozen=True):
    """One row, put together when it is looked at. Times are nanoseconds, latency and limit seconds.

    ``partner`` is the record number of the other half of the exchange; ``errors`` and so on count the findings pinned to
    this message.
    """

    number: int
    kind: Kind
    time: int
    mono: int
    station: str
    action: str
    direction: Direction
    version: OcppVersion | None
    latency: float | None
    limit: float | None
    partner: int | None
    pending: bool
    aborted: bool
    marked: bool
    errors: int
    warnings: int
    infos: int

    @property
    def share(self) -> float | None:
        """Latency divided by the limit."""
        return self.latency / self.limit if self.latency is not None and self.limit else None


class _Words:
    """Texts kept once, by index. Index 0 is the empty text, and what no longer fits."""

    def __init__(self) -> None:
        self.texts = [""]
        self._index = {"": 0}

    def index(self, text: str | None) -> int:
        if not text:
            return 0
        index = self._index.get(text)
        if index is None:
            if len(self.texts) >= MOST_WORDS:
                return 0
            index = self._index[text] = len(self.texts)
            self.texts.append(text)
        return index


class MessageRows:
    """The columns. Rows are only added at the end; `dropped` counts those that left at the front."""

    def __init__(self) -> None:
        self._offset = array("Q")
        self._number = array("I")
        self._time = array("q")
        self._mono = array("q")
        self._latency = array("f")
        self._limit = array("f")
        self._partner = array("I")
        self._station = array("H")
        self._action = array("H")
        self._kind = array("B")
        self._flags = array("B")
        self._version = array("B")
        self._errors = array("B")
        self._warnings = array("B")
        self._infos = array("B")
        self._stations = _Words()
        self._actions = _Words()
        self.dropped = 0
        self.messages = 0
        """Messages, without events."""
        self.limits = False
        """Whether any exchange has a limit."""

    def __len__(self) -> int:
        return len(self._offset)

    # -- growing --------------------------------------------------------------------------------------------------

    def add(self, offset: int, seen: Seen) -> int | None:
        """Add what a record is worth: a row for a message or an event, nothing for a ping.

        Returns:
            The row's position, or None.
        """
        kind = _kind(seen)
        if kind is None or seen.again or (kind is Kind.RUN and not len(self)):
            return None
        if len(self) >= MOST_ROWS:
            self._drop(MOST_ROWS // 4)
        record, exchange = seen.record, seen.exchange
        flags = 0
        if isinstance(record, MessageRecord):
            self.messages += 1
            if record.dir is Direction.TO_STATION:
                flags |= _TO_STATION
        station = seen.connection.station if seen.connection else getattr(record, "station", None)
        version = seen.connection.version if seen.connection else None
        position = len(self)
        latency = limit = nan
        partner = 0
        if exchange is not None:
            limit = exchange.limit or nan
            self.limits = self.limits or exchange.limit is not None
            if kind is Kind.CALL:
                flags |= _PENDING
            else:
                latency = nan if exchange.latency is None else exchange.latency
                partner = exchange.call
        self._offset.append(offset)
        self._number.append(seen.number)
        self._time.append(wall_ns(record.time))
        self._mono.append(clock(record))
        self._latency.append(latency)
        self._limit.append(limit)
        self._partner.append(partner)
        self._station.append(self._stations.index(station))
        self._action.append(self._actions.index(seen.action))
        self._kind.append(kind)
        self._flags.append(flags)
        self._version.append(_VERSION_INDEX[version])
        self._errors.append(0)
        self._warnings.append(0)
        self._infos.append(0)
        return position

    def answer(self, exchange: Exchange) -> int | None:
        """Note that a CALL is no longer pending. Returns its position, None if its row is gone."""
        position = self.position(exchange.call)
        if position is None:
            return None
        flags = self._flags[position] & ~_PENDING
        if exchange.response is None:
            flags |= _ABORTED
        else:
            self._partner[position] = exchange.response
        self._flags[position] = flags
        return position

    def pin(self, number: int, severity: Severity, step: int = 1) -> int | None:
        """Count a finding at the message that it is pinned to (``step=-1`` takes it back). Returns the position."""
        position = self.position(number)
        if position is None:
            return None
        column = self._errors if severity is Severity.ERROR else self._infos
        if severity is Severity.WARNING:
            column = self._warnings
        column[position] = min(max(column[position] + step, 0), 255)
        return position

    def mark(self, position: int) -> bool:
        """Set or take away the user's mark. Returns whether it is set now."""
        self._flags[position] ^= _MARKED
        return bool(self._flags[position] & _MARKED)

    def _drop(self, count: int) -> None:
        for column in vars(self).values():
            if isinstance(column, array):
                del column[:count]
        self.dropped += count

    # -- looking --------------------------------------------------------------------------------------------------

    def position(self, number: int) -> int | None:
        """Where the row of a record is, None if it has none."""
        position = bisect_left(self._number, number)
        if position < len(self._number) and self._number[position] == number:
            return position
        return None

    def number(self, position: int) -> int:
        """The record's number."""
        return self._number[position]

    def offset(self, position: int) -> int:
        """Where the record's line begins in the capture."""
        return self._offset[position]

    def row(self, position: int) -> Row:
        """The row at a position."""
        flags = self._flags[position]
        latency, limit = self._latency[position], self._limit[position]
        return Row(
            number=self._number[position],
            kind=Kind(self._kind[position]),
            time=self._time[position],
            mono=self._mono[position],
            station=self._stations.texts[self._station[position]],
            action=self._actions.texts[self._action[position]],
            direction=Direction.TO_STATION if flags & _TO_STATION else Direction.TO_CSMS,
            version=_VERSIONS[self._version[position]],
            latency=_known(latency),
            limit=_known(limit),
            partner=self._partner[position] or None,
            pending=bool(flags & _PENDING),
            aborted=bool(flags & _ABORTED),
            marked=bool(flags & _MARKED),
            errors=self._errors[position],
            warnings=self._warnings[position],
            infos=self._infos[position],
        )

    def action(self, position: int) -> str:
        """The action, of a response that of its CALL."""
        return self._actions.texts[self._action[position]]

    def station(self, position: int) -> str:
        """Station identity."""
        return self._stations.texts[self._station[position]]

    def direction(self, position: int) -> Direction:
        """Which way it travelled."""
        return Direction.TO_STATION if self._flags[position] & _TO_STATION else Direction.TO_CSMS

    def latency(self, position: int) -> float | None:
        """Seconds that the answer took."""
        return _known(self._latency[position])

    def share(self, position: int) -> float | None:
        """Latency divided by the limit."""
        latency, limit = self._latency[position], self._limit[position]
        return _known(latency / limit) if limit else None

    def severity(self, position: int) -> Severity | None:
        """The worst finding pinned to a row."""
        if self._errors[position]:
            return Severity.ERROR
        if self._warnings[position]:
            return Severity.WARNING
        return Severity.INFO if self._infos[position] else None

    def severity_counts(self, position: int) -> dict[Severity, int]:
        """How many findings of each severity are pinned to a row."""
        return {
            Severity.ERROR: self._errors[position],
            Severity.WARNING: self._warnings[position],
            Severity.INFO: self._infos[position],
        }

    def is_pending(self, position: int) -> bool:
        """Whether it is a CALL without a response."""
        return bool(self._flags[position] & _PENDING)

    def is_marked(self, position: int) -> bool:
        """Whether the user marked it."""
        return bool(self._flags[position] & _MARKED)

    def partner(self, position: int) -> int | None:
        """Record number of the other half of the exchange."""
        return self._partner[position] or None

    def kind(self, position: int) -> Kind:
        """What the row is."""
        return Kind(self._kind[position])

    def alike(self, start: int, stop: int) -> Iterable[tuple[int, int, int, int]]:
        """What rows have in common with many others: station, action, kind and flags as small numbers.

        A filter that asks for nothing else judges each combination once.
        """
        window = slice(start, stop)
        return zip(self._station[window], self._action[window], self._kind[window], self._flags[window], strict=True)

    def belongs(self, position: int, station: str) -> bool:
        """Whether a row is of a station. A gap in the capture belongs to every one."""
        index = self._station[position]
        return index == 0 or self._stations.texts[index] == station

    def words(self) -> tuple[list[str], list[str]]:
        """Stations and actions seen so far, for completion."""
        return self._stations.texts[1:], self._actions.texts[1:]

    def first_time(self) -> int | None:
        """Wall clock of the first row in ns."""
        return self._time[0] if len(self) else None

    def time(self, position: int) -> int:
        """Wall clock of a row in ns."""
        return self._time[position]


def _known(number: float) -> float | None:
    return number if number == number else None  # noqa: PLR0124 - NaN is what differs from itself


def _kind(seen: Seen) -> Kind | None:
    if seen.message is not None:
        return _KIND_OF_MESSAGE[type(seen.message)]
    return _KIND_OF_EVENT.get(type(seen.record))
