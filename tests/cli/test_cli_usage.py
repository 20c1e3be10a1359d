"""Help, version, completion and wrong usage."""

import json

import pytest
from cli_support import ocppscope

COMMANDS = ["demo", "proxy", "view", "report", "pics", "rules"]


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command_and_shell(option: str) -> None:
    ran = ocppscope(option)

    assert (ran.status, ran.err) == (0, "")
    for name in [*COMMANDS, "bash", "zsh", "fish", "_OCPPSCOPE_COMPLETE"]:
        assert name in ran.out


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize(
    "command",
    [*([name] for name in COMMANDS), ["rules", "list"], ["rules", "show"], ["pics", "list"], ["pics", "show"]],
    ids=" ".join,
)
def test_every_command_has_help_with_an_example(command: list[str], option: str) -> None:
    ran = ocppscope(*command, option)

    assert (ran.status, ran.err) == (0, "")
    assert "Example" in ran.out
    assert f"  ocppscope {' '.join(command)}" in ran.out


def test_the_version_is_one_line() -> None:
    assert ocppscope("--version").out == "ocppscope 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["reprot"], "did you mean 'report'"),
        (["report"], "missing argument 'CAPTURE...'"),
        (["report", "--frob", "x"], "--frob"),
        (["report", "--fail-on", "info", "x"], "'info' is not one of"),
        (["report", "--format", "yaml", "x"], "'yaml' is not one of"),
        (["proxy"], "missing argument 'UPSTREAM'"),
        (["proxy", "ws://h/", "--plain", "--headless"], "--plain and --headless"),
        (["proxy", "ws://h/", "--capture", "x", "--no-capture"], "--capture and --no-capture"),
        (["view", "--follow", "a", "b"], "--follow takes one capture"),
        (["demo", "--stations", "0"], "0 is not in the range"),
        (["demo", "--duration", "0"], "0.0 is not in the range"),
        (["demo", "--ocpp", "1.5"], "'1.5' is not one of"),
        (["demo", "--scenario", "war"], "'war' is not one of"),
        (["rules", "show", "XYZ-999"], "there is no rule 'XYZ-999'; 'ocppscope rules list' lists all"),
        (["view", "x", "--filter", "statoin:CP001"], "unknown field 'statoin'"),
        (["report", "x", "--filter", 'action:"Boot'], "(at character"),
    ],
)
def test_wrong_usage_is_one_line_that_says_where_help_is(arguments: list[str], complaint: str) -> None:
    ran = ocppscope(*arguments)

    assert ran.status == 2
    assert complaint.casefold() in ran.complaint.casefold()
    assert ran.complaint.endswith("--help')")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed_for_each_shell(shell: str) -> None:
    ran = ocppscope(_OCPPSCOPE_COMPLETE=f"{shell}_source")

    assert (ran.status, ran.err) == (0, "")
    assert "_OCPPSCOPE_COMPLETE" in ran.out


def complete(words: str, count: int) -> list[str]:
    ran = ocppscope(_OCPPSCOPE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    assert ran.status == 0
    return [line.partition(",")[2] for line in ran.out.splitlines()]


def test_completion_knows_commands_rules_and_profiles() -> None:
    assert complete("ocppscope re", 1) == ["report"]
    assert complete("ocppscope rules show rpc-00", 3)[:2] == ["RPC-001", "RPC-002"]
    assert complete("ocppscope report x --pics evon", 4) == ["evon200-40p-2cr"]


def test_one_rule_is_explained_with_all_its_sections_and_examples() -> None:
    ran = ocppscope("rules", "show", "rpc-008")

    assert (ran.status, ran.err) == (0, "")
    for part in (
        "RPC-008",
        "Finds",
        "Why it matters",
        "Usual causes",
        "What to do",
        "J16 §4.1.4",
        "Example",
        '[3,"ff80ff4a"',
    ):
        assert part in ran.out


def test_rules_are_listed_for_people_and_for_programs() -> None:
    text, data = ocppscope("rules", "list"), ocppscope("rules", "list", "--format", "json")

    listed = json.loads(data.out)
    assert (text.status, data.status) == (0, 0)
    assert {rule["id"] for rule in listed} >= {"RPC-001", "RPC-008", "RPC-011", "RPC-024"}
    assert all(rule["id"] in text.out for rule in listed)
    assert set(listed[0]) >= {"id", "name", "severity", "versions", "spec"}
