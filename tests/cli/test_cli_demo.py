"""``demo``: everything starts, talks through the real proxy, and ends."""

import json
import signal
from pathlib import Path

import pytest
from cli_support import Running, Terminal, command_line, fields, ocppscope


def test_a_short_demo_shows_stations_findings_and_ends(tmp_path: Path) -> None:
    capture = tmp_path / "demo.jsonl"

    ran = ocppscope("demo", "--plain", "--duration", "6", "--capture", capture)

    assert ran.status == 0
    listening, stopped = ran.err.splitlines()
    assert listening.startswith("listening on ws://127.0.0.1:")
    assert listening.endswith(f", capture {capture}")
    assert stopped == f"stopped, capture {capture}"
    marks = {fields(line)[2] for line in ran.out.splitlines()}
    assert marks == {">", "<", "!", "-"}
    document = json.loads(ocppscope("report", capture, "--format", "json").out)
    assert document["counts"]["stations"] == 4
    assert len({row["ocpp_version"] for row in document["stations"]}) == 3


def test_a_healthy_demo_has_nothing_to_report() -> None:
    ran = ocppscope("demo", "--duration", "4", "--scenario", "healthy", "--ocpp", "2.0.1", "--stations", "2")

    assert ran.status == 0
    assert "BootNotification" in ran.out
    assert not [line for line in ran.out.splitlines() if "  !  " in line]
    assert ran.err.rstrip().endswith("no capture")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_demo_properly(tmp_path: Path, number: signal.Signals) -> None:
    capture = tmp_path / "demo.jsonl"
    with Running("demo", "--plain", "--capture", capture) as running:
        running.wait_for("out", lambda line: "BootNotification" in line)
        status = running.stop(number)

    assert status == 0
    assert running.lines["err"][-1] == f"stopped, capture {capture}"
    assert json.loads(capture.read_text().splitlines()[-1])["kind"] == "ended"


def test_the_demo_fills_the_screen_and_ends_after_its_duration() -> None:
    with Terminal(*command_line("demo", "--duration", "5")) as terminal:
        terminal.wait_for("BootNotification")
        terminal.wait_for("exit status 0")
        terminal.wait_for(" echo ")

    assert "DEMO-01-HARBOUR" in terminal.drawn
