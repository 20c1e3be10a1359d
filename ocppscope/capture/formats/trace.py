"""Open OCPP Trace v1.1: one message a line, read and written.

The format knows CALL, CALLRESULT and CALLERROR. Whatever else a capture holds (handshakes, pings, closes, SEND, what
cannot be parsed) is carried, as our own records, in ``meta.ocppscope`` of the messages before and after it: other readers
pass over it, and we read it back whole.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import msgspec

from ocppscope.capture.formats.decoding import DECODE_ERRORS, OUT_OF_RANGE, YEARS, any_line_decodes, why_undecodable
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import MessageRecord, Opened, Record, Vantage, encode
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.capture.source import Source
from ocppscope.protocol.message import Call, CallError, CallResult, Malformed, parse
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import negotiated_version

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

NAME = "trace"

ENDINGS = (".trace", ".octrace")

VERSION = "1.1"

MAX_CONNECTIONS = 10_000
"""Stations told apart at a time; the one heard of longest ago is forgotten, and is a new connection when it returns."""

MOST_CARRIED = 1_000
"""Records that one message carries for its neighbours. A flood of pings without a message between is cut, and counted."""

LARGEST_CARRIED = 2 * 1024 * 1024
"""Bytes of them, too."""

_LARGEST_META = 2 * LARGEST_CARRIED + 64 * 1024
"""Bytes of our member of ``meta`` that are read: what stands before and after the message, and its own facts."""

_DIRECTIONS = {"cp-to-csms": Direction.TO_CSMS, "csms-to-cp": Direction.TO_STATION}
_WORDS = {direction: word for word, direction in _DIRECTIONS.items()}


_ABSENT = msgspec.Raw(b"")
"""Stands for a member that is not there. Values of any shape stay the bytes that they are: numbers exact, memory small."""


class _Own(msgspec.Struct, omit_defaults=True):
    """What we put into ``meta.ocppscope``: the message's record without its text, and its neighbours."""

    record: dict[str, Any] = {}
    before: list[Record] = []
    after: list[Record] = []


class _Meta(msgspec.Struct, omit_defaults=True):
    ocppscope: _Own | None = None


class _Error(msgspec.Struct, omit_defaults=True):
    code: str = ""
    description: str = ""
    details: msgspec.Raw = _ABSENT


class _Message(msgspec.Struct, omit_defaults=True, rename="camel"):
    schema_version: str
    timestamp: datetime
    transport: Literal["json", "soap"]
    direction: Literal["cp-to-csms", "csms-to-cp"]
    message_type: Literal["CALL", "CALLRESULT", "CALLERROR"]
    ocpp_version: str | None = None
    charge_point_id: str | None = None
    connector_id: int | None = None
    message_id: str | int | None = None
    action: str | None = None
    payload: msgspec.Raw = _ABSENT
    raw: str | None = None
    error: _Error | None = None
    meta: msgspec.Raw = _ABSENT


_START = re.compile(rb'\s*\{\s*"schemaVersion"\s*:\s*"1\.[^"]{0,20}"\s*,')
_EMPTY = msgspec.Raw(b"{}")

_decode = msgspec.json.Decoder(_Message).decode
_decode_meta = msgspec.json.Decoder(_Meta).decode
_encode = msgspec.json.Encoder().encode


def sniff(head: bytes) -> bool:
    """Whether one of the first lines is a record of a trace, or the first one begins like one."""
    return any_line_decodes(head, _decode) or _START.match(head) is not None


def vantage(head: bytes) -> Vantage:
    """Unknown: the form does not say."""
    return Vantage.UNKNOWN


def read(source: Source) -> Iterator[Record]:
    """The messages, and what ours carry beside; each station announced by an `Opened`."""
    stations = _Stations(source.name)
    for line in source.lines():
        try:
            message = _decode(line)
            reason = _unusable(message)
            text = _text(message) if reason is None else ""
        except DECODE_ERRORS as error:
            source.skip(why_undecodable(error))
            continue
        if reason is not None:
            source.skip(reason)
            continue
        own = _own(message.meta)
        if own is None:
            yield from stations.announced(message, source.line)
            yield _record(message, text, source.line, stations.number(message))
            continue
        stations.met(own.before)
        stations.met(own.after)
        record = _restored(own, message, text, source.line)
        yield from own.before
        yield from stations.missing(record, message)
        yield record
        yield from own.after


class _Stations:
    """Connections that were announced: of a foreign trace one a station, of ours those that it carries."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._opened = 0
        self._ours: OrderedDict[int, None] = OrderedDict()

    def number(self, message: _Message) -> int:
        """The connection of a message that was announced."""
        return self._numbers[message.charge_point_id or self._name]

    def announced(self, message: _Message, line: int) -> Iterator[Opened]:
        """The record that announces a message's station, the first time."""
        station = message.charge_point_id or self._name
        if station in self._numbers:
            self._numbers.move_to_end(station)
            return
        self._opened += 1
        self._numbers[station] = self._opened
        if len(self._numbers) > MAX_CONNECTIONS:
            self._numbers.popitem(last=False)
        yield _opened(message, station, line - 1, self._opened)

    def met(self, records: list[Record]) -> None:
        """Remember the connections that carried records announce."""
        for record in records:
            if isinstance(record, Opened):
                self._ours[record.conn] = None
                if len(self._ours) > MAX_CONNECTIONS:
                    self._ours.popitem(last=False)

    def missing(self, record: MessageRecord, message: _Message) -> Iterator[Opened]:
        """An announcement for one of our messages whose own is not there: lines were taken out of their trace."""
        if record.conn not in self._ours:
            self._ours[record.conn] = None
            yield _opened(message, message.charge_point_id or self._name, max(record.seq - 1, 0), record.conn)


