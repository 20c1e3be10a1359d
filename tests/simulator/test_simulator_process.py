"""The simulation as a child process: how it starts, obeys and ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Ended, MessageRecord, Opened, Record, Refused
from ocppscope.inspect.inspector import Inspector
from ocppscope.pics import library
from ocppscope.protocol.message import Call, parse
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion
from ocppscope.proxy.config import EngineConfig
from ocppscope.proxy.process import EngineProcess
from ocppscope.simulator.faults import silence
from ocppscope.simulator.options import Options
from ocppscope.simulator.process import SimulatorError, SimulatorProcess, demo_profiles

SIMULATOR = [sys.executable, "-m", "ocppscope.simulator"]


def play_through_the_proxy(options: Options, capture: Path) -> list[Record]:
    """Play to the end with the real engine in between; returns its records."""
    with (
        SimulatorProcess(options) as simulator,
        EngineProcess(EngineConfig(upstream=simulator.url, listen="127.0.0.1:0", capture=str(capture))) as engine,
    ):
        simulator.connect(engine.listening.url)
        assert simulator.wait(60) == 0
        assert simulator.stderr == ""
    return list(open_capture(capture))


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("seed", [1, 7])
def test_a_healthy_run_through_the_proxy_has_nothing_to_report(tmp_path: Path, seed: int) -> None:
    options = Options(stations=4, scenario="healthy", speed=100, once=True, seed=seed)
    inspector = Inspector([library.load(path) for path in demo_profiles()])

    for record in play_through_the_proxy(options, tmp_path / "capture.jsonl"):
        inspector.observe(record)

    assert [(row.finding.rule, row.finding.evidence) for row in inspector.findings.rows()] == []
    assert inspector.counts.answered == inspector.counts.calls > 300
    assert inspector.counts.sends == 3
    assert {station.version for station in inspector.stations.values()} == set(OcppVersion)
    assert {station.profile for station in inspector.stations.values()} == {"demo-station"}


def test_everyday_life_goes_on_without_anything_to_report(tmp_path: Path) -> None:
    options = Options(stations=8, scenario="healthy", speed=100, duration=3)
    inspector = Inspector()

    for record in play_through_the_proxy(options, tmp_path / "capture.jsonl"):
        inspector.observe(record)

    assert [(row.finding.rule, row.finding.evidence) for row in inspector.findings.rows()] == []
    assert inspector.counts.messages > 300


def test_connections_end_and_begin_as_the_scripts_say(tmp_path: Path) -> None:
    options = Options(stations=1, version=OcppVersion.V16, scenario="offline", speed=40, once=True)

    records = play_through_the_proxy(options, tmp_path / "capture.jsonl")

    ends = [(record.by, record.how) for record in records if isinstance(record, Ended)]
    # Closed for a while, two drops without a word, then closed for new settings, for a reboot and at the end.
    assert ends == [("station", how) for how in ("closed", "rst", "rst", "closed", "closed", "closed")]
    (refused,) = [record for record in records if isinstance(record, Refused)]
    assert refused.status == 400
    assert refused.handshake is not None
    assert "Sec-WebSocket-Protocol" not in dict(refused.handshake.request)
    firsts = [first_action(records, record.conn) for record in records if isinstance(record, Opened)]
    assert firsts == [
        "BootNotification", "MeterValues", "StatusNotification", "MeterValues", "StatusNotification",
        "BootNotification",
    ]  # fmt: skip


def first_action(records: list[Record], connection: int) -> str:
    texts = (
        record.text or ""
        for record in records
        if isinstance(record, MessageRecord) and record.conn == connection and record.dir is Direction.TO_CSMS
    )
    first = parse(next(texts))
    assert isinstance(first, Call)
    return first.action


def test_a_newcomer_sees_several_kinds_of_fault_within_ten_seconds(tmp_path: Path) -> None:
    inspector = Inspector([library.load(path) for path in demo_profiles()])

    for record in play_through_the_proxy(Options(duration=10), tmp_path / "capture.jsonl"):
        inspector.observe(record)

    found = {row.finding.rule for row in inspector.findings.rows()}
    assert {"RPC-007", "RPC-008", "RPC-009", "RPC-011", "RPC-021", "RPC-024", "SES-013"} <= found


def test_stations_come_back_when_the_proxy_does(tmp_path: Path) -> None:
    capture = tmp_path / "capture.jsonl"
    with SimulatorProcess(Options(stations=2, scenario="healthy", speed=20)) as simulator:
        with EngineProcess(EngineConfig(upstream=simulator.url, listen="127.0.0.1:0")) as engine:
            url = engine.listening.url
            simulator.connect(url)
            wait_until(lambda: bool(engine.events()))
        address = url.removeprefix("ws://")
        with EngineProcess(EngineConfig(upstream=simulator.url, listen=address, capture=str(capture))):
            wait_until(lambda: {"DEMO-01-HARBOUR", "DEMO-02-LIBRARY"} <= talking(capture))
        assert simulator.alive
        assert simulator.stop() == 0
        assert simulator.stderr == ""


def talking(capture: Path) -> set[str]:
    """The stations that have sent something by now."""
    records = list(open_capture(capture))
    names = {record.conn: record.station for record in records if isinstance(record, Opened)}
    return {names[record.conn] for record in records if isinstance(record, MessageRecord)}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_properly_in_the_middle_of_things(number: signal.Signals, tmp_path: Path) -> None:
    capture = tmp_path / "capture.jsonl"
    with subprocess.Popen(
        [*SIMULATOR, "--stations=3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        upstream = process.stdout.readline().decode().removeprefix("csms ").strip()
        with EngineProcess(EngineConfig(upstream=upstream, listen="127.0.0.1:0", capture=str(capture))) as engine:
            assert engine.listening is not None
            process.stdin.write(f"connect {engine.listening.url}\n".encode())
            process.stdin.flush()
            wait_until(lambda: len(talking(capture)) == 3)
            process.send_signal(number)
            _, stderr = process.communicate(timeout=20)

    assert (process.returncode, stderr) == (0, b"")


def test_it_ends_when_its_parent_dies() -> None:
    reader, writer = os.pipe()
    with (
        os.fdopen(reader) as orders,
        subprocess.Popen(SIMULATOR, stdin=orders, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        url = process.stdout.readline().decode().removeprefix("csms ").strip()
        os.write(writer, f"connect {url}\n".encode())
        os.close(writer)
        _, stderr = process.communicate(timeout=20)

    assert (process.returncode, stderr) == (0, b"")


def test_it_ends_by_itself_after_its_time() -> None:
    run = subprocess.run(
        [*SIMULATOR, "--direct", "--duration=0.5"], capture_output=True, text=True, timeout=30, check=False
    )

    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--stations=0"], "0 stations: 1 to 200"),
        (["--speed=0"], "speed 0:"),
        (["--duration=-1"], "duration -1 s:"),
        (["--scenario=chaos"], "invalid choice: 'chaos'"),
    ],
)
def test_options_that_make_no_sense_are_refused(arguments: list[str], says: str) -> None:
    run = subprocess.run([*SIMULATOR, *arguments], capture_output=True, text=True, timeout=30, check=False)

    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = subprocess.run(
            [*SIMULATOR, "--direct", f"--port={port}"], capture_output=True, text=True, timeout=30, check=False
        )

    assert run.returncode == 3
    assert len(run.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in run.stderr


def test_a_simulation_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    simulator = SimulatorProcess(Options())

    with pytest.raises(SimulatorError, match=r"did not start \(exit status 1\)"):
        simulator.start()

    assert not simulator.alive
    assert simulator.stop() == 1


def test_the_demo_profiles_are_beyond_reach_of_its_late_answers() -> None:
    station, csms = (library.load(path) for path in demo_profiles())

    assert (station.name, station.dut) == ("demo-station", Role.STATION)
    assert (csms.name, csms.dut) == ("demo-csms", Role.CSMS)
    limit = station.limit("SetChargingProfile")
    assert limit is not None
    assert 0.8 * limit < silence.NEARLY_LATE < limit < silence.LATE_STATION
    assert (csms.limit("Authorize") or 0) < (csms.limit("Heartbeat") or 0) < silence.LATE_CSMS
    assert station.matches("Voltaic (made up)", "Quay DC 150")
