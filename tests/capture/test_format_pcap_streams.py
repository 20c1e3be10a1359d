"""Packets: every fault of TCP that captures have, and the life of a WebSocket in them."""

import pytest
from captured import BOOT, BOOTED, RESET, RESET_DONE, UP, read
from packets import (
    ACK,
    DEFLATED,
    FIN,
    PSH,
    RST,
    SWITCHED,
    SYN,
    UPGRADE,
    Deflater,
    Talk,
    frame,
    pcap,
)

from ocppscope.capture.record import Close, Ended, Gap, MessageRecord, Opened, Ping, Pong, Refused, Undecodable

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]


def _talk(**options: object) -> Talk:
    talk = Talk(**options).open()  # type: ignore[arg-type]
    talk.up(BOOT)
    talk.down(BOOTED)
    talk.down(RESET)
    talk.up(RESET_DONE)
    return talk


def test_segments_out_of_order_are_put_in_order() -> None:
    talk = Talk().open()
    message = frame(BOOT, masked=True)
    place = talk.seq[True]
    talk.segment(message[20:], PSH | ACK, up=True, seq=place + 20)
    talk.segment(message[:20], PSH | ACK, up=True, seq=place)
    talk.seq[True] += len(message)
    talk.down(BOOTED)
    found = read(pcap(talk.packets))
    assert found.said == SAID[:2]
    assert not [record for record in found.records if isinstance(record, Gap)]


def test_what_is_sent_again_is_read_once() -> None:
    talk = Talk().open()
    place = talk.seq[True]
    talk.up(BOOT)
    message = frame(BOOT, masked=True)
    talk.segment(message, PSH | ACK, up=True, seq=place)  # all of it
    talk.segment(
        message[10:] + frame(RESET_DONE, masked=True), PSH | ACK, up=True, seq=place + 10
    )  # with more behind it
    found = read(pcap(talk.packets))
    assert found.said == [(">", BOOT), (">", RESET_DONE)]


def test_a_syn_that_comes_again_does_not_wind_the_connection_back() -> None:
    talk = Talk(start=1000).open()
    talk.up(BOOT)
    talk.segment(b"", SYN, up=True, seq=1000)
    talk.segment(b"", SYN | ACK, up=False, seq=7_001_000)
    talk.down(BOOTED)
    talk.up(RESET_DONE)
    found = read(pcap(talk.packets))
    assert found.said == [(">", BOOT), ("<", BOOTED), (">", RESET_DONE)]
    assert len(found.stations) == 1


def test_sequence_numbers_wrap() -> None:
    assert read(pcap(_talk(start=2**32 - 150).packets)).said == SAID


def test_keep_alive_probes_are_no_gap() -> None:
    talk = Talk().open()
    talk.segment(b"", ACK, up=True, seq=talk.seq[True] - 1)
    talk.segment(b"\0", ACK, up=True, seq=talk.seq[True] - 1)
    talk.up(BOOT)
    found = read(pcap(talk.packets))
    assert found.said == [(">", BOOT)]
    assert not [record for record in found.records if isinstance(record, Gap)]


@pytest.mark.parametrize("acknowledged", [True, False])
def test_a_lost_segment_is_a_gap_and_reading_goes_on(acknowledged: bool) -> None:
    talk = Talk().open()
    talk.up(BOOT)
    talk.seq[False] += len(frame(BOOTED))  # the answer is not in the capture
    talk.segment(frame(RESET), PSH | ACK, up=False)
    talk.seq[False] += len(frame(RESET))
    if acknowledged:
        talk.segment(b"", ACK, up=True)
        talk.up(RESET_DONE)
    found = read(pcap(talk.packets))
    assert found.said == [(">", BOOT), ("<", RESET), (">", RESET_DONE)][: 3 if acknowledged else 2]
    gap = next(record for record in found.records if isinstance(record, Gap))
    assert gap.reason == f"{len(frame(BOOTED))} bytes from the CSMS are missing in the capture"


