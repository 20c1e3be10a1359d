"""Tables of messages: exports of CSMS databases, read; and one row a message, written.

Columns are found by their names, in any letter case, with or without blanks, dots and underscores: a time, a station, a
direction, an id, an action and the message, which may be the whole array or only its payload. A row may also hold a request and
its response. ``--columns time=created_at`` names what is called otherwise.
"""

import csv
import io
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats.decoding import YEARS
from ocppscope.capture.formats.logs.sides import Guess
from ocppscope.capture.formats.logs.stamps import stamp_in
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import MessageRecord, Opened, Record, Vantage
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.capture.source import Source
from ocppscope.protocol.correlator import Correlator
from ocppscope.protocol.message import TYPE_NAMES, Call, CallError, CallResult, Send, parse
from ocppscope.protocol.roles import Direction

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

NAME = "csv"

ENDINGS = (".csv",)

LONGEST_FIELD = 16 * 1024 * 1024
"""Characters of a field that are read."""

MAX_CONNECTIONS = 10_000

_NAMES: dict[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "ts", "datetime", "date", "createdat", "created", "receivedat", "messagetime"),
    "station": (
        "station", "stationid", "chargepointid", "chargepoint", "chargeboxid", "chargingstationid", "chargerid", "cpid",
        "deviceid", "identity",
    ),
    "connection": ("connection", "conn", "connectionid", "sessionid"),
    "direction": ("direction", "dir", "origin", "way", "sender", "from", "source"),
    "type": ("type", "messagetype", "messagetypeid", "kind"),
    "id": ("messageid", "uniqueid", "correlationid", "uuid", "callid", "requestid", "id"),
    "action": ("action", "ocppaction", "command", "method", "operation"),
    "message": ("message", "msg", "raw", "rawmessage", "data", "body", "content", "payload", "json", "text", "frame"),
    "request": ("request", "requestmessage", "requestpayload", "req"),
    "response": ("response", "responsemessage", "responsepayload", "res", "conf"),
    "response_time": ("responsetime", "respondedat", "responsetimestamp", "answeredat"),
}  # fmt: skip
"""Names that exports use, by ours; letters and digits only, in lower case."""

_WAYS = {
    **dict.fromkeys(("cs", "cp", "station", "chargepoint", "chargingstation", "charger", "cs>csms", "cp>csms", "up", "tocsms",
                     "stationtocsms", "received", "receive", "recv", "in", "incoming", "inbound", "rx", "request from charge point"), Direction.TO_CSMS),
    **dict.fromkeys(("csms", "centralsystem", "server", "backend", "csms>cs", "csms>cp", "down", "tostation",
                     "csmstostation", "sent", "send", "out", "outgoing", "outbound", "tx"), Direction.TO_STATION),
}  # fmt: skip
"""Who sent it, by the words of an export; sent and received are a CSMS's, because the exports are."""

_TYPES = {
    **dict.fromkeys(("2", "call", "request", "req"), 2),
    **dict.fromkeys(("3", "callresult", "response", "conf", "result"), 3),
    **dict.fromkeys(("4", "callerror", "error"), 4),
}

_PLAIN = re.compile(r"[^a-z0-9>]")


def sniff(head: bytes) -> bool:
    """Whether the first line names columns of which one is a message and another its time, id or action."""
    line = head.partition(b"\n")[0].decode("utf-8", "replace")
    found = _columns(_split(line), {})
    return bool({"message", "request"} & found.keys()) and len({"time", "id", "action", "station"} & found.keys()) >= 1


def vantage(head: bytes) -> Vantage:
    """A CSMS's database, nearly always."""
    return Vantage.CSMS


def read(source: Source) -> Iterator[Record]:
    """The messages of all rows, each station announced by an `Opened`.

    Raises:
        CaptureError: ``--columns`` names a column that there is not, or none holds messages.
    """
    return _Reading(source).records()


