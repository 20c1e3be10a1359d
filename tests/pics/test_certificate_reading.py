"""What is read from certificates of every layout, version and device under test."""

import datetime as dt

import certificate_support as made_up
import pytest

from ocppscope.pics.certificate.importing import Imported, import_text, profile_name
from ocppscope.pics.declaration import MeasurandCells, Measurands
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def read(text: str) -> Imported:
    return import_text(text, "made-up.txt")


def codes(imported: Imported) -> list[str]:
    return [caveat.code for caveat in imported.warnings]


def where(imported: Imported, code: str) -> list[str]:
    return [caveat.where for caveat in imported.warnings if caveat.code == code]


@pytest.mark.parametrize(
    ("text", "layout", "dut", "version"),
    [
        (made_up.STATION_2022, "2022", Role.STATION, OcppVersion.V16),
        (made_up.STATION_2024, "2024", Role.STATION, OcppVersion.V16),
        (made_up.CSMS_2025, "2025", Role.CSMS, OcppVersion.V16),
        (made_up.STATION_2_0_1, "2025", Role.STATION, OcppVersion.V201),
    ],
    ids=["2022", "2024", "csms", "2.0.1"],
)
def test_layout_device_and_version_are_found(text: str, layout: str, dut: Role, version: OcppVersion) -> None:
    profile = read(text).profile

    assert (profile.certificate.layout, profile.dut, profile.ocpp_version) == (layout, dut, version)


def test_the_first_page_is_read() -> None:
    profile = read(made_up.STATION_2024).profile
    certificate, reference = profile.certificate, profile.certificate.reference

    assert (certificate.number, certificate.holder, certificate.date) == (
        "OCA.0016.0901.CS",
        "Example Chargers Co., Ltd.",
        dt.date(2025, 3, 14),
    )
    assert (profile.product, certificate.software_label, profile.software_version) == (
        "EX-60/A",
        "OCPP Software Version",
        "2.4.1",
    )
    assert reference is not None
    assert reference.security_whitepaper is not None
    assert (reference.edition, reference.specification_date, reference.errata, reference.errata_date) == (
        2,
        dt.date(2017, 9, 28),
        "v4.0",
        dt.date(2019, 10, 23),
    )
    assert (reference.security_whitepaper.edition, reference.security_whitepaper.version) == (3, "1.3")
    (evidence,) = certificate.evidence
    assert (evidence.performed_by, evidence.performed_on, evidence.pics_version) == (
        "Example Test House",
        dt.date(2025, 3, 12),
        "1.1.6",
    )


def test_a_designation_that_holds_the_software_version_too_is_taken_apart() -> None:
    imported = read(made_up.STATION_2022)

    assert imported.profile.product == "EX-1"
    assert imported.profile.certificate.software_label == "OCPP Software version"
    assert imported.profile.software_version == "1.0.0"
    assert "composite_cell_split" in codes(imported)


def test_persons_and_places_are_read_but_kept_out_of_the_profile() -> None:
    imported = read(made_up.STATION_2024)

    assert imported.signatures.signatory.name == "SOME BODY"
    assert imported.signatures.vendor.name == "Ann Vendor"
    assert imported.signatures.vendor.date == dt.date(2025, 3, 13)
    assert (imported.signatures.laboratory.name, imported.signatures.laboratory.reviewer) == (
        "Ben Tester",
        "Cat Checker",
    )
    assert imported.signatures.test_location == "ETH Lab 3"
    assert not any(word in str(imported.profile) for word in ("SOME BODY", "Vendor'", "Tester", "Checker", "Nowhere"))


def test_addresses_are_kept_out_of_the_profile_and_stay_in_the_full_reading() -> None:
    imported = read(made_up.STATION_2024)

    assert [(row.key, row.value) for row in imported.full.vendor_settings] == [
        ("SERVER_ADDRESS", "192.0.2.7"),
        ("Tariff", "12.5,cents"),
    ]
    assert [(row.key, row.value) for row in imported.profile.vendor_settings] == [
        ("SERVER_ADDRESS", None),
        ("Tariff", "12.5,cents"),
    ]


def test_yes_no_numbers_words_and_lists_are_told_apart() -> None:
    profile = read(made_up.STATION_2024).profile

    hardware = {id_: row.value for id_, row in profile.hardware_features.items()}
    assert hardware == {"HFS-1": True, "HFS-3": True, "HFS-4": False, "HFS-8": 2, "HFS-9": ("Ethernet", "Wi-Fi")}
    assert profile.features["C-06"].value is None
    assert profile.features["C-06"].raw == ""
    assert profile.features["F-1"].value is False
    assert profile.additional_questions["AQ-4"].value is True
    assert profile.settings["ORS-16"].value == ("FTP", "HTTP")


