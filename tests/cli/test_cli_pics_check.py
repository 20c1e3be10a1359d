"""``ocppscope pics check``: the certificate's tables with what a capture shows, and the exit status for CI."""

import json
from pathlib import Path
from typing import Any

import pytest

from ocppscope.cli.group import run

BOOT = '[2,"b","BootNotification",{"chargePointVendor":"BOTARI ENERGY Co.,Ltd.","chargePointModel":"EVon200-40P-2CR"}]'
ACCEPTED = '[3,"b",{"status":"Accepted","interval":60,"currentTime":"2026-03-01T10:00:00Z"}]'
PREPARING = '[2,"s","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]'
START = '[2,"t","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2026-03-01T10:01:08Z"}]'
STOP = (
    '[2,"e","StopTransaction",{"transactionId":7,"meterStop":9,"timestamp":"2026-03-01T10:02:03Z","reason":"Remote"}]'
)
UP, DOWN = "cs>csms", "csms>cs"


def conversation(start_after: float) -> list[tuple[float, str, str]]:
    """A made-up session: RemoteStart, TriggerMessage, RemoteStop, and a Reset without an answer at the very end."""
    return [
        (0.0, UP, BOOT),
        (0.2, DOWN, ACCEPTED),
        (1.0, UP, PREPARING),
        (1.1, DOWN, '[3,"s",{}]'),
        (60.0, DOWN, '[2,"c1","RemoteStartTransaction",{"connectorId":1,"idTag":"A"}]'),
        (60.5, UP, '[3,"c1",{"status":"Accepted"}]'),
        (60.0 + start_after, UP, START),
        (60.1 + start_after, DOWN, '[3,"t",{"transactionId":7,"idTagInfo":{"status":"Accepted"}}]'),
        (180.0, DOWN, '[2,"c2","TriggerMessage",{"requestedMessage":"Heartbeat"}]'),
        (180.3, UP, '[3,"c2",{"status":"Accepted"}]'),
        (181.0, UP, '[2,"h","Heartbeat",{}]'),
        (181.1, DOWN, '[3,"h",{"currentTime":"2026-03-01T10:03:01Z"}]'),
        (190.0, DOWN, '[2,"c3","RemoteStopTransaction",{"transactionId":7}]'),
        (190.4, UP, '[3,"c3",{"status":"Accepted"}]'),
        (193.0, UP, STOP.replace("10:02:03", "10:03:13")),
        (193.1, DOWN, '[3,"e",{}]'),
        (194.0, DOWN, '[2,"c4","Reset",{"type":"Soft"}]'),
    ]


