"""TLS on either leg: verified, recorded, and when it fails named by its name."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme
from proxy_support import PATIENCE, SWITCHING, Certificate, World, masked, plain, request

from ocppscope.capture.record import Ended, MessageRecord, Opened, Stage
from ocppscope.proxy.config import ConfigError, EngineConfig
from ocppscope.proxy.tls import listener_context, upstream_context

CALL = b'[2,"1","Heartbeat",{}]'


class TlsCsms:
    """A CSMS that speaks TLS; its connections can be had one after the other."""

    def __init__(self) -> None:
        self.connections: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self.port = 0

    async def next(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.wait_for(self.connections.get(), PATIENCE)


@asynccontextmanager
async def tls_csms(context: ssl.SSLContext) -> AsyncIterator[TlsCsms]:
    made = TlsCsms()
    kept: list[asyncio.StreamWriter] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)
        made.connections.put_nowait((reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for writer in kept:
            writer.transport.abort()
        await asyncio.sleep(0)


def server_context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    return context


async def test_both_legs_speak_tls_and_pass_bytes_on_verbatim(world: World, certificate: Certificate) -> None:
    async with tls_csms(server_context(certificate)) as csms:
        world.start(
            upstream=f"wss://localhost:{csms.port}/ocpp",
            upstream_ca=certificate.authority,
            cert=certificate.chain,
            key=certificate.key,
        )
        assert world.url.startswith("wss://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=certificate.authority)
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", world.port, ssl=trusting, server_hostname="localhost"
        )
        writer.write(request("/CP001"))
        csms_reader, csms_writer = await csms.next()
        head = await csms_reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"GET /ocpp/CP001 HTTP/1.1\r\n")
        assert f"Host: localhost:{csms.port}\r\n".encode() in head
        csms_writer.write(SWITCHING)
        assert await reader.readuntil(b"\r\n\r\n") == SWITCHING
        big = masked(b"x" * 300_000)
        writer.write(big)
        assert await asyncio.wait_for(csms_reader.readexactly(len(big)), PATIENCE) == big
        answer = plain(b"y" * 300_000)
        csms_writer.write(answer)
        assert await asyncio.wait_for(reader.readexactly(len(answer)), PATIENCE) == answer
        opened = await world.memory.wait_for(Opened)
        await world.memory.wait_for(MessageRecord, 2)
        writer.close()
        assert await asyncio.wait_for(csms_reader.read(), PATIENCE) == b""
        csms_writer.close()
        ended = await world.ended()
        assert (ended.by, ended.how) == ("station", "fin")
    for facts in (opened.station_tls, opened.csms_tls):
        assert facts is not None
        assert facts.version == "TLSv1.3"
        assert facts.cipher is not None
        assert facts.server_name == "localhost"
    assert opened.csms_tls is not None
    assert opened.csms_tls.peer_expires is not None


@pytest.mark.parametrize("who", ["station", "csms"])
async def test_a_tls_leg_that_is_reset_resets_the_other(world: World, certificate: Certificate, who: str) -> None:
    async with tls_csms(server_context(certificate)) as csms:
        world.start(upstream=f"wss://localhost:{csms.port}", upstream_ca=certificate.authority)
        station = await world.station()
        await station.send(request())
        _, csms_writer = await csms.next()
        csms_writer.write(SWITCHING)
        await station.receive_head()
        await world.memory.wait_for(Opened)
        if who == "station":
            station.rst()
        else:
            endpoint = csms_writer.get_extra_info("socket")
            endpoint.setsockopt(*_NO_LINGER)
            csms_writer.transport.abort()
            assert await station.ending() == "rst"
        ended = await world.ended()
        assert (ended.by, ended.how) == (who, "rst")


async def test_a_csms_that_drops_tcp_without_ending_tls_is_a_fin(world: World, certificate: Certificate) -> None:
    async with tls_csms(server_context(certificate)) as csms:
        world.start(upstream=f"wss://localhost:{csms.port}", upstream_ca=certificate.authority)
        station = await world.station()
        await station.send(request())
        _, csms_writer = await csms.next()
        csms_writer.write(SWITCHING)
        await station.receive_head()
        await world.memory.wait_for(Opened)
        csms_writer.transport.abort()
        assert await station.ending() == "fin"
        ended = await world.memory.wait_for(Ended)
        assert (ended.by, ended.how) == ("csms", "fin")


async def test_a_certificate_of_an_unknown_authority_is_refused_by_name(
    world: World, certificate: Certificate, tmp_path: object
) -> None:
    other = trustme.CA().issue_cert("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    other.configure_cert(context)
    async with tls_csms(context) as csms:
        world.start(upstream=f"wss://localhost:{csms.port}", upstream_ca=certificate.authority)
        station = await world.station()
        await station.send(request())
        answer = await station.receive_all()
    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"certificate verify failed: unable to get local issuer certificate" in answer
    refused = await world.refused()
    assert (refused.stage, refused.status) == (Stage.TLS, 502)


async def test_a_certificate_for_another_name_is_refused_by_name(
    world: World, authority: trustme.CA, certificate: Certificate
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    async with tls_csms(context) as csms:
        world.start(upstream=f"wss://localhost:{csms.port}", upstream_ca=certificate.authority)
        station = await world.station()
        await station.send(request())
        answer = await station.receive_all()
    assert b"Hostname mismatch, certificate is not valid for 'localhost'" in answer
    assert (await world.refused()).stage is Stage.TLS


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_csms_that_wants_a_client_certificate_is_quoted_with_its_alert(
    world: World, certificate: Certificate, version: ssl.TLSVersion
) -> None:
    context = server_context(certificate)
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(certificate.authority)

    def shake_hands(listening: socket.socket) -> None:
        accepted, _ = listening.accept()
        accepted.settimeout(PATIENCE)
        with accepted, contextlib.suppress(OSError):
            context.wrap_socket(accepted, server_side=True).close()

    # A blocking peer, because asyncio's own TLS does not send its alerts.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        peer = asyncio.create_task(asyncio.to_thread(shake_hands, listening))
        world.start(upstream=f"wss://localhost:{listening.getsockname()[1]}", upstream_ca=certificate.authority)
        station = await world.station()
        await station.send(request())
        answer = await station.receive_all()
        await peer
    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    refused = await world.refused()
    assert refused.stage is Stage.TLS
    alert = "handshake failure" if version is ssl.TLSVersion.TLSv1_2 else "certificate required"
    assert f"TLS alert {alert} from the peer" in refused.reason


async def test_a_csms_that_speaks_no_tls_is_said_so(world: World) -> None:
    world.start(upstream="ws://127.0.0.1:1")  # only for its socket
    port = world.csms_port
    other = World()
    try:
        other.start(upstream=f"wss://localhost:{port}")
        station = await other.station()
        await station.send(request())
        csms = await world.csms()
        await csms.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        assert b"the peer does not speak TLS on this port" in await station.receive_all()
        assert (await other.refused()).stage is Stage.TLS
    finally:
        await other.close()


async def test_plain_http_on_a_tls_port_is_recorded_as_that(world: World, certificate: Certificate) -> None:
    world.start(cert=certificate.chain, key=certificate.key)
    station = await world.station()
    await station.send(request())
    refused = await world.refused()
    assert refused.stage is Stage.REQUEST
    assert "plain HTTP on a port that speaks TLS" in refused.reason


async def test_a_station_that_does_not_trust_our_certificate_is_quoted_with_its_alert(
    world: World, certificate: Certificate
) -> None:
    world.start(cert=certificate.chain, key=certificate.key)

    def shake_hands() -> None:
        with socket.create_connection(("127.0.0.1", world.port), PATIENCE) as station:
            ssl.create_default_context().wrap_socket(station, server_hostname="localhost")

    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.to_thread(shake_hands)
    refused = await world.refused()
    assert refused.stage is Stage.TLS
    assert refused.reason == "TLS alert unknown ca from the peer"


async def test_a_station_that_never_says_hello_is_given_up(world: World, certificate: Certificate) -> None:
    world.start(cert=certificate.chain, key=certificate.key, header_timeout=0.2)
    station = await world.station()
    assert await station.ending() in {"fin", "rst"}
    assert (await world.refused()).stage is Stage.TLS


def test_unusable_files_are_one_clear_line(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("bad")
    empty = folder / "empty.pem"
    empty.touch()
    other_key = folder / "other.key"
    trustme.CA().issue_cert("localhost").private_key_pem.write_to_path(str(other_key))
    missing = str(folder / "missing.pem")

    def complaint(cert: str | None = None, key: str | None = None, upstream_ca: str | None = None) -> str:
        config = EngineConfig(upstream="wss://localhost:1", cert=cert, key=key, upstream_ca=upstream_ca)
        with pytest.raises(ConfigError) as caught:
            upstream_context(config) if upstream_ca else listener_context(config)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    assert "No such file" in complaint(cert=missing)
    assert "no PEM in it" in complaint(cert=str(empty))
    assert "the key does not belong to the certificate" in complaint(cert=certificate.chain, key=str(other_key))
    assert "No such file" in complaint(upstream_ca=missing)
    assert "no PEM certificate" in complaint(upstream_ca=str(empty))


_NO_LINGER = (1, 13, b"\x01\0\0\0\0\0\0\0")  # SOL_SOCKET, SO_LINGER, on with 0 s
