"""Opening anything: formats by content, everything that is wrong with files, and nothing lost but what is broken."""

import gzip
import io
import json
import os
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from ocppscope.capture.follow import follow
from ocppscope.capture.lines import MAX_LINE
from ocppscope.capture.reader import CaptureError, open_capture
from ocppscope.capture.record import (
    FORMAT_NAME,
    Header,
    MessageRecord,
    Record,
    Vantage,
    encode,
)
from ocppscope.capture.skipped import MAX_LISTED
from ocppscope.protocol.roles import Direction

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def header(vantage: Vantage = Vantage.PROXY) -> Header:
    return Header(seq=1, time=NOON, mono=1, format=FORMAT_NAME, version=1, tool="test", run="r", vantage=vantage)


def message(seq: int, text: str = '[2,"1","Heartbeat",{}]') -> MessageRecord:
    return MessageRecord(seq=seq, time=NOON, mono=seq, conn=1, dir=Direction.TO_CSMS, text=text)


def native(count: int) -> bytes:
    """A header and ``count`` messages."""
    return encode(header()) + b"".join(encode(message(seq)) for seq in range(2, count + 2))


def reasons(path: Path) -> dict[int, str]:
    capture = open_capture(path)
    list(capture)
    return {skipped.line: skipped.reason for skipped in capture.skipped}


