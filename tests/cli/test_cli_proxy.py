"""``proxy``: a real station and a real CSMS on loopback, the program between them, and its proper end."""

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_support import TIMEOUT, Running, Terminal, command_line, fields, ocppscope
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

OCPP = Subprotocol("ocpp1.6")


@pytest.fixture
def csms() -> Iterator[str]:
    """A CSMS that answers every CALL with {}; its URL."""

    def answer(connection: ServerConnection) -> None:
        for text in connection:
            connection.send(json.dumps([3, json.loads(text)[1], {}]))

    with serve(answer, "127.0.0.1", 0, subprotocols=[OCPP]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def listening(running: Running) -> tuple[str, str, str]:
    """URL for stations, upstream, and where the records go, from the one line that says so."""
    line = running.wait_for("err", lambda line: True)
    match = re.fullmatch(r"listening on (ws://127\.0\.0\.1:\d+) -> (\S+), (.+)", line)
    assert match, line
    return match[1], match[2], match[3]


def station(url: str, identity: str = "CP001") -> ClientConnection:
    return connect(f"{url}/{identity}", subprotocols=[OCPP])


def ask(connection: ClientConnection, number: int) -> None:
    connection.send(json.dumps([2, str(number), "Heartbeat", {}]))
    connection.recv()


def kinds(capture: Path) -> list[str]:
    return [json.loads(line)["kind"] for line in capture.read_text().splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_plain_lines_come_live_and_the_end_is_proper(csms: str, tmp_path: Path, number: signal.Signals) -> None:
    capture = tmp_path / "lab.jsonl"
    with Running("proxy", csms, "--listen", "127.0.0.1:0", "--capture", capture) as running:
        url, upstream, where = listening(running)
        with station(url) as connection:
            ask(connection, 1)
            running.wait_for("out", lambda line: "CALLRESULT" in line)
            status = running.stop(number)
            with pytest.raises(ConnectionClosed):
                connection.recv(timeout=TIMEOUT)

    assert status == 0
    assert (upstream, where) == (csms, f"capture {capture}")
    assert running.lines["err"] == [running.lines["err"][0], f"stopped, capture {capture}"]
    assert [fields(line)[3] for line in running.lines["out"]][:3] == ["opened", "CALL", "CALLRESULT"]
    assert fields(running.lines["out"][-1])[2:5] == ["-", "ended", "1006"]
    assert "by proxy" in running.lines["out"][-1]
    assert kinds(capture)[:4] == ["header", "opened", "message", "message"]
    assert kinds(capture)[-1] == "ended"
    assert ocppscope("report", capture).status == 0


def test_headless_prints_nothing_but_where_it_listens_and_records(csms: str, tmp_path: Path) -> None:
    with Running("proxy", csms, "--listen", "127.0.0.1:0", "--headless") as running:
        url, _, where = listening(running)
        with station(url) as connection:
            ask(connection, 1)
        status = running.stop(signal.SIGTERM)

    capture = Path(where.removeprefix("capture "))
    assert (status, running.lines["out"]) == (0, [])
    assert running.lines["err"][1:] == [f"stopped, capture {capture}"]
    assert capture.is_relative_to(os.environ["XDG_STATE_HOME"])
    assert capture.stat().st_mode & 0o777 == 0o600
    assert kinds(capture).count("message") == 2


@pytest.mark.parametrize("face", ["--plain", "--headless"])
def test_no_capture_leaves_nothing_behind(
    csms: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, face: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Running("proxy", csms, "--listen", "127.0.0.1:0", "--no-capture", face) as running:
        url, _, where = listening(running)
        with station(url) as connection:
            ask(connection, 1)
        status = running.stop()

    assert (status, where) == (0, "no capture")
    assert len(running.lines["err"]) == 1
    assert any("CALLRESULT" in line for line in running.lines["out"]) is (face == "--plain")
    assert list(tmp_path.iterdir()) == []
    assert not Path(os.environ["XDG_STATE_HOME"]).exists()


def test_a_second_run_is_appended_and_only_it_is_printed(csms: str, tmp_path: Path) -> None:
    capture = tmp_path / "lab.jsonl"
    for identity in ("CP001", "CP002"):
        with Running("proxy", csms, "--listen", "127.0.0.1:0", "--capture", capture) as running:
            url, _, _ = listening(running)
            with station(url, identity) as connection:
                ask(connection, 1)
            running.wait_for("out", lambda line: "ended" in line)
            assert running.stop() == 0

    assert all("CP002" in line for line in running.lines["out"])
    assert kinds(capture).count("header") == 2
    document = json.loads(ocppscope("report", capture, "--format", "json").out)
    assert [row["id"] for row in document["stations"]] == ["CP001", "CP002"]


def test_an_unreachable_csms_is_a_line_and_the_proxy_goes_on(tmp_path: Path) -> None:
    with Running(
        "proxy", "ws://127.0.0.1:1/ocpp", "--listen", "127.0.0.1:0", "--capture", tmp_path / "a.jsonl"
    ) as running:
        url, _, _ = listening(running)
        for _ in range(2):
            with pytest.raises(InvalidStatus) as refused:
                station(url)
            line = running.wait_for("out", lambda line: "refused" in line)
            assert refused.value.response.status_code == 502
            assert "CP001  -  refused     connect" in line
        assert running.stop() == 0


def test_a_reader_that_goes_away_ends_the_proxy_properly(csms: str, tmp_path: Path) -> None:
    capture, error = tmp_path / "a.jsonl", tmp_path / "err.txt"
    command = command_line("proxy", csms, "--listen", "127.0.0.1:0", "--capture", capture)
    with error.open("wb") as file, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file) as process:
        assert process.stdout is not None
        while not (said := error.read_text()).endswith("\n"):
            assert process.poll() is None
        with station(said.split()[2]) as connection:
            ask(connection, 1)
            assert b"opened" in process.stdout.readline()
            process.stdout.close()
            closed = False
            for number in range(2, 100_000):
                try:
                    ask(connection, number)
                except ConnectionClosed:
                    closed = True
                    break
        assert process.wait(TIMEOUT) == 0

    assert closed
    assert error.read_text().splitlines()[1:] == [f"stopped, capture {capture}"]
    assert kinds(capture)[-1] == "ended"


def test_an_engine_that_is_killed_is_told_in_one_line(csms: str, tmp_path: Path) -> None:
    capture = tmp_path / "a.jsonl"
    with Running("proxy", csms, "--listen", "127.0.0.1:0", "--capture", capture) as running:
        url, _, _ = listening(running)
        with station(url) as connection:
            ask(connection, 1)
            running.wait_for("out", lambda line: "CALLRESULT" in line)
            (engine,) = children(running.process.pid)
            os.kill(engine, signal.SIGKILL)
            status = running.wait()

    assert status == 70
    assert "the engine ended by itself (exit status -9)" in running.lines["err"][-1]
    assert kinds(capture).count("message") == 2


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def test_the_screen_shows_live_traffic_and_says_where_the_capture_is(csms: str, tmp_path: Path) -> None:
    capture = tmp_path / "a.jsonl"
    command = command_line("proxy", csms, "--listen", "127.0.0.1:0", "--capture", capture)
    with Terminal(*command) as terminal:
        terminal.wait_for("listening on ")
        terminal.wait_for(", capture")
        url = terminal.drawn.partition("listening on ")[2].split()[0]
        with station(url) as connection:
            ask(connection, 1)
            terminal.wait_for("CALLRESULT")
            os.killpg(terminal.process.pid, signal.SIGTERM)
            terminal.wait_for("exit status")

    assert "1 stations" in terminal.drawn or "1 station" in terminal.drawn
    assert f"stopped, capture {capture}" in terminal.drawn
