"""A certificate's lines sorted into tables, labelled values and prose, in whatever order the sections come."""

import re
from dataclasses import dataclass, field

from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.headers import Header, Kind, read_header
from ocppscope.pics.certificate.labels import LABELS, OPENERS, Part, leading_label, read_heading
from ocppscope.pics.certificate.lines import Line, Text
from ocppscope.pics.certificate.spelling import LONGEST_HEADING, latin, normal

ROW_ID = re.compile(r"[A-Z]{1,4}-\d{1,3}(?:\.\d{1,3}){0,2}")
"""Ids of option rows, of prefixes that are not known yet too."""

_PREFIXES = frozenset(["HFS", "AQ", "ORS", "SEC", "C", "LA", "RT", "R", "SC", "F", "AS", "DM", "UI", "ISO", "P", "BPT"])

_FREE_TABLES = frozenset({Kind.VENDOR_SETTINGS, Kind.CONFIGURATION, Kind.OTHER_LIMITS})
"""Tables whose rows may have any key."""

_DATE_LABEL = re.compile(r"date\s*:?.*", re.IGNORECASE)
_OPTIONAL = re.compile(r"optional (?:functionalities|features)")


@dataclass(slots=True)
class Table:
    """A table: its header row, what stands above it, and its rows.

    Attributes:
        header: one without columns for rows with ids whose own is missing.
        heading: the nearest heading above, in the form of `spelling.normal`.
        rows: their lines.
        continued_at: positions in ``rows`` before which the header row is repeated on a new page.
    """

    header: Header
    heading: str = ""
    rows: list[Line] = field(default_factory=list)
    continued_at: set[int] = field(default_factory=set)

    @property
    def kind(self) -> Kind:
        """Which table it is."""
        return self.header.kind


@dataclass(slots=True)
class Field:
    """A labelled value.

    Attributes:
        key: what the label means in its part.
        label: as printed, without its colon.
        cells: the cells of the value.
        line: where it stands.
        below: lines without a label directly below it.
        one_cell: whether label and value were printed in one cell without a colon between them.
    """

    key: str
    label: str
    cells: tuple[str, ...]
    line: Line
    below: list[Line] = field(default_factory=list)
    one_cell: bool = False


@dataclass(slots=True)
class Sections:
    """All of a certificate, sorted."""

    tables: list[Table] = field(default_factory=list)
    fields: dict[Part, list[Field]] = field(default_factory=dict)
    prose: list[Line] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    def of(self, kind: Kind) -> list[Table]:
        """The tables of a kind, in order."""
        return [table for table in self.tables if table.kind is kind]


def sort_lines(text: Text, doubts: Doubts) -> Sections:
    """Sort the lines of a certificate."""
    sorter = _Sorter(doubts)
    for line in text.lines:
        sorter.take(line)
    return sorter.sections


