"""Open OCPP Trace v1.1: one message a line, read and written.

The format knows CALL, CALLRESULT and CALLERROR. Whatever else a capture holds (handshakes, pings, closes, SEND, what
cannot be parsed) is carried, as our own records, in ``meta.ocppscope`` of the messages before and after it: other readers
pass over it, and we read it back whole.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import msgspec

from ocppscope.capture.formats.decoding import DECODE_ERRORS, OUT_OF_RANGE, YEARS, why_undecodable
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import MessageRecord, Opened, Record, Vantage
from ocppscope.capture.source import Source
from ocppscope.protocol.message import Call, CallError, CallResult, parse
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

_DIRECTIONS = {"cp-to-csms": Direction.TO_CSMS, "csms-to-cp": Direction.TO_STATION}
_WORDS = {direction: word for word, direction in _DIRECTIONS.items()}


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
    details: Any = None


class _Message(msgspec.Struct, omit_defaults=True, rename="camel"):
    schema_version: str
    timestamp: datetime
    transport: Literal["json", "soap"]
    direction: Literal["cp-to-csms", "csms-to-cp"]
    message_type: Literal["CALL", "CALLRESULT", "CALLERROR"]
    ocpp_version: str | None = None
    charge_point_id: str | None = None
    connector_id: int | None = None
    message_id: str | None = None
    action: str | None = None
    payload: Any = msgspec.UNSET
    raw: str | None = None
    error: _Error | None = None
    meta: Any = None


_decode = msgspec.json.Decoder(_Message).decode
_encode = msgspec.json.Encoder().encode


def sniff(head: bytes) -> bool:
    """Whether one of the first lines is a record of a trace."""
    for line in head.split(b"\n"):
        try:
            _decode(line)
        except DECODE_ERRORS:
            continue
        return True
    return False


def vantage(head: bytes) -> Vantage:
    """Unknown: the form does not say."""
    return Vantage.UNKNOWN


def read(source: Source) -> Iterator[Record]:
    """The messages, and what ours carry beside; each station announced by an `Opened`."""
    connections: OrderedDict[str, int] = OrderedDict()
    opened = 0
    for line in source.lines():
        try:
            message = _decode(line)
        except DECODE_ERRORS as error:
            source.skip(why_undecodable(error))
            continue
        reason = _unusable(message)
        if reason is not None:
            source.skip(reason)
            continue
        own = _own(message.meta)
        time = _utc(message.timestamp)
        if own is not None:
            yield from _restored(own, message, time, source.line)
            continue
        station = message.charge_point_id or source.name
        number = connections.get(station)
        if number is None:
            opened += 1
            number = connections[station] = opened
            if len(connections) > MAX_CONNECTIONS:
                connections.popitem(last=False)
            subprotocol = f"ocpp{message.ocpp_version}" if message.ocpp_version else None
            yield Opened(
                seq=source.line - 1,
                time=time,
                conn=number,
                station=station,
                subprotocol=subprotocol if negotiated_version(subprotocol) else None,
            )
        elif len(connections) > 1:
            connections.move_to_end(station)
        yield MessageRecord(
            seq=source.line, time=time, conn=number, dir=_DIRECTIONS[message.direction], text=_text(message)
        )


def _unusable(message: _Message) -> str | None:
    if message.transport == "soap":
        return "a SOAP message: only OCPP-J is read"
    if message.timestamp.year not in YEARS:
        return OUT_OF_RANGE
    if message.raw is None and message.message_id is None:
        return "neither raw nor messageId: the message cannot be put together"
    return None


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _text(message: _Message) -> str:
    """As sent; put together where the trace does not have that."""
    if message.raw is not None:
        return message.raw
    payload = {} if message.payload is msgspec.UNSET else message.payload
    array: list[Any]
    match message.message_type:
        case "CALL":
            array = [2, message.message_id, message.action, payload]
        case "CALLRESULT":
            array = [3, message.message_id, payload]
        case _:
            error = message.error or _Error()
            array = [4, message.message_id, error.code, error.description, error.details or {}]
    return _encode(array).decode()


def _own(meta: Any) -> _Own | None:
    """What an ocppscope put there; None for anybody else's ``meta``, and for one that was changed."""
    if not isinstance(meta, dict) or "ocppscope" not in meta:
        return None
    try:
        return msgspec.convert(meta, _Meta).ocppscope
    except (msgspec.ValidationError, RecursionError):
        return None


def _restored(own: _Own, message: _Message, time: datetime, line: int) -> Iterator[Record]:
    yield from own.before
    facts = {"seq": line, "conn": 0} | own.record | {"text": _text(message), "dir": _DIRECTIONS[message.direction]}
    try:
        yield msgspec.convert(facts | {"time": time}, MessageRecord)
    except msgspec.ValidationError:
        yield MessageRecord(seq=line, time=time, conn=0, dir=_DIRECTIONS[message.direction], text=_text(message))
    yield from own.after


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """The messages, with everything else in the ``meta`` of its neighbours."""
    stations: dict[int, Opened] = {}
    before: list[Record] = []
    last: _Message | None = None
    carried: list[Record] = before
    for record in records:
        if isinstance(record, Opened):
            stations[record.conn] = record
        message = _message(record, stations) if isinstance(record, MessageRecord) else None
        if message is None:
            if len(carried) < MOST_CARRIED:
                carried.append(record)
            else:
                lost.add(f"records of the kind {type(record).__name__.lower()}")
            continue
        if last is not None:
            file.write(_encode(last) + b"\n")
        else:
            message.meta.ocppscope.before = before
        last = message
        carried = message.meta.ocppscope.after = []
    if last is not None:
        file.write(_encode(last) + b"\n")
    else:
        lost.add("records without a message to carry them", len(before))


_CARRIED_FACTS = ("seq", "conn", "mono", "sent", "size", "frames", "compressed", "binary", "truncated")


def _message(record: MessageRecord, stations: dict[int, Opened]) -> _Message | None:
    """The message as a trace has it; None when its shape is none of the three."""
    parsed = parse(record.text) if record.text is not None and not record.truncated else None
    if not isinstance(parsed, Call | CallResult | CallError):
        return None
    opened = stations.get(record.conn)
    version = negotiated_version(opened.subprotocol) if opened is not None else None
    facts = {name: value for name in _CARRIED_FACTS if (value := getattr(record, name)) not in (None, False)}
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
        meta=_Meta(_Own(facts)),
    )
    match parsed:
        case Call():
            message.action, message.payload = parsed.action, parsed.payload
            connector = integer_at(parsed.payload, "connectorId")
            message.connector_id = connector if connector is not None and connector >= 0 else None
        case CallResult():
            message.message_type, message.payload = "CALLRESULT", parsed.payload
        case CallError():
            message.message_type = "CALLERROR"
            message.error = _Error(parsed.error_code, parsed.error_description, parsed.error_details)
    return message