def capture(path: Path, start_after: float = 5.0) -> str:
    lines = [
        json.dumps({"ts": f"2026-03-01T10:{int(at) // 60:02d}:{at % 60:06.3f}Z", "dir": way, "data": text})
        for at, way, text in conversation(start_after)
    ]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def checked(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    assert run(["pics", "check", *arguments]) == status
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def document(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(checked(capsys, status, *arguments, "--format", "json"))
    return found


def test_the_tables_of_the_certificate_come_out_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    text = checked(capsys, 0, capture(tmp_path / "c.jsonl"), "--pics", "evon200-40p-2cr")

    assert "Performance Measurement Result" in text
    rows = [line.split() for line in text.splitlines()]
    start = ["Transaction", "authorization", "time", "by", "RemoteStartTransaction"]
    assert [*start, "60", "5.00", "55.00", "seconds", "within"] in rows
    assert [*start, "certified", "26.97", "26.97", "26.97", "seconds"] in rows
    assert ["observed", "5.00", "5.00", "5.00", "–", "1", "seconds"] in rows
    assert ["OCPP", "triggered", "function", "timeout", "60", "1.00", "59.00", "seconds", "within"] in rows
    assert "network" in text


@pytest.mark.parametrize("width", ["80", "100"])
def test_no_line_is_wider_than_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    text = checked(capsys, 0, capture(tmp_path / "c.jsonl"), "--pics", "evon200-40p-2cr")
    assert max(map(len, text.splitlines())) <= int(width)
    assert "…" not in text


def test_json_lists_every_sample_with_its_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (check,) = document(capsys, capture(tmp_path / "c.jsonl"), "--pics", "evon200-40p-2cr")["checks"]
    assert (check["pics"], check["dut"], check["exceeded"], check["other_products"]) == (
        "evon200-40p-2cr",
        "station",
        False,
        [],
    )
    rows = {row["key"]: row for row in check["kpis"]}
    start = rows["remote_start_authorization_time"]
    assert (start["limit"], start["n"], start["verdict"], start["certified"]["max"]) == (60, 1, "within", 26.97)
    (sample,) = start["samples"]
    assert sample["seconds"] == pytest.approx(5.0)
    assert (sample["trigger_id"], sample["function_id"], sample["counted"], sample["leg"]) == (
        "c1",
        "t",
        True,
        "station",
    )
    assert (sample["start_ts"], sample["end_ts"]) == ("2026-03-01T10:01:00Z", "2026-03-01T10:01:05Z")
    assert len(sample["records"]) == 3
    response = rows["ocpp_response_timeout"]
    assert (response["n"], response["censored"], response["timeouts"]) == (3, 1, 0)
    assert response["max"] == pytest.approx(0.5)
    assert rows["remote_stop_authorization_end_time"]["max"] == pytest.approx(3.0)


def test_markdown_has_both_tables_and_nothing_that_breaks_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = checked(capsys, 0, capture(tmp_path / "c.jsonl"), "--pics", "ac-cpt-ocpp", "--format", "md")
    assert "## EcarPlug AC/CPT\\_OCPP" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") - line.count("\\|") for line in tables} == {7, 9}
    assert any("certified | – | 38 | –" in line for line in tables)
    assert "▲" in text  # another product than the one that booted


def test_an_exceeded_maximum_fails_unless_told_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slow = capture(tmp_path / "c.jsonl", start_after=61.0)
    text = checked(capsys, 1, slow, "--pics", "evon200-40p-2cr")
    assert "exceeded" in text
    assert "exceeds the declared maximum" in text
    assert "non-compliant" not in text
    checked(capsys, 0, slow, "--pics", "evon200-40p-2cr", "--fail-on", "never")


def test_a_limit_of_ones_own_is_checked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[identity]\ndut = "station"\nocpp_version = "1.6"\nvendor = "BOTARI"\nproduct = "EVon200-40P-2CR"\n'
        "[limits]\nocpp_response_timeout = 0.4\n"
    )
    (check,) = document(capsys, capture(tmp_path / "c.jsonl"), "--pics", str(own), status=1)["checks"]
    (row,) = [row for row in check["kpis"] if row["limit"] is not None]
    assert (row["label"], row["verdict"], row["over_limit"]) == ("OCPP response timeout", "exceeded", 1)


def test_an_action_may_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (
        capture(tmp_path / "c.jsonl"),
        "--pics",
        "evon200-40p-2cr",
        "--exclude-action",
        "RemoteStartTransaction",
    )
    (check,) = document(capsys, *arguments)["checks"]
    response = next(row for row in check["kpis"] if row["key"] == "ocpp_response_timeout")
    assert (response["n"], response["excluded"]) == (2, {"excluded action": 1})
    assert response["max"] == pytest.approx(0.4)


def test_several_products_have_a_page_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = capture(tmp_path / "c.jsonl")
    found = document(capsys, path, "--pics", "evon200-40p-2cr", "--pics", "ets-mc-200", "--pics", "botaricsms1-0")
    mine, other, csms = found["checks"]
    assert (len(mine["stations"]), other["stations"], csms["dut"]) == (1, [], "csms")
    assert {row["verdict"] for row in other["kpis"]} == {"no_samples"}
    assert next(row for row in csms["kpis"] if row["key"] == "ocpp_response_timeout")["n"] == 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["c.jsonl"], "--pics is missing"),
        (["c.jsonl", "--pics", "nobody"], 'no profile "nobody"'),
        (["missing.jsonl", "--pics", "evon200-40p-2cr"], "missing.jsonl"),
        ([], "CAPTURE"),
    ],
)
def test_what_cannot_be_checked_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    capture(tmp_path / "c.jsonl")
    assert run(["pics", "check", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert says in line
