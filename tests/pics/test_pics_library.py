"""Finding a profile by its name or file."""

import subprocess
import sys
from pathlib import Path

import pytest

from ocppscope.pics import library
from ocppscope.pics.profile import ProfileError
from ocppscope.pics.toml_writer import write_toml
from ocppscope.protocol.roles import Role

BUILT_IN = ["ac-cpt-ocpp", "botaricsms1-0", "ets-mc-200", "evon200-40p-2cr", "jc-9932-100-cu07"]


def test_the_five_built_in_profiles_are_there_under_their_names() -> None:
    assert library.names() == BUILT_IN
    assert [library.load(name).name for name in BUILT_IN] == BUILT_IN


@pytest.mark.parametrize(
    ("name", "dut", "response_limit"),
    [
        ("ac-cpt-ocpp", Role.STATION, 60.0),
        ("botaricsms1-0", Role.CSMS, 10.0),
        ("ets-mc-200", Role.STATION, 60.0),
        ("evon200-40p-2cr", Role.STATION, 60.0),
        ("jc-9932-100-cu07", Role.STATION, 30.0),
    ],
)
def test_a_built_in_profile_says_in_what_time_its_product_answers(name: str, dut: Role, response_limit: float) -> None:
    profile = library.load(name)

    assert profile.dut is dut
    assert profile.limit("DataTransfer") == response_limit


@pytest.mark.parametrize(
    ("name", "vendor", "model"),
    [
        ("evon200-40p-2cr", "BOTARI", "EVon200-40P-2CR"),
        ("evon200-40p-2cr", "Botari Energy", "EVON200"),
        ("jc-9932-100-cu07", "EVSIS", "JC-9932-100-CU07"),
        ("ets-mc-200", "eTESS", "ETS-MC-200"),
        ("ets-mc-200", "e-TESS", "MIC-200-ELT"),
        ("ac-cpt-ocpp", "ecarPlug Co., Ltd.", "AC_CPT-OCPP"),
    ],
)
def test_a_station_is_recognised_by_exactly_one_built_in_profile(name: str, vendor: str, model: str) -> None:
    assert [each for each in library.names() if library.load(each).matches(vendor, model)] == [name]


def test_a_file_is_loaded_by_its_path_and_named_after_it_unless_it_says_otherwise(tmp_path: Path) -> None:
    named, unnamed = tmp_path / "copy.toml", tmp_path / "ex-60.TOML"
    named.write_text(write_toml(library.load("ets-mc-200")), encoding="utf-8")
    unnamed.write_text('identity = { dut="csms", ocpp_version="2.1", vendor="A", product="B" }', encoding="utf-8-sig")

    assert library.load(str(named)) == library.load("ets-mc-200")
    assert library.load(str(unnamed)).name == "ex-60"


def test_an_unknown_name_is_answered_with_close_ones_and_all_that_there_are() -> None:
    with pytest.raises(ProfileError) as caught:
        library.load("evon200")

    message = str(caught.value)
    assert "did you mean evon200-40p-2cr?" in message
    assert all(name in message for name in BUILT_IN)
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("name", ["certificate.txt", "certificate.md", "certificate.PDF", "a\0b.txt"])
def test_a_certificate_that_is_not_there_is_said_so(name: str) -> None:
    with pytest.raises(ProfileError, match=rf"^{name}: no such file$"):
        library.load(name)


@pytest.mark.parametrize("name", ["/", "x" * 5000, "a\0b", ""])
def test_what_is_no_profile_is_answered_with_what_would_be_one(name: str) -> None:
    with pytest.raises(ProfileError, match=r"\.toml"):
        library.load(name)


def test_a_file_with_the_name_of_a_built_in_profile_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ets-mc-200").write_text("x", encoding="utf-8")

    assert library.load("ets-mc-200").vendor == "e-TESS Co., Ltd."


def test_loading_profiles_needs_neither_terminal_nor_sockets() -> None:
    program = """
import sys
from ocppscope.pics import library
for name in library.names():
    library.load(name)
print(*({"textual", "rich", "click", "websockets", "ocpp", "asyncio", "jsonschema_rs"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert run.stdout.split() == []
