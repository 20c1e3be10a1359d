"""What a filter lets through of a capture, in the order of the capture.

A message passes when it matches, or when its exchange does: the answer to a CALL that matches, the CALL whose answer does.
What opened and ended the connections of a station passes as soon as anything of the station does. So a CALL waits for its
answer, and an opening for the station's first match; what waits holds back what came after it, up to `MOST_WAITING` records.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Header,
    MessageRecord,
    Note,
    Opened,
    Record,
    Refused,
    Undecodable,
)
from ocppscope.filters import Filter
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.seen import Seen
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.report.matcher import Matcher

MOST_WAITING = 20_000
"""Records held back. Beyond, a CALL that still waits is left out, and openings come late: with their station's first match."""

MOST_CHARACTERS = 32_000_000
"""Characters of messages held back, in all."""

MOST_LATE = 64
"""Openings and ends kept of one station that had no match so far, the latest."""

MOST_STRANGERS = 10_000
"""Stations without a match of which they are kept."""

_OF_CONNECTIONS = (Opened, Refused, Close, Ended, Undecodable)
_OF_THE_RUN = (Header, Gap)


class _Fate(Enum):
    PASSES = auto()
    WAITS_FOR_ANSWER = auto()
    WAITS_FOR_STATION = auto()
    LEFT_OUT = auto()


@dataclass(slots=True)
class _Waiting:
    seen: Seen
    fate: _Fate
    station: str

    @property
    def size(self) -> int:
        """Characters of the message."""
        record = self.seen.record
        return len(record.text or "") if isinstance(record, MessageRecord) else 0


class Excerpt:
    """Reads records, lets through what matches, remembers what was found.

    Args:
        records: of one capture.
        wanted: the filter; everything passes without one.
        listener: told of everything that the rules said, with the record that brought it up.
    """

    def __init__(
        self, records: Iterable[Record], wanted: Filter | None, listener: Callable[[Seen], None] | None = None
    ) -> None:
        self.inspector = Inspector()
        self._records = records
        self._matcher = Matcher(wanted) if wanted is not None else None
        self._listener = listener
        self._queue: deque[_Waiting] = deque()
        self._calls: dict[tuple[int, int], _Waiting] = {}
        self._matched: set[str] = set()
        self._late: dict[str, deque[Seen]] = {}
        self._size = 0
        self._current: Seen | None = None

    def __iter__(self) -> Iterator[Record]:
        """The records that pass."""
        for seen in self.seen():
            self._current = seen
            yield seen.record

    def remarks(self, record: Record) -> list[str]:
        """What the rules said with the record that was handed out last."""
        seen = self._current
        if seen is None or seen.record is not record:
            return []
        return [f"{finding.severity} {finding.rule}: {finding.evidence}" for finding in seen.findings]

    def seen(self) -> Iterator[Seen]:
        """What passes, understood."""
        for record in self._records:
            seen = self.inspector.observe(record)
            if self._listener is not None:
                self._listener(seen)
            if self._matcher is None:
                yield seen
            else:
                self._judge(seen, self._matcher)
                yield from self._released()
        for waiting in self._queue:
            if waiting.fate is _Fate.PASSES:
                yield waiting.seen

    def _judge(self, seen: Seen, matcher: Matcher) -> None:
        matched = matcher.match(seen)
        station = _station(seen)
        passes = matched.record or matched.answered is not None
        if passes:
            self._has_matched(station)
        waiting = _Waiting(seen, self._fate(seen, station, passes=passes), station)
        if waiting.fate is not _Fate.LEFT_OUT:
            self._queue.append(waiting)
            self._size += waiting.size
        exchange = seen.exchange
        if exchange is not None and waiting.fate is _Fate.WAITS_FOR_ANSWER:
            self._calls[_key(exchange)] = waiting
        elif exchange is not None and exchange.outcome is not Outcome.PENDING:
            self._settle(exchange, passes=passes)
        for aborted in seen.aborted:
            self._settle(aborted, passes=False)

    def _fate(self, seen: Seen, station: str, *, passes: bool) -> _Fate:
        record = seen.record
        if passes or isinstance(record, _OF_THE_RUN) or (isinstance(record, Note) and record.conn is None):
            return _Fate.PASSES
        if isinstance(record, _OF_CONNECTIONS):
            return _Fate.PASSES if station in self._matched else _Fate.WAITS_FOR_STATION
        exchange = seen.exchange
        if exchange is not None and exchange.outcome is Outcome.PENDING:
            return _Fate.WAITS_FOR_ANSWER
        return _Fate.LEFT_OUT

    def _settle(self, exchange: Exchange, *, passes: bool) -> None:
        """A CALL was answered or aborted: it passes with its answer, and no longer waits."""
        call = self._calls.pop(_key(exchange), None)
        if call is not None and call.fate is _Fate.WAITS_FOR_ANSWER:
            call.fate = _Fate.PASSES if passes else _Fate.LEFT_OUT

    def _has_matched(self, station: str) -> None:
        if station in self._matched:
            return
        self._matched.add(station)
        for waiting in self._queue:
            if waiting.fate is _Fate.WAITS_FOR_STATION and waiting.station == station:
                waiting.fate = _Fate.PASSES
        for seen in reversed(self._late.pop(station, deque())):
            self._queue.appendleft(_Waiting(seen, _Fate.PASSES, station))

    def _released(self) -> Iterator[Seen]:
        """What nothing holds back any longer."""
        queue = self._queue
        while queue:
            fate = queue[0].fate
            if fate in (_Fate.WAITS_FOR_ANSWER, _Fate.WAITS_FOR_STATION):
                if len(queue) <= MOST_WAITING and self._size <= MOST_CHARACTERS:
                    return
                self._give_up(queue[0])
            waiting = queue.popleft()
            self._size -= waiting.size
            if waiting.fate is _Fate.PASSES:
                yield waiting.seen

    def _give_up(self, waiting: _Waiting) -> None:
        """It waits longer than there is room."""
        if waiting.fate is _Fate.WAITS_FOR_STATION and (
            waiting.station in self._late or len(self._late) < MOST_STRANGERS
        ):
            self._late.setdefault(waiting.station, deque(maxlen=MOST_LATE)).append(waiting.seen)
        elif waiting.seen.exchange is not None:
            self._calls.pop(_key(waiting.seen.exchange), None)
        waiting.fate = _Fate.LEFT_OUT


def _station(seen: Seen) -> str:
    if seen.connection is not None:
        return seen.connection.station
    return (seen.record.station or "") if isinstance(seen.record, Refused) else ""


def _key(exchange: Exchange) -> tuple[int, int]:
    return exchange.connection, exchange.call
