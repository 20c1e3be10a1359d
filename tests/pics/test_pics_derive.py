"""What follows from the rows of a certificate, and what does not because they contradict each other."""

import msgspec
import pytest

from ocppscope.pics.declaration import (
    Certificate,
    ConfigurationKey,
    Connector,
    Declaration,
    Measurands,
    ProfileResult,
    Row,
    Value,
)
from ocppscope.pics.derive import LIMIT_SOURCES, derive, ocpp_name
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

STATION = Declaration(dut=Role.STATION, ocpp_version=OcppVersion.V16, vendor="Example", product="EX-60")


def with_features(rows: dict[str, Value], *profiles: ProfileResult) -> Declaration:
    return msgspec.structs.replace(
        STATION, features={id_: Row(value=value) for id_, value in rows.items()}, profiles=profiles
    )


def with_settings(rows: dict[str, Value], *profiles: ProfileResult) -> Declaration:
    return msgspec.structs.replace(
        STATION, settings={id_: Row(value=value) for id_, value in rows.items()}, profiles=profiles
    )


def with_keys(*keys: tuple[str, Value]) -> Declaration:
    return msgspec.structs.replace(
        STATION, configuration_keys=tuple(ConfigurationKey(key, value) for key, value in keys)
    )


def test_nothing_declared_switches_everything_off() -> None:
    derived = derive(STATION)

    assert derived.feature_profiles == ()
    assert derived.security_profiles == ()
    assert derived.limits == dict.fromkeys(LIMIT_SOURCES)
    assert derived.caveats == ()
    for name in ("cipher_suites", "firmware_update_kind", "connectors", "current_type", "charging_rate_units",
                 "reserve_connector_zero", "local_start", "local_stop", "authorization_cache", "measurands_sampled",
                 "measurands_aligned", "file_transfer_protocols"):  # fmt: skip
        assert getattr(derived, name) is None


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Core", "Core"),
        ("Firmware Management", "FirmwareManagement"),
        ("Local Authorization List Management", "LocalAuthListManagement"),
        ("Local Authorisation List Management", "LocalAuthListManagement"),
        ("Local Authorization List Manageme", "LocalAuthListManagement"),
        ("remote trigger", "RemoteTrigger"),
        ("ISO 15118 Support", "ISO15118Support"),
        ("Re", "Re"),
    ],
)
def test_a_printed_profile_name_becomes_the_ocpp_name(printed: str, name: str) -> None:
    assert ocpp_name(printed) == name


def test_only_passed_feature_profiles_count_in_the_order_of_the_standard() -> None:
    derived = derive(
        with_features(
            {},
            ProfileResult("Remote Trigger"),
            ProfileResult("Core", kind="core"),
            ProfileResult("Reservation", result="Not Tested"),
            ProfileResult("Security extension", kind="extension"),
            ProfileResult("Advanced Security"),
        )
    )

    assert derived.feature_profiles == ("Core", "RemoteTrigger")


def test_from_pics_3_on_profiles_are_rows_and_core_brings_firmware_updates() -> None:
    core = ProfileResult("Core", description="… remote control, secure firmware updates and Security Profile 2.")

    derived = derive(with_features({"LA-0": True, "RT-0": False, "R-0": True, "C-11": True}, core))

    assert derived.feature_profiles == ("Core", "FirmwareManagement", "LocalAuthListManagement", "Reservation")
    assert derived.feature_profiles_source["Reservation"] == "R-0"
    assert derived.security_profiles == (1, 2)
    assert derived.firmware_update_kind == "signed"


@pytest.mark.parametrize(
    ("secure", "layout", "kind"),
    [(True, "2024", "signed"), (False, "2024", "unsigned"), (None, "2022", "unsigned"), (None, "2024", None)],
)
def test_the_kind_of_firmware_update(secure: bool | None, layout: str, kind: str | None) -> None:
    product = msgspec.structs.replace(with_features({"F-1": secure}), certificate=Certificate(layout=layout))

    assert derive(product).firmware_update_kind == kind


def test_security_profiles_come_from_their_rows() -> None:
    assert derive(with_features({"SEC-1": True, "SEC-2": False, "SEC-3": True})).security_profiles == (1, 3)


def test_charging_rate_units_come_from_rows_or_from_the_configuration() -> None:
    assert derive(with_features({"SC-1.1": False, "SC-1.2": True})).charging_rate_units == ("W",)
    assert derive(with_features({"SC-1.1": False, "SC-1.2": False})).charging_rate_units is None
    key = "ChargingScheduleAllowedChargingRateUnit"
    assert derive(with_keys((key, ("Current", "Power")))).charging_rate_units == ("A", "W")


