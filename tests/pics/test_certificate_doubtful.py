"""Cells that cannot be trusted: a warning and no limit, never a guess."""

import certificate_support as made_up
import pytest

from ocppscope.pics.certificate.document import CertificateError
from ocppscope.pics.certificate.importing import Imported, import_text


def read(text: str) -> Imported:
    return import_text(text, "made-up.txt")


def changed(*changes: tuple[str, str], text: str = made_up.STATION_2024) -> Imported:
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return read(text)


def warned(imported: Imported, code: str, where: str) -> bool:
    return any(caveat.code == code and caveat.where == where for caveat in imported.warnings)


@pytest.mark.parametrize(
    "cell", ["2O", "20 s", "-20", "2.5", "1,000", "²", "٢٠", "Yes", "20|30", "0x14", "20a", "twenty"]
)
def test_a_setting_that_is_no_whole_number_is_no_limit(cell: str) -> None:
    imported = changed(("GetConfigurationMaxKeys\t20", f"GetConfigurationMaxKeys\t{cell}"))

    row = imported.profile.settings["ORS-1"]
    assert (row.value, row.raw) == (None, cell)
    assert warned(imported, "ocr_suspect_token", "settings.ORS-1")
    assert imported.profile.derived.limits["get_configuration_max_keys"] is None


@pytest.mark.parametrize("cell", ["Ycs", "N0", "Yes/No", "1", "–", "TDUE"])
def test_an_answer_that_is_neither_yes_nor_no_is_none(cell: str) -> None:
    imported = changed(("Authorization Cache\tYes", f"Authorization Cache\t{cell}"))

    assert imported.profile.features["C-04"].value is None
    assert imported.profile.features["C-04"].raw == cell
    assert warned(imported, "ocr_suspect_token", "features.C-04")
    assert imported.profile.derived.authorization_cache is None


@pytest.mark.parametrize("cell", ["YES", "true", "<yes></yes>", "<Yes/>", "Y\u0435s"])
def test_yes_is_yes_in_many_spellings(cell: str) -> None:
    assert changed(("Authorization Cache\tYes", f"Authorization Cache\t{cell}")).profile.features["C-04"].value is True


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("4O\tseconds", "ocr_suspect_token"),
        ("45\t", "ocr_suspect_token"),
        ("45\tminutes", "ocr_suspect_token"),
        ("45000\tms", "ocr_suspect_token"),
        ("45s\tms", "ocr_suspect_token"),
        ("4,5\tseconds", "ocr_suspect_token"),
        ("0\tseconds", "implausible_zero"),
        ("-5\tseconds", "ocr_suspect_token"),
        ("1e3\tseconds", "ocr_suspect_token"),
        ("45\t7\tseconds", "inconsistent"),
    ],
)
def test_a_maximum_that_is_no_number_of_seconds_is_no_limit(cells: str, code: str) -> None:
    imported = changed(("timeout\t45\tseconds", f"timeout\t{cells}"))

    kpi = imported.profile.performance.kpis["ocpp_response_timeout"]
    assert kpi.limit is not None
    assert (kpi.limit.value, kpi.limit.raw) == (None, cells.split("\t", maxsplit=1)[0])
    assert warned(imported, code, "performance.kpis.ocpp_response_timeout.limit")
    assert imported.profile.kpi_limit("ocpp_response_timeout") is None
    assert imported.profile.kpi_limit("ocpp_triggered_function_timeout") == 50


@pytest.mark.parametrize("cells", ["2.50\t0.10\t0.75", "0.10\t2.50\t9.75", "0.1O\t2.50\t0.75", "0.10\t2.50\t–"])
def test_measurements_that_contradict_each_other_or_cannot_be_read_are_dropped(cells: str) -> None:
    imported = changed(("0.10\t2.50\t0.75", cells))

    measured = imported.profile.performance.kpis["ocpp_response_timeout"].measured
    assert measured is not None
    assert measured.raw == dict(zip(("min", "max", "avg"), cells.split("\t"), strict=True))
    assert None in (measured.min, measured.max, measured.avg)
    assert any(
        caveat.where.startswith("performance.kpis.ocpp_response_timeout.measured") for caveat in imported.warnings
    )


