"""An open connection passes every byte on, and every way of ending."""

import asyncio
import os
import zlib

import pytest
from proxy_support import DEFLATE, SWITCHING, Peer, World, masked, plain, request
from websockets.frames import Opcode

from ocppscope.capture.record import Close, Ended, MessageRecord, Note, Opened, Ping, Pong, Undecodable
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.websocket.frames import CLOSE, Control, FrameDecoder

CALL = b'[2,"1","Heartbeat",{}]'
RESULT = b'[3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]'


async def test_a_call_and_its_result_pass_byte_for_byte_and_are_recorded(world: World) -> None:
    world.start()
    station, csms = await world.open()
    sent = masked(CALL, mask=b"\x9a\x00\xff\x10")
    await station.send(sent)
    assert await csms.receive(len(sent)) == sent
    answer = plain(RESULT)
    await csms.send(answer)
    assert await station.receive(len(answer)) == answer
    await world.memory.wait_for(MessageRecord, 2)
    call, result = world.memory.of(MessageRecord)
    assert (call.dir, call.text, call.frames, call.compressed, call.size) == (
        Direction.TO_CSMS, CALL.decode(), 1, False, None,
    )  # fmt: skip
    assert (result.dir, result.text) == (Direction.TO_STATION, RESULT.decode())
    assert call.mono is not None
    assert call.sent is not None
    assert result.mono is not None
    assert call.mono <= call.sent <= result.mono


async def test_a_zero_mask_stays_a_zero_mask(world: World) -> None:
    world.start()
    station, csms = await world.open()
    sent = masked(CALL, mask=b"\0\0\0\0")
    await station.send(sent)
    assert await csms.receive(len(sent)) == sent
    assert (await world.memory.wait_for(MessageRecord)).text == CALL.decode()


async def test_fragments_and_a_ping_between_them_keep_their_order(world: World) -> None:
    world.start()
    station, csms = await world.open()
    sent = (
        masked(CALL[:5], fin=False)
        + masked(b"are you there", Opcode.PING)
        + masked(CALL[5:9], Opcode.CONT, fin=False)
        + masked(CALL[9:], Opcode.CONT)
        + masked(b"", Opcode.PONG)
    )
    await station.send(sent)
    assert await csms.receive(len(sent)) == sent
    message = await world.memory.wait_for(MessageRecord)
    assert (message.text, message.frames) == (CALL.decode(), 3)
    ping, pong = await world.memory.wait_for(Ping), await world.memory.wait_for(Pong)
    assert (ping.dir, ping.payload) == (Direction.TO_CSMS, "YXJlIHlvdSB0aGVyZQ==")
    assert (pong.dir, pong.payload) == (Direction.TO_CSMS, "")
    assert ping.seq < message.seq < pong.seq


async def test_compressed_messages_pass_untouched_and_are_read_with_the_kept_window(world: World) -> None:
    world.start()
    station, csms = await world.open(answer=DEFLATE)
    deflater = zlib.compressobj(wbits=-15)
    for number in range(3):
        text = CALL * 20 + b"%d" % number
        body = (deflater.compress(text) + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
        sent = bytearray(masked(body))
        sent[0] |= 0x40
        await station.send(bytes(sent))
        assert await csms.receive(len(sent)) == sent
        message = await world.memory.wait_for(MessageRecord, number + 1)
        assert (message.text, message.compressed) == (text.decode(), True)
    uncompressed = masked(CALL)
    await station.send(uncompressed)
    assert await csms.receive(len(uncompressed)) == uncompressed
    assert not (await world.memory.wait_for(MessageRecord, 4)).compressed


@pytest.mark.parametrize(
    ("payload", "code", "reason"),
    [(b"\x0f\xa1bye", 4001, "bye"), (b"", None, ""), (b"\x03\xe7", 999, ""), (b"\x03\xe8\xff", 1000, "\ufffd")],
)
async def test_close_frames_pass_as_they_are(world: World, payload: bytes, code: int | None, reason: str) -> None:
    world.start()
    station, csms = await world.open()
    close, reply = plain(payload, Opcode.CLOSE), masked(payload, Opcode.CLOSE)
    await csms.send(close)
    assert await station.receive(len(close)) == close
    await station.send(reply)
    assert await csms.receive(len(reply)) == reply
    csms.fin()
    assert await station.ending() == "fin"
    station.fin()
    ended = await world.ended()
    assert (ended.by, ended.how) == ("csms", "closed")
    assert ended.bytes == (len(reply), len(close))
    first = world.memory.of(Close)[0]
    assert (first.dir, first.code, first.reason) == (Direction.TO_STATION, code, reason)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"\xc1\x80\0\0\0\0", "RSV1"),
        (b"\xb1\x80\0\0\0\0", "RSV2 and RSV3"),
        (b"\x83\x80\0\0\0\0", "unknown opcode 0x3"),
        (b"\x81\x02hi", "not masked"),
        (b"\x80\x80\0\0\0\0", "continuation"),
        (b"\x09\x80\0\0\0\0", "fragmented control"),
        (b"GET / HTTP/1.1\r\n\r\n", "unknown opcode 0x7"),
    ],
)
async def test_invalid_frames_pass_on_and_are_said_once(world: World, frame: bytes, reason: str) -> None:
    world.start()
    station, csms = await world.open()
    sent = frame + masked(CALL) + frame
    await station.send(sent)
    assert await csms.receive(len(sent)) == sent
    await station.send(sent)
    assert await csms.receive(len(sent)) == sent
    other_way = plain(RESULT)
    await csms.send(other_way)
    assert await station.receive(len(other_way)) == other_way
    message = await world.memory.wait_for(MessageRecord)
    assert message.dir is Direction.TO_STATION
    (undecodable,) = world.memory.of(Undecodable)
    assert undecodable.dir is Direction.TO_CSMS
    assert reason in undecodable.reason


