"""The report for a ticket: true, complete, and harmless whatever a station calls itself."""

import json
from pathlib import Path

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import encode as line_of
from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import Example
from ocppscope.filters import parse
from ocppscope.pics import library
from ocppscope.report import markdown
from ocppscope.report.markdown_cells import cell, table
from ocppscope.report.reading import Reading

BOOT = (
    '> [2,"1","BootNotification",{"chargePointVendor":"%s","chargePointModel":"Up"}]\n'
    '< [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
FAULT = '> [2,"2","StatusNotification",{"connectorId":1,"errorCode":"Error","status":"Faulted"}]\n'


def report(script: str, tmp_path: Path, *profiles: str, expression: str | None = None) -> str:
    path = tmp_path / "capture.jsonl"
    path.write_bytes(b"".join(line_of(record) for record in records_of(Example("made up", script))))
    wanted = None if expression is None else parse(expression)
    reading = Reading([library.load(name) for name in profiles], wanted)
    reading.read(open_capture(path))
    reading.finish()
    return markdown.encode(reading)


def test_it_names_station_finding_records_and_response_times(tmp_path: Path) -> None:
    text = report(BOOT % "Made" + FAULT + '< [4,"2","FormationViolation","",{}]\n', tmp_path)
    assert "**✖ 1 error, ▲ 0 warning, ● 0 info** in 4 messages" in text
    assert "| CS-EXAMPLE | 1.6 | Made Up | – | 4 | 1 | 0 |" in text
    assert '* CS-EXAMPLE (Made Up)\n  * $.errorCode is not one of the 16 allowed values: "Error" · record 5' in text
    assert "| csms | BootNotification | 1 | 100 ms | – | 100 ms | – | 0 |" in text


def test_without_findings_it_says_how_many_rules_watched(tmp_path: Path) -> None:
    assert "rules watched. Nothing to report." in report(BOOT % "Made", tmp_path)


def test_with_a_profile_the_certificates_own_tables_come_with_it(tmp_path: Path) -> None:
    text = report(
        BOOT % "Made" + '< [2,"a","ClearCache",{}]\n+0.5 > [3,"a",{"status":"Accepted"}]\n', tmp_path, "ets-mc-200"
    )
    assert "### Performance Measurement Result" in text
    assert "| OCPP response timeout | 60 | 0.50 | 59.50 | seconds | within |" in text


def test_a_filter_restricts_what_is_told_and_is_named(tmp_path: Path) -> None:
    text = report(BOOT % "Made" + FAULT, tmp_path, expression="action:Boot*")
    assert "only what matches action:Boot\\*" in text
    assert "RPC-024" not in text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "| a | b", "# big", "\\u001b[31m", "[x](javascript:y)"])
def test_no_name_from_the_wire_is_taken_for_markup(name: str, tmp_path: Path) -> None:
    row = next(line for line in report(BOOT % name, tmp_path).splitlines() if line.startswith("| CS-EXAMPLE"))
    assert row.count(" | ") == 6, "it adds no column"
    for token in ("<script", "](", "\x1b"):
        assert token not in row.replace("\\<", "").replace("\\]", "")


def test_cells_are_bounded_and_on_one_line() -> None:
    assert "\n" not in cell("a\nb")
    assert len(table(("a",), [["x" * 10_000]])) < 500


def test_a_version_that_nobody_named_is_marked_as_a_conclusion(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    text = '[2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]'
    line = {"ts": "2026-01-01T00:00:00Z", "dir": "cs>csms", "data": text}
    path.write_text(json.dumps(line) + "\n")
    reading = Reading()
    reading.read(open_capture(path))
    reading.finish()
    assert "| recording | 1.6? | Made Up |" in markdown.encode(reading)
    assert "? concluded from the messages" in markdown.encode(reading)
    assert "concluded" not in report(BOOT % "Made", tmp_path), "a negotiated one is not"
