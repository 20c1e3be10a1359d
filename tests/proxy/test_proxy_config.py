"""What the engine is told is checked before a socket is opened, and complained about in one line."""

import pytest

from ocppscope.proxy.config import ConfigError, EngineConfig, ListenError, UpstreamError, parse_listen, parse_upstream


@pytest.mark.parametrize(
    ("url", "expected", "authority"),
    [
        ("ws://csms.example", ("csms.example", 80, False, ""), "csms.example"),
        ("ws://csms.example:80/", ("csms.example", 80, False, ""), "csms.example"),
        ("wss://csms.example/ocpp/", ("csms.example", 443, True, "/ocpp"), "csms.example"),
        ("WSS://CSMS.example:8443/a//b%2F", ("csms.example", 8443, True, "/a//b%2F"), "csms.example:8443"),
        ("ws://[::1]:9001/x", ("::1", 9001, False, "/x"), "[::1]:9001"),
        ("ws://[::1]", ("::1", 80, False, ""), "[::1]"),
        ("ws://b\u00fccher.example", ("xn--bcher-kva.example", 80, False, ""), "xn--bcher-kva.example"),
    ],
)
def test_an_upstream_url_is_taken_apart(url: str, expected: tuple[str, int, bool, str], authority: str) -> None:
    upstream = parse_upstream(url)
    assert (upstream.host, upstream.port, upstream.tls, upstream.prefix) == expected
    assert upstream.authority == authority


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("", "begins with ws:// or wss://"),
        ("localhost:9001", "begins with ws:// or wss://"),
        ("http://localhost:9001", "begins with ws:// or wss://"),
        ("ws://", "has no host"),
        ("ws://:9001", "has no host"),
        ("ws://localhost:99999", "cannot be read"),
        ("ws://localhost:abc", "cannot be read"),
        ("ws://localhost:0", "has port 0"),
        ("ws://[::1", "cannot be read"),
        ("ws://localhost/a b", "blank or control character"),
        ("ws://localhost/\x1b[31m", "blank or control character"),
        ("ws://localhost/a?b=c", "no query"),
        ("ws://localhost/caf\u00e9", "percent-encode"),
        ("ws://" + "\u00e9" * 70, "no valid name"),
    ],
)
def test_an_unusable_upstream_url_is_one_clear_line(url: str, part: str) -> None:
    with pytest.raises(UpstreamError) as error:
        parse_upstream(url)
    assert part in str(error.value)
    assert "\n" not in str(error.value)
    assert "\x1b" not in str(error.value)


def test_a_password_in_the_upstream_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(UpstreamError) as error:
        parse_upstream("ws://me:pa55word@csms.example")
    assert "pa55word" not in str(error.value)


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("127.0.0.1:9000", "127.0.0.1", 9000),
        ("0.0.0.0:0", "0.0.0.0", 0),
        ("[::1]:9000", "::1", 9000),
        ("localhost:65535", "localhost", 65535),
        ("9000", "127.0.0.1", 9000),
        (":9000", "127.0.0.1", 9000),
    ],
)
def test_an_address_to_listen_on_is_taken_apart(address: str, host: str, port: int) -> None:
    assert parse_listen(address) == (host, port)


@pytest.mark.parametrize(
    "address", ["", "localhost", "::1:9000", "127.0.0.1:65536", "127.0.0.1:-1", "h:9000x", "h:\u0663"]
)
def test_an_unusable_address_is_one_clear_line(address: str) -> None:
    with pytest.raises(ListenError, match="cannot listen on"):
        parse_listen(address)


def test_paths_become_absolute_because_the_engine_may_run_elsewhere() -> None:
    config = EngineConfig(upstream="ws://localhost", capture="a.jsonl").checked()
    assert config.capture is not None
    assert config.capture.endswith("/a.jsonl")
    assert config.capture.startswith("/")


@pytest.mark.parametrize("options", [{"max_message": 0}, {"header_timeout": -1.0}, {"key": "key.pem"}])
def test_limits_that_make_no_sense_and_a_key_without_certificate_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        EngineConfig(upstream="ws://localhost", **options).checked()  # type: ignore[arg-type]
