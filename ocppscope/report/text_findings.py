"""Findings in the text report, by cause: rule, then station with its product, then what was found with its records."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Rule
from ocppscope.inspect.causes import Afflicted, Cause, causes
from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.visible import visible
from ocppscope.report.finding_words import fault_words, records_words
from ocppscope.report.reading import Reading
from ocppscope.report.text_cells import STYLES, indented, many

MOST_CASES = 5
"""Findings shown of one station and rule."""

MOST_STATIONS = 8
"""Stations shown for one rule."""


def findings_section(reading: Reading) -> RenderableType:
    """All findings, the worst first; without any, how much was watched."""
    rows = reading.selection.findings.rows()
    if not rows:
        watched = many(reading.selection.figures.messages, "message")
        return Text(f"{many(len(reading.inspector.rules), 'rule')} watched {watched}. Nothing to report.", "green")
    rules = rules_by_id()
    return Group(*(_cause(cause, rules) for cause in causes(rows, reading.inspector.stations)))


def rules_by_id() -> Mapping[str, Rule]:
    """The catalogue."""
    return {rule.id: rule for rule in all_rules()}


class CauseHead:
    """``✖ RPC-024  Payload fails the JSON schema  7×  MUST, station at fault, J16 §4.2.1``, in two lines where one is short."""

    def __init__(self, cause: Cause, rule: Rule, after: str = "") -> None:
        self._head = Text.assemble(
            (f"{cause.severity.mark} {cause.rule}", STYLES[cause.severity]),
            f"  {rule.name}",
            (f"  {cause.count}×" if cause.count > 1 else "", "bold"),
            after,
        )
        self._facts = ", ".join(filter(None, (rule.requirement.value, fault_words(cause), rule.spec)))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line, or two."""
        if self._head.cell_len + len(self._facts) + 2 <= options.max_width:
            yield Text.assemble(self._head, (f"  {self._facts}", "dim"))
        else:
            yield self._head
            yield indented(Text(self._facts, "dim"), 4)


def _cause(cause: Cause, rules: Mapping[str, Rule]) -> RenderableType:
    stations = [_afflicted(one) for one in cause.stations[:MOST_STATIONS]]
    rest = len(cause.stations) - len(stations)
    if rest:
        stations.append(Text(f"and {many(rest, 'more station')}", "dim"))
    return Group(CauseHead(cause, rules[cause.rule]), indented(Group(*stations), 4))


def _afflicted(one: Afflicted) -> RenderableType:
    product = f"  {visible(one.product.words, 80)}" if one.product.words else ""
    head = Text.assemble((visible(one.station, 40), "bold"), (product, "dim"), overflow="ellipsis", no_wrap=True)
    return Group(head, indented(Group(*_rows(one.rows))))


def _rows(rows: Iterable[FindingRow]) -> Iterator[Text]:
    found = list(rows)
    for row in islice(found, MOST_CASES):
        yield Text.assemble(
            visible(row.finding.evidence, 400),
            (f"  {row.count}×" if row.count > 1 else "", "bold"),
            (f"  {records_words(row)}", "dim"),
        )
    if len(found) > MOST_CASES:
        yield Text(f"and {many(len(found) - MOST_CASES, 'more case')}", "dim")
