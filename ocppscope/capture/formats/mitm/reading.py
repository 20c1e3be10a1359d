"""Reads flow files."""

import base64
from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec

from ocppscope.capture.formats.decoding import DECODE_ERRORS, moment_at
from ocppscope.capture.formats.headers import header
from ocppscope.capture.formats.mitm import tnetstring
from ocppscope.capture.formats.mitm.layout import BINARY, LARGEST, MOST_CARRIED, OWN, TEXT
from ocppscope.capture.record import (
    UNDATED,
    Close,
    Ended,
    Handshake,
    MessageRecord,
    Opened,
    Record,
    Refused,
    Stage,
    TlsFacts,
    Vantage,
    decode,
)
from ocppscope.capture.secrets.handshakes import describe_credentials, redact_headers, redact_url
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.capture.source import Source
from ocppscope.protocol.identity import station_of
from ocppscope.protocol.payload import integer_at, number_at, value_at
from ocppscope.protocol.roles import Direction


def sniff(head: bytes) -> bool:
    """Whether it begins with a typed netstring that holds a dictionary with a member that flows have."""
    try:
        found = tnetstring.length_at(head)
    except tnetstring.BrokenError:
        return False
    return found is not None and any(
        head.startswith(member, found[1])
        for member in (b"9:websocket;", b"7:version;", b"4:type;", b"8:response;", b"6:backup;")
    )


def vantage(head: bytes) -> Vantage:
    """A proxy wrote it."""
    return Vantage.PROXY


def read(source: Source) -> Iterator[Record]:
    """The WebSocket flows, in the order of time: each was written when its connection ended, and they overlap."""
    records: list[Record] = []
    conn = 0
    for place, data, cut in _values(source):
        try:
            flow = tnetstring.decode(data, cut=cut)
        except tnetstring.BrokenError as error:
            source.skipped.add(place, f"flow {place} cannot be read: {error}")
            continue
        if cut:
            source.skipped.add(place, f"flow {place} is cut: what is whole of it is read")
        conn += 1
        if isinstance(value_at(flow, "websocket"), dict):
            records += sorted(_records(flow, conn, source), key=attrgetter("time"))
        elif _is_upgrade(flow):
            records.append(_refused(flow, conn))
    records.sort(key=attrgetter("time"))
    for number, record in enumerate(records, 1):
        yield msgspec.structs.replace(record, seq=number)


def _values(source: Source) -> Iterator[tuple[int, bytes, bool]]:
    """The flows as bytes with their number, and whether each is cut."""
    kept = bytearray()
    place = 1
    wanted: int | None = None
    for block in source.blocks():
        kept += block
        while kept:
            if wanted is None:
                try:
                    found = tnetstring.length_at(kept)
                except tnetstring.BrokenError as error:
                    source.skipped.add(place, f"flow {place}: {error}; nothing after it can be read")
                    return
                if found is None:
                    break
                wanted = sum(found) + 1
                if wanted > LARGEST:
                    source.skipped.add(place, f"flow {place} has {found[0]:,} bytes, at most {LARGEST:,} are read")
                    return
            if len(kept) < wanted:
                break
            yield place, bytes(kept[:wanted]), False
            del kept[:wanted]
            place, wanted = place + 1, None
    if kept:
        yield place, bytes(kept), True


def _records(flow: dict[str, Any], conn: int, source: Source) -> Iterator[Record]:
    messages = list(_messages(flow, conn, source))
    begun = _time(value_at(flow, "response", "timestamp_start")) or _time(value_at(flow, "request", "timestamp_start"))
    begun = begun or (messages[0].time if messages else UNDATED)
    if messages:
        begun = min(begun, messages[0].time)
    yield _opened(flow, conn, begun, source)
    yield from messages
    carried = list(_carried(flow, conn))
    yield from carried
    if any(isinstance(record, Close | Ended) for record in carried):
        return  # they tell more of the end than the flow does
    last = messages[-1].time if messages else begun
    end = _time(value_at(flow, "websocket", "timestamp_end"))
    if end is None:
        return
    end = max(end, last)
    code, by_client = integer_at(flow, "websocket", "close_code"), value_at(flow, "websocket", "closed_by_client")
    code = code if code is not None and 0 <= code <= 0xFFFF else None
    way = Direction.TO_CSMS if by_client is True else Direction.TO_STATION
    abnormal = code is None or code == 1006  # what mitmproxy writes where there was no close frame
    if not abnormal:
        reason = _text(value_at(flow, "websocket", "close_reason")) or ""
        yield Close(seq=0, time=end, conn=conn, dir=way, code=None if code == 1005 else code, reason=reason)
    yield Ended(seq=0, time=end, conn=conn, by=way.sender.value, how="error" if abnormal else "closed")


