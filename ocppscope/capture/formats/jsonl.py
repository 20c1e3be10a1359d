"""Simple recordings: one message a line, with time, direction and exact text.

``{"ts": RFC 3339, "dir": "cs>csms" | "csms>cs", "data": "<text exactly as sent>", "conn": …}``, where ``conn`` (a number
or a string) is there when one file holds several connections. A time without zone is taken for UTC. Records get the
number of their line.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias

import msgspec

from ocppscope.capture.formats.decoding import DECODE_ERRORS, OUT_OF_RANGE, YEARS, any_line_decodes, why_undecodable
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import MessageRecord, Opened, Record, Vantage
from ocppscope.capture.source import Source
from ocppscope.protocol.roles import Direction

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

NAME = "jsonl"

ENDINGS: tuple[str, ...] = ()

MAX_CONNECTIONS = 10_000
"""Connections told apart at a time: a file may name a new one on each line. The one seen longest ago is forgotten."""

_DIRECTIONS = {"cs>csms": Direction.TO_CSMS, "csms>cs": Direction.TO_STATION}
_START = re.compile(rb'\s*\{.{0,200}"dir"\s*:\s*"(?:cs>csms|csms>cs)"', re.DOTALL)

_Label: TypeAlias = int | str | None


class _Message(msgspec.Struct):
    ts: datetime
    dir: Literal["cs>csms", "csms>cs"]
    data: str
    conn: _Label = None


_decode = msgspec.json.Decoder(_Message).decode
_encode = msgspec.json.Encoder().encode


def sniff(head: bytes) -> bool:
    """Whether any of the first lines is a message of this form, or the first one begins like one."""
    return any_line_decodes(head, _decode) or _START.match(head) is not None


def vantage(head: bytes) -> Vantage:
    """Unknown: the form does not say."""
    return Vantage.UNKNOWN


def read(source: Source) -> Iterator[Record]:
    """The messages, each connection announced by an `Opened`.

    That record is the only way to tell the station's name, which the form has not: the name of the file, with
    ``#conn`` where connections are labelled. It carries no handshake and no subprotocol because none was recorded. It has
    the time of the first message of its connection, and the number of the line before that, so that no two messages of a
    file share a number and each number leads to the line.
    """
    connections: OrderedDict[_Label, int] = OrderedDict()
    opened = 0
    for line in source.lines():
        try:
            message = _decode(line)
        except DECODE_ERRORS as error:
            source.skip(why_undecodable(error))
            continue
        if message.ts.year not in YEARS:
            source.skip(OUT_OF_RANGE)
            continue
        time = message.ts.replace(tzinfo=UTC) if message.ts.tzinfo is None else message.ts.astimezone(UTC)
        number = connections.get(message.conn)
        if number is None:
            opened += 1
            number = connections[message.conn] = opened
            if len(connections) > MAX_CONNECTIONS:
                connections.popitem(last=False)
            station = source.name if message.conn is None else f"{source.name}#{message.conn}"
            yield Opened(seq=source.line - 1, time=time, conn=number, station=station)
        elif len(connections) > 1:
            connections.move_to_end(message.conn)
        yield MessageRecord(seq=source.line, time=time, conn=number, dir=_DIRECTIONS[message.dir], text=message.data)


_WORDS = {direction: word for word, direction in _DIRECTIONS.items()}


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """The messages. ``conn`` is the station's identity, with ``#n`` for its further connections."""
    names: dict[int, str] = {}
    met: Counter[str] = Counter()
    for record in records:
        if isinstance(record, Opened):
            met[record.station] += 1
            names[record.conn] = (
                record.station if met[record.station] == 1 else f"{record.station}#{met[record.station]}"
            )
        elif not isinstance(record, MessageRecord):
            lost.add_record(record)
        elif record.text is None:
            lost.add("messages that are no text")
        else:
            lost.add_end_of(record)
            line = {"ts": record.time, "dir": _WORDS[record.dir], "data": record.text}
            line["conn"] = names.get(record.conn, record.conn)
            file.write(_encode(line) + b"\n")
