"""``diff``: its two formats and what its exit status says."""

import json
from pathlib import Path

import pytest
from cli_support import ocppscope, recording

CAPTURES = Path(__file__).parents[2] / "captures"
HEALTHY, FAULTY = CAPTURES / "healthy-1.6.jsonl", CAPTURES / "field-faults-1.6.jsonl"


def test_the_same_capture_twice_has_no_differences() -> None:
    ran = ocppscope("diff", HEALTHY, HEALTHY)
    assert (ran.status, ran.err) == (0, "")
    assert "no differences in 99 exchanges" in ran.out


def test_another_capture_differs_and_the_status_says_so() -> None:
    ran = ocppscope("diff", HEALTHY, FAULTY)
    assert (ran.status, ran.err) == (1, "")
    for words in (
        "different: ",
        "Identity",
        "1.4.3",
        "1.4.2",
        "Only in A",
        "Only in B",
        "Findings",
        "gained",
        "RPC-003",
    ):
        assert words in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100
    assert max(map(len, ocppscope("diff", HEALTHY, FAULTY, COLUMNS="80").out.splitlines())) <= 80


def test_json_has_the_same_and_every_key() -> None:
    ran = ocppscope("diff", HEALTHY, FAULTY, "--format", "json")
    assert ran.status == 1
    document = json.loads(ran.out)
    assert document.keys() >= {
        "schema",
        "tool",
        "different",
        "a",
        "b",
        "stations",
        "only_in_a",
        "only_in_b",
        "refused",
        "names",
    }
    assert document["only_in_b"] == ["DEMO-02-LIBRARY"]
    (station,) = document["stations"]
    assert station.keys() >= {
        "a", "b", "different", "identity", "exchanges", "missing", "added", "moved", "changes", "configuration", "findings",
        "latency", "transactions", "disconnects",
    }  # fmt: skip
    assert {"what": "firmware", "a": "1.4.3", "b": "1.4.2"} in station["identity"]
    assert {(row["rule"], row["change"]) for row in station["findings"]} >= {
        ("RPC-003", "gained"),
        ("TXN-006", "gained"),
    }


def test_a_capture_and_its_anonymized_copy_differ_in_names_only(tmp_path: Path) -> None:
    assert ocppscope("anonymize", FAULTY, tmp_path / "copy.jsonl").status == 0
    ran = ocppscope("diff", FAULTY, tmp_path / "copy.jsonl", "--format", "json")
    document = json.loads(ran.out)
    assert (ran.status, document["different"]) == (0, False)
    assert {name["kind"] for name in document["names"]} >= {"stations", "tags", "serials"}


def test_rules_that_are_switched_off_make_no_difference() -> None:
    ran = ocppscope("diff", HEALTHY, FAULTY, "--format", "json", "--rule=-all", "--rule=+TXN-006")
    (station,) = json.loads(ran.out)["stations"]
    assert [row["rule"] for row in station["findings"]] == ["TXN-006"]


@pytest.mark.parametrize("other", ["missing.jsonl", "odd.bin"])
def test_what_cannot_be_read_is_status_2(tmp_path: Path, other: str) -> None:
    (tmp_path / "odd.bin").write_bytes(b"\0\1\2")
    good = recording(tmp_path / "good.jsonl", (0, ">", [2, "1", "Heartbeat", {}]))
    ran = ocppscope("diff", good, tmp_path / other)
    assert ran.status == 2
    assert other in ran.complaint


def test_only_one_of_both_can_be_stdin() -> None:
    assert ocppscope("diff", "-", "-").status == 2
    ran = ocppscope("diff", "-", HEALTHY, stdin=HEALTHY.read_bytes())
    assert ran.status == 0
