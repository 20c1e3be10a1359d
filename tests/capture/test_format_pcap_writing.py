"""pcapng as we write it: read again by ourselves, and by tshark where it is at hand."""

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
from captured import BOOT, BOOTED, NOON, RESET, RESET_DONE, UP, conversation, read, written
from samples import RECORDS

from ocppscope.capture.record import Ended, Handshake, MessageRecord, Note, Opened, Refused, Stage

FINDING = "error PIC-001: made up, Ä"


def tshark(path: Path, *arguments: str) -> list[list[str]]:
    """The fields that tshark tells of packets, by rows."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made.pcapng"
    path.write_bytes(written("pcap", RECORDS, {3: [FINDING, "warning X: two"]})[0])
    return path


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
class TestTshark:
    def test_it_sees_the_messages(self, file: Path) -> None:
        texts = tshark(file, "-Y", "websocket.payload.text", "-e", "websocket.payload.text")
        assert texts == [[BOOT], [BOOTED], [RESET], [RESET_DONE]]

    def test_it_shows_findings_as_comments_of_their_packet(self, file: Path) -> None:
        (row,) = tshark(file, "-Y", "frame.comment", "-e", "frame.comment", "-e", "websocket.payload.text")
        assert FINDING in row[0]
        assert "warning X: two" in row[0]
        assert row[1] == BOOTED

    def test_it_finds_nothing_wrong_with_the_packets(self, file: Path) -> None:
        # 0x00600000 are warnings, 0x00800000 errors; comments and notes on SYN and FIN are below.
        wrong = tshark(file, "-Y", "_ws.expert.severity >= 0x00600000 && !frame.comment", "-e", "_ws.expert.message")
        assert wrong == []
        checked = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
        assert (
            tshark(file, *checked, "-Y", "tcp.checksum.status == 0 || ip.checksum.status == 0", "-e", "frame.number")
            == []
        )

    def test_large_messages_are_put_together(self, tmp_path: Path) -> None:
        large = f'[2,"1","DataTransfer",{{"vendorId":"Made","data":"{"x" * 200_000}"}}]'
        path = tmp_path / "large.pcapng"
        path.write_bytes(written("pcap", conversation(">" + large, "<" + large))[0])
        assert tshark(path, "-Y", "websocket.payload.text", "-e", "websocket.payload.text") == [[large], [large]]


def test_we_read_it_again(file: Path) -> None:
    found = read(file.read_bytes())
    plain = [msgspec.structs.replace(record, seq=0) for record in found.records if not isinstance(record, Opened)]
    assert plain == [msgspec.structs.replace(record, seq=0) for record in RECORDS[1:]]
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert (opened.station, opened.peer, opened.upstream) == ("WB01", "192.0.2.7:40123", "192.0.2.1:9000")


def test_a_refused_connection_and_a_reset() -> None:
    refused = Refused(seq=1, time=NOON, conn=1, station="WB01", stage=Stage.HTTP, reason="HTTP 401", status=401)
    ended = Ended(seq=5, time=NOON, conn=2, by="station", how="rst")
    data, _ = written("pcap", [refused, *conversation(">" + BOOT, conn=2), ended])
    found = read(data).records
    assert isinstance(found[0], Refused)
    assert (found[0].status, found[0].station) == (401, "WB01")
    assert isinstance(found[-1], Ended)
    assert (found[-1].by, found[-1].how) == ("station", "rst")


def test_a_header_cannot_begin_another_one() -> None:
    handshake = Handshake(target="/WB01", request=[("X", "a\r\nUpgrade: no\r\n\r\n")], status=101)
    records = [msgspec.structs.replace(conversation()[0], handshake=handshake), *conversation(">" + BOOT)[1:]]
    assert read(written("pcap", records)[0]).said == [(">", BOOT)]


def test_what_packets_cannot_hold_is_counted() -> None:
    cut = MessageRecord(seq=2, time=NOON, conn=1, dir=UP, text="[2,", size=99, truncated=True)
    _, lost = written("pcap", [*conversation(), cut, Note(seq=3, time=NOON, text="made up")])
    assert lost.counts == {"ends of messages that were cut when they were recorded": 1, "records of the kind note": 1}
