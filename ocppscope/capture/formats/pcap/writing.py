"""Writes pcapng: the messages in TCP connections that are made up around them, findings as comments of packets.

Wireshark then shows the upgrade, the frames and what is wrong with them, and its filters work. Addresses are those of the
capture where it has IPv4 ones. Frames are whole and plain: how they were cut and compressed is lost.
"""

import base64
import struct
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from ocppscope import __version__
from ocppscope.capture.formats.headers import handshake_of
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import (
    Close,
    Ended,
    Handshake,
    MessageRecord,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    wall_ns,
)
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.websocket.frames import BINARY, CLOSE, PING, PONG, TEXT

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

_RAW_IP = 101
_LARGEST = 65_000
"""Bytes of payload in one segment: what an IPv4 packet can hold, nearly."""

_FIN, _SYN, _RST, _PSH, _ACK = 1, 2, 4, 8, 16
_COMMENT, _APPLICATION, _RESOLUTION = 1, 4, 9

_Address: TypeAlias = tuple[bytes, int]

_HOP_BY_HOP = frozenset({"connection", "upgrade", "sec-websocket-extensions"})
"""Headers written anew: without compression the frames can be read by everyone."""


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """One TCP connection for each of the capture, as packets of raw IPv4."""
    file.write(_section() + _interface())
    connections: OrderedDict[int, _Connection] = OrderedDict()
    count = 0
    for record in records:
        comments = remarks(record)
        conn = getattr(record, "conn", None)
        if conn is None:
            lost.add_record(record)
            continue
        if isinstance(record, Opened | Refused) or conn not in connections:
            count += 1
            connections[conn] = _Connection(file, record, count)
        if isinstance(record, MessageRecord):
            lost.add_end_of(record)
        if not connections[conn].take(record, comments):
            lost.add_record(record)
        if isinstance(record, Ended | Refused):
            del connections[conn]


class _Connection:
    """One TCP connection on its way into the file."""

    def __init__(self, file: BinaryIO, record: Record, number: int) -> None:
        self._file = file
        station = IPv4Address("10.0.0.0") + 1 + number % 0xFFFFF0
        self._ends: dict[Direction, _Address] = {
            Direction.TO_CSMS: _address(getattr(record, "peer", None), station, 40_000 + number % 20_000),
            Direction.TO_STATION: _address(getattr(record, "upstream", None), IPv4Address("192.0.2.1"), 80),
        }
        self._seq = dict.fromkeys(Direction, 1_000)
        self._open = not isinstance(record, Refused)
        if not isinstance(record, Opened | Refused):
            self._begin(record.time, None, Handshake(target=f"/connection-{number}", status=101), ())

    def take(self, record: Record, comments: Sequence[str]) -> bool:
        """Write a record; False when packets have no place for it."""
        match record:
            case Opened():
                handshake = handshake_of(record.station, record.handshake)
                self._begin(record.time, record.subprotocol, handshake, comments)
            case Refused():
                handshake = handshake_of(record.station or "", record.handshake, record.status)
                self._begin(record.time, None, handshake, comments)
                self._end(record.time, Direction.TO_STATION, _FIN)
            case MessageRecord():
                self._message(record, comments)
            case Ping() | Pong():
                opcode = PING if isinstance(record, Ping) else PONG
                self._frame(record.time, record.dir, opcode, base64.b64decode(record.payload), comments)
            case Close():
                code = b"" if record.code is None else struct.pack("!H", record.code & 0xFFFF)
                self._frame(record.time, record.dir, CLOSE, code + record.reason.encode()[:123], comments)
            case Ended():
                way = Direction.TO_CSMS if record.by == "station" else Direction.TO_STATION
                self._end(record.time, way, _RST if record.how == "rst" else _FIN)
            case _:
                return False
        return True

    def _begin(self, time: datetime, subprotocol: str | None, handshake: Handshake, comments: Sequence[str]) -> None:
        up, down = Direction.TO_CSMS, Direction.TO_STATION
        self._packet(time, up, _SYN, b"", ())
        self._seq[up] += 1
        self._packet(time, down, _SYN | _ACK, b"", ())
        self._seq[down] += 1
        self._packet(time, up, _ACK, b"", ())
        self._send(time, up, _request(handshake), ())
        self._send(time, down, _response(handshake, subprotocol), comments)

    def _message(self, record: MessageRecord, comments: Sequence[str]) -> None:
        if record.text is not None:
            self._frame(record.time, record.dir, TEXT, record.text.encode("utf-8", "surrogatepass"), comments)
        else:
            opcode = BINARY if record.binary else TEXT
            self._frame(record.time, record.dir, opcode, base64.b64decode(record.data or ""), comments)

    def _frame(self, time: datetime, way: Direction, opcode: int, payload: bytes, comments: Sequence[str]) -> None:
        masked = 0x80 if way is Direction.TO_CSMS else 0
        size = len(payload)
        head = bytes((0x80 | opcode,))
        if size < 126:
            head += bytes((masked | size,))
        elif size < 1 << 16:
            head += bytes((masked | 126,)) + struct.pack("!H", size)
        else:
            head += bytes((masked | 127,)) + struct.pack("!Q", size)
        mask = bytes(4) if masked else b""  # a mask of zeros leaves the payload as it is
        self._send(time, way, head + mask + payload, comments)

    def _send(self, time: datetime, way: Direction, data: bytes, comments: Sequence[str]) -> None:
        for start in range(0, len(data), _LARGEST):
            piece = data[start : start + _LARGEST]
            self._packet(time, way, _PSH | _ACK, piece, comments if start + _LARGEST >= len(data) else ())
            self._seq[way] += len(piece)
        self._packet(time, way.opposite, _ACK, b"", ())

    def _end(self, time: datetime, way: Direction, flag: int) -> None:
        if not self._open and flag != _FIN:
            return
        self._packet(time, way, flag | _ACK, b"", ())
        if flag == _FIN:
            self._seq[way] += 1
            self._packet(time, way.opposite, _FIN | _ACK, b"", ())
            self._seq[way.opposite] += 1
            self._packet(time, way, _ACK, b"", ())

    def _packet(self, time: datetime, way: Direction, flags: int, payload: bytes, comments: Sequence[str]) -> None:
        (source, source_port), (target, target_port) = self._ends[way], self._ends[way.opposite]
        seq, ack = self._seq[way] & 0xFFFFFFFF, self._seq[way.opposite] & 0xFFFFFFFF
        if not flags & _ACK:
            ack = 0
        tcp = struct.pack("!HHIIBBHHH", source_port, target_port, seq, ack, 5 << 4, flags, 0xFFFF, 0, 0)
        pseudo = source + target + struct.pack("!BBH", 0, 6, len(tcp) + len(payload))
        checksum = _checksum(pseudo + tcp + payload)
        tcp = tcp[:16] + struct.pack("!H", checksum) + tcp[18:]
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp) + len(payload), 0, 0x4000, 64, 6, 0) + source + target
        ip = ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:]
        self._file.write(_enhanced(wall_ns(time), ip + tcp + payload, comments))


