"""What a profile answers: limits per CALL, and whether a station is the product."""

import msgspec
import pytest

from ocppscope.pics.declaration import Certificate, Kpi, KpiLimit, Performance, VendorSetting
from ocppscope.pics.profile import Limits, Profile
from ocppscope.pics.toml_reader import read_toml
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

STATION = Profile(
    name="ex-60",
    dut=Role.STATION,
    ocpp_version=OcppVersion.V16,
    vendor="Example Chargers Co.,Ltd.",
    product="EX-60-2CCS",
)


def declaring(**seconds: float) -> Profile:
    kpis = {key: Kpi(limit=KpiLimit(value)) for key, value in seconds.items()}
    return msgspec.structs.replace(STATION, performance=Performance(kpis=kpis))


def test_eight_lines_are_a_profile() -> None:
    profile = read_toml(
        """[identity]
dut = "station"
ocpp_version = "1.6"
vendor = "Example Chargers"
product = "EX-60"
[limits]
ocpp_response_timeout = 30
actions.Reset = 5
""",
        "ex-60.toml",
        "ex-60",
    )

    assert profile.name == "ex-60"
    assert profile.dut is Role.STATION
    assert profile.limit("GetConfiguration") == 30.0
    assert profile.limit("Reset") == 5.0


def test_the_response_timeout_holds_for_every_call() -> None:
    profile = declaring(ocpp_response_timeout=60.0)

    assert profile.limit("Reset") == 60.0
    assert profile.limit("VendorsOwnAction") == 60.0


def test_nothing_declared_is_no_limit() -> None:
    assert STATION.limit("Reset") is None
    assert STATION.kpi_limit("ocpp_response_timeout") is None


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("Authorize", "authorize_response_time"),
        ("RemoteStartTransaction", "remote_start_response_time"),
        ("RequestStartTransaction", "remote_start_response_time"),
    ],
)
def test_an_own_response_time_tightens_and_never_loosens_the_general_one(action: str, key: str) -> None:
    assert declaring(ocpp_response_timeout=60.0, **{key: 10.0}).limit(action) == 10.0
    assert declaring(ocpp_response_timeout=60.0, **{key: 90.0}).limit(action) == 60.0
    assert declaring(**{key: 10.0}).limit(action) == 10.0
    assert declaring(ocpp_response_timeout=60.0, **{key: 10.0}).limit("Reset") == 60.0


def test_a_limit_written_for_an_action_beats_all_others_both_ways() -> None:
    certified = declaring(ocpp_response_timeout=60.0, remote_start_response_time=20.0)
    profile = msgspec.structs.replace(
        certified, limits=Limits(actions={"RemoteStartTransaction": 5.0, "GetLog": 300.0})
    )

    assert profile.limit("RemoteStartTransaction") == 5.0
    assert profile.limit("GetLog") == 300.0
    assert profile.limit("Reset") == 60.0


def test_a_signed_message_has_the_limit_of_its_action() -> None:
    profile = msgspec.structs.replace(STATION, limits=Limits(actions={"Reset": 5.0}))

    assert profile.limit("Reset-Signed") == 5.0


def test_limits_of_a_person_beat_the_certificate() -> None:
    profile = msgspec.structs.replace(
        declaring(ocpp_response_timeout=60.0, ocpp_triggered_function_timeout=60.0),
        limits=Limits(kpis={"ocpp_response_timeout": 5.0}, settings={"local_auth_list_max_length": 7}),
    )

    assert profile.limit("Reset") == 5.0
    assert profile.derived.kpi_limits_s == {"ocpp_response_timeout": 5.0, "ocpp_triggered_function_timeout": 60.0}
    assert profile.derived.limits["local_auth_list_max_length"] == 7
    assert profile.derived.limits["send_local_list_max_length"] is None


@pytest.mark.parametrize(
    ("vendor", "model"),
    [
        ("Example Chargers Co.,Ltd.", "EX-60-2CCS"),
        ("EXAMPLE CHARGERS", "ex-60-2ccs"),
        ("example  chargers", "EX 60 2CCS"),
        ("ExampleChargers", "EX602CCS"),
        ("Example", "EX-60"),
        ("Example Chargers Korea", "EX-60-2CCS rev B"),
        ("Example Chargers G.m.b.H.", "EX-60_2CCS"),
    ],
)
def test_other_spellings_of_vendor_and_model_match(vendor: str, model: str) -> None:
    assert STATION.matches(vendor, model)


@pytest.mark.parametrize(
    ("vendor", "model"),
    [
        ("Other Chargers", "EX-60-2CCS"),
        ("Example Chargers", "EX-120-2CCS"),
        ("Example Chargers", "2CCS-60"),
        ("Co.,Ltd.", "EX-60-2CCS"),
        ("Example Chargers", "60"),
        ("Exam", "EX-60-2CCS"),
        ("Example Chargers", ""),
        ("---", "///"),
        (None, "EX-60-2CCS"),
        ("Example Chargers", None),
    ],
)
def test_other_products_do_not_match(vendor: str | None, model: str | None) -> None:
    assert not STATION.matches(vendor, model)


def test_holder_and_model_names_from_the_profile_count_too() -> None:
    profile = msgspec.structs.replace(
        STATION,
        certificate=Certificate(holder="Mother Company AG"),
        model_names=("Sixty",),
        vendor_settings=(
            VendorSetting("CP_MODEL", "MIC-200"),
            VendorSetting("SERVER_MODEL_NO"),
            VendorSetting("Model"),
        ),
    )

    assert profile.matches("Mother Company", "SIXTY")
    assert profile.matches("Example Chargers", "MIC-200")
    assert not profile.matches("Example Chargers", "MIC-900")


def test_a_csms_is_never_the_product_that_boots() -> None:
    assert not msgspec.structs.replace(STATION, dut=Role.CSMS).matches(STATION.vendor, STATION.product)


def test_a_name_as_long_as_a_message_is_compared_in_no_time() -> None:
    assert not STATION.matches("x " * 5_000_000, "EX-60-2CCS")
