"""The identity of a station, out of the path that it connects to."""

import pytest

from ocppscope.protocol.identity import path_of, station_of


@pytest.mark.parametrize(
    ("target", "station"),
    [
        ("/ocpp/CP001", "CP001"),
        ("/CP001?token=x", "CP001"),
        ("/ocpp//CP001/", "CP001"),
        ("/ocpp/CP%20001", "CP 001"),
        ("/ocpp/a%2Fb", "a/b"),
        ("ws://csms.example:9000/ocpp/CP001", "CP001"),
        ("WSS://csms.example/CP001#part", "CP001"),
        ("/relay/ws://other.example/CP001", "CP001"),
        ("/", None),
        ("", None),
        ("ws://csms.example", None),
    ],
)
def test_it_is_the_last_part_of_the_path(target: str, station: str | None) -> None:
    assert station_of(target) == station


def test_an_absolute_url_within_a_path_belongs_to_the_path() -> None:
    assert path_of("/relay/ws://other.example/CP001") == "/relay/ws://other.example/CP001"
    assert path_of("ws://csms.example/relay") == "/relay"


def test_bytes_that_are_no_utf_8_make_no_error() -> None:
    assert station_of("/CP\xff%ff") is not None
    assert station_of("/" + "€" * 10) is not None
