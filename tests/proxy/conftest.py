"""Fixtures of the proxy's tests: every one that touches a loop runs on each loop that the engine may use."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import trustme
from proxy_support import Certificate, World


def _loops() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    with contextlib.suppress(ImportError):
        import uvloop  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - an optional extra

        loops["uvloop"] = uvloop.new_event_loop
    return loops


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every test of this folder that touches a loop runs on each loop that the engine may use."""
    return _loops()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority: trustme.CA, tmp_path: Path) -> Certificate:
    """A certificate for localhost and 127.0.0.1."""
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    files = Certificate(*(str(tmp_path / name) for name in ("leaf.pem", "leaf.key", "ca.pem")))
    leaf.cert_chain_pems[0].write_to_path(files.chain)
    leaf.private_key_pem.write_to_path(files.key)
    authority.cert_pem.write_to_path(files.authority)
    return files