def test_measurands_keep_both_columns_and_the_vendors_sorted() -> None:
    row = read(made_up.STATION_2024).profile.features["C-09.1"]

    assert row.value == Measurands(("Voltage", "SoC"), ("Power.Offered", "SoC", "Voltage"))
    assert row.raw == MeasurandCells("Voltage SoC", "SoC, Voltage, Power.Offered")


def test_rows_know_their_group() -> None:
    profile = read(made_up.STATION_2024).profile

    assert {id_: row.group for id_, row in (profile.features | profile.settings).items()} == {
        "C-01": "core",
        "C-04": "core",
        "C-06": "core",
        "C-06.1": "core",
        "C-09": "core",
        "C-09.1": "core",
        "F-1": "firmware_management",
        "SEC-1": "security",
        "SEC-2": "security",
        "ORS-1": "general",
        "ORS-7": "general",
        "ORS-14": "smart_charging",
        "ORS-16": "firmware_management",
    }


def test_profiles_that_were_not_tested_are_not_certified() -> None:
    profile = read(made_up.STATION_2024).profile

    assert [(result.name, result.kind, result.result) for result in profile.profiles] == [
        ("Core", "profile", "Pass"),
        ("Firmware Management", "profile", "Pass"),
        ("Smart Charging", "profile", "Not Tested"),
        ("Security extension", "extension", "Pass"),
    ]
    assert profile.derived.feature_profiles == ("Core", "FirmwareManagement")
    assert profile.derived.security_profiles == (2,)


def test_both_performance_tables_become_one_figure_each() -> None:
    kpis = read(made_up.STATION_2024).profile.performance.kpis

    assert {key: kpi.limit and kpi.limit.value for key, kpi in kpis.items()} == {
        "ocpp_response_timeout": 45,
        "ocpp_triggered_function_timeout": 50,
    }
    measured = kpis["ocpp_response_timeout"].measured
    assert measured is not None
    assert (measured.min, measured.max, measured.avg, measured.value, measured.resolution_s) == (
        0.1,
        2.5,
        0.75,
        None,
        0.01,
    )
    assert measured.raw == {"min": "0.10", "max": "2.50", "avg": "0.75"}


def test_the_performance_table_of_2022_has_one_coarse_figure() -> None:
    imported = read(made_up.STATION_2022)
    measured = imported.profile.performance.kpis["ocpp_response_timeout"].measured

    assert measured is not None
    assert (measured.value, measured.max, measured.resolution_s, measured.raw) == (38, None, 1, "00:00:38")
    assert where(imported, "coarse_resolution") == ["performance.kpis.*.measured"]


def test_a_figure_of_another_name_is_kept_under_that_name() -> None:
    kpis = read(made_up.CSMS_2025).profile.performance.kpis

    assert kpis["authorize_response_time"].limit is not None
    assert kpis["time_to_first_light"].label == "Time to first light"
    assert kpis["time_to_first_light"].limit is not None
    assert kpis["time_to_first_light"].limit.value == 2.5


def test_rows_of_a_csms_are_kept_and_only_their_names_mean_something() -> None:
    derived = read(made_up.CSMS_2025).profile.derived

    assert derived.feature_profiles == ("Core", "Reservation")
    assert derived.security_profiles == (2,)
    assert derived.local_start is None
    assert derived.connectors is None


def test_ids_of_2_0_1_have_the_meaning_of_2_0_1() -> None:
    imported = read(made_up.STATION_2_0_1)
    derived = imported.profile.derived

    assert derived.authorization_cache is False
    assert derived.charging_rate_units == ("A", "W")
    assert derived.measurands_sampled == ("SoC", "Voltage")
    assert derived.cipher_suites == ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",)
    assert derived.current_type == ("DC",)
    assert derived.security_profiles == (2, 3)
    assert derived.connectors is None, "HFS-8 counts EVSEs in 2.0.1"
    assert derived.local_start is None, "C-07 is the master pass in 2.0.1"
    assert set(derived.limits.values()) == {None}
    assert where(imported, "unknown_id") == ["settings"]


