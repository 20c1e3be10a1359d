"""What the catalogue says of a rule's own examples."""

from ocppscope.conformance.example import profiles_of, records_of
from ocppscope.conformance.rule import Example, Rule
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Finding


def example_findings(rule: Rule, example: Example) -> list[Finding]:
    """The rule's findings that stand at the end of the example, with all other rules on."""
    inspector = Inspector(profiles_of(example))
    for record in records_of(example):
        inspector.observe(record)
    return [found for row in inspector.findings.rows() for found in row.occurrences if found.rule == rule.id]
