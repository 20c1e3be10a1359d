"""HTTP heads: read as they are, rewritten in two places only."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proxy_support import request

from ocppscope.protocol.websocket.handshake import (
    BadHeadError,
    early_complaint,
    end_of_head,
    parse_request,
    parse_response,
    rewrite_request,
    rewrite_target,
)  # fmt: skip
from ocppscope.proxy.answer import Answer


@pytest.mark.parametrize(
    ("target", "station"),
    [
        ("/CP001", "CP001"),
        ("/ocpp/CP001", "CP001"),
        ("/ocpp/CP001/", "CP001"),
        ("/ocpp//CP001//", "CP001"),
        ("/ocpp/CP%20001", "CP 001"),
        ("/ocpp/CP%2520001", "CP%20001"),
        ("/ocpp/a%2Fb", "a/b"),
        ("/ocpp/CP001?token=a/b", "CP001"),
        ("/ocpp/CP 001", "CP 001"),
        ("ws://proxy:9000/ocpp/CP001", "CP001"),
        ("/%FF", "\ufffd"),
        ("CP001", "CP001"),
        ("/", None),
        ("/?CP001", None),
        ("ws://proxy:9000", None),
    ],
)
def test_the_identity_is_the_last_part_of_the_path_decoded_once(target: str, station: str | None) -> None:
    assert parse_request(request(target)).station == station


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/CP001", "/ocpp/CP001"),
        ("//a//b%2F?c=/d", "/ocpp//a//b%2F?c=/d"),
        ("/", "/ocpp/"),
        ("ws://proxy:9000/CP001?x", "/ocpp/CP001?x"),
        ("http://proxy", "/ocpp/"),
        ("CP001", "CP001"),
        ("*", "*"),
    ],
)
def test_the_prefix_goes_in_front_of_the_path_unchanged(target: str, expected: str) -> None:
    assert rewrite_target(target, "/ocpp") == expected


headers = st.lists(
    st.tuples(
        st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,15}", fullmatch=True).filter(lambda name: name.lower() != "host"),
        st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85"), max_size=30),
    ),
    max_size=12,
)


@given(headers, st.integers(0, 12), st.sampled_from(["\r\n", "\n"]))
def test_every_byte_but_target_and_host_stays_where_it_is(
    fields: list[tuple[str, str]], host_at: int, newline: str
) -> None:
    lines = [f"{name}: {value}" for name, value in fields]
    lines.insert(host_at, "HoSt:  proxy:9000 ")
    head = newline.join(["GET /CP001?x HTTP/1.1", *lines, "", ""]).encode("latin-1")
    rewritten = rewrite_request(head, prefix="/up", authority="csms:1")
    assert rewritten == head.replace(b"GET /CP001?x", b"GET /up/CP001?x", 1).replace(
        b"HoSt:  proxy:9000 ", b"HoSt:  csms:1 ", 1
    )
    expected = [(name, value.strip(" \t")) for name, value in fields]
    expected.insert(host_at, ("HoSt", "proxy:9000"))
    assert parse_request(head).headers == expected


def test_a_request_without_host_gets_none() -> None:
    head = b"GET /CP001 HTTP/1.0\r\nX-Host: a\r\n\r\n"
    assert rewrite_request(head, prefix="", authority="csms") == head


@given(st.binary(max_size=200))
def test_any_bytes_are_a_head_or_a_complaint(data: bytes) -> None:
    early_complaint(data)
    for parse in (parse_request, parse_response):
        with contextlib.suppress(BadHeadError):
            parse(data + b"\r\n\r\n")


@given(st.integers(0, 5000))
def test_a_request_cut_anywhere_is_nothing_to_complain_about(cut: int) -> None:
    head = request("/CP001", "X: y")
    part = head[: 1 + cut % len(head)]
    assert early_complaint(part) is None
    assert end_of_head(part) == (len(head) if part == head else -1)


@given(st.lists(st.integers(0, 300), max_size=5))
def test_the_end_of_a_head_is_found_however_it_is_cut(cuts: list[int]) -> None:
    head = request() + b"\x81\x00rest"
    buffer, searched, found = bytearray(), 0, -1
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(head)], strict=True):
        buffer += head[start:stop]
        found = end_of_head(buffer, searched)
        if found > 0:
            break
        searched = len(buffer)
    assert found == len(request())


def test_several_headers_of_one_name_read_as_one() -> None:
    head = parse_request(b"GET / HTTP/1.1\r\nA: 1\r\nB: x\r\na:2 \r\n\r\n")
    assert head.all("a") == ["1", "2"]
    assert head.get("a") == "1, 2"
    assert head.get("c") is None


class TestAnswer:
    def test_a_body_with_a_length_is_complete_when_it_has_come(self) -> None:
        answer = Answer("GET", 65536)
        answer.feed(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nno")
        assert not answer.complete
        answer.feed(b"pe")
        assert answer.complete
        assert (answer.response is not None, answer.text()) == (True, "nope")

    @pytest.mark.parametrize(
        ("head", "method"),
        [("HTTP/1.1 204 No Content", "GET"), ("HTTP/1.1 401 No", "HEAD"), ("HTTP/1.1 304 Not Modified", "GET")],
    )
    def test_some_answers_have_no_body(self, head: str, method: str) -> None:
        answer = Answer(method, 65536)
        answer.feed(f"{head}\r\nContent-Length: 100\r\n\r\n".encode())
        assert answer.complete

    def test_a_chunked_body_ends_with_the_connection(self) -> None:
        answer = Answer("GET", 65536)
        answer.feed(
            b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n4\r\nnope\r\n0\r\n\r\n"
        )
        assert not answer.complete

    def test_a_head_without_an_end_is_given_up(self) -> None:
        answer = Answer("GET", 1000)
        answer.feed(b"HTTP/1.1 101 Switching Protocols\r\n")
        answer.feed(b"X: y\r\n" * 100)
        with pytest.raises(BadHeadError, match="larger than 1000 bytes"):
            answer.feed(b"X: y\r\n" * 100)

    @given(st.lists(st.integers(0, 200), max_size=6))
    def test_a_101_is_found_behind_interim_answers_however_it_is_cut(self, cuts: list[int]) -> None:
        data = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 101 Go\r\nC: d\r\n\r\n"
        answer = Answer("GET", 65536)
        for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
            if start < min(stop, len(data)):
                answer.feed(data[start:stop] + (b"\x81" if stop >= len(data) else b""))
        assert answer.response is not None
        assert (answer.response.status, answer.rest) == (101, b"\x81")
