"""Written and read again, a profile is the same profile."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocppscope.pics import declaration as declared
from ocppscope.pics import library
from ocppscope.pics.derive import LIMIT_SOURCES
from ocppscope.pics.profile import Limits, Profile
from ocppscope.pics.toml_reader import read_toml
from ocppscope.pics.toml_writer import write_toml
from ocppscope.protocol.actions import CSMS_ACTIONS, STATION_ACTIONS
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


@pytest.mark.parametrize("name", library.names())
def test_a_built_in_profile_survives_being_written_and_read(name: str) -> None:
    profile = library.load(name)

    assert read_toml(write_toml(profile), "copy.toml", "another name") == profile


@pytest.mark.parametrize("name", library.names())
def test_a_built_in_profile_is_written_as_it_stands_in_the_package(name: str) -> None:
    packaged = library.built_in(name)

    assert write_toml(read_toml(packaged, name, name)) == packaged


# What TOML can hold: any character but lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WORD = TEXT.filter(str.strip)
MAYBE = st.none() | TEXT
SECONDS = st.floats(min_value=0, max_value=1e9)
LIMIT = st.floats(min_value=1e-9, max_value=1e9)
WHOLE = st.integers(0, 2**63 - 1)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
DATES = st.none() | st.dates(min_value=dt.date(1000, 1, 1))
MEASURANDS = st.builds(declared.Measurands, TEXTS, TEXTS)
VALUES = st.none() | st.booleans() | WHOLE | SECONDS | TEXT | TEXTS | MEASURANDS
RAWS = MAYBE | st.builds(declared.MeasurandCells, TEXT, TEXT)
ROWS = st.builds(declared.Row, TEXT, VALUES, RAWS, MAYBE)


def rows() -> st.SearchStrategy[dict[str, declared.Row]]:
    return st.dictionaries(WORD, ROWS, max_size=3)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


def of_texts(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    return st.builds(kind, *[MAYBE] * len(kind.__struct_fields__))


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    dut, version = draw(st.sampled_from(Role)), draw(st.sampled_from(OcppVersion))
    answered = CSMS_ACTIONS[version] if dut is Role.STATION else STATION_ACTIONS[version]
    pairs = st.builds(declared.VendorSetting, WORD, MAYBE, MAYBE)
    measured_raw = MAYBE | st.dictionaries(st.sampled_from(["min", "max", "avg"]), TEXT)
    figures = [st.none() | SECONDS] * 4
    kpi = st.builds(
        declared.Kpi,
        TEXT,
        TEXT,
        st.none() | st.builds(declared.KpiLimit, LIMIT, st.just("seconds"), MAYBE),
        st.none() | st.builds(declared.Measured, *figures, st.just("seconds"), LIMIT, measured_raw),
    )
    certificate = st.builds(
        declared.Certificate,
        MAYBE,
        DATES,
        *[MAYBE] * 5,
        st.none()
        | st.builds(
            declared.Reference,
            st.none() | WHOLE,
            DATES,
            MAYBE,
            DATES,
            st.none() | st.builds(declared.SecurityWhitepaper, st.none() | WHOLE, MAYBE, DATES),
        ),
        some(st.builds(declared.Evidence, TEXT, MAYBE, DATES, MAYBE, MAYBE)),
    )
    connector = st.builds(declared.Connector, st.integers(1, 99), MAYBE, st.none() | WHOLE, MAYBE, MAYBE, MAYBE)
    key = st.builds(declared.ConfigurationKey, WORD, VALUES, MAYBE, MAYBE, TEXTS)
    return Profile(
        name=draw(WORD),
        dut=dut,
        ocpp_version=version,
        vendor=draw(WORD),
        product=draw(WORD),
        software_version=draw(MAYBE),
        model_names=draw(TEXTS),
        rules=draw(TEXTS),
        limits=Limits(
            kpis=draw(st.dictionaries(st.sampled_from(declared.KPI_KEYS), LIMIT, max_size=2)),
            settings=draw(st.dictionaries(st.sampled_from(list(LIMIT_SOURCES)), WHOLE, max_size=2)),
            actions=draw(st.dictionaries(st.sampled_from(sorted(answered)), LIMIT, max_size=2)),
        ),
        certificate=draw(certificate),
        test_report=draw(of_texts(declared.TestReport)),
        profiles=draw(some(st.builds(declared.ProfileResult, WORD, WORD, WORD, TEXT))),
        features=draw(rows()),
        hardware_features=draw(rows()),
        connectors=draw(some(connector)),
        additional_questions=draw(rows()),
        settings=draw(rows()),
        vendor_settings=draw(some(pairs)),
        configuration_keys=draw(some(key)),
        other_limits=draw(some(ROWS)),
        non_ocpp_configuration=draw(some(pairs)),
        hardware_feature_set_2022=draw(rows()),
        test_configuration=draw(st.none() | of_texts(declared.TestConfiguration)),
        performance=declared.Performance(draw(MAYBE), draw(st.dictionaries(WORD, kpi, max_size=2))),
        tooling=draw(st.none() | of_texts(declared.Tooling)),
        warnings=draw(some(st.builds(declared.Caveat, TEXT, TEXT, TEXT))),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine's speed must not matter
@given(profiles())
def test_any_profile_survives_being_written_and_read(profile: Profile) -> None:
    assert read_toml(write_toml(profile), "copy.toml", "another name") == profile


def test_line_breaks_and_quotes_of_a_name_stay_inside_their_text() -> None:
    name = 'Evil"\n[limits]\nocpp_response_timeout = 1\x7f\\'
    profile = Profile(name="evil", dut=Role.STATION, ocpp_version=OcppVersion.V16, vendor=name, product=name)

    assert read_toml(write_toml(profile), "evil.toml", "evil") == profile


def test_short_rows_are_read_as_what_they_say() -> None:
    profile = read_toml(
        """
        [identity]
        dut = "station"
        ocpp_version = "1.6"
        vendor = "Example"
        product = "EX-60"
        [features]
        C-04 = true
        "SC-1.2" = true
        [hardware_features]
        HFS-8 = 2
        [settings]
        ORS-16 = ["HTTP", "FTP"]
        """,
        "ex-60.toml",
        "ex-60",
    )

    assert profile.derived.authorization_cache is True
    assert profile.derived.charging_rate_units == ("W",)
    assert profile.derived.connectors == 2
    assert profile.derived.file_transfer_protocols == ("HTTP", "FTP")
