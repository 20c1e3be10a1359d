"""Writes flow files."""

import base64
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import NAMESPACE_URL, uuid5

import msgspec

from ocppscope.capture.formats.headers import handshake_of, header
from ocppscope.capture.formats.mitm import tnetstring
from ocppscope.capture.formats.mitm.layout import BINARY, FLOW_VERSION, MOST_CARRIED, OWN, TEXT
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import Close, Ended, Handshake, MessageRecord, Opened, Record, Refused, TlsFacts, encode
from ocppscope.protocol.roles import Direction

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """One flow a connection, written when it ends: until then its messages wait in memory."""
    flows: dict[int, _Flow] = {}
    for record in records:
        found = remarks(record)
        conn = getattr(record, "conn", None)
        if conn is None:
            lost.add_record(record)
            continue
        if isinstance(record, Refused):
            file.write(_refused(record, found))
            continue
        if isinstance(record, Opened) and conn in flows:
            file.write(flows.pop(conn).encoded())
        flow = flows.get(conn)
        if flow is None:
            opened = record if isinstance(record, Opened) else None
            flow = flows[conn] = _Flow(
                opened or Opened(seq=0, time=record.time, conn=conn, station=f"connection-{conn}")
            )
        if isinstance(record, MessageRecord):
            lost.add_end_of(record)
        if not flow.take(record):
            lost.add_record(record)
        flow.remarks += found
        if isinstance(record, Ended):
            file.write(flows.pop(conn).encoded())
    for flow in flows.values():
        file.write(flow.encoded())


class _Flow:
    """One connection on its way into a flow."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._messages: list[Any] = []
        self._carried: list[str] = []
        self._close: Close | None = None
        self._ended: Ended | None = None
        self.remarks: list[str] = []

    def take(self, record: Record) -> bool:
        """Keep a record; False when there is no place for it."""
        match record:
            case Opened():
                pass
            case MessageRecord():
                self._messages.append(_state(record))
            case _:
                if isinstance(record, Close):
                    self._close = self._close or record
                elif isinstance(record, Ended):
                    self._ended = record
                if len(self._carried) >= MOST_CARRIED:
                    return False
                self._carried.append(encode(record).decode().rstrip())
        return True

    def encoded(self) -> bytes:
        """The flow as it stands in a file."""
        opened = self._opened
        handshake = handshake_of(opened.station, opened.handshake)
        if opened.subprotocol and header(handshake.response, "sec-websocket-protocol") is None:
            added = [*handshake.response, ("Sec-WebSocket-Protocol", opened.subprotocol)]
            handshake = msgspec.structs.replace(handshake, response=added)
        if header(handshake.request, "upgrade") is None:
            handshake = msgspec.structs.replace(handshake, request=[*handshake.request, ("Upgrade", "websocket")])
        flow = _http(opened, handshake, self._ended or self._close, self.remarks)
        metadata = {OWN: self._carried} if self._carried else {}
        return tnetstring.encode({"websocket": self._websocket()} | flow | {"metadata": metadata})

    def _websocket(self) -> dict[str, Any]:
        ended, close = self._ended or self._close, self._close
        code: int | None = 1006
        if close is not None:
            code = 1005 if close.code is None else close.code
        by_station = close is not None and close.dir is Direction.TO_CSMS
        return {
            "messages": self._messages,
            "closed_by_client": None if ended is None else by_station,
            "close_code": None if ended is None else code,
            "close_reason": None if ended is None else "" if close is None else close.reason,
            "timestamp_end": None if ended is None else ended.time.timestamp(),
        }


def _refused(record: Refused, remarks: Iterable[str]) -> bytes:
    """An upgrade that was not granted is an ordinary flow."""
    handshake = handshake_of(record.station or "", record.handshake, record.status)
    if header(handshake.request, "upgrade") is None:
        handshake = msgspec.structs.replace(handshake, request=[*handshake.request, ("Upgrade", "websocket")])
    flow = _http(record, handshake, None, list(remarks))
    if record.status is None and handshake.status is None:
        flow |= {"response": None, "error": {"msg": record.reason, "timestamp": record.time.timestamp()}}
    return tnetstring.encode({"websocket": None} | flow | {"metadata": {}})


def _http(
    record: Opened | Refused, handshake: Handshake, ended: Ended | Close | None, remarks: list[str]
) -> dict[str, Any]:
    begun = record.time.timestamp()
    end = None if ended is None else ended.time.timestamp()
    host, port = _host(header(handshake.request, "host") or record.upstream or "csms.invalid")
    granted = handshake.status in (None, 101)
    address = [host, port] if record.upstream is None else list(_host(record.upstream))
    server = {"address": address, "timestamp_tcp_setup": begun, "via": None}
    return {
        "response": {
            "http_version": b"HTTP/1.1",
            "status_code": handshake.status or 101,
            "reason": b"Switching Protocols" if granted else b"",
            "headers": _encoded_headers(handshake.response),
            "content": (handshake.body or "").encode(),
            "trailers": None,
            "timestamp_start": begun,
            "timestamp_end": begun,
        },
        "request": {
            "http_version": b"HTTP/1.1",
            "method": b"GET",
            "scheme": b"http" if record.csms_tls is None else b"https",
            "authority": b"",
            "host": host,
            "port": port,
            "path": handshake.target.encode("latin-1", "replace"),
            "headers": _encoded_headers(handshake.request),
            "content": b"",
            "trailers": None,
            "timestamp_start": begun,
            "timestamp_end": begun,
        },
        "type": "http",
        "version": FLOW_VERSION,
        "id": str(uuid5(NAMESPACE_URL, f"{record.station} {record.conn} {begun}")),
        "error": None,
        "client_conn": _connection(record.peer or "", record.station_tls, begun, end)
        | {"proxy_mode": "regular", "mitmcert": None},
        "server_conn": _connection(record.upstream, record.csms_tls, begun, end) | server,
        "intercepted": False,
        "is_replay": None,
        "marked": ":red_circle:" if remarks else "",
        "comment": "\n".join(remarks),
        "timestamp_created": begun,
        "backup": None,
    }


def _connection(address: str | None, tls: TlsFacts | None, begun: float, end: float | None) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{address} {begun}")),
        "transport_protocol": "tcp",
        "peername": None if address is None else list(_host(address)),
        "sockname": ["", 0],
        "error": None,
        "tls": tls is not None,
        "certificate_list": [],
        "alpn": None,
        "alpn_offers": [],
        "cipher": None if tls is None else tls.cipher,
        "cipher_list": [],
        "tls_version": None if tls is None else tls.version,
        "sni": None if tls is None else tls.server_name,
        "timestamp_start": begun,
        "timestamp_tls_setup": None if tls is None else begun,
        "timestamp_end": end,
    }


def _state(record: MessageRecord) -> list[Any]:
    data = (
        record.text.encode("utf-8", "surrogatepass") if record.text is not None else base64.b64decode(record.data or "")
    )
    kind = BINARY if record.binary else TEXT
    return [kind, record.dir is Direction.TO_CSMS, data, record.time.timestamp(), False, False]


def _encoded_headers(headers: list[tuple[str, str]]) -> list[list[bytes]]:
    return [[name.encode("latin-1", "replace"), value.encode("latin-1", "replace")] for name, value in headers]


def _host(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition("://")[2].partition("/")[0].rpartition(":")
    if colon and port.isdigit() and len(port) <= 5:
        return host.strip("[]"), int(port)
    return text.rpartition("://")[2].partition("/")[0].strip("[]"), 80
