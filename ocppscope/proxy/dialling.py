"""The way to the CSMS: name, TCP, TLS; and how far it came when it failed."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable
from typing import TypeAlias

from ocppscope.capture.record import Stage
from ocppscope.proxy.config import Upstream
from ocppscope.proxy.tls import tls_words

_Address: TypeAlias = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]

TLS_SHUTDOWN_TIMEOUT = 5.0
"""Seconds to wait for the peer's close_notify (asyncio's default of 30 s would keep the other leg in the dark)."""

_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class DialError(Exception):
    """The CSMS was not reached; ``stage`` says how far the way went, the text is one line."""

    def __init__(self, stage: Stage, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage
        self.reason = reason


async def dial(
    upstream: Upstream,
    context: ssl.SSLContext | None,
    timeout: float,  # noqa: ASYNC109 - one deadline over three steps that must each be told apart
    factory: Callable[[], asyncio.Protocol],
) -> None:
    """Connect to the CSMS; the protocol that ``factory`` makes gets the connection, secured if ``context`` is given.

    All addresses of the name are tried in turn; together with look-up and TLS they get ``timeout`` seconds.

    Raises:
        DialError: with the stage DNS, CONNECT, TIMEOUT, TLS or LIMIT.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout
    where = f"{upstream.host} port {upstream.port}"
    step = f"the look-up of {upstream.host}"
    try:
        async with asyncio.timeout_at(deadline):
            addresses = await _look_up(loop, upstream)
            step = f"connecting to {where}"
            connected = await _connect(loop, addresses, deadline, where)
            try:
                step = f"the TLS handshake with {where}"
                await loop.create_connection(
                    factory,
                    sock=connected,
                    ssl=context,
                    server_hostname=upstream.host if context else None,
                    ssl_handshake_timeout=timeout if context else None,
                    ssl_shutdown_timeout=TLS_SHUTDOWN_TIMEOUT if context else None,
                )
            except BaseException:
                connected.close()
                raise
    except TimeoutError:
        raise DialError(Stage.TIMEOUT, f"{step} took longer than {timeout:g} s") from None
    except ssl.SSLError as error:
        raise DialError(Stage.TLS, f"no TLS with {where}: {tls_words(error)}") from None
    except OSError as error:
        # Between TCP and HTTP there is only TLS: a reset or an end here is the CSMS's way of refusing the handshake.
        stage = Stage.TLS if context else Stage.CONNECT
        raise DialError(
            stage, f"no TLS with {where}: {tls_words(error)}" if context else _words(error, where)
        ) from None


async def _look_up(loop: asyncio.AbstractEventLoop, upstream: Upstream) -> list[_Address]:
    try:
        # An address needs no look-up, and so no thread.
        found = socket.getaddrinfo(
            upstream.host, upstream.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        )
    except socket.gaierror:
        try:
            found = await loop.getaddrinfo(upstream.host, upstream.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise DialError(Stage.DNS, f"cannot look up {upstream.host}: {words}") from None
    return [(family, address) for family, _type, _protocol, _name, address in found]  # type: ignore[misc]  # AF_INET*


async def _connect(
    loop: asyncio.AbstractEventLoop, addresses: list[_Address], deadline: float, where: str
) -> socket.socket:
    failures: list[OSError] = []
    for position, (family, address) in enumerate(addresses):
        share = (deadline - loop.time()) / (len(addresses) - position)
        try:
            endpoint = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            failures.append(error)
            continue
        try:
            endpoint.setblocking(False)
            async with asyncio.timeout(share):
                await loop.sock_connect(endpoint, address)
        except TimeoutError as error:
            endpoint.close()
            if error.errno is None and position == len(addresses) - 1 and not failures:
                raise
            failures.append(error)
        except OSError as error:
            endpoint.close()
            failures.append(error)
        except BaseException:
            endpoint.close()
            raise
        else:
            return endpoint
    raise _most_telling(failures, where)


def _most_telling(failures: list[OSError], where: str) -> Exception:
    """Of several addresses' failures the one to report: a refusal tells more than an unreachable network."""
    for error in failures:
        if error.errno in _RESOURCES:
            return DialError(Stage.LIMIT, f"the proxy has no socket left: {os.strerror(error.errno)}")
    refused = next((error for error in failures if isinstance(error, ConnectionRefusedError)), None)
    error = refused or failures[-1]
    if isinstance(error, TimeoutError):
        return DialError(Stage.TIMEOUT, f"no answer from {where}")
    return DialError(Stage.CONNECT, _words(error, where))


def _words(error: OSError, where: str) -> str:
    words = os.strerror(error.errno).lower() if error.errno else str(error) or type(error).__name__
    return f"cannot connect to {where}: {words}"
