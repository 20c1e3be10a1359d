"""Following: growing files, half lines, restarts, compressed captures, pipes, and lines read again."""

import gzip
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.follow import Follower, Line, follow
from ocppscope.capture.lines import MAX_LINE
from ocppscope.capture.record import MessageRecord, encode
from ocppscope.capture.writer import CaptureWriter
from ocppscope.protocol.roles import Direction

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def message(seq: int, text: str = '[2,"1","Heartbeat",{}]') -> MessageRecord:
    return MessageRecord(seq=seq, time=NOON, mono=seq, conn=1, dir=Direction.TO_CSMS, text=text)


def messages(first: int, last: int) -> bytes:
    return b"".join(encode(message(seq)) for seq in range(first, last + 1))


def all_of(follower: Follower) -> list[Line]:
    found: list[Line] = []
    while True:
        found += follower.poll()
        if follower.at_end:
            return found


def poll_until(follower: Follower, enough: Callable[[list[Line]], bool]) -> list[Line]:
    found: list[Line] = []
    deadline = time.monotonic() + 60
    while not enough(found):
        assert time.monotonic() < deadline, f"{len(found)} lines, then nothing"
        found += follower.poll()
        if follower.at_end:
            time.sleep(0.001)  # give the processor to the writing process
    return found


class TestGrowing:
    def test_a_file_that_is_not_there_yet_is_waited_for(self, tmp_path: Path) -> None:
        path = tmp_path / "later.jsonl"
        with follow(path) as follower:
            assert follower.poll() == []
            assert follower.at_end
            path.touch()
            assert follower.poll() == []
            path.write_bytes(messages(1, 2))
            assert [line.number for line in follower.poll()] == [1, 2]
            assert follower.restarts == 0

    def test_half_a_line_waits_for_its_rest(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        data = messages(1, 3)
        found: list[Line] = []
        with path.open("wb", buffering=0) as file, follow(path) as follower:
            for index in range(len(data)):
                file.write(data[index : index + 1])
                found += follower.poll()
                assert len(found) == data[: index + 1].count(b"\n")
            assert [line.record for line in found] == [message(1), message(2), message(3)]
            assert follower.skipped == []

    def test_every_record_of_another_process_arrives_once_and_in_order(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        for name in (path, path.with_suffix(".zst")):
            child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WRITING), str(name)])
            try:
                with follow(name) as follower:
                    found = poll_until(follower, lambda found: len(found) >= 3001)
                    assert [line.record.seq for line in found] == list(range(1, 3002))
                    assert [line.number for line in found] == list(range(1, 3002))
                    assert follower.skipped == []
                    again = [follower.read_line(line.offset) for line in found]
                    assert again == [line.record for line in found]
            finally:
                assert child.wait(60) == 0

    def test_a_second_run_of_a_compressed_capture_is_followed_across_the_frames(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zst"
        writer = CaptureWriter.open(path)
        with follow(path) as follower:
            assert len(all_of(follower)) == 1
            writer.close()
            assert all_of(follower) == []
            writer = CaptureWriter.open(path)
            writer.append(message(writer.next_seq))
            writer.close()
            assert [line.number for line in all_of(follower)] == [2, 3]

    def test_a_file_cut_short_is_read_anew(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 5))
        with follow(path) as follower:
            assert len(all_of(follower)) == 5
            with path.open("r+b") as file:
                file.truncate(0)
                file.write(messages(1, 2))
            assert [(line.offset, line.number) for line in all_of(follower)] == [(0, 1), (len(messages(1, 1)), 2)]
            assert follower.restarts == 1

    def test_a_replaced_file_is_read_anew_after_the_rest_of_the_old_one(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 5))
        with follow(path) as follower:
            assert len(follower.poll(limit_records=2)) == 2
            (tmp_path / "new").write_bytes(messages(1, 9) + b"broken\n")
            (tmp_path / "new").rename(path)
            assert [line.number for line in follower.poll()] == [3, 4, 5]
            assert [line.number for line in all_of(follower)] == list(range(1, 10))
            assert follower.restarts == 1
            assert [skipped.line for skipped in follower.skipped] == [10]

    def test_a_removed_file_is_read_on_as_long_as_it_is_open(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        with path.open("wb", buffering=0) as file, follow(path) as follower:
            file.write(messages(1, 1))
            assert len(all_of(follower)) == 1
            path.unlink()
            file.write(messages(2, 2))
            assert [line.number for line in all_of(follower)] == [2]
            assert follower.restarts == 0

    def test_a_pipe_is_read_without_waiting(self, tmp_path: Path) -> None:
        path = tmp_path / "fifo"
        os.mkfifo(path)
        with follow(path) as follower:
            assert follower.poll() == []
            with path.open("wb", buffering=0) as pipe:
                pipe.write(messages(1, 1) + b'{"ki')
                (line,) = poll_until(follower, bool)
                assert line.record == message(1)
                assert follower.poll() == []
                assert follower.read_line(line.offset) == message(1)


class TestBrokenLines:
    def test_broken_and_unknown_lines_are_counted_and_passed(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 1) + b'?\n{"kind":"hologram","seq":3}\n\n' + b"\xff\xfe\n" + messages(6, 6))
        with follow(path) as follower:
            found = all_of(follower)
            assert [line.number for line in found] == [1, 6]
            assert [follower.read_line(line.offset) for line in found] == [message(1), message(6)]
            assert [skipped.line for skipped in follower.skipped] == [2, 3, 5]
            assert follower.skipped_count == 3

    def test_an_endless_line_is_not_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        with path.open("wb", buffering=0) as file, follow(path) as follower:
            file.write(messages(1, 1))
            for _ in range(MAX_LINE // (1 << 20) + 10):
                file.write(b"x" * (1 << 20))
            assert [line.number for line in all_of(follower)] == [1]
            assert follower.skipped == []  # it may end yet
            file.write(b"\n" + messages(3, 3))
            (line,) = all_of(follower)
            assert line.number == 3
            assert follower.read_line(line.offset) == message(3)
            assert [skipped.line for skipped in follower.skipped] == [2]

    def test_damaged_compression_is_told_once(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zst"
        path.write_bytes(zstandard.compress(messages(1, 2)) + b"garbage that is no frame")
        with follow(path) as follower:
            assert len(all_of(follower)) == 2
            all_of(follower)
            assert [skipped.line for skipped in follower.skipped] == [3]
            assert "zstd data is damaged" in follower.skipped[0].reason


class TestCompleteFile:
    @pytest.mark.parametrize("pack", [bytes, zstandard.compress, gzip.compress])
    def test_a_last_line_without_newline_counts(self, tmp_path: Path, pack: type) -> None:
        path = tmp_path / "a"
        path.write_bytes(pack(messages(1, 3)[:-1]))
        with follow(path, grows=False) as follower:
            assert [line.number for line in all_of(follower)] == [1, 2, 3]
            assert follower.poll() == []

    def test_half_a_last_line_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(messages(1, 3)[:-9])
        with follow(path, grows=False) as follower:
            assert [line.number for line in all_of(follower)] == [1, 2]
            assert [(skipped.line, skipped.reason) for skipped in follower.skipped] == [
                (3, "the file ends in the middle of this line")
            ]

    def test_a_missing_file_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(CaptureError, match="no such file"):
            follow(tmp_path / "a.jsonl", grows=False)

    def test_a_foreign_format_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text('{"ts":"2026-11-20T12:00:00Z","dir":"cs>csms","data":"[]"}\n')
        with pytest.raises(CaptureError, match="it is of the format jsonl, and only native captures are followed"):
            follow(path)

    def test_a_directory_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(CaptureError, match="directory"):
            follow(tmp_path)


class TestBatches:
    def test_batches_are_bounded_by_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 1000))
        with follow(path) as follower:
            batch = follower.poll(limit_bytes=1000)
            assert 0 < len(batch) < 20
            assert not follower.at_end
            assert len(all_of(follower)) == 1000 - len(batch)

    def test_batches_are_bounded_by_records(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 100))
        with follow(path) as follower:
            sizes = []
            while batch := follower.poll(limit_records=7):
                sizes.append(len(batch))
            assert sizes == [7] * 14 + [2]

    def test_a_record_longer_than_a_batch_still_comes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        big = message(1, "x" * 100_000)
        path.write_bytes(encode(big) + messages(2, 2))
        with follow(path) as follower:
            found = [*follower.poll(limit_bytes=10_000), *all_of(follower)]
            assert [line.record for line in found] == [big, message(2)]
            assert follower.read_line(0) == big

    def test_a_line_can_be_read_by_its_offset_without_reading_what_is_before(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 3))
        with follow(path) as follower:
            assert follower.read_line(len(messages(1, 2))) == message(3)
            assert [line.number for line in all_of(follower)] == [1, 2, 3]

    def test_a_closed_follower_gives_nothing_more(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 3))
        follower = follow(path)
        assert len(follower.poll(limit_bytes=200)) < 3
        follower.close()
        assert follower.read_line(0) is None
        assert follower.poll() == []
        follower.close()

    def test_a_line_that_is_gone_reads_as_none(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(messages(1, 2))
        with follow(path) as follower:
            first, second = all_of(follower)
            assert follower.read_line(second.offset) == message(2)
            os.truncate(path, second.offset)
            assert follower.read_line(second.offset) is None
            assert follower.read_line(first.offset + 1) is None


WRITING = """
    import sys
    from datetime import UTC, datetime
    from ocppscope.capture.record import Note
    from ocppscope.capture.writer import CaptureWriter

    writer = CaptureWriter.open(sys.argv[1])
    for index in range(3000):
        writer.append(Note(seq=writer.next_seq, time=datetime.now(UTC), text="x" * (index % 700)))
        if index % 3 == 0:
            writer.flush()
    writer.close()
"""
