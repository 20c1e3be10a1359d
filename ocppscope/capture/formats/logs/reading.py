"""From the lines of a log to records."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from ocppscope.capture.formats.decoding import YEARS
from ocppscope.capture.formats.logs.entry import Control, Entry, Understand
from ocppscope.capture.formats.logs.json_text import JsonText
from ocppscope.capture.formats.logs.sides import Guess, vantage_of, way_of_side
from ocppscope.capture.record import UNDATED, Close, MessageRecord, Note, Opened, Ping, Pong, Record, Vantage
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.capture.source import Source
from ocppscope.protocol.message import Malformed, parse
from ocppscope.protocol.roles import Direction

MAX_CONNECTIONS = 10_000
"""Stations told apart at a time; the one heard of longest ago is forgotten, and is a new connection when it returns."""

LONGEST_LINE = 1024 * 1024
"""Characters of a line that are looked at."""

_COLOURS = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b[@-_]")
_TRANSPORT = re.compile(
    r"\A(?:[A-Za-z][\w.-]{0,60}\s{1,30}\|\s)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,100} \S{1,100}: )?"
)
_DIGITS = re.compile(r"\d")
_STAMP_SHAPE = re.compile(r"0[0/.-]{5,9}[T _]{1,3}00:00:00(?:[.,]0{1,9})?")
"""A time in which each digit was made 0."""

_JSON = frozenset('"{[,')

_PYTHON = re.compile(r"\[\s*\d\s*,\s*'")


def clean(line: bytes) -> str:
    """The text of a line without colours and without what ``docker compose`` and ``journalctl`` put in front."""
    text = _COLOURS.sub("", line[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\r\n"))
    return _TRANSPORT.sub("", text, count=1)


def sniff_lines(head: bytes, understand: Understand) -> bool:
    """Whether in any of the first lines a message begins."""
    return any(
        entry is not None and entry.text.startswith("[")
        for entry in (understand(clean(line)) for line in head.split(b"\n"))
    )


def whose_log(head: bytes, understand: Understand) -> Vantage:
    """Whose log begins so, by what its program sent and received."""
    entries = (understand(clean(line)) for line in head.split(b"\n"))
    return vantage_of((entry.side, entry.text) for entry in entries if entry is not None and entry.side is not None)


class _Connection:
    """One station while its log is read."""

    __slots__ = ("announced", "guess", "number", "time", "timed")

    def __init__(self, number: int, time: datetime, *, timed: bool) -> None:
        self.number = number
        self.time = time
        self.timed = timed
        self.announced = False
        self.guess = Guess()


class LogReader:
    """Reads one log.

    Args:
        source: where the lines come from.
        understand: what begins in a line.
        vantage: whose log it is.
        text_of: the text of a line.
    """

    def __init__(
        self, source: Source, understand: Understand, vantage: Vantage, text_of: Callable[[bytes], str] = clean
    ) -> None:
        self._source = source
        self._text_of = text_of
        self._understand = understand
        self._vantage = vantage
        self._connections: OrderedDict[str, _Connection] = OrderedDict()
        self._opened = 0
        self._guessed = False
        self._zone_assumed = False
        self._latest: _Connection | None = None
        self._entry: Entry | None = None
        self._line = 0
        self._prefix = ""
        self._stamp = ""
        self._json = JsonText()

    def records(self) -> Iterator[Record]:
        """The messages, each station announced by an `Opened`, and remarks on what was assumed."""
        for raw in self._source.lines():
            line = self._text_of(raw)
            entry = self._understand(line)
            if self._entry is not None:
                if entry is None and self._goes_on(line):
                    if self._json.feed(self._continued(line)):
                        yield from self._finish()
                    elif self._json.too_long:
                        yield from self._cut()
                    continue
                yield from self._cut()
            if entry is not None and (entry.text or entry.control is not None):
                yield from self._begin(entry, line)
        if self._entry is not None:
            yield from self._cut()

    def _begin(self, entry: Entry, line: str) -> Iterator[Record]:
        if entry.control is not None:
            yield from self._control(entry)
            return
        self._entry, self._line = entry, self._source.line
        self._prefix = _DIGITS.sub("0", line[: len(line) - len(entry.text)])
        shape = _STAMP_SHAPE.search(self._prefix)
        self._stamp = "" if shape is None else shape[0]
        self._json = JsonText()
        if self._json.feed(entry.text):
            yield from self._finish()

    def _goes_on(self, line: str) -> bool:
        """Whether a line belongs to the message before it: not when it begins like a line of the log of its own."""
        if not self._stamp or self._has_prefix(line):
            return True
        found = _DIGITS.sub("0", line[: len(self._prefix) + 20]).find(self._stamp)
        if found < 0:
            return True
        # In front of a time of the log there is no JSON, and behind one of a message its string ends.
        before, behind = line[:found], line[found + len(self._stamp) :][:7]
        return '"' in behind or (not before.startswith("[") and not _JSON.isdisjoint(before))

    def _has_prefix(self, line: str) -> bool:
        return bool(self._prefix.strip()) and _DIGITS.sub("0", line[: len(self._prefix)]) == self._prefix

    def _continued(self, line: str) -> str:
        """The line without the prefix that some programs repeat when they wrap."""
        return line[len(self._prefix) :] if self._has_prefix(line) else line

    def _finish(self) -> Iterator[Record]:
        entry, self._entry = self._entry, None
        if entry is not None:
            yield from self._message(entry, self._json.text, cut=False)

    def _cut(self) -> Iterator[Record]:
        entry, self._entry = self._entry, None
        if entry is not None:
            yield from self._message(entry, self._json.text, cut=True)

    def _message(self, entry: Entry, text: str, *, cut: bool) -> Iterator[Record]:
        if _PYTHON.match(text):
            self._skip("a Python list: quotes as sent are not known")
            return
        time = self._time(entry)
        if time is not None and time.year not in YEARS:
            self._skip("the time is out of range")
            return
        connection = self._connection(entry, time)
        message = parse(text)
        way = self._way(entry, connection)
        if way is None:
            way = connection.guess.way(message)
            if way is None:
                kind = "cut" if isinstance(message, Malformed) else "both sides may send it"
                self._skip(f"the direction is not known: {kind}, and nothing else in the line tells")
                return
            if not self._guessed:
                self._guessed = True
                yield Note(seq=0, time=connection.time, text="directions are concluded from who may send an action")
        if (
            entry.time is not None
            and entry.time.tzinfo is None
            and self._source.options.tz is None
            and not self._zone_assumed
        ):
            self._zone_assumed = True
            yield Note(seq=0, time=connection.time, text="times name no zone and are taken for UTC; --tz says another")
        if not connection.announced:
            connection.announced = True
            yield Opened(
                seq=max(self._line - 1, 0),
                time=connection.time,
                conn=connection.number,
                station=entry.station or self._source.name,
                timed=connection.timed,
            )
        connection.guess.learn(message, way)
        if self._vantage is Vantage.UNKNOWN and entry.side is not None:
            self._vantage = vantage_of([(entry.side, text)])
        if cut:
            self._skip("the message is cut")
        yield MessageRecord(
            seq=self._line,
            time=connection.time,
            conn=connection.number,
            dir=way,
            text=redact_message(text),
            truncated=cut,
        )

    def _control(self, entry: Entry) -> Iterator[Record]:
        """A control frame of a station that is known; without a name, of the one that was heard of last."""
        station = entry.station
        connection = self._latest if station is None else self._connections.get(station)
        if connection is None or not connection.announced:
            return
        time = self._time(entry)
        if time is not None and time.year in YEARS:
            connection.time = time
        way = self._way(entry, connection)
        if way is None:
            return
        seq, conn = self._source.line, connection.number
        match entry.control:
            case Control.PING:
                yield Ping(seq=seq, time=connection.time, conn=conn, dir=way)
            case Control.PONG:
                yield Pong(seq=seq, time=connection.time, conn=conn, dir=way)
            case _:
                yield Close(seq=seq, time=connection.time, conn=conn, dir=way, code=entry.code)

    def _way(self, entry: Entry, connection: _Connection) -> Direction | None:
        if entry.way is not None:
            return entry.way
        return None if entry.side is None else way_of_side(entry.side, self._vantage)

    def _time(self, entry: Entry) -> datetime | None:
        if entry.time is None:
            return None
        aware = entry.time if entry.time.tzinfo is not None else entry.time.replace(tzinfo=self._source.options.zone)
        try:
            return aware.astimezone(UTC)
        except OverflowError:
            return None

    def _connection(self, entry: Entry, time: datetime | None) -> _Connection:
        """The connection of a station."""
        station = entry.station or self._source.name
        connection = self._connections.get(station)
        if connection is None:
            self._opened += 1
            connection = _Connection(self._opened, time or UNDATED, timed=time is not None)
            self._connections[station] = connection
            if len(self._connections) > MAX_CONNECTIONS:
                self._connections.popitem(last=False)
        elif len(self._connections) > 1:
            self._connections.move_to_end(station)
        if time is not None:
            connection.time = time
        self._latest = connection
        return connection

    def _skip(self, why: str) -> None:
        self._source.skipped.add(self._line, why)
