"""The performance tables: the maximum that the vendor declares, and what the laboratory measured."""

import re
from dataclasses import dataclass, field

from ocppscope.pics.certificate import cells as cell_meaning
from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.fields import Fields
from ocppscope.pics.certificate.headers import Header, Kind
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.lines import Line
from ocppscope.pics.certificate.sections import Sections, Table
from ocppscope.pics.certificate.spelling import distance, normal
from ocppscope.pics.declaration import Kpi, KpiLimit, Measured, Performance

_KEYS = {
    "ocpp response timeout": "ocpp_response_timeout",
    "ocpp triggered function timeout": "ocpp_triggered_function_timeout",
    "transaction authorization time by remotestarttransaction": "remote_start_authorization_time",
    "transaction authorization time by requeststarttransaction": "remote_start_authorization_time",
    "transaction authorization end time by remotestoptransaction": "remote_stop_authorization_end_time",
    "transaction authorization end time by requeststoptransaction": "remote_stop_authorization_end_time",
    "response time authorize": "authorize_response_time",
    "response time remotestarttransaction": "remote_start_response_time",
    "response time requeststarttransaction": "remote_start_response_time",
}
"""Keys by the printed name. The 2.x names are what OCPP calls the messages; no such certificate was seen."""

_LIMIT = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(?:s|sec|secs|seconds)", re.IGNORECASE)
_FINE, _COARSE = 0.01, 1.0
"""Steps of printed figures: two decimals, or whole seconds."""


@dataclass(slots=True)
class _Figures:
    """What the tables say of one figure, cell by cell."""

    label: str
    description: str = ""
    limits: list[tuple[str, float | None]] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    """A row of figures: its cells by the meaning of their columns.

    Attributes:
        number: of its line.
        last: the column of the last cell that has something in it.
        surplus: the whole row where it has more cells than the header row.
    """

    cells: dict[str, str]
    number: int
    last: str
    surplus: str = ""

    def cell(self, column: str) -> str:
        """A cell, empty when the table has no such column."""
        return self.cells.get(column, "")


def read_performance(sections: Sections, document: str, doubts: Doubts, cut_at: int | None) -> Performance:
    """Every performance figure in the order in which it first appears."""
    reader = _Reader(doubts, cut_at)
    tables = sections.of(Kind.PERFORMANCE)
    for table in tables:
        reader.read(table, tables)
    technology = Fields(sections, Part.PERFORMANCE, document, doubts).text("communication_technology")
    return Performance(technology, reader.kpis())