def _opened(message: _Message, station: str, seq: int, conn: int) -> Opened:
    subprotocol = f"ocpp{message.ocpp_version}" if message.ocpp_version else None
    known = subprotocol if negotiated_version(subprotocol) else None
    return Opened(seq=seq, time=_utc(message.timestamp), conn=conn, station=station, subprotocol=known)


def _record(message: _Message, text: str, line: int, conn: int) -> MessageRecord:
    time, way = _utc(message.timestamp), _DIRECTIONS[message.direction]
    return MessageRecord(seq=line, time=time, conn=conn, dir=way, text=redact_message(text))


def _unusable(message: _Message) -> str | None:
    if message.transport == "soap":
        return "a SOAP message: only OCPP-J is read"
    if message.timestamp.year not in YEARS:
        return OUT_OF_RANGE
    if message.raw is None and message.message_id is None:
        return "neither raw nor messageId: the message cannot be put together"
    if message.raw is None and message.message_type == "CALL" and message.action is None:
        return "a CALL with neither raw nor action: the message cannot be put together"
    return None


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _text(message: _Message) -> str:
    """As sent; put together where the trace does not have that, or has it spoiled by who blotted something out."""
    raw = message.raw
    if raw is not None and (message.message_id is None or not _is_spoiled(raw, message)):
        return raw
    payload = message.payload if bytes(message.payload) else _EMPTY
    array: list[Any]
    match message.message_type:
        case "CALL":
            array = [2, message.message_id, message.action, payload]
        case "CALLRESULT":
            array = [3, message.message_id, payload]
        case _:
            error = message.error or _Error()
            array = [
                4,
                message.message_id,
                error.code,
                error.description,
                error.details if bytes(error.details) else _EMPTY,
            ]
    return _encode(array).decode()


def _is_spoiled(raw: str, message: _Message) -> bool:
    """Whether ``raw`` is no message although its producer could read it: it knew the payload or the error."""
    known = bytes(message.payload) != b"" or message.error is not None
    return known and isinstance(parse(raw), Malformed)


def _own(meta: msgspec.Raw) -> _Own | None:
    """What an ocppscope put there; None for anybody else's ``meta``, and for one that was changed."""
    text = bytes(meta)
    if b'"ocppscope"' not in text or len(text) > _LARGEST_META:
        return None
    try:
        return _decode_meta(text).ocppscope
    except DECODE_ERRORS:
        return None


def _restored(own: _Own, message: _Message, text: str, line: int) -> MessageRecord:
    plain = _record(message, text, line, 0)
    facts = {"seq": line, "conn": 0} | own.record | {"text": text, "dir": plain.dir, "time": plain.time}
    try:
        return msgspec.convert(facts, MessageRecord)
    except msgspec.ValidationError:
        return plain


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """The messages, with everything else in the ``meta`` of its neighbours."""
    stations: dict[int, Opened] = {}
    before = carried = _Carried()
    last: tuple[_Message, _Own] | None = None
    for record in records:
        if isinstance(record, Opened):
            stations[record.conn] = record
        message = _message(record, stations) if isinstance(record, MessageRecord) else None
        if message is None or not isinstance(record, MessageRecord):
            if not carried.take(record):
                lost.add_record(record)
            continue
        own = _Own(_facts(record))
        if last is not None:
            _write(file, *last)
        else:
            own.before = before.records
        last = message, own
        carried = _Carried()
        own.after = carried.records
    if last is not None:
        _write(file, *last)
    elif before.records:
        lost.add("records without a message to carry them", len(before.records))


class _Carried:
    """Records on their way into the ``meta`` of a message."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._size = 0

    def take(self, record: Record) -> bool:
        """Keep one; False when there is no room left."""
        self._size += len(encode(record))
        room = len(self.records) < MOST_CARRIED and self._size <= LARGEST_CARRIED
        if room:
            self.records.append(record)
        return room


def _write(file: BinaryIO, message: _Message, own: _Own) -> None:
    message.meta = msgspec.Raw(_encode(_Meta(own)))
    file.write(_encode(message) + b"\n")


_CARRIED_FACTS = ("seq", "conn", "mono", "sent", "size", "frames", "compressed", "binary", "truncated")


def _facts(record: MessageRecord) -> dict[str, Any]:
    return {name: value for name in _CARRIED_FACTS if (value := getattr(record, name)) not in (None, False)}


def _message(record: MessageRecord, stations: dict[int, Opened]) -> _Message | None:
    """The message as a trace has it; None when its shape is none of the three."""
    parsed = parse(record.text) if record.text is not None and not record.truncated else None
    if not isinstance(parsed, Call | CallResult | CallError):
        return None
    opened = stations.get(record.conn)
    version = negotiated_version(opened.subprotocol) if opened is not None else None
    message = _Message(
        schema_version=VERSION,
        timestamp=record.time,
        transport="json",
        direction=_WORDS[record.dir],  # type: ignore[arg-type] # the two words
        message_type="CALL",
        ocpp_version=None if version is None else version.value,
        charge_point_id=None if opened is None else opened.station,
        message_id=parsed.message_id if isinstance(parsed.message_id, str) else None,
        raw=record.text,
    )
    match parsed:
        case Call():
            message.action, message.payload = parsed.action, msgspec.Raw(_encode(parsed.payload))
            connector = integer_at(parsed.payload, "connectorId")
            message.connector_id = connector if connector is not None and connector >= 0 else None
        case CallResult():
            message.message_type, message.payload = "CALLRESULT", msgspec.Raw(_encode(parsed.payload))
        case CallError():
            message.message_type = "CALLERROR"
            message.error = _Error(
                parsed.error_code, parsed.error_description, msgspec.Raw(_encode(parsed.error_details))
            )
    return message
