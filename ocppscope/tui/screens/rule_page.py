"""The page of a rule: what it finds, why it matters, usual causes, what to do, and made-up examples."""

from collections.abc import Iterator
from textwrap import wrap
from typing import ClassVar

from textual.binding import Binding, BindingType

from ocppscope.conformance.documentation import documentation_of
from ocppscope.conformance.registry import rule as rule_with_id
from ocppscope.conformance.rule import ALL_VERSIONS, Example, Requirement, Rule
from ocppscope.conformance.sources import sources_of
from ocppscope.inspect.example_findings import example_findings
from ocppscope.model.visible import visible
from ocppscope.protocol.version import OcppVersion
from ocppscope.tui.findings.words import PARTY, TOKENS
from ocppscope.tui.screens.page import Page
from ocppscope.tui.widgets.exchange_panes import folded
from ocppscope.tui.widgets.record_table import Cell

_DEMANDED = {
    Requirement.MUST: "MUST: the specification demands it",
    Requirement.SHOULD: "SHOULD: the specification recommends it",
    Requirement.JUDGEMENT: "judgement: experience of what breaks in the field",
    Requirement.CLAIM: "claim: its own certificate or profile says so",
}
_LABEL = 12
_LEAST_ROOM = 24


class RulePage(Page):
    """One rule. Esc, q or d goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "dismiss", "Back", show=False)]

    def __init__(self, rule_id: str) -> None:
        super().__init__()
        self._rule_id = rule_id
        self._rule = rule_with_id(rule_id)

    def title_of_page(self) -> str:
        """Id and name."""
        name = f"  {self._rule.name}" if self._rule is not None else ""
        return f"{self._rule_id[:24]}{name}"

    def lines(self, width: int) -> list[Cell]:
        """The page of the rule."""
        return rule_lines(self._rule, width)


def rule_lines(rule: Rule | None, width: int) -> list[Cell]:
    """The page in lines of at most so many characters."""
    if rule is None:
        return [(("This rule is not in the catalogue of this version.", "muted"),)]
    documentation = documentation_of(rule)
    lines: list[Cell] = [((line, "text bold"),) for line in _broken(documentation.summary, width)]
    lines += [(), *folded(list(_facts(rule)), width)]
    for section in documentation.sections:
        lines += [(), ((section.title, "accent bold"),)]
        for number, paragraph in enumerate(section.paragraphs):
            lines += [()] * bool(number)
            lines += [((line, "text"),) for line in _broken(paragraph, width)]
    lines += _thresholds(rule, width)
    lines += [(), (("Examples", "accent bold"), (", all made up", "muted"))]
    for example in rule.examples:
        lines += _example(rule, example, width)
    return lines


def _broken(text: str, width: int) -> list[str]:
    return wrap(text, max(width, 8)) or [""]


def _facts(rule: Rule) -> Iterator[Cell]:
    severity = rule.severity.value
    yield _fact("severity", f"{rule.severity.mark} {severity}", f"{TOKENS[severity]} bold")
    yield _fact("demanded", _DEMANDED[rule.requirement])
    yield _fact("versions", _versions(rule))
    yield _fact("at fault", PARTY[rule.at_fault] if rule.at_fault else "either side, see the finding")
    yield _fact("clause", rule.spec)
    for short, title in sources_of(rule.spec).items():
        yield _fact("", f"{short}: {title}", "muted")
    if rule.needs_profile:
        yield _fact("asked", "only where a certificate or profile is in force")
    if rule.yields_to:
        yield _fact("silent", f"where {', '.join(rule.yields_to)} names the cause")


def _thresholds(rule: Rule, width: int) -> Iterator[Cell]:
    """What can be set, and how."""
    if not rule.thresholds:
        return
    yield ()
    yield (("Thresholds", "accent bold"),)
    for threshold in rule.thresholds:
        yield (threshold.name, "text bold"), (f" {threshold.default:g}", "text")
        for line in _broken(threshold.what, width - 2):
            yield ("  ", ""), (line, "muted")
    first = rule.thresholds[0]
    for line in _broken(f"set with --rule {rule.id}.{first.name}={first.default:g}", width):
        yield ((line, "muted"),)


def _versions(rule: Rule) -> str:
    if rule.versions == ALL_VERSIONS:
        return "all: " + ", ".join(OcppVersion)
    return ", ".join(version for version in OcppVersion if version in rule.versions)


def _fact(label: str, value: str, tone: str = "text") -> Cell:
    return ((f"{label:<{_LABEL}}", "muted"), (value, tone))


def _example(rule: Rule, example: Example, width: int) -> Iterator[Cell]:
    mark: tuple[str, str] = ("✖ ", "error") if example.finds else ("✔ ", "ok")
    title = example.title if example.version is OcppVersion.V16 else f"{example.title} (OCPP {example.version})"
    first, *rest = _broken(title, width - 2)
    yield ()
    yield mark, (first, "text bold")
    for more in rest:
        yield ("  ", ""), (more, "text bold")
    for line in example.setting:
        for part in _broken(line, width - 2):
            yield ("  ", ""), (part, "muted")
    for line in example.lines:
        yield from _script_line(line, width)
    for finding in example_findings(rule, example) if example.finds else ():
        first, *rest = _broken(visible(finding.evidence, 400), width - 4)
        token = TOKENS[finding.severity.value]
        yield ("  ", ""), (f"{finding.severity.mark} ", token), (first, token)
        for more in rest:
            yield ("    ", ""), (more, token)


def _script_line(line: str, width: int) -> Iterator[Cell]:
    """``+0.5 > [2,…]`` as an arrow and the text below each other where it is long; words of the script as events."""
    pause, rest = "", line
    if line.startswith("+"):
        pause, _, rest = line.partition(" ")
    after = f"{pause[1:]} s later  " if pause else ""
    if rest[:1] in _SCRIPT_ARROWS:
        yield from _hanging((("  ", ""), (after, "muted"), _SCRIPT_ARROWS[rest[0]]), rest[1:].strip(), width)
    elif not rest:
        yield ("  ", ""), (f"{pause[1:]} s pass", "muted italic")
    else:
        word, _, facts = rest.partition(" ")
        yield from _hanging((("  ", ""), (after, "muted"), ("╌╌╌ ", "frame"), (f"{word} ", "text")), facts, width)


_SCRIPT_ARROWS = {">": ("──▶ ", "up"), "<": ("◀── ", "down")}


def _hanging(head: Cell, text: str, width: int) -> Iterator[Cell]:
    """Text behind a head, its further lines below its first."""
    indent = sum(len(piece) for piece, _ in head)
    if width - indent < _LEAST_ROOM:  # too narrow: what hangs begins below the head
        yield head
        head, indent = (("    ", ""),), 4
    first, *more = wrap(visible(text, 4_000), width - indent, break_on_hyphens=False) or [""]
    yield (*head, (first, "muted"))
    for part in more:
        yield (" " * indent, ""), (part, "muted")
