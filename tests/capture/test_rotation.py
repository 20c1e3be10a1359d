"""Rotation: parts that can be read by themselves and together, retention, crashes, full disks, taken names."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard

from ocppscope.capture.parts import first_part, in_order, last_part, parts_before, parts_from
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Ended, Header, MessageRecord, Note, Opened, Record
from ocppscope.capture.retention import Keep, Rotation, parse_duration, parse_keep, parse_size
from ocppscope.capture.rotation import RotatingWriter
from ocppscope.protocol.roles import Direction

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PATIENCE = 60.0


def message(seq: int, text: str, time: datetime = NOON) -> MessageRecord:
    return MessageRecord(seq=seq, time=time, mono=seq, conn=1, dir=Direction.TO_CSMS, text=text)


def opened(seq: int, conn: int = 1, station: str = "CP001") -> Opened:
    return Opened(seq=seq, time=NOON, mono=seq, conn=conn, station=station, subprotocol="ocpp1.6")


def fill(writer: RotatingWriter, first: int, last: int) -> None:
    for number in range(first, last + 1):
        assert writer.append(message(writer.next_seq, f'[2,"{number}","Heartbeat",{{}}]'))
        writer.flush()


def a_run(path: Path, first: int = 1, last: int = 20, *, size: int = 600, keep: Keep | None = None) -> list[str]:
    """A run with a connection and messages, in parts of a few messages each. Returns the warnings."""
    warnings: list[str] = []
    writer = RotatingWriter(path, Rotation(size=size, keep=keep), on_warning=warnings.append)
    writer.append(opened(writer.next_seq))
    fill(writer, first, last)
    writer.close(PATIENCE)
    return warnings


def identifiers(paths: list[Path]) -> list[int]:
    """The messageIds, in order."""
    return [
        int(json.loads(record.text or "")[1])
        for path in paths
        for record in open_capture(path)
        if isinstance(record, MessageRecord)
    ]


def inflated(part: Path) -> bytes:
    """By the zstd package, which knows nothing of us."""
    with part.open("rb") as file:
        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["lab.jsonl", "lab.jsonl.zst"])
class TestParts:
    def test_no_record_is_lost_or_doubled(self, tmp_path: Path, name: str) -> None:
        assert a_run(tmp_path / name) == []
        parts = parts_from(tmp_path / name)
        assert len(parts) > 1
        assert identifiers(parts) == list(range(1, 21))

    def test_each_part_can_be_read_by_itself(self, tmp_path: Path, name: str) -> None:
        a_run(tmp_path / name)
        parts = parts_from(tmp_path / name)
        for number, part in enumerate(parts, 1):
            header, connection, *rest = list(open_capture(part))
            assert isinstance(header, Header)
            assert header.part == number
            assert isinstance(connection, Opened)
            assert connection.again == (number > 1)
            assert connection.station == "CP001"
            assert [record.seq for record in (header, connection, *rest)] == list(range(1, len(rest) + 3))
        runs = {record.run for part in parts for record in open_capture(part) if isinstance(record, Header)}
        assert len(runs) == 1

    def test_each_part_names_the_next_and_the_one_before(self, tmp_path: Path, name: str) -> None:
        a_run(tmp_path / name)
        parts = parts_from(tmp_path / name)
        for before, after in pairwise(parts):
            last = list(open_capture(before))[-1]
            assert isinstance(last, Note)
            assert last.next == after.name.removesuffix(".zst")
            assert parts_before(after)[-1] == before

    def test_finished_parts_are_compressed_and_the_last_is_as_it_was(self, tmp_path: Path, name: str) -> None:
        a_run(tmp_path / name)
        *finished, last = parts_from(tmp_path / name)
        assert {part.suffix for part in finished} == {".zst"}
        assert last.suffix == Path(name).suffix
        assert names(tmp_path) == sorted(path.name for path in (*finished, last))
        for part in finished:
            assert inflated(part).startswith(b'{"kind":"header"')

    def test_a_second_run_goes_on_in_the_last_part(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        a_run(path, 1, 20)
        before = parts_from(path)
        assert last_part(path) == before[-1]
        a_run(path, 21, 40)
        after = parts_from(path)
        assert after[: len(before) - 1] == before[:-1]
        assert len(after) > len(before)
        assert identifiers(after) == list(range(1, 41))

    def test_a_connection_that_has_ended_is_not_repeated(self, tmp_path: Path, name: str) -> None:
        writer = RotatingWriter(tmp_path / name, Rotation(size=300))
        writer.append(opened(1, 1, "gone"))
        writer.append(opened(1, 2, "stays"))
        writer.append(Ended(seq=1, time=NOON, conn=1, by="station", how="fin"))
        fill(writer, 1, 30)
        writer.close(PATIENCE)
        last = list(open_capture(parts_from(tmp_path / name)[-1]))
        assert [record.station for record in last if isinstance(record, Opened)] == ["stays"]


def test_parts_begin_at_multiples_of_the_time_by_the_utc_clock(tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    writer = RotatingWriter(path, Rotation(seconds=3600))
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    for number, time in enumerate(
        (hour - timedelta(microseconds=1), hour, hour + timedelta(minutes=59), hour + timedelta(hours=1)), 1
    ):
        writer.append(message(writer.next_seq, f'[2,"{number}","Heartbeat",{{}}]', time))
    writer.close(PATIENCE)
    assert [identifiers([part]) for part in parts_from(path)] == [[1], [2, 3], [4]]


def test_the_figures_are_of_all_parts_together(tmp_path: Path) -> None:
    writer = RotatingWriter(tmp_path / "lab.jsonl", Rotation(size=600))
    fill(writer, 1, 20)
    stats = writer.close(PATIENCE)
    parts = parts_from(tmp_path / "lab.jsonl")
    told = [record for part in parts for record in open_capture(part)]
    repeated = sum(isinstance(record, Header) and record.part > 1 for record in told)
    assert stats.records == len(told) - repeated
    assert (stats.lost, stats.bytes_waiting, stats.failing) == (0, 0, None)


def test_a_crowd_of_connections_does_not_make_parts_of_repetitions_alone(tmp_path: Path) -> None:
    writer = RotatingWriter(tmp_path / "lab.jsonl", Rotation(size=300))
    for conn in range(1, 101):
        writer.append(opened(writer.next_seq, conn))
    fill(writer, 1, 500)
    writer.close(PATIENCE)
    parts = parts_from(tmp_path / "lab.jsonl")
    told: list[Record] = [record for part in parts for record in open_capture(part)]
    assert sum(isinstance(record, Opened) and record.again for record in told) < 1_000


class TestRetention:
    def test_so_many_finished_parts_are_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "lab.jsonl"
        a_run(path, keep=Keep(parts=2))
        assert not path.exists()
        begins = first_part(path)
        parts = parts_from(begins)
        assert len(parts) == 3
        assert identifiers(parts)[-1] == 20
        assert names(tmp_path) == sorted(part.name for part in parts)

    def test_so_many_bytes_of_finished_parts_are_kept(self, tmp_path: Path) -> None:
        a_run(tmp_path / "lab.jsonl", keep=Keep(bytes=1500))
        *finished, _ = parts_from(first_part(tmp_path / "lab.jsonl"))
        assert finished
        assert sum(part.stat().st_size for part in finished) <= 1500

    def test_what_is_older_goes_when_the_capture_is_next_appended_to(self, tmp_path: Path) -> None:
        path = tmp_path / "lab.jsonl"
        a_run(path)
        *old, last = parts_from(path)
        for part in old:
            os.utime(part, (0, 0))
        writer = RotatingWriter(path, Rotation(size=10**6, keep=Keep(seconds=3600)))
        writer.close(PATIENCE)
        assert names(tmp_path) == [last.name]

    def test_nothing_is_deleted_that_is_no_part_of_this_capture(self, tmp_path: Path) -> None:
        path = tmp_path / "lab.jsonl"
        shelter = tmp_path / "elsewhere"
        shelter.mkdir()
        a_run(shelter / "lab.jsonl")
        foreign = parts_from(shelter / "lab.jsonl")[1]
        shutil.copy(foreign, tmp_path / "lab.0001.jsonl.zst")  # a real part of another capture
        (tmp_path / "lab.0002.jsonl").write_text("my shopping list\n")
        (tmp_path / "lab.0003.jsonl.zst").write_text("another\n")
        (tmp_path / "lab.jsonl.bak").write_text("a third\n")
        a_run(path, keep=Keep(parts=0))
        left = set(names(tmp_path))
        assert {"lab.0001.jsonl.zst", "lab.0002.jsonl", "lab.0003.jsonl.zst", "lab.jsonl.bak"} <= left
        assert (tmp_path / "lab.0002.jsonl").read_text() == "my shopping list\n"
        assert (tmp_path / "lab.0003.jsonl.zst").read_text() == "another\n"
        assert not path.exists()


class TestTrouble:
    def test_taken_names_are_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "lab.jsonl"
        (tmp_path / "lab.0002.jsonl").write_text("mine\n")
        assert a_run(path) == []
        assert (tmp_path / "lab.0002.jsonl").read_text() == "mine\n"
        assert parts_from(path)[1].name == "lab.0003.jsonl.zst"
        assert identifiers(parts_from(path)) == list(range(1, 21))

    def test_a_compressed_name_that_is_taken_leaves_the_part_plain(self, tmp_path: Path) -> None:
        path = tmp_path / "lab.jsonl"
        (tmp_path / "lab.jsonl.zst").write_text("mine\n")
        a_run(path)
        assert (tmp_path / "lab.jsonl.zst").read_text() == "mine\n"
        assert identifiers(parts_from(path)) == list(range(1, 21))

    def test_a_folder_that_was_removed_is_made_again(self, tmp_path: Path) -> None:
        path = tmp_path / "captures" / "lab.jsonl"
        warnings: list[str] = []
        writer = RotatingWriter(path, Rotation(size=600), on_warning=warnings.append)
        fill(writer, 1, 1)
        shutil.rmtree(path.parent)
        fill(writer, 2, 20)
        writer.close(PATIENCE)
        parts = parts_from(first_part(path))
        found = identifiers(parts)
        assert found == list(range(found[0], 21))
        assert warnings == [f"the part {path} was removed while it was written; what it held is lost"]

    def test_a_part_that_cannot_be_begun_costs_nothing_and_one_line(self, tmp_path: Path) -> None:
        path = tmp_path / "captures" / "lab.jsonl"
        warnings: list[str] = []
        writer = RotatingWriter(path, Rotation(size=600), on_warning=warnings.append)
        fill(writer, 1, 1)
        path.parent.rename(tmp_path / "moved")
        (tmp_path / "captures").write_text("a file in its place")
        fill(writer, 2, 9)
        writer.close(PATIENCE)
        assert identifiers([tmp_path / "moved" / "lab.jsonl"]) == list(range(1, 10))
        assert len(warnings) == 1
        assert f"the capture goes on in {path}" in warnings[0]

    def test_what_a_crash_left_uncompressed_is_compressed_by_the_next_run(self, tmp_path: Path) -> None:
        path = tmp_path / "lab.jsonl"
        a_run(path)
        second = tmp_path / "lab.0002.jsonl.zst"
        third = tmp_path / "lab.0003.jsonl.zst"
        for part in (second, third):
            part.with_suffix("").write_bytes(inflated(part))
        second.unlink()  # before the compressed one had its name; of the third, both are there
        (tmp_path / ".lab.0002.jsonl.zst.part").write_bytes(b"half of it")
        assert identifiers(parts_from(path)) == list(range(1, 21))
        a_run(path, 21, 21)
        assert second.exists()
        assert third.exists()
        assert not second.with_suffix("").exists()
        assert not third.with_suffix("").exists()
        assert not (tmp_path / ".lab.0002.jsonl.zst.part").exists()
        assert identifiers(parts_from(path)) == list(range(1, 22))


def test_parts_that_a_shell_named_are_put_in_order(tmp_path: Path) -> None:
    a_run(tmp_path / "lab.jsonl")
    a_run(tmp_path / "other.jsonl", last=1)
    parts = parts_from(tmp_path / "lab.jsonl")
    other = tmp_path / "other.jsonl"
    assert in_order([*sorted(parts), other]) == [*parts, other]
    assert in_order([other, parts[2], parts[1]]) == [other, parts[1], parts[2]]
    assert in_order([other, other]) == [other]


@pytest.mark.parametrize(
    ("text", "size"), [("100M", 100 * 1024**2), ("1G", 1024**3), ("1.5k", 1536), ("2MiB", 2 * 1024**2), ("500", 500)]
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("15min", 900), ("15m", 900), ("1h", 3600), ("7d", 604800)])
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "keep"),
    [("10", Keep(parts=10)), ("0", Keep(parts=0)), ("50G", Keep(bytes=50 * 1024**3)), ("30d", Keep(seconds=2592000))],
)
def test_what_is_kept_is_read(text: str, keep: Keep) -> None:
    assert parse_keep(text) == keep


@pytest.mark.parametrize("text", ["", "x", "-1", "10m", "1 hour", "9" * 40])
def test_what_is_not_clear_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_keep(text)
