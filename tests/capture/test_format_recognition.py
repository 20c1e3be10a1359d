"""Formats are recognised by content, each as itself and nothing else, and quickly whatever the file holds."""

import gzip
import json

import pytest
import zstandard
from captured import BOOT, read
from samples import SAMPLES

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats import FORMATS

HEAD = 64 * 1024


@pytest.mark.parametrize("form", SAMPLES)
def test_each_format_is_recognised_as_itself(form: str) -> None:
    assert read(SAMPLES[form]).capture.format == form


@pytest.mark.parametrize("form", SAMPLES)
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_compressed_ones_are_recognised_alike(form: str, pack: object) -> None:
    found = read(pack(SAMPLES[form]))  # type: ignore[operator] # two functions from bytes to bytes
    assert found.capture.format == form
    assert found.said == read(SAMPLES[form]).said


@pytest.mark.parametrize("form", SAMPLES)
def test_no_other_format_but_the_catch_all_claims_a_sample(form: str) -> None:
    claims = {other.NAME for other in FORMATS if other.sniff(SAMPLES[form])}
    assert claims - {form, "generic"} == set()


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLES) == {form.NAME for form in FORMATS}


ORDINARY = {
    "prose": b"Dear reader,\nthis is [2, 3] and {more}, sent -> received.\n" * 50,
    "a log of something else": b"2026-11-20 12:00:00 INFO server started\n2026-11-20 12:00:01 ERROR [ocpp] : no\n" * 50,
    "a source file": b"import json\n\nprint([2, 'x', {}])\nx = [[2], [3, 4]]\n",
    "JSON": json.dumps({"name": "made up", "entries": [1, 2, {"a": [2, "b"]}]}, indent=1).encode(),
    "a list of numbers": b"[2, 3, 4, 5]\n",
    "JSON Lines": b'{"id": 1, "kind": "thing"}\n{"id": 2}\n',
    "a table": b"time,level,message\n2026-11-20,INFO,server started\n2026-11-20,WARN,disk full\n",
    "another table": b"name;price\nmade;7\n",
    "HTML": b"<html><body><p>CSMS &gt; station</p></body></html>",
    "numbers": b"12345:67890\n" * 9,
    "blanks": b" \n\t\n" * 20,
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_files_are_refused_in_one_clear_line(name: str) -> None:
    with pytest.raises(
        CaptureError, match=r"^cannot read .*: its content is not recognised; readable formats: native, .*$"
    ):
        read(ORDINARY[name])


@pytest.mark.parametrize(
    "data",
    [b"\x7fELF\x02\x01\x01" + bytes(99), b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04\0\0", bytes(range(128, 256)) * 9],
)
def test_binary_files_are_refused_as_such(data: bytes) -> None:
    with pytest.raises(CaptureError, match=r"^cannot read .*: it is a binary file; .*$"):
        read(data)


@pytest.mark.parametrize("data", [b"", gzip.compress(b"", mtime=0), zstandard.compress(b"")])
def test_empty_files_are_refused_as_such(data: bytes) -> None:
    with pytest.raises(CaptureError, match=r"^nothing to read in .*: it is empty$"):
        read(data)


def test_a_format_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(CaptureError, match=r"there is no format xml; readable formats: native,"):
        read(BOOT, form="xml")


PIECES = (
    " ", "[", "{", '"', "\\", "0", "[2,", "[ocpp", "[ocpp ] TRACE ", "[ocpp ] TRACE 1 ", "ocpp-", "ocpp:", "websockets.server ",
    "[chargeBoxId=", "[chargeBoxId=,", "- Received:", "<", "<a ", "&#", "&", "\x1b[", "\x1b[0;", "2026-11-20 ", "1/1/2026 ",
    "received JSON message from ", "cs -> ", "cp to ", ">>", "PING ", '{"CallType":2,', '[2,"a\\', '[2,"', "a | ", "Nov 20 12:00:00 ",
    "message,time,", '[2,"a"  ,  ', '{"log":', "1:", "ChargePoint>", "ChargePoint>CentralSystem[", ",", '{"kind":"', '{"schemaVersion":"1.1",',
)  # fmt: skip
"""What patterns begin with: repeated a thousand times, they make one that backtracks take forever."""


@pytest.mark.parametrize("piece", PIECES)
def test_no_beginning_of_a_file_takes_long(piece: str) -> None:
    head = (piece * HEAD)[:HEAD].encode()
    for form in FORMATS:
        for data in (head, piece.encode() + b" " * HEAD, piece.encode() + b"x" * HEAD):
            form.sniff(data)
            form.vantage(data)


@pytest.mark.parametrize("form", ["evcc", "mobilityhouse", "steve", "microocpp", "libocpp", "generic"])
def test_no_long_line_takes_long(form: str) -> None:
    lines = [(piece * 1_000_000)[:300_000] for piece in PIECES]
    read("\n".join(lines), form=form)