def test_after_a_gap_reading_goes_on_with_the_next_frame_even_of_many_segments() -> None:
    talk = Talk().open()
    talk.seq[True] += 50
    long = frame(f'[2,"18","DataTransfer",{{"vendorId":"Made","data":"{"x" * 3000}"}}]', masked=True)
    talk.segment(b"the rest of a frame whose beginning is missing", PSH | ACK, up=True)
    talk.seq[True] += 46
    for start in range(0, len(long), 1400):
        talk.send(long[start : start + 1400], up=True)
    talk.up(BOOT)
    found = read(pcap(talk.packets))
    assert [text and text[:8] for _, text in found.said] == ['[2,"18",', BOOT[:8]]
    assert len([record for record in found.records if isinstance(record, Gap)]) == 1


def test_several_gaps_are_each_told() -> None:
    talk = Talk().open()
    for text in (BOOT, RESET_DONE, BOOT):
        talk.seq[True] += 10
        talk.segment(frame(text, masked=True), PSH | ACK, up=True)
        talk.seq[True] += len(frame(text, masked=True))
    talk.segment(b"", ACK, up=False)
    found = read(pcap(talk.packets))
    assert [text for _, text in found.said] == [BOOT, RESET_DONE, BOOT]
    assert len([record for record in found.records if isinstance(record, Gap)]) == 3


def test_a_connection_that_was_open_before_the_capture_is_recognised_by_its_messages() -> None:
    found = read(pcap(_talk().packets[7:]), name="evening.pcap")
    assert found.said == SAID
    assert found.stations == ["evening 192.0.2.7:40123"]


def test_an_upgrade_whose_answer_is_missing_still_names_the_station() -> None:
    talk = Talk().open()
    talk.packets = talk.packets[:5]  # SYN, SYN+ACK, ACK, request, ACK
    talk.up(BOOT)
    talk.segment(frame(BOOTED), PSH | ACK, up=False)
    talk.seq[False] += len(frame(BOOTED))
    talk.segment(b"", ACK, up=True)
    talk.up(RESET_DONE)
    found = read(pcap(talk.packets))
    assert found.stations == ["WB01"]
    assert ("<", BOOTED) in found.said


def test_compressed_messages_of_a_connection_met_in_mid_life_are_said_to_be_unreadable() -> None:
    talk = Talk().open(response=DEFLATED)
    deflate = Deflater()
    talk.send(frame(deflate(BOOT), masked=True, head=0xC1), up=True)
    found = read(pcap(talk.packets[7:]))
    assert found.records == []
    assert "began before the capture" in found.skipped[0][1]


def test_ports_are_used_again() -> None:
    first, second = _talk(), _talk(start=50_000, at=60)
    found = read(pcap(first.packets + second.packets))
    assert found.said == SAID + SAID
    assert len(found.stations) == 2


def test_streams_interleave() -> None:
    talks = [
        _talk(station=("192.0.2.7", 40_000 + number), start=number * 1_000, at=number / 100) for number in range(5)
    ]
    found = read(pcap(sorted(packet for talk in talks for packet in talk.packets)))
    for conn in range(1, 6):
        own = [(">" if r.dir is UP else "<", r.text) for r in found.messages if r.conn == conn]
        assert own == SAID


def test_fragments_pings_and_an_empty_last_fragment() -> None:
    talk = Talk().open()
    half = len(BOOT) // 2
    talk.send(frame(BOOT[:half], masked=True, head=0x01), up=True)
    talk.send(frame(b"hi", masked=True, head=0x89), up=True)
    talk.send(frame(b"hi", head=0x8A), up=False)
    talk.send(frame(BOOT[half:], masked=True, head=0x00), up=True)
    talk.send(frame(b"", masked=True, head=0x80), up=True)
    found = read(pcap(talk.packets))
    assert found.said == [(">", BOOT)]
    assert found.messages[0].frames == 3
    assert [type(record) for record in found.records] == [Opened, Ping, Pong, MessageRecord]


def test_permessage_deflate_with_context_takeover() -> None:
    talk = Talk().open(response=DEFLATED)
    up, down = Deflater(), Deflater()
    for text in (BOOT, BOOT, RESET_DONE):
        talk.send(frame(up(text), masked=True, head=0xC1), up=True)
    compressed = down(BOOTED + " ")
    talk.send(frame(compressed[:9], head=0x41), up=False)
    talk.send(frame(compressed[9:], head=0x00), up=False)
    talk.send(frame(b"", head=0x80), up=False)
    talk.send(frame(down(RESET), head=0xC1), up=False)
    found = read(pcap(talk.packets))
    assert [text for _, text in found.said] == [BOOT, BOOT, RESET_DONE, BOOTED + " ", RESET]
    assert all(record.compressed for record in found.messages)


