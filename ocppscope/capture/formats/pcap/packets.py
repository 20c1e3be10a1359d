"""Packets out of pcap and pcapng files, streaming and in bounded memory.

Our own because both containers are a page each, and the maintained readers for Python are either far larger than that or
have no types.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ocppscope.capture.source import Source

PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"

_PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
"""Byte order, and nanoseconds of the unit of a time stamp's fraction."""

LARGEST_BLOCK = 16 * 1024 * 1024
"""Bytes of one packet or block that are read; Wireshark's own limit is a quarter of a megabyte."""

_SECTION, _INTERFACE, _SIMPLE, _ENHANCED, _OBSOLETE = 0x0A0D0D0A, 1, 3, 6, 2
_TSRESOL, _TSOFFSET = 9, 14
_NANOSECOND = 1_000_000_000
_LATEST = 9_200_000_000 * _NANOSECOND
"""The latest time that records take: in the year 2261."""


class Packet(NamedTuple):
    """One packet: its number in the file from 1, ns since the epoch, the link type of its interface, its bytes."""

    number: int
    at: int
    link: int
    data: bytes


class _Interface(NamedTuple):
    link: int
    units: int
    """Time stamps a second."""
    offset: int
    """Seconds to be added."""


class _Bytes:
    """Takes pieces of given sizes from a source."""

    def __init__(self, source: Source) -> None:
        self._blocks = source.blocks()
        self._kept = bytearray()

    def take(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        while len(self._kept) < size and (block := next(self._blocks, None)) is not None:
            self._kept += block
        taken = bytes(self._kept[:size])
        del self._kept[:size]
        return taken


def is_pcap(head: bytes) -> bool:
    """Whether a file that begins so is one of the two."""
    return head[:4] in _PCAP_MAGICS or head[:4] == PCAPNG_MAGIC


def packets_of(source: Source) -> Iterator[Packet]:
    """The packets. A file that is cut gives those before the cut, and says so."""
    data = _Bytes(source)
    magic = data.take(4)
    if magic == PCAPNG_MAGIC:
        yield from _pcapng(data, source)
    elif magic in _PCAP_MAGICS:
        yield from _pcap(data, source, *_PCAP_MAGICS[magic])
    else:
        source.skipped.add(1, "neither pcap nor pcapng begins so")


def _pcap(data: _Bytes, source: Source, order: str, unit: int) -> Iterator[Packet]:
    header = data.take(20)
    if len(header) < 20:
        source.skipped.add(1, "the file ends within its header")
        return
    link = struct.unpack(order + "I", header[16:])[0] & 0xFFFF
    number = 0
    while head := data.take(16):
        number += 1
        if len(head) < 16:
            source.skipped.add(number, f"the file ends within packet {number}")
            return
        seconds, fraction, length, _ = struct.unpack(order + "IIII", head)
        if length > LARGEST_BLOCK:
            source.skipped.add(
                number, f"packet {number} says that it has {length:,} bytes; nothing after it can be read"
            )
            return
        packet = data.take(length)
        if len(packet) < length:
            source.skipped.add(number, f"the file ends within packet {number}")
            return
        yield Packet(number, seconds * _NANOSECOND + fraction * unit, link, packet)


def _pcapng(data: _Bytes, source: Source) -> Iterator[Packet]:
    order = "<"
    interfaces: list[_Interface] = []
    number = blocks = 0
    kind_bytes = PCAPNG_MAGIC
    while kind_bytes:
        blocks += 1
        start = data.take(4)
        if kind_bytes == PCAPNG_MAGIC:
            mark = data.take(4)
            order = ">" if mark == b"\x1a\x2b\x3c\x4d" else "<"
            start += mark
            interfaces = []
        length = struct.unpack(order + "I", start[:4])[0] if len(start) >= 4 else 0
        rest = length - 4 - len(start)
        if not 4 <= rest <= LARGEST_BLOCK:
            source.skipped.add(
                number + 1, f"block {blocks} says that it has {length:,} bytes; nothing after it can be read"
            )
            return
        body = data.take(rest)
        if len(body) < rest:
            source.skipped.add(number + 1, f"the file ends within block {blocks}")
            return
        kind = struct.unpack(order + "I", kind_bytes)[0]
        body = body[:-4]
        if kind == _INTERFACE and len(body) >= 8:
            interfaces.append(_interface(body, order))
        elif kind in (_ENHANCED, _SIMPLE, _OBSOLETE):
            number += 1
            packet = _packet(kind, body, order, interfaces, number)
            if packet is None:
                source.skipped.add(number, f"packet {number} has another shape")
            else:
                yield packet
        kind_bytes = data.take(4)
        if 0 < len(kind_bytes) < 4:
            source.skipped.add(number + 1, f"the file ends within block {blocks + 1}")
            return


def _interface(body: bytes, order: str) -> _Interface:
    link = struct.unpack(order + "H", body[:2])[0]
    units, offset = 1_000_000, 0
    place = 8
    while place + 4 <= len(body):
        code, length = struct.unpack(order + "HH", body[place : place + 4])
        value = body[place + 4 : place + 4 + length]
        if code == 0:
            break
        if code == _TSRESOL and value:
            power = min(value[0] & 0x7F, 18 if not value[0] & 0x80 else 60)
            units = 2**power if value[0] & 0x80 else 10**power
        elif code == _TSOFFSET and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0]
        place += 4 + (length + 3) // 4 * 4
    return _Interface(link, units, offset)


def _packet(kind: int, body: bytes, order: str, interfaces: list[_Interface], number: int) -> Packet | None:
    if kind == _SIMPLE:
        if len(body) < 4 or not interfaces:
            return None
        length = struct.unpack(order + "I", body[:4])[0]
        return Packet(number, 0, interfaces[0].link, body[4 : 4 + length])
    if len(body) < 20:
        return None
    if kind == _ENHANCED:
        place, high, low, length, _ = struct.unpack(order + "IIIII", body[:20])
    else:
        place, _, high, low, length, _ = struct.unpack(order + "HHIIII", body[:20])
    if place >= len(interfaces):
        return None
    interface = interfaces[place]
    stamp = (high << 32 | low) * _NANOSECOND // interface.units + interface.offset * _NANOSECOND
    if not 0 <= stamp < _LATEST:
        return None
    return Packet(number, stamp, interface.link, body[20 : 20 + length])
