"""The decoder says the same as the sans-I/O layer of `websockets`, however the bytes are cut, and never holds too much."""

import itertools
import os
import zlib
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proxy_support import masked, plain
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

from ocppscope.protocol.websocket.deflate import Deflate
from ocppscope.protocol.websocket.frames import Control, Event, FrameDecoder, Invalid, Message

LIMIT, KEEP = 1 << 20, 1 << 16


def decoder(
    *, masked: bool = True, deflate: Deflate | None = None, limit: int = LIMIT, keep: int = KEEP
) -> FrameDecoder:
    return FrameDecoder(masked=masked, limit=limit, keep=keep, deflate=deflate)


def decode(data: bytes, cuts: Iterable[int] = (), **options: Any) -> list[Event]:
    """Everything that a decoder says of the data, fed in the pieces that the cuts make."""
    made = decoder(**options)
    events: list[Event] = []
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, stop in itertools.pairwise(edges):
        if start < stop and not (events and isinstance(events[-1], Invalid)):
            events += made.feed(data[start:stop])
    return events


def told(events: Iterable[Event]) -> list[tuple[object, ...]]:
    """Events in a form to compare; of an invalid frame only that there was one."""
    said: list[tuple[object, ...]] = []
    for event in events:
        if isinstance(event, Message):
            said.append(("message", event.binary, bytes(event.payload)))
        elif isinstance(event, Control):
            said.append(("control", event.opcode, event.payload))
        else:
            said.append(("invalid",))
    return said


def oracle(data: bytes, *, masked: bool, deflate: Deflate | None = None) -> list[tuple[object, ...]]:
    """What the sans-I/O layer of `websockets` makes of the data, up to a close frame, where it stops listening."""
    protocol = Protocol(Side.SERVER if masked else Side.CLIENT, state=State.OPEN, max_size=None)
    if deflate:
        protocol.extensions = [PerMessageDeflate(not deflate.takeover, False, deflate.window_bits, 15)]
    protocol.receive_data(data)
    said: list[tuple[object, ...]] = []
    binary, parts = False, b""
    for event in protocol.events_received():
        assert isinstance(event, Frame)
        if event.opcode in {Opcode.PING, Opcode.PONG, Opcode.CLOSE}:
            said.append(("control", int(event.opcode), bytes(event.data)))
            continue
        if event.opcode is not Opcode.CONT:
            binary, parts = event.opcode is Opcode.BINARY, b""
        parts += bytes(event.data)
        if event.fin:
            said.append(("message", binary, parts))
    if protocol.parser_exc is not None:
        said.append(("invalid",))
    return said


payloads = st.binary(max_size=300) | st.integers(0, 70_000).map(lambda size: b"x" * size)
control_frames = st.tuples(st.sampled_from([Opcode.PING, Opcode.PONG]), st.binary(max_size=125), st.just(value=True))


@st.composite
def conversations(draw: st.DrawFn) -> list[tuple[Opcode, bytes, bool]]:
    """Valid frames: messages in any number of fragments, with control frames between them."""
    frames: list[tuple[Opcode, bytes, bool]] = []
    for _ in range(draw(st.integers(0, 4))):
        fragments = draw(st.lists(payloads, min_size=1, max_size=4))
        for number, payload in enumerate(fragments):
            opcode = draw(st.sampled_from([Opcode.TEXT, Opcode.BINARY])) if number == 0 else Opcode.CONT
            frames.append((opcode, payload, number == len(fragments) - 1))
            frames += draw(st.lists(control_frames, max_size=2))
    return frames


def on_the_wire(
    frames: Iterable[tuple[Opcode, bytes, bool]], *, from_station: bool, mask: bytes = b"\x11\xfe\x00\x7a"
) -> bytes:
    return b"".join(
        masked(payload, opcode, fin=fin, mask=mask) if from_station else plain(payload, opcode, fin=fin)
        for opcode, payload, fin in frames
    )


@settings(deadline=None)
@given(
    conversations(), st.booleans(), st.lists(st.integers(min_value=0), max_size=8), st.binary(min_size=4, max_size=4)
)
def test_any_conversation_cut_anywhere_is_read_as_the_oracle_reads_it(
    frames: list[tuple[Opcode, bytes, bool]],
    from_station: bool,
    cuts: list[int],
    mask: bytes,
) -> None:
    data = on_the_wire(frames, from_station=from_station, mask=mask)
    said = told(decode(data, cuts, masked=from_station))
    assert said == oracle(data, masked=from_station)
    assert ("invalid",) not in said


