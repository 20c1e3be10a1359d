"""Every rule of the catalogue, by its own examples and documentation."""

import pkgutil
from collections.abc import Sequence

import pytest

from ocppscope.conformance import rules
from ocppscope.conformance.example import profiles_of, record_number, records_of
from ocppscope.conformance.registry import all_rules, rule
from ocppscope.conformance.rule import SECTIONS, Example, Rule
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Finding, Severity
from ocppscope.pics.profile import Profile

CASES = [
    pytest.param(rule, example, id=f"{rule.id} {example.title}") for rule in all_rules() for example in rule.examples
]


def findings_of(example: Example, profiles: Sequence[Profile] | None = None) -> list[Finding]:
    """What stands at the end of the example, withdrawn findings left out."""
    inspector = Inspector(profiles_of(example) if profiles is None else profiles)
    found: list[Finding] = []
    for record in records_of(example):
        seen = inspector.observe(record)
        found.extend(seen.findings)
        for withdrawn in seen.withdrawn:
            found.remove(withdrawn)
    return found


@pytest.mark.parametrize(("checked", "example"), CASES)
def test_example_finds_what_it_says(checked: Rule, example: Example) -> None:
    found = [finding for finding in findings_of(example) if finding.rule == checked.id]
    assert len(found) == example.finds, [finding.evidence for finding in found]
    if not found:
        return
    first = found[0]
    assert example.severity in (None, first.severity)
    assert example.at_fault in (None, first.at_fault)
    assert example.path in (None, first.path)
    if example.line is not None:
        assert first.records[0] == record_number(example, example.line)


@pytest.mark.parametrize("checked", all_rules(), ids=lambda checked: checked.id)
def test_rule_has_examples_of_both_kinds(checked: Rule) -> None:
    assert any(example.finds for example in checked.examples), "no violating example"
    assert any(not example.finds for example in checked.examples), "no conforming example"


@pytest.mark.parametrize("checked", all_rules(), ids=lambda checked: checked.id)
def test_rule_documentation_has_all_sections_in_order(checked: Rule) -> None:
    documentation = checked.__doc__ or ""
    places = [documentation.find(f"{section}:") for section in SECTIONS]
    assert -1 not in places, f"missing of {SECTIONS}"
    assert places == sorted(places)
    assert checked.name
    assert checked.spec


@pytest.mark.parametrize(("checked", "example"), CASES)
def test_no_neighbour_speaks_in_an_example_unless_it_says_so(checked: Rule, example: Example) -> None:
    others = [
        finding
        for finding in findings_of(example)
        if finding.rule not in (checked.id, *example.beside) and finding.severity is not Severity.INFO
    ]
    assert not others, [(finding.rule, finding.evidence) for finding in others]


@pytest.mark.parametrize(
    "checked", [rule for rule in all_rules() if rule.needs_profile], ids=lambda checked: checked.id
)
def test_a_rule_about_a_certificate_says_nothing_without_one(checked: Rule) -> None:
    for example in checked.examples:
        assert checked.id not in {finding.rule for finding in findings_of(example, profiles=())}, example.title


def test_each_file_holds_one_rule_named_after_its_id() -> None:
    modules = [
        module.name for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}.") if not module.ispkg
    ]
    assert len(modules) == len(all_rules())
    for checked in all_rules():
        family, number = checked.id.split("-")
        name = type(checked).__module__.split(".")
        assert name[-2] == family.lower()
        assert name[-1].startswith(f"{family.lower()}{number}_")


def test_rules_are_found_by_id_in_any_case() -> None:
    found = rule("rpc-008")
    assert found is not None
    assert found.id == "RPC-008"
    assert rule("RPC-999") is None
