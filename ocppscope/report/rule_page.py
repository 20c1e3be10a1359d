"""The page of a rule for people: everything that its own file says of it, and what its examples give."""

import re
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ocppscope.conformance.documentation import documentation_of
from ocppscope.conformance.families import family_of, title_of
from ocppscope.conformance.rule import Example, Rule
from ocppscope.conformance.sources import sources_of
from ocppscope.inspect.example_findings import example_findings
from ocppscope.model.finding import Finding
from ocppscope.protocol.version import OcppVersion
from ocppscope.report.rule_data import versions
from ocppscope.report.rule_list import fault
from ocppscope.report.text_cells import STYLES

_WIDEST = 100
"""Columns: longer lines of prose are hard to read."""

_STEP = re.compile(r"(?:\+(?P<wait>[\d.]+)\s*)?(?P<rest>.*)", re.DOTALL)


def print_rules(rules: Iterable[Rule], console: Console) -> None:
    """The pages of these rules, a line between them."""
    width = min(console.width, _WIDEST)
    for number, rule in enumerate(rules):
        if number:
            console.print()
            console.print(Text("─" * width, "dim"))
        console.print(Group(*_page(rule)), width=width)


def _page(rule: Rule) -> Iterator[RenderableType]:
    documentation = documentation_of(rule)
    yield Text.assemble((f"{rule.severity.mark} {rule.id}", STYLES[rule.severity]), ("  " + rule.name, "bold"))
    if documentation.summary.removesuffix(".") != rule.name:
        yield Padding(Text(documentation.summary), (0, 0, 0, 2))
    yield Text()
    yield _facts(rule)
    for section in documentation.sections:
        yield Text()
        yield Text(section.title, "bold")
        yield Padding(Text("\n\n".join(section.paragraphs)), (0, 0, 0, 2))
    if rule.thresholds:
        yield Text()
        yield Text("Thresholds", "bold")
        yield Padding(_thresholds(rule), (0, 0, 0, 2))
    yield Text()
    yield Text.assemble(("Examples", "bold"), (", all made up", "dim"))
    for example in rule.examples:
        yield Text()
        yield Padding(_example(rule, example), (0, 0, 0, 2))


def _facts(rule: Rule) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    family = family_of(rule)
    facts: list[tuple[str, RenderableType]] = [
        ("severity", Text(rule.severity.value, STYLES[rule.severity])),
        ("at fault", f"the {fault(rule)}" if rule.at_fault else "either side; the finding says which"),
        ("OCPP", ", ".join(versions(rule))),
        ("demanded", f"{rule.requirement.value}: {rule.spec}"),
        *(("", Text(f"{short}: {title}", "dim")) for short, title in sources_of(rule.spec).items()),
        ("family", f"{family}, {title_of(family)}"),
    ]
    if rule.needs_profile:
        facts.append(("asked", "only where --pics names what the station was certified for"))
    if rule.yields_to:
        facts.append(("silent", f"where {', '.join(rule.yields_to)} names the cause"))
    for name, value in facts:
        table.add_row(name, value)
    return Padding(table, (0, 0, 0, 2))


def _thresholds(rule: Rule) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(no_wrap=True)
    table.add_column()
    for threshold in rule.thresholds:
        table.add_row(Text(threshold.name, "bold"), f"{threshold.default:g}", threshold.what)
    first = rule.thresholds[0]
    return Group(table, Text(f"change with --rule {rule.id}.{first.name}={first.default:g}", "dim"))


def _example(rule: Rule, example: Example) -> RenderableType:
    mark, style = ("✖", "bold red") if example.finds else ("✔", "green")
    version = f" (OCPP {example.version})" if example.version is not OcppVersion.V16 else ""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, justify="right", style="dim")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line in example.lines:
        table.add_row(*_step(line))
    found = example_findings(rule, example)
    return Group(
        Text.assemble((f"{mark} ", style), (example.title, "bold"), version),
        Padding(Group(*(Text(line, "dim") for line in example.setting), table), (0, 0, 0, 2)),
        *(Padding(_finding(finding), (0, 0, 0, 2)) for finding in found),
    )


def _step(line: str) -> tuple[str, Text, Text]:
    """A line of the script: the time since the line before where it says one, an arrow, and what is sent."""
    found = _STEP.fullmatch(line)
    wait, rest = (found["wait"], found["rest"].strip()) if found is not None else (None, line)
    pause = f"+{wait} s" if wait is not None else ""
    if rest[:1] in _ARROWS:
        return pause, Text(*_ARROWS[rest[0]]), Text(rest[1:].strip())
    return pause, Text("·", "dim"), Text(rest or "time passes", "dim italic")


_ARROWS = {">": ("──▶", "cyan"), "<": ("◀──", "magenta")}


def _finding(finding: Finding) -> RenderableType:
    who = f", {finding.at_fault} at fault" if finding.at_fault is not None else ""
    parts = [f"{name} {value}" for name, value in _details(finding)]
    return Group(
        Text.assemble(
            (f"{finding.severity.mark} {finding.severity.value}{who}: ", STYLES[finding.severity]), finding.evidence
        ),
        *([Text("; ".join(parts), "dim")] if parts else []),
    )


def _details(finding: Finding) -> Iterator[tuple[str, str]]:
    for name, value in (("at", finding.path), ("observed", finding.observed), ("expected", finding.expected)):
        if value:
            yield name, value