@settings(deadline=None, max_examples=50)
@given(conversations(), st.booleans())
def test_bytes_that_drip_in_one_by_one_are_read_all_the_same(
    frames: list[tuple[Opcode, bytes, bool]],
    from_station: bool,
) -> None:
    data = on_the_wire(((opcode, payload[:300], fin) for opcode, payload, fin in frames), from_station=from_station)
    assert told(decode(data, range(len(data)), masked=from_station)) == oracle(data, masked=from_station)


@settings(deadline=None)
@given(conversations(), st.binary(min_size=1, max_size=20), st.lists(st.integers(min_value=0), max_size=4))
def test_whatever_follows_is_valid_or_not_exactly_where_the_oracle_says(
    frames: list[tuple[Opcode, bytes, bool]], garbage: bytes, cuts: list[int]
) -> None:
    data = on_the_wire(frames, from_station=True) + garbage
    expected = oracle(data, masked=True)
    said = told(decode(data, cuts, masked=True))
    closes = next((at for at, event in enumerate(expected) if event[:2] == ("control", 8)), None)
    if closes is not None:  # the oracle stops listening after a close frame, a tap does not
        expected, said = expected[: closes + 1], said[: closes + 1]
    # A close frame with a code that no peer may send is unreadable for an endpoint and a fact for a tap.
    if (
        expected[-1:] == [("invalid",)]
        and said[len(expected) - 1 : len(expected)]
        and said[len(expected) - 1][:2] == ("control", 8)
    ):
        expected, said = expected[:-1], said[: len(expected) - 1]
    # A tap need not wait for the payload of a frame whose first bytes are wrong.
    assert said in (expected, [*expected, ("invalid",)])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(payloads, st.booleans(), st.booleans(), st.integers(1, 3)), max_size=5),
    st.booleans(),
    st.integers(9, 15),
    st.lists(st.integers(min_value=0), max_size=6),
)
def test_deflated_messages_are_inflated_as_the_oracle_inflates_them(
    messages: list[tuple[bytes, bool, bool, int]],
    takeover: bool,
    bits: int,
    cuts: list[int],
) -> None:
    deflate = Deflate(takeover=takeover, window_bits=bits)
    compressor = zlib.compressobj(wbits=-bits)
    data = b""
    for payload, binary, compress, fragments in messages:
        body = payload
        if compress:
            if not takeover:
                compressor = zlib.compressobj(wbits=-bits)
            body = (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
        size = -(-len(body) // fragments) or 1
        pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        for number, piece in enumerate(pieces):
            opcode = (Opcode.BINARY if binary else Opcode.TEXT) if number == 0 else Opcode.CONT
            frame = bytearray(masked(piece, opcode, fin=number == len(pieces) - 1))
            frame[0] |= 0x40 if compress and number == 0 else 0
            data += bytes(frame)
    said = told(decode(data, cuts, deflate=deflate))
    assert said == oracle(data, masked=True, deflate=deflate)
    assert [event[2] for event in said] == [payload for payload, *_ in messages]


def test_frames_and_compression_of_a_message_are_counted() -> None:
    events = decode(masked(b"ab", fin=False) + masked(b"", Opcode.CONT, fin=False) + masked(b"c", Opcode.CONT))
    assert events == [Message(bytearray(b"abc"), 3, frames=3)]


def test_a_length_in_more_bytes_than_needed_is_read() -> None:
    assert told(decode(b"\x81\x7e\x00\x02hi", masked=False)) == [("message", False, b"hi")]
    assert told(decode(b"\x81\x7f\0\0\0\0\0\0\0\x02hi", masked=False)) == [("message", False, b"hi")]


@pytest.mark.parametrize("cut", [10, 11, 12])
def test_a_frame_length_beyond_63_bits_is_unreadable(cut: int) -> None:
    (event,) = decode(b"\x82\x7f\xff" + b"\0" * 20, [cut], masked=False)
    assert isinstance(event, Invalid)


def test_a_100_mb_message_never_takes_more_than_the_limit() -> None:
    made = decoder(limit=LIMIT, keep=KEEP)
    size = 100 * 1024 * 1024
    block = os.urandom(1 << 18)
    events = made.feed(b"\x82\xff" + size.to_bytes(8, "big") + b"\0\0\0\0")
    most = 0
    for _ in range(size // len(block)):
        events += made.feed(block)
        most = max(most, made.held)
    (message,) = events
    assert isinstance(message, Message)
    assert (message.size, len(message.payload), bytes(message.payload)) == (size, KEEP, block[:KEEP])
    assert most <= LIMIT
    assert made.held == 0


def test_a_flood_of_fragments_never_takes_more_than_the_limit() -> None:
    made = decoder(limit=1000, keep=100)
    made.feed(masked(b"start", fin=False))
    for _ in range(5000):
        assert made.feed(masked(b"x", Opcode.CONT, fin=False) + masked(b"", Opcode.CONT, fin=False)) == []
        assert made.held <= 1000
    (message,) = made.feed(masked(b"", Opcode.CONT))
    assert isinstance(message, Message)
    assert (message.size, message.frames, len(message.payload)) == (5005, 10_002, 100)


def test_a_frame_that_announces_exabytes_takes_no_memory() -> None:
    made = decoder()
    assert made.feed(b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0" + b"x" * 100) == []
    assert made.held == 100


def deflated(payload: bytes) -> bytes:
    compressor = zlib.compressobj(9, wbits=-15)
    body = (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
    frame = bytearray(masked(body))
    frame[0] |= 0x40
    return bytes(frame)


def test_a_large_deflated_message_is_kept_by_its_beginning_and_the_window_stays_in_step() -> None:
    made = decoder(deflate=Deflate(takeover=False), limit=50_000, keep=100)
    (message,) = made.feed(deflated(b"z" * 150_000))
    assert isinstance(message, Message)
    assert (message.size, bytes(message.payload), message.compressed) == (150_000, b"z" * 100, True)
    assert told(made.feed(deflated(b"next"))) == [("message", False, b"next")]


def test_a_deflate_bomb_ends_decoding_with_one_line() -> None:
    made = decoder(deflate=Deflate(), limit=50_000, keep=100)
    (event,) = made.feed(deflated(b"z" * 10_000_000))
    assert isinstance(event, Invalid)
    assert "inflates to more than 200000 bytes" in event.reason


def test_what_is_no_deflate_stream_ends_decoding_with_one_line() -> None:
    frame = bytearray(masked(b"\xff\xff\xff\xff"))
    frame[0] |= 0x40
    (event,) = decode(bytes(frame), deflate=Deflate())
    assert isinstance(event, Invalid)
    assert "cannot be inflated" in event.reason


def test_a_final_deflate_block_may_be_followed_by_another_message() -> None:
    compressor = zlib.compressobj(wbits=-15)
    body = compressor.compress(b"ends its stream") + compressor.flush(zlib.Z_FINISH) + b"\0"
    frame = bytearray(masked(body))
    frame[0] |= 0x40
    events = decode(bytes(frame) + deflated(b"next"), deflate=Deflate())
    assert [bytes(event.payload) for event in events if isinstance(event, Message)] == [b"ends its stream", b"next"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xc1\x80\0\0\0\0", "RSV1 set on opcode 0x1"),
        (b"\x87\x80\0\0\0\0", "unknown opcode 0x7"),
        (b"\x81\x00", "a frame of the station that is not masked"),
        (b"\x88\x81\0\0\0\0x", "a close frame with a payload of one byte"),
        (b"\x89\xfe\x00\x7e\0\0\0\0", "a control frame of more than 125 bytes"),
        (masked(b"a", fin=False) + masked(b"b"), "a new message inside a fragmented one"),
    ],
)
def test_what_is_invalid_is_said_in_one_line_with_its_first_bytes(data: bytes, reason: str) -> None:
    event = decode(data + b"\0" * 200)[-1]
    assert isinstance(event, Invalid)
    assert reason in event.reason
    assert 0 < len(event.data) <= 64


def test_a_masked_frame_of_the_csms_is_invalid() -> None:
    (event,) = decode(masked(b"x"), masked=False)
    assert isinstance(event, Invalid)
    assert event.reason == "a frame of the CSMS that is masked"
