"""A recording without times: nothing is said about when, and nothing is measured."""

import json
from pathlib import Path

import pytest

from ocppscope.cli.group import run
from ocppscope.tui.columns.times import clock_time

LOG = """> [2,"17","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
< [3,"17",{"status":"Accepted","currentTime":"2026-11-20T12:00:00Z","interval":300}]
> [2,"18","Heartbeat",{}]
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "WB01.log"
    path.write_text(LOG)
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert run([str(argument) for argument in arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "json", "md", "html", "junit"])
def test_no_report_has_a_date_that_nobody_recorded(form: str, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = said(capsys, "report", log, "--format", form)
    assert "1970" not in report
    assert "BootNotification" in report or "WB01" in report


def test_the_text_says_that_there_are_no_times(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = said(capsys, "report", log)
    assert "without times: their order is all that is known" in report
    assert "≥" not in report


def test_nothing_is_measured(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(said(capsys, "report", log, "--format", "json"))
    assert (report["captures"][0]["first"], report["captures"][0]["last"]) == (None, None)
    assert report["latency"] == []
    assert report["exchanges"] == {"answered": 1, "unanswered": 1, "aborted": 0, "orphan_responses": 0}
    assert report["counts"]["connections"] == 1


def test_lines_and_diagrams_have_a_dash_or_nothing(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "view", "--plain", log).splitlines()
    assert [line.split()[0] for line in lines] == ["-"] * 4
    assert "+0.000" not in said(capsys, "convert", log, "-", "--to", "mermaid")
    page = said(capsys, "convert", log, "-", "--to", "html-sequence")
    assert "1970" not in page
    assert "+0.000" not in page


def test_the_list_on_the_screen_has_a_dash() -> None:
    assert clock_time(0) == "–"
    assert clock_time(1) == "00:00:00.000"
