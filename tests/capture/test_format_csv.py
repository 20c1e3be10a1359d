"""Tables: exports of CSMS databases in many shapes, and those that we write."""

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from captured import BOOT, BOOTED, NOON, RESET, RESET_DONE, conversation, read, written

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.record import Opened

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]


def table(*rows: tuple[str, ...], delimiter: str = ",") -> str:
    """Rows as a table, quoted where needed."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


EXPORT = (
    ("stationId", "correlationId", "origin", "protocol", "action", "message", "timestamp"),
    ("WB01", "17", "cs", "ocpp1.6", "BootNotification", BOOT, "2026-11-20T12:00:00.000Z"),
    ("WB01", "17", "csms", "ocpp1.6", "BootNotification", BOOTED, "2026-11-20T12:00:00.250Z"),
    ("WB01", "r1", "csms", "ocpp1.6", "Reset", RESET, "2026-11-20T12:00:02Z"),
    ("WB01", "r1", "cs", "ocpp1.6", "Reset", RESET_DONE, "2026-11-20T12:00:03Z"),
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_an_export_with_one_message_a_row(delimiter: str) -> None:
    found = read(table(*EXPORT, delimiter=delimiter))
    assert (found.capture.format, found.capture.vantage) == ("csv", "csms")
    assert found.said == SAID
    assert found.stations == ["WB01"]
    assert found.seconds == [0, 0.25, 2, 3]
    assert found.skipped == []


def test_a_byte_order_mark_and_windows_lines_change_nothing() -> None:
    assert read("\ufeff" + table(*EXPORT).replace("\r\n", "\n").replace("\n", "\r\n")).said == SAID


def test_an_export_with_payloads_only() -> None:
    rows = (
        ("timestamp", "id", "action", "msg"),
        ("2026-11-20 12:00:00", "17", "BootNotification", '{"chargePointVendor":"Made","chargePointModel":"Up"}'),
        ("2026-11-20 12:00:01", "17", "BootNotification", '{"interval":1.50,"transactionId":9223372036854766666}'),
    )
    found = read(table(*rows), name="WB01.csv")
    assert found.said == [
        (">", BOOT),
        ("<", '[3,"17",{"interval":1.50,"transactionId":9223372036854766666}]'),
    ]
    assert found.stations == ["WB01"]


def test_an_export_with_request_and_response_in_one_row() -> None:
    rows = (
        ("Charger ID", "Unique Id", "Command", "Request", "Response", "Created At", "Responded At"),
        ("WB01", "17", "BootNotification", '{"chargePointVendor":"Made","chargePointModel":"Up"}', '{"status":"Accepted"}',
         "2026-11-20T12:00:00Z", "2026-11-20T12:00:01Z"),
        ("WB01", "r1", "Reset", '{"type":"Soft"}', "", "2026-11-20T12:00:02Z", ""),
    )  # fmt: skip
    found = read(table(*rows))
    assert found.said == [(">", BOOT), ("<", '[3,"17",{"status":"Accepted"}]'), ("<", RESET)]
    assert found.seconds == [0, 1, 2]


def test_types_tell_errors() -> None:
    rows = (
        ("time", "type", "id", "action", "payload"),
        ("2026-11-20T12:00:00Z", "CALL", "17", "Heartbeat", "{}"),
        ("2026-11-20T12:00:01Z", "CALLERROR", "17", "", '{"errorCode":"InternalError","errorDescription":"made up"}'),
    )
    assert read(table(*rows)).said[1] == ("<", '[4,"17","InternalError","made up",{}]')


def test_columns_of_other_names_are_named_by_the_user() -> None:
    rows = [("wann", "was", "wer"), ("20.11.2026 12:00:00", BOOT, "WB01")]
    with pytest.raises(CaptureError, match="readable formats"):
        read(table(("wann", "was"), ("20.11.2026 12:00:00", "nichts")))
    with pytest.raises(CaptureError, match=r"no column holds messages.*wann.*--columns message=NAME"):
        read(table(*rows), form="csv")
    found = read(table(*rows), form="csv", columns={"time": "wann", "message": "was", "station": "WER"})
    assert (found.said, found.stations, found.seconds) == ([(">", BOOT)], ["WB01"], [0])
    with pytest.raises(CaptureError, match="there is no column 'weg'"):
        read(table(*rows), form="csv", columns={"message": "weg"})


def test_times_without_zone_are_of_the_zone_that_the_user_names() -> None:
    rows = (("time", "message"), ("2026-11-20 13:00:00", BOOT))
    assert read(table(*rows), tz=ZoneInfo("Europe/Berlin")).seconds == [0]


@pytest.mark.parametrize("stamp", ["1795176000", "1795176000000", "1795176000.000", "11/20/2026 12:00:00 PM"])
def test_times_as_numbers_and_as_americans_write_them(stamp: str) -> None:
    assert read(table(("time", "message"), (stamp, BOOT))).seconds == [0]


def test_a_table_without_times_is_not_timed() -> None:
    found = read(table(("station", "direction", "message"), ("WB01", "in", BOOT), ("WB01", "out", BOOTED)))
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert not opened.timed
    assert found.said == SAID[:2]


def test_a_row_that_cannot_be_read_costs_itself() -> None:
    rows: list[tuple[str, ...]] = list(EXPORT)
    rows[2:2] = [
        ("WB01", "x", "cs", "ocpp1.6", "Heartbeat", BOOT, "yesterday"),
        ("WB01", "", "cs", "ocpp1.6", "", "no message", "2026-11-20T12:00:00Z"),
        ("WB01", "99", "", "", "", '[3,"99",{}]', "2026-11-20T12:00:00Z"),
        ("WB01",),
    ]
    found = read(table(*rows))
    assert found.said == SAID
    assert [line for line, _ in found.skipped] == [3, 4, 5, 6]


def test_a_missing_quotation_mark_costs_its_own_row() -> None:
    lines = table(*EXPORT).splitlines(keepends=True)
    lines[2:2] = ['WB01,18,cs,ocpp1.6,Heartbeat,"[2,""18"",""Heartbeat"",{}],2026-11-20T12:00:00.100Z\r\n']
    found = read("".join(lines))
    assert found.said == SAID
    assert found.skipped == [(3, "a quotation mark is missing in this row")]


def test_a_message_may_take_several_lines_of_its_own() -> None:
    pretty = BOOT.replace(",", ",\n  ").replace("{", "{\n\n")
    found = read(table(("time", "message"), ("2026-11-20T12:00:00Z", pretty), ("2026-11-20T12:00:01Z", BOOTED)))
    assert [text for _, text in found.said] == [pretty, BOOTED]


def test_a_message_may_be_json_inside_of_json() -> None:
    found = read(table(("time", "message"), ("2026-11-20T12:00:00Z", '"' + BOOT.replace('"', '\\"') + '"')))
    assert found.said == [(">", BOOT)]


@pytest.mark.parametrize("digits", ["²", "٤", "9" * 5000, "1" * 400 + ".5"])
def test_odd_digits_are_no_reason_to_fail(digits: str) -> None:
    read(table(("time", "id", "message"), (digits, digits, BOOT)))


@pytest.mark.parametrize("station", ["=cmd()", "+1", "-1", "@x", "'=cmd()", "'plain", "\tx", 'a,b"c\nd'])
def test_no_cell_is_a_formula_and_yet_every_text_comes_back(station: str) -> None:
    texts = (">" + BOOT, "<=1+1", ">'=1+1", "< [3]", ">'")
    data, lost = written("csv", conversation(*texts, station=station))
    for row in csv.reader(io.StringIO(data.decode(), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    found = read(data)
    assert [way + (text or "") for way, text in found.said] == list(texts)
    assert found.stations == [station]
    assert not lost.counts


def test_rows_that_are_written_tell_action_latency_and_findings() -> None:
    data, _ = written("csv", conversation(">" + BOOT, "<" + BOOTED), {3: ["warning TIM-001: made up"]})
    _, call, result = csv.reader(io.StringIO(data.decode()))
    assert call[:9] == [
        NOON.isoformat().replace("+00:00", "Z"),
        "WB01",
        "1",
        "station",
        "CALL",
        "17",
        "BootNotification",
        "",
        "",
    ]
    assert result[4:9] == ["CALLRESULT", "17", "BootNotification", "1.000000", "warning TIM-001: made up"]


def test_recordings_without_times_are_written_and_read_without() -> None:
    records = read(f"> {BOOT}\n< {BOOTED}\n").records
    data, _ = written("csv", records)
    assert b"1970" not in data
    opened = read(data).records[0]
    assert isinstance(opened, Opened)
    assert not opened.timed
