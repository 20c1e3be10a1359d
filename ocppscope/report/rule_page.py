"""Rules for people and programs: the list of all, and the page of one."""

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ocppscope.conformance.rule import SECTIONS, Example, Rule
from ocppscope.conformance.sources import sources_of
from ocppscope.protocol.version import OcppVersion
from ocppscope.report.text import STYLES

_HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):$", re.MULTILINE)


def catalogue(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """What there is to say of each rule in one line, as plain values."""
    return [
        {
            "id": rule.id,
            "name": rule.name,
            "severity": rule.severity,
            "versions": _versions(rule),
            "at_fault": rule.at_fault,
            "requirement": rule.requirement,
            "spec": rule.spec,
        }
        for rule in rules
    ]


def catalogue_json(rules: Iterable[Rule]) -> str:
    """The same as indented JSON text."""
    return msgspec.json.format(msgspec.json.encode(catalogue(rules)), indent=1).decode()


def print_catalogue(rules: Sequence[Rule], console: Console) -> None:
    """A line for each rule, and how many there are."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("Id", "Severity", "OCPP", "What it finds", "Clause"):
        table.add_column(name, no_wrap=name in {"Id", "Severity"})
    for rule in rules:
        table.add_row(
            rule.id,
            Text(f"{rule.severity.mark} {rule.severity}", STYLES[rule.severity]),
            _span(rule),
            rule.name,
            Text(rule.spec, "dim"),
        )
    console.print(table)
    console.print(Text(f"{len(rules)} rules; 'ocppscope rules show ID' explains one", "dim"))


def print_rule(rule: Rule, console: Console) -> None:
    """Everything that the rule's own file says of it."""
    console.print(Text.assemble((rule.id, "bold"), "  ", (rule.name, "bold")))
    fault = f"{rule.at_fault} at fault" if rule.at_fault is not None else "either side at fault"
    facts = f"OCPP {_span(rule)}, {fault}, {rule.requirement}: {rule.spec}"
    console.print(Text.assemble((f"{rule.severity.mark} {rule.severity}", STYLES[rule.severity]), f"  {facts}"))
    for short, title in sources_of(rule.spec).items():
        console.print(Text(f"{short:5}  {title}", "dim"))
    for section in _sections(rule):
        console.print()
        console.print(section)
    for example in rule.examples:
        console.print()
        console.print(_example(example))


def _versions(rule: Rule) -> list[str]:
    return [version.value for version in OcppVersion if version in rule.versions]


def _span(rule: Rule) -> str:
    return "all" if len(rule.versions) == len(OcppVersion) else " ".join(_versions(rule))


def _sections(rule: Rule) -> Iterable[RenderableType]:
    """The docstring's sections, each with its heading; the rest of its text comes first."""
    documentation = inspect.getdoc(rule) or ""
    summary, *parts = _HEADING.split(documentation)
    yield _paragraphs(summary)
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        yield Group(Text(heading, "bold"), Padding(_paragraphs(inspect.cleandoc(body)), (0, 0, 0, 2)))


def _paragraphs(text: str) -> RenderableType:
    """Lines of the source joined to paragraphs, as wide as the terminal."""
    return Text("\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")))


def _example(example: Example) -> RenderableType:
    verdict = "no finding" if not example.finds else f"{example.finds} finding{'s' if example.finds > 1 else ''}"
    head = Text.assemble(("Example  ", "dim"), example.title, f" (OCPP {example.version}): ", (verdict, "bold"))
    setting = [Text(line, "dim") for line in example.setting]
    script = Text(inspect.cleandoc(example.script))
    return Group(head, Padding(Group(*setting, script), (0, 0, 0, 2)))