class _Reading:
    """Reads one table."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._connections: OrderedDict[str, tuple[int, Guess]] = OrderedDict()
        self._opened = 0
        self._number = 0
        self._row = 1
        self._columns: Mapping[str, int] = {}
        self._values: list[str] = []

    def records(self) -> Iterator[Record]:
        """Every message, in the order of the rows."""
        previous = csv.field_size_limit(LONGEST_FIELD)
        try:
            yield from self._rows()
        finally:
            csv.field_size_limit(previous)

    def _rows(self) -> Iterator[Record]:
        lines = (line.decode("utf-8", "replace").removeprefix("\ufeff") + "\n" for line in self._source.lines())
        first = next(lines, "")
        header = _split(first)
        self._columns = _columns(header, self._source.options.columns)
        missing = [name for name in self._source.options.columns.values() if _plain(name) not in map(_plain, header)]
        if missing or not {"message", "request"} & self._columns.keys():
            what = f"there is no column {missing[0]!r}" if missing else "no column holds messages"
            raise CaptureError(
                f"cannot read {self._source.path}: {what}; it has {', '.join(header)}; say --columns message=NAME,time=NAME"
            )
        reader = csv.reader(lines, delimiter=_delimiter(first), strict=False)
        while True:
            try:
                values = next(reader, None)
            except csv.Error as error:
                self._source.skipped.add(self._source.line, f"no row of a table: {error}")
                continue
            if values is None:
                return
            self._row, self._values = self._source.line, values
            yield from self._messages()

    def _messages(self) -> Iterator[Record]:
        time = self._time("time")
        if time is None:
            self._source.skipped.add(self._row, "the row has no time that can be read")
            return
        if "message" in self._columns and self._value("message"):
            yield from self._message("message", time, None)
            return
        yield from self._message("request", time, 2)
        if self._value("response"):
            yield from self._message("response", self._time("response_time") or time, 3)

    def _message(self, column: str, time: datetime, kind: int | None) -> Iterator[Record]:
        text = self._array(self._value(column), kind)
        if text is None:
            self._source.skipped.add(
                self._row, f"the {column} is no OCPP message, and the row does not tell enough to make one"
            )
            return
        station = self._value("station") or self._source.name
        name = f"{station} {self._value('connection')}"
        known = self._connections.get(name)
        message = parse(text)
        guess = known[1] if known is not None else Guess()
        way = _WAYS.get(_plain(self._value("direction"))) if column == "message" else None
        way = way or guess.way(message)
        if way is None:
            self._source.skipped.add(self._row, "the direction is not known")
            return
        if known is None:
            self._opened += 1
            known = self._connections[name] = (self._opened, guess)
            if len(self._connections) > MAX_CONNECTIONS:
                self._connections.popitem(last=False)
            yield Opened(seq=self._next(), time=time, conn=known[0], station=station)
        guess.learn(message, way)
        yield MessageRecord(seq=self._next(), time=time, conn=known[0], dir=way, text=redact_message(text))

    def _array(self, text: str, kind: int | None) -> str | None:
        """The message: as it stands, or put together from a payload and the other columns."""
        if text.lstrip().startswith("["):
            return text.strip()
        try:
            payload: Any = json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            return None
        kind = kind or _TYPES.get(_plain(self._value("type")))
        message_id, action = self._value("id"), self._value("action")
        if not isinstance(payload, dict) or not message_id:
            return None
        if kind is None:  # the first with an id is the CALL
            kind = 3 if any(message_id in guess.asked for _, guess in self._connections.values()) else 2
        array: list[Any] = [2, message_id, action, payload] if kind == 2 else [3, message_id, payload]
        if kind == 4:
            members = (
                payload.get("errorCode", ""),
                payload.get("errorDescription", ""),
                payload.get("errorDetails", {}),
            )
            array = [4, message_id, *members]
        return json.dumps(array, ensure_ascii=False, separators=(",", ":")) if kind != 2 or action else None

    def _time(self, column: str) -> datetime | None:
        text = self._value(column)
        if text.replace(".", "", 1).isdigit():
            seconds = float(text)
            seconds = seconds / 1000 if seconds > 100_000_000_000 else seconds
            time = datetime.fromtimestamp(seconds, UTC) if seconds < 9_000_000_000 else None
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
        return self._values[place] if place is not None and place < len(self._values) else ""

    def _next(self) -> int:
        """A number that rises and is the row's where it can be."""
        self._number = max(self._number + 1, self._row)
        return self._number


def _plain(name: str) -> str:
    return _PLAIN.sub("", name.lower())


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _split(line: str) -> list[str]:
    line = line.removeprefix("\ufeff")
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=_delimiter(line)), [])]
    except csv.Error:
        return []


def _columns(header: list[str], given: Mapping[str, str]) -> dict[str, int]:
    plain = [_plain(name) for name in header]
    found: dict[str, int] = {}
    for ours, theirs in _NAMES.items():
        names = (_plain(given[ours]),) if ours in given else theirs
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None and place not in found.values():
            found[ours] = place
    return found


_HEADER = ("time", "station", "connection", "direction", "type", "id", "action", "latency_s", "findings", "message")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_SENT_BY = {Direction.TO_CSMS: "station", Direction.TO_STATION: "csms"}


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """One row a message, a response with its action and latency in seconds."""
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(_HEADER)
    stations: dict[int, str] = {}
    pairs: dict[int, Correlator] = {}
    for record in records:
        found = remarks(record)
        if isinstance(record, Opened):
            stations[record.conn] = record.station
            pairs[record.conn] = Correlator()
        elif not isinstance(record, MessageRecord):
            lost.add(f"records of the kind {type(record).__name__.lower()}")
        elif record.text is None:
            lost.add("messages that are no text")
        else:
            action, message_id, latency, kind = _facts(record, pairs.setdefault(record.conn, Correlator()))
            station = stations.get(record.conn, "")
            time = record.time.isoformat().replace("+00:00", "Z")
            rows.writerow(
                (
                    time,
                    _cell(station),
                    record.conn,
                    _SENT_BY[record.dir],
                    kind,
                    _cell(message_id),
                    _cell(action),
                    latency,
                    "; ".join(found),
                    record.text,
                )
            )
    text.detach()


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _facts(record: MessageRecord, pairs: Correlator) -> tuple[str, str, str, str]:
    """Action, id, latency and type of a message, as texts."""
    message = parse(record.text or "")
    kind = TYPE_NAMES[type(message)]
    at = record.mono if record.mono is not None else round(record.time.timestamp() * 1e9)
    message_id = "" if message.message_id is None else str(message.message_id)
    match message:
        case Call():
            pairs.call(record.dir, message, record.seq, record.sent or at, size=len(record.text or ""))
            return message.action, message_id, "", kind
        case Send():
            return message.action, message_id, "", kind
        case CallResult() | CallError():
            asked = pairs.response(record.dir, message.message_id).pending
            if asked is not None:
                return asked.call.action, message_id, f"{max(at - asked.since, 0) / 1e9:.6f}", kind
    return "", message_id, "", kind
