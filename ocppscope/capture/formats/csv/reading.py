"""Reads tables."""

import csv
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats.csv.columns import HEADER, TYPES, WAYS, columns_of, delimiter_of, plain, split, unguarded
from ocppscope.capture.formats.csv.rows import LONGEST_ROW, Rows
from ocppscope.capture.formats.decoding import YEARS, moment_at
from ocppscope.capture.formats.logs.sides import Guess
from ocppscope.capture.formats.logs.stamps import stamp_in
from ocppscope.capture.record import UNDATED, MessageRecord, Opened, Record, Vantage
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.capture.source import Source
from ocppscope.protocol.message import parse

MAX_CONNECTIONS = 10_000
"""Connections told apart at a time; the one heard of longest ago is forgotten, and is a new one when it returns."""


_CSMS = frozenset({"time", "id", "action", "station"})


def sniff(head: bytes) -> bool:
    """Whether the first line names a message and its time, id, action or station, and what may be a message follows."""
    first, _, rest = head.partition(b"\n")
    found = columns_of(split(first.decode("utf-8", "replace")), {})
    if not {"message", "request"} & found.keys() or not _CSMS & found.keys():
        return False
    return b"{" in rest or b"[" in rest or not rest.strip()


def vantage(head: bytes) -> Vantage:
    """A CSMS's database, nearly always."""
    return Vantage.CSMS


def read(source: Source) -> Iterator[Record]:
    """The messages of all rows, each station announced by an `Opened`.

    Raises:
        CaptureError: ``--columns`` names a column that there is not, or none holds messages.
    """
    return _Reading(source).records()


class _Connection:
    """A station, or one connection of it where the table tells them apart."""

    def __init__(self, number: int, *, timed: bool) -> None:
        self.number = number
        self.timed = timed
        self.guess = Guess()


class _Reading:
    """Reads one table."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._connections: OrderedDict[tuple[str, str], _Connection] = OrderedDict()
        self._opened = 0
        self._number = 0
        self._row = 1
        self._columns: Mapping[str, int] = {}
        self._width = 0
        self._ours = False
        self._values: list[str] = []

    def records(self) -> Iterator[Record]:
        """Every message, in the order of the rows."""
        previous = csv.field_size_limit(LONGEST_ROW)
        try:
            yield from self._rows()
        finally:
            csv.field_size_limit(previous)

    def _rows(self) -> Iterator[Record]:
        lines = (line.decode("utf-8", "replace") + "\n" for line in self._source.lines(empty=True))
        first = next(lines, "")
        header = split(first)
        self._columns, self._width = columns_of(header, self._source.options.columns), len(header)
        self._ours = tuple(header) == HEADER
        missing = [name for name in self._source.options.columns.values() if plain(name) not in map(plain, header)]
        if missing or not {"message", "request"} & self._columns.keys():
            what = f"there is no column {missing[0]!r}" if missing else "no column holds messages"
            names = ", ".join(header)[:300]
            raise CaptureError(
                f"cannot read {self._source.path}: {what}; it has {names!r}; say --columns message=NAME,time=NAME"
            )
        for self._row, self._values in Rows(self._source, lines, delimiter_of(first), self._is_row):  # noqa: B020 - one row at a time
            yield from self._messages()

    def _is_row(self, values: list[str]) -> bool:
        place = self._columns.get("time", self._columns.get("id"))
        if place is None or len(values) != self._width:
            return False
        return self._moment(values[place]) is not None if "time" in self._columns else bool(values[place].strip())

    def _messages(self) -> Iterator[Record]:
        if "message" in self._columns and (self._ours or self._value("message")):
            yield from self._message("message", "time", None)
            return
        yield from self._message("request", "time", 2)
        if self._value("response"):
            yield from self._message("response", "response_time" if self._value("response_time") else "time", 3)

    def _message(self, column: str, clock: str, kind: int | None) -> Iterator[Record]:
        station = self._value("station") or self._source.name
        connection = self._connection(station, timed=bool(self._value("time").strip()))
        time = self._moment(self._value(clock)) if connection.timed else UNDATED
        if time is None:
            return self._skip("the row has no time that can be read")
        text = self._array(self._value(column), kind, connection)
        if text is None:
            return self._skip(f"the {column} is no OCPP message, and the row does not tell enough to make one")
        message = parse(text)
        way = WAYS.get(plain(self._value("direction"))) if column == "message" else None
        way = way or connection.guess.way(message)
        if way is None:
            return self._skip("the direction is not known")
        if not connection.number:
            self._opened += 1
            connection.number = self._opened
            yield Opened(seq=self._next(), time=time, conn=connection.number, station=station, timed=connection.timed)
        connection.guess.learn(message, way)
        yield MessageRecord(seq=self._next(), time=time, conn=connection.number, dir=way, text=redact_message(text))

    def _connection(self, station: str, *, timed: bool) -> _Connection:
        """The connection of the row; without a number until a message of it can be read."""
        name = (station, self._value("connection"))
        connection = self._connections.get(name)
        if connection is None:
            connection = self._connections[name] = _Connection(0, timed=timed)
            if len(self._connections) > MAX_CONNECTIONS:
                self._connections.popitem(last=False)
        else:
            self._connections.move_to_end(name)
        return connection

    def _array(self, text: str, kind: int | None, connection: _Connection) -> str | None:
        """The message: as it stands, or put together from a payload and the other columns."""
        if self._ours:
            return text
        text = text.strip()
        if text.startswith('"['):
            text = _inner(text)
        if text.startswith("["):
            return text
        text = text or "{}"
        kind = kind or TYPES.get(plain(self._value("type")))
        message_id, action = _quoted(self._value("id")), self._value("action")
        if not text.startswith("{") or not self._value("id"):
            return None
        if kind is None:  # the first with an id is the CALL
            kind = 3 if self._value("id") in connection.guess.asked else 2
        match kind:
            case 2:
                return f"[2,{message_id},{_quoted(action)},{text}]" if action else None
            case 3:
                return f"[3,{message_id},{text}]"
        return _error(message_id, text)

    def _moment(self, text: str) -> datetime | None:
        text = text.strip()
        if text.replace(".", "", 1).isdecimal():
            seconds = float(text)
            time = moment_at(seconds / 1000 if seconds > 100_000_000_000 else seconds)
        else:
            stamp = stamp_in(text)
            time = None if stamp is None else stamp.time
        if time is None:
            return None
        time = time.replace(tzinfo=self._source.options.zone) if time.tzinfo is None else time
        try:
            time = time.astimezone(UTC)
        except OverflowError:
            return None
        return time if time.year in YEARS else None

    def _value(self, column: str) -> str:
        place = self._columns.get(column)
        value = self._values[place] if place is not None and place < len(self._values) else ""
        return unguarded(value) if self._ours else value

    def _next(self) -> int:
        """A number that rises and is the row's where it can be."""
        self._number = max(self._number + 1, self._row)
        return self._number

    def _skip(self, why: str) -> None:
        self._source.skipped.add(self._row, why)


def _inner(text: str) -> str:
    """The text inside a JSON string."""
    try:
        inner = json.loads(text)
    except ValueError:
        return text
    return inner.encode("utf-8", "replace").decode() if isinstance(inner, str) else text


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _error(message_id: str, text: str) -> str | None:
    """A CALLERROR whose code, description and details stand in an object."""
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = (members.get("errorCode", ""), members.get("errorDescription", ""), members.get("errorDetails", {}))
    return f"[4,{message_id}," + ",".join(json.dumps(member) for member in found) + "]"
