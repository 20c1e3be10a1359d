"""Which value a certificate rule compares with: the certificate's, the station's own, or none at all."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ocppscope.conformance.cipher_suites import iana_name
from ocppscope.conformance.example import profiles_of, records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Example, Requirement
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Finding
from ocppscope.pics import library
from ocppscope.pics.profile import Profile
from ocppscope.protocol.version import OcppVersion

PIC = [rule for rule in all_rules() if rule.id.startswith("PIC")]
CATALOGUE = Path(__file__).parents[3] / "shared" / "domain" / "rules.json"

BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"VENDOR","chargePointModel":"MODEL"}]\n'
BOOTED = '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":INTERVAL}]\n'
FOUR_KEYS = '< [2,"k","GetConfiguration",{"key":["A","B","C","D"]}]\n> [3,"k",{}]\n'
STACK_LEVEL_9 = (
    '< [2,"s","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":9,'
    '"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":'
    '{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}]\n> [3,"s",{"status":"Accepted"}]\n'
)


def found(script: str, profiles: Sequence[Profile], version: OcppVersion = OcppVersion.V16) -> list[Finding]:
    inspector = Inspector(profiles)
    records = records_of(Example("", script, version))
    findings = [finding for record in records for finding in inspector.observe(record).findings]
    return [finding for finding in findings if finding.rule.startswith("PIC")]


def declaring(text: str) -> tuple[Profile, ...]:
    return profiles_of(Example("", "", profile=text))


def told(key: str, value: str) -> str:
    return (
        f'< [2,"g","GetConfiguration",{{"key":["{key}"]}}]\n'
        f'> [3,"g",{{"configurationKey":[{{"key":"{key}","readonly":true,"value":"{value}"}}]}}]\n'
    )


def test_the_family_is_complete() -> None:
    assert [rule.id for rule in PIC] == [f"PIC-{number:03}" for number in range(1, 30)]
    assert {rule.requirement for rule in PIC} == {Requirement.CLAIM}


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue is not beside the repository")
def test_severity_and_fault_are_those_of_the_catalogue() -> None:
    catalogue = {row["id"]: row for row in json.loads(CATALOGUE.read_text(encoding="utf-8"))}
    for rule in PIC:
        row = catalogue[rule.id]
        assert (rule.severity, rule.at_fault or "either") == (row["severity"], row["at_fault"])
        # What 2.0.1 and 2.1 part 5 declare by the same ids is checked in both, where the catalogue says 2.0.1.
        assert {str(version) for version in rule.versions} - {"2.1"} == set(row["versions"].split())


def test_a_reported_value_that_differs_is_the_yardstick_and_evidence_names_both() -> None:
    (finding,) = found(told("chargeprofileMAXstacklevel", "7") + STACK_LEVEL_9, declaring("settings.ORS-14 = 5"))

    assert (finding.rule, finding.expected) == ("PIC-002", "<= 7")
    assert "maximum 7 that the station reports (ChargeProfileMaxStackLevel; declared: 5, ORS-14)" in finding.evidence


def test_without_a_reported_value_the_certificate_is_the_yardstick() -> None:
    (finding,) = found(STACK_LEVEL_9, declaring("settings.ORS-14 = 5"))

    assert (finding.rule, finding.expected) == ("PIC-002", "<= 5")
    assert "exceeds the declared maximum 5 (ORS-14)" in finding.evidence


def test_a_limit_that_a_person_wrote_says_so() -> None:
    (finding,) = found(STACK_LEVEL_9, declaring("settings.ORS-14 = 5\nlimits.charge_profile_max_stack_level = 8"))

    assert "declared maximum 8 (charge_profile_max_stack_level in the profile)" in finding.evidence


def test_a_reported_value_alone_is_no_claim() -> None:
    assert found(told("ChargeProfileMaxStackLevel", "7") + STACK_LEVEL_9, declaring("features.C-04 = true")) == []


@pytest.mark.parametrize("value", ["", "many", "5.5", "1e999", "9" * 400])
def test_a_reported_value_that_is_no_whole_number_is_passed_over(value: str) -> None:
    findings = found(told("ChargeProfileMaxStackLevel", value) + STACK_LEVEL_9, declaring("settings.ORS-14 = 5"))

    assert [finding.expected for finding in findings if finding.rule == "PIC-002"] in (["<= 5"], [])
    assert len(findings) <= 1


def test_a_value_that_was_changed_counts_once_the_station_agreed() -> None:
    change = '< [2,"c","ChangeConfiguration",{"key":"ChargeProfileMaxStackLevel","value":"20"}]\n> [3,"c",{"status":"STATUS"}]\n'
    profiles = declaring("settings.ORS-14 = 5")

    assert found(change.replace("STATUS", "Accepted") + STACK_LEVEL_9, profiles) == []
    assert len(found(change.replace("STATUS", "Rejected") + STACK_LEVEL_9, profiles)) == 1


def test_an_implausible_zero_switches_its_rule_off() -> None:
    ecarplug = library.load("ac-cpt-ocpp")
    send = (
        '< [2,"l","SendLocalList",{"listVersion":1,"updateType":"Full","localAuthorizationList":'
        '[{"idTag":"A1","idTagInfo":{"status":"Accepted"}}]}]\n> [3,"l",{"status":"Accepted"}]\n'
    )

    assert ecarplug.derived.limits["send_local_list_max_length"] is None
    assert found(send, [ecarplug]) == []


def test_a_contradictory_number_of_connectors_switches_its_rule_off() -> None:
    status = '> [2,"1","StatusNotification",{"connectorId":9,"errorCode":"NoError","status":"Available"}]\n'

    assert found(status, [library.load("ac-cpt-ocpp")]) == []
    assert [finding.rule for finding in found(status, [library.load("ets-mc-200")])] == ["PIC-009"]


def test_a_certificate_of_another_version_says_nothing() -> None:
    unlock = '< [2,"1","UnlockConnector",{"evseId":9,"connectorId":1}]\n> [3,"1",{"status":"Unlocked"}]\n'

    for profile in (library.load(name) for name in library.names()):
        assert found(unlock, [profile], OcppVersion.V201) == []
        assert found(unlock, [profile], OcppVersion.V21) == []


def test_of_several_products_each_station_is_held_against_its_own() -> None:
    profiles = [library.load("jc-9932-100-cu07"), library.load("ets-mc-200")]
    evsis = BOOT.replace("VENDOR", "EVSIS").replace("MODEL", "JC-9932-100-CU07") + BOOTED.replace("INTERVAL", "60")
    etess = BOOT.replace("VENDOR", "e-TESS").replace("MODEL", "ETS-MC-200") + BOOTED.replace("INTERVAL", "60")
    nobody = BOOT.replace("VENDOR", "Made").replace("MODEL", "Up") + BOOTED.replace("INTERVAL", "60")

    assert [finding.rule for finding in found(evsis + FOUR_KEYS, profiles)] == ["PIC-005"]  # at most 3 keys
    assert found(etess + FOUR_KEYS, profiles) == []  # at most 6
    assert found(nobody + FOUR_KEYS, profiles) == []


def test_the_boot_that_names_the_product_is_itself_held_against_it() -> None:
    profiles = [library.load("jc-9932-100-cu07"), library.load("ets-mc-200")]
    boot = (
        '> [2,"b","BootNotification",{"chargePointVendor":"EVSIS","chargePointModel":"JC-9932-100-CU07",'
        '"firmwareVersion":"0.0.2"}]\n'
    )

    (finding,) = found(boot, profiles)
    assert (finding.rule, finding.expected) == ("PIC-024", 'firmware "0.0.1"')


def test_a_csms_profile_is_no_yardstick_for_a_station() -> None:
    assert found(STACK_LEVEL_9 + FOUR_KEYS, [library.load("botaricsms1-0")]) == []


def test_a_location_with_a_password_is_not_repeated() -> None:
    fetch = '< [2,"1","GetDiagnostics",{"location":"ftp://user:hunter2@files.example/up"}]\n'

    (finding,) = found(fetch, declaring('settings.ORS-16 = ["HTTP"]'))
    assert "hunter2" not in repr(finding)


def test_no_evidence_speaks_of_compliance() -> None:
    for profile in (library.load(name) for name in library.names()):
        for finding in found(STACK_LEVEL_9 + FOUR_KEYS, [profile]):
            assert "complian" not in finding.evidence


@pytest.mark.parametrize(
    ("openssl", "iana"),
    [
        ("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
        ("AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
        ("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"),
        ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        ("DHE-RSA-AES256-SHA256", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"),
        ("ECDHE-ECDSA-AES256-CCM8", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"),
        ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        ("DES-CBC3-SHA", None),
        ("", None),
    ],
)
def test_suites_have_their_iana_names(openssl: str, iana: str | None) -> None:
    assert iana_name(openssl) == iana