class _Sorter:
    """Where the reader is: in a table, in a part of labelled values, or in neither."""

    def __init__(self, doubts: Doubts) -> None:
        self.sections = Sections()
        self._doubts = doubts
        self._table: Table | None = None
        self._part: Part | None = None
        self._heading = ""
        self._last_field: Field | None = None

    def take(self, line: Line) -> None:
        """Sort one line."""
        if self._table is not None and self._is_optional_heading(self._table, line):
            self._table.rows.append(line)
        elif self._is_row(line):
            self._take_row(line)
        elif header := read_header(line.cells):
            self._open_table(header, line)
        elif not self._take_heading(line) and not self._take_field(line):
            self._take_rest(line)

    def _is_optional_heading(self, table: Table, line: Line) -> bool:
        """In tables of 2022 the optional profiles stand below a row of their own."""
        return table.kind is Kind.PROFILES and bool(_OPTIONAL.fullmatch(normal(line.text)))

    def _is_row(self, line: Line) -> bool:
        """Whether a line begins with an id; keys of other tables may look like one of an unknown kind."""
        first = _first(line)
        if not ROW_ID.fullmatch(first):
            return False
        table = self._table
        return table is None or line.gap or table.kind is Kind.ROWS or first.partition("-")[0] in _PREFIXES

    def _take_row(self, line: Line) -> None:
        table = self._table
        if table is None or table.kind is not Kind.ROWS:
            table = self._begin_table(Table(Header(Kind.ROWS, ()), self._heading))
        table.rows.append(line)

    def _open_table(self, header: Header, line: Line) -> None:
        table = self._table
        if table is not None and table.header == header and table.rows:
            if line.new_page:
                table.continued_at.add(len(table.rows))
            return
        if header.one_cell and header.kind is not Kind.ROWS:
            self._doubts.add("single_cell_header", header.kind.value, f'"{line.text}" is one cell')
        self._begin_table(Table(header, self._heading))

    def _begin_table(self, table: Table) -> Table:
        self.sections.tables.append(table)
        self._table = table
        self._part = self._last_field = None
        return table

    def _take_heading(self, line: Line) -> bool:
        heading = read_heading(line.text)
        if heading is None or (len(line.cells) > 1 and (heading.cut or heading.misread)):
            return False
        if heading.cut and self._table is not None and not line.gap:
            return False  # within a table it is the rest of a cell
        if heading.cut:
            self._doubts.add("truncated_heading", f'heading "{line.text}"', heading.name)
        elif heading.misread:
            self._doubts.add("ocr_suspect_token", f'heading "{line.text}"', heading.name)
        self.sections.headings.append(heading.name)
        self._heading = heading.name
        self._table = self._last_field = None
        self._part = heading.part
        return True

    def _take_field(self, line: Line) -> bool:
        found = _labelled(line)
        if found is None:
            return False
        label, printed, cells, one_cell = found
        part = self._part_of(label, cells, line)
        if part is None or (one_cell and part is not self._part):
            return False
        if latin(printed) != printed:
            self._doubts.add(
                "homoglyph",
                f"{part.value}.{LABELS[part].get(label, label)}",
                f"the label {printed!r} has letters that only look Latin",
            )
        self._part, self._table = part, None
        self._last_field = Field(LABELS[part].get(label, ""), printed, cells, line, one_cell=one_cell)
        self.sections.fields.setdefault(part, []).append(self._last_field)
        return True

    def _part_of(self, label: str, cells: tuple[str, ...], line: Line) -> Part | None:
        """The part that a label stands in, None when it is no label here."""
        party = self._party(label, cells)
        if party is not None:
            return party if self._table is None or line.gap else None
        if label in OPENERS:
            return OPENERS[label]
        if label == "name" and any(cells):
            return self._part if self._part is Part.LABORATORY_APPROVAL else Part.VENDOR_APPROVAL
        if self._table is not None and (label != "octt version" or self._table.kind in _FREE_TABLES):
            return None
        if self._part is not None and label in LABELS[self._part]:
            return self._part
        if label == "octt version":
            return Part.TOOLING
        if self._part is None or self._part is Part.CERTIFICATE:
            return Part.CERTIFICATE if label in LABELS[Part.CERTIFICATE] else None
        return None

    def _party(self, label: str, cells: tuple[str, ...]) -> Part | None:
        """Who approves below, where a line is no more than that (and the date)."""
        if any(cell and not _DATE_LABEL.fullmatch(cell) for cell in cells):
            return None
        return {"vendor": Part.VENDOR_APPROVAL, "test laboratory": Part.LABORATORY_APPROVAL}.get(label)

    def _take_rest(self, line: Line) -> None:
        if self._table is not None and self._belongs_to_table(line):
            self._table.rows.append(line)
            return
        self._table = None
        last = self._last_field
        if last is not None and (not line.gap or not any(last.cells)) and len(line.text) <= LONGEST_HEADING:
            last.below.append(line)
        else:
            self.sections.prose.append(line)
            self._last_field = None

    def _belongs_to_table(self, line: Line) -> bool:
        """Whether a line without a meaning of its own goes on with the table: after a gap only when it has columns."""
        return not line.gap or len(line.cells) > 1


def _first(line: Line) -> str:
    return next(cell for cell in line.cells if cell)


def _labelled(line: Line) -> tuple[str, str, tuple[str, ...], bool] | None:
    """Normal label, label as printed, cells of the value, and whether it is all one cell without a colon."""
    start = next(index for index, cell in enumerate(line.cells) if cell)
    first, rest = line.cells[start], line.cells[start + 1 :]
    if len(first) > LONGEST_HEADING * 5:
        return None
    if (label := normal(first)) in _KNOWN:
        return label, first.rstrip(" :"), rest, False
    before, colon, after = first.partition(":")
    if colon and (label := normal(before)) in _KNOWN:
        return label, before.strip(), ((after.strip(), *rest) if after.strip() else rest), False
    if not any(rest) and (found := leading_label(first)):
        label, value = found
        return label, first[: len(first) - len(value)].strip(" :"), (value,), True
    return None


_KNOWN = {label for labels in LABELS.values() for label in labels} | {"vendor", "test laboratory"}