def test_a_row_above_others_has_no_value_of_its_own() -> None:
    imported = changed(("Authorization status after cable disconnected on EV side\t", "Authorization status\tYes"))

    assert imported.profile.features["C-06"].value is None
    assert imported.profile.features["C-06"].raw == "Yes"
    assert warned(imported, "ocr_suspect_token", "features.C-06")


def test_a_limit_that_is_printed_twice_and_differently_is_none() -> None:
    row = "ORS-14\tChargingProfileMaxStackLevel\t9"
    imported = changed((row, f"{row}\nORS-14\tChargingProfileMaxStackLevel\t8"))

    assert imported.profile.derived.limits["charge_profile_max_stack_level"] is None
    assert warned(imported, "inconsistent", "settings.ORS-14")
    assert changed((row, f"{row}\n{row}")).profile.derived.limits["charge_profile_max_stack_level"] == 9


def test_a_maximum_that_is_printed_twice_and_differently_is_none() -> None:
    row = "OCPP response timeout\t45\tseconds\t"
    imported = changed((row, f"{row}\nOCPP response timeout\t54\tseconds\t"))

    assert imported.profile.kpi_limit("ocpp_response_timeout") is None
    assert warned(imported, "inconsistent", "performance.kpis.ocpp_response_timeout.limit")


@pytest.mark.parametrize(
    "label", ["ChargingScheduleMaxPeriods", "Minimum HeartbeatInterval supported", "Something else"]
)
def test_an_id_with_the_label_of_another_one_means_nothing(label: str) -> None:
    imported = changed(("ChargingProfileMaxStackLevel", label))

    assert imported.profile.settings["ORS-14"].value == 9
    assert warned(imported, "inconsistent", "settings.ORS-14")
    assert imported.profile.derived.limits["charge_profile_max_stack_level"] is None


@pytest.mark.parametrize("label", ["Charging ProfileMaxStack Level", "ChargingProfileMaxStackLeve1"])
def test_a_label_with_a_blank_or_a_misread_letter_is_the_same_label(label: str) -> None:
    derived = changed(("ChargingProfileMaxStackLevel", label)).profile.derived

    assert derived.limits["charge_profile_max_stack_level"] == 9


def test_a_table_without_its_header_row_is_read_only_where_its_labels_prove_the_columns() -> None:
    imported = changed(
        ("ID\tLimit / Setting\tValue\n", ""), ("ID\tCertification Profile: Smart Charging\tValue\n", ""),
        ("ChargingProfileMaxStackLevel", "Stack level"),
    )  # fmt: skip

    assert imported.profile.derived.limits["get_configuration_max_keys"] == 20
    assert imported.profile.settings["ORS-14"].value is None
    assert warned(imported, "missing_column", "settings.ORS-14")


def test_a_table_without_its_value_column_gives_rows_without_values() -> None:
    imported = changed(("ID\tLimit / Setting\tValue\n", "ID\tLimit / Setting\n"))

    assert imported.profile.settings["ORS-1"].value is None
    assert imported.profile.derived.limits["get_configuration_max_keys"] is None


def test_columns_in_another_order_are_read_by_their_header() -> None:
    text = "\n".join(
        "\t".join([cells[0], cells[2], cells[1]]) if (cells := line.split("\t"))[0] in {"ID", "ORS-1", "ORS-7"} and len(cells) == 3
        and cells[1] in {"Limit / Setting", "GetConfigurationMaxKeys", "Maximum HeartbeatInterval supported"} else line
        for line in made_up.STATION_2024.split("\n")
    )  # fmt: skip
    assert "ORS-1\t20\tGetConfigurationMaxKeys" in text

    assert read(text).profile.derived.limits["get_configuration_max_keys"] == 20


