"""The tables whose rows have ids: options, hardware features, questions of the laboratory, settings."""

import re
from collections.abc import Callable, Iterable

import msgspec

from ocppscope.pics import registry
from ocppscope.pics.certificate import cells as cell_meaning
from ocppscope.pics.certificate import lists
from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.headers import Header, Kind
from ocppscope.pics.certificate.joining import join_cells
from ocppscope.pics.certificate.sections import ROW_ID, Sections, Table
from ocppscope.pics.certificate.spelling import normal
from ocppscope.pics.declaration import MeasurandCells, Measurands, Row, Value
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class IdRows(msgspec.Struct, frozen=True):
    """All rows with ids, by the kind of thing that they are about."""

    features: dict[str, Row]
    hardware_features: dict[str, Row]
    additional_questions: dict[str, Row]
    settings: dict[str, Row]


_WHERE = {"HFS": "hardware_features", "AQ": "additional_questions", "ORS": "settings"}
"""By the id's prefix; any other is a feature."""

_GROUPS = {
    "C": "core", "LA": "local_auth_list", "RT": "remote_trigger", "R": "reservation", "SC": "smart_charging",
    "F": "firmware_management", "SEC": "security", "AS": "advanced_security", "DM": "device_management",
    "UI": "user_interface", "ISO": "iso_15118", "P": "payment", "BPT": "bidirectional_power_transfer",
}  # fmt: skip
"""Groups of options by the id's prefix; one that is not known is named after its table."""

_SETTING_GROUPS = (
    ("limit / setting", "general"),
    ("local auth", "local_auth_list"),
    ("smart charging", "smart_charging"),
    ("firmware", "firmware_management"),
    ("reservation", "reservation"),
    ("remote trigger", "remote_trigger"),
    ("security", "security"),
)
"""Groups of settings by a piece of their table's header cell."""

_LISTS: dict[str, Callable[[str], lists.Listed]] = {
    "cipher suites": lists.read_cipher_suites,
    "file transfer protocols": lists.read_protocols,
    **dict.fromkeys(
        ("message priorities", "message formats", "time sources", "policies"),
        lambda cell: lists.Listed(cell_meaning.words(cell)),
    ),
}
"""How lists are read, by a piece of the row's label."""
_NUMBERS = re.compile(r"^no\. |\bnumber of |\bpower level\b|\(kw\)")
_WORDS = re.compile(r"communication technology|rfid readers")


def read_id_rows(
    sections: Sections, version: OcppVersion, dut: Role, *, document: str, doubts: Doubts, cut_at: int | None
) -> IdRows:
    """Read every row with an id.

    Args:
        sections: the certificate.
        version: together with ``dut`` it decides what an id means.
        dut: see there.
        document: all text, for joining split labels.
        doubts: gets what was odd.
        cut_at: number of a line that may be cut off at its end; its value is not to be trusted.
    """
    reader = _Reader(version, dut, document, doubts, cut_at)
    for table in sections.of(Kind.ROWS):
        reader.read(table)
    reader.finish()
    return reader.found


