"""Whatever the engine records comes back the same, through every way of reading."""

import base64
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocppscope.capture.follow import follow
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Handshake,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    Stage,
    TlsFacts,
    Undecodable,
    Vantage,
    decode,
    encode,
)
from ocppscope.capture.writer import CaptureWriter
from ocppscope.protocol.roles import Direction

COUNTS = st.integers(0, 2**62)
TEXTS = st.text(max_size=60)
MAYBE_TEXT = st.none() | TEXTS
BASE64 = st.binary(max_size=40).map(lambda data: base64.b64encode(data).decode())
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2261, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without zone
JSON = st.recursive(st.none() | st.booleans() | COUNTS | TEXTS, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
DIRECTIONS = st.sampled_from(Direction)
HEADERS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3)
HANDSHAKES = st.none() | st.builds(
    Handshake,
    target=TEXTS,
    request=HEADERS,
    status=st.none() | COUNTS,
    status_line=MAYBE_TEXT,
    response=HEADERS,
    auth=MAYBE_TEXT,
    body=MAYBE_TEXT,
)
TLS = st.none() | st.builds(TlsFacts, version=MAYBE_TEXT, cipher=MAYBE_TEXT, server_name=MAYBE_TEXT)
LINE = {"seq": st.just(0), "time": TIMES, "mono": st.none() | COUNTS}
FRAME = {"conn": COUNTS, "dir": DIRECTIONS}
LEGS = {"handshake": HANDSHAKES, "station_tls": TLS, "csms_tls": TLS, "peer": MAYBE_TEXT, "upstream": MAYBE_TEXT}

RECORDS: st.SearchStrategy[Record] = st.one_of(
    st.builds(
        Header,
        **LINE,
        format=st.just("ocppscope capture"),
        version=st.just(1),
        tool=TEXTS,
        run=TEXTS,
        vantage=st.sampled_from(Vantage),
        listen=MAYBE_TEXT,
        options=st.dictionaries(TEXTS, JSON, max_size=3),
    ),
    st.builds(Opened, **LINE, **LEGS, conn=COUNTS, station=TEXTS, subprotocol=MAYBE_TEXT, extensions=MAYBE_TEXT),
    st.builds(
        Refused,
        **LINE,
        **LEGS,
        conn=COUNTS,
        station=MAYBE_TEXT,
        stage=st.sampled_from(Stage),
        reason=TEXTS,
        status=st.none() | COUNTS,
    ),
    st.builds(
        MessageRecord,
        **LINE,
        **FRAME,
        sent=st.none() | COUNTS,
        text=MAYBE_TEXT,
        data=st.none() | BASE64,
        binary=st.booleans(),
        size=st.none() | COUNTS,
        frames=COUNTS,
        compressed=st.booleans(),
        truncated=st.booleans(),
    ),
    st.builds(Ping, **LINE, **FRAME, payload=BASE64, sent=st.none() | COUNTS),
    st.builds(Pong, **LINE, **FRAME, payload=BASE64, sent=st.none() | COUNTS),
    st.builds(Close, **LINE, **FRAME, code=st.none() | COUNTS, reason=TEXTS),
    st.builds(Undecodable, **LINE, **FRAME, reason=TEXTS, data=BASE64),
    st.builds(Ended, **LINE, conn=COUNTS, by=TEXTS, how=TEXTS, error=MAYBE_TEXT, bytes=st.tuples(COUNTS, COUNTS)),
    st.builds(Gap, **LINE, lost=COUNTS, reason=TEXTS),
    st.builds(Note, **LINE, text=TEXTS, conn=st.none() | COUNTS),
)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.zst"])
@settings(max_examples=60, deadline=None)
@given(records=st.lists(RECORDS, max_size=12), flush_every=st.integers(1, 5))
def test_what_is_written_is_read_again(name: str, records: list[Record], flush_every: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        writer = CaptureWriter.open(path)
        written: list[Record] = []
        for index, record in enumerate(records):
            written.append(msgspec.structs.replace(record, seq=writer.next_seq))
            assert writer.append(written[-1])
            if index % flush_every == 0:
                writer.flush()
        assert writer.close().lost == 0

        capture = open_capture(path)
        header, *read = list(capture)
        assert isinstance(header, Header)
        assert read == written
        assert capture.skipped == []
        with follow(path, grows=False) as follower:
            followed = follower.poll()
            assert [line.record for line in followed[1:]] == written
            assert [follower.read_line(line.offset) for line in followed[1:]] == written


@settings(max_examples=300, deadline=None)
@given(record=RECORDS)
def test_a_record_is_one_line_of_utf8(record: Record) -> None:
    line = encode(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == record


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), where=st.integers(0, 1000))
def test_any_bytes_in_the_middle_cost_at_most_the_lines_that_they_touch(data: bytes, where: int) -> None:
    lines = [
        encode(Note(seq=number, time=datetime(2026, 11, 20, tzinfo=UTC), text=str(number))) for number in range(1, 9)
    ]
    text = b"".join(lines)
    where = len(lines[0]) + where % (len(text) - 2 * len(lines[0]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(text[:where] + data + text[where:])
        capture = open_capture(path)
        notes = [record.text for record in capture if isinstance(record, Note)]
        touched = str(text[:where].count(b"\n") + 1)
        assert [text for text in notes if text != touched and text.isdigit()] == [
            str(number) for number in range(1, 9) if str(number) != touched
        ]
