"""The writer: runs, numbers, refusals, and disks that really stop taking bytes."""

import json
import os
import resource
import stat
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Gap, Header, MessageRecord, Note, Record
from ocppscope.capture.writer import NOT_ENCODABLE, CaptureWriter
from ocppscope.protocol.roles import Direction

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def message(seq: int, text: str = '[2,"1","Heartbeat",{}]') -> MessageRecord:
    return MessageRecord(seq=seq, time=NOON, mono=seq, conn=1, dir=Direction.TO_CSMS, text=text)


def fill(writer: CaptureWriter, count: int) -> None:
    for _ in range(count):
        writer.append(message(writer.next_seq))


def numbers(path: Path) -> list[int]:
    """What the lines themselves say, without the reader's help."""
    return [json.loads(line)["seq"] for line in path.read_text().splitlines()]


class TestOpening:
    def test_a_new_capture_is_private_and_its_folders_are_made(self, tmp_path: Path) -> None:
        path = tmp_path / "not" / "there" / "yet.jsonl"
        CaptureWriter.open(path, listen="ws://127.0.0.1:9000", upstream="ws://csms", options={"pics": ["a"]}).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        (header,) = open_capture(path)
        assert isinstance(header, Header)
        assert (header.seq, header.listen, header.upstream) == (1, "ws://127.0.0.1:9000", "ws://csms")
        assert header.options == {"pics": ["a"]}
        assert header.mono is not None

    def test_the_header_is_in_the_file_before_the_first_record(self, tmp_path: Path) -> None:
        writer = CaptureWriter.open(tmp_path / "a.jsonl")
        assert numbers(tmp_path / "a.jsonl") == [1]
        writer.close()

    @pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.zst"])
    def test_a_second_run_is_appended_and_the_numbers_go_on(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        for _ in range(3):
            writer = CaptureWriter.open(path)
            fill(writer, 2)
            writer.close()
        records = list(open_capture(path))
        assert [record.seq for record in records] == list(range(1, 10))
        assert [isinstance(record, Header) for record in records] == [True, False, False] * 3
        assert len({record.run for record in records if isinstance(record, Header)}) == 3

    def test_a_file_without_its_last_newline_goes_on_with_a_new_line(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        writer = CaptureWriter.open(path)
        fill(writer, 2)
        writer.close()
        path.write_bytes(path.read_bytes()[:-20])
        writer = CaptureWriter.open(path)
        fill(writer, 1)
        writer.close()
        capture = open_capture(path)
        assert [record.seq for record in capture] == [1, 2, 4, 5]
        assert [skipped.line for skipped in capture.skipped] == [3]
        assert json.loads(path.read_text().splitlines()[4])["seq"] == 5

    def test_an_empty_file_may_become_a_capture(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.touch()
        CaptureWriter.open(path).close()
        assert numbers(path) == [1]

    def test_plain_captures_stay_plain_whatever_their_name(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        CaptureWriter.open(path).close()
        renamed = path.rename(tmp_path / "a.zst")
        CaptureWriter.open(renamed).close()
        assert numbers(renamed) == [1, 2]

    @pytest.mark.parametrize(
        "content",
        [
            b"dear diary\n",
            b"\0\1\2",
            b'{"ts":"2026-11-20T12:00:00Z","dir":"cs>csms","data":"[]"}\n',
            b"\x1f\x8b\x08rest",
        ],
    )
    def test_any_other_file_is_refused_and_left_as_it_was(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "precious.txt"
        path.write_bytes(content)
        with pytest.raises(CaptureError, match=r"precious\.txt.*no ocppscope capture.*nothing is overwritten"):
            CaptureWriter.open(path)
        assert path.read_bytes() == content

    def test_foreign_zstd_is_refused_and_left_as_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "precious.zst"
        content = zstandard.compress(b"dear diary\n" * 1000)[:-5]
        path.write_bytes(content)
        with pytest.raises(CaptureError, match="no ocppscope capture"):
            CaptureWriter.open(path)
        assert path.read_bytes() == content

    def test_a_capture_of_a_newer_version_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        CaptureWriter.open(path).close()
        path.write_text(path.read_text().replace('"version":1', '"version":2'))
        with pytest.raises(CaptureError, match=r"a newer ocppscope wrote it \(format 2\)"):
            CaptureWriter.open(path)

    def test_a_directory_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CaptureError, match="it is a directory"):
            CaptureWriter.open(tmp_path)

    def test_a_fifo_is_refused_without_waiting_for_a_reader(self, tmp_path: Path) -> None:
        path = tmp_path / "fifo"
        os.mkfifo(path)
        with pytest.raises(CaptureError, match="no regular file"):
            CaptureWriter.open(path)

    def test_a_place_that_cannot_be_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(CaptureError, match=r"file/a\.jsonl: .*--capture FILE"):
            CaptureWriter.open(tmp_path / "file" / "a.jsonl")

    def test_two_writers_never_share_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        first = CaptureWriter.open(path)
        with pytest.raises(CaptureError, match="another ocppscope is writing"):
            CaptureWriter.open(path)
        first.close()
        CaptureWriter.open(path).close()

    def test_a_disk_that_is_full_from_the_start_is_said_at_once(self, tmp_path: Path) -> None:
        code = """
            import resource, sys
            from ocppscope.capture.errors import CaptureError
            from ocppscope.capture.writer import CaptureWriter
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
            try:
                CaptureWriter.open(sys.argv[1])
            except CaptureError as error:
                print(error)
        """
        path = tmp_path / "a.jsonl"
        said = in_child(code, path)
        assert said == f"cannot write the capture {path}: File too large; give another place with --capture FILE\n"


class TestAppending:
    def test_records_reach_the_file_with_the_flush(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        writer = CaptureWriter.open(path)
        fill(writer, 3)
        assert numbers(path) == [1]
        assert writer.flush()
        assert numbers(path) == [1, 2, 3, 4]
        writer.close()

    def test_a_burst_does_not_wait_for_the_flush(self, tmp_path: Path) -> None:
        writer = CaptureWriter.open(tmp_path / "a.jsonl")
        for _ in range(100):
            writer.append(message(writer.next_seq, "x" * 100_000))
            assert writer.stats.bytes_waiting < 500_000
        writer.close()

    def test_a_wrong_number_is_put_right(self, tmp_path: Path) -> None:
        writer = CaptureWriter.open(tmp_path / "a.jsonl")
        writer.append(message(77))
        writer.append(message(77))
        writer.close()
        assert numbers(tmp_path / "a.jsonl") == [1, 2, 3]

    def test_a_record_that_cannot_be_encoded_costs_itself_only(self, tmp_path: Path) -> None:
        gaps: list[Gap] = []
        writer = CaptureWriter.open(tmp_path / "a.jsonl", on_gap=gaps.append)
        fill(writer, 1)
        assert not writer.append(message(writer.next_seq, "lone surrogate \ud800"))
        fill(writer, 1)
        writer.close()
        capture = open_capture(tmp_path / "a.jsonl")
        kinds = [type(record) for record in capture]
        assert kinds == [Header, MessageRecord, Gap, MessageRecord]
        assert not capture.skipped
        assert [(gap.lost, gap.reason) for gap in gaps] == [(1, NOT_ENCODABLE)]

    def test_the_figures_are_those_of_the_run(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        CaptureWriter.open(path).close()
        before = path.stat().st_size
        writer = CaptureWriter.open(path)
        fill(writer, 4)
        stats = writer.close()
        assert (stats.records, stats.lost, stats.bytes_waiting, stats.failing) == (5, 0, 0, None)
        assert stats.bytes_written == path.stat().st_size - before

    def test_records_after_the_close_are_counted_and_written_nowhere(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        writer = CaptureWriter.open(path)
        writer.close()
        with (tmp_path / "other").open("w") as reused:  # gets the descriptor that the writer had
            assert not writer.append(message(writer.next_seq))
            assert writer.flush()
            reused.flush()
        assert writer.close().lost == 1
        assert (tmp_path / "other").stat().st_size == 0


class TestFailingDisk:
    """A pipe that nobody empties refuses bytes as a full disk does, in the middle of a line, and can be emptied again."""

    def test_a_gap_says_exactly_how_many_records_are_missing(self) -> None:
        reading, writing = small_pipe()
        failures: list[str] = []
        gaps: list[Gap] = []
        writer = CaptureWriter(writing, max_buffer=20_000, on_failure=failures.append, on_gap=gaps.append)
        accepted = 0
        for _ in range(1000):
            accepted += writer.append(message(writer.next_seq))
            writer.flush()
        assert writer.failing == "Resource temporarily unavailable"
        assert failures == [writer.failing]
        assert 0 < accepted < 1000
        received = drain(reading)
        while not writer.flush():
            received += drain(reading)
        assert writer.failing is None
        accepted_later = writer.append(message(writer.next_seq))
        writer.close()
        received += drain(reading)
        os.close(reading)

        records = decoded(received)
        assert accepted_later
        assert [record.seq for record in records] == list(range(1, accepted + 3))
        assert isinstance(records[accepted], Gap)
        assert records[accepted].lost == 1000 - accepted
        assert records[accepted].reason == failures[0]
        assert gaps == [records[accepted]]
        assert writer.stats.lost == 1000 - accepted

    def test_nothing_is_lost_while_the_buffer_has_room(self) -> None:
        reading, writing = small_pipe()
        writer = CaptureWriter(writing)
        for _ in range(200):
            assert writer.append(message(writer.next_seq))
            writer.flush()
        assert writer.failing
        received = drain(reading)
        while not writer.flush():
            received += drain(reading)
        writer.close()
        received += drain(reading)
        os.close(reading)
        assert [type(record) for record in decoded(received)] == [MessageRecord] * 200

    def test_the_buffer_stays_bounded_while_the_disk_fails(self) -> None:
        writer = CaptureWriter(os.open("/dev/full", os.O_WRONLY), max_buffer=50_000)
        for _ in range(5000):
            writer.append(message(writer.next_seq))
            writer.flush()
        stats = writer.close()
        assert stats.failing == "No space left on device"
        assert stats.bytes_waiting < 51_000
        assert stats.bytes_written == 0
        assert stats.records + stats.lost == 5000

    def test_compressed_lines_wait_within_the_same_bound(self) -> None:
        writer = CaptureWriter(os.open("/dev/full", os.O_WRONLY), compress=True, max_buffer=50_000)
        for index in range(5000):
            writer.append(message(writer.next_seq, os.urandom(100).hex()))
            if index % 100 == 0:
                writer.flush()
        stats = writer.close()
        assert stats.bytes_waiting < 52_000
        assert stats.records + stats.lost == 5000
        assert stats.lost > 0

    @pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.zst"])
    def test_a_disk_that_fills_up_and_is_freed_costs_only_what_did_not_fit(self, tmp_path: Path, name: str) -> None:
        code = """
            import os, resource, sys
            from datetime import UTC, datetime
            from ocppscope.capture.record import Note
            from ocppscope.capture.writer import CaptureWriter

            writer = CaptureWriter.open(sys.argv[1], max_buffer=30_000)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
            accepted = 0
            for _ in range(2000):
                note = Note(seq=writer.next_seq, time=datetime.now(UTC), text=os.urandom(50).hex())
                accepted += writer.append(note)
                writer.flush()
            assert os.stat(sys.argv[1]).st_size == 20_000, os.stat(sys.argv[1])
            assert writer.failing == "File too large", writer.failing
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            assert writer.flush()
            writer.append(Note(seq=writer.next_seq, time=datetime.now(UTC), text="after"))
            writer.close()
            print(accepted)
        """
        accepted = int(in_child(code, tmp_path / name))
        capture = open_capture(tmp_path / name)
        header, *notes, gap, after = list(capture)
        assert isinstance(header, Header)
        assert {type(note) for note in notes} == {Note}
        assert len(notes) == accepted
        assert isinstance(gap, Gap)
        assert gap.lost == 2000 - accepted > 0
        assert isinstance(after, Note)
        assert after.text == "after"
        assert capture.skipped == []


class TestZstd:
    def test_each_flush_can_be_read_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl.zst"
        writer = CaptureWriter.open(path)
        for count in range(1, 6):
            fill(writer, 1)
            writer.flush()
            assert len(list(open_capture(path))) == 1 + count
        writer.close()

    def test_a_closed_capture_is_a_whole_frame_for_anyone(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl.zst"
        writer = CaptureWriter.open(path)
        fill(writer, 500)
        writer.close()
        frame = zstandard.ZstdDecompressor().decompressobj()
        text = frame.decompress(path.read_bytes())
        assert frame.eof
        assert text.count(b"\n") == 501

    def test_a_run_can_follow_one_that_was_cut_at_any_byte(self, tmp_path: Path) -> None:
        whole = tmp_path / "whole.zst"
        for _ in range(2):
            writer = CaptureWriter.open(whole)
            for _ in range(2):
                fill(writer, 1)
                writer.flush()
            writer.close()
        data = whole.read_bytes()
        path = tmp_path / "cut.zst"
        opened = 0
        for length in range(len(data)):
            path.write_bytes(data[:length])
            try:
                before = len(list(open_capture(path)))
            except CaptureError:
                continue  # not even the first block is there: not recognisable
            writer = CaptureWriter.open(path)
            fill(writer, 1)
            writer.close()
            capture = open_capture(path)
            assert [record.seq for record in capture] == list(range(1, before + 3)), length
            assert capture.skipped == []
            opened += 1
        assert opened > 50

    def test_a_cut_frame_with_a_checksum_is_refused_with_the_mend(self, tmp_path: Path) -> None:
        plain = tmp_path / "a.jsonl"
        writer = CaptureWriter.open(plain)
        fill(writer, 100)
        writer.close()
        compressor = zstandard.ZstdCompressor(write_checksum=True)
        path = tmp_path / "a.zst"
        content = compressor.compress(plain.read_bytes())[:-2]
        path.write_bytes(content)
        with pytest.raises(CaptureError, match="zstd -dc"):
            CaptureWriter.open(path)
        assert path.read_bytes() == content


def in_child(code: str, path: Path) -> str:
    """Run code in a process of its own: resource limits hold for a whole process."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(path)], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def small_pipe() -> tuple[int, int]:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    while True:  # as full as can be but for 4096 bytes, so that a line is cut
        try:
            os.write(writing, b"\n" * resource.getpagesize())
        except BlockingIOError:
            os.read(reading, resource.getpagesize())
            return reading, writing


def drain(reading: int) -> bytes:
    received = b""
    while True:
        try:
            data = os.read(reading, 1 << 20)
        except BlockingIOError:
            return received
        if not data:
            return received
        received += data


def decoded(received: bytes) -> list[Record]:
    from ocppscope.capture.record import decode  # noqa: PLC0415 - beside its only use

    return [decode(line) for line in received.split(b"\n") if line]
