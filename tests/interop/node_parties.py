"""A station and a CSMS on npm `ocpp-rpc`, both strict: the scripts in node/, started and listened to."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from interop_support import IDENTITY, PASSWORD, PATIENCE, Case, Lab, Side

NODE = Path(__file__).parent / "node"


def require_node() -> str:
    """The node program, or the test is skipped with the reason why."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not (NODE / "node_modules" / "ocpp-rpc").is_dir():
        pytest.skip("ocpp-rpc is not installed: npm install --prefix tests/interop/node --no-package-lock")
    return node


@asynccontextmanager
async def node_party(script: str, options: Mapping[str, Any]) -> AsyncIterator[asyncio.subprocess.Process]:
    """One of the scripts in node/, which says what happens as lines of JSON."""
    process = await asyncio.create_subprocess_exec(
        require_node(), NODE / script, json.dumps(options),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 20,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def events(process: asyncio.subprocess.Process, side: Side) -> AsyncIterator[dict[str, Any]]:
    """What a script says, entered into ``side``."""
    assert process.stdout is not None
    async for line in process.stdout:
        event = json.loads(line)
        match event["event"]:
            case "sent" | "heard" as way:
                getattr(side, way).append(event["text"])
            case "closed":
                side.close = (event["code"], event["reason"])
            case "auth":
                side.password = event["password"]
            case "invalid" | "failed":
                side.complaints.append(event["error"])
        yield event


@asynccontextmanager
async def node_csms(lab: Lab, case: Case) -> AsyncIterator[tuple[str, Side]]:
    """A strict CSMS that listens; gives its URL and what it says and hears."""
    side = Side()
    options = {"protocol": case.version.subprotocol, "password": PASSWORD, "deflate": case.accepted}
    if case.tls:
        options |= {"cert": lab.cert, "key": lab.key}
    async with node_party("csms.cjs", options) as process, asyncio.timeout(2 * PATIENCE):
        said = events(process, side)
        listening = await anext(said)
        watching = asyncio.ensure_future(_drain(said))
        yield f"{'wss' if case.tls else 'ws'}://127.0.0.1:{listening['port']}/ocpp", side
        assert process.stdin is not None
        process.stdin.close()
        await watching


async def _drain(said: AsyncIterator[dict[str, Any]]) -> None:
    async for _ in said:
        pass


async def node_station(lab: Lab, case: Case, url: str, password: str = PASSWORD) -> Side:
    """A strict station's whole life."""
    side = Side()
    options = {
        "endpoint": url, "identity": IDENTITY, "password": password,
        "protocol": case.version.subprotocol, "deflate": case.offered, "ca": lab.ca if case.tls else None,
    }  # fmt: skip
    async with node_party("station.cjs", options) as process, asyncio.timeout(PATIENCE):
        await _drain(events(process, side))
    return side
