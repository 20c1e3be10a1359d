"""Raw peers on both sides of a listener that runs in the test's own loop, and what it records."""

import asyncio
import contextlib
import socket
import struct
from typing import Any, NamedTuple, TypeVar

from websockets.frames import Frame, Opcode
from websockets.utils import apply_mask

from ocppscope.capture.record import Ended, Opened, Record, Refused
from ocppscope.proxy.config import EngineConfig
from ocppscope.proxy.journal import Journal
from ocppscope.proxy.listener import Listener

PATIENCE = 10.0
"""Seconds after which a test gives up waiting for something that must come."""

_Kind = TypeVar("_Kind", bound=Record)


class Certificate(NamedTuple):
    """PEM files."""

    chain: str
    key: str
    authority: str


class Memory:
    """A recorder that keeps the records, to be waited for."""

    def __init__(self) -> None:
        self.next_seq = 1
        self.failing: str | None = None
        self.records: list[Record] = []

    def append(self, record: Record) -> bool:
        self.records.append(record)
        self.next_seq += 1
        return True

    def flush(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        return [record for record in self.records if isinstance(record, kind)]

    async def wait_for(self, kind: type[_Kind], count: int = 1) -> _Kind:
        """The latest record of the kind, once there are ``count``."""
        async with asyncio.timeout(PATIENCE):
            while len(found := self.of(kind)) < count:  # noqa: ASYNC110 - append is called by the engine, which knows no events
                await asyncio.sleep(0.002)
        return found[count - 1]


class Peer:
    """One end of a TCP connection, byte by byte."""

    def __init__(self, endpoint: socket.socket) -> None:
        self.socket = endpoint
        self.socket.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    async def send(self, data: bytes) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._loop.sock_sendall(self.socket, data)

    async def receive(self, size: int) -> bytes:
        """Exactly so many bytes."""
        while len(self._buffer) < size:
            await self._more()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    async def receive_head(self) -> bytes:
        """Up to and with the empty line."""
        while b"\r\n\r\n" not in self._buffer:
            await self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return head + b"\r\n\r\n"

    async def receive_all(self) -> bytes:
        """Until the FIN."""
        with contextlib.suppress(EOFError):
            while True:
                await self._more()
        return self._buffer

    async def ending(self) -> str:
        """How the other end closes: "fin" or "rst". Nothing else may come before."""
        try:
            await self._more()
        except EOFError:
            return "fin"
        except ConnectionResetError:
            return "rst"
        raise AssertionError(f"no end but {self._buffer!r}")

    def fin(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def rst(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self) -> None:
        self.socket.close()

    async def _more(self) -> None:
        async with asyncio.timeout(PATIENCE):
            data = await self._loop.sock_recv(self.socket, 1 << 20)
        if not data:
            raise EOFError
        self._buffer += data


class World:
    """A listener, a CSMS's socket that it connects to, and stations."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.stack = contextlib.AsyncExitStack()
        self.listener: Listener
        self.url = ""
        self._csms = socket.socket()

    @property
    def csms_port(self) -> int:
        port: int = self._csms.getsockname()[1]
        return port

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def start(self, *, upstream: str | None = None, path: str = "", **config: Any) -> None:
        """Listen, for a CSMS on this world's own socket unless told otherwise."""
        loop = asyncio.get_running_loop()
        self._csms.setblocking(False)
        self._csms.bind(("127.0.0.1", 0))
        self._csms.listen(1024)
        settings = EngineConfig(
            upstream=upstream or f"ws://127.0.0.1:{self.csms_port}{path}", listen="127.0.0.1:0", **config
        )
        late = type(loop).__module__.startswith("uvloop")
        self.listener = Listener(settings.checked(), Journal(self.memory, loop, writes_late=late))
        self.url = self.listener.bind()
        self.listener.start()

    async def station(self, port: int | None = None, **options: int) -> Peer:
        """A station's socket, connected to the listener."""
        endpoint = socket.socket()
        for name, value in options.items():
            endpoint.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
        endpoint.setblocking(False)
        async with asyncio.timeout(PATIENCE):
            await asyncio.get_running_loop().sock_connect(endpoint, ("127.0.0.1", port or self.port))
        return self._kept(endpoint)

    async def csms(self) -> Peer:
        """The next connection that arrives at the CSMS."""
        async with asyncio.timeout(PATIENCE):
            endpoint, _ = await asyncio.get_running_loop().sock_accept(self._csms)
        return self._kept(endpoint)

    async def open(self, path: str = "/CP001", answer: bytes | None = None, **options: int) -> tuple[Peer, Peer]:
        """A station and its CSMS after the upgrade."""
        station = await self.station(**options)
        await station.send(request(path))
        csms = await self.csms()
        await csms.receive_head()
        await csms.send(answer or SWITCHING)
        await station.receive_head()
        await self.memory.wait_for(Opened)
        return station, csms

    async def refused(self) -> Refused:
        return await self.memory.wait_for(Refused)

    async def ended(self) -> Ended:
        return await self.memory.wait_for(Ended)

    async def idle(self) -> None:
        """Until no connection lives."""
        async with asyncio.timeout(PATIENCE):
            while self.listener.connections:  # noqa: ASYNC110 - the listener tells its engine only
                await asyncio.sleep(0.002)

    async def close(self) -> None:
        await self.stack.aclose()
        self._csms.close()
        await self.listener.shut_down()

    def _kept(self, endpoint: socket.socket) -> Peer:
        self.stack.callback(endpoint.close)
        return Peer(endpoint)


SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)
DEFLATE = SWITCHING.removesuffix(b"\r\n") + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"


def request(path: str = "/CP001", *headers: str, host: str = "proxy.example:9000") -> bytes:
    """A station's upgrade request."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ocpp1.6",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def masked(
    payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True, mask: bytes = b"\x01\x02\x03\x04"
) -> bytes:
    head = bytes([(0x80 if fin else 0) | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65536:
        head += bytes([0x80 | 126]) + len(payload).to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + len(payload).to_bytes(8, "big")
    return head + mask + apply_mask(payload, mask)


def plain(payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> bytes:
    return Frame(opcode, payload, fin).serialize(mask=False)