def _request(handshake: Handshake) -> bytes:
    kept = [(name, value) for name, value in handshake.request if name.lower() not in _HOP_BY_HOP]
    names = {name.lower() for name, _ in kept}
    added = [
        ("Host", "csms.invalid"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ]
    kept += [(name, value) for name, value in added if name.lower() not in names]
    return _head(f"GET {handshake.target} HTTP/1.1", [*kept, ("Upgrade", "websocket"), ("Connection", "Upgrade")])


def _response(handshake: Handshake, subprotocol: str | None) -> bytes:
    kept = [(name, value) for name, value in handshake.response if name.lower() not in _HOP_BY_HOP]
    if subprotocol and all(name.lower() != "sec-websocket-protocol" for name, _ in kept):
        kept.append(("Sec-WebSocket-Protocol", subprotocol))
    status = handshake.status or 101
    if status != 101:
        kept = [(name, value) for name, value in kept if name.lower() not in {"content-length", "transfer-encoding"}]
        return _head(handshake.status_line or f"HTTP/1.1 {status} ", [*kept, ("Content-Length", "0")])
    return _head(
        handshake.status_line or "HTTP/1.1 101 Switching Protocols",
        [*kept, ("Upgrade", "websocket"), ("Connection", "Upgrade")],
    )


def _head(line: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in headers)]
    clean = [text.replace("\r", " ").replace("\n", " ") for text in lines]  # a made-up value must not begin a header
    return "\r\n".join([*clean, "", ""]).encode("latin-1", "replace")


def _address(text: str | None, otherwise: IPv4Address, port: int) -> _Address:
    host, colon, number = (text or "").rpartition("://")[2].partition("/")[0].rpartition(":")
    try:
        address = IPv4Address(host)
    except AddressValueError:
        address = otherwise
    digits = colon and number.isascii() and number.isdigit() and int(number) <= 0xFFFF
    return address.packed, int(number) if digits else port


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _section() -> bytes:
    return _block(
        0x0A0D0D0A,
        struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _options([(_APPLICATION, f"ocppscope {__version__}".encode())]),
    )


def _interface() -> bytes:
    return _block(1, struct.pack("<HHI", _RAW_IP, 0, 0) + _options([(_RESOLUTION, bytes((9,)))]))


def _enhanced(at: int, data: bytes, comments: Sequence[str]) -> bytes:
    head = struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(data), len(data))
    return _block(6, head + _padded(data) + _options([(_COMMENT, text.encode()[:4000]) for text in comments]))


def _options(options: list[tuple[int, bytes]]) -> bytes:
    if not options:
        return b""
    return b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options) + bytes(4)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length
