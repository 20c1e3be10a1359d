"""The connector table, and the free table of hardware features that certificates of 2022 have."""

from ocppscope.pics.certificate import cells as cell_meaning
from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.headers import Kind
from ocppscope.pics.certificate.joining import join_cells
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.sections import Field, Sections
from ocppscope.pics.certificate.spelling import distance, latin
from ocppscope.pics.declaration import Connector, Row, Value

_TYPES = (
    "cCCS1", "cCCS2", "cChaoJi", "cG105", "cGBT", "cLECCS", "cMCS", "cNACS", "cNACS-CCS1", "cTesla", "cType1", "cType2",
    "cUltraChaoJi", "s309-1P-16A", "s309-1P-32A", "s309-3P-16A", "s309-3P-32A", "sBS1361", "sCEE-7-7", "sType2", "sType3",
    "Other1PhMax16A", "Other1PhOver16A", "Other3Ph", "Pan", "wInductive", "wResonant", "Undetermined", "Unknown",
)  # fmt: skip
"""ConnectorEnumType of OCPP 2.0.1 (§3.18) with the values that 2.1 adds."""

_MISREAD = str.maketrans("IlO|", "1101")
_CURRENTS = ("AC", "DC")


def read_connectors(sections: Sections, doubts: Doubts) -> tuple[Connector, ...]:
    """The rows of the connector table; one that is printed twice counts once."""
    found: dict[int, Connector] = {}
    for table in sections.of(Kind.CONNECTORS):
        for line in table.rows:
            columns = table.header.columns
            if len(line.cells) < len(columns) and "phases" in columns:
                cells = _by_content(line.cells)
            else:
                cells = dict(zip(columns, line.cells, strict=False))
            number = cell_meaning.whole(cells.get("id", ""))
            if number is None or number == 0:
                continue
            connector = _connector(number, cells, doubts)
            if found.setdefault(number, connector) != connector:
                doubts.add(
                    "inconsistent", f"connectors[{number}]", "printed twice and differently; the first one counts"
                )
    return tuple(found.values())


def _by_content(cells: tuple[str, ...]) -> dict[str, str]:
    """A row that lost its empty cell, as text without tabs does: what is missing shows by what is there."""
    found = {"id": cells[0]}
    for cell in cells[1:]:
        if cell in _CURRENTS:
            found["current"] = cell
        elif cell in ("1", "2", "3"):
            found["phases"] = cell
        elif "cable" in cell.casefold() or "socket" in cell.casefold():
            found["cable_type"] = cell
        elif cell:
            found.setdefault("type", cell)
    return found


def _connector(number: int, cells: dict[str, str], doubts: Doubts) -> Connector:
    current, phases, printed = cells.get("current", ""), cells.get("phases", ""), cells.get("type", "")
    where = f"connectors[{number}]"
    known = next((name for name in _CURRENTS if name == latin(current).upper()), None)
    if current and known is None:
        doubts.add("ocr_suspect_token", f"{where}.current", f"'{current}' is neither AC nor DC")
    count = cell_meaning.whole(phases)
    if phases and cell_meaning.is_placeholder(phases):
        doubts.add("placeholder_value", f"{where}.phases", f"'{phases}' means empty")
    elif phases and count not in (1, 2, 3):
        doubts.add("ocr_suspect_token", f"{where}.phases", f"'{phases}' is no number of phases")
        count = None
    return Connector(
        number,
        known,
        count,
        _type(printed, doubts) if printed else None,
        printed or None,
        cells.get("cable_type") or None,
    )


def _type(printed: str, doubts: Doubts) -> str:
    """The connector's OCPP name, with letters mended that look like others; what is no such name stays as printed."""
    plain = latin(printed)
    exact = [name for name in _TYPES if name.casefold() == plain.casefold()]
    if exact:
        return exact[0]
    mended = [name for name in _TYPES if _folded(name) == _folded(plain)]
    if len(mended) == 1:
        detail = f"'{printed}' is not an OCPP ConnectorEnumType value; '{mended[0]}' is"
        doubts.add("ocr_suspect_token", "connectors[*].type_raw", detail)
        return mended[0]
    doubts.add("nonstandard_value", "connectors[*].type_raw", f"'{printed}' is not an OCPP ConnectorEnumType value")
    return printed


def _folded(name: str) -> str:
    return name.translate(_MISREAD).casefold()


def read_hardware_2022(sections: Sections, document: str, doubts: Doubts) -> dict[str, Row]:
    """The hardware feature set of a certificate of 2022."""
    rows: dict[str, Row] = {}
    for field in sections.fields.get(Part.HARDWARE, []):
        if field.key:
            rows.setdefault(field.key, _row(field, document, doubts))
    return rows


def _row(field: Field, document: str, doubts: Doubts) -> Row:
    where = f"{Part.HARDWARE.value}.{field.key}"
    joined = join_cells(field.cells, document)
    if joined.code is not None:
        doubts.add(joined.code, where, joined.detail)
    if cell_meaning.is_tagged(joined.text):
        doubts.add("markup_stripped", where, joined.text)
    answer = cell_meaning.flag(joined.text)
    value: Value = answer if answer is not None else joined.text or None
    if (
        field.key == "fixed_cable"
        and joined.text
        and answer is None
        and distance(joined.text.casefold(), "yes", 1) <= 1
    ):
        doubts.add("ocr_suspect_token", where, f"'{joined.text}' is neither yes nor no")
        value = None
    return Row(field.label, value, " | ".join(cell for cell in field.cells if cell))
