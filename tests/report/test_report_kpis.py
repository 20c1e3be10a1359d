"""Performance figures and measured timeouts in the reports."""

import json
from pathlib import Path
from typing import Any

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.cli.group import run
from ocppscope.filters import parse
from ocppscope.pics import library
from ocppscope.report.json import document, encode
from ocppscope.report.kpis import figures
from ocppscope.report.reading import Reading

UP, DOWN = "cs>csms", "csms>cs"


def reading(path: Path, messages: list[tuple[float, str, str]], *, profile: str = "", wanted: str = "") -> Reading:
    lines = [
        json.dumps({"ts": f"2026-03-01T10:{int(at) // 60:02d}:{at % 60:06.3f}Z", "dir": way, "data": text})
        for at, way, text in messages
    ]
    path.write_text("\n".join(lines) + "\n")
    found = Reading([library.load(profile)] if profile else [], parse(wanted) if wanted else None)
    found.read(open_capture(str(path)))
    found.finish()
    return found


TALK = [
    (0.0, DOWN, '[2,"a","TriggerMessage",{"requestedMessage":"Heartbeat"}]'),
    (0.2, UP, '[3,"a",{"status":"Accepted"}]'),
    (1.0, UP, '[2,"h","Heartbeat",{}]'),
    (1.1, DOWN, '[3,"h",{"currentTime":"2026-03-01T10:00:01Z"}]'),
    (2.0, DOWN, '[2,"b","TriggerMessage",{"requestedMessage":"MeterValues","connectorId":1}]'),
    (2.4, UP, '[3,"b",{"status":"Accepted"}]'),
    (5.0, UP, '[2,"m","MeterValues",{"connectorId":1,"meterValue":[]}]'),
    (5.1, DOWN, '[3,"m",{}]'),
    (9.0, DOWN, '[2,"c","Reset",{"type":"Soft"}]'),
    (9.9, UP, '[4,"c","InternalError","",{}]'),
]


def rows(found: Reading) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["key"], row["dut"]): row for row in document(found)["kpis"]}


def test_json_has_every_figure_with_its_samples(tmp_path: Path) -> None:
    found = rows(reading(tmp_path / "c.jsonl", TALK, profile="evon200-40p-2cr"))
    assert list(found) == [
        ("ocpp_response_timeout", "station"), ("ocpp_response_timeout", "csms"),
        ("ocpp_triggered_function_timeout", "station"), ("remote_start_authorization_time", "station"),
        ("remote_stop_authorization_end_time", "station"), ("authorize_response_time", "csms"),
        ("remote_start_response_time", "station"),
    ]  # fmt: skip
    triggered = found["ocpp_triggered_function_timeout", "station"]
    assert (triggered["n"], triggered["max"], triggered["limit"]) == (2, pytest.approx(3.0), 60)
    assert triggered["certified"] == {"min": 0.3, "max": 1.4, "avg": 1.02, "value": None}
    assert (triggered["verdict"], triggered["slower_than_certified"]) == ("within", True)
    assert [sample["trigger_id"] for sample in triggered["samples"]] == ["a", "b"]
    assert found["ocpp_response_timeout", "station"]["errors"] == 1


def test_the_json_text_is_valid_and_stays_within_ascii_controls(tmp_path: Path) -> None:
    talk = [(at, way, text.replace('"a"', '"\\u001b[31m\\u202e"')) for at, way, text in TALK]
    text = encode(reading(tmp_path / "c.jsonl", talk))
    assert json.loads(text)["kpis"]
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_filter_chooses_the_samples_of_which_either_message_matches(tmp_path: Path) -> None:
    everything = rows(reading(tmp_path / "a.jsonl", TALK))
    heartbeats = rows(reading(tmp_path / "b.jsonl", TALK, wanted="action:Heartbeat"))
    triggers = rows(reading(tmp_path / "c.jsonl", TALK, wanted="action:TriggerMessage"))
    key = ("ocpp_triggered_function_timeout", "station")
    assert (everything[key]["n"], heartbeats[key]["n"], triggers[key]["n"]) == (2, 1, 2)
    assert heartbeats[key]["max"] == pytest.approx(1.0)
    response = ("ocpp_response_timeout", "station")
    assert (everything[response]["n"], triggers[response]["n"], heartbeats[response]["n"]) == (3, 2, 0)


def test_figures_are_those_of_the_certificate_in_its_order(tmp_path: Path) -> None:
    found = figures(reading(tmp_path / "c.jsonl", TALK))
    assert [figure.measure.key for figure in found][:3] == [
        "ocpp_response_timeout",
        "ocpp_response_timeout",
        "ocpp_triggered_function_timeout",
    ]


def test_measured_timeouts_stand_in_the_json(tmp_path: Path) -> None:
    beats = [
        line
        for number in range(4)
        for line in (
            (number * 30.0, UP, f'[2,"h{number}","Heartbeat",{{}}]'),
            (number * 30.0 + 0.1, DOWN, f'[3,"h{number}",{{"currentTime":"2026-03-01T10:00:00Z"}}]'),
        )
    ]
    told = document(reading(tmp_path / "c.jsonl", beats))["tolerances"]
    (row,) = told["rows"]
    assert (row["side"], row["what"], row["n"], row["timer"]) == ("station", "heartbeat interval", 3, pytest.approx(30))
    assert told["disconnect_timers"] == []


@pytest.mark.parametrize(("after", "status"), [(61.0, 1), (5.0, 0)])
def test_a_function_beyond_its_maximum_fails_a_report_that_is_to_fail_on_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], after: float, status: int
) -> None:
    talk = [
        (0.0, DOWN, '[2,"a","TriggerMessage",{"requestedMessage":"Heartbeat"}]'),
        (0.2, UP, '[3,"a",{"status":"Accepted"}]'),
        (after, UP, '[2,"h","Heartbeat",{}]'),
        (after + 0.1, DOWN, '[3,"h",{"currentTime":"2026-03-01T10:00:01Z"}]'),
    ]
    reading(tmp_path / "c.jsonl", talk)
    arguments = ["report", str(tmp_path / "c.jsonl"), "--pics", "evon200-40p-2cr", "--fail-on", "limit"]
    assert run(arguments) == status
    assert "Performance figures" in capsys.readouterr().out
