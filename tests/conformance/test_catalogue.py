"""The rules against the catalogue that they were written from, where it is at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from ocppscope.conformance.registry import all_rules, rule
from ocppscope.protocol.version import OcppVersion

FAMILIES = {
    "RPC": 26, "CON": 15, "SES": 22, "CFG": 11, "TXN": 42, "STA": 10, "SCH": 16, "LAL": 7, "AUT": 3, "RES": 7, "FWU": 10,
    "SEC": 9, "PIC": 29,
}  # fmt: skip
"""How many rules each family has."""

ALSO_2_1 = {f"PIC-{number:03}" for number in (1, 2, 3, 4, 7, 8, 9, 11, 12, 13, 17, 24, 27)}
"""The catalogue says 1.6 and 2.0.1; what a certificate of 2.1 declares holds no less."""

EITHER = {"SES-018"}
"""The CSMS for asking; on 2.x also the station, for saying yes."""


@pytest.fixture(scope="module")
def catalogue(shared: Path) -> dict[str, Any]:
    entries = json.loads((shared / "domain" / "rules.json").read_text())
    return {entry["id"]: entry for entry in entries}


def test_every_family_is_whole() -> None:
    ids = [checked.id for checked in all_rules()]
    assert {family: sum(one.startswith(f"{family}-") for one in ids) for family in FAMILIES} == FAMILIES
    assert len(ids) == sum(FAMILIES.values()) == 207


def test_there_is_a_rule_for_each_entry_and_no_other(catalogue: dict[str, Any]) -> None:
    assert {checked.id for checked in all_rules()} == set(catalogue)


@pytest.mark.parametrize("rule_id", [checked.id for checked in all_rules()])
def test_severity_versions_and_fault_are_the_catalogues(catalogue: dict[str, Any], rule_id: str) -> None:
    entry, checked = catalogue[rule_id], rule(rule_id)
    assert checked is not None
    versions = {str(version) for version in checked.versions} - (
        {str(OcppVersion.V21)} if rule_id in ALSO_2_1 else set()
    )
    assert versions == set(entry["versions"].split())
    assert checked.severity.value == entry["severity"]
    assert (checked.at_fault or "either") == ("either" if rule_id in EITHER else entry["at_fault"])
