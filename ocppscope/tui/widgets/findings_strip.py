"""One line for each finding of the message at hand, the most severe first."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.tui.findings.words import TOKENS, rule_name
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.record_table import Cell

MOST_LINES = 3
_LEAST_EVIDENCE, _LEAST_BESIDE_NAME = 16, 28
"""Cells that the evidence keeps before the clause gives way, and before the name does."""


class FindingsStrip(Widget):
    """As high as it has findings, at most three lines; of more, the last line says how many."""

    DEFAULT_CSS = """
    FindingsStrip {
        height: auto;
        background: $surface;
        padding: 0 1;
    }
    FindingsStrip.-empty { display: none; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, classes="-empty")
        self._findings: tuple[Finding, ...] = ()

    def show(self, findings: Sequence[Finding]) -> None:
        """Show other findings."""
        self._findings = tuple(sorted(findings, key=lambda finding: (-finding.severity.rank, finding.rule)))
        self.set_class(not findings, "-empty")
        self.refresh(layout=True)

    def get_content_height(self, *_: object) -> int:
        """One line a finding."""
        return min(len(self._findings), MOST_LINES)

    def render(self) -> Text:
        """The lines."""
        palette = Palette(self.app.theme_variables)
        width = self.content_size.width
        text = Text(no_wrap=True, end="")
        for number, line in enumerate(strip_lines(self._findings, width)):
            text.append("\n" * bool(number))
            for piece, token in line:
                text.append(piece, palette.style(token))
        return text


def strip_lines(findings: Sequence[Finding], width: int) -> list[Cell]:
    """The lines of findings that are in order already: mark, rule, name, evidence, and at the right the clause."""
    lines = []
    for number, finding in enumerate(findings[:MOST_LINES]):
        more = len(findings) - MOST_LINES if number == MOST_LINES - 1 else 0
        lines.append(_line(finding, more, width))
    return lines


def _line(finding: Finding, more: int, width: int) -> Cell:
    token = TOKENS[finding.severity.value]
    name = rule_name(finding.rule)
    if finding.evidence.lower().startswith(name.lower()):
        name = ""  # some rules' evidence is their name with the values in it
    head: list[tuple[str, str]] = [(f"{finding.severity.mark} ", token), (visible(finding.rule, 24), "text bold")]
    used = sum(cell_len(text) for text, _ in head) + 2
    if name and width - used - cell_len(name) - 2 >= min(cell_len(finding.evidence), _LEAST_BESIDE_NAME):
        head.append((f"  {name}", "text"))
        used += cell_len(name) + 2
    head.append(("  ", ""))
    right = f"+{more} more" if more > 0 else visible(finding.spec, 60)
    room = width - used - cell_len(right) - 2
    if room < _LEAST_EVIDENCE and more <= 0:
        right, room = "", width - used
    evidence = _cut(visible(finding.evidence, 4 * width + 1), max(room, 0))
    gap = width - used - cell_len(evidence) - cell_len(right)
    return [*head, (evidence, "muted"), (" " * max(gap, 0), ""), (right, "accent" if more > 0 else "muted")]


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    cut = Text(text)
    cut.truncate(width, overflow="ellipsis")
    return cut.plain
