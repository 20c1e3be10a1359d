"""HTTP Archives with WebSocket messages, as Chrome, HTTP Toolkit and mitmproxy write them.

An entry whose ``_webSocketMessages`` is a list is a connection; the client is the station. Browsers drop control frames, so
there are none to be read, and none are written. Findings stand beside their message as ``_findings``, where only we look.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from ocppscope import __version__
from ocppscope.capture.formats.decoding import YEARS, moment_at
from ocppscope.capture.formats.headers import handshake_of, header
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import UNDATED, Close, Ended, Handshake, MessageRecord, Opened, Record, Vantage
from ocppscope.capture.secrets.handshakes import describe_credentials, redact_headers, redact_url
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.capture.source import Source
from ocppscope.protocol.identity import path_of, station_of
from ocppscope.protocol.payload import integer_at, number_at, objects_at, text_at, value_at
from ocppscope.protocol.roles import Direction

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

NAME = "har"

ENDINGS = (".har",)

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that are read: an archive is one JSON value and must be held whole."""

MOST_VALUES = 40_000_000
"""Values of an archive, at the most: each takes some sixty bytes of memory, however short its text."""

_DIRECTIONS = {"send": Direction.TO_CSMS, "receive": Direction.TO_STATION}
_WORDS = {direction: word for word, direction in _DIRECTIONS.items()}
_TEXT, _BINARY = 1, 2


def sniff(head: bytes) -> bool:
    """Whether it begins like an archive: an object whose first member is ``log``."""
    return (
        head.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b" ", b"").replace(b"\r\n", b"\n").replace(b"\n", b"")[:7]
        == b'{"log":'
    )


def vantage(head: bytes) -> Vantage:
    """Unknown: where the browser or proxy stood is not said."""
    return Vantage.UNKNOWN


def read(source: Source) -> Iterator[Record]:
    """The connections of all entries, in the order of time. Of a file that is cut, what is whole."""
    text = _text(source)
    records: list[Record] = []
    connections = 0
    for entry in _entries(text, source):
        if not isinstance(value_at(entry, "_webSocketMessages"), list):
            continue
        connections += 1
        records += _records(entry, connections, source)
    records.sort(key=attrgetter("time"))  # stable: a connection's own order stays where times are equal
    for number, record in enumerate(records, 1):
        yield msgspec.structs.replace(record, seq=number)


def _text(source: Source) -> str:
    data = bytearray()
    for block in source.blocks():
        data += block[: LARGEST - len(data)]
        if len(data) >= LARGEST:
            source.skipped.add(1, f"only the first {LARGEST:,} bytes are read")
            break
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        source.skipped.add(1, f"the archive has more than {MOST_VALUES:,} values, which is no recording")
        return ""
    return data.decode("utf-8", "replace").lstrip("\ufeff")


