"""The built-in profiles against the certificates that they come from, and against the extractions made by hand.

The certificates lie beside the repository where they are at hand. What must hold without them stands in the first tests.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ocppscope.pics import library
from ocppscope.pics.declaration import Measurands, Row
from ocppscope.pics.extraction import extraction
from ocppscope.pics.profile import Profile

SOURCES = {
    "evon200-40p-2cr": "000_85e8864b3dca45fa",
    "botaricsms1-0": "001_928f43917faf8ddc",
    "jc-9932-100-cu07": "002_9c13cd2178ce7913",
    "ets-mc-200": "003_0c97be7ba12623f8",
    "ac-cpt-ocpp": "004_59efd2779a3cf1ab",
}
BY_HAND = ("evon200-40p-2cr", "ac-cpt-ocpp")

IP_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(\.\d{1,3}){3}(?![\w.])")
ID_ROW = re.compile(r"(HFS|AQ|ORS|SEC|C|LA|RT|R|SC|F)-\d+(\.\d+)?")


@pytest.mark.parametrize(
    ("name", "limits", "measured"),
    [
        ("evon200-40p-2cr", (60, 60, 60, 60), ((0.30, 3.35, 0.95), (0.30, 1.40, 1.02), (26.97,) * 3, (2.34,) * 3)),
        ("jc-9932-100-cu07", (30, 30, 30, 30), ((0.34, 0.87, 0.41), (0.68, 1.48, 0.79), (4.97,) * 3, (6.11, 27.05, 16.58))),
        ("ets-mc-200", (60, 60, 120, 120), ((0.26, 0.60, 0.29), (0.82, 9.17, 3.56), (32.99,) * 3, (4.33,) * 3)),
    ],
)  # fmt: skip
def test_the_performance_tables_of_2024_on_are_as_printed(
    name: str, limits: tuple[int, ...], measured: tuple[tuple[float, ...], ...]
) -> None:
    kpis = library.load(name).performance.kpis

    assert list(kpis) == [
        "ocpp_response_timeout",
        "ocpp_triggered_function_timeout",
        "remote_start_authorization_time",
        "remote_stop_authorization_end_time",
    ]
    assert tuple(kpi.limit and kpi.limit.value for kpi in kpis.values()) == limits
    assert (
        tuple(kpi.measured and (kpi.measured.min, kpi.measured.max, kpi.measured.avg) for kpi in kpis.values())
        == measured
    )


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("botaricsms1-0", {"ocpp_response_timeout": (10, 1), "authorize_response_time": (10, 0)}),
        (
            "ac-cpt-ocpp",
            {
                "ocpp_triggered_function_timeout": (60, 10),
                "ocpp_response_timeout": (60, 38),
                "remote_start_response_time": (60, 0),
            },
        ),
    ],
)
def test_the_performance_table_of_2022_is_as_printed(name: str, figures: dict[str, tuple[int, int]]) -> None:
    kpis = library.load(name).performance.kpis

    assert {
        key: (kpi.limit and kpi.limit.value, kpi.measured and kpi.measured.value) for key, kpi in kpis.items()
    } == figures
    assert {kpi.measured and kpi.measured.resolution_s for kpi in kpis.values()} == {1}


def test_the_evsis_station_limits_are_as_printed() -> None:
    derived = library.load("jc-9932-100-cu07").derived

    assert {key: value for key, value in derived.limits.items() if value is not None} == {
        "get_configuration_max_keys": 3,
        "meter_values_aligned_data_max_length": 8,
        "meter_values_sampled_data_max_length": 8,
        "meter_value_sample_interval_min_s": 0,
        "meter_value_sample_interval_max_s": 300,
        "heartbeat_interval_min_s": 0,
        "heartbeat_interval_max_s": 60,
        "stop_txn_aligned_data_max_length": 8,
        "stop_txn_sampled_data_max_length": 8,
        "web_socket_ping_interval_s": 0,
        "local_auth_list_max_length": 100_000,
        "send_local_list_max_length": 100,
        "charge_profile_max_stack_level": 5,
        "charging_schedule_max_periods": 24,
    }
    assert derived.security_profiles == (1, 2, 3)
    assert derived.firmware_update_kind == "signed"
    assert derived.file_transfer_protocols == ("HTTP", "FTP", "HTTPS")
    assert derived.charging_rate_units == ("A",)
    assert derived.connectors == 2


def test_the_e_tess_station_limits_are_as_printed() -> None:
    derived = library.load("ets-mc-200").derived

    assert {key: value for key, value in derived.limits.items() if value is not None} == {
        "get_configuration_max_keys": 6,
        "meter_value_sample_interval_min_s": 1,
        "meter_value_sample_interval_max_s": 65535,
        "heartbeat_interval_min_s": 1,
        "heartbeat_interval_max_s": 65535,
        "stop_transaction_max_meter_values": 1,
        "web_socket_ping_interval_s": 300,
        "local_auth_list_max_length": 9999,
        "send_local_list_max_length": 9999,
        "charge_profile_max_stack_level": 10,
        "charging_schedule_max_periods": 24,
    }
    assert derived.security_profiles == ()
    assert derived.firmware_update_kind == "unsigned"
    assert derived.file_transfer_protocols == ("FTP",)
    assert derived.connectors == 1


@pytest.mark.parametrize("name", SOURCES)
def test_no_profile_holds_anything_that_looks_like_an_ip_address(name: str) -> None:
    assert IP_ADDRESS.findall(library.built_in(name)) == []


@cache
def certificate(shared: Path, name: str) -> str:
    return (shared / "certificates" / f"{SOURCES[name]}.txt").read_text(encoding="utf-8")


def signed_by(text: str) -> Iterator[str]:
    """The names of persons in a certificate: the chairman's, and those of the approval section."""
    chairman = re.search(r"For the Open Charge Alliance:\s+\**(.+?)(\**\s*\n|\s+Chairman)", text)
    assert chairman is not None
    yield chairman[1].strip("* ")
    approval = text[text.index("Statement of Approval") :]
    yield from re.findall(r"^Name(?: reviewer)?\t([^\t\n]+)", approval, re.MULTILINE)


