"""Rules for programs: everything that the catalogue says of them, as plain values."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ocppscope.conformance.documentation import documentation_of
from ocppscope.conformance.families import family_of, title_of
from ocppscope.conformance.rule import Example, Rule
from ocppscope.conformance.sources import sources_of
from ocppscope.inspect.example_findings import example_findings
from ocppscope.model.finding import Finding
from ocppscope.protocol.version import OcppVersion


def encode(rules: Iterable[Rule], *, findings: bool = False) -> str:
    """The rules as an indented JSON array.

    Args:
        rules: in this order.
        findings: also what each example gives, which takes a few milliseconds a rule.
    """
    return msgspec.json.format(msgspec.json.encode([rule_value(rule, findings=findings) for rule in rules])).decode()


def rule_value(rule: Rule, *, findings: bool = False) -> dict[str, Any]:
    """One rule."""
    documentation = documentation_of(rule)
    return {
        "id": rule.id,
        "family": family_of(rule),
        "family_title": title_of(family_of(rule)),
        "name": rule.name,
        "severity": rule.severity,
        "versions": versions(rule),
        "at_fault": rule.at_fault,
        "requirement": rule.requirement,
        "spec": rule.spec,
        "sources": sources_of(rule.spec),
        "needs_profile": rule.needs_profile,
        "thresholds": [msgspec.to_builtins(threshold) for threshold in rule.thresholds],
        "yields_to": rule.yields_to,
        "documentation": {
            "summary": documentation.summary,
            "sections": [
                {"title": section.title, "paragraphs": section.paragraphs} for section in documentation.sections
            ],
        },
        "examples": [
            _example(example) | ({"findings": _findings(rule, example)} if findings else {})
            for example in rule.examples
        ],
    }


def versions(rule: Rule) -> list[str]:
    """The versions of OCPP that it is about, the oldest first."""
    return [version.value for version in OcppVersion if version in rule.versions]


def _example(example: Example) -> dict[str, Any]:
    return {
        "title": example.title,
        "version": example.version,
        "setting": example.setting,
        "script": [line.strip() for line in example.script.strip().splitlines()],
        "finds": example.finds,
    }


def _findings(rule: Rule, example: Example) -> Sequence[dict[str, Any]]:
    return [_finding(finding) for finding in example_findings(rule, example)]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "at_fault": finding.at_fault,
        "evidence": finding.evidence,
        "path": finding.path,
        "observed": finding.observed,
        "expected": finding.expected,
    }