def _entries(text: str, source: Source) -> Iterator[dict[str, Any]]:
    """The entries; where the text is no whole JSON value, those that are, one after the other."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not text:
            return
        source.skipped.add(text.count("\n") + 1, f"the archive is cut or damaged ({error}); what is whole is read")
        yield from _whole_items(text, '"entries"')
        return
    yield from objects_at(whole, "log", "entries")


def _whole_items(text: str, name: str) -> Iterator[dict[str, Any]]:
    """The objects of the array with this name that can be decoded, and of the first that can not, its messages."""
    decoder = json.JSONDecoder()
    place = text.find("[", text.find(name))
    while place >= 0:
        start = text.find("{", place)
        if start < 0:
            return
        try:
            item, place = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            if name == '"entries"':
                yield from _cut_entry(text[start:])
            return
        yield item


def _cut_entry(text: str) -> Iterator[dict[str, Any]]:
    if '"_webSocketMessages"' not in text:
        return
    entry: dict[str, Any] = {"_webSocketMessages": list(_whole_items(text, '"_webSocketMessages"'))}
    decoder = json.JSONDecoder()
    for member in ("request", "response", "startedDateTime"):
        place = text.find(f'"{member}"')
        colon = text.find(":", place)
        if 0 <= place < colon:
            try:
                entry[member] = decoder.raw_decode(text, colon + 1 + (text[colon + 1 : colon + 2] == " "))[0]
            except (ValueError, RecursionError):
                continue
    yield entry


def _records(entry: dict[str, Any], conn: int, source: Source) -> Iterator[Record]:
    url = _text_at(entry, "request", "url") or ""
    messages = list(_messages(entry, conn, source))
    begun = _moment(text_at(entry, "startedDateTime")) or (messages[0].time if messages else UNDATED)
    if messages:
        begun = min(begun, messages[0].time)
    response = _headers(entry, "response")
    yield Opened(
        seq=0,
        time=begun,
        conn=conn,
        station=station_of(url) or source.name,
        upstream=redact_url(url) or None,
        subprotocol=header(response, "sec-websocket-protocol"),
        extensions=header(response, "sec-websocket-extensions"),
        timed=begun != UNDATED,
        handshake=_handshake(entry, url, response),
    )
    yield from messages
    end = messages[-1].time if messages else begun
    closed = value_at(entry, "_webSocketClose")
    if isinstance(closed, dict):
        time = moment_at(number_at(closed, "timestamp")) or end
        code = integer_at(closed, "code")
        if code is not None and 0 <= code <= 0xFFFF:
            reason = _text_at(closed, "reason") or ""
            yield Close(seq=0, time=max(time, end), conn=conn, dir=Direction.TO_STATION, code=code, reason=reason)
        yield Ended(seq=0, time=max(time, end), conn=conn, by="network", how="closed")
    elif closed == "aborted":
        yield Ended(seq=0, time=end, conn=conn, by="network", how="error", error="aborted")


def _messages(entry: dict[str, Any], conn: int, source: Source) -> Iterator[MessageRecord]:
    for place, message in enumerate(objects_at(entry, "_webSocketMessages"), 1):
        way = _DIRECTIONS.get(text_at(message, "type") or "")
        time, data = moment_at(number_at(message, "time")), _text_at(message, "data")
        if way is None or time is None or data is None:
            source.skipped.add(place, f"message {place} of an entry lacks type, time or data")
            continue
        if integer_at(message, "opcode") != _BINARY:
            yield MessageRecord(seq=0, time=time, conn=conn, dir=way, text=redact_message(data))
            continue
        try:
            size = len(base64.b64decode(data, validate=True))
        except (binascii.Error, ValueError):
            source.skipped.add(place, f"message {place} of an entry is binary and no base64")
            continue
        yield MessageRecord(seq=0, time=time, conn=conn, dir=way, data=data, binary=True, size=size)


def _handshake(entry: dict[str, Any], url: str, response: list[tuple[str, str]]) -> Handshake | None:
    request = _headers(entry, "request")
    if not request and not response:
        return None
    status = integer_at(entry, "response", "status")
    return Handshake(
        target=redact_url(path_of(url) or "/"),
        request=redact_headers(request),
        status=status if status is not None and 0 <= status < 1000 else None,
        response=redact_headers(response),
        auth=describe_credentials(header(request, "authorization")),
    )


def _headers(entry: dict[str, Any], half: str) -> list[tuple[str, str]]:
    found = ((_text_at(row, "name"), _text_at(row, "value")) for row in objects_at(entry, half, "headers"))
    return [(name, value) for name, value in found if name is not None and value is not None]


def _text_at(value: Any, *path: str) -> str | None:
    """The text at a path, with half surrogates replaced: JSON can escape them, and no other format can hold them."""
    text = text_at(value, *path)
    return None if text is None else text.encode("utf-8", "replace").decode()


def _moment(text: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time if time.year in YEARS else None


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """One entry a connection. Everything that is no message of text or bytes is lost but for the end of a connection."""
    entries: dict[int, dict[str, Any]] = {}
    for record in records:
        match record:
            case Opened():
                entries[record.conn] = _entry(record)
            case MessageRecord():
                lost.add_end_of(record)
                entry = entries.get(record.conn) or entries.setdefault(record.conn, _entry(_unopened(record)))
                entry["_webSocketMessages"].append(_frame(record, remarks(record)))
            case Close() if record.conn in entries:
                closed = {"code": record.code, "reason": record.reason, "timestamp": record.time.timestamp()}
                if entries[record.conn].setdefault("_webSocketClose", closed) is not closed:
                    lost.add("close frames of the other side")
            case Ended() if record.conn in entries:
                entries[record.conn].setdefault("_webSocketClose", "aborted")
            case _:
                lost.add_record(record)
    creator = {"name": "ocppscope", "version": __version__}
    log = {"version": "1.2", "creator": creator, "pages": [], "entries": list(entries.values())}
    file.write(msgspec.json.format(msgspec.json.encode({"log": log}), indent=1) + b"\n")


def _unopened(record: MessageRecord) -> Opened:
    return Opened(seq=0, time=record.time, conn=record.conn, station=f"connection-{record.conn}")


def _entry(opened: Opened) -> dict[str, Any]:
    handshake = handshake_of(opened.station, opened.handshake)
    response = handshake.response
    if opened.subprotocol and header(response, "sec-websocket-protocol") is None:
        response = [*response, ("Sec-WebSocket-Protocol", opened.subprotocol)]
    return {
        "_resourceType": "websocket",
        "startedDateTime": opened.time,
        "time": 0,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "request": {
            "method": "GET",
            "url": _url(opened, handshake),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in handshake.request],
            "queryString": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": handshake.status or 101,
            "statusText": "Switching Protocols",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in response],
            "content": {"size": 0, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "_webSocketMessages": [],
    }


def _url(opened: Opened, handshake: Handshake) -> str:
    scheme = "wss" if opened.station_tls is not None else "ws"
    host = header(handshake.request, "host") or "station.invalid"
    return f"{scheme}://{host}{handshake.target}"


def _frame(record: MessageRecord, remarks: Iterable[str]) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "type": _WORDS[record.dir],
        "time": record.time.timestamp(),
        "opcode": _TEXT if record.text is not None else _BINARY,
        "data": record.text if record.text is not None else record.data or "",
    }
    if found := list(remarks):
        frame["_findings"] = found
    return frame