def test_measurands_are_what_the_vendor_claims_not_what_was_tested() -> None:
    pair = Measurands(tested=("SoC",), vendor=("Voltage", "SoC"))

    assert derive(with_features({"C-09.1": pair})).measurands_sampled == ("SoC", "Voltage")


def test_configured_measurands_are_no_claim() -> None:
    assert derive(with_keys(("MeterValuesSampledData", ("SoC",)))).measurands_sampled is None


@pytest.mark.parametrize(
    ("number", "word", "connectors"),
    [(1, "Multiple", None), (2, "Multiple", 2), (2, "Single", None), (1, "Single", 1), (None, "Single", 1),
     (None, "Multiple", None), (2, None, 2)],
)  # fmt: skip
def test_connectors_that_contradict_each_other_are_unknown(
    number: int | None, word: str | None, connectors: int | None
) -> None:
    product = with_keys(*([("NumberOfConnectors", number)] if number is not None else []))
    if word is not None:
        printed = {"sockets_connectors": Row("Socket(s) / connector(s)", word, word)}
        product = msgspec.structs.replace(product, hardware_feature_set_2022=printed)

    derived = derive(product)

    assert derived.connectors == connectors
    contradiction = number is not None and word is not None and connectors is None
    assert [caveat.code for caveat in derived.caveats] == ["inconsistent"] * contradiction


def test_a_connector_table_of_another_length_makes_the_number_unknown() -> None:
    product = msgspec.structs.replace(
        STATION, hardware_features={"HFS-8": Row(value=2)}, connectors=(Connector(1), Connector(2))
    )
    assert derive(product).connectors == 2

    derived = derive(msgspec.structs.replace(product, connectors=(Connector(1),)))
    assert derived.connectors is None
    assert derived.caveats[0].where == "derived.connectors"


@pytest.mark.parametrize(("limit", "source"), LIMIT_SOURCES.items())
def test_every_limit_comes_from_its_row_or_else_from_its_configuration_key(
    limit: str, source: tuple[str, str | None]
) -> None:
    id_, key = source

    assert derive(with_settings({id_: 17})).limits[limit] == 17
    if key is not None:
        assert derive(with_keys((key, 18))).limits[limit] == 18


def test_a_length_of_zero_for_something_certified_is_not_believed() -> None:
    local_list = ProfileResult("Local Authorization List Management")

    derived = derive(with_settings({"ORS-12": 0, "ORS-13": 10}, local_list))

    assert derived.limits["local_auth_list_max_length"] is None
    assert derived.limits["send_local_list_max_length"] == 10
    assert [caveat.code for caveat in derived.caveats] == ["implausible_zero"]
    assert "ORS-12" in derived.caveats[0].detail


def test_a_length_of_zero_for_something_not_certified_is_believed() -> None:
    derived = derive(with_settings({"ORS-12": 0}))

    assert derived.limits["local_auth_list_max_length"] == 0
    assert derived.caveats == ()


def test_an_interval_of_zero_is_an_interval_switched_off() -> None:
    limits = derive(with_settings({"ORS-4": 0, "ORS-6": 0, "ORS-11": 0}, ProfileResult("Core"))).limits

    assert limits["web_socket_ping_interval_s"] == 0
    assert limits["meter_value_sample_interval_min_s"] == 0


def test_of_duplicate_keys_the_first_plausible_one_counts() -> None:
    sampled = ("MeterValuesSampledData", ("SoC",))
    length = "MeterValuesSampledDataMaxLength"

    for values in ((10, 0), (0, 10), (10, 5)):
        derived = derive(with_keys(sampled, *((length, value) for value in values)))
        assert derived.limits["meter_values_sampled_data_max_length"] == 10
        assert derived.caveats == ()


@pytest.mark.parametrize("version", [OcppVersion.V201, OcppVersion.V21])
def test_ids_are_not_read_where_they_mean_something_else(version: OcppVersion) -> None:
    product = msgspec.structs.replace(
        with_features({"C-04": True, "C-07": True, "SC-1.1": True}, ProfileResult("Core")), ocpp_version=version
    )

    derived = derive(product)

    assert derived.authorization_cache is None
    assert derived.local_start is None
    assert derived.feature_profiles == ("Core",)


def test_rows_of_a_csms_are_not_read_as_those_of_a_station() -> None:
    product = msgspec.structs.replace(with_features({"C-04": True}, ProfileResult("Core")), dut=Role.CSMS)

    assert derive(product).authorization_cache is None