def test_the_damage_of_a_2022_certificate_is_mended_and_said() -> None:
    imported = read(made_up.STATION_2022)
    profile = imported.profile

    assert profile.test_report.laboratory == "Example Test House"
    assert profile.test_report.reference == "ETH-1.6-006-2022"
    assert profile.test_report.device_under_test == "Charging Station"
    assert [(result.name, result.kind, result.description) for result in profile.profiles] == [
        ("Core", "core", "Basic Charging Station functionality for booting."),
        ("Local Authorization List Management", "optional", "Features to manage a local list."),
    ]
    assert profile.test_configuration is not None
    assert profile.test_configuration.software_version == "1.0.0"
    assert profile.hardware_feature_set_2022["fixed_cable"].value is True
    assert profile.hardware_feature_set_2022["rfid_readers"].raw == "Single | Single"
    assert profile.non_ocpp_configuration == ()
    assert {
        "ocr_suspect_token", "single_cell_header", "split_cell_joined", "split_cell_overlap", "truncated_name",
        "single_cell_row", "markup_stripped", "duplicate_cell", "placeholder_value", "noise_dropped",
        "holder_spelling_differs",
    } <= set(codes(imported))  # fmt: skip


def test_the_configuration_of_2022_keeps_order_and_duplicates_and_joins_what_was_split() -> None:
    imported = read(made_up.STATION_2022)
    keys = imported.profile.configuration_keys

    assert [(key.key, key.value) for key in keys] == [
        ("ConnectorPhaseRotation", ("RST",)),
        ("GetConfigurationMaxKeys", 50),
        ("MeterValuesAlignedDataMaxLength", 10),
        ("MeterValuesAlignedDataMaxLength", 0),
        ("NumberOfConnectors", 1),
        ("SupportedFeatureProfiles", ("Core", "LocalAuthListManagement", "RemoteTrigger")),
        ("LocalAuthListEnabled", True),
        ("LocalAuthListEnabled", True),
        ("LocalAuthListMaxLength", 0),
        ("ChargingScheduleAllowedChargingRateUnit", ("Current",)),
        ("SupportedFileTransferProtocols", ("HTTP", "HTTPS")),
    ]
    assert (keys[6].line_key, keys[6].raw) == ("LocalAuthListEpobled", "TDUE")
    assert imported.profile.derived.limits["meter_values_aligned_data_max_length"] == 10
    assert imported.profile.derived.limits["local_auth_list_max_length"] is None
    assert {
        "continuation_after_key", "continuation_before_key", "duplicate_key_conflict", "duplicate_key_ocr",
        "nonstandard_value", "implausible_zero",
    } <= set(codes(imported))  # fmt: skip


def test_a_table_that_goes_on_after_a_page_break_is_one_table() -> None:
    header = "ID\tSecurity Extension\tSupported / Present\n"
    second = "SEC-2\tSecurity Profile 2"
    text = made_up.STATION_2024.replace(
        second, f"\nAuthenticity of this certificate can be verified at www.openchargealliance.org\n\n{header}{second}"
    )

    imported = read(text)

    assert imported.profile.features["SEC-2"].value is True
    assert where(imported, "page_break_in_table") == ["features.SEC-2"]
    assert "page_break_in_table" not in codes(read(made_up.STATION_2024.replace(second, f"\n{header}{second}")))


def test_a_label_in_look_alike_letters_is_read() -> None:
    text = made_up.STATION_2022.replace("DUT / SUT\t", "Ту\u0440\u0435\tEX-ONE\nDUT / SUT\t")

    imported = read(text)

    assert imported.profile.test_configuration is not None
    assert imported.profile.test_configuration.type == "EX-ONE"
    assert where(imported, "homoglyph") == ["test_configuration.type"]


@pytest.mark.parametrize(
    ("heading", "cut"), [("Test Result Summary\n\n", "sult Summary\n\n"), ("Limit / setting\tValue\t\n", "\nue\n\n")]
)
def test_the_stub_of_a_heading_or_header_row_is_recognised(heading: str, cut: str) -> None:
    imported = read(made_up.STATION_2022.replace(heading, cut, 1))

    assert where(imported, "truncated_heading") == [f'heading "{cut.strip()}"']
    assert imported.profile.test_report.laboratory == "Example Test House"


def test_a_connector_type_with_a_misread_letter_is_mended_and_an_unknown_one_is_not() -> None:
    imported = read(made_up.STATION_2024.replace("1\tAC\t3\tsType2", "1\tDC\t\tcCCSI"))

    assert [(each.type, each.type_raw, each.phases) for each in imported.profile.connectors] == [
        ("cCCS1", "cCCSI", None),
        ("sTypeZ", "sTypeZ", 1),
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("March 12, 2025", "March 15, 2025"), "certificate.evidence[0].performed_on"),
        (("EX-60_v1.1.6", "EX-60_v1.1.6_250401"), "certificate.evidence[0].document"),
        (("Date: 2025-03-13", "Date: 2025-03-01"), "approval"),
        (("Date: 2025-03-13", "Date: 2025-03-20"), "approval"),
    ],
)
def test_dates_in_the_wrong_order_are_noticed(change: tuple[str, str], place: str) -> None:
    assert "date_order" not in codes(read(made_up.STATION_2024))
    assert place in where(read(made_up.STATION_2024.replace(*change)), "date_order")


