"""``report``: its two formats, its filter, and what its exit status says."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_support import ocppscope, recording

BOOT = {"chargePointVendor": "e-TESS Co., Ltd.", "chargePointModel": "ETS-MC-200", "firmwareVersion": "1.0"}
NOW = "2026-03-01T12:00:00Z"
ASKED = ("--rule=-all", "--rule=+RPC-009", "--rule=+RPC-024")
"""The rules that these tests are about; what others say of so short a recording is their own tests' affair."""


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Four exchanges and an unanswered CALL, made up; the station takes 61 s to answer Reset."""
    return recording(
        tmp_path / "lab.jsonl",
        (0, ">", [2, "1", "BootNotification", BOOT]),
        (0.25, "<", [3, "1", {"status": "Accepted", "interval": 300, "currentTime": NOW}]),
        (1, ">", [2, "2", "StatusNotification", {"connectorId": 1, "errorCode": "Error", "status": "Available"}]),
        (1.5, "<", [4, "2", "FormationViolation", "", {}]),
        (2, "<", [2, "a", "Reset", {"type": "Soft"}]),
        (63, ">", [3, "a", {"status": "Accepted"}]),
        (64, ">", [2, "3", "Heartbeat", {}]),
        (65, "<", [3, "3", {"currentTime": NOW}]),
        (66, ">", [2, "4", "Heartbeat", {}]),
    )


def report(*arguments: str | Path) -> dict[str, Any]:
    ran = ocppscope("report", *arguments, *ASKED, "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    document: dict[str, Any] = json.loads(ran.out)
    return document


def test_json_has_every_key_of_the_contract(capture: Path) -> None:
    document = report(capture, "--pics", "ets-mc-200")

    assert document["schema"] == 1
    assert document["tool"] == {"name": "ocppscope", "version": "0.1.0"}
    keys = {
        "captures": "path format records messages skipped first last vantage",
        "stations": "id ocpp_version vendor model firmware connections messages findings pics",
        "latency": "dut action n errors timeouts min max avg p50 p95 p99 limit over_limit",
        "kpis": "key dut n excluded timeouts errors min max avg p50 p95 p99 limit margin certified verdict",
        "findings": "rule severity at_fault station connection message_id action path observed expected evidence spec "
        "count first last records",
    }  # fmt: skip
    for name, members in keys.items():
        assert document[name], name
        for row in document[name]:
            assert set(row) >= set(members.split()), name
    assert document["transactions"] == []
    assert isinstance(document["disconnects"], list)
    assert set(document["exchanges"]) == {"answered", "unanswered", "aborted", "orphan_responses"}


def test_json_counts_what_is_in_the_recording(capture: Path) -> None:
    document = report(capture)

    assert document["counts"] == {
        "messages": 9, "calls": 5, "call_results": 3, "call_errors": 1, "call_result_errors": 0, "sends": 0, "malformed": 0,
        "sessions": 1, "stations": 1, "connections": 1, "refused": 0,
        "findings": {"error": 1, "warning": 1, "info": 0},
    }  # fmt: skip
    assert document["exchanges"] == {"answered": 4, "unanswered": 1, "aborted": 0, "orphan_responses": 0}
    (station,) = document["stations"]
    assert (station["vendor"], station["model"], station["firmware"]) == ("e-TESS Co., Ltd.", "ETS-MC-200", "1.0")
    assert (station["ocpp_version"], station["messages"], station["pics"]) == ("1.6", 9, None)
    (facts,) = document["captures"]
    assert (facts["path"], facts["format"], facts["messages"]) == (str(capture), "jsonl", 9)
    assert (facts["first"], facts["last"]) == ("2026-03-01T12:00:00Z", "2026-03-01T12:01:06Z")


def test_json_latency_is_in_seconds_by_the_party_that_answers(capture: Path) -> None:
    rows = {(row["dut"], row["action"]): row for row in report(capture, "--pics", "ets-mc-200")["latency"]}

    assert set(rows) == {
        ("station", "Reset"), ("csms", "BootNotification"), ("csms", "StatusNotification"), ("csms", "Heartbeat"),
    }  # fmt: skip
    reset = rows["station", "Reset"]
    assert reset["n"] == 1
    for figure in ("min", "max", "avg", "p50"):
        assert reset[figure] == pytest.approx(61.0)
    assert (reset["limit"], reset["over_limit"], reset["errors"], reset["timeouts"]) == (60, 1, 0, 0)
    status = rows["csms", "StatusNotification"]
    assert (status["n"], status["errors"], status["limit"], status["over_limit"]) == (1, 1, None, 0)
    assert status["max"] == pytest.approx(0.5)


def heartbeats(path: Path, count: int) -> Path:
    """So many Heartbeats, the n-th answered after n milliseconds."""
    messages: list[tuple[float, str, object]] = []
    for number in range(1, count + 1):
        messages.append((number / 4, ">", [2, str(number), "Heartbeat", {}]))
        messages.append((number / 4 + number / 1000, "<", [3, str(number), {"currentTime": NOW}]))
    return recording(path, *messages)


@pytest.mark.parametrize(
    ("count", "p95", "p99"), [(19, None, None), (20, 0.019, None), (99, 0.095, None), (100, 0.095, 0.099)]
)
def test_far_quantiles_need_enough_samples(tmp_path: Path, count: int, p95: float | None, p99: float | None) -> None:
    (row,) = report(heartbeats(tmp_path / "h.jsonl", count))["latency"]

    assert row["n"] == count
    assert row["p95"] == (None if p95 is None else pytest.approx(p95))
    assert row["p99"] == (None if p99 is None else pytest.approx(p99))


def test_kpis_hold_the_slowest_answer_against_the_declared_limit(capture: Path) -> None:
    judged = {(kpi["key"], kpi["dut"]): kpi for kpi in report(capture, "--pics", "ets-mc-200")["kpis"]}
    unjudged = {(kpi["key"], kpi["dut"]): kpi for kpi in report(capture)["kpis"]}

    station = judged["ocpp_response_timeout", "station"]
    assert (station["n"], station["limit"], station["verdict"]) == (1, 60, "exceeded")
    assert station["margin"] == pytest.approx(-1.0)
    csms = judged["ocpp_response_timeout", "csms"]
    assert (csms["n"], csms["errors"], csms["limit"], csms["verdict"]) == (3, 1, None, "no_limit")
    assert csms["avg"] == pytest.approx((0.25 + 0.5 + 1.0) / 3)
    assert judged["authorize_response_time", "csms"]["verdict"] == "no_samples"
    assert unjudged["ocpp_response_timeout", "station"]["verdict"] == "no_limit"


def test_findings_say_where_and_what(capture: Path) -> None:
    findings = {row["rule"]: row for row in report(capture)["findings"]}

    # The late answer to Reset takes back that it was never answered; the last Heartbeat had no time to be late.
    assert set(findings) == {"RPC-009", "RPC-024"}
    schema = findings["RPC-024"]
    assert (schema["severity"], schema["at_fault"], schema["path"], schema["records"]) == (
        "error",
        "station",
        "$.errorCode",
        [3],
    )
    assert (schema["message_id"], schema["action"], schema["count"]) == ("2", "StatusNotification", 1)
    assert schema["first"] == schema["last"] == "2026-03-01T12:00:01Z"
    assert "Error" in schema["observed"]


def test_every_time_stamp_is_utc(capture: Path) -> None:
    document = report(capture)

    stamps = [
        document["captures"][0]["first"],
        *(row[name] for row in document["findings"] for name in ("first", "last")),
    ]
    assert all(stamp.endswith("Z") and datetime.fromisoformat(stamp).year == 2026 for stamp in stamps)


def test_a_fitting_profile_is_offered_and_not_applied(capture: Path) -> None:
    (station,) = report(capture)["stations"]
    text = ocppscope("report", capture).out

    assert (station["pics"], station["pics_offered"]) == (None, "ets-mc-200")
    assert "--pics ets-mc-200" in text


def test_a_filter_chooses_what_is_counted_and_still_judges_everything(capture: Path) -> None:
    document = report(capture, "--pics", "ets-mc-200", "--filter", "action:Reset")

    assert document["filter"] == "action:Reset"
    assert document["counts"]["messages"] == 2
    assert document["exchanges"] == {"answered": 1, "unanswered": 0, "aborted": 0, "orphan_responses": 0}
    assert [(row["action"], row["over_limit"]) for row in document["latency"]] == [("Reset", 1)]
    assert {row["rule"] for row in document["findings"]} == {"RPC-009"}
    assert document["captures"][0]["messages"] == 9


def test_a_filter_on_a_request_keeps_its_answer_time(capture: Path) -> None:
    document = report(capture, "--filter", "type:CALL dir:down")

    assert document["counts"]["messages"] == 1
    assert [(row["dut"], row["action"], row["n"]) for row in document["latency"]] == [("station", "Reset", 1)]


def test_a_filter_that_lets_nothing_pass_reports_nothing(capture: Path) -> None:
    ran = ocppscope("report", capture, "--filter", "station:nobody")

    assert ran.status == 0
    assert "Nothing to report" in ran.out
    assert "0 messages" in ran.out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 0),
        (["--fail-on", "never"], 0),
        (["--fail-on", "error"], 1),
        (["--fail-on", "warning"], 1),
        (["--fail-on", "limit"], 0),
        (["--fail-on", "limit", "--pics", "ets-mc-200"], 1),
        (["--fail-on", "limit", "--pics", "ets-mc-200", "--filter", "action:Heartbeat"], 0),
        (["--fail-on", "error", "--filter", "action:BootNotification"], 0),
    ],
)
def test_the_exit_status_follows_fail_on(capture: Path, arguments: list[str], status: int) -> None:
    ran = ocppscope("report", capture, *arguments)

    assert (ran.status, ran.err) == (status, "")


def test_a_warning_alone_fails_on_warning_and_not_on_error(tmp_path: Path) -> None:
    path = recording(
        tmp_path / "w.jsonl",
        (0, ">", [2, "1", "Heartbeat", {}]),
        (1, ">", [2, "2", "Authorize", {"idTag": "A"}]),
        (2, "<", [3, "1", {"currentTime": NOW}]),
        (3, "<", [3, "2", {"idTagInfo": {"status": "Accepted"}}]),
    )

    assert ocppscope("report", path, "--fail-on", "error").status == 0
    assert ocppscope("report", path, "--fail-on", "warning").status == 1


def test_several_captures_become_one_report(tmp_path: Path) -> None:
    first, second = heartbeats(tmp_path / "a.jsonl", 2), heartbeats(tmp_path / "b.jsonl", 3)

    document = report(first, second)

    assert [facts["messages"] for facts in document["captures"]] == [4, 6]
    assert document["counts"]["messages"] == 10
    assert document["latency"][0]["n"] == 5


def test_stdin_is_a_capture_too(tmp_path: Path) -> None:
    path = heartbeats(tmp_path / "a.jsonl", 2)

    ran = ocppscope("report", "-", "--format", "json", stdin=path.read_bytes())

    assert json.loads(ran.out)["counts"]["messages"] == 4


def test_the_output_file_holds_what_stdout_would(capture: Path, tmp_path: Path) -> None:
    for form in ("text", "json"):
        target = tmp_path / f"report.{form}"
        ran = ocppscope("report", capture, "--format", form, "-o", target)

        assert (ran.status, ran.out, ran.err) == (0, "", "")
        assert target.read_text() == ocppscope("report", capture, "--format", form).out


@pytest.mark.parametrize("columns", ["80", "100", "160"])
def test_the_text_says_the_worst_first_and_fits_the_width(capture: Path, columns: str) -> None:
    ran = ocppscope("report", capture, "--pics", "ets-mc-200", COLUMNS=columns)

    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in ran.out
    assert ran.out.index("RPC-024") < ran.out.index("RPC-009")
    assert ran.out.index("Reset ") < ran.out.index("Heartbeat ")
    assert "61.0 s" in ran.out
    assert "60 s" in ran.out


def test_lines_that_cannot_be_read_are_told_with_number_and_reason(capture: Path) -> None:
    with capture.open("a") as file:
        file.write('{"ts": "yesterday"}\n')

    ran, document = ocppscope("report", capture), report(capture)

    assert "line 10" in ran.out
    assert document["captures"][0]["skipped"][0]["line"] == 10
