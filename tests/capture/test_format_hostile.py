"""No file makes a reader fail, hang or grow: whatever it holds, what can be read is read and the rest has a line and a reason."""

import gzip
import io
import resource
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from captured import BOOT, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import SAMPLES

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.record import encode

PIECES = (
    b"[", b"]", b"{", b"}", b'"', b"\\", b"\n", b"\r", b"\0", b",", b":", b"-", b"9" * 30, b"\xff", b"\xed\xa0\x80", b"\\ud800", b"1e999",
    b"null", b"<", b">", b"\x1b[", b"&#9999999999;", BOOT.encode(), b"0:~", b"\xff\xff\xff\xff",
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, sample: bytes) -> bytes:
    """A sample with some bytes changed, put in, taken out or repeated, and perhaps cut."""
    data = bytearray(sample)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 4)):
            case 0:
                data[place : place + 1] = bytes((draw(st.integers(0, 255)),))
            case 1:
                data[place:place] = draw(st.sampled_from(PIECES))
            case 2:
                del data[place : place + draw(st.integers(1, 40))]
            case 3:
                data[place:place] = data[place : place + draw(st.integers(1, 80))]
            case _:
                del data[place:]
    return bytes(data)


def survives(data: bytes, form: str | None) -> None:
    """Reads it, and holds the reader to its promises."""
    try:
        found = read(data, form=form)
    except CaptureError:
        return
    for record in found.records:
        encode(record)
    for line, reason in found.skipped:
        assert line >= 1
        assert reason.strip()


@pytest.mark.parametrize("form", SAMPLES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(data=st.data())
def test_spoiled_files_never_make_a_reader_fail(form: str, data: st.DataObject) -> None:
    survives(data.draw(spoiled(SAMPLES[form])), data.draw(st.sampled_from((form, None))))


@pytest.mark.parametrize("form", SAMPLES)
@settings(max_examples=30, deadline=None)
@given(data=st.binary(min_size=1, max_size=200))
def test_any_bytes_read_as_any_format_never_make_it_fail(form: str, data: bytes) -> None:
    survives(data, form)


@pytest.mark.parametrize("form", SAMPLES)
def test_a_sample_cut_at_every_place_gives_the_beginning_of_what_it_says(form: str) -> None:
    whole = [text for _, text in read(SAMPLES[form]).said]
    for end in range(1, len(SAMPLES[form]), 5):
        try:
            said = [text for _, text in read(SAMPLES[form][:end], form=form).said]
        except CaptureError:
            continue
        assert said[:-1] == whole[: len(said[:-1])]  # of the last one a log may have the beginning only


@pytest.mark.parametrize("form", ["native", "jsonl", "trace", "csv", "evcc", "mobilityhouse", "steve", "microocpp"])
def test_one_bad_line_among_many_costs_itself(form: str) -> None:
    lines = SAMPLES[form].splitlines(keepends=True)
    header, rest = (lines[:1], lines[1:]) if form == "csv" else ([], lines)
    data = b"".join([*header, *rest * 300, b'\xff\0 {"broken', b"\n", *rest * 300])
    assert len(read(data, form=form).messages) == 600 * len(read(SAMPLES[form]).messages)


def test_one_bad_line_among_many_messages_of_any_log_costs_itself() -> None:
    lines = [f'2026-11-20T12:00:00Z TX [2,"{number}","Heartbeat",{{}}]\n' for number in range(2000)]
    lines[1000:1000] = ['2026-11-20T12:00:00Z TX [2,"x","Heartbeat",{"\n']
    found = read("".join(lines), form="generic")
    assert len([message for message in found.messages if not message.truncated]) == 2000
    assert found.skipped == [(1001, "the message is cut")]


@pytest.mark.parametrize("form", [None, *SAMPLES])
@pytest.mark.parametrize(
    "nested",
    [b"[" * 100_000, b'{"a":' * 100_000, b'[2,"1","A",' + b"[" * 100_000, b'{"log":{"entries":[' + b"[" * 100_000],
)
def test_deeply_nested_values_are_no_reason_to_fail(form: str | None, nested: bytes) -> None:
    survives(nested, form)
    survives(nested + b"\n" + BOOT.encode() + b"\n", form)


def zeros(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield bytes(1 << 20)


def bomb(pack: str, beginning: bytes) -> bytes:
    """A gigabyte of one line behind a beginning, compressed."""
    file = io.BytesIO()
    writer = (
        gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1)
        if pack == "gzip"
        else zstandard.ZstdCompressor().stream_writer(file, closefd=False)
    )
    with writer:
        writer.write(beginning)
        for block in zeros(1024):
            writer.write(block)
    return file.getvalue()


LIMITED = """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]), int(sys.argv[3])))
    from ocppscope.capture.errors import CaptureError
    from ocppscope.capture.options import ReadOptions
    from ocppscope.capture.reader import open_capture
    try:
        capture = open_capture(sys.argv[1], options=ReadOptions(form=sys.argv[2] or None))
        print(sum(1 for record in capture), capture.skipped_count)
    except CaptureError as error:
        print(error)
"""
MEMORY = 1200 << 20
"""Bytes of address space that a reader gets for a gigabyte of zeros: the largest formats hold a quarter of a gigabyte at once."""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="this system does not limit memory")
@pytest.mark.parametrize("pack", ["gzip", "zstd"])
def test_a_gigabyte_of_zeros_in_a_megabyte_is_read_in_bounded_memory(pack: str, tmp_path: Path) -> None:
    for form in ("native", "har", "mitm", "pcap", "csv", "generic"):
        beginning = (
            SAMPLES[form]
            if form in ("native", "generic", "csv")
            else {"har": b'{"log":{"entries":[', "mitm": b"999999999999:9:websocket;", "pcap": SAMPLES["pcap"]}[form]
        )
        path = tmp_path / form
        path.write_bytes(bomb(pack, beginning))
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(LIMITED), str(path), form, str(MEMORY)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-500:]
        assert done.stdout