def _messages(flow: dict[str, Any], conn: int, source: Source) -> Iterator[MessageRecord]:
    messages = value_at(flow, "websocket", "messages")
    for place, message in enumerate(messages if isinstance(messages, list) else [], 1):
        fields = [*message, None, None, None, None] if isinstance(message, list) else [None] * 4
        kind, from_client, content, time = fields[0], fields[1], fields[2], _time(fields[3])
        if kind not in (TEXT, BINARY) or not isinstance(content, bytes | str) or time is None:
            source.skipped.add(place, f"message {place} of a flow has another shape")
            continue
        data = content.encode() if isinstance(content, str) else content
        way = Direction.TO_CSMS if from_client is True else Direction.TO_STATION
        yield _message(conn, way, data, time, binary=kind == BINARY)


def _message(conn: int, way: Direction, data: bytes, time: datetime, *, binary: bool) -> MessageRecord:
    try:
        text = None if binary else data.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None:
        return MessageRecord(seq=0, time=time, conn=conn, dir=way, text=redact_message(text))
    encoded = base64.b64encode(data).decode()
    return MessageRecord(seq=0, time=time, conn=conn, dir=way, data=encoded, binary=binary, size=len(data))


def _is_upgrade(flow: Any) -> bool:
    return (header(_headers(flow, "request"), "upgrade") or "").lower() == "websocket"


def _refused(flow: dict[str, Any], conn: int) -> Refused:
    target = _text(value_at(flow, "request", "path")) or "/"
    status = integer_at(flow, "response", "status_code")
    known = status if status is not None and 0 <= status < 1000 else None
    error = _text(value_at(flow, "error", "msg"))
    begun = _time(value_at(flow, "request", "timestamp_start")) or UNDATED
    return Refused(
        seq=0,
        time=begun,
        conn=conn,
        station=station_of(target),
        peer=_address(value_at(flow, "client_conn", "peername")),
        upstream=_address(value_at(flow, "server_conn", "address")),
        stage=Stage.HTTP if known is not None else Stage.CONNECT,
        reason=f"HTTP {known}" if known is not None else error or "no answer",
        status=known,
        handshake=_handshake(flow, target),
    )


def _handshake(flow: dict[str, Any], target: str) -> Handshake:
    request = _headers(flow, "request")
    status = integer_at(flow, "response", "status_code")
    return Handshake(
        target=redact_url(target),
        request=redact_headers(request),
        status=status if status is not None and 0 <= status < 1000 else None,
        response=redact_headers(_headers(flow, "response")),
        auth=describe_credentials(header(request, "authorization")),
    )


def _opened(flow: dict[str, Any], conn: int, begun: datetime, source: Source) -> Opened:
    target = _text(value_at(flow, "request", "path")) or "/"
    response = _headers(flow, "response")
    return Opened(
        seq=0,
        time=begun,
        conn=conn,
        station=station_of(target) or source.name,
        peer=_address(value_at(flow, "client_conn", "peername")),
        upstream=_address(value_at(flow, "server_conn", "address")),
        subprotocol=header(response, "sec-websocket-protocol"),
        extensions=header(response, "sec-websocket-extensions"),
        timed=begun != UNDATED,
        handshake=_handshake(flow, target),
        station_tls=_tls(flow, "client_conn"),
        csms_tls=_tls(flow, "server_conn"),
    )


def _tls(flow: dict[str, Any], leg: str) -> TlsFacts | None:
    version = _text(value_at(flow, leg, "tls_version"))
    if version is None or value_at(flow, leg, "timestamp_tls_setup") is None:
        return None
    return TlsFacts(
        version=version, cipher=_text(value_at(flow, leg, "cipher")), server_name=_text(value_at(flow, leg, "sni"))
    )


def _carried(flow: dict[str, Any], conn: int) -> Iterator[Record]:
    """What an ocppscope put into the metadata."""
    lines = value_at(flow, "metadata", OWN)
    for line in (lines if isinstance(lines, list) else [])[:MOST_CARRIED]:
        try:
            record = decode(line.encode() if isinstance(line, str) else line)
        except (*DECODE_ERRORS, AttributeError, TypeError):
            continue
        if hasattr(record, "conn") and not isinstance(record, Opened | MessageRecord):
            yield msgspec.structs.replace(record, conn=conn)


def _headers(flow: dict[str, Any], half: str) -> list[tuple[str, str]]:
    rows = value_at(flow, half, "headers")
    pairs = [row for row in rows if isinstance(row, list) and len(row) == 2] if isinstance(rows, list) else []
    return [(_text(name) or "", _text(value) or "") for name, value in pairs]


def _address(value: Any) -> str | None:
    if not isinstance(value, list) or len(value) < 2 or not isinstance(value[1], int):
        return None
    host = _text(value[0]) or ""
    return f"[{host}]:{value[1]}" if ":" in host else f"{host}:{value[1]}"


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else None


def _time(value: Any) -> datetime | None:
    return moment_at(number_at({"value": value}, "value") if isinstance(value, int | float) else None)