class _Reader:
    def __init__(self, version: OcppVersion, dut: Role, document: str, doubts: Doubts, cut_at: int | None) -> None:
        self.found = IdRows({}, {}, {}, {})
        self._version = version
        self._dut = dut
        self._document = document
        self._doubts = doubts
        self._cut_at = cut_at
        self._unknown: dict[str, list[str]] = {}

    def read(self, table: Table) -> None:
        for id_, printed in _whole_rows(table):
            where = _where(id_)
            if printed.on_new_page:
                self._doubts.add("page_break_in_table", f"{where}.{id_}", "the header row is repeated on a new page")
            self._add(id_, where, self._row(id_, f"{where}.{id_}", printed, table))

    def finish(self) -> None:
        for where, ids in self._unknown.items():
            self._doubts.add("unknown_id", where, f"no meaning is known of {', '.join(ids)}")

    def _add(self, id_: str, where: str, row: Row) -> None:
        rows: dict[str, Row] = getattr(self.found, where)
        if registry.label(self._version, self._dut, id_) is None and id_ not in rows:
            self._unknown.setdefault(where, []).append(id_)
        before = rows.get(id_)
        if before is not None and (before.raw, before.label) != (row.raw, row.label):
            if before.value is None and before.raw in ("", None):
                rows[id_] = row
                return
            if row.value is None and row.raw in ("", None):
                return
            self._doubts.add("inconsistent", f"{where}.{id_}", f"printed twice: {before.raw!r} and {row.raw!r}")
            row = Row(before.label, None, before.raw, before.group)
        rows[id_] = row

    def _row(self, id_: str, where: str, printed: "_Printed", table: Table) -> Row:
        group = self._group(id_, table)
        texts = self._columns(id_, where, printed, table.header)
        label = texts.get("label", "")
        if not registry.means_what_it_says(self._version, self._dut, id_, label):
            known = registry.label(self._version, self._dut, id_)
            self._doubts.add("inconsistent", where, f'its label is "{label}", and {id_} is known as "{known}"')
        if "tested" in texts or "vendor" in texts:
            return self._measurands(id_, where, texts, group)
        raw = texts.get("value")
        if raw is None:
            self._doubts.add("missing_column", where, "the table has no column for the value")
            return Row(label, None, "", group)
        value = self._value(id_, where, label, raw)
        cut = printed.number == self._cut_at and not isinstance(value, bool)
        if raw and value is None and cell_meaning.is_placeholder(raw):
            self._doubts.add("placeholder_value", where, f"'{raw}' means empty")
        elif raw and (value is None or cut):
            problem = "cannot be read" if value is None else "may be cut off"
            self._doubts.add("ocr_suspect_token", where, f"'{raw}' {problem}")
            value = None
        if cell_meaning.is_tagged(raw):
            self._doubts.add("markup_stripped", where, raw)
        if isinstance(value, tuple) and cell_meaning.has_mixed_separators(raw):
            self._doubts.add("mixed_list_separators", where, f"'{raw}' is separated by blanks and commas")
        return Row(label, value, raw, group)

    def _columns(self, id_: str, where: str, printed: "_Printed", header: Header) -> dict[str, str]:
        """The cells of a row by the meaning of their columns."""
        cells = printed.cells
        if not header.columns:
            return self._without_header(id_, where, cells)
        if len(cells) == 1 and " " in cells[0]:
            return self._in_one_cell(id_, where, cells[0])
        if len(cells) > len(header.columns) and header.columns[:2] == ("id", "label"):
            return self._too_many(id_, where, cells, header)
        filled = (*cells, *[""] * (len(header.columns) - len(cells)))
        return {column: cell for column, cell in zip(header.columns, filled, strict=False) if column}

    def _without_header(self, id_: str, where: str, cells: tuple[str, ...]) -> dict[str, str]:
        """A row whose header row is lost counts only when its label proves which cell is which."""
        if len(cells) == 1:
            return self._in_one_cell(id_, where, cells[0])
        if len(cells) <= 3 and self._is_label(id_, cells[1]):
            return {"label": cells[1], "value": cells[2] if len(cells) > 2 else ""}
        self._doubts.add("missing_column", where, "the table has no header row, so that no cell's meaning is sure")
        return {"label": cells[1] if len(cells) > 1 else ""}

    def _in_one_cell(self, id_: str, where: str, cell: str) -> dict[str, str]:
        """``C-07 Support for local start Yes``: sure when the label is the known one."""
        rest = cell.removeprefix(id_).strip()
        label, _, value = rest.rpartition(" ")
        self._doubts.add("single_cell_row", where, f'"{cell}" is one cell')
        if self._is_label(id_, rest):
            return {"label": rest, "value": ""}
        if self._is_label(id_, label):
            return {"label": label, "value": value}
        return {"label": rest}

    def _is_label(self, id_: str, text: str) -> bool:
        known = registry.label(self._version, self._dut, id_)
        return bool(known) and normal(text) == normal(known or "")

    def _too_many(self, id_: str, where: str, cells: tuple[str, ...], header: Header) -> dict[str, str]:
        """A label that was split into several cells, or a value; the known label tells."""
        columns = header.columns[2:]
        for end in range(2, len(cells)):
            label = join_cells(cells[1 : end + 1], self._document)
            values = cells[end + 1 :]
            if len(values) == len(columns) and self._is_label(id_, label.text):
                self._doubts.add("split_cell_joined", where, label.detail)
                return {"label": label.text} | dict(zip(columns, values, strict=True))
        extra = [cell for cell in cells[len(header.columns) :] if cell]
        rest = {column: cell for column, cell in zip(header.columns, cells, strict=False) if column}
        if "value" in rest and extra == [rest["value"]] * len(extra):
            self._doubts.add("duplicate_cell", where, "value repeated in the next cell")
            return rest
        self._doubts.add("inconsistent", where, f"{len(cells)} cells where the header row has {len(header.columns)}")
        return {"label": cells[1]}

    def _measurands(self, id_: str, where: str, texts: dict[str, str], group: str | None) -> Row:
        tested, vendor = texts.get("tested", ""), texts.get("vendor", "")
        if not tested and not vendor:
            return Row(texts.get("label", ""), None, "", group)
        for missing in {"tested", "vendor"} - texts.keys():
            self._doubts.add("missing_column", where, f"the table has no column for what is {missing}")
        kinds = {"," in cell for cell in (tested, vendor) if len(cell_meaning.words(cell)) > 1}
        if len(kinds) > 1 or any(map(cell_meaning.has_mixed_separators, (tested, vendor))):
            self._doubts.add(
                "mixed_list_separators", where, "measurands are separated by blanks here and by commas there"
            )
        value = Measurands(
            self._names(lists.read_measurands, tested, where),
            tuple(sorted(self._names(lists.read_measurands, vendor, where))),
        )
        if value.vendor and (beyond := sorted(set(value.tested) - set(value.vendor))):
            self._doubts.add("inconsistent", where, f"tested but not supported: {', '.join(beyond)}")
        return Row(texts.get("label", ""), value, MeasurandCells(tested, vendor), group)

    def _names(self, read: Callable[[str], lists.Listed], cell: str, where: str) -> tuple[str, ...]:
        """The names of a list; what was odd about them goes to the doubts."""
        if cell_meaning.is_placeholder(cell):
            self._doubts.add("placeholder_value", where, f"'{cell}' means empty")
            return ()
        found = read(cell)
        for pieces in found.joined:
            self._doubts.add("split_cell_joined", where, f"'{pieces}' is one name")
        for name in found.unknown:
            self._doubts.add("nonstandard_value", where, f"'{name}'")
        return found.names

    def _value(self, id_: str, where: str, label: str, raw: str) -> Value:
        """What a cell means; None when it is empty or of the wrong kind."""
        if registry.is_heading(self._version, self._dut, id_):
            return None
        meaning = normal(registry.label(self._version, self._dut, id_) or label)
        known = self._version is OcppVersion.V16 and self._dut is Role.STATION and self._known(id_)
        answer = cell_meaning.flag(raw)
        match id_.partition("-")[0]:
            case "AQ":
                return answer
            case _ if answer is None and (kind := next((name for name in _LISTS if name in meaning), None)):
                return self._names(_LISTS[kind], raw, where) or None
            case "ORS":
                number = cell_meaning.whole(raw)
                return number if known else _first_of(number, answer, raw or None)
            case "HFS" if _NUMBERS.search(meaning):
                return cell_meaning.whole(raw)
            case "HFS" if _WORDS.search(meaning) or not self._known(id_):
                listed = tuple(part.strip() for part in re.split("[,;]", raw) if part.strip())
                return _first_of(answer, cell_meaning.whole(raw), listed if len(listed) > 1 else raw or None)
        return answer if known else _first_of(answer, cell_meaning.whole(raw), raw or None)

    def _known(self, id_: str) -> bool:
        return registry.label(self._version, self._dut, id_) is not None

    def _group(self, id_: str, table: Table) -> str | None:
        prefix = id_.partition("-")[0]
        title = table.header.title
        if prefix == "ORS":
            named = next((group for words, group in _SETTING_GROUPS if words in title), None)
            return named or _snake(title.removeprefix("certification profile:")) or "general"
        if prefix in _WHERE:
            return None
        return _GROUPS.get(prefix) or _snake(title.removeprefix("certification profile:")) or None


