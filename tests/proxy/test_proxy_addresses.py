"""Where to listen, and addresses as text."""

import socket

import pytest

from ocppscope.proxy.addresses import CannotListenError, address_text, listening_sockets


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (("127.0.0.1", 9000), "127.0.0.1:9000"),
        (("::1", 9000, 0, 0), "[::1]:9000"),
        (("::ffff:192.0.2.7", 9000, 0, 0), "192.0.2.7:9000"),
        (None, "?"),
    ],
)
def test_an_address_is_written_as_people_do(name: tuple[object, ...] | None, text: str) -> None:
    assert address_text(name) == text


@pytest.fixture
def two_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with an address that no machine has, and one that every machine has."""
    stream = (socket.SOCK_STREAM, 6, "")

    def found(_host: str, port: int, **_options: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET, *stream, ("192.0.2.1", port)),
            (socket.AF_INET, *stream, ("127.0.0.1", port)),
            (socket.AF_INET, *stream, ("127.0.0.2", port)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.usefixtures("two_families")
def test_a_name_is_served_on_all_its_addresses_that_are_ours_with_one_port() -> None:
    sockets = listening_sockets("name", 0)
    names = [endpoint.getsockname() for endpoint in sockets]
    for endpoint in sockets:
        endpoint.close()
    assert [host for host, _ in names] == ["127.0.0.1", "127.0.0.2"]
    assert len({port for _, port in names}) == 1


@pytest.mark.usefixtures("two_families")
def test_a_port_that_is_taken_on_one_of_them_is_taken() -> None:
    with socket.create_server(("127.0.0.2", 0)) as taken, pytest.raises(CannotListenError, match="the port is in use"):
        listening_sockets("name", taken.getsockname()[1])
