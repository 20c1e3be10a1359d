"""Stations and their CSMS in one process, and the relays between them in processes of their own."""

import asyncio
import itertools
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from websockets.frames import Frame, Opcode
from websockets.utils import accept_key

from ocppscope.protocol.websocket.frames import FrameDecoder, Message
from ocppscope.proxy.config import EngineConfig
from ocppscope.proxy.process import EngineProcess

try:
    from uvloop import run as run_loop  # type: ignore[import-not-found,unused-ignore]  # an optional extra
except ImportError:
    run_loop = asyncio.run

_T = TypeVar("_T")
HERE = Path(__file__).parent
UPGRADE = (
    "GET /CP{number:04} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SWITCH = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"


def _call(number: int, size: int) -> bytes:
    head = f'[2,"{number:08x}","MeterValues",{{"connectorId":1,"transactionId":7,"meterValue":[{{"timestamp":"2026-01-01T00:00:00Z","sampledValue":['
    sample = '{"value":"12345.6","measurand":"Energy.Active.Import.Register","unit":"Wh"},'
    body = sample * max(1, (size - len(head)) // len(sample))
    return (head + body[:-1] + "]}]}]").encode()


def conversation(seed: int = 1) -> list[tuple[bytes, bytes, bytes, bytes]]:
    """A made-up mix: CALLs of 100 to 1500 bytes, one in a hundred of 20 to 60 kB, each with its answer.

    Returns:
        For each the CALL and its answer, and the same as masked and plain frames.
    """
    dice = random.Random(seed)
    mix = []
    for number in range(200):
        size = dice.randint(20_000, 60_000) if number % 100 == 99 else dice.randint(100, 1500)
        call = _call(number, size)
        answer = json.dumps([3, f"{number:08x}", {"currentTime": "2026-01-01T00:00:00.000Z"}]).encode()
        mix.append(
            (
                call,
                answer,
                Frame(Opcode.TEXT, call).serialize(mask=True),
                Frame(Opcode.TEXT, answer).serialize(mask=False),
            )
        )
    return mix


CORES = os.sched_getaffinity(0)
MIX = conversation()
ANSWERS = {call: answer for call, _, _, answer in MIX}


def _decoder(*, masked: bool) -> FrameDecoder:
    return FrameDecoder(masked=masked, limit=1 << 24, keep=1 << 16)


class CsmsEnd(asyncio.Protocol):
    """Answers each CALL that it knows; anything else is an error that stops the benchmark."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.decoder: FrameDecoder | None = None
        self.head = b""

    def data_received(self, data: bytes) -> None:
        if self.decoder is None:
            self.head += data
            if b"\r\n\r\n" in self.head:
                self.decoder = _decoder(masked=True)
                key = self.head.lower().partition(b"sec-websocket-key:")[0]
                key = self.head[len(key) + 18 :].partition(b"\r\n")[0].strip()
                self.transport.write(SWITCH.format(accept=accept_key(key.decode())).encode())
            return
        for message in self.decoder.feed(data):
            assert isinstance(message, Message)
            self.transport.write(ANSWERS[bytes(message.payload)])


class StationEnd(asyncio.Protocol):
    """Sends CALLs with a window and checks each answer."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.decoder: FrameDecoder | None = None
        self.head = b""
        self.turn = itertools.cycle(range(number % len(MIX), number % len(MIX) + len(MIX)))
        self.waiting: list[tuple[bytes, int]] = []
        self.latencies: list[int] = []
        self.left = 0
        self.done: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.transport.write(UPGRADE.format(number=self.number).encode())

    def call(self) -> None:
        _, answer, frame, _ = MIX[next(self.turn) % len(MIX)]
        self.left -= 1
        self.waiting.append((answer, time.perf_counter_ns()))
        self.transport.write(frame)

    def run(self, calls: int, window: int) -> "asyncio.Future[None]":
        self.left = calls
        self.done = asyncio.get_running_loop().create_future()
        for _ in range(window):
            self.call()
        return self.done

    def data_received(self, data: bytes) -> None:
        if self.decoder is None:
            self.head += data
            if b"\r\n\r\n" in self.head:
                self.decoder = _decoder(masked=False)
                self.ready.set_result(None)
            return
        for message in self.decoder.feed(data):
            expected, sent = self.waiting.pop(0)
            assert isinstance(message, Message)
            assert message.payload == expected, "a wrong answer"
            self.latencies.append(time.perf_counter_ns() - sent)
            if self.left > 0:
                self.call()
            elif self.done is not None and not self.waiting and not self.done.done():
                self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_exception(exc or ConnectionError("the relay closed the connection"))


class Target:
    """A relay in its own process, with stations connected through it."""

    def __init__(self, name: str, port: int, pid: int, stop: Callable[[], object]) -> None:
        self.name = name
        self.port = port
        self.pid = pid
        self.stop = stop
        self.stations: list[StationEnd] = []

    async def connect(self, count: int) -> None:
        """More stations."""
        loop = asyncio.get_running_loop()
        for number in range(len(self.stations), len(self.stations) + count):
            _, station = await loop.create_connection(partial(StationEnd, number), "127.0.0.1", self.port)
            self.stations.append(station)
            if number % 50 == 49:
                await asyncio.gather(*(station.ready for station in self.stations[-50:]))
        await asyncio.gather(*(station.ready for station in self.stations))

    async def exchange(self, calls: int, window: int = 1) -> None:
        """So many CALLs by each station, as fast as the answers come."""
        await asyncio.gather(*(station.run(calls, window) for station in self.stations))

    async def paced(self, rate: float, seconds: float) -> int:
        """CALLs of all stations in turn at a steady rate; returns how many."""
        loop = asyncio.get_running_loop()
        start, sent = loop.time(), 0
        for station in itertools.cycle(self.stations):
            delay = start + sent / rate - loop.time()
            if delay > 0:
                await asyncio.sleep(delay)
            if sent >= rate * seconds:
                break
            station.run(1, 1)
            sent += 1
        await asyncio.gather(*(station.done for station in self.stations if station.done is not None))
        return sent

    @property
    def cpu(self) -> int:
        """Nanoseconds of CPU that the relay has used."""
        return time.clock_gettime_ns((~self.pid << 3) | 2)  # CPUCLOCK_SCHED of a process, see clock_getcpuclockid(3)

    @property
    def memory(self) -> int:
        """Bytes that it holds resident."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize()

    def latencies(self) -> list[int]:
        """Nanoseconds from CALL to answer since the last time asked."""
        taken = [latency for station in self.stations for latency in station.latencies]
        for station in self.stations:
            station.latencies = []
        return taken


def pin(pid: int, core: int) -> None:
    """Keep generator (0) and relays (1) on cores of their own, where there are two."""
    cores = sorted(CORES)
    os.sched_setaffinity(pid, {cores[core % len(cores)]})


def relay(kind: str, csms_port: int) -> Target:
    """One of ``bench_engine_relays.py``."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "bench_engine_relays.py"), kind, str(csms_port)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    pin(process.pid, 1)

    def stop() -> None:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]

    return Target(kind, port, process.pid, stop)


def engine(csms_port: int, capture: str | None, name: str = "engine") -> Target:
    """The engine."""
    process = EngineProcess(EngineConfig(upstream=f"ws://127.0.0.1:{csms_port}", listen="127.0.0.1:0", capture=capture))
    said = process.start()
    pin(said.pid, 1)
    return Target(f"{name} ({said.loop})", int(said.url.rpartition(":")[2]), said.pid, process.stop)


async def csms() -> int:
    """Start the CSMS; returns its port."""
    server = await asyncio.get_running_loop().create_server(CsmsEnd, "127.0.0.1", 0, backlog=4096)
    port: int = server.sockets[0].getsockname()[1]
    return port


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """On the fastest loop at hand, with as many open files as allowed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    result: _T = run_loop(work)
    return result
