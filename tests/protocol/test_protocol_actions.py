"""The action catalogue against the schema files, and who may send what."""

import pytest

from ocppscope.protocol.actions import (
    ACTIONS,
    CSMS_ACTIONS,
    SEND_ACTIONS,
    STATION_ACTIONS,
    bare_action,
    initiators,
)
from ocppscope.protocol.roles import Role
from ocppscope.protocol.schemas import schema_names
from ocppscope.protocol.version import OcppVersion

V16, V201, V21 = OcppVersion.V16, OcppVersion.V201, OcppVersion.V21


def _schema_files(version: OcppVersion) -> set[str]:
    """The names that the ``ocpp`` package gives to the schema files of the catalogue's actions."""
    suffix = "" if version is V16 else "Request"
    calls = ACTIONS[version] - SEND_ACTIONS[version]
    return {f"{action}{suffix}" for action in calls} | {f"{action}Response" for action in calls} | SEND_ACTIONS[version]


@pytest.mark.parametrize("version", list(OcppVersion))
def test_the_catalogue_names_every_schema_file_and_no_other(version: OcppVersion) -> None:
    assert schema_names(version) == _schema_files(version)


@pytest.mark.parametrize(("version", "count"), [(V16, 39), (V201, 64), (V21, 91)])
def test_the_catalogue_is_as_long_as_the_standard_s_message_list(version: OcppVersion, count: int) -> None:
    assert len(ACTIONS[version]) == count


@pytest.mark.parametrize("version", list(OcppVersion))
def test_only_data_transfer_goes_both_ways(version: OcppVersion) -> None:
    assert STATION_ACTIONS[version] & CSMS_ACTIONS[version] == {"DataTransfer"}


def test_2_1_has_everything_of_2_0_1() -> None:
    assert ACTIONS[V201] < ACTIONS[V21]


def test_only_2_1_has_a_send_and_the_station_sends_it() -> None:
    assert SEND_ACTIONS[V16] == SEND_ACTIONS[V201] == frozenset()
    assert SEND_ACTIONS[V21] == {"NotifyPeriodicEventStream"}
    assert SEND_ACTIONS[V21] < STATION_ACTIONS[V21]


@pytest.mark.parametrize(
    ("version", "action", "roles"),
    [
        (V16, "StartTransaction", {Role.STATION}),
        (V16, "RemoteStartTransaction", {Role.CSMS}),
        (V16, "DataTransfer", {Role.STATION, Role.CSMS}),
        (V16, "TransactionEvent", set()),
        (V201, "TransactionEvent", {Role.STATION}),
        (V201, "StartTransaction", set()),
        (V201, "BatterySwap", set()),
        (V21, "BatterySwap", {Role.STATION}),
        (V21, "RequestBatterySwap", {Role.CSMS}),
        (V21, "starttransaction", set()),
    ],
)
def test_knows_who_may_send_an_action(version: OcppVersion, action: str, roles: set[Role]) -> None:
    assert initiators(version, action) == roles


def test_a_signed_action_is_known_by_its_bare_name() -> None:
    assert bare_action("TransactionEvent-Signed") == "TransactionEvent"
    assert bare_action("TransactionEvent") == "TransactionEvent"
    assert bare_action("-Signed-Signed") == "-Signed"