def test_measurements_without_their_minimum_and_average_are_not_taken_for_limits() -> None:
    alone = changed(
        ("Name\tMax Value\tUnit\tDescription\nOCPP response timeout\t45\tseconds\t", "x"),
        ("Name\tMin Value\tMax Value\tAverage Value\tUnit", "Name\tMax Value\tUnit"),
        ("OCPP response timeout\t0.10\t2.50\t0.75\tseconds", "OCPP response timeout\t2.50\tseconds"),
    )

    assert alone.profile.kpi_limit("ocpp_response_timeout") is None
    assert warned(alone, "missing_column", "performance")


@pytest.mark.parametrize("value", ["20", "ftp http", "Extra"])
def test_a_file_that_ends_within_a_value_gives_no_value(value: str) -> None:
    start = made_up.STATION_2024.index({"20": "ORS-7", "ftp http": "Vendor Specific", "Extra": "ORS-1\t"}[value])
    text = made_up.STATION_2024[:start].rstrip("\n")
    if value == "Extra":
        text += "\nORS-1\tGetConfigurationMaxKeys\t2"

    profile = read(text).profile

    cut = list(profile.settings.values())[-1]
    assert cut.raw == {"Extra": "2"}.get(value, value)
    assert cut.value is None
    assert read(f"{text}\n").profile.settings.popitem()[1].value is not None


def test_two_values_in_a_row_of_the_configuration_are_no_number() -> None:
    imported = changed(("GetConfigurationMaxKeys\t50", "GetConfigurationMaxKeys\t5\t0"), text=made_up.STATION_2022)

    assert imported.profile.derived.limits["get_configuration_max_keys"] is None
    assert warned(imported, "ocr_suspect_token", "configuration_keys.GetConfigurationMaxKeys")


def test_a_misread_key_without_a_second_witness_keeps_no_misread_value() -> None:
    imported = changed(("LocalAuthListEnabled\tTRUE\t\t\n", ""), text=made_up.STATION_2022)

    (key,) = [key for key in imported.profile.configuration_keys if key.key == "LocalAuthListEnabled"]
    assert (key.value, key.raw, key.line_key) == (None, "TDUE", "LocalAuthListEpobled")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no OCA certificate"),
        ("Dear all,\nthe Certificate Number: is on the way.\n", "no OCA certificate"),
        ("Certificate Holder: A\nCertificate Number: OCA.0016.1.CS\nCertification Date: May 1, 2024\n", "no product designation"),
        (made_up.STATION_2024.replace("OCPP 1.6", "OCPP 9.9").replace("0016", "9999"), "no OCPP version"),
        (made_up.STATION_2024.replace("Charging Station", "Toaster").replace(".CS", ".XX"), "charging station or a CSMS"),
        ("x\n" * 10_001, "longer than any certificate"),
        ("x" * 2_000_001, "longer than any certificate"),
    ],
    ids=["empty", "letter", "no product", "no version", "no device", "lines", "characters"],
)  # fmt: skip
def test_what_is_no_certificate_is_refused_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(CertificateError, match=rf"^made-up\.txt: .*{reason}") as caught:
        read(text)

    assert len(str(caught.value).splitlines()) == 1


def test_an_overlong_line_is_dropped_and_said() -> None:
    imported = changed(("Optional Features\n", "x" * 10_001 + "\nOptional Features\n"))

    assert warned(imported, "noise_dropped", "document")
    assert imported.profile.settings["ORS-1"].value == 20


def test_warnings_are_bounded_whatever_the_noise() -> None:
    noise = "".join(f"Figure {number}\tperhaps {'x' * 5000}\tseconds\n" for number in range(300))

    warnings = read(made_up.STATION_2024 + "Name\tMax Value\tUnit\tDescription\n" + noise).warnings

    assert 100 < len(warnings) <= 210
    assert max(len(caveat.detail) for caveat in warnings) <= 300
