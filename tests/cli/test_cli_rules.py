"""``rules list``, ``rules show`` and ``--rule``, as a user meets them."""

import json
from pathlib import Path

import pytest
from cli_support import ocppscope, recording

BOOT = [2, "1", "BootNotification", {"chargePointVendor": "Made", "chargePointModel": "Up"}]
BAD = [2, "2", "StatusNotification", {"connectorId": 1, "errorCode": "Error", "status": "Faulted"}]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """One payload that breaks its schema."""
    return recording(
        tmp_path / "a.jsonl",
        (0, ">", BOOT),
        (0.1, "<", [3, "1", {"status": "Accepted", "currentTime": "2026-03-01T12:00:00Z", "interval": 300}]),
        (1, ">", BAD),
        (1.1, "<", [3, "2", {}]),
    )


def found(path: Path, *switches: str) -> set[str]:
    options = [word for switch in switches for word in ("--rule", switch)]
    ran = ocppscope("report", path, "--format", "json", *options)
    assert (ran.status, ran.err) == (0, "")
    return {finding["rule"] for finding in json.loads(ran.out)["findings"]}


def test_rules_are_switched_by_id_family_severity_and_all(capture: Path) -> None:
    assert "RPC-024" in found(capture)
    for off in ("-RPC-024", "-rpc", "-error", "-MUST", "-all"):
        assert "RPC-024" not in found(capture, off), off
    family = found(capture, "-all", "+RPC")
    assert "RPC-024" in family
    assert all(rule.startswith("RPC-") for rule in family)
    assert "RPC-024" not in found(capture, "+RPC", "-all"), "the last that fits decides"


def test_every_command_that_judges_takes_switches(capture: Path) -> None:
    plain = ocppscope("view", "--plain", capture, "--rule", "-all")
    assert (plain.status, "RPC-024" in plain.out) == (0, False)
    check = ocppscope(
        "pics",
        "check",
        capture,
        "--pics",
        "evon200-40p-2cr",
        "--fail-on",
        "error",
        "--rule",
        "-all",
        "--format",
        "json",
    )
    assert check.status == 0


