"""What a station's upgrade becomes: rewritten in two places, answered by the CSMS, or refused with a reason."""

import asyncio
import base64
import socket

import pytest
from proxy_support import SWITCHING, World, request

from ocppscope.capture.record import Opened, Refused, Stage

UNAUTHORIZED = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=ocpp\r\ncontent-LENGTH: 11\r\nSet-Cookie: a=b\r\n\r\nno, not you"


async def test_only_request_target_and_host_are_rewritten(world: World) -> None:
    world.start(path="/steve/websocket/CentralSystemService/")
    station = await world.station()
    head = (
        "GET /some//where/CP%20001?x=%2F&y HTTP/1.1\r\n"
        "HOST:   proxy.example:9000\r\n"
        "X-Twice: 1\r\n"
        "authorization: Basic Q1AwMDE6c2VjcmV0\r\n"
        "Sec-WebSocket-Protocol: ocpp2.0.1\r\n"
        "sec-websocket-protocol:ocpp1.6 \r\n"
        "X-Folded: a\r\n  b\r\n"
        "x-twice:  2\r\n"
        "X-Host: proxy.example:9000\r\n"
        "X-Latin: caf\xe9\r\n\r\n"
    ).encode("latin-1")
    await station.send(head)
    csms = await world.csms()
    expected = head.replace(b"GET /some//where", b"GET /steve/websocket/CentralSystemService/some//where").replace(
        b"HOST:   proxy.example:9000", f"HOST:   127.0.0.1:{world.csms_port}".encode()
    )
    assert await csms.receive_head() == expected
    await csms.send(SWITCHING)
    assert await station.receive_head() == SWITCHING
    opened = await world.memory.wait_for(Opened)
    assert opened.station == "CP 001"
    assert opened.subprotocol == "ocpp1.6"
    assert opened.peer == "{}:{}".format(*station.socket.getsockname())
    assert opened.upstream == f"127.0.0.1:{world.csms_port}"
    assert opened.handshake is not None
    assert opened.handshake.target == "/some//where/CP%20001?x=%2F&y"
    assert ("X-Folded", "a b") in opened.handshake.request
    assert [value for name, value in opened.handshake.request if name.lower() == "x-twice"] == ["1", "2"]
    assert (opened.handshake.status, opened.handshake.status_line) == (101, "HTTP/1.1 101 Switching Protocols")


async def test_a_head_with_bare_line_feeds_reaches_the_csms_like_that(world: World) -> None:
    world.start()
    station = await world.station()
    await station.send(b"GET /CP001 HTTP/1.1\nHost: x\nUpgrade: websocket\n\n")
    csms = await world.csms()
    expected = f"GET /CP001 HTTP/1.1\nHost: 127.0.0.1:{world.csms_port}\nUpgrade: websocket\n\n".encode()
    assert await csms.receive(len(expected)) == expected


async def test_no_credentials_reach_the_capture(world: World) -> None:
    world.start()
    station = await world.station()
    secret = "s3cr3t-p4ssw0rd"
    basic = base64.b64encode(f"CP001:{secret}".encode()).decode()
    await station.send(
        request(
            f"/CP001?token={secret}&v=1",
            f"Authorization: Basic {basic}",
            f"Cookie: id={secret}",
            f"X-Api-Key: {secret}",
        )
    )
    csms = await world.csms()
    head = await csms.receive_head()
    assert basic.encode() in head
    assert f"?token={secret}&v=1".encode() in head
    await csms.send(SWITCHING)
    opened = await world.memory.wait_for(Opened)
    assert secret not in repr(opened)
    assert basic not in repr(opened)
    assert opened.handshake is not None
    assert opened.handshake.auth == "Basic user=CP001 password=15 bytes"
    assert opened.handshake.target == "/CP001?token=[redacted]&v=1"


async def test_a_station_without_an_identity_goes_by_its_address(world: World) -> None:
    world.start()
    await world.open("/")
    assert (await world.memory.wait_for(Opened)).station == "127.0.0.1"


async def test_a_refusal_of_the_csms_goes_back_byte_for_byte(world: World) -> None:
    world.start()
    station = await world.station()
    await station.send(request("/CP001"))
    csms = await world.csms()
    await csms.receive_head()
    await csms.send(UNAUTHORIZED[:30])
    assert await station.receive(30) == UNAUTHORIZED[:30]
    await csms.send(UNAUTHORIZED[30:])
    assert await station.receive_all() == UNAUTHORIZED[30:]
    refused = await world.refused()
    assert (refused.stage, refused.status, refused.station) == (Stage.HTTP, 401, "CP001")
    assert refused.reason == "the CSMS answered 401 Unauthorized"
    assert refused.handshake is not None
    assert refused.handshake.body == "no, not you"
    assert ("Set-Cookie", "[redacted]") in refused.handshake.response
    assert ("WWW-Authenticate", "Basic realm=ocpp") in refused.handshake.response


