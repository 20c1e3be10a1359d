"""The lines of the list of findings: groups, findings, occurrences, and at the bottom the messages involved.

Everything is worked out here, without a widget: which line stands below which, what it is called, what unfolds.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from enum import Enum, StrEnum
from typing import NamedTuple

from ocppscope.inspect.causes import product_of
from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.connection import Station
from ocppscope.model.finding import Finding, Severity
from ocppscope.tui.findings.involved import Involved, involved_in
from ocppscope.tui.findings.words import by_severity, counted, rule_name
from ocppscope.tui.rows import MessageRows

FOLDED, UNFOLDED = "▶ ", "▼ "
NOBODY = "unknown product"


class Line(StrEnum):
    """What a line is."""

    GROUP = "group"
    """A station or a product, with rules below."""
    RULE = "rule"
    """A rule, or the one finding that stands for it."""
    PART = "part"
    """Below a rule: a station, or one of several findings."""
    MESSAGE = "message"
    """A message involved."""
    MORE = "more"
    """How many occurrences are only counted."""
    MUTED = "muted"
    """A rule that was muted."""


class Entry(NamedTuple):
    """One line of the list.

    Attributes:
        line: what it is.
        path: what it stands for, the same after every refresh.
        depth: how far it is indented.
        fold: arrow of what can be unfolded, else "".
        severity: the worst of what is in it; None for a muted rule.
        rule: "" for a group of several rules.
        title, evidence, station: texts, raw.
        times: occurrences.
        number: record number of the message to jump to; None where there is none.
        row: the finding that it is, or is a part of; None for groups.
        members: the findings of a group.
        involved: of a message.
        counts: errors, warnings, infos of a group.
    """

    line: Line
    path: tuple[Hashable, ...]
    depth: int
    fold: str
    severity: Severity | None
    rule: str
    title: str
    evidence: str
    station: str
    times: int
    number: int | None
    row: FindingRow | None = None
    members: tuple[FindingRow, ...] = ()
    involved: Involved | None = None
    counts: tuple[int, int, int] = (0, 0, 0)

    @property
    def is_open(self) -> bool:
        """Whether what is below it is shown."""
        return self.fold == UNFOLDED


class Grouping(Enum):
    """What the findings are grouped by.

    Attributes:
        words: for the frame of the list.
        levels: from the outermost to the innermost.
    """

    RULE = ("rule, station", ("rule", "station"))
    STATION = ("station, rule", ("station", "rule"))
    PRODUCT = ("vendor, model, firmware", ("product", "rule", "station"))

    def __init__(self, words: str, levels: tuple[str, ...]) -> None:
        self.words = words
        self.levels = levels

    @property
    def next(self) -> "Grouping":
        """The one that the key comes to next."""
        groupings = list(Grouping)
        return groupings[(groupings.index(self) + 1) % len(groupings)]


class Tree:
    """Makes the lines.

    Args:
        rows: what the message list has, to name the messages.
        stations: by identity, to know what product each is.
        toggled: paths of lines that are not as they are at first: folded, or unfolded for outermost stations and products.
        grouping: what they are grouped by.
    """

    def __init__(
        self,
        rows: MessageRows,
        stations: Mapping[str, Station],
        toggled: Collection[tuple[Hashable, ...]] = (),
        grouping: Grouping = Grouping.RULE,
    ) -> None:
        self._rows = rows
        self._stations = stations
        self._toggled = toggled
        self._grouping = grouping

    def lines(self, findings: Sequence[FindingRow]) -> Iterator[Entry]:
        """The lines of ledger rows, which are sorted by severity and rule."""
        return self._level(findings, self._grouping.levels, (self._grouping.name,), 0, below_rule=False)

    # -- groups ---------------------------------------------------------------------------------------------------

    def _level(
        self,
        findings: Sequence[FindingRow],
        levels: Sequence[str],
        above: tuple[Hashable, ...],
        depth: int,
        *,
        below_rule: bool,
    ) -> Iterator[Entry]:
        if not levels:
            for row in findings:
                yield from self.finding(row, depth, Line.PART if below_rule else Line.RULE)
            return
        level, *rest = levels
        groups = self._groups(findings, level)
        if level == "station" and below_rule and len(groups) == 1:
            yield from self._level(findings, rest, above, depth, below_rule=True)
            return
        for key, members in groups.items():
            make = self._of_rules if level == "rule" else self._of_station if below_rule else self._outermost
            yield from make(members, key, rest, (*above, key), depth)

    def _groups(self, findings: Sequence[FindingRow], level: str) -> dict[Hashable, list[FindingRow]]:
        key = self._key(level)
        groups: dict[Hashable, list[FindingRow]] = {}
        for row in findings:
            groups.setdefault(key(row.finding), []).append(row)
        if level == "rule":
            return groups  # in the ledger's order already
        return dict(sorted(groups.items(), key=lambda group: (-group[1][0].finding.severity.rank, str(group[0]))))

    def _key(self, level: str) -> Callable[[Finding], Hashable]:
        if level == "rule":
            return lambda finding: (finding.severity, finding.rule)
        if level == "station":
            return lambda finding: finding.station
        names = {identity: product_of(station).words for identity, station in self._stations.items()}
        return lambda finding: names.get(finding.station, "")

    def _outermost(
        self, members: list[FindingRow], key: Hashable, levels: Sequence[str], path: tuple[Hashable, ...], depth: int
    ) -> Iterator[Entry]:
        """A station or a product: unfolded at first."""
        is_open = path not in self._toggled
        stations = {row.finding.station for row in members}
        rules = counted(len({row.finding.rule for row in members}), "rule")
        if self._grouping is Grouping.STATION:
            title, evidence = (
                str(key),
                " · ".join(filter(None, (product_of(self._stations.get(str(key))).words, rules))),
            )
        else:
            title, evidence = str(key) or NOBODY, f"{counted(len(stations), 'station')} · {rules}"
        found = by_severity(members)
        yield _group(
            Line.GROUP,
            path,
            depth,
            members,
            is_open=is_open,
            title=title,
            evidence=evidence,
            rule="",
            counts=(found[Severity.ERROR], found[Severity.WARNING], found[Severity.INFO]),
        )
        if is_open:
            yield from self._level(members, levels, path, depth + 1, below_rule=False)

    def _of_rules(
        self, members: list[FindingRow], _key: Hashable, levels: Sequence[str], path: tuple[Hashable, ...], depth: int
    ) -> Iterator[Entry]:
        """A rule; the only finding of a rule stands for it."""
        if len(members) == 1:
            yield from self.finding(members[0], depth, Line.RULE)
            return
        is_open = path in self._toggled
        rule = members[0].finding.rule
        yield _group(Line.RULE, path, depth, members, is_open=is_open, title=rule_name(rule), rule=rule)
        if is_open:
            yield from self._level(members, levels, path, depth + 1, below_rule=True)

    def _of_station(
        self, members: list[FindingRow], key: Hashable, levels: Sequence[str], path: tuple[Hashable, ...], depth: int
    ) -> Iterator[Entry]:
        """A station below a rule."""
        if len(members) == 1:
            yield from self.finding(members[0], depth, Line.PART)
            return
        is_open = path in self._toggled
        rule = members[0].finding.rule
        yield _group(Line.PART, path, depth, members, is_open=is_open, title=str(key), rule=rule)
        if is_open:
            yield from self._level(members, levels, path, depth + 1, below_rule=True)

    # -- findings -------------------------------------------------------------------------------------------------

    def finding(self, row: FindingRow, depth: int = 0, line: Line = Line.RULE) -> Iterator[Entry]:
        """A finding and, unfolded, its messages; with an occurrence in between where one has several messages."""
        finding = row.finding
        path = (finding.rule, finding.station, finding.key)
        foldable = row.count > 1 or len(finding.records) > 1
        is_open = foldable and path in self._toggled
        yield Entry(
            line=line,
            path=path,
            depth=depth,
            fold=(UNFOLDED if is_open else FOLDED) if foldable else "",
            severity=finding.severity,
            rule=finding.rule,
            title=rule_name(finding.rule) if line is Line.RULE else finding.action or "connection",
            evidence=finding.evidence,
            station=finding.station,
            times=row.count,
            number=_first(finding),
            row=row,
        )
        if not is_open:
            return
        if row.count == 1:
            yield from self.messages(row, finding, path, depth + 1)
            return
        for place, occurrence in enumerate(row.occurrences, 1):
            yield from self._occurrence(row, occurrence, place, path, depth + 1)
        if row.count > len(row.occurrences):
            rest = f"{row.count - len(row.occurrences):,} later ones are only counted"
            yield _part(Line.MORE, (*path, "more"), depth + 1, row, finding)._replace(evidence=rest)

    def messages(self, row: FindingRow, finding: Finding, path: tuple[Hashable, ...], depth: int) -> Iterator[Entry]:
        """The messages of one occurrence."""
        for involved in involved_in(finding, self._rows):
            yield _part(Line.MESSAGE, (*path, involved.number), depth, row, finding)._replace(
                evidence=involved.role,
                number=involved.number if involved.row is not None else None,
                involved=involved,
            )

    def _occurrence(
        self, row: FindingRow, finding: Finding, place: int, path: tuple[Hashable, ...], depth: int
    ) -> Iterator[Entry]:
        pinned = next((one for one in involved_in(finding, self._rows) if one.pinned), None)
        several = len(finding.records) > 1
        path = (*path, "occurrence", _first(finding))
        is_open = several and path in self._toggled
        which = f"{place} of {row.count}"
        yield _part(Line.MESSAGE, path, depth, row, finding)._replace(
            fold=(UNFOLDED if is_open else FOLDED) if several else "",
            evidence=f"{which} · {counted(len(finding.records), 'message')}" if several else which,
            number=_first(finding),
            involved=pinned,
        )
        if is_open:
            yield from self.messages(row, finding, path, depth + 1)


def muted(rule: str) -> Entry:
    """The line of a rule that was muted."""
    return Entry(Line.MUTED, (rule, "muted"), 0, "", None, rule, rule_name(rule), "muted for this run", "", 0, None)


def _group(
    line: Line,
    path: tuple[Hashable, ...],
    depth: int,
    members: Sequence[FindingRow],
    *,
    is_open: bool,
    title: str,
    rule: str,
    evidence: str = "",
    counts: tuple[int, int, int] = (0, 0, 0),
) -> Entry:
    first = members[0].finding
    stations = {row.finding.station for row in members}
    return Entry(
        line=line,
        path=path,
        depth=depth,
        fold=UNFOLDED if is_open else FOLDED,
        severity=first.severity,
        rule=rule,
        title=title,
        evidence=evidence or f"{len(members)} different · {first.evidence}",
        station=first.station if len(stations) == 1 else counted(len(stations), "station"),
        times=sum(row.count for row in members),
        number=_first(first),
        members=tuple(members),
        counts=counts,
    )


def _part(line: Line, path: tuple[Hashable, ...], depth: int, row: FindingRow, finding: Finding) -> Entry:
    return Entry(line, path, depth, "", finding.severity, finding.rule, "", "", finding.station, 1, None, row=row)


def _first(finding: Finding) -> int | None:
    return finding.records[0] if finding.records else None
