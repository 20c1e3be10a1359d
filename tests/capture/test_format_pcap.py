"""Packets: every wrapping, both containers, and files that are cut, hostile or of something else."""

import gzip
import struct
from collections.abc import Callable

import pytest
from captured import BOOT, BOOTED, RESET, RESET_DONE, read
from packets import (
    ACK,
    CSMS_6,
    STATION_6,
    UPGRADE,
    Talk,
    block,
    ethernet,
    option,
    pcap,
    pcapng,
)

from ocppscope.capture.record import Gap, Opened

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]


def _talk(**options: object) -> Talk:
    talk = Talk(**options).open()  # type: ignore[arg-type]
    talk.up(BOOT)
    talk.down(BOOTED)
    talk.down(RESET)
    talk.up(RESET_DONE)
    return talk


def _cooked(data: bytes) -> bytes:
    return struct.pack("!HHH8sH", 0, 1, 6, bytes(8), 0x0800) + data


def _cooked_2(data: bytes) -> bytes:
    return struct.pack("!HHIHBB8s", 0x0800, 0, 1, 1, 0, 6, bytes(8)) + data


def _pppoe(data: bytes) -> bytes:
    return ethernet(struct.pack("!BBHHH", 0x11, 0, 1, len(data) + 2, 0x0021) + data, kind=0x8864)


WRAPPINGS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "Ethernet": (1, ethernet),
    "VLAN": (1, lambda data: ethernet(data, (0x8100, 7))),
    "QinQ": (1, lambda data: ethernet(data, (0x88A8, 7), (0x8100, 8))),
    "padded Ethernet": (1, lambda data: ethernet(data) + bytes(12)),
    "PPPoE": (1, _pppoe),
    "Linux cooked": (113, _cooked),
    "Linux cooked 2": (276, _cooked_2),
    "loopback of BSD": (0, lambda data: b"\x02\0\0\0" + data),
    "loopback of OpenBSD": (108, lambda data: b"\0\0\0\x02" + data),
    "raw IP": (101, lambda data: data),
    "raw IP by its old number": (12, lambda data: data),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_messages_are_found_in_every_wrapping(wrapping: str) -> None:
    link, wrap = WRAPPINGS[wrapping]
    found = read(pcap([(at, wrap(data)) for at, data in _talk().packets], link=link))
    assert found.said == SAID
    assert found.stations == ["WB01"]
    assert found.skipped == []


@pytest.mark.parametrize("extensions", [b"", b"\x06\0\x01\x04\0\0\0\0"], ids=["plain", "with options"])
def test_ipv6_is_read_with_its_extension_headers(extensions: bytes) -> None:
    found = read(pcap(_talk(station=STATION_6, csms=CSMS_6, extensions=extensions).packets))
    assert found.said == SAID
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert opened.peer == "[2001:db8::7]:40123"


def test_the_upgrade_is_recorded() -> None:
    request = UPGRADE.replace(b"Host:", b"Authorization: Basic V0IwMTpzZWNyZXQ=\r\nHost:")
    talk = Talk().open(request)
    talk.up(BOOT)
    opened = read(pcap(talk.packets)).records[0]
    assert isinstance(opened, Opened)
    assert opened.handshake is not None
    assert (opened.subprotocol, opened.peer, opened.upstream) == ("ocpp1.6", "192.0.2.7:40123", "192.0.2.1:80")
    assert opened.handshake.auth == "Basic user=WB01 password=6 bytes"
    assert "V0Iw" not in str(opened)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_pcap_of_both_byte_orders_and_units(order: str, nano: bool) -> None:
    found = read(pcap(_talk().packets, order=order, nano=nano))
    assert found.said == SAID
    assert found.seconds == [1.75, 2.25, 2.75, 3.25]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("resolution", "units"), [(b"\x06", 10**6), (b"\x09", 10**9), (b"\x03", 10**3), (b"\x94", 2**20)]
)
def test_pcapng_of_both_byte_orders_and_any_resolution(order: str, resolution: bytes, units: int) -> None:
    found = read(pcapng(_talk().packets, order=order, options=option(9, resolution, order), units=units))
    assert found.said == SAID
    assert found.seconds == pytest.approx([1.75, 2.25, 2.75, 3.25], abs=2e-6)