async def test_a_refusal_without_a_length_goes_back_until_the_csms_closes(world: World) -> None:
    world.start()
    station = await world.station()
    await station.send(request())
    csms = await world.csms()
    await csms.receive_head()
    answer = b"HTTP/1.0 404 Not Found\r\n\r\n" + b"x" * 100_000
    await asyncio.gather(csms.send(answer))
    csms.fin()
    assert await station.receive_all() == answer
    refused = await world.refused()
    assert refused.status == 404
    assert refused.handshake is not None
    assert refused.handshake.body == "x" * 4096


async def test_interim_answers_pass_before_the_101(world: World) -> None:
    world.start()
    station = await world.station()
    await station.send(request())
    csms = await world.csms()
    await csms.receive_head()
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    await csms.send(hints + SWITCHING)
    assert await station.receive(len(hints + SWITCHING)) == hints + SWITCHING
    opened = await world.memory.wait_for(Opened)
    assert opened.handshake is not None
    assert opened.handshake.status == 101


async def test_an_answer_that_is_no_http_is_passed_and_said(world: World) -> None:
    world.start()
    station = await world.station()
    await station.send(request())
    csms = await world.csms()
    await csms.receive_head()
    await csms.send(b"220 smtp.example ESMTP\r\n\r\n")
    assert await station.receive_all() == b"220 smtp.example ESMTP\r\n\r\n"
    refused = await world.refused()
    assert refused.stage is Stage.HTTP
    assert "no HTTP response" in refused.reason


@pytest.mark.parametrize("how", ["fin", "rst"])
async def test_a_csms_that_ends_without_an_answer_gives_the_station_a_502(world: World, how: str) -> None:
    world.start()
    station = await world.station()
    await station.send(request())
    csms = await world.csms()
    await csms.receive_head()
    csms.fin() if how == "fin" else csms.rst()
    answer = await station.receive_all()
    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    refused = await world.refused()
    assert (refused.stage, refused.status) == (Stage.HTTP, 502)
    assert refused.reason in {
        "the CSMS closed the connection without an answer",
        "the CSMS reset the connection without an answer",
    }


async def test_a_csms_that_never_answers_gives_the_station_a_502(world: World) -> None:
    world.start(header_timeout=0.2)
    station = await world.station()
    await station.send(request())
    csms = await world.csms()
    await csms.receive_head()
    answer = await station.receive_all()
    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"did not answer the upgrade within 0.2 s" in answer
    assert await csms.ending() == "fin"
    assert (await world.refused()).stage is Stage.TIMEOUT


async def test_a_refused_port_gives_the_station_a_502_with_the_reason(world: World) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        world.start(upstream=f"ws://127.0.0.1:{port}")
        station = await world.station()
        await station.send(request())
        answer = await station.receive_all()
    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert f"cannot connect to 127.0.0.1 port {port}: connection refused".encode() in answer
    refused = await world.refused()
    assert (refused.stage, refused.status, refused.station) == (Stage.CONNECT, 502, "CP001")


async def test_a_name_that_does_not_exist_is_a_dns_failure(world: World) -> None:
    world.start(upstream="ws://no-such-host.invalid:9000")
    station = await world.station()
    await station.send(request())
    assert b"cannot look up no-such-host.invalid" in await station.receive_all()
    assert (await world.refused()).stage is Stage.DNS


async def test_a_csms_that_does_not_complete_the_tls_handshake_is_a_timeout(world: World) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        world.start(upstream=f"wss://127.0.0.1:{silent.getsockname()[1]}", connect_timeout=0.2)
        station = await world.station()
        await station.send(request())
        assert b"502 Bad Gateway" in await station.receive_all()
    refused = await world.refused()
    assert refused.stage is Stage.TIMEOUT
    assert "the TLS handshake" in refused.reason