def test_a_profile_switches_too_and_the_command_line_wins(capture: Path, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    identity = '[identity]\ndut = "station"\nocpp_version = "1.6"\nvendor = "Made"\nproduct = "Up"\n'
    profile.write_text(f'{identity}[conformance]\nrules = ["-RPC-024"]\n')
    quiet = json.loads(ocppscope("report", capture, "--pics", profile, "--format", "json").out)
    loud = json.loads(ocppscope("report", capture, "--pics", profile, "--rule", "+RPC-024", "--format", "json").out)
    assert "RPC-024" not in {finding["rule"] for finding in quiet["findings"]}
    assert "RPC-024" in {finding["rule"] for finding in loud["findings"]}

    profile.write_text(f'{identity}[conformance]\nrules = ["-RPC-999"]\n')
    for command in (["report", capture], ["proxy", "ws://127.0.0.1:9/", "--headless"], ["view", capture]):
        ran = ocppscope(*command, "--pics", profile)
        assert ran.status == 2
        assert "profile mine: '-RPC-999' names no rule" in ran.complaint


@pytest.mark.parametrize(
    ("switch", "complaint"),
    [
        ("RPC-024", "begin it with - to turn rules off or + to turn them on"),
        ("-RPC-24", "did you mean RPC-024?"),
        ("+TXM", "did you mean TXN?"),
        ("RPC-024.late_s=3", "RPC-024 has no thresholds"),
        ("", "is no switch"),
        ("-", "names no rule"),
    ],
)
@pytest.mark.parametrize("command", [["report", "x"], ["view", "x"], ["proxy", "ws://127.0.0.1:9/"], ["demo"]])
def test_a_switch_that_fits_nothing(command: list[str], switch: str, complaint: str) -> None:
    ran = ocppscope(*command, f"--rule={switch}")
    assert ran.status == 2
    assert complaint in ran.complaint
    assert ran.complaint.endswith("--help')")


def complete(words: str, count: int) -> list[str]:
    ran = ocppscope(_OCPPSCOPE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    assert ran.status == 0
    return [line.partition(",")[2] for line in ran.out.splitlines()]


def test_switches_are_completed_although_they_begin_with_a_dash() -> None:
    assert complete("ocppscope report x --rule -rpc-02", 4)[:2] == ["-RPC-021", "-RPC-022"] or complete(
        "ocppscope report x --rule -rpc-024", 4
    ) == ["-RPC-024"]
    assert complete("ocppscope view x --rule +inf", 4) == ["+info"]
    assert complete("ocppscope proxy ws://h --rule -judg", 4) == ["-judgement"]
    assert complete("ocppscope report x --rul", 3) == ["--rule"]
    assert complete("ocppscope rules show tx", 3)[0] == "TXN"
    assert complete("ocppscope rules list --family pi", 4) == ["PIC"]


def listed(*arguments: str) -> list[dict[str, object]]:
    ran = ocppscope("rules", "list", "--format", "json", *arguments)
    assert (ran.status, ran.err) == (0, "")
    rules: list[dict[str, object]] = json.loads(ran.out)
    return rules


def test_the_list_is_narrowed_by_family_severity_version_and_words() -> None:
    everything = listed()
    assert {rule["family"] for rule in listed("--family", "txn", "--family", "PIC")} == {"TXN", "PIC"}
    assert {rule["severity"] for rule in listed("--severity", "info")} == {"info"}
    assert len(listed("--version", "1.6")) < len(everything)
    late = [rule["id"] for rule in listed("matches no call")]
    assert late == ["RPC-008"]
    assert listed("no rule is called like this") == []
    nothing = ocppscope("rules", "list", "no rule is called like this")
    assert (nothing.status, nothing.out, nothing.err) == (0, "", "no rule fits\n")


def test_json_has_everything_that_a_rule_says_of_itself() -> None:
    rules = listed()
    for rule in rules:
        assert set(rule) >= {
            "id", "name", "severity", "versions", "at_fault", "requirement", "spec", "needs_profile", "thresholds",
            "yields_to", "documentation", "examples",
        }  # fmt: skip
    (one,) = listed("RPC-011")
    documentation, examples = one["documentation"], one["examples"]
    assert isinstance(documentation, dict)
    assert [section["title"] for section in documentation["sections"]] == [
        "Finds",
        "Why it matters",
        "Usual causes",
        "What to do",
    ]
    assert isinstance(examples, list)
    assert {bool(example["finds"]) for example in examples} == {True, False}


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_list_has_a_table_a_family_and_fits(columns: str) -> None:
    ran = ocppscope("rules", "list", COLUMNS=columns)
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert any(line.startswith("TXN  ") and line.rstrip().split()[-1].isdigit() for line in lines)
    assert all(any(str(rule["id"]) in line for line in lines) for rule in listed())


def test_several_rules_and_whole_families_are_explained_once_each() -> None:
    ran = ocppscope("rules", "show", "rpc-008", "RPC-008", "ses-013")
    assert ran.status == 0
    assert ran.out.count("Why it matters") == 2
    family = ocppscope("rules", "show", "TXN")
    assert family.out.count("Why it matters") == len(listed("--family", "TXN"))


def test_an_examples_finding_stands_below_it() -> None:
    ran = ocppscope("rules", "show", "RPC-008", "--format", "json")
    (rule,) = json.loads(ran.out)
    for example in rule["examples"]:
        assert len(example["findings"]) == example["finds"]
    text = " ".join(ocppscope("rules", "show", "RPC-008").out.split())
    for example in rule["examples"]:
        for finding in example["findings"]:
            assert finding["evidence"] in text


def test_markdown_of_a_rule_for_a_wiki() -> None:
    ran = ocppscope("rules", "show", "TXN-001", "--format", "md")
    assert ran.status == 0
    assert "## ✖ TXN-001" in ran.out
    assert "### What to do" in ran.out
    assert ran.out.count("```") % 2 == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["show", "RPC-O08"], "RPC-008"),
        (["show"], "missing argument"),
        (["list", "--family", "TXX"], "there is no family 'TXX'"),
        (["list", "("], "is no regular expression"),
        (["list", "--severity", "fatal"], "'fatal' is not one of"),
        (["list", "--version", "1.5"], "'1.5' is not one of"),
    ],
)
def test_a_rule_or_family_that_there_is_not(arguments: list[str], complaint: str) -> None:
    ran = ocppscope("rules", *arguments)
    assert ran.status == 2
    assert complaint.casefold() in ran.complaint.casefold()


def test_only_is_for_people(capture: Path) -> None:
    ran = ocppscope("report", capture, "--format", "json", "--only", "vendors")
    assert ran.status == 2
    assert "--only is for text and md" in ran.complaint
    told = ocppscope("report", capture, "--only", "vendors")
    assert "RPC-024" in told.out
    assert "Response times" not in told.out