class _Reader:
    def __init__(self, doubts: Doubts, cut_at: int | None) -> None:
        self._doubts = doubts
        self._cut_at = cut_at
        self._found: dict[str, _Figures] = {}

    def read(self, table: Table, tables: list[Table]) -> None:
        header = table.header
        holds = _holds(header, tables)
        if holds is None:
            self._doubts.add("missing_column", "performance", "a table's header row does not tell what its figures are")
        for row in _rows(table):
            key = self._key(row.cell("name"))
            figures = self._found.setdefault(key, _Figures(row.cell("name").rstrip(" :")))
            figures.description = figures.description or row.cell("description")
            where = f"performance.kpis.{key}"
            if holds in ("limits", "both"):
                figures.limits.append(self._limit(row, f"{where}.limit"))
            if holds in ("measured", "both"):
                figures.measured.append(self._measured(row, header, f"{where}.measured"))

    def kpis(self) -> dict[str, Kpi]:
        kpis = {}
        for key, figures in self._found.items():
            where = f"performance.kpis.{key}"
            kpis[key] = Kpi(
                figures.label, figures.description, self._one_limit(figures, where), self._one_measured(figures, where)
            )
        if any(kpi.measured and kpi.measured.resolution_s == _COARSE for kpi in kpis.values()):
            self._doubts.add("coarse_resolution", "performance.kpis.*.measured", "hh:mm:ss, whole seconds")
        return kpis

    def _key(self, name: str) -> str:
        words = normal(name)
        if words in _KEYS:
            return _KEYS[words]
        near = {key for known, key in _KEYS.items() if distance(words, known) <= 2}
        if len(near) == 1:
            key = near.pop()
            self._doubts.add("ocr_suspect_token", f"performance.kpis.{key}", f"'{name}'")
            return key
        return "_".join(re.findall(r"[a-z0-9]+", words)) or "unnamed"

    def _limit(self, row: _Row, where: str) -> tuple[str, float | None]:
        raw, unit = row.cell("pics") or row.cell("max"), row.cell("unit").casefold()
        if not raw:
            return "", None
        value = _seconds(raw, unit)
        if row.surplus:
            code, problem = "inconsistent", f"more cells than the header row has: {row.surplus}"
        elif value is None and cell_meaning.decimal(raw) is not None:
            code, problem = (
                "ocr_suspect_token",
                f"'{raw}' " + (f"is in {unit}, not in seconds" if unit else "has no unit"),
            )
        elif value is None:
            code, problem = "ocr_suspect_token", f"'{raw}' is no number of seconds"
        elif value == 0:
            code, problem = "implausible_zero", "a maximum of 0"
        elif self._is_cut(row, "pics", "max") and raw[-1].isdigit():
            code, problem = "ocr_suspect_token", f"'{raw}' may be cut off"
        else:
            return raw, value
        self._doubts.add(code, where, problem)
        return raw, None

    def _is_cut(self, row: _Row, *columns: str) -> bool:
        """Whether the file ends in one of these cells, so that some of it may be missing."""
        return row.number == self._cut_at and row.last in columns

    def _measured(self, row: _Row, header: Header, where: str) -> Measured:
        raw = {name: cell for name in ("min", "max", "avg") if (cell := row.cell(name))}
        if row.surplus:
            self._doubts.add("inconsistent", where, f"more cells than the header row has: {row.surplus}")
            return Measured(raw=row.cell("measured") or raw or None)
        if "measured" in header.columns:
            return self._single(row, where)
        values = {name: cell_meaning.decimal(cell) for name, cell in raw.items()}
        for name, value in values.items():
            if value is None:
                self._doubts.add("ocr_suspect_token", f"{where}.{name}", f"'{raw[name]}' is no number of seconds")
        unit = row.cell("unit").casefold()
        if raw and unit not in cell_meaning.SECONDS:
            self._doubts.add("ocr_suspect_token", where, f"the unit is '{unit}', not seconds" if unit else "no unit")
            values = {}
        low, high, mean = (values.get(name) for name in ("min", "max", "avg"))
        order = [value for value in (low, mean, high) if value is not None]
        if order != sorted(order):
            self._doubts.add("inconsistent", where, f"not min ≤ avg ≤ max: {', '.join(raw.values())}")
            low = high = mean = None
        return Measured(min=low, max=high, avg=mean, resolution_s=_FINE, raw=raw or None)

    def _single(self, row: _Row, where: str) -> Measured:
        raw = row.cell("measured")
        span, cut = cell_meaning.clock(raw), self._is_cut(row, "measured")
        if span is not None and not cut:
            return Measured(value=float(span), resolution_s=_COARSE, raw=raw)
        value = None if cut else _seconds(raw, row.cell("unit").casefold())
        if raw and value is None:
            self._doubts.add("ocr_suspect_token", where, f"'{raw}' is no time" + (", or cut off" if cut else ""))
        return Measured(value=value, resolution_s=_FINE, raw=raw or None)

    def _one_limit(self, figures: _Figures, where: str) -> KpiLimit | None:
        printed = [(raw, value) for raw, value in figures.limits if raw]
        if not printed:
            return None
        raw, value = printed[0]
        if len({value for _, value in printed}) > 1:
            cells = " and ".join(dict.fromkeys(raw for raw, _ in printed))
            self._doubts.add("inconsistent", f"{where}.limit", f"printed more than once: {cells}")
            value = None
        return KpiLimit(value, raw=raw)

    def _one_measured(self, figures: _Figures, where: str) -> Measured | None:
        printed = [measured for measured in figures.measured if measured.raw]
        if not printed:
            return None
        first = printed[0]
        if any(other != first for other in printed):
            self._doubts.add("inconsistent", f"{where}.measured", "printed more than once and differently")
            return Measured(resolution_s=first.resolution_s, raw=first.raw)
        return first


def _seconds(cell: str, unit: str) -> float | None:
    """A time whose unit is known to be seconds, from the cell or from the unit's column."""
    if (match := _LIMIT.fullmatch(cell)) and cell.isascii() and (not unit or unit in cell_meaning.SECONDS):
        return float(match[1])
    return cell_meaning.decimal(cell) if unit in cell_meaning.SECONDS else None


def _holds(header: Header, tables: list[Table]) -> str | None:
    """Whether a table has limits, measurements, or both. ``Max Value`` alone tells by the other columns."""
    columns = set(header.columns)
    limits, measured = "pics" in columns, bool(columns & {"measured", "min", "avg"})
    if limits or measured:
        return "both" if limits and measured else "limits" if limits else "measured"
    if "max" not in columns:
        return None
    others = [table.header for table in tables if table.header != header]
    if "description" in columns or any(
        other.column("min") is not None or other.column("avg") is not None for other in others
    ):
        return "limits"
    return None


def _rows(table: Table) -> list[_Row]:
    """Rows with figures; one without goes on with the name or the description of the row above."""
    figures = [column for column in table.header.columns if column not in ("", "name", "description", "unit")]
    found: list[_Row] = []
    for line in table.rows:
        row = _row(table.header, line)
        if any(map(row.cell, figures)):
            if row.cell("name"):
                found.append(row)
        elif found and (len(line.cells) > 1 or normal(f"{found[-1].cell('name')} {row.cell('name')}") in _KEYS):
            for column in ("name", "description"):
                found[-1].cells[column] = f"{found[-1].cell(column)} {row.cell(column)}".strip()
    return found


def _row(header: Header, line: Line) -> _Row:
    cells = {column: cell for column, cell in zip(header.columns, line.cells, strict=False) if column}
    last = next((column for column in reversed(cells) if cells[column]), "")
    surplus = line.text if any(line.cells[len(header.columns) :]) else ""
    return _Row(cells, line.number, last, surplus)