@pytest.mark.parametrize(
    "garbage",
    [b"\x00\x01\x02\x03", b'[2,"1","Heartbeat",{}]', b"GET /CP001\r\n", b"SSH-2.0-OpenSSH\r\n", b"\xff" * 300],
)
async def test_garbage_instead_of_http_is_answered_at_once_with_400(world: World, garbage: bytes) -> None:
    world.start()
    station = await world.station()
    await station.send(garbage)
    assert (await station.receive_all()).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    refused = await world.refused()
    assert (refused.stage, refused.status) == (Stage.REQUEST, 400)
    assert refused.reason.startswith("no HTTP request")


async def test_a_tls_hello_on_a_plain_port_is_recorded_as_one(world: World) -> None:
    world.start()
    station = await world.station()
    await station.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    assert await station.receive_all() == b""
    refused = await world.refused()
    assert refused.stage is Stage.REQUEST
    assert "TLS ClientHello on a port that speaks plain ws://" in refused.reason


@pytest.mark.parametrize("ended", [True, False])
async def test_a_head_of_more_than_64_kib_is_refused_with_431(world: World, *, ended: bool) -> None:
    world.start()
    station = await world.station()
    head = request("/CP001", *(f"X-{number}: {'y' * 100}" for number in range(700)))
    assert len(head) > 65536
    await station.send(head if ended else head[:-2])
    assert (await station.receive_all()).startswith(b"HTTP/1.1 431 ")
    refused = await world.refused()
    assert (refused.stage, refused.status) == (Stage.REQUEST, 431)


async def test_a_head_just_below_64_kib_passes(world: World) -> None:
    world.start()
    station = await world.station()
    head = request("/CP001", *(f"X-{number:03}: {'y' * 100}" for number in range(590)))
    assert 63_000 < len(head) < 65_000
    await station.send(head)
    csms = await world.csms()
    assert (await csms.receive_head()).count(b"\r\n") == head.count(b"\r\n")


async def test_a_head_that_drips_in_is_given_up_while_others_go_on(world: World) -> None:
    world.start(header_timeout=0.3)
    slow = await world.station()

    async def drip() -> None:
        for byte in request("/SLOW"):
            await slow.send(bytes([byte]))
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    await world.open("/CP001")
    assert (await slow.receive_head()).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    dripping.cancel()
    refused = await world.refused()
    assert (refused.stage, refused.status) == (Stage.REQUEST, 408)
    assert "within 0.3 s" in refused.reason
    assert world.listener.connections >= 1


async def test_a_connection_that_says_nothing_and_goes_is_recorded(world: World) -> None:
    world.start()
    station = await world.station()
    station.fin()
    refused = await world.refused()
    assert (refused.stage, refused.reason) == (
        Stage.REQUEST, "the station closed the connection before its request was complete",
    )  # fmt: skip


async def test_a_station_that_goes_while_the_csms_is_dialled_leaves_nothing_behind(world: World) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        world.start(upstream=f"wss://127.0.0.1:{silent.getsockname()[1]}", connect_timeout=30)
        station = await world.station()
        await station.send(request())
        reached = await asyncio.to_thread(silent.accept)
        reached[0].close()
        station.rst()
        refused = await world.refused()
    assert refused.station == "CP001"
    await world.idle()


async def test_what_a_station_sends_too_early_is_bounded(world: World) -> None:
    world.start(max_header=4096)
    station = await world.station()
    await station.send(request())
    csms = await world.csms()
    await csms.receive_head()
    swallowed = stuck = 0
    while stuck < 20:
        try:
            swallowed += station.socket.send(b"x" * 65536)
            stuck = 0
        except BlockingIOError:
            stuck += 1
            await asyncio.sleep(0.02)
        assert swallowed < 64 << 20, "the proxy keeps whatever comes before the answer"
    await csms.send(SWITCHING)
    assert await csms.receive(swallowed) == b"x" * swallowed


async def test_more_stations_than_allowed_are_turned_away(world: World) -> None:
    world.start(max_connections=2)
    await world.open("/CP001")
    await world.open("/CP002")
    third = await world.station()
    assert (await third.receive_all()).startswith(b"HTTP/1.1 503 ")
    refused = await world.refused()
    assert (refused.stage, refused.status) == (Stage.LIMIT, 503)


async def test_shutting_down_ends_those_who_are_not_yet_through(world: World) -> None:
    world.start()
    first = await world.station()
    await first.send(b"GET /CP0")
    second = await world.station()
    await second.send(request("/CP002"))
    csms = await world.csms()
    await csms.receive_head()
    await world.listener.shut_down()
    assert await first.ending() == "fin"
    assert await second.ending() == "fin"
    assert await csms.ending() == "fin"
    assert {refused.station for refused in world.memory.of(Refused)} == {None, "CP002"}
