"""``ocppscope pics list`` and ``pics show``: what is printed, and what is refused."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ocppscope.cli.group import run
from ocppscope.pics import library

NAMES = library.names()

HAND_MADE = """
[identity]
dut = "station"
ocpp_version = "1.6"
vendor = "Example Chargers"
product = "EX-60"
[limits]
ocpp_response_timeout = 30
charge_profile_max_stack_level = 4
actions.Reset = 5
"""


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["pics", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["pics", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    return captured.err


def test_the_list_has_a_line_for_each_product_whatever_the_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    head, *lines = printed(capsys, "list").splitlines()

    assert re.split(r"\s{2,}", head) == ["Profile", "Product", "Vendor", "Software", "OCPP", "DUT", "Limit"]
    assert [re.split(r"\s{2,}", line) for line in lines][3] == [
        "evon200-40p-2cr",
        "EVon200-40P-2CR",
        "BOTARI ENERGY Co.,Ltd.",
        "1.2.1",
        "1.6",
        "station",
        "60 s",
    ]
    assert len(lines) == len(NAMES)


def test_the_list_as_json_has_the_same_facts(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(printed(capsys, "list", "--format", "json"))

    assert [row["name"] for row in rows] == NAMES
    assert rows[1] == {
        "name": "botaricsms1-0",
        "dut": "csms",
        "ocpp_version": "1.6",
        "vendor": "BOTARI ENERGY Co.,Ltd.",
        "product": "BotariCSMS1.0",
        "software_version": "1.0.0",
        "certificate": "OCA.0016.0163.CSMS",
        "response_limit": 10.0,
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_fits_80_columns_and_has_no_styles_in_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    text = printed(capsys, "show", name)

    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_a_profile_shows_limits_beside_certified_measurements(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "show", "jc-9932-100-cu07")

    assert re.search(r"OCPP response +30 s +0\.34 +0\.87 +0\.41 +3%", text)
    assert re.search(r"Remote stop to StopTransaction +30 s +6\.11 +27\.05 +16\.58 +90%", text)
    assert re.search(r"C-03 +no +Support for maximizing energy for invalid ids", text)
    assert re.search(r"ORS-12 +100000 +LocalAuthListMaxLength", text)
    assert re.search(r"HFS-8 +2 +No. Connectors", text)
    assert re.search(r"HeartbeatInterval up to +60 s", text)


def test_a_coarse_measurement_of_zero_is_less_than_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.search(r"Authorize response +10 s +– +< 1 +–", printed(capsys, "show", "botaricsms1-0"))


def test_what_is_doubtful_and_what_was_left_out_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "NumberOfConnectors=1 but Socket(s)/connector(s)=Multiple" in printed(capsys, "show", "ac-cpt-ocpp")
    assert re.search(r"SERVER_CPID +\(left out\)", printed(capsys, "show", "ets-mc-200"))


def test_limits_of_a_person_are_marked_as_such(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    mine, changed = tmp_path / "mine.toml", tmp_path / "changed.toml"
    mine.write_text(HAND_MADE, encoding="utf-8")
    changed.write_text(library.built_in("ets-mc-200") + "\n[limits]\nocpp_response_timeout = 5\n", encoding="utf-8")

    text = printed(capsys, "show", str(mine))
    assert re.search(r"Profile +mine", text)
    assert re.search(r"OCPP response +30 s .* by hand", text)
    assert re.search(r"Reset +5 s", text)
    assert re.search(r"ChargeProfileMaxStackLevel +4  by hand", text)
    assert re.search(r"OCPP response +5 s .* by hand, certificate 60 s", printed(capsys, "show", str(changed)))


SECTION_KEYS = {
    "schema_version", "source_file", "layout", "dut", "certificate", "test_report", "profiles", "hardware_features",
    "connectors", "features", "additional_questions", "settings", "vendor_settings", "configuration_keys", "other_limits",
    "non_ocpp_configuration", "hardware_feature_set_2022", "test_configuration", "performance", "approval", "tooling",
    "warnings", "derived",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_json_has_every_key_of_an_extraction(capsys: pytest.CaptureFixture[str], name: str) -> None:
    data = json.loads(printed(capsys, "show", name, "--format", "json"))

    assert data.keys() == SECTION_KEYS | {"name", "limits"}
    assert data["certificate"]["number_parts"]["ocpp_version"] == "1.6"
    assert data["approval"] == {"vendor": None, "laboratory": None}


def test_an_unknown_profile_is_one_line_with_close_names(capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, "show", "evon200")

    assert "did you mean evon200-40p-2cr?" in message
    assert "jc-9932-100-cu07" in message


def test_a_bad_profile_is_one_line_with_file_key_and_mend(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(HAND_MADE.replace("= 30", "= -30"), encoding="utf-8")

    message = refused(capsys, "show", str(bad))

    assert f"{bad}: limits.ocpp_response_timeout: must be a number of seconds above 0, not -30; " in message


HOSTILE = "\x1b[31m[red]evil[/red]\u202e"


def test_escape_sequences_and_markup_of_a_file_are_shown_never_obeyed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    quoted = json.dumps(HOSTILE)
    evil = tmp_path / "evil.toml"
    evil.write_text(
        f"""
        [identity]
        name = {quoted}
        dut = "station"
        ocpp_version = "1.6"
        vendor = {quoted}
        product = {quoted}
        software_version = {quoted}
        [features]
        {quoted} = {{ label = {quoted}, value = [{quoted}], raw = {quoted} }}
        [hardware_feature_set_2022]
        x = {{ label = {quoted}, value = {quoted} }}
        [[warnings]]
        code = {quoted}
        where = {quoted}
        detail = {quoted}
        [performance.kpis.{quoted}]
        label = {quoted}
        limit = {{ value = 5 }}
        """,
        encoding="utf-8",
    )

    for form in ("text", "json"):
        text = printed(capsys, "show", str(evil), "--format", form)
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[red]evil[/red]" in text
    unknown_key = tmp_path / "unknown.toml"
    unknown_key.write_text(f"{quoted} = 1\n{HAND_MADE}", encoding="utf-8")
    assert "\x1b" not in refused(capsys, "show", str(unknown_key))
    assert "\x1b" not in refused(capsys, "show", HOSTILE)


def on_a_terminal(columns: int, *arguments: str, **environment: str) -> str:
    """What the real program writes to a terminal of this width."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ocppscope", "pics", *arguments],
        stdout=theirs,
        env=os.environ | {"COLUMNS": str(columns)} | environment,
    ) as process:
        os.close(theirs)
        output = b""
        try:
            while piece := os.read(ours, 65536):
                output += piece
        except OSError:  # the terminal is gone: everything has been read
            pass
        finally:
            os.close(ours)
    assert process.returncode == 0
    return output.decode()


def test_a_terminal_gets_colours_and_no_broken_names_unless_it_asks_for_none() -> None:
    text = on_a_terminal(80, "list")
    assert "\x1b[36m" in text
    plain = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert all(name in plain for name in [*NAMES, "EVon200-40P-2CR", "BOTARI ENERGY Co.,Ltd."])
    assert max(len(line) for line in plain.splitlines()) <= 80

    assert not re.search(r"\x1b\[[\d;]*3\dm", on_a_terminal(80, "list", NO_COLOR="1"))