def test_pcapng_without_options_counts_microseconds_and_may_shift_them() -> None:
    assert read(pcapng(_talk().packets)).seconds[0] == 1.75
    assert read(pcapng(_talk().packets, options=option(14, struct.pack("<q", 3600)))).seconds[0] == 3601.75


def test_sections_of_pcapng_may_follow_each_other() -> None:
    first, second = _talk().packets[:9], _talk().packets[9:]
    assert read(pcapng(first) + pcapng(second, order=">")).said == SAID


def test_unknown_blocks_of_pcapng_are_passed_over() -> None:
    data = pcapng(_talk().packets)
    assert read(data + block(0x0BAD, b"what is this?") + block(5, bytes(12))).said == SAID


@pytest.mark.parametrize("make", [pcap, pcapng])
def test_a_file_that_is_cut_anywhere_gives_what_is_whole(make: Callable[..., bytes]) -> None:
    data = make(_talk().packets)
    for end in range(4, len(data)):
        found = read(data[:end], form="pcap")
        assert found.said == SAID[: len(found.said)]
        if not found.said:
            assert found.records or found.skipped
    assert read(data[:-1]).said == SAID
    assert "the file ends within" in read(data[:-1]).skipped[-1][1]


def test_hostile_lengths_are_refused_with_the_packet() -> None:
    data = pcap(_talk().packets) + struct.pack("<IIII", 0, 0, 0xFFFFFFFF, 0)
    assert "4,294,967,295 bytes" in read(data).skipped[-1][1]
    assert read(data).said == SAID
    for length in (0, 4, 11, 0xFFFFFFF0):
        data = pcapng(_talk().packets) + struct.pack("<II", 6, length)
        assert read(data).said == SAID
        assert read(data).skipped[-1][1].startswith("block ")


def test_times_beyond_all_calendars_cost_their_packet() -> None:
    data = pcapng(_talk().packets, options=option(9, b"\0"))
    found = read(data, form="pcap")
    assert found.records == []
    assert "another shape" in found.skipped[0][1]


def test_a_flood_of_tiny_segments_behind_a_gap_is_given_up_in_time() -> None:
    talk = Talk().open()
    place = talk.seq[True]
    for number in range(30_000):
        talk.segment(b"x", ACK, up=True, seq=place + 2 + 2 * number)
    found = read(pcap(talk.packets))
    assert any(isinstance(record, Gap) for record in found.records)


def test_packets_of_an_unknown_kind_are_named_once() -> None:
    found = read(pcap(_talk().packets, link=127))
    assert found.skipped[0] == (1, "packets of link type 127 are not read")
    assert len(found.skipped) == 2


def test_a_capture_without_ocpp_says_so() -> None:
    talk = Talk().open(b"GET / HTTP/1.1\r\nHost: made.invalid\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n")
    found = read(pcap(talk.packets))
    assert found.records == []
    assert found.skipped == [(1, "no WebSocket with OCPP in it; TCP connections with data: 1")]


def test_encrypted_connections_are_counted_and_keys_are_asked_for() -> None:
    talk = Talk().open(b"\x16\x03\x01\0\x05hello", b"\x16\x03\x03\0\x05hello")
    found = read(pcap(talk.packets))
    assert found.records == []
    assert "--keylog FILE" in found.skipped[0][1]
    assert "--tls-key FILE" in found.skipped[0][1]


def test_a_whole_connection_in_one_direction_only() -> None:
    talk = _talk()
    only_up = [packet for packet in talk.packets if packet[1][12:16] == bytes((192, 0, 2, 7))]
    found = read(pcap(only_up))
    assert found.said == [(">", BOOT), (">", RESET_DONE)] or found.skipped


def test_gzip_around_pcap() -> None:
    assert read(gzip.compress(pcap(_talk().packets))).said == SAID
