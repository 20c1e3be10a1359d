"""The page of a rule: what it finds, why it matters, usual causes, what to do, and made-up examples."""

import inspect
from textwrap import wrap
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ocppscope.conformance.registry import rule as rule_with_id
from ocppscope.conformance.rule import ALL_VERSIONS, SECTIONS, Example, Rule
from ocppscope.conformance.sources import sources_of
from ocppscope.model.visible import visible
from ocppscope.protocol.version import OcppVersion
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.exchange_panes import folded
from ocppscope.tui.widgets.findings_strip import TOKENS
from ocppscope.tui.widgets.record_table import Cell

_PARTY = {"station": "the station", "csms": "the CSMS"}
_LABEL = 12
_WIDEST = 92
_FRAME = 8
"""Cells of the frame, its padding and the scroll bar."""


class RulePage(ModalScreen[None]):
    """One rule. Esc, q or d goes back."""

    DEFAULT_CSS = """
    RulePage {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            width: 92;
            max-width: 100%;
            height: auto;
            max-height: 94%;
            border: round $accent;
            border-title-color: $foreground;
            border-subtitle-color: $muted;
            border-subtitle-align: right;
            background: $surface;
            padding: 1 2;
            scrollbar-size-vertical: 1;
            scrollbar-background: $surface;
            scrollbar-color: $track;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,d", "dismiss", "Back"),
        Binding("j", "scroll('down')", "Down", show=False),
        Binding("k", "scroll('up')", "Up", show=False),
    ]

    def __init__(self, rule_id: str) -> None:
        super().__init__()
        self._rule_id = rule_id
        self._rule = rule_with_id(rule_id)

    def compose(self) -> ComposeResult:
        """A frame that scrolls."""
        with VerticalScroll():
            yield Static(markup=False)

    def on_mount(self) -> None:
        """Name the page; the text follows when its width is known."""
        frame = self.query_one(VerticalScroll)
        name = f"  {self._rule.name}" if self._rule is not None else ""
        frame.border_title = Content(f"{visible(self._rule_id, 24)}{name}")
        frame.border_subtitle = Content("Esc back")
        frame.focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._write())
        self._write()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._write()

    def action_scroll(self, way: str) -> None:
        """One line."""
        frame = self.query_one(VerticalScroll)
        (frame.scroll_down if way == "down" else frame.scroll_up)(animate=False)

    def _write(self) -> None:
        width = max(min(self.app.size.width, _WIDEST) - _FRAME, 20)
        palette = Palette(self.app.theme_variables)
        text = Text(end="")
        for number, line in enumerate(rule_lines(self._rule, width)):
            text.append("\n" * bool(number))
            for piece, token in line:
                text.append(piece, palette.style(token))
        self.query_one(Static).update(text)


def rule_lines(rule: Rule | None, width: int) -> list[Cell]:
    """The page in lines of at most so many characters."""
    if rule is None:
        return [(("This rule is not in the catalogue of this version.", "muted"),)]
    summary, sections = _documentation(rule)
    severity = rule.severity.value
    facts: list[Cell] = [
        _fact("severity", f"{rule.severity.mark} {severity}", f"{TOKENS[severity]} bold"),
        _fact("demanded", rule.requirement.value),
        _fact("versions", _versions(rule)),
        _fact("at fault", _PARTY[rule.at_fault.value] if rule.at_fault else "either side, see the finding"),
        _fact("clause", rule.spec),
        *(_fact("", f"{short}: {title}") for short, title in sources_of(rule.spec).items()),
    ]
    lines: list[Cell] = [((line, "text bold"),) for line in wrap(summary, width)]
    lines += [(), *folded(facts, width)]
    for heading, paragraphs in sections:
        lines += [(), ((heading, "accent bold"),)]
        for number, paragraph in enumerate(paragraphs):
            lines += [()] * bool(number)
            lines += [((line, "text"),) for line in wrap(paragraph, width)]
    lines += [(), (("Examples", "accent bold"), (", all made up", "muted"))]
    for example in rule.examples:
        lines += _example(example, width)
    return lines


def _documentation(rule: Rule) -> tuple[str, list[tuple[str, list[str]]]]:
    """The docstring's first sentence, and its sections with their paragraphs."""
    summary: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    paragraph = summary
    for line in (inspect.getdoc(rule) or "").splitlines():
        heading = line.removesuffix(":")
        if heading in SECTIONS:
            sections.append((heading, []))
            paragraph = []
        elif line.strip() and sections:
            if not paragraph:
                sections[-1][1].append("")
            paragraph.append(line)
            sections[-1][1][-1] = " ".join(part.strip() for part in paragraph)
        elif line.strip():
            summary.append(line.strip())
        elif sections:
            paragraph = []
    return " ".join(summary), sections


def _versions(rule: Rule) -> str:
    if rule.versions == ALL_VERSIONS:
        return "all: " + ", ".join(OcppVersion)
    return ", ".join(version for version in OcppVersion if version in rule.versions)


def _fact(label: str, value: str, tone: str = "text") -> Cell:
    return ((f"{label:<{_LABEL}}", "muted"), (value, tone))


def _example(example: Example, width: int) -> list[Cell]:
    mark: tuple[str, str] = ("✖ ", "error") if example.finds else ("✔ ", "ok")
    title = example.title if example.version is OcppVersion.V16 else f"{example.title} (OCPP {example.version})"
    first, *rest = wrap(title, width - 2)
    lines: list[Cell] = [(), (mark, (first, "text bold")), *((("  ", ""), (more, "text bold")) for more in rest)]
    for line in example.setting:
        lines += [(("  ", ""), (part, "muted")) for part in wrap(line, width - 2)]
    for line in example.script.strip().splitlines():
        lines += _script_line(line.strip(), width)
    return lines


def _script_line(line: str, width: int) -> list[Cell]:
    """``+0.5 > [2,…]`` as an arrow and the text below each other where it is long."""
    pause, _, rest = line.partition(" ") if line.startswith("+") else ("", "", line)
    if rest[:1] not in {">", "<"}:
        words = f"{pause[1:]} s pass" if pause and not rest else rest
        return [(("  ", ""), (words, "muted italic"))]
    arrow: tuple[str, str] = ("──▶ ", "up") if rest[0] == ">" else ("◀── ", "down")
    after = f"{pause[1:]} s later  " if pause else ""
    head: Cell = (("  ", ""), (after, "muted"), arrow)
    indent = sum(len(piece) for piece, _ in head)
    first, *more = wrap(visible(rest[1:].strip()), max(width - indent, 20), break_on_hyphens=False) or [""]
    return [(*head, (first, "muted")), *(((" " * indent, ""), (part, "muted")) for part in more)]