def test_a_profile_is_named_after_the_product() -> None:
    assert profile_name("AC/CPT_OCPP") == "ac-cpt-ocpp"
    assert profile_name("…") == "product"


def test_names_of_lists_are_joined_where_split_and_spelled_as_the_standard_does() -> None:
    text = made_up.STATION_2024.replace("SoC, Voltage, Power.Offered", "soc, Voltage, Power. Offered, Volume")
    imported = read(text.replace("ftp http", "http/https, gopher"))

    assert imported.profile.features["C-09.1"].value == Measurands(
        ("Voltage", "SoC"), ("Power.Offered", "SoC", "Voltage", "Volume")
    )
    assert imported.profile.settings["ORS-16"].value == ("HTTP", "HTTPS", "GOPHER")
    assert where(imported, "split_cell_joined") == ["features.C-09.1"]
    assert where(imported, "nonstandard_value") == ["features.C-09.1", "settings.ORS-16", "connectors[*].type_raw"]


def test_cipher_suites_that_were_broken_are_whole_again() -> None:
    text = made_up.STATION_2_0_1.replace("_128_GCM_SHA256", "_128_GCM_ SHA256 TLS_RSA_WITH_AES_256_GCM_SHA384")

    assert read(text).profile.derived.cipher_suites == (
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
    )


@pytest.mark.parametrize("cell", ["-", "N/A", "<>"])
def test_a_cell_that_says_it_is_empty_is_empty(cell: str) -> None:
    imported = read(made_up.STATION_2024.replace("GetConfigurationMaxKeys\t20", f"GetConfigurationMaxKeys\t{cell}"))

    assert (imported.profile.settings["ORS-1"].value, imported.profile.settings["ORS-1"].raw) == (None, cell)
    assert where(imported, "placeholder_value") == ["settings.ORS-1"]


def test_measurands_that_were_tested_but_are_not_supported_are_a_contradiction() -> None:
    imported = read(made_up.STATION_2024.replace("Voltage SoC\t", "Voltage SoC Temperature\t"))

    assert "features.C-09.1" in where(imported, "inconsistent")


def test_columns_right_of_a_configuration_value_are_not_part_of_it() -> None:
    text = made_up.STATION_2022.replace(
        "Configuration key\tValue\t\t\nConnector", "Configuration key\tValue\tAccess\t\nConnector"
    )

    imported = read(text.replace("GetConfigurationMaxKeys\t50\t", "GetConfigurationMaxKeys\t50\tR"))

    assert imported.profile.derived.limits["get_configuration_max_keys"] == 50


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("March 14, 2025", dt.date(2025, 3, 14)),
        ("14 March 2025", dt.date(2025, 3, 14)),
        ("Mar. 14th, 2025", dt.date(2025, 3, 14)),
        ("2025-03-14", dt.date(2025, 3, 14)),
        ("2025. 3. 14", dt.date(2025, 3, 14)),
        ("14/03/2025", dt.date(2025, 3, 14)),
        ("03/14/2025", dt.date(2025, 3, 14)),
        ("03/04/2025", None),
        ("February 31, 2025", None),
        ("soon", None),
    ],
)
def test_dates_are_read_in_every_form_that_means_one_day(printed: str, day: dt.date | None) -> None:
    imported = read(made_up.STATION_2024.replace("Date: March 14, 2025", f"Date: {printed}"))

    assert imported.profile.certificate.date == day
    assert ("certificate.certification_date" in where(imported, "ocr_suspect_token")) is (day is None)


def test_a_name_that_goes_on_in_the_row_below_is_one_name() -> None:
    text = made_up.STATION_2024.replace(
        "Firmware Management\tPass\tSupport for firmware", "Firmware\tPass\tSupport for\nManagement\t\tfirmware"
    )

    assert read(text).profile.profiles == read(made_up.STATION_2024).profile.profiles


def test_a_value_that_goes_on_below_its_column_is_one_value() -> None:
    text = made_up.STATION_2024.replace("ETH Lab 3", "ETH Lab\n\t3")

    assert read(text).signatures.test_location == "ETH Lab 3"
