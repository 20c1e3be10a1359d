"""All that is to be said of the finding under the cursor: below the list, in a few lines."""

from collections.abc import Sequence
from textwrap import wrap

from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.tui.findings.entries import Entry, Line
from ocppscope.tui.findings.words import TOKENS, counted, demanded, fault, rule_name, times
from ocppscope.tui.widgets.line import SegmentLine, width_of
from ocppscope.tui.widgets.table_model import Cell

HEIGHT = 6
_EVIDENCE_LINES = 2
_LONGEST = 2_000
_INDENT = (("  ", ""),)

CardLine = tuple[Cell, Cell]
"""What stands at the left and at the right."""


class FindingCard(SegmentLine):
    """The card. It is always as high, so that the list above stays where it is."""

    DEFAULT_CSS = """
    FindingCard { height: 6; background: $surface; padding: 0 1; }
    FindingCard.-none { display: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, classes="-none")
        self._entry: Entry | None = None

    def show(self, entry: Entry | None) -> None:
        """Show another line of the list, or what has become of it."""
        self._entry = entry
        self.set_class(entry is None, "-none")
        self.refresh()

    def lines(self) -> list[CardLine]:
        """The lines."""
        return card_lines(self._entry, self.size.width) if self._entry is not None else []


def card_lines(entry: Entry, width: int) -> list[CardLine]:
    """At most six lines."""
    if entry.line is Line.MUTED:
        return [
            (_head(entry), ()),
            ((*_INDENT, ("Muted for this run: its findings are neither listed nor counted.", "muted")), ()),
            ((*_INDENT, ("S", "accent bold"), (" shows them again", "muted")), ()),
        ]
    if entry.row is not None:
        return _finding(entry, entry.row, width)
    return _rule(entry, width) if entry.rule else _group(entry)


def _finding(entry: Entry, row: FindingRow, width: int) -> list[CardLine]:
    finding = row.finding
    lines: list[CardLine] = [(_head(entry), ((demanded(finding.rule), "text bold"),))]
    lines += _wrapped(finding.evidence, width)
    lines += _compared(finding, width)
    lines.append(((*_INDENT, (fault(finding), "text")), ((visible(finding.spec, 80), "muted"),)))
    when = times(row.first, row.last, row.count)
    lines.append(((*_INDENT, (when, "text"), (f" · {finding.station}", "muted")), _messages(finding)))
    return lines


def _rule(entry: Entry, width: int) -> list[CardLine]:
    """A rule with several findings."""
    from ocppscope.conformance.documentation import documentation_of  # noqa: PLC0415 - imports the whole catalogue
    from ocppscope.conformance.registry import rule  # noqa: PLC0415

    found = rule(entry.rule)
    lines: list[CardLine] = [(_head(entry), ((demanded(entry.rule), "text bold"),))]
    if found is not None:
        lines += _wrapped(documentation_of(found).summary, width)
    faults = {fault(row.finding) for row in entry.members}
    who = faults.pop() if len(faults) == 1 else "at fault: see each"
    spec = found.spec if found is not None else ""
    lines.append(((*_INDENT, (who, "text")), ((visible(spec, 80), "muted"),)))
    lines.append(_span(entry.members, f"{len(entry.members)} different"))
    return lines


def _group(entry: Entry) -> list[CardLine]:
    """A station or a product."""
    rules = counted(len({row.finding.rule for row in entry.members}), "rule")
    return [
        (((entry.title, "text bold"),), ()),
        ((*_INDENT, (entry.evidence, "text")), ()),
        _span(entry.members, f"{counted(len(entry.members), 'finding')} of {rules}"),
        ((*_INDENT, ("c", "accent bold"), (" vendor card: what deviates, to copy", "muted")), ()),
    ]


def _span(members: Sequence[FindingRow], what: str) -> CardLine:
    """How much and when."""
    stations = {row.finding.station for row in members}
    where = next(iter(stations)) if len(stations) == 1 else counted(len(stations), "station")
    first, last = min(row.first for row in members), max(row.last for row in members)
    when = times(first, last, sum(row.count for row in members))
    return (*_INDENT, (when, "text"), (f" · {where}", "muted")), ((what, "muted"),)


def _head(entry: Entry) -> Cell:
    mark: tuple[str, str] = ("· ", "muted")
    if entry.severity is not None:
        mark = (f"{entry.severity.mark} ", TOKENS[entry.severity.value])
    return (mark, (visible(entry.rule, 24), "text bold"), (f"  {rule_name(entry.rule)}", "text"))


def _wrapped(text: str, width: int) -> list[CardLine]:
    lines = wrap(visible(text, _LONGEST), max(width - 2, 10), max_lines=_EVIDENCE_LINES, placeholder=" …")
    return [((*_INDENT, (line, "text")), ()) for line in lines]


def _compared(finding: Finding, width: int) -> list[CardLine]:
    """Observed, expected and the place; nothing where the rule has no values to compare."""
    parts: list[tuple[str, str]] = []
    for label, value, token in (
        ("observed ", finding.observed, "warn"),
        ("expected ", finding.expected, "ok"),
        ("at ", finding.path, "up"),
    ):
        if value:
            room = max(width // 3 if finding.observed and finding.expected else width // 2, 12)
            parts += [(label, "muted"), (_cut(value, room), token), ("   ", "")]
    line: Cell = (*_INDENT, *parts)
    return [(line, ())] if parts and width_of(line) else []


def _cut(value: str, room: int) -> str:
    text = visible(value, 400)
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _messages(finding: Finding) -> Cell:
    return ((counted(len(finding.records), "message"), "muted"),)
