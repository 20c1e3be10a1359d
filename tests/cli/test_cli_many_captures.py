"""Several captures on one command line."""

import json
from pathlib import Path

import pytest
from cli_support import ocppscope

ROOT = Path(__file__).resolve().parents[2]
FAULTS = ROOT / "captures" / "field-faults-1.6.jsonl"
HEALTHY = ROOT / "captures" / "healthy-1.6.jsonl"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The same traffic as in the capture of the proxy, as another program would have recorded it."""
    path = tmp_path / "monday.csv"
    assert ocppscope("convert", FAULTS, path).status == 0
    return path


def test_json_names_what_was_left_out_and_counts_the_rest_once(log: Path) -> None:
    alone = json.loads(ocppscope("report", FAULTS, "--format", "json").out)
    ran = ocppscope("report", log, FAULTS, "--format", "json")

    assert (ran.status, ran.err) == (0, "")
    both = json.loads(ran.out)
    for key in ("counts", "exchanges", "latency", "transactions", "stations"):
        assert both[key] == alone[key], key
    facts = {capture["path"]: capture for capture in both["captures"]}
    left = facts[str(log)]["left_out"]
    assert {one["station"] for one in left} == {station["id"] for station in alone["stations"]}
    assert {one["kept"] for one in left} == {str(FAULTS)}
    assert sum(one["messages"] for one in left) == alone["counts"]["messages"]
    assert all(abs(one["clock_offset"]) < 0.001 for one in left)
    assert facts[str(FAULTS)]["left_out"] == []


@pytest.mark.parametrize("form", ["text", "md", "html", "junit"])
def test_every_report_says_what_was_left_out(log: Path, form: str) -> None:
    out = ocppscope("report", log, FAULTS, "--format", form).out

    assert "the same traffic as in" in " ".join(out.split())


def test_a_capture_given_twice_counts_once() -> None:
    once = json.loads(ocppscope("report", HEALTHY, "--format", "json").out)
    twice = json.loads(ocppscope("report", HEALTHY, HEALTHY, "--format", "json").out)

    assert twice["counts"] == once["counts"]
    assert [capture["left_out"] != [] for capture in twice["captures"]] == [False, True]
    assert "the same capture as" in ocppscope("report", HEALTHY, HEALTHY).out


def test_commands_whose_output_has_no_place_for_it_say_it_on_stderr(log: Path) -> None:
    query = ocppscope("query", log, FAULTS, "SELECT count(*) AS n FROM messages", "--format", "json")
    check = ocppscope("pics", "check", log, FAULTS, "--pics", "evon200-40p-2cr", "--fail-on", "never")

    assert json.loads(query.out) == [{"n": 282}]
    for ran in (query, check):
        assert ran.err.count("the same traffic as in") == 2


def test_stdin_is_read_after_the_files(log: Path) -> None:
    ran = ocppscope("report", "-", HEALTHY, "--format", "json", stdin=FAULTS.read_bytes())

    assert [capture["path"] for capture in json.loads(ran.out)["captures"]] == ["-", str(HEALTHY)]
    ran = ocppscope("report", "-", HEALTHY, FAULTS, "--format", "json", stdin=log.read_bytes())
    assert [capture["path"] for capture in json.loads(ran.out)["captures"]] == [str(HEALTHY), str(FAULTS), "-"]


def test_stdin_named_twice_is_read_once() -> None:
    ran = ocppscope("report", "-", "-", "--format", "json", stdin=HEALTHY.read_bytes())

    assert ran.status == 0
    assert json.loads(ran.out)["counts"]["connections"] > 0
