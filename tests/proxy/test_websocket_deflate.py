"""What two peers agreed on, read from the CSMS's answer."""

import pytest

from ocppscope.protocol.roles import Direction
from ocppscope.protocol.websocket.deflate import Deflate, negotiated


@pytest.mark.parametrize("header", [None, "", "x-webkit-deflate-frame", "permessage-bzip2; client_no_context_takeover"])
def test_without_permessage_deflate_nothing_is_compressed(header: str | None) -> None:
    assert negotiated(header) is None


@pytest.mark.parametrize(
    ("header", "to_csms", "to_station"),
    [
        ("permessage-deflate", Deflate(), Deflate()),
        (
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=10",
            Deflate(takeover=False),
            Deflate(window_bits=10),
        ),
        ('foo, Permessage-Deflate;client_max_window_bits="12" ; server_no_context_takeover', Deflate(window_bits=12), Deflate(takeover=False)),
        ("permessage-deflate; client_max_window_bits=8", Deflate(window_bits=9), Deflate()),
        ("permessage-deflate; client_max_window_bits=99; server_max_window_bits=x", Deflate(), Deflate()),
        ("permessage-deflate; client_max_window_bits", Deflate(), Deflate()),
    ],
)  # fmt: skip
def test_each_direction_has_its_own_parameters(header: str, to_csms: Deflate, to_station: Deflate) -> None:
    assert negotiated(header) == {Direction.TO_CSMS: to_csms, Direction.TO_STATION: to_station}
