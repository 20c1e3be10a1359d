"""Following from part to part: live and afterwards, compressed, deleted, replaced; and lines of any part read again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from ocppscope.capture.follow import Line
from ocppscope.capture.follow_parts import PartsFollower
from ocppscope.capture.parts import parts_before, parts_from
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import FORMAT_NAME, Header, MessageRecord, Note, encode
from ocppscope.capture.retention import Keep, Rotation
from ocppscope.capture.rotation import RotatingWriter
from ocppscope.protocol.roles import Direction

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PATIENCE = 60.0


def fill(writer: RotatingWriter, first: int, last: int) -> None:
    for number in range(first, last + 1):
        text = f'[2,"{number}","Heartbeat",{{}}]'
        writer.append(
            MessageRecord(seq=writer.next_seq, time=NOON, mono=number, conn=1, dir=Direction.TO_CSMS, text=text)
        )
        writer.flush()


def a_run(path: Path, first: int, last: int, *, keep: Keep | None = None) -> None:
    writer = RotatingWriter(path, Rotation(size=600, keep=keep))
    fill(writer, first, last)
    writer.close(PATIENCE)


def all_of(follower: PartsFollower) -> list[Line]:
    found: list[Line] = []
    parts = -1
    while parts < follower.parts or not follower.at_end:
        parts = follower.parts
        found += follower.poll()
    return found


def messages(lines: list[Line]) -> list[int]:
    return [int((line.record.text or "").split('"')[1]) for line in lines if isinstance(line.record, MessageRecord)]


@pytest.mark.parametrize("name", ["lab.jsonl", "lab.jsonl.zst"])
class TestReading:
    def test_a_capture_opened_at_its_first_part_is_read_to_the_end_of_the_last(self, tmp_path: Path, name: str) -> None:
        a_run(tmp_path / name, 1, 90)
        with PartsFollower(tmp_path / name, grows=False) as follower:
            lines = all_of(follower)
            assert messages(lines) == list(range(1, 91))
            assert follower.parts == len(parts_from(tmp_path / name)) > 2
            assert follower.bytes_read == follower.size
            assert [line.record.seq for line in lines] == [line.number for line in lines]

    def test_any_line_of_any_part_can_be_read_again(self, tmp_path: Path, name: str) -> None:
        a_run(tmp_path / name, 1, 60)
        with PartsFollower(tmp_path / name, grows=False) as follower:
            lines = all_of(follower)
            for line in [*lines[::-7], *lines]:
                assert follower.read_line(line.offset) == line.record

    def test_while_it_grows_nothing_is_lost_or_doubled(self, tmp_path: Path, name: str) -> None:
        writer = RotatingWriter(tmp_path / name, Rotation(size=400))
        found: list[Line] = []
        with PartsFollower(tmp_path / name) as follower:
            for number in range(1, 200):
                fill(writer, number, number)
                if number % 3 == 0:
                    found += follower.poll(limit_records=1 + number % 4)
            writer.close(PATIENCE)
            found += all_of(follower)
            assert messages(found) == list(range(1, 200))
            assert follower.restarts == 0
            for line in found:
                assert follower.read_line(line.offset) == line.record

    def test_a_follower_that_is_late_finds_the_parts_compressed(self, tmp_path: Path, name: str) -> None:
        writer = RotatingWriter(tmp_path / name, Rotation(size=400))
        with PartsFollower(tmp_path / name) as follower:
            fill(writer, 1, 1)
            begun = follower.poll()
            fill(writer, 2, 60)
            writer.close(PATIENCE)
            assert (tmp_path / "lab.jsonl.zst").exists()
            assert messages(begun + all_of(follower)) == list(range(1, 61))


def test_what_retention_has_deleted_is_passed_over_and_no_longer_there_to_read_again(tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    a_run(path, 1, 60)
    with PartsFollower(path, grows=False) as follower:
        lines = all_of(follower)
        path.with_name("lab.jsonl.zst").unlink()
        assert follower.read_line(lines[0].offset) is None
        assert follower.read_line(lines[-1].offset) == lines[-1].record
    with PartsFollower(path, grows=False) as follower:
        found = messages(all_of(follower))
    assert found == list(range(found[0], 61))
    assert found[0] > 1


def test_a_part_without_its_last_words_leads_on_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    a_run(path, 1, 20)
    first = tmp_path / "lab.jsonl.zst"
    lines = [encode(record) for record in open_capture(first)]
    path.write_bytes(b"".join(lines[:-1]))
    first.unlink()
    with PartsFollower(path, grows=False) as follower:
        assert messages(all_of(follower)) == list(range(1, 21))


def test_parts_compressed_by_hand_can_be_read_again_too(tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    a_run(path, 1, 30)
    for part in parts_from(path)[:-1]:
        plain = zstandard.ZstdDecompressor().stream_reader(part.read_bytes(), read_across_frames=True).read()
        part.write_bytes(zstandard.ZstdCompressor().compress(plain))
    with PartsFollower(path, grows=False) as follower:
        for line in all_of(follower):
            assert follower.read_line(line.offset) == line.record


@pytest.mark.parametrize("name", ["/etc/passwd", "../other.jsonl", "other.jsonl", "", "lab.jsonl", "a\0b"])
def test_nothing_is_read_on_into_that_does_not_say_it_goes_on_with_this(tmp_path: Path, name: str) -> None:
    (tmp_path / "inner").mkdir()
    path = tmp_path / "inner" / "lab.jsonl"
    a_run(tmp_path / "other.jsonl", 1, 3)
    a_run(tmp_path / "inner" / "other.jsonl", 1, 3)
    path.write_bytes(encode(Note(seq=1, time=NOON, text="made up", next=name)))
    with PartsFollower(path, grows=False) as follower:
        assert len(all_of(follower)) == 1
        assert follower.parts == 1


def test_a_circle_of_parts_ends(tmp_path: Path) -> None:
    for number, (name, other) in enumerate([("lab.jsonl", "lab.0002.jsonl"), ("lab.0002.jsonl", "lab.jsonl")]):
        header = Header(
            seq=1, time=NOON, format=FORMAT_NAME, version=1, tool="made up", run="r", part=number + 1, previous=other
        )
        note = Note(seq=2, time=NOON, text="made up", next=other)
        (tmp_path / name).write_bytes(encode(header) + encode(note))
    with PartsFollower(tmp_path / "lab.jsonl", grows=False) as follower:
        assert len(all_of(follower)) == 4
    assert len(parts_from(tmp_path / "lab.jsonl")) == 2
    assert len(parts_before(tmp_path / "lab.0002.jsonl")) == 1


def test_a_replaced_capture_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    a_run(path, 1, 3)
    with PartsFollower(path) as follower:
        assert messages(all_of(follower)) == [1, 2, 3]
        a_run(tmp_path / "new.jsonl", 7, 8)
        (tmp_path / "new.jsonl").replace(path)
        assert messages(all_of(follower)) == [7, 8]
        assert follower.restarts == 1
