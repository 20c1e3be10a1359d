"""``view`` without a screen: whole captures, captures that grow, and readers that go away."""

import json
import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_support import Running, Terminal, command_line, ocppscope, recording

from ocppscope.capture.record import Handshake, MessageRecord, Opened
from ocppscope.capture.writer import CaptureWriter
from ocppscope.protocol.roles import Direction


def heartbeat(number: int) -> str:
    return json.dumps([2, str(number), "Heartbeat", {}])


def test_a_pipe_gets_plain_lines_by_itself(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)), (0.25, "<", [3, "1", {}]))

    ran = ocppscope("view", path)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == ocppscope("view", "--plain", path).out
    assert "12:00:00.000000  a  >  CALL        Heartbeat\n" in ran.out
    assert "12:00:00.250000  a  <  CALLRESULT  Heartbeat           250 ms" in ran.out


def test_a_terminal_on_stdout_alone_gets_plain_lines_for_the_screen_would_be_drawn_on_stderr(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)), (0.25, "<", [3, "1", {}]))
    ours, theirs = os.openpty()
    with (tmp_path / "err").open("wb") as err, os.fdopen(ours, "rb", buffering=0) as terminal:
        run = subprocess.run(command_line("view", path), stdout=theirs, stderr=err, timeout=60, check=False)
        os.close(theirs)
        out = terminal.read(65536).decode()

    assert run.returncode == 0
    assert "12:00:00.000000  a  >  CALL        Heartbeat" in out
    assert (tmp_path / "err").read_bytes() == b""


def test_several_captures_and_stdin_are_printed_in_order(tmp_path: Path) -> None:
    first = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)))
    second = recording(tmp_path / "b.jsonl", (0, ">", [2, "2", "Authorize", {"idTag": "A"}]))

    ran = ocppscope("view", first, "-", stdin=second.read_bytes())

    assert ran.status == 0
    assert ran.out.index("Heartbeat") < ran.out.index("Authorize")


def test_skipped_lines_are_told_on_stderr(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)))
    with path.open("a") as file:
        file.write("nonsense\n")

    ran = ocppscope("view", path)

    assert ran.status == 0
    assert "line 2" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", *((number / 100, ">", heartbeat(number)) for number in range(5000)))
    with subprocess.Popen(command_line("view", path), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()

    assert (process.returncode, error) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_following_prints_what_is_appended_until_told_to_stop(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "grows.jsonl"
    writer = CaptureWriter.open(path)
    with Running("view", "--follow", path) as running:
        for count in range(3):
            writer.append(
                MessageRecord(
                    seq=writer.next_seq, time=datetime.now(UTC), mono=time.monotonic_ns(),
                    conn=1, dir=Direction.TO_CSMS, text=heartbeat(count),
                )
            )  # fmt: skip
            writer.flush()
            running.wait_for("out", lambda line: "Heartbeat" in line)
        status = running.stop(number)
    writer.close()

    assert (status, running.lines["err"]) == (0, [])


def test_following_says_that_a_call_is_overdue_while_nothing_comes(tmp_path: Path) -> None:
    path, profile = tmp_path / "grows.jsonl", tmp_path / "quick.toml"
    profile.write_text(
        '[identity]\nname = "quick"\ndut = "csms"\nocpp_version = "1.6"\nvendor = "made up"\nproduct = "made up"\n'
        "[limits]\nocpp_response_timeout = 0.2\n"
    )
    writer = CaptureWriter.open(path)
    now, mono = datetime.now(UTC), time.monotonic_ns()
    writer.append(
        Opened(
            seq=writer.next_seq, time=now, mono=mono, conn=1, station="CP001", subprotocol="ocpp1.6",
            handshake=Handshake(target="/CP001"),
        )
    )  # fmt: skip
    writer.append(
        MessageRecord(seq=writer.next_seq, time=now, mono=mono, conn=1, dir=Direction.TO_CSMS, text=heartbeat(1))
    )
    writer.close()
    with Running("view", "--follow", path, "--pics", profile) as running:
        line = running.wait_for("out", lambda line: "RPC-011" in line)
        assert running.stop() == 0

    assert "CP001  !  error" in line


def test_only_native_captures_are_followed(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)))

    ran = ocppscope("view", "--follow", path)

    assert ran.status == 2
    assert "without --follow" in ran.complaint


def test_a_terminal_gets_the_screen_and_gets_itself_back(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)), (0.25, "<", [3, "1", {}]))
    with Terminal(*command_line("view", path)) as terminal:
        terminal.wait_for("Heartbeat")
        terminal.press("q")
        terminal.wait_for("exit status 0")
        terminal.wait_for(" echo ")

    assert "\x1b[?1049l" in terminal.drawn


def test_the_screen_shows_stdin_and_still_takes_keys(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)))
    with Terminal("sh", "-c", f"cat {path} | {' '.join(command_line('view', '-'))}") as terminal:
        terminal.wait_for("Heartbeat")
        terminal.press("q")
        terminal.wait_for("exit status 0")


def test_plain_is_plain_on_a_terminal_too(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", heartbeat(1)))
    with Terminal(*command_line("view", "--plain", path)) as terminal:
        terminal.wait_for("exit status 0")

    assert "a  >  CALL        Heartbeat" in terminal.drawn
    assert "\x1b" not in terminal.drawn
