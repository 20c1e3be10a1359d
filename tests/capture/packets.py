"""Packets by hand: TCP connections with WebSocket frames in them, in every wrapping that captures have."""

import struct
import zlib
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address

from captured import NOON

SYN, FIN, RST, PSH, ACK = 0x02, 0x01, 0x04, 0x08, 0x10

STATION, CSMS = ("192.0.2.7", 40123), ("192.0.2.1", 80)
STATION_6, CSMS_6 = ("2001:db8::7", 40123), ("2001:db8::1", 80)

UPGRADE = (
    b"GET /ocpp/WB01 HTTP/1.1\r\nHost: csms.invalid\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
DEFLATED = SWITCHED.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")

MASK = b"\x37\xfa\x21\x3d"


def frame(payload: bytes | str, *, masked: bool = False, head: int = 0x81) -> bytes:
    """One WebSocket frame; ``head`` is its first byte, 0x81 for a whole text."""
    data = payload.encode() if isinstance(payload, str) else payload
    bit = 0x80 if masked else 0
    if len(data) < 126:
        length = bytes((bit | len(data),))
    elif len(data) < 1 << 16:
        length = bytes((bit | 126,)) + struct.pack("!H", len(data))
    else:
        length = bytes((bit | 127,)) + struct.pack("!Q", len(data))
    if masked:
        return bytes((head,)) + length + MASK + bytes(byte ^ MASK[place % 4] for place, byte in enumerate(data))
    return bytes((head,)) + length + data


class Deflater:
    """permessage-deflate with context takeover."""

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(wbits=-15)

    def __call__(self, text: str) -> bytes:
        """The payload of a compressed message."""
        return (self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))[:-4]


def tcp(ports: tuple[int, int], seq: int, ack: int, flags: int, payload: bytes = b"") -> bytes:
    """A TCP segment; its checksum is none, as network cards leave it."""
    return struct.pack("!HHIIBBHHH", *ports, seq % 2**32, ack % 2**32, 5 << 4, flags, 0xFFFF, 0, 0) + payload


def ip(source: str, target: str, segment: bytes, *, extensions: bytes = b"") -> bytes:
    """An IP packet, of the version that the addresses have; ``extensions`` are whole headers of IPv6 for destination options."""
    begin, end = ip_address(source).packed, ip_address(target).packed
    if len(begin) == 4:
        return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, 6, 0) + begin + end + segment
    first = 60 if extensions else 6
    return struct.pack("!IHBB", 6 << 28, len(extensions) + len(segment), first, 64) + begin + end + extensions + segment


class Talk:
    """One TCP connection, packet by packet; ``packets`` are IP packets with their times in seconds after noon."""

    def __init__(
        self,
        station: tuple[str, int] = STATION,
        csms: tuple[str, int] = CSMS,
        *,
        start: int = 1000,
        at: float = 0.0,
        extensions: bytes = b"",
    ) -> None:
        self.ends = {True: station, False: csms}
        self.seq = {True: start, False: start + 7_000_000}
        self.at = at
        self.packets: list[tuple[float, bytes]] = []
        self._extensions = extensions

    def segment(self, payload: bytes, flags: int, *, up: bool, seq: int | None = None) -> None:
        """One segment, at its place or at another one."""
        (source, source_port), (target, target_port) = self.ends[up], self.ends[not up]
        place = self.seq[up] if seq is None else seq
        data = tcp((source_port, target_port), place, self.seq[not up], flags, payload)
        self.packets.append((self.at, ip(source, target, data, extensions=self._extensions)))
        self.at += 0.25

    def send(self, payload: bytes, *, up: bool) -> None:
        """Bytes in their place, acknowledged."""
        self.segment(payload, PSH | ACK, up=up)
        self.seq[up] += len(payload)
        self.segment(b"", ACK, up=not up)

    def open(self, request: bytes = UPGRADE, response: bytes = SWITCHED) -> "Talk":
        """Three-way handshake and upgrade."""
        for up, flags in ((True, SYN), (False, SYN | ACK)):
            self.segment(b"", flags, up=up)
            self.seq[up] += 1
        self.segment(b"", ACK, up=True)
        self.send(request, up=True)
        self.send(response, up=False)
        return self

    def up(self, text: str) -> None:
        """A text of the station."""
        self.send(frame(text, masked=True), up=True)

    def down(self, text: str) -> None:
        """A text of the CSMS."""
        self.send(frame(text), up=False)


def pcap(
    packets: Iterable[tuple[float, bytes]],
    *,
    link: int = 101,
    order: str = "<",
    nano: bool = False,
    epoch: datetime = NOON,
) -> bytes:
    """A pcap file; times are in seconds after noon."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)
    for at, data in packets:
        micro = round((epoch.timestamp() + at) * 1_000_000)
        fraction = micro % 1_000_000 * (1000 if nano else 1)
        out += struct.pack(order + "IIII", micro // 1_000_000, fraction, len(data), len(data)) + data
    return out


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def option(code: int, value: bytes, order: str = "<") -> bytes:
    """An option of pcapng."""
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(
    packets: Iterable[tuple[float, bytes]],
    *,
    link: int = 101,
    order: str = "<",
    options: bytes = b"",
    units: int = 1_000_000,
) -> bytes:
    """A pcapng file of one section and interface; ``options`` are the interface's, ``units`` time stamps a second."""
    out = block(
        0x0A0D0D0A,
        struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + option(2, b"made up", order) + option(0, b"", order),
        order,
    )
    out += block(1, struct.pack(order + "HHI", link, 0, 0) + options + option(0, b"", order), order)
    for at, data in packets:
        stamp = round((NOON.timestamp() + at) * 1_000_000) * units // 1_000_000
        head = struct.pack(order + "IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data))
        out += block(
            6, head + data + bytes(-len(data) % 4) + option(1, b"a remark", order) + option(0, b"", order), order
        )
    return out


def ethernet(data: bytes, *tags: tuple[int, int], kind: int | None = None) -> bytes:
    """An Ethernet frame around an IP packet, with VLAN tags as EtherType and number."""
    kind = kind or (0x0800 if data[0] >> 4 == 4 else 0x86DD)
    out = bytes.fromhex("020000000001020000000002")
    for ether_type, number in tags:
        out += struct.pack("!HH", ether_type, number)
    return out + struct.pack("!H", kind) + data
