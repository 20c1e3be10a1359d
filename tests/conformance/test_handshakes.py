"""What is read from handshakes: identities, offers, credentials."""

import pytest

from ocppscope.capture.record import Handshake
from ocppscope.conformance.cipher_suites import is_weak
from ocppscope.conformance.handshakes import (
    Credentials,
    credentials_of,
    identity_in,
    is_upgrade,
    offered_protocols,
    offers_deflate,
    only_version_offered,
)
from ocppscope.protocol.version import OcppVersion


@pytest.mark.parametrize(
    ("target", "identity"),
    [
        ("/ocpp/CS-1", "CS-1"),
        ("/ocpp/CS-1/", "CS-1"),
        ("/ocpp/CS%201?key=a/b", "CS 1"),
        ("ws://csms.example/ocpp/CS-1", "CS-1"),
        ("/ocpp/%2541", "%41"),
        ("/", None),
        ("", None),
        ("ws://csms.example", None),
    ],
)
def test_the_identity_is_the_last_part_of_the_path_decoded_once(target: str, identity: str | None) -> None:
    assert identity_in(target) == identity


@pytest.mark.parametrize(
    ("auth", "credentials"),
    [
        ("Basic user=CS-1 password=20 bytes", Credentials("CS-1", 20, hexadecimal=False)),
        ("basic user=CS-1 password=40 bytes, all hex digits", Credentials("CS-1", 40, hexadecimal=True)),
        ("Basic user=a password=1 bytes password=20 bytes", Credentials("a password=1 bytes", 20, hexadecimal=False)),
        ("Basic user= password=0 bytes", Credentials("", 0, hexadecimal=False)),
        ("Basic without a password", None),
        ("Bearer credentials=200 bytes", None),
        (None, None),
    ],
)
def test_credentials_are_read_from_their_description(auth: str | None, credentials: Credentials | None) -> None:
    assert credentials_of(Handshake(target="/", auth=auth)) == credentials


def test_an_offer_may_be_spread_over_several_headers() -> None:
    request = [
        ("upgrade", "WebSocket"),
        ("sec-websocket-protocol", "ocpp2.0.1"),
        ("Sec-WebSocket-Protocol", "ocpp1.6, "),
    ]
    handshake = Handshake(target="/", request=request)

    assert is_upgrade(handshake)
    assert offered_protocols(handshake) == ["ocpp2.0.1", "ocpp1.6"]
    assert only_version_offered(handshake) is None


def test_a_single_offer_tells_the_version() -> None:
    handshake = Handshake(target="/", request=[("Sec-WebSocket-Protocol", "ocpp1.6")])

    assert only_version_offered(handshake) is OcppVersion.V16


def test_a_handshake_that_was_not_recorded_tells_nothing() -> None:
    for handshake in (None, Handshake(target="/CS-1")):
        assert offered_protocols(handshake) is None
        assert not is_upgrade(handshake)
        assert not offers_deflate(handshake)
        assert credentials_of(handshake) is None


@pytest.mark.parametrize(
    ("suite", "weak"),
    [
        ("ECDHE-RSA-AES256-SHA", True),
        ("DES-CBC3-SHA", True),
        ("RC4-SHA", True),
        ("NULL-SHA256", True),
        ("ECDHE-ECDSA-CAMELLIA128-SHA256", True),
        ("AES128-GCM-SHA256", False),
        ("TLS_AES_128_CCM_8_SHA256", False),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", False),
        ("TLS_RSA_WITH_AES_128_CBC_SHA", True),
    ],
)
def test_suites_without_authenticated_encryption_are_weak(suite: str, *, weak: bool) -> None:
    assert is_weak(suite) is weak
