"""The captures that come with the program are what their README says."""

import re
import runpy
from pathlib import Path

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Ended, Header, Refused, Vantage
from ocppscope.inspect.inspector import Inspector
from ocppscope.pics import library
from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.process import demo_profiles

FOLDER = Path(__file__).resolve().parents[2] / "captures"
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def inspected(name: str) -> Inspector:
    inspector = Inspector([library.load(path) for path in demo_profiles()])
    for record in open_capture(FOLDER / f"{name}.jsonl"):
        inspector.observe(record)
    return inspector


def rules(name: str) -> set[str]:
    return {row.finding.rule for row in inspected(name).findings.rows()}


def test_each_capture_has_its_line_and_can_be_recorded_again() -> None:
    described = re.findall(r"^\| `(.+?)\.jsonl` \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(described) == NAMES
    assert sorted(runpy.run_path(str(FOLDER / "record.py"))["CAPTURES"]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_capture_is_small_whole_and_says_nothing_of_the_machine(name: str) -> None:
    path = FOLDER / f"{name}.jsonl"
    capture = open_capture(path)
    records = list(capture)

    assert path.stat().st_size < 200_000
    assert capture.format == "native"
    assert capture.vantage is Vantage.PROXY
    assert capture.skipped == []
    assert sum(isinstance(record, Header) for record in records) == 1
    assert re.findall(r"/(?:home|root|tmp|usr|var|work|Users)/", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("version", OcppVersion)
def test_the_healthy_ones_have_nothing_to_report(version: OcppVersion) -> None:
    inspector = inspected(f"healthy-{version}")

    assert inspector.findings.rows() == []
    assert inspector.counts.answered == inspector.counts.calls > 90
    assert [station.version for station in inspector.stations.values()] == [version]


def test_the_16_faults_are_found() -> None:
    assert rules("field-faults-1.6") >= {
        "RPC-001", "RPC-003", "RPC-005", "RPC-007", "RPC-008", "RPC-009", "RPC-011", "RPC-024", "SES-013", "TXN-001",
    }  # fmt: skip


def test_the_21_faults_are_found() -> None:
    inspector = inspected("field-faults-2.1")

    assert {row.finding.rule for row in inspector.findings.rows()} >= {
        "RPC-001", "RPC-005", "RPC-008", "RPC-009", "RPC-011", "RPC-021", "SES-013",
    }  # fmt: skip
    assert (inspector.counts.call_result_errors, inspector.counts.sends) == (1, 3)


def test_the_deaf_station_answers_nothing_and_goes_on_talking() -> None:
    inspector = inspected("deaf-2.0.1")

    # It accepts a trigger for MeterValues just before it goes deaf, and these never come either: PIC-027.
    # Its heartbeats come every two seconds or so, where the boot set ten: SES-010.
    assert {row.finding.rule for row in inspector.findings.rows()} == {"RPC-011", "PIC-027", "SES-010"}
    assert (inspector.counts.unanswered, inspector.counts.answered) == (6, 12)


def test_the_offline_one_ends_in_every_way() -> None:
    records = list(open_capture(FOLDER / "offline-1.6.jsonl"))

    assert [record.how for record in records if isinstance(record, Ended)].count("rst") == 2
    assert [record.status for record in records if isinstance(record, Refused)] == [400]
