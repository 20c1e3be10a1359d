"""Versions, subprotocols, roles and directions."""

import pytest

from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion, first_version, negotiated_version


@pytest.mark.parametrize(
    ("subprotocol", "version"),
    [
        ("ocpp1.6", OcppVersion.V16),
        ("ocpp2.0.1", OcppVersion.V201),
        ("ocpp2.1", OcppVersion.V21),
        ("OCPP2.0.1", OcppVersion.V201),
        (" ocpp1.6 ", OcppVersion.V16),
        ("ocpp1.5", None),
        ("ocpp2.0", None),
        ("ocpp", None),
        ("1.6", None),
        ("ocpp1.6,ocpp2.0.1", None),
        ("", None),
        (None, None),
    ],
)
def test_a_subprotocol_names_a_version_or_none(subprotocol: str | None, version: OcppVersion | None) -> None:
    assert negotiated_version(subprotocol) is version


@pytest.mark.parametrize("version", list(OcppVersion))
def test_a_version_and_its_subprotocol_name_each_other(version: OcppVersion) -> None:
    assert negotiated_version(version.subprotocol) is version


def test_of_several_possible_versions_the_oldest_counts() -> None:
    assert first_version([OcppVersion.V21, OcppVersion.V201]) is OcppVersion.V201
    assert first_version(set(OcppVersion)) is OcppVersion.V16
    assert first_version(iter([OcppVersion.V21])) is OcppVersion.V21
    assert first_version([]) is None


def test_each_party_has_one_peer() -> None:
    assert Role.STATION.peer is Role.CSMS
    assert Role.CSMS.peer is Role.STATION


@pytest.mark.parametrize(
    ("direction", "sender", "receiver"),
    [(Direction.TO_CSMS, Role.STATION, Role.CSMS), (Direction.TO_STATION, Role.CSMS, Role.STATION)],
)
def test_a_direction_goes_from_one_party_to_the_other(direction: Direction, sender: Role, receiver: Role) -> None:
    assert direction.sender is sender
    assert direction.receiver is receiver
    assert direction.opposite.sender is receiver
    assert direction.opposite.opposite is direction
