"""Clauses can be looked up."""

import pytest

from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Requirement, Rule
from ocppscope.conformance.sources import sources_of


def test_abbreviations_of_a_clause_become_titles() -> None:
    assert sources_of("J16 §4.1.3; P4 §4.4; P21-4 §4.1.3") == {
        "J16": "OCPP-J 1.6 specification",
        "P4": "OCPP 2.0.1 edition 3, part 4",
        "P21-4": "OCPP 2.1 edition 1, part 4",
    }


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules() if not rule.id.startswith("PIC-")], ids=lambda rule: rule.id
)
def test_every_rule_names_a_document_that_can_be_found_or_is_a_judgement(rule: Rule) -> None:
    assert sources_of(rule.spec) or rule.requirement is Requirement.JUDGEMENT
