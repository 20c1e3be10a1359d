"""``--rotate-size`` and its companions: what a user sees of a capture that lies in several files."""

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_support import Running, fields, ocppscope
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

OCPP = Subprotocol("ocpp1.6")
CALLS = 100


@pytest.fixture
def csms() -> Iterator[str]:
    """A CSMS that answers every CALL with {}; its URL."""

    def answer(connection: ServerConnection) -> None:
        for text in connection:
            connection.send(json.dumps([3, json.loads(text)[1], {"currentTime": "2026-11-20T12:00:00Z"}]))

    with serve(answer, "127.0.0.1", 0, subprotocols=[OCPP]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def run(csms: str, capture: Path, *options: str) -> tuple[list[str], str]:
    """The plain lines of a run with one station, and the last line on stderr."""
    with Running("proxy", csms, "--listen", "127.0.0.1:0", "--plain", "--capture", capture, *options) as running:
        url = running.wait_for("err", lambda line: line.startswith("listening on")).split()[2]
        with connect(f"{url}/CP001", subprotocols=[OCPP]) as connection:
            for number in range(CALLS):
                connection.send(json.dumps([2, str(number), "Heartbeat", {}]))
                connection.recv()
        running.wait_for("out", lambda line: "ended" in line)
        assert running.stop(signal.SIGTERM) == 0
    return running.lines["out"], running.lines["err"][-1]


def marks(lines: list[str]) -> list[str]:
    return [fields(line)[2] for line in lines]


def test_plain_lines_are_those_of_one_run_live_and_afterwards(csms: str, tmp_path: Path) -> None:
    capture = tmp_path / "lab.jsonl"
    live, last = run(csms, capture, "--rotate-size", "4k")
    parts = sorted(tmp_path.iterdir())
    assert len(parts) > 3
    assert last == f"stopped, capture {capture} in {len(parts)} parts"
    assert marks(live).count(">") == marks(live).count("<") == CALLS
    assert sum(fields(line)[3] == "opened" for line in live) == 1

    viewed = ocppscope("view", "--plain", capture)
    assert viewed.status == 0
    assert viewed.out.splitlines() == live
    assert viewed.err == f"{capture} goes on to {parts[-2].name}: {len(parts)} parts\n"
    named = ocppscope("view", "--plain", *parts)
    assert named.out.splitlines() == live


def test_old_parts_go_and_the_capture_is_still_opened_by_its_name(csms: str, tmp_path: Path) -> None:
    capture = tmp_path / "lab.jsonl"
    run(csms, capture, "--rotate-size", "4k", "--keep", "2")
    assert len(list(tmp_path.iterdir())) == 3
    assert not capture.exists()
    viewed = ocppscope("view", "--plain", capture)
    assert viewed.status == 0
    calls = marks(viewed.out.splitlines()).count(">")
    assert 0 < calls < CALLS


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["proxy", "ws://h/", "--rotate-size", "big"], "'big' is no size"),
        (["proxy", "ws://h/", "--rotate-time", "1x"], "'1x' is no duration"),
        (["proxy", "ws://h/", "--rotate-size", "1M", "--keep", "10m"], "write 10min or 10M"),
        (["proxy", "ws://h/", "--keep", "10"], "give --rotate-size or --rotate-time"),
        (["proxy", "ws://h/", "--no-capture", "--rotate-size", "1M"], "--no-capture leaves nothing to rotate"),
        (["demo", "--rotate-size", "1M"], "nothing to rotate without --capture FILE"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(arguments: list[str], complaint: str) -> None:
    ran = ocppscope(*arguments)
    assert ran.status == 2
    assert complaint in ran.complaint


def test_a_report_of_the_first_part_is_of_the_whole_run(csms: str, tmp_path: Path) -> None:
    capture = tmp_path / "lab.jsonl"
    run(csms, capture, "--rotate-size", "4k")
    assert not capture.exists()
    report = json.loads(ocppscope("report", capture, "--format", "json").out)
    assert report["counts"]["messages"] == 2 * CALLS
    assert (report["counts"]["connections"], report["counts"]["sessions"]) == (1, 1)
    assert report["exchanges"]["answered"] == CALLS
    assert len(report["captures"]) == len(list(tmp_path.iterdir()))
