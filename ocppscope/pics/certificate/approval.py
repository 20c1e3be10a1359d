"""The statement of approval: two parties, each with a name, a place and a date, among what scanning makes of signatures."""

import datetime as dt
import re

from ocppscope.pics.certificate.dates import read_date
from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.sections import Field, Sections
from ocppscope.pics.certificate.signatures import Approval, LaboratoryApproval

_DATE = re.compile(r"date\s*:?\s*(.*)", re.IGNORECASE)
_SIGNATURE = re.compile(r"signature\s*:?", re.IGNORECASE)


def read_approval(sections: Sections, doubts: Doubts) -> tuple[Approval, LaboratoryApproval]:
    """What the vendor and the laboratory signed."""
    noise: list[str] = []
    vendor = _party(sections.fields.get(Part.VENDOR_APPROVAL, []), noise)
    laboratory = _party(sections.fields.get(Part.LABORATORY_APPROVAL, []), noise)
    if noise:
        doubts.add("noise_dropped", "approval", "beside the signatures: " + ", ".join(f"'{cell}'" for cell in noise))
    dates = [_date(sections.fields.get(part, [])) for part in (Part.VENDOR_APPROVAL, Part.LABORATORY_APPROVAL)]
    reviewer = laboratory.pop("reviewer", None)
    vendor.pop("reviewer", None)
    return Approval(**vendor, date=dates[0]), LaboratoryApproval(**laboratory, reviewer=reviewer, date=dates[1])


_KEYS = frozenset({"name", "reviewer", "company", "department", "position", "location"})


def _party(fields: list[Field], noise: list[str]) -> dict[str, str | None]:
    """The values of one party; what else stands beside and below them goes to the noise."""
    found: dict[str, str | None] = {}
    for field in fields:
        cells = list(field.cells)
        if field.key in _KEYS:
            value = cells.pop(0) if cells else ""
            if _is_beside(value):
                value = ""
            found.setdefault(field.key, value or None)
        noise += [cell for cell in cells if cell and not _is_beside(cell)]
        noise += [cell for line in field.below for cell in line.cells if cell and not _is_beside(cell)]
    return found


def _is_beside(cell: str) -> bool:
    """Whether a cell belongs to the signature column."""
    return bool(_DATE.fullmatch(cell) and (":" in cell or read_date(cell))) or bool(_SIGNATURE.fullmatch(cell))


def _date(fields: list[Field]) -> dt.date | None:
    for field in fields:
        cells = (*field.cells, *(cell for line in field.below for cell in line.cells))
        for cell in cells:
            if field.key == "date" or _DATE.fullmatch(cell):
                date = read_date(cell)
                if date is not None:
                    return date
    return None