def test_after_a_gap_compressed_messages_are_said_to_be_lost_and_plain_ones_are_read() -> None:
    talk = Talk().open(response=DEFLATED)
    up = Deflater()
    talk.send(frame(up(BOOT), masked=True, head=0xC1), up=True)
    talk.seq[True] += len(frame(up(BOOT), masked=True, head=0xC1))
    talk.send(frame(up(BOOT), masked=True, head=0xC1), up=True)
    talk.up(RESET_DONE)
    found = read(pcap(talk.packets))
    assert [text for _, text in found.said] == [BOOT, RESET_DONE]
    gap = next(record for record in found.records if isinstance(record, Gap))
    assert gap.reason.endswith("its compressed messages after that cannot be read")


def test_after_a_gap_messages_compressed_on_their_own_are_read_again() -> None:
    response = DEFLATED.replace(b"permessage-deflate", b"permessage-deflate; client_no_context_takeover")
    talk = Talk().open(response=response)
    talk.send(frame(Deflater()(BOOT), masked=True, head=0xC1), up=True)
    talk.seq[True] += 40
    talk.send(frame(Deflater()(RESET_DONE), masked=True, head=0xC1), up=True)
    talk.send(frame(Deflater()(BOOT), masked=True, head=0xC1), up=True)
    assert [text for _, text in read(pcap(talk.packets)).said] == [BOOT, RESET_DONE, BOOT]


@pytest.mark.parametrize(
    ("flags", "closes", "how"), [(FIN | ACK, True, "closed"), (FIN | ACK, False, "fin"), (RST, False, "rst")]
)
def test_the_end_of_a_connection(flags: int, closes: bool, how: str) -> None:
    talk = Talk().open()
    talk.up(BOOT)
    if closes:
        talk.send(frame(b"\x03\xe9going away", masked=True, head=0x88), up=True)
    talk.segment(b"", flags, up=True)
    found = read(pcap(talk.packets))
    ended = found.records[-1]
    assert isinstance(ended, Ended)
    assert (ended.by, ended.how) == ("station", how)
    closed = [(record.code, record.reason) for record in found.records if isinstance(record, Close)]
    assert closed == ([(1001, "going away")] if closes else [])


def test_a_refused_upgrade_and_its_repetition_on_the_same_connection() -> None:
    talk = Talk().open(response=b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nnope")
    talk.send(UPGRADE, up=True)
    talk.send(SWITCHED, up=False)
    talk.up(BOOT)
    found = read(pcap(talk.packets))
    refused, opened = found.records[:2]
    assert isinstance(refused, Refused)
    assert (refused.status, refused.station) == (401, "WB01")
    assert isinstance(opened, Opened)
    assert found.said == [(">", BOOT)]


def test_an_upgrade_after_other_requests_on_the_same_connection() -> None:
    talk = Talk().open(
        b"GET /health HTTP/1.1\r\nHost: csms.invalid\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    )
    talk.send(UPGRADE, up=True)
    talk.send(SWITCHED, up=False)
    talk.up(BOOT)
    found = read(pcap(talk.packets))
    assert not [record for record in found.records if isinstance(record, Refused)]
    assert found.said == [(">", BOOT)]


def test_frames_that_are_none_end_that_direction_only() -> None:
    talk = Talk().open()
    talk.send(b"\xff\xff nonsense", up=True)
    talk.down(RESET)
    found = read(pcap(talk.packets))
    assert [type(record) for record in found.records[1:]] == [Undecodable, MessageRecord]


def test_binary_messages_and_texts_that_are_no_utf8_keep_their_bytes() -> None:
    talk = Talk().open()
    talk.send(frame(b"\0\xff", masked=True, head=0x82), up=True)
    talk.send(frame(b'[2,"\xff"', masked=True), up=True)
    binary, text = read(pcap(talk.packets)).messages
    assert (binary.binary, binary.data) == (True, "AP8=")
    assert (text.binary, text.text, text.data) == (False, None, "WzIsIv8i")