async def test_text_that_is_not_utf8_passes_and_is_recorded_as_base64(world: World) -> None:
    world.start()
    station, csms = await world.open()
    sent = masked(b"\xff\xfe") + masked(CALL) + masked(b"\x00\x01", Opcode.BINARY)
    await station.send(sent)
    assert await csms.receive(len(sent)) == sent
    await world.memory.wait_for(MessageRecord, 3)
    bad, good, binary = world.memory.of(MessageRecord)
    assert (bad.text, bad.data, bad.binary) == (None, "//4=", False)
    assert good.text == CALL.decode()
    assert (binary.text, binary.data, binary.binary) == (None, "AAE=", True)


@pytest.mark.parametrize("who", ["station", "csms"])
async def test_a_fin_without_a_close_frame_stays_one_and_leaves_the_other_way_open(world: World, who: str) -> None:
    world.start()
    station, csms = await world.open()
    first, second = (station, csms) if who == "station" else (csms, station)
    first.fin()
    assert await second.ending() == "fin"
    late = plain(RESULT) if second is csms else masked(CALL)
    await second.send(late)
    assert await first.receive(len(late)) == late
    second.fin()
    assert await first.ending() == "fin"
    ended = await world.ended()
    assert (ended.by, ended.how, ended.error) == (who, "fin", None)
    assert not world.memory.of(Close)


@pytest.mark.parametrize("who", ["station", "csms"])
async def test_a_reset_stays_a_reset(world: World, who: str) -> None:
    world.start()
    station, csms = await world.open()
    first, second = (station, csms) if who == "station" else (csms, station)
    first.rst()
    assert await second.ending() == "rst"
    ended = await world.ended()
    assert (ended.by, ended.how, ended.error) == (who, "rst", "connection reset by peer")


async def test_what_was_sent_just_before_a_reset_arrives_before_it(world: World) -> None:
    world.start()
    station, csms = await world.open()
    sent = masked(CALL)
    await station.send(sent)
    assert await csms.receive(len(sent)) == sent
    await station.send(sent)
    await world.memory.wait_for(MessageRecord, 2)
    station.rst()
    assert await csms.receive(len(sent)) == sent
    assert await csms.ending() == "rst"


async def test_a_half_closed_connection_that_falls_silent_is_closed(world: World) -> None:
    world.start(half_close_timeout=0.05)
    station, csms = await world.open()
    station.fin()
    assert await csms.ending() == "fin"
    ended = await world.ended()
    assert (ended.by, ended.how) == ("station", "fin")
    assert await station.ending() == "fin"


async def test_a_close_frame_in_one_direction_names_its_sender_even_after_a_reset(world: World) -> None:
    world.start()
    station, csms = await world.open()
    close = masked(b"\x03\xe9", Opcode.CLOSE)
    await station.send(close)
    await csms.receive(len(close))
    csms.rst()
    ended = await world.ended()
    assert (ended.by, ended.how, ended.error) == ("station", "closed", "connection reset by peer")


async def test_bytes_behind_the_101_in_one_segment_and_bytes_sent_too_early_are_passed_and_read(world: World) -> None:
    world.start()
    station = await world.station()
    early, later, first = masked(b"[early]"), masked(b"[later]"), plain(b"[first]")
    await station.send(request() + early)
    csms = await world.csms()
    await csms.receive_head()
    assert await csms.receive(len(early)) == early
    await station.send(later)
    assert await csms.receive(len(later)) == later
    await csms.send(SWITCHING + first)
    assert await station.receive(len(SWITCHING + first)) == SWITCHING + first
    await world.memory.wait_for(MessageRecord, 3)
    opened = await world.memory.wait_for(Opened)
    texts = {message.text: message for message in world.memory.of(MessageRecord)}
    assert set(texts) == {"[early]", "[later]", "[first]"}
    assert all(opened.seq < message.seq for message in texts.values())
    assert texts["[first]"].dir is Direction.TO_STATION


