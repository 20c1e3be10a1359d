"""The engine as a process: real clients and servers through it, signals, a lost supervisor, a failing disk."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from proxy_support import PATIENCE, Certificate, request
from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    Stage,
)  # fmt: skip
from ocppscope.protocol.roles import Direction
from ocppscope.proxy.config import EngineConfig
from ocppscope.proxy.control import CaptureFailing, CaptureGap, CaptureRecovered, EngineEvent, Listening, Stopped
from ocppscope.proxy.process import EngineError, EngineProcess

OCPP = Subprotocol("ocpp1.6")


def dial(url: str, **options: Any) -> connect:
    """A station's client."""
    return connect(url, subprotocols=[OCPP], proxy=None, **options)


async def echo(connection: ServerConnection) -> None:
    with contextlib.suppress(ConnectionClosedError):
        async for message in connection:
            if message == "close me":
                await connection.close(4001, "as you wish")
            else:
                await connection.send(message)


@pytest.fixture
async def csms() -> AsyncIterator[Server]:
    async def process_request(_connection: ServerConnection, asked: Request) -> Response | None:
        if asked.path.endswith("/nobody"):
            return _connection.respond(404, "unknown station\n")
        return None

    async with serve(
        echo,
        "127.0.0.1",
        0,
        subprotocols=[OCPP],
        max_size=None,
        process_request=process_request,
    ) as server:
        yield server


@pytest.fixture
def started(tmp_path: Path) -> Iterator["list[EngineProcess]"]:
    engines: list[EngineProcess] = []
    yield engines
    for engine in engines:
        engine.stop(timeout=2)


async def start(
    engines: list[EngineProcess], csms: Server | None, capture_path: Path | None, **options: object
) -> EngineProcess:
    port = csms.sockets[0].getsockname()[1] if csms else 9
    config = EngineConfig(
        **{  # type: ignore[arg-type]
            "upstream": f"ws://127.0.0.1:{port}/ocpp",
            "listen": "127.0.0.1:0",
            "capture": str(capture_path) if capture_path else None,
            **options,
        }
    )
    engine = EngineProcess(config)
    engines.append(engine)
    await asyncio.to_thread(engine.start)
    return engine


def records(path: Path) -> list[Record]:
    capture = open_capture(path)
    found = list(capture)
    assert capture.skipped == []
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    return found


async def test_real_peers_talk_through_it_and_all_of_it_is_captured(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    path = tmp_path / "capture.jsonl"
    engine = await start(started, csms, path)
    async with dial(engine.listening.url + "/CP%20001") as station:
        assert station.subprotocol == "ocpp1.6"
        for text in ("hello", "h\u00e9llo \U0001f50c", "x" * 100_000):
            await station.send(text)
            assert await station.recv() == text
        await station.send(["frag", "men", "ted"])
        assert await station.recv() == "fragmented"
        await (await station.ping())
        await station.send("close me")
        with pytest.raises(ConnectionClosedError) as closed:
            await station.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "as you wish")
    assert await asyncio.to_thread(engine.stop) == 0
    found = records(path)
    header, opened = found[0], found[1]
    assert isinstance(header, Header)
    assert header.listen == engine.listening.url
    assert isinstance(opened, Opened)
    assert (opened.station, opened.subprotocol) == ("CP 001", "ocpp1.6")
    messages = [record for record in found if isinstance(record, MessageRecord)]
    assert [m.text for m in messages if m.dir is Direction.TO_CSMS] == [
        "hello", "h\u00e9llo \U0001f50c", "x" * 100_000, "fragmented", "close me",
    ]  # fmt: skip
    assert all(message.compressed for message in messages)
    assert any(message.frames > 1 for message in messages)
    assert {type(record) for record in found} >= {Ping, Pong, Close}
    ended = found[-1]
    assert isinstance(ended, Ended)
    assert (ended.by, ended.how) == ("csms", "closed")
    assert isinstance(engine.events()[-1], Stopped)


