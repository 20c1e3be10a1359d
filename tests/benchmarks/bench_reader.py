"""What writing and reading a capture costs a record, against bare line reading of the same file.

Run: ``python tests/benchmarks/bench_reader.py [RECORDS]``. All rows are measured in turn, several rounds; the ratio is to
reading the bare lines in the same round, so a busy machine cancels out.
"""

import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard

from ocppscope.capture.follow import follow
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import MessageRecord
from ocppscope.capture.writer import CaptureWriter
from ocppscope.protocol.roles import Direction

START = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 5
A_TURN = 5
"""Records between two flushes of the writer: what a loop turn of a busy engine brings."""


def texts(count: int) -> list[str]:
    """Made-up messages of about 300 bytes, no two alike."""
    return [
        f'[2,"{number:032x}","MeterValues",{{"connectorId":{number % 4},"transactionId":{number // 100},"meterValue":[{{'
        f'"timestamp":"2026-01-01T12:{number // 60 % 60:02}:{number % 60:02}Z","sampledValue":[{{"value":"{number * 37}",'
        '"measurand":"Energy.Active.Import.Register","unit":"Wh","context":"Sample.Periodic"}]}]}]'
        for number in range(count)
    ]


def write(path: Path, messages: list[str]) -> None:
    """As the engine does: make a record, append it, flush at the end of a turn."""
    path.unlink(missing_ok=True)
    writer = CaptureWriter.open(path)
    for number, text in enumerate(messages):
        stamp = number * 1_000_000
        writer.append(
            MessageRecord(
                seq=writer.next_seq,
                time=START + timedelta(milliseconds=number),
                mono=stamp,
                sent=stamp + 90_000,
                conn=number % 50,
                dir=Direction.TO_CSMS,
                text=text,
            )
        )
        if number % A_TURN == 0:
            writer.flush()
    writer.close()


def read_lines(path: Path) -> int:
    """The floor: the lines of the file and nothing else."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def read_records(path: Path) -> int:
    """Every record, as `report` reads it."""
    return sum(1 for _ in open_capture(path))


def follow_records(path: Path) -> int:
    """Every record with its offset, as the screen reads it."""
    count = 0
    with follow(path) as follower:
        while not follower.at_end:
            count += len(follower.poll())
    return count


def main(count: int) -> None:
    """Measure and print."""
    messages = texts(count)
    with tempfile.TemporaryDirectory() as folder:
        plain, zstd, packed = (Path(folder) / name for name in ("a.jsonl", "a.zst", "a.gz"))
        write(plain, messages)
        zstd.write_bytes(zstandard.compress(plain.read_bytes()))
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        rows: dict[str, Callable[[], object]] = {
            "read bare lines": lambda: read_lines(plain),
            "read records": lambda: read_records(plain),
            "read records, zstd": lambda: read_records(zstd),
            "read records, gzip": lambda: read_records(packed),
            "follow records": lambda: follow_records(plain),
            "follow records, zstd": lambda: follow_records(zstd),
            "write records": lambda: write(Path(folder) / "w.jsonl", messages),
            "write records, zstd": lambda: write(Path(folder) / "w.zst", messages),
        }
        seconds: dict[str, list[float]] = {name: [] for name in rows}
        for _ in range(ROUNDS):
            for name, run in rows.items():
                start = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - start)
        bytes_a_line = plain.stat().st_size / (count + 1)
        shrunk = plain.stat().st_size / (Path(folder) / "w.zst").stat().st_size
        print(
            f"{count:,} records of {bytes_a_line:.0f} bytes; written as zstd in turns of {A_TURN}: 1/{shrunk:.1f} of the size"
        )
    floor = seconds["read bare lines"]
    for name, took in seconds.items():
        ratio = statistics.median(mine / bare for mine, bare in zip(took, floor, strict=True))
        median = statistics.median(took)
        print(f"{name:22} {median / count * 1e6:6.2f} us a record {count / median:12,.0f} a second {ratio:7.1f} x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
