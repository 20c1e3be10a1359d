"""What the engine is measured against, each a process of its own: ``bench_engine_relays.py tcp|websockets UPSTREAM_PORT``.

``tcp`` passes bytes on as an asyncio protocol can at best; ``websockets`` receives and sends messages, as a proxy does that
is written on a WebSocket library. Both print the port that they listen on.
"""

import asyncio
import contextlib
import sys
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

try:
    from uvloop import run as run_loop  # type: ignore[import-not-found,unused-ignore]  # an optional extra
except ImportError:
    run_loop = asyncio.run


class Half(asyncio.Protocol):
    """One side of a TCP relay."""

    def __init__(self, upstream_port: int | None) -> None:
        self.upstream_port = upstream_port
        self.transport: asyncio.Transport | None = None
        self.other: Half | None = None
        self.early: list[bytes] = []
        self.connecting: asyncio.Task[Any] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        if self.upstream_port is not None:
            self.connecting = asyncio.ensure_future(self.connect(self.upstream_port))

    async def connect(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        _, other = await loop.create_connection(lambda: Half(None), "127.0.0.1", port)
        other.other = self
        assert other.transport is not None
        other.transport.writelines(self.early)
        self.other = other
        self.early = []

    def data_received(self, data: bytes) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)
        else:
            self.early.append(data)

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()


async def tcp(upstream_port: int) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Half(upstream_port), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def websockets(upstream_port: int) -> None:
    async def relay(station: ServerConnection) -> None:
        path = station.request.path if station.request else "/"
        async with connect(
            f"ws://127.0.0.1:{upstream_port}{path}", max_size=None, compression=None, proxy=None, ping_interval=None
        ) as csms:

            async def pump(source: Any, sink: Any) -> None:
                with contextlib.suppress(ConnectionClosed):
                    while True:
                        await sink.send(await source.recv())

            await asyncio.gather(pump(station, csms), pump(csms, station))

    async with serve(
        relay, "127.0.0.1", 0, max_size=None, compression=None, ping_interval=None, backlog=4096
    ) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    work = {"tcp": tcp, "websockets": websockets}[kind](port)
    run_loop(work)


if __name__ == "__main__":
    main()
