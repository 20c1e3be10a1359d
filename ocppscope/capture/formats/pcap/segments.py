"""TCP segments out of packets: link layers, IPv4 and IPv6 as far as captures of stations have them."""

import struct
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple, TypeAlias

from ocppscope.capture.formats.pcap.packets import Packet

Endpoint: TypeAlias = tuple[str, int]
"""Address and port."""

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10

_IPV4, _IPV6 = 0x0800, 0x86DD
_VLANS = frozenset({0x8100, 0x88A8, 0x9100})
_PPPOE = 0x8864
_PPP = {0x0021: _IPV4, 0x0057: _IPV6}
_TCP = 6
_EXTENSIONS = frozenset({0, 43, 60, 135})
"""IPv6 extension headers that are passed over: hop-by-hop, routing, destination options, mobility."""

_MOST_EXTENSIONS = 8
_MOST_VLANS = 4


_RAW = frozenset({12, 14, 101, 228, 229})
_ETHERNET, _COOKED, _COOKED_2, _NULL, _LOOP = 1, 113, 276, 0, 108

LINKS = _RAW | {_ETHERNET, _COOKED, _COOKED_2, _NULL, _LOOP}
"""Link types that are read; the numbers are those of tcpdump.org/linktypes.html."""


class Segment(NamedTuple):
    """One TCP segment; ``at`` in ns since the epoch, ``number`` of its packet."""

    number: int
    at: int
    source: Endpoint
    target: Endpoint
    seq: int
    ack: int
    flags: int
    payload: bytes


def segment_of(packet: Packet) -> Segment | None:
    """The TCP segment in a packet; None for anything else, for a fragment of IP, and for what is cut."""
    network = _network(packet.link, packet.data)
    if network is None:
        return None
    kind, data = network
    found = _ipv4(data) if kind == _IPV4 else _ipv6(data) if kind == _IPV6 else None
    if found is None:
        return None
    source, target, tcp = found
    if len(tcp) < 20:
        return None
    source_port, target_port, seq, ack, offset, flags = struct.unpack("!HHIIBB", tcp[:14])
    begin = (offset >> 4) * 4
    if not 20 <= begin <= len(tcp):
        return None
    return Segment(packet.number, packet.at, (source, source_port), (target, target_port), seq, ack, flags, tcp[begin:])


def _network(link: int, data: bytes) -> tuple[int, bytes] | None:
    """The protocol above the link layer, as an EtherType, and its bytes."""
    if link == _ETHERNET and len(data) >= 14:
        return _tagged(struct.unpack("!H", data[12:14])[0], data[14:])
    if link == _COOKED and len(data) >= 16:
        return _tagged(struct.unpack("!H", data[14:16])[0], data[16:])
    if link == _COOKED_2 and len(data) >= 20:
        return _tagged(struct.unpack("!H", data[:2])[0], data[20:])
    if link in (_NULL, _LOOP) and len(data) >= 4:  # a family in the order of the machine, which IP tells as well
        return _raw(data[4:])
    if link in _RAW:
        return _raw(data)
    return None


def _tagged(kind: int, data: bytes) -> tuple[int, bytes] | None:
    for _ in range(_MOST_VLANS):
        if kind not in _VLANS or len(data) < 4:
            break
        kind, data = struct.unpack("!H", data[2:4])[0], data[4:]
    if kind == _PPPOE and len(data) >= 8:
        return _PPP.get(struct.unpack("!H", data[6:8])[0], 0), data[8:]
    return kind, data


def _raw(data: bytes) -> tuple[int, bytes] | None:
    if not data:
        return None
    return {4: _IPV4, 6: _IPV6}.get(data[0] >> 4, 0), data


def _ipv4(data: bytes) -> tuple[str, str, bytes] | None:
    if len(data) < 20:
        return None
    length, fragment = struct.unpack("!H2xH", data[2:8])
    begin = (data[0] & 0x0F) * 4
    if data[9] != _TCP or fragment & 0x3FFF or begin < 20:
        return None
    end = length or len(data)  # 0 where the network card cuts large segments itself
    return _address(data[12:16]), _address(data[16:20]), data[begin:end]


def _ipv6(data: bytes) -> tuple[str, str, bytes] | None:
    if len(data) < 40:
        return None
    length, following = struct.unpack("!HB", data[4:7])
    rest = data[40 : 40 + length] if length else data[40:]
    for _ in range(_MOST_EXTENSIONS):
        if following not in _EXTENSIONS or len(rest) < 8:
            break
        following, rest = rest[0], rest[(rest[1] + 1) * 8 :]
    if following != _TCP:
        return None
    return _address(data[8:24]), _address(data[24:40]), rest


@lru_cache(maxsize=4096)
def _address(data: bytes) -> str:
    return str(ip_address(data))