@pytest.mark.parametrize("name", SOURCES)
def test_no_profile_names_a_person_who_signed_anything(shared: Path, name: str) -> None:
    persons = {person for source in SOURCES for person in signed_by(certificate(shared, source))}
    assert len(persons) >= 6
    words = persons | {word for person in persons for word in re.findall(r"\w{4,}", person)}

    profile = library.built_in(name)

    assert [word for word in words if re.search(rf"\b{word}\b", profile, re.IGNORECASE)] == []


def test_the_profile_of_the_certificate_with_a_station_id_leaves_it_out(shared: Path) -> None:
    text = certificate(shared, "ets-mc-200")
    private = [re.search(rf"^{key}\t([^\t]+)", text, re.MULTILINE) for key in ("SERVER_ADDRESS", "SERVER_CPID")]

    assert all(match is not None and match[1] not in library.built_in("ets-mc-200") for match in private)
    withheld = {row.key for row in library.load("ets-mc-200").vendor_settings if row.value is None}
    assert withheld == {"SERVER_ADDRESS", "SERVER_CPID"}


def tables(profile: Profile) -> dict[str, Row]:
    return (
        profile.hardware_features
        | profile.features
        | profile.additional_questions
        | profile.settings
        | profile.hardware_feature_set_2022
    )


def raw_cells(profile: Profile) -> Iterator[str]:
    """Every raw cell of a profile."""
    for row in [*tables(profile).values(), *profile.other_limits]:
        if isinstance(row.raw, str):
            yield from row.raw.split(" | ")  # two cells with the same content
        elif row.raw is not None:
            yield from (row.raw.tested, row.raw.vendor)
    for kpi in profile.performance.kpis.values():
        if kpi.limit and kpi.limit.raw:
            yield kpi.limit.raw
        if kpi.measured and kpi.measured.raw:
            yield from [kpi.measured.raw] if isinstance(kpi.measured.raw, str) else kpi.measured.raw.values()
    yield from (connector.type_raw for connector in profile.connectors if connector.type_raw)
    yield from (row.value for row in profile.vendor_settings if row.value)


@pytest.mark.parametrize("name", SOURCES)
def test_every_raw_cell_stands_in_the_certificate(shared: Path, name: str) -> None:
    profile = library.load(name)
    cells = {re.sub(r"</?b>|\*\*", "", cell).strip() for cell in re.split(r"[\t\n]", certificate(shared, name))}

    assert [raw for raw in raw_cells(profile) if raw not in cells] == []