async def test_a_message_beyond_the_limit_passes_whole_and_is_recorded_by_its_beginning(world: World) -> None:
    world.start(max_message=1000, keep_of_large=100)
    station, csms = await world.open()
    body = ("é" * 60_000).encode()
    sent = b"\x81\xff" + len(body).to_bytes(8, "big") + b"\0\0\0\0" + body
    passed, _ = await asyncio.gather(csms.receive(len(sent)), station.send(sent))
    assert passed == sent
    message = await world.memory.wait_for(MessageRecord)
    assert (message.text, message.size, message.truncated, message.octets) == ("é" * 50, len(body), True, len(body))
    await station.send(masked(CALL))
    assert (await world.memory.wait_for(MessageRecord, 2)).text == CALL.decode()


async def test_a_receiver_that_does_not_read_stops_the_sender_and_nothing_is_lost(world: World) -> None:
    world.start()
    station, csms = await world.open()
    block = os.urandom(1 << 16)
    sent = stuck = 0
    while stuck < 20:  # until nothing more fits into the sockets on the way
        try:
            sent += station.socket.send(block[sent % len(block) :])
            stuck = 0
        except BlockingIOError:
            stuck += 1
            await asyncio.sleep(0.02)
        assert sent < 64 << 20, "the proxy swallows what the CSMS does not take"
    received = await csms.receive(sent)
    assert received == (block * (sent // len(block) + 1))[:sent]
    await csms.send(b"\x89\x00")
    assert await station.receive(2) == b"\x89\x00"


async def test_a_fault_of_the_inspection_costs_the_records_of_one_connection_and_no_byte(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start()
    station, csms = await world.open("/CP001")
    other_station, other_csms = await world.open("/CP002")
    await world.memory.wait_for(Opened, 2)

    def broken(_text: str) -> str:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("ocppscope.capture.tap.redact_message", broken)
        sent = masked(CALL)
        await station.send(sent)
        assert await csms.receive(len(sent)) == sent
        note = await world.memory.wait_for(Note)
        assert note.conn == 1
        assert "RuntimeError: a bug (test_proxy_relay.py:" in note.text
    for peer, receiver in ((station, csms), (other_station, other_csms)):
        await peer.send(sent)
        assert await receiver.receive(len(sent)) == sent
    await csms.send(plain(RESULT))
    assert await station.receive(len(plain(RESULT))) == plain(RESULT)
    message = await world.memory.wait_for(MessageRecord)
    assert message.conn == 2
    station.fin()
    csms.fin()
    ended = await world.ended()
    assert ended.bytes[0] == 2 * len(sent)
    assert len(world.memory.of(MessageRecord)) == 1
    assert len(world.memory.of(Note)) == 1


async def test_shutting_down_sends_going_away_to_both_sides_and_says_so(world: World) -> None:
    world.start()
    station, csms = await world.open()
    await world.listener.shut_down()
    to_station, to_csms = await station.receive_all(), await csms.receive_all()
    assert to_station == plain(b"\x03\xe9proxy stopped", Opcode.CLOSE)
    (closed,) = FrameDecoder(masked=True, limit=1000, keep=1000).feed(to_csms)
    assert closed == Control(CLOSE, b"\x03\xe9proxy stopped")
    (ended,) = world.memory.of(Ended)
    assert (ended.by, ended.how) == ("proxy", "shutdown")


async def test_shutting_down_puts_nothing_into_the_middle_of_a_frame(world: World) -> None:
    world.start()
    station, csms = await world.open()
    half = masked(CALL)[:-5]
    await station.send(half)
    assert await csms.receive(len(half)) == half
    await world.listener.shut_down()
    assert await csms.receive_all() == b""
    assert await station.receive_all() == plain(b"\x03\xe9proxy stopped", Opcode.CLOSE), "this way nothing was halfway"


async def test_two_hundred_stations_at_once_each_get_their_own_answers(world: World) -> None:
    world.start()

    async def csms_side() -> None:
        for _ in range(200):
            peer = await world.csms()
            tasks.append(asyncio.create_task(echo(peer)))

    async def echo(peer: Peer) -> None:
        head = await peer.receive_head()
        await peer.send(SWITCHING)
        name = head.split(b" ")[1]
        for _ in range(3):
            await peer.receive(len(masked(CALL)))
            await peer.send(plain(name))

    async def station_side(number: int) -> None:
        station = await world.station()
        await station.send(request(f"/CP{number:03}"))
        await station.receive_head()
        for _ in range(3):
            await station.send(masked(CALL))
            answer = plain(b"/CP%03d" % number)
            assert await station.receive(len(answer)) == answer

    tasks: list[asyncio.Task[None]] = []
    await asyncio.gather(csms_side(), *(station_side(number) for number in range(200)))
    await asyncio.gather(*tasks)
    await world.memory.wait_for(MessageRecord, 1200)
    assert {opened.station for opened in world.memory.of(Opened)} == {f"CP{number:03}" for number in range(200)}