class TestRecognition:
    @pytest.mark.parametrize("name", ["capture.jsonl", "capture", "capture.zst", "capture.txt"])
    @pytest.mark.parametrize(
        ("compression", "pack"), [(None, bytes), ("zstd", zstandard.compress), ("gzip", gzip.compress)]
    )
    def test_content_decides_and_not_the_name(
        self, tmp_path: Path, name: str, compression: str | None, pack: type
    ) -> None:
        path = tmp_path / name
        path.write_bytes(pack(native(3)))
        capture = open_capture(path)
        assert (capture.format, capture.compression, capture.name) == ("native", compression, "capture")
        assert [record.seq for record in capture] == [1, 2, 3, 4]

    def test_the_vantage_is_the_headers(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(encode(header(Vantage.CSMS)))
        assert open_capture(path).vantage is Vantage.CSMS

    def test_the_end_of_a_capture_is_a_capture_too(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(5)[-500:])
        capture = open_capture(path)
        assert [record.seq for record in capture] == [2, 3, 4]
        assert reasons(path).keys() == {1}
        assert capture.vantage is Vantage.UNKNOWN

    def test_a_first_line_of_megabytes_is_recognised_by_its_beginning(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(encode(message(1, "x" * 3_000_000)))
        (record,) = open_capture(path)
        assert isinstance(record, MessageRecord)
        assert len(record.text or "") == 3_000_000

    def test_many_frames_and_members_are_one_stream(self, tmp_path: Path) -> None:
        lines = native(9).splitlines(keepends=True)
        zstd, packed = tmp_path / "a.zst", tmp_path / "a.gz"
        zstd.write_bytes(b"".join(zstandard.compress(line) for line in lines))
        packed.write_bytes(b"".join(gzip.compress(line) for line in lines))
        assert len(list(open_capture(zstd))) == len(list(open_capture(packed))) == 10


class TestUnreadable:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(CaptureError, match=r"cannot read .*nothing\.jsonl: there is no such file"):
            open_capture(tmp_path / "nothing.jsonl")

    def test_a_directory(self, tmp_path: Path) -> None:
        with pytest.raises(CaptureError, match="it is a directory"):
            open_capture(tmp_path)

    def test_a_file_as_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(CaptureError, match=r"file/a\.jsonl: Not a directory"):
            open_capture(tmp_path / "file" / "a.jsonl")

    def test_a_name_that_cannot_be(self) -> None:
        with pytest.raises(CaptureError, match="cannot read"):
            open_capture("a\0b")

    def test_a_file_of_somebody_else(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(1))
        path.chmod(0)
        with unprivileged(), pytest.raises(CaptureError, match="Permission denied"):
            open_capture(path)

    @pytest.mark.parametrize(
        "content", [b"", zstandard.compress(b""), gzip.compress(b"")], ids=["plain", "zstd", "gzip"]
    )
    def test_an_empty_file(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(content)
        with pytest.raises(CaptureError, match="it is empty"):
            open_capture(path)

    @pytest.mark.parametrize(
        "content",
        [b"\x7fELF\0\0\1", bytes(range(256)) * 10, b"\xff\xfe" * 100, b"\0" * 100],
        ids=["program", "every byte", "utf-16 marks", "zeros"],
    )
    def test_a_binary_file(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(content)
        with pytest.raises(CaptureError, match="it is a binary file; readable formats: native, jsonl"):
            open_capture(path)

    @pytest.mark.parametrize(
        "content",
        [b"dear diary\n", b"[1,2,3]\n", b'{"a":1}\n', b"{" * 100_000, "äöü\n".encode()],
        ids=["prose", "array", "object", "brackets", "letters"],
    )
    def test_other_text(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(content)
        with pytest.raises(CaptureError, match="its content is not recognised; readable formats: native, jsonl"):
            open_capture(path)

    def test_a_capture_of_a_newer_version(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(1).replace(b'"version":1', b'"version":7'))
        with pytest.raises(CaptureError, match=r"a newer ocppscope wrote it \(format 7, .*upgrade"):
            open_capture(path)

    def test_a_later_run_of_a_newer_version_is_read_with_a_warning(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        newer = native(1).replace(b'"version":1', b'"version":7,"hologram":true')
        path.write_bytes(native(1) + newer)
        assert [record.seq for record in open_capture(path)] == [1, 2, 3, 4]
        assert list(reasons(path)) == [3]
        assert "format 7" in reasons(path)[3]
        with follow(path) as follower:
            assert [line.number for line in follower.poll()] == [1, 2, 3, 4]
            assert [skipped.line for skipped in follower.skipped] == [3]

    def test_zstd_that_is_none_after_its_first_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zst"
        path.write_bytes(b"\x28\xb5\x2f\xfd" + b"garbage" * 10)
        with pytest.raises(CaptureError, match="the zstd data is damaged"):
            open_capture(path)

    def test_a_file_that_goes_away_between_opening_and_reading(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(1))
        capture = open_capture(path)
        path.unlink()
        with pytest.raises(CaptureError, match="no such file"):
            list(capture)

    def test_errors_are_one_line(self, tmp_path: Path) -> None:
        with pytest.raises(CaptureError) as caught:
            open_capture(tmp_path)
        assert "\n" not in str(caught.value)


class TestCut:
    def test_a_capture_cut_at_any_byte_gives_all_whole_lines_and_names_the_cut_one(self, tmp_path: Path) -> None:
        data = native(3)
        path = tmp_path / "a.jsonl"
        for length in range(20, len(data) + 1):
            path.write_bytes(data[:length])
            whole, rest = data[:length].count(b"\n"), data[:length].rpartition(b"\n")[2]
            lacks_only_newline = data[length : length + 1] == b"\n"
            capture = open_capture(path)
            assert len(list(capture)) == whole + lacks_only_newline, length
            expected = [whole + 1] if rest and not lacks_only_newline else []
            assert [skipped.line for skipped in capture.skipped] == expected, length

    def test_the_warning_says_what_happened(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(3)[:-10])
        assert reasons(path) == {4: "the file ends in the middle of this line"}

    @pytest.mark.parametrize(("compression", "pack"), [("zstd", zstandard.compress), ("gzip", gzip.compress)])
    def test_compressed_data_cut_at_any_byte_gives_what_came_before(
        self, tmp_path: Path, compression: str, pack: type
    ) -> None:
        records = list(decoded(native(40)))
        data = pack(b"".join(encode(record) for record in records))
        path = tmp_path / "a"
        read = 0
        for length in range(len(data)):
            path.write_bytes(data[:length])
            try:
                capture = open_capture(path)
            except CaptureError:
                continue
            found = list(capture)
            read += len(found)
            assert found == records[: len(found)], length
            assert [skipped.line for skipped in capture.skipped] == [len(found) + 1], length
            assert capture.skipped[0].reason == f"the {compression} data is cut here"
        assert compression == "zstd" or read > 100  # a single small zstd block is all or nothing

    def test_a_long_zstd_capture_loses_only_its_last_block(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zst"
        data = zstandard.compress(native(20_000))
        path.write_bytes(data[: len(data) * 3 // 4])
        capture = open_capture(path)
        found = [record.seq for record in capture]
        assert found == list(range(1, len(found) + 1))
        assert len(found) > 10_000
        assert capture.skipped_count == 1
        assert capture.skipped[0].line == len(found) + 1

    def test_damage_in_the_middle_ends_the_reading_with_a_warning(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gz"
        data = bytearray(gzip.compress(native(0) + os.urandom(300_000).hex().encode() + b"\n" + native(10)))
        data[len(data) // 2 : len(data) // 2 + 40] = b"\xff" * 40
        path.write_bytes(data)
        capture = open_capture(path)
        assert [record.seq for record in capture] == [1]
        assert "damaged" in capture.skipped[-1].reason


class TestBrokenLines:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b"garbage", "no JSON"),
            (b'"\xff\xfe"', "JSON of another shape|not UTF-8"),
            (b'{"kind":"note","seq":2,"time":"2026-11-20T12:00:00Z","text":"\xff"}', "not UTF-8 at byte 0"),
            (b"[" * 100_000, "JSON of another shape|nested too deeply"),
            (b'{"kind":"header","seq":2,"time":"2026-11-20T12:00:00Z","options":{"a":' + b"[" * 100_000, "nested too"),
            (b'{"kind":"hologram","seq":2}', 'unknown kind "hologram", written by a newer ocppscope'),
            (b'{"kind":"holo\\u001bgram","seq":2}', 'unknown kind "holo␛gram"'),
            (b'{"kind":"message","seq":2}', "missing required field"),
            (b'{"kind":"note","seq":-1,"time":"2026-11-20T12:00:00Z","text":""}', ">= 0"),
            (b'{"kind":"note","seq":1' + b"0" * 400 + b',"time":"2026-11-20T12:00:00Z","text":""}', "seq"),
            (b'{"kind":"note","seq":2,"time":"2026-11-20T12:00:00","text":""}', "timezone"),
            (b'{"kind":"note","seq":2,"time":"9999-12-31T23:59:59-12:00","text":""}', "outside the years"),
            (b'{"kind":"ping","seq":2,"time":"2026-11-20T12:00:00Z","conn":1,"dir":"to_csms","payload":"?"}', "regex"),
        ],
    )
    def test_a_broken_line_is_named_and_the_others_are_read(self, tmp_path: Path, line: bytes, reason: str) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(1) + line + b"\n" + encode(message(4)))
        capture = open_capture(path)
        assert [record.seq for record in capture] == [1, 2, 4]
        ((number, said),) = reasons(path).items()
        assert number == 3
        assert any(part in said for part in reason.split("|")), said

    def test_blank_lines_and_carriage_returns_do_no_harm(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(2).replace(b"\n", b"\r\n") + b"\n\n" + encode(message(6)))
        assert [record.seq for record in open_capture(path)] == [1, 2, 3, 6]
        assert reasons(path) == {}

    def test_a_line_of_100_megabytes_is_passed_over_in_bounded_memory(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        with path.open("wb") as file:
            file.write(native(1) + b'{"kind":"note","text":"')
            for _ in range(100):
                file.write(b"x" * 1_000_000)
            file.write(b'"}\n' + encode(message(4)))
        tracemalloc.start()
        try:
            capture = open_capture(path)
            assert [record.seq for record in capture] == [1, 2, 4]
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert reasons(path) == {3: f"the line is 100,000,025 bytes long, at most {MAX_LINE:,} are read"}
        assert peak < 90_000_000

    def test_a_header_of_megabytes_of_brackets_is_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        brackets = b"[" + b"[]," * 5_000_000 + b"[]]"
        path.write_bytes(
            native(1) + encode(header())[:-2] + b',"options":{"a":' + brackets + b"}}\n" + encode(message(4))
        )
        capture = open_capture(path)
        assert [record.seq for record in capture] == [1, 2, 4]
        assert reasons(path)[3].startswith("a record of the kind header of 15,000,")

    def test_a_last_line_that_is_too_long_is_named_too(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zst"
        path.write_bytes(zstandard.compress(native(1) + b"x" * (MAX_LINE + 1)))
        assert list(reasons(path)) == [3]

    def test_a_bomb_is_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zst"
        compressor = zstandard.ZstdCompressor(level=1).compressobj()
        with path.open("wb") as file:
            file.write(compressor.compress(native(1)))
            for _ in range(1000):
                file.write(compressor.compress(b"\0" * 1_000_000))
            file.write(compressor.compress(b"\n" + encode(message(4))) + compressor.flush())
        assert path.stat().st_size < 1_000_000
        capture = open_capture(path)
        assert [record.seq for record in capture] == [1, 2, 4]
        assert "1,000,000,000 bytes long" in capture.skipped[0].reason

    def test_a_million_broken_lines_are_counted_and_a_thousand_listed(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(0) + b"?\n" * 100_000 + encode(message(9)))
        capture = open_capture(path)
        assert [record.seq for record in capture] == [1, 100_002]
        assert capture.skipped_count == 100_000
        assert len(capture.skipped) == MAX_LISTED

    def test_numbers_are_those_of_the_lines_whatever_they_say(self, tmp_path: Path) -> None:
        path = tmp_path / "joined.jsonl"
        path.write_bytes(native(2) + native(2))
        assert [record.seq for record in open_capture(path)] == [1, 2, 3, 4, 5, 6]


class TestReading:
    def test_a_file_can_be_read_again_and_counts_anew(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(2) + b"?\n")
        capture = open_capture(path)
        for _ in range(2):
            assert len(list(capture)) == 3
            assert (capture.records_read, capture.skipped_count) == (3, 1)

    def test_records_come_before_the_file_is_read_to_its_end(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(native(50_000))
        capture = open_capture(path)
        records = iter(capture)
        next(records)
        assert capture.bytes_read < path.stat().st_size
        assert capture.records_read == 1

    def test_progress_ends_at_the_size_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zst"
        path.write_bytes(
            zstandard.ZstdCompressor(level=1).compress(os.urandom(3_000_000).hex().encode()[:1] + native(50_000))
        )
        told: list[tuple[int, int | None]] = []
        list(open_capture(path, progress=lambda done, size: told.append((done, size))))
        assert told[-1] == (path.stat().st_size, path.stat().st_size)

    def test_stdin_is_read_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(native(2))))
        capture = open_capture("-")
        assert (capture.path, capture.size) == ("-", None)
        assert len(list(capture)) == 3
        with pytest.raises(CaptureError, match="twice"):
            list(capture)

    def test_a_pipe_is_read_as_it_comes(self, tmp_path: Path) -> None:
        path = tmp_path / "fifo"
        os.mkfifo(path)
        go_on = threading.Event()

        def write() -> None:
            with path.open("wb", buffering=0) as pipe:
                pipe.write(native(1))
                assert go_on.wait(30)
                pipe.write(encode(message(3)))

        writer = threading.Thread(target=write)
        writer.start()
        try:
            records = iter(open_capture(path))
            assert [next(records).seq, next(records).seq] == [1, 2]
            go_on.set()
            assert [record.seq for record in records] == [3]
        finally:
            go_on.set()
            writer.join()


def decoded(data: bytes) -> Iterator[Record]:
    from ocppscope.capture.record import decode  # noqa: PLC0415 - beside its only use

    for line in data.splitlines():
        yield decode(line)


@contextmanager
def unprivileged() -> Iterator[None]:
    """For root every file is readable: be nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_json_of_the_lines_is_what_jq_sees(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(native(1))
    objects = [json.loads(line) for line in path.read_text().splitlines()]
    assert [member["kind"] for member in objects] == ["header", "message"]
    assert objects[1]["dir"] == "to_csms"
