"""Whatever is wrong with a profile file: one line that names the file, the key and the mend."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocppscope.pics import library
from ocppscope.pics.profile import ProfileError
from ocppscope.pics.toml_reader import read_toml

IDENTITY = """
[identity]
dut = "station"
ocpp_version = "1.6"
vendor = "Example Chargers"
product = "EX-60"
"""


def refusal(text: str) -> str:
    with pytest.raises(ProfileError) as caught:
        read_toml(text, "mine.toml", "mine")
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith("mine.toml: ")
    return message


@pytest.mark.parametrize(
    ("text", "key", "mend"),
    [
        ("[limits]\nocpp_response_timout = 30", "limits.ocpp_response_timout", "did you mean ocpp_response_timeout?"),
        ("[limit]\nocpp_response_timeout = 30", "limit", "did you mean limits?"),
        ("[limits]\nspeed = 30", "limits.speed", "known here: ocpp_response_timeout"),
        ("[limits.actions]\nGetDiagnostic = 30", "limits.actions.GetDiagnostic", "did you mean GetDiagnostics?"),
        ("[limits.actions]\nHeartbeat = 30", "limits.actions.Heartbeat", "answered by the csms"),
        ("[limits]\nocpp_response_timeout = -5", "limits.ocpp_response_timeout", "above 0, not -5"),
        ("[limits]\nocpp_response_timeout = 0", "limits.ocpp_response_timeout", "above 0, not 0"),
        ("[limits]\nocpp_response_timeout = nan", "limits.ocpp_response_timeout", "not nan"),
        ("[limits]\nocpp_response_timeout = inf", "limits.ocpp_response_timeout", "not inf"),
        ('[limits]\nocpp_response_timeout = "30"', "limits.ocpp_response_timeout", "without quotes"),
        ("[limits]\nocpp_response_timeout = true", "limits.ocpp_response_timeout", "must be a number of seconds"),
        ("[limits.actions]\nReset = -1", "limits.actions.Reset", "above 0, not -1"),
        ("[limits]\nactions = 5", "limits.actions", "[limits.actions]"),
        ("[limits]\nsend_local_list_max_length = 2.5", "limits.send_local_list_max_length", "whole number, not 2.5"),
        ("[limits]\nsend_local_list_max_length = -2", "limits.send_local_list_max_length", "not -2"),
        (
            f"[limits]\nsend_local_list_max_length = 0x{'f' * 9000}",
            "limits.send_local_list_max_length",
            "a huge number",
        ),
        (f"[limits]\nocpp_response_timeout = 0x{'f' * 9000}", "limits.ocpp_response_timeout", "a huge number"),
        (f"[settings]\nORS-1 = 0x{'f' * 9000}", "settings.ORS-1", "a huge number"),
        ("[settings]\nORS-1 = inf", "settings.ORS-1", "0 or more, not inf"),
        ("[features]\nC-01 = 2024-01-01", "features.C-01", "put it in quotes"),
        ("[features]\nSC-1.1 = true", "features.SC-1.1", 'write "SC-1.1" = …'),
        ("[features]\nC-01 = { worth = true }", "features.C-01.worth", "known here: label, value, raw, group"),
        ('[features]\nC-12 = ["a", 1]', "features.C-12", "list of texts"),
        ('[[connectors]]\ncurrent = "DC"', "connectors[1].id", "is missing"),
        ("[connectors]\nid = 1", "connectors", "[[connectors]]"),
        ("[[profiles]]\nname = 5", "profiles[1].name", 'in quotes: "5"'),
        ("[certificate]\ndate = 2024-01-01T00:00:00Z", "certificate.date", "date = 2025-11-26"),
        ('[certificate]\ndate = "2024-01-01"', "certificate.date", "without quotes"),
        ("[performance.kpis.ocpp_response_timeout]\nlimit = { raw = '30' }", "limit.value", "is missing"),
        ("[performance.kpis.ocpp_response_timeout]\nlimit = { value = 0 }", "limit.value", "above 0"),
        ("[performance.kpis.x]\nlimit = { value = 500, unit = 'ms' }", "limit.unit", 'write "seconds"'),
        ("[performance.kpis.x]\nmeasured = { min = -1 }", "measured.min", "0 or more"),
        ("colour = 1", "colour", "unknown key"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_mend(text: str, key: str, mend: str) -> None:
    message = refusal(f"{text}\n{IDENTITY}" if not text.startswith("[") else f"{IDENTITY}\n{text}")

    assert key in message
    assert mend in message


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ('dut = "station"', 'dut: is missing; add dut = "station" or "csms"'),
        ('ocpp_version = "1.6"', 'ocpp_version: is missing; add ocpp_version = "1.6" or "2.0.1" or "2.1"'),
        ('vendor = "Example Chargers"', "vendor: is missing; add a line like vendor = "),
        ('product = "EX-60"', "product: is missing; add a line like product = "),
    ],
)
def test_an_identity_without_one_of_its_four_keys_is_told_which(line: str, mend: str) -> None:
    assert f"identity.{mend}" in refusal(IDENTITY.replace(line, ""))


def test_an_unknown_party_or_version_is_told_what_there_is() -> None:
    assert 'write "station" or "csms"' in refusal(IDENTITY.replace('"station"', '"charger"'))
    assert "1.6" in refusal(IDENTITY.replace('"1.6"', "1.6"))
    assert "is empty" in refusal(IDENTITY.replace('"EX-60"', '"  "'))


def test_what_is_not_toml_is_told_where() -> None:
    assert "not TOML" in refusal("vendor: x\n")
    assert "line 2" in refusal("a = 1\nb =\n")


def test_deep_nesting_is_no_crash() -> None:
    assert "nested too deeply" in refusal("a = " + "[" * 100_000)


def test_a_number_of_ten_thousand_digits_is_no_crash() -> None:
    assert "not TOML" in refusal(f"a = {'9' * 10_000}")


def test_an_empty_file_is_told_what_a_profile_needs() -> None:
    for text in ("", "\n", "# only a comment\n"):
        assert "is empty; a profile needs a table [identity]" in refusal(text)


def test_limits_without_identity_are_told_to_begin_with_it() -> None:
    assert "identity: is missing" in refusal("[limits]\nocpp_response_timeout = 30\n")


def test_what_a_file_says_is_quoted_in_part_only() -> None:
    assert len(refusal(f'{IDENTITY}\n[limits]\nocpp_response_timeout = "{"x" * 5000}"')) < 300


def problem_with(path: Path) -> str:
    with pytest.raises(ProfileError) as caught:
        library.load(str(path))
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(f"{path}: ")
    return message


def test_a_directory_is_no_profile(tmp_path: Path) -> None:
    folder = tmp_path / "folder.toml"
    folder.mkdir()

    assert "is a directory" in problem_with(folder)


def test_a_missing_file_is_told_so(tmp_path: Path) -> None:
    assert "no such file" in problem_with(tmp_path / "none.toml")


def test_a_binary_file_is_no_profile(tmp_path: Path) -> None:
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\x7fELF\x02\x01\xff\xfe\x00\x00")

    assert "not a text in UTF-8" in problem_with(binary)


def test_a_file_that_is_far_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    with large.open("wb") as stream:
        stream.truncate(1 << 40)  # a sparse terabyte: reading it would never end

    assert "larger than 1 MB" in problem_with(large)


def test_a_device_is_no_profile(tmp_path: Path) -> None:
    link = tmp_path / "zero.toml"
    link.symlink_to("/dev/zero")

    assert "not a regular file" in problem_with(link)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_at_all_crashes_the_reader(text: str) -> None:
    with pytest.raises(ProfileError):
        read_toml(text, "mine.toml", "mine")
