"""The list of rules for people: a table a family, all with the same columns."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from ocppscope.conformance.families import Family, families
from ocppscope.conformance.rule import Rule
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion
from ocppscope.report.text_cells import STYLES

CLAUSES_FROM = 104
"""Columns from which there is room for the clauses."""

CLAUSE = 26
"""Columns of a clause; the page of a rule has all of it."""

_FAULT = {Role.STATION: "station", Role.CSMS: "CSMS", None: "either"}
_COLUMNS = (("Id", 7), ("OCPP", 5), ("Fault", 7), ("Demanded", 9))


def print_catalogue(rules: Sequence[Rule], console: Console) -> None:
    """A line for each rule, by family, and how many there are."""
    for number, family in enumerate(families(rules)):
        console.print(_Heading(family))
        console.print(_RuleTable(family.rules, heads=number == 0))
        console.print()
    console.print(Group(*_legend(rules)))


def span(rule: Rule) -> str:
    """Its versions, shortly: ``all``, ``2.x``, ``1.6``, ``2.1``."""
    if len(rule.versions) == len(OcppVersion):
        return "all"
    if rule.versions == {OcppVersion.V201, OcppVersion.V21}:
        return "2.x"
    return " ".join(version.value for version in OcppVersion if version in rule.versions)


def fault(rule: Rule) -> str:
    """``station``, ``CSMS``, ``either``."""
    return _FAULT[rule.at_fault]


class _Heading:
    """``TXN  charging transactions and their meters ──────── 24``."""

    def __init__(self, family: Family) -> None:
        self._family = family

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        family, count = self._family, str(len(self._family.rules))
        title = Text.assemble((f"{family.key}  ", "bold"), (family.title, ""), " ")
        title.truncate(options.max_width - len(count) - 3, overflow="ellipsis")
        rest = options.max_width - title.cell_len - len(count) - 1
        yield Text.assemble(title, ("─" * rest, "dim"), (f" {count}", "dim"))


class _RuleTable:
    """The rules of one family; what they are called takes the room that is left."""

    def __init__(self, rules: Sequence[Rule], *, heads: bool) -> None:
        self._rules = rules
        self._heads = heads

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        clauses = options.max_width >= CLAUSES_FROM
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=self._heads, header_style="dim")
        table.add_column(width=1)
        for name, width in _COLUMNS:
            table.add_column(name, width=width, no_wrap=True)
        table.add_column("What it finds", ratio=1)
        if clauses:
            table.add_column("Clause", width=CLAUSE, no_wrap=True, overflow="ellipsis", style="dim")
        for rule in self._rules:
            table.add_row(
                Text(rule.severity.mark, STYLES[rule.severity]),
                Text(rule.id, "bold"),
                span(rule),
                fault(rule),
                rule.requirement.value,
                rule.name,
                *([rule.spec] if clauses else []),
            )
        table.expand = True
        yield table


def _legend(rules: Sequence[Rule]) -> Iterator[RenderableType]:
    counts = Counter(rule.severity for rule in rules)
    marks = [Text(f"{one.mark} {counts[one]} {one.value}", STYLES[one]) for one in Severity]
    noun = "rule" if len(rules) == 1 else "rules"
    yield Text.assemble(f"{len(rules)} {noun}: ", Text(", ").join(marks))
    yield Text("ocppscope rules show ID explains one; --rule -ID turns one off", "dim")