@pytest.mark.parametrize("name", SOURCES)
def test_every_configuration_key_stands_in_the_certificate_with_its_value(shared: Path, name: str) -> None:
    text = certificate(shared, name)
    for key in library.load(name).configuration_keys:
        printed = key.line_key or key.key
        if any("split" in correction for correction in key.corrections):
            squeezed = re.sub(r"\s", "", text.replace(printed, ""))
            assert re.sub(r"\s", "", key.raw or "") in squeezed
        else:
            assert re.search(rf"^{printed}\t\s*{re.escape(key.raw or '')}\s*$", text, re.MULTILINE), printed


@pytest.mark.parametrize("name", SOURCES)
def test_every_row_with_an_id_is_there_as_printed_and_no_other(shared: Path, name: str) -> None:
    printed = {}
    for line in certificate(shared, name).splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if ID_ROW.fullmatch(cells[0]):
            printed[cells[0]] = (cells[1], *cells[2:])

    profile = library.load(name)
    held = {id_: row for id_, row in tables(profile).items() if ID_ROW.fullmatch(id_)}

    assert held.keys() == printed.keys()
    for id_, row in held.items():
        label, *cells = printed[id_]
        assert row.label == label
        cell = row.raw if isinstance(row.raw, str) else row.raw and f"{row.raw.tested}\t{row.raw.vendor}"
        assert cell == "\t".join(cells).strip(), id_
        assert row.value == meaning(id_, cells), id_


def meaning(id_: str, cells: list[str]) -> object:
    """What a cell means, said once more and differently."""
    if id_ in {"C-09.1", "C-09.2"}:
        tested, vendor = (tuple(re.findall(r"[^\s,]+", cell)) for cell in cells)
        return Measurands(tested, tuple(sorted(vendor)))
    (cell,) = cells[:1]
    if id_ == "ORS-16":
        return tuple(word.upper() for word in re.findall(r"\w+", cell))
    if id_ in {"C-12", "SEC-4"}:
        return tuple(re.findall(r"TLS_\w+", cell))
    known = {"yes": True, "no": False, "true": True, "false": False, "": None}
    return known[cell.lower()] if cell.lower() in known else int(cell) if cell.isdecimal() else cell


@pytest.mark.parametrize("name", SOURCES)
def test_the_identity_stands_in_the_certificate(shared: Path, name: str) -> None:
    profile, text = library.load(name), certificate(shared, name)
    certified, report = profile.certificate, profile.test_report

    for fact in (profile.product, profile.software_version, certified.number, certified.holder, certified.product_type,
                 certified.software_label, *(evidence.document for evidence in certified.evidence)):  # fmt: skip
        assert fact is not None
        assert fact in text
    squeezed = re.sub(r"\s", "", text)
    for fact in (report.reference, report.laboratory):
        assert fact is not None
        assert re.sub(r"\s", "", fact) in squeezed
    assert certified.date is not None
    assert f"{certified.date:%B} {certified.date.day}, {certified.date.year}" in text


def personal_or_incidental(path: str) -> bool:
    """What a profile leaves out on purpose: who signed, where the laboratory is, the name of the text file."""
    return path.startswith(("approval.", "certificate.signatory", "source_file")) or path in {
        "test_report.laboratory_location",
        "test_report.test_location",
    }


def facts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from facts(item, f"{path}.{key}" if path else key)
    else:
        yield path, value


@pytest.mark.parametrize("name", BY_HAND)
def test_the_profile_agrees_with_the_extraction_made_by_hand(shared: Path, name: str) -> None:
    expected = json.loads((shared / "certificates" / "expected" / f"{SOURCES[name]}.json").read_text(encoding="utf-8"))
    warnings = expected.pop("warnings")

    found = json.loads(json.dumps(extraction(library.load(name))))

    held = dict(facts(found))
    differing = [
        path for path, fact in facts(expected) if not personal_or_incidental(path) and held.get(path, "absent") != fact
    ]
    assert differing == []
    codes = sorted(warning["code"] for warning in warnings if warning["where"] != "approval")
    assert sorted(warning["code"] for warning in found["warnings"]) == codes
