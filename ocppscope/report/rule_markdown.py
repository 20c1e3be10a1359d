"""Pages of rules as Markdown: to print, to paste, never to commit, because the rules' own files are the source."""

from collections.abc import Iterable, Iterator

from ocppscope.conformance.documentation import documentation_of
from ocppscope.conformance.families import families
from ocppscope.conformance.rule import Example, Rule
from ocppscope.conformance.sources import sources_of
from ocppscope.inspect.example_findings import example_findings
from ocppscope.report.markdown_cells import cell, table
from ocppscope.report.rule_data import versions
from ocppscope.report.rule_list import fault


def markdown(rules: Iterable[Rule]) -> str:
    """The rules by family, without a newline at the end."""
    return "\n\n".join(
        block for family in families(rules) for block in (f"# {family.key}: {family.title}", *_pages(family.rules))
    )


def _pages(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield f"## {rule.severity.mark} {rule.id} {cell(rule.name)}"
        yield "\n".join(_facts(rule))
        for section in documentation_of(rule).sections:
            yield f"### {section.title}"
            yield from (cell(paragraph) for paragraph in section.paragraphs)
        if rule.thresholds:
            yield "### Thresholds"
            rows = [(one.name, f"{one.default:g}", one.what) for one in rule.thresholds]
            yield table(("Name", "Default", "What"), rows, frozenset({"Default"}))
        yield "### Examples"
        for example in rule.examples:
            yield from _example(rule, example)


def _facts(rule: Rule) -> Iterator[str]:
    yield f"* severity: {rule.severity.value}; at fault: {fault(rule)}; OCPP {', '.join(versions(rule))}"
    yield f"* {rule.requirement.value}: {cell(rule.spec)}"
    yield from (f"* {short}: {title}" for short, title in sources_of(rule.spec).items())
    if rule.needs_profile:
        yield "* asked only where `--pics` names what the station was certified for"
    if rule.yields_to:
        yield f"* silent where {', '.join(rule.yields_to)} names the cause"


def _example(rule: Rule, example: Example) -> Iterator[str]:
    yield f"{'✖' if example.finds else '✔'} **{cell(example.title)}** (OCPP {example.version})"
    lines = [
        *(f"# {line}" for line in example.setting),
        *example.lines,
    ]
    yield "\n".join(("```", *lines, "```"))
    for finding in example_findings(rule, example):
        yield f"{finding.severity.mark} {finding.severity.value}: {cell(finding.evidence)}"
