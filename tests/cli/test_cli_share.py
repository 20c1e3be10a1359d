"""What is sent on: ``report`` as HTML and JUnit XML, ``convert`` to diagrams and to what a filter lets through."""

import gzip
import json
import os
import signal
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from cli_support import Running, ocppscope, recording

NOW = "2026-03-01T12:00:00Z"


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A boot, a transaction, a StatusNotification that breaks the schema; made up."""
    card = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": NOW}
    return recording(
        tmp_path / "lab.jsonl",
        (0, ">", [2, "1", "BootNotification", {"chargePointVendor": "Made", "chargePointModel": "Up"}]),
        (0.25, "<", [3, "1", {"status": "Accepted", "interval": 300, "currentTime": NOW}]),
        (1, ">", [2, "2", "StartTransaction", card]),
        (1.5, "<", [3, "2", {"transactionId": 17, "idTagInfo": {"status": "Accepted"}}]),
        (2, ">", [2, "3", "StatusNotification", {"connectorId": 1, "errorCode": "Error", "status": "Charging"}]),
        (2.5, "<", [4, "3", "FormationViolation", "", {}]),
        (9, ">", [2, "4", "StopTransaction", {"transactionId": 17, "meterStop": 100, "timestamp": NOW}]),
        (9.5, "<", [3, "4", {}]),
    )


def test_report_writes_a_page(capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    ran = ocppscope("report", capture, "--format", "html", "-o", out, "--pics", "ets-mc-200")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    text = out.read_text()
    assert text.startswith("<!DOCTYPE html>")
    assert "StatusNotification" in text


def test_report_of_stdin_quotes_messages_too(capture: Path) -> None:
    ran = ocppscope("report", "-", "--format", "html", stdin=capture.read_bytes())
    assert ran.status == 0
    assert "CALL StatusNotification" in ran.out


def test_report_writes_junit_and_fails_as_asked(capture: Path) -> None:
    ran = ocppscope("report", capture, "--format", "junit", "--fail-on", "error")
    assert ran.status == 1
    root = fromstring(ran.out)
    assert any(
        (case.get("name") or "").startswith("RPC-024")
        for case in root.iter("testcase")
        if case.find("failure") is not None
    )


@pytest.mark.parametrize("form", ["html", "junit", "json"])
def test_only_is_for_text_and_markdown(form: str, capture: Path) -> None:
    ran = ocppscope("report", capture, "--format", form, "--only", "vendors")
    assert ran.status == 2
    assert "--only is for text and md" in ran.complaint


@pytest.mark.parametrize(("name", "start"), [("charge.mmd", "sequenceDiagram\n"), ("charge.html", "<!DOCTYPE html>")])
def test_convert_draws_a_transaction(name: str, start: str, capture: Path, tmp_path: Path) -> None:
    ran = ocppscope("convert", capture, tmp_path / name, "--filter", "tx:17")
    assert ran.status == 0
    text = (tmp_path / name).read_text()
    assert text.startswith(start)
    assert "StartTransaction" in text
    assert "StopTransaction" in text
    assert "BootNotification" not in text


def test_convert_names_diagrams_by_their_format_too(capture: Path) -> None:
    assert ocppscope("convert", capture, "-", "--to", "mermaid").out.startswith("sequenceDiagram\n")
    assert ocppscope("convert", capture, "-", "--to", "html-sequence").out.startswith("<!DOCTYPE html>")


def test_a_diagram_can_be_compressed(capture: Path, tmp_path: Path) -> None:
    assert ocppscope("convert", capture, tmp_path / "lab.mmd.gz").status == 0
    assert gzip.decompress((tmp_path / "lab.mmd.gz").read_bytes()).startswith(b"sequenceDiagram\n")


def test_a_filter_holds_for_every_format(capture: Path, tmp_path: Path) -> None:
    ran = ocppscope("convert", capture, tmp_path / "some.csv", "--filter", "action:Start*")
    assert ran.status == 0
    assert "StartTransaction" in (tmp_path / "some.csv").read_text()
    assert "BootNotification" not in (tmp_path / "some.csv").read_text()
    ran = ocppscope("convert", capture, "-", "--to", "jsonl", "--filter", "action:Start*")
    assert [json.loads(json.loads(line)["data"])[:2] for line in ran.out.splitlines()] == [[2, "2"], [3, "2"]]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--filter", "latency>"), "--filter"),
        (("--to", "nothing"), "there is no format 'nothing' to write; say --to with one of: native,"),
    ],
)
def test_convert_says_what_is_wrong(arguments: tuple[str, ...], complaint: str, capture: Path, tmp_path: Path) -> None:
    ran = ocppscope("convert", capture, tmp_path / "x.mmd", *arguments)
    assert ran.status == 2
    assert complaint in ran.complaint
    assert not (tmp_path / "x.mmd").exists()


@pytest.mark.parametrize("name", ["live.mmd", "live.html", "live.jsonl"])
def test_ctrl_c_keeps_what_was_written_readable(name: str, capture: Path, tmp_path: Path) -> None:
    pipe, out = tmp_path / "pipe", tmp_path / name
    for path in (pipe, out):
        os.mkfifo(path)  # opening one waits for the program to open it, too
    with Running(
        "convert", pipe, out, "--force", "--from", "jsonl", "--filter", "station:*", "--station", "CP001"
    ) as run:
        with pipe.open("wb", buffering=0) as file:
            file.write(capture.read_bytes())
            with out.open("rb") as made:
                if not name.endswith(".jsonl"):  # which is written while it is read, and nobody takes it here yet
                    # More than a pipe holds: it is taken only once the reading has begun in earnest.
                    file.write(capture.read_bytes() * (200_000 // capture.stat().st_size + 1))
                run.process.send_signal(signal.SIGINT)
                text = made.read().decode()
        assert run.wait() == 130
    assert not [line for line in run.lines["err"] if "Traceback" in line]
    if name.endswith(".mmd"):
        assert text.startswith("sequenceDiagram\n")
    elif name.endswith(".html"):
        assert text.endswith("</html>\n")
    else:
        assert all(json.loads(line) for line in text.splitlines())