class _Printed(msgspec.Struct, frozen=True):
    """A row as printed, rows that go on with it included."""

    number: int
    cells: tuple[str, ...]
    on_new_page: bool = False


def _whole_rows(table: Table) -> Iterable[tuple[str, _Printed]]:
    """The rows of a table by id; a row without an id goes on with the row above."""
    width = len(table.header.columns)
    found: list[tuple[str, _Printed]] = []
    for index, line in enumerate(table.rows):
        cells, on_new_page = line.cells, index in table.continued_at
        if width and len(cells) == width + 1 and not cells[0] and ROW_ID.fullmatch(cells[1]):
            cells = cells[1:]  # the whole row is indented
        id_ = next((cell for cell in _id_cell(cells, table.header) if ROW_ID.fullmatch(cell)), None)
        if id_ is not None:
            found.append((id_, _Printed(line.number, cells, on_new_page)))
        elif one := re.match(rf"({ROW_ID.pattern})\s", cells[0]):
            found.append((one[1], _Printed(line.number, (cells[0],), on_new_page)))
        elif found and not cells[0] and width and len(cells) <= width:
            last_id, last = found[-1]
            longer = (*last.cells, *[""] * (width - len(last.cells)))
            more = (*cells, *[""] * (width - len(cells)))
            found[-1] = (
                last_id,
                _Printed(last.number, tuple(f"{a} {b}".strip() for a, b in zip(longer, more, strict=True))),
            )
    return found


def _id_cell(cells: tuple[str, ...], header: Header) -> tuple[str, ...]:
    position = header.column("id") if header.columns else 0
    return cells[position : position + 1] if position is not None else ()


def _where(id_: str) -> str:
    return _WHERE.get(id_.partition("-")[0], "features")


def _first_of(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _snake(text: str) -> str:
    return "_".join(re.findall(r"[a-z0-9]+", text.casefold()))[:60]
