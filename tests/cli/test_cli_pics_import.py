"""``ocppscope pics import``: from a certificate's file to a profile or to all that it says."""

import json
import tomllib
from pathlib import Path

import pytest
from cli_support import ocppscope

from ocppscope.pics import library

CERTIFICATE = """OCPP 1.6 Full Certificate

Certificate Holder: Example Chargers Co., Ltd.
Certificate Number: OCA.0016.0901.CS
Product Type: Charging Station
Product Designation: EX-60
OCPP Software Version: 2.4.1
Certification Date: March 14, 2025

This certificate attests to the reference specification OCPP 1.6 (Edition 2 FINAL, 2017-09-28 including Errata 2025-04).

For the Open Charge Alliance:

SOME BODY
Chairman

Abstract of the Test Report

Test laboratory:\tExample Test House
Test Report Reference:\tETH-2025-0042
Vendor name:\tExample Chargers Co., Ltd.
Device Under Test:\tCharging Station

ID\tLimit / Setting\tValue
ORS-1\tGetConfigurationMaxKeys\t2O
ORS-11\tWebSocketPingInterval\t60

Configuration Setting\tConfigured Value\tDescription
SERVER_URL\tws://192.0.2.7/ocpp\t\x1b[31mred

Name\tMax Value\tUnit\tDescription
OCPP response timeout\t45\tseconds\tThe timeout.

Statement of Approval

Vendor\t\t
Name\tAnn Vendor\tDate: 2025-03-14
"""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.txt"
    path.write_text(CERTIFICATE, encoding="utf-8")
    return path


def test_a_profile_comes_out_on_stdout_and_warnings_on_stderr_a_line_each(certificate: Path) -> None:
    run = ocppscope("pics", "import", certificate)

    assert run.status == 0
    profile = tomllib.loads(run.out)
    assert profile["identity"]["name"] == "ex-60"
    assert profile["performance"]["kpis"]["ocpp_response_timeout"]["limit"]["value"] == 45
    assert "value" not in profile["settings"]["ORS-1"]
    assert run.err == "warning: ocr_suspect_token, settings.ORS-1: '2O' cannot be read\n"


def test_no_person_no_address_and_no_escape_sequence_gets_into_a_profile(certificate: Path) -> None:
    run = ocppscope("pics", "import", certificate)

    for private in ("Ann", "SOME", "192.0.2.7", "\x1b"):
        assert private not in run.out
    assert "SERVER_URL" in run.out


def test_a_profile_in_a_file_is_used_by_its_name(certificate: Path, tmp_path: Path) -> None:
    output = tmp_path / "ex-60.toml"

    run = ocppscope("pics", "import", certificate, "-o", output)

    assert (run.status, run.out) == (0, "")
    assert library.load(str(output)) == library.load(str(certificate))
    assert "OCPP response" in ocppscope("pics", "show", output).out


def test_a_file_that_is_there_is_overwritten_only_when_told_so(certificate: Path, tmp_path: Path) -> None:
    output = tmp_path / "ex-60.toml"
    output.write_text("mine", encoding="utf-8")

    refused = ocppscope("pics", "import", certificate, "-o", output)

    assert refused.status == 2
    assert "add --force" in refused.complaint
    assert output.read_text(encoding="utf-8") == "mine"
    assert ocppscope("pics", "import", certificate, "-o", output, "--force").status == 0
    assert library.load(str(output)).product == "EX-60"


def test_the_certificate_itself_is_never_overwritten(certificate: Path) -> None:
    run = ocppscope("pics", "import", certificate, "-o", certificate, "--force")

    assert run.status == 2
    assert "is the certificate itself" in run.complaint
    assert certificate.read_text(encoding="utf-8") == CERTIFICATE


def test_json_is_the_full_extraction_with_persons(certificate: Path) -> None:
    run = ocppscope("pics", "import", certificate, "--format", "json")

    data = json.loads(run.out)
    assert run.status == 0
    assert data["source_file"] == "certificate.txt"
    assert data["certificate"]["signatory"] == {
        "name": "SOME BODY", "role": "Chairman", "organisation": "Open Charge Alliance",
    }  # fmt: skip
    assert data["approval"]["vendor"]["name"] == "Ann Vendor"
    assert data["vendor_settings"][0]["value"] == "ws://192.0.2.7/ocpp"
    assert data["derived"]["limits"]["web_socket_ping_interval_s"] == 60
    assert data["warnings"][0]["code"] == "ocr_suspect_token"


def test_a_certificate_comes_from_stdin_too(certificate: Path) -> None:
    run = ocppscope("pics", "import", "-", stdin=certificate.read_bytes())

    assert run.out == ocppscope("pics", "import", certificate).out


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("letter.txt", b"Dear all,\n", "is no OCA certificate"),
        ("zip.pdf", b"PK\x03\x04" + b"\0" * 99, "is a zip archive"),
        ("empty.md", b"", "is empty"),
        ("noise.txt", b"lorem ipsum\n" * 1_000_000, "larger than 2 MB"),
    ],
    ids=["letter", "zip", "empty", "noise"],
)
def test_what_is_no_certificate_ends_in_one_line_and_status_2(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    run = ocppscope("pics", "import", path)

    assert run.status == 2
    assert reason in run.complaint
    assert ocppscope("pics", "show", path).status == 2


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_written_are_said(
    certificate: Path, tmp_path: Path
) -> None:
    assert "no such file" in ocppscope("pics", "import", tmp_path / "missing.txt").complaint

    run = ocppscope("pics", "import", certificate, "-o", tmp_path / "missing" / "x.toml")

    assert run.status == 2
    assert "No such file or directory" in run.err.splitlines()[-1]


def test_show_reads_a_certificate_on_the_fly(certificate: Path) -> None:
    run = ocppscope("pics", "show", certificate)

    assert run.status == 0
    assert "Example Chargers Co., Ltd. EX-60" in run.out
    assert "(left out)" in run.out