async def test_a_refused_station_sees_what_the_csms_says(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    engine = await start(started, csms, tmp_path / "capture.jsonl")
    with pytest.raises(InvalidStatus) as refused:
        await dial(engine.listening.url + "/nobody")
    assert (refused.value.response.status_code, refused.value.response.body) == (404, b"unknown station\n")
    await asyncio.to_thread(engine.stop)
    record = records(tmp_path / "capture.jsonl")[-1]
    assert isinstance(record, Refused)
    assert (record.station, record.status) == ("nobody", 404)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_sessions_flushes_the_capture_and_ends_with_0(
    csms: Server, started: list[EngineProcess], tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "capture.jsonl"
    engine = await start(started, csms, path)
    station = await dial(engine.listening.url + "/CP001")
    await station.send("hello")
    await station.recv()
    os.kill(engine.listening.pid, number)
    with pytest.raises(ConnectionClosedOK) as closed:
        await asyncio.wait_for(station.recv(), PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    assert await asyncio.to_thread(engine.wait, PATIENCE) == 0
    ended = records(path)[-1]
    assert isinstance(ended, Ended)
    assert (ended.by, ended.how) == ("proxy", "shutdown")


async def test_losing_its_supervisor_cuts_no_session_and_it_ends_with_the_last(csms: Server, tmp_path: Path) -> None:
    path = tmp_path / "capture.jsonl"
    port = csms.sockets[0].getsockname()[1]
    config = EngineConfig(upstream=f"ws://127.0.0.1:{port}", listen="127.0.0.1:0", capture=str(path))
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent("""
            import sys, time, msgspec
            from ocppscope.proxy.config import EngineConfig
            from ocppscope.proxy.process import EngineProcess
            engine = EngineProcess(msgspec.json.decode(sys.argv[1], type=EngineConfig))
            print(msgspec.json.encode(engine.start()).decode(), flush=True)
            time.sleep(600)
        """),
        msgspec.json.encode(config).decode(),
        stdout=subprocess.PIPE,
    )
    assert supervisor.stdout is not None
    said = msgspec.json.decode(await asyncio.wait_for(supervisor.stdout.readline(), PATIENCE), type=Listening)
    first = await dial(said.url + "/CP001")
    supervisor.kill()
    await supervisor.wait()
    await first.send("still there")
    assert await first.recv() == "still there"
    second = await dial(said.url + "/CP002")  # a station that reconnects meanwhile is served too
    await first.close()
    await second.send("me too")
    assert await second.recv() == "me too"
    assert alive(said.pid)
    await second.close()
    await gone(said.pid)
    found = records(path)
    assert isinstance(found[-1], Ended)
    assert any(isinstance(record, Note) and "supervisor is gone" in record.text for record in found)


async def test_losing_its_supervisor_without_a_session_ends_it(started: list[EngineProcess]) -> None:
    engine = await start(started, None, None)
    assert engine._process is not None
    assert engine._process.stdin is not None
    engine._process.stdin.close()
    assert await asyncio.to_thread(engine.wait, PATIENCE) == 0


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


async def gone(pid: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while alive(pid):  # noqa: ASYNC110 - a process that is not our child tells nobody
            await asyncio.sleep(0.01)


async def test_a_full_disk_costs_records_and_no_message_and_the_gap_is_said(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    path = tmp_path / "capture.jsonl"
    engine = await start(started, csms, path)
    pid = engine.listening.pid
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with dial(engine.listening.url + "/CP001", max_size=None, compression=None) as station:
        await station.send("before")
        await station.recv()
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (path.stat().st_size + 100, hard))
        block = "x" * (1 << 20)
        for _ in range(20):  # in both directions: more than the 16 MiB that the writer keeps
            await station.send(block)
            assert await station.recv() == block
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        await station.send("after")
        assert await station.recv() == "after"
        said = await heard(engine, CaptureFailing, CaptureGap)
    assert await asyncio.to_thread(engine.stop) == 0
    found = records(path)
    (gap,) = [record for record in found if isinstance(record, Gap)]
    texts = [record.text for record in found if isinstance(record, MessageRecord)]
    assert texts[:2] == ["before", "before"]
    assert len(texts) + gap.lost >= 44
    assert gap.lost > 0
    assert [event.lost for event in said if isinstance(event, CaptureGap)] == [gap.lost]


async def test_a_disk_that_recovers_in_time_loses_nothing_and_says_that_it_is_back(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    path = tmp_path / "capture.jsonl"
    engine = await start(started, csms, path)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with dial(engine.listening.url + "/CP001") as station:
        resource.prlimit(engine.listening.pid, resource.RLIMIT_FSIZE, (path.stat().st_size + 100, hard))
        await station.send("while it fails")
        await station.recv()
        said = await heard(engine, CaptureFailing)
        assert "too large" in "".join(event.reason for event in said if isinstance(event, CaptureFailing))
        resource.prlimit(engine.listening.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        await heard(engine, CaptureRecovered)  # without any traffic
    assert await asyncio.to_thread(engine.stop) == 0
    found = records(path)
    assert not any(isinstance(record, Gap) for record in found)
    assert [record.text for record in found if isinstance(record, MessageRecord)] == ["while it fails"] * 2


async def heard(engine: EngineProcess, *kinds: type[EngineEvent]) -> list[EngineEvent]:
    """What it says until it has said one of each kind."""
    said: list[EngineEvent] = []
    async with asyncio.timeout(PATIENCE):
        while not all(any(isinstance(event, kind) for event in said) for kind in kinds):
            said += engine.events()
            await asyncio.sleep(0.01)
    return said


def highest_descriptor(pid: int) -> int:
    return max(int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir())


async def test_without_a_file_descriptor_left_a_station_is_told_and_others_go_on(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    path = tmp_path / "capture.jsonl"
    engine = await start(started, csms, path)
    pid = engine.listening.pid
    async with dial(engine.listening.url + "/GOOD") as good:
        highest = highest_descriptor(pid)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (highest + 2, hard))  # one more: the station's, not the CSMS's
        with pytest.raises(InvalidStatus) as refused:
            await dial(engine.listening.url + "/LATE")
        assert refused.value.response.status_code == 503
        await good.send("fine")
        assert await good.recv() == "fine"
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))
        async with dial(engine.listening.url + "/LATER") as later:
            await later.send("fine")
            assert await later.recv() == "fine"
    assert await asyncio.to_thread(engine.stop) == 0
    (record,) = [record for record in records(path) if isinstance(record, Refused)]
    assert (record.station, record.stage) == ("LATE", Stage.LIMIT)


async def test_a_message_of_100_mb_passes_and_the_engine_stays_small(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    path = tmp_path / "capture.jsonl"
    engine = await start(started, csms, path)
    async with dial(engine.listening.url + "/CP001", max_size=None, compression=None) as station:
        block = b"0123456789" * 10_000_000
        await station.send(block)
        assert await station.recv() == block
        await station.send("small")
        assert await station.recv() == "small"
    status = await asyncio.to_thread(Path(f"/proc/{engine.listening.pid}/status").read_text)
    peak = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
    assert peak < 160 << 20  # two directions of 16 MiB, growing buffers, and the interpreter
    assert await asyncio.to_thread(engine.stop) == 0
    messages = [record for record in records(path) if isinstance(record, MessageRecord)]
    assert [(message.truncated, message.octets) for message in messages[:2]] == [(True, len(block))] * 2
    assert [message.text for message in messages[2:]] == ["small"] * 2


async def test_an_engine_that_is_killed_is_noticed_and_its_capture_is_whole(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    path = tmp_path / "capture.jsonl"
    engine = await start(started, csms, path)
    station = await dial(engine.listening.url + "/CP001")
    await station.send("the last words")
    await station.recv()
    await asyncio.sleep(0)
    os.kill(engine.listening.pid, signal.SIGKILL)
    assert await asyncio.to_thread(engine.wait, PATIENCE) == -signal.SIGKILL
    assert (engine.alive, engine.exit_status) == (False, -signal.SIGKILL)
    assert await asyncio.to_thread(engine.stop) == -signal.SIGKILL
    texts = [record.text for record in records(path) if isinstance(record, MessageRecord)]
    assert texts[0] == "the last words"
    with pytest.raises(ConnectionClosedError):
        await station.recv()


async def test_stopping_twice_or_before_starting_does_no_harm(started: list[EngineProcess]) -> None:
    never = EngineProcess(EngineConfig(upstream="ws://127.0.0.1:9"))
    assert (never.stop(), never.alive, never.exit_status, never.events()) == (None, False, None, [])
    engine = await start(started, None, None)
    assert engine.alive
    with pytest.raises(RuntimeError, match="starts once"):
        engine.start()
    assert await asyncio.to_thread(engine.stop) == 0
    assert await asyncio.to_thread(engine.stop) == 0
    assert not engine.alive


async def test_two_engines_on_one_port_are_one_clear_line_and_status_3(started: list[EngineProcess]) -> None:
    engine = await start(started, None, None)
    port = engine.listening.url.rpartition(":")[2]
    with pytest.raises(EngineError) as error:
        await start(started, None, None, listen=f"127.0.0.1:{port}")
    assert error.value.status == 3
    assert str(error.value) == (
        f"cannot listen on 127.0.0.1:{port}: the port is in use; stop the other program or choose another port with --listen"
    )


@pytest.mark.parametrize(
    ("options", "status", "line"),
    [
        ({"listen": "192.0.2.1:9000"}, 3, "cannot listen on 192.0.2.1:9000: this machine has no such address"),
        ({"listen": "no-such-host.invalid:9000"}, 3, "cannot listen on no-such-host.invalid"),
        ({"upstream": "http://x"}, 2, "the upstream must be a URL that begins with ws:// or wss://"),
        ({"listen": "nonsense"}, 2, "cannot listen on 'nonsense': write HOST:PORT"),
        ({"cert": "/no/such.pem"}, 2, "cannot read the certificate /no/such.pem: No such file or directory"),
        ({"upstream": "wss://x", "upstream_ca": "/no/such.pem"}, 2, "cannot read the authorities in /no/such.pem"),
        ({"capture": "/proc/nonsense/x"}, 2, "cannot write the capture /proc/nonsense/x"),
    ],
)
async def test_what_cannot_start_is_one_clear_line_with_its_status(
    started: list[EngineProcess], options: dict[str, object], status: int, line: str
) -> None:
    with pytest.raises(EngineError) as error:
        await start(started, None, None, **options)
    assert error.value.status == status
    assert line in str(error.value)
    assert "\n" not in str(error.value)


async def test_it_serves_ipv6_and_wss_and_says_so(
    csms: Server, started: list[EngineProcess], certificate: Certificate
) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    engine = await start(started, csms, None, listen="[::1]:0", cert=certificate.chain, key=certificate.key)
    assert engine.listening.url.startswith("wss://[::1]:")
    assert engine.listening.capture is None


async def test_a_configuration_in_a_file_needs_no_supervisor(csms: Server, tmp_path: Path) -> None:
    path = tmp_path / "engine.json"
    port = csms.sockets[0].getsockname()[1]
    path.write_text(json.dumps({"upstream": f"ws://127.0.0.1:{port}", "listen": "127.0.0.1:0"}))
    engine = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ocppscope.proxy.engine", str(path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert engine.stdout is not None
    said = msgspec.json.decode(await asyncio.wait_for(engine.stdout.readline(), PATIENCE), type=Listening)
    async with dial(said.url + "/CP001") as station:
        await station.send("hello")
        assert await station.recv() == "hello"
    engine.terminate()
    assert await asyncio.wait_for(engine.wait(), PATIENCE) == 0


@pytest.mark.parametrize("config", ["", "[]", '{"upstream": 1}', '{"upstream": "ws://x", "nonsense": 1}', "\0"])
def test_a_configuration_that_cannot_be_read_is_one_line_and_status_2(tmp_path: Path, config: str) -> None:
    path = tmp_path / "engine.json"
    path.write_text(config)
    ended = subprocess.run(
        [sys.executable, "-m", "ocppscope.proxy.engine", str(path)], capture_output=True, check=False, timeout=30
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith(b"ocppscope engine: the engine's configuration cannot be read: ")
    assert ended.stderr.count(b"\n") == 1


def test_the_engine_is_light() -> None:
    code = textwrap.dedent("""
        import sys
        import ocppscope.proxy.engine
        heavy = {"textual", "rich", "click", "ocpp", "jsonschema_rs", "websockets.asyncio", "websockets.legacy"}
        print(sorted(heavy & set(sys.modules)))
    """)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert ended.stdout.strip() == "[]"


async def test_a_station_in_the_middle_of_everything_does_not_notice_others(
    csms: Server, started: list[EngineProcess], tmp_path: Path
) -> None:
    engine = await start(started, csms, tmp_path / "capture.jsonl")
    port = int(engine.listening.url.rpartition(":")[2])
    async with dial(engine.listening.url + "/GOOD") as good:
        for garbage in (
            b"\x16\x03\x01\x00\x05hello",
            b"\0" * 100,
            request("/x")[:-2],
            request("/nobody"),
            b"y" * 200_000,
        ):
            with socket.create_connection(("127.0.0.1", port)) as bad:
                with contextlib.suppress(OSError):
                    bad.sendall(garbage)
                await good.send("fine")
                assert await good.recv() == "fine"
    with pytest.raises(ConnectionClosedOK):
        await good.recv()
    assert await asyncio.to_thread(engine.stop) == 0
    found = records(tmp_path / "capture.jsonl")
    assert sum(isinstance(record, Refused) for record in found) == 5
