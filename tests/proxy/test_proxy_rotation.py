"""The engine with tiny parts: real stations and a real CSMS through it, and every message exactly once."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from ocppscope.capture.follow_parts import PartsFollower
from ocppscope.capture.parts import first_part, parts_from
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Ended, Header, MessageRecord, Opened, Record
from ocppscope.capture.retention import Keep, Rotation
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.roles import Direction
from ocppscope.proxy.config import ConfigError, EngineConfig
from ocppscope.proxy.control import Stopped, Warned
from ocppscope.proxy.process import EngineProcess

OCPP = Subprotocol("ocpp1.6")
STATIONS, CALLS = 5, 120


@pytest.fixture
async def csms() -> AsyncIterator[Server]:
    async def answer(connection: ServerConnection) -> None:
        async for text in connection:
            await connection.send(json.dumps([3, json.loads(text)[1], {"currentTime": "2026-11-20T12:00:00Z"}]))

    async with serve(answer, "127.0.0.1", 0, subprotocols=[OCPP]) as server:
        yield server


@contextmanager
def engine_for(csms: Server, capture: Path, rotation: Rotation | None) -> Iterator[EngineProcess]:
    port = next(iter(csms.sockets)).getsockname()[1]
    config = EngineConfig(
        upstream=f"ws://127.0.0.1:{port}", listen="127.0.0.1:0", capture=str(capture), rotation=rotation
    )
    with EngineProcess(config) as engine:
        yield engine


async def talk(url: str, station: str, calls: int = CALLS) -> None:
    async with connect(f"{url}/{station}", subprotocols=[OCPP], proxy=None) as connection:
        for number in range(calls):
            await connection.send(json.dumps([2, f"{station}-{number}", "Heartbeat", {}]))
            assert json.loads(await connection.recv())[1] == f"{station}-{number}"


async def talk_all(engine: EngineProcess, calls: int = CALLS) -> None:
    url = engine.listening.url
    await asyncio.gather(*(talk(url, f"CP{number}", calls) for number in range(STATIONS)))


def records_of(parts: list[Path]) -> list[Record]:
    return [record for part in parts for record in open_capture(part)]


def said(records: list[Record]) -> list[tuple[str, str]]:
    return [
        (record.dir.value, json.loads(record.text or "")[1]) for record in records if isinstance(record, MessageRecord)
    ]


def expected(calls: int = CALLS) -> set[tuple[str, str]]:
    return {
        (way.value, f"CP{station}-{number}")
        for way in Direction
        for station in range(STATIONS)
        for number in range(calls)
    }


@pytest.mark.parametrize("name", ["lab.jsonl", "lab.jsonl.zst"])
async def test_every_message_is_in_one_part_exactly_once(csms: Server, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with engine_for(csms, path, Rotation(size=5_000)) as engine:
        await talk_all(engine)
        engine.stop()
        events = engine.events()
    parts = parts_from(first_part(path))
    assert len(parts) > 5
    told = said(records_of(parts))
    assert len(told) == len(expected())
    assert set(told) == expected()
    assert not [event for event in events if isinstance(event, Warned)]
    (stopped,) = [event for event in events if isinstance(event, Stopped)]
    assert (stopped.lost, stopped.unwritten) == (0, 0)


async def test_the_inspector_knows_one_run_whatever_it_was_cut_into(csms: Server, tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    with engine_for(csms, path, Rotation(size=5_000)) as engine:
        await talk_all(engine)
    inspector = Inspector()
    for index, part in enumerate(parts_from(first_part(path))):
        for number, record in enumerate(open_capture(part)):
            if index and number == 0:
                inspector.next_capture(record)
            inspector.observe(record)
    assert inspector.counts.connections == inspector.counts.sessions == STATIONS
    assert len(inspector.disconnects) == STATIONS
    assert inspector.pending() == []
    assert inspector.counts.messages == len(expected())
    assert not [row for row in inspector.findings.rows() if row.finding.rule in {"RPC-007", "RPC-008"}]


async def test_each_part_knows_the_connections_of_its_messages(csms: Server, tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    with engine_for(csms, path, Rotation(size=5_000)) as engine:
        await talk_all(engine)
    for part in parts_from(first_part(path)):
        open_now: dict[int, str] = {}
        header, *records = open_capture(part)
        assert isinstance(header, Header)
        for record in records:
            match record:
                case Opened():
                    open_now[record.conn] = record.station
                case Ended():
                    del open_now[record.conn]
                case MessageRecord(text=text):
                    assert json.loads(text or "")[1].startswith(open_now[record.conn] + "-")


async def test_who_follows_live_sees_every_message_once(csms: Server, tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    followed: list[Record] = []
    with engine_for(csms, path, Rotation(size=5_000, keep=Keep(parts=3))) as engine, PartsFollower(path) as follower:

        async def watch(talking: asyncio.Task[None]) -> None:
            while not talking.done():
                followed.extend(line.record for line in follower.poll())
                await asyncio.sleep(0.001)

        talking = asyncio.create_task(talk_all(engine))
        await watch(talking)
        engine.stop()
        parts = -1
        while parts < follower.parts or not follower.at_end:
            parts = follower.parts
            followed += [line.record for line in follower.poll()]
        assert follower.restarts == 0
    told = said(followed)
    assert len(told) == len(expected())
    assert set(told) == expected()
    assert len(parts_from(first_part(path))) == 4


@pytest.mark.parametrize("rotation", [Rotation(size=5_000), None], ids=["rotating", "not any more"])
async def test_a_rotated_capture_is_appended_to(csms: Server, tmp_path: Path, rotation: Rotation | None) -> None:
    path = tmp_path / "lab.jsonl"
    with engine_for(csms, path, Rotation(size=5_000)) as engine:
        await talk_all(engine, 20)
    before = parts_from(first_part(path))
    with engine_for(csms, path, rotation) as engine:
        await talk_all(engine, 20)
    parts = parts_from(first_part(path))
    assert (len(parts) > len(before)) == (rotation is not None)
    told = said(records_of(parts))
    assert len(told) == 2 * len(expected(20))
    assert set(told) == expected(20)
    runs = {record.run for record in records_of(parts) if isinstance(record, Header)}
    assert len(runs) == 2


async def test_a_full_disk_stops_rotation_and_no_session(csms: Server, tmp_path: Path) -> None:
    """The system lets no file grow over so many bytes: it is as if the disk were full."""
    path = tmp_path / "lab.jsonl"
    with engine_for(csms, path, Rotation(size=100_000)) as engine:
        resource.prlimit(engine.listening.pid, resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        await talk_all(engine)
        resource.prlimit(engine.listening.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await talk_all(engine, 1)
    told = said(records_of(parts_from(first_part(path))))
    assert len(told) == len(expected()) + len(expected(1))
    assert set(told) == expected()


@pytest.mark.parametrize("rotation", [Rotation(), Rotation(size=0), Rotation(size=5, seconds=-1)])
def test_an_impossible_rotation_is_refused(rotation: Rotation) -> None:
    with pytest.raises(ConfigError, match="greater than 0"):
        EngineConfig(upstream="ws://csms", capture="x", rotation=rotation).checked()


def test_the_configuration_passes_the_pipe_to_the_engine() -> None:
    config = EngineConfig(upstream="ws://csms", rotation=Rotation(size=5, keep=Keep(parts=3)))
    assert msgspec.json.decode(msgspec.json.encode(config), type=EngineConfig) == config
