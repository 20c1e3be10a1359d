"""The certificate proper: holder, number, product, the specification that was tested against, the evidence, who signed."""

import datetime as dt
import re

import msgspec

from ocppscope.pics.certificate.dates import DATE, date_of, read_date
from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.fields import Fields
from ocppscope.pics.certificate.headers import Kind
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.lines import Text
from ocppscope.pics.certificate.sections import Sections
from ocppscope.pics.certificate.signatures import Signatory
from ocppscope.pics.declaration import Evidence, Reference, SecurityWhitepaper
from ocppscope.protocol.version import OcppVersion


class FirstPage(msgspec.Struct, frozen=True):
    """What the first page says."""

    title: str | None
    number: str | None
    holder: str | None
    product_type: str | None
    product: str | None
    software_label: str | None
    software_version: str | None
    date: dt.date | None
    reference: Reference
    version: OcppVersion | None
    evidence: tuple[Evidence, ...]
    signatory: Signatory


_TITLE = re.compile(r"OCPP \d[\d.]*(?:-?J)?(?: [A-Z][\w-]*){0,4} Certificate", re.IGNORECASE)
_ANY_TITLE = re.compile(r"(?=.{8,80}$)(?:certificate of [\w .-]+|[\w. -]+ certificate)", re.IGNORECASE)
_TITLE_LINES = 3
"""Lines at whose begin a title needs to say no more than that it is a certificate."""

_NUMBER = re.compile(r"(?:[A-Z]{2,10}\.)?OCA\.\d{4}\.\d{1,6}\.[A-Z]{2,6}")
_SOFTWARE = re.compile(r"\s*[,;/]?\s*\b((?:OCPP )?(?:Software|Firmware) version)\s*:\s*", re.IGNORECASE)

_VERSION = re.compile(r"\bOCPP[ -]?(\d\.\d(?:\.\d)?)(?![\d.]*\d)")
_ISO_DATE = r"(\d{4}-\d{2}-\d{2})"
_EDITION = re.compile(r"\bedition\s+(\d{1,2})\b", re.IGNORECASE)
_FINAL = re.compile(rf"\bedition\s+\d{{1,2}}\b[^()]{{0,30}}?,\s*{_ISO_DATE}", re.IGNORECASE)
_ERRATA = re.compile(
    rf"\berrata\b(?:\s+sheet)?\s*\(?\s*(v\.?\s?\d+(?:\.\d+)*|\d{{4}}-\d{{2}}(?:-\d{{2}})?)(?:\s+release)?(?:\s*,\s*{_ISO_DATE})?",
    re.IGNORECASE,
)
_WHITEPAPER = re.compile(r"\bsecurity\s+whitepaper\b", re.IGNORECASE)
_WHITEPAPER_VERSION = re.compile(rf"\bv\.?\s?(\d+(?:\.\d+)*)(?:\s*,\s*{_ISO_DATE})?", re.IGNORECASE)
_LONGEST_SENTENCE = 700
"""Characters after "reference specification" that may belong to its sentence. Seen: 190."""

_PICS_VERSION = (
    re.compile(r"PICS[-_ ](?:\d\.\d(?:\.\d)?[-_ ])?(?:CS|CSMS)[-_ ]v?(\d+\.\d+(?:\.\d+)?)(?![\d.]*\d)", re.IGNORECASE),
    re.compile(r"(?<![a-z0-9])v(\d+\.\d+\.\d+)(?![\d.]*\d)", re.IGNORECASE),
)
"""The version of the PICS form in a document's name, not to be mixed up with the OCPP version that stands there too."""

_FOR_THE_ALLIANCE = re.compile(r"for the (open charge alliance)\s*:?\s*(.*)", re.IGNORECASE)
_ROLE = re.compile(
    r"(.*?)\s*,?\s*\b((?:vice[- ])?(?:chair(?:man|woman|person)?|president|(?:managing |executive |general |technical )*director|secretary.*|c[eo]o))",
    re.IGNORECASE,
)


def read_first_page(text: Text, sections: Sections, document: str, doubts: Doubts) -> FirstPage:
    """Read what the first page says, wherever it stands."""
    fields = Fields(sections, Part.CERTIFICATE, document, doubts)
    product, label, software = _product(fields, doubts)
    title = _title(text)
    if title is None:
        doubts.add("missing_title", "certificate.title", "no certificate title line in the text")
    sentence = _sentence(" ".join(line.text for line in text.lines))
    number = fields.text("number")
    if number is not None and not _NUMBER.fullmatch(number):
        doubts.add("ocr_suspect_token", "certificate.number", f"'{number}' is not of the form OCA.0016.1160.CS")
    return FirstPage(
        title=title,
        number=number,
        holder=fields.text("holder"),
        product_type=fields.text("product_type"),
        product=product,
        software_label=label,
        software_version=software,
        date=_date(fields, doubts),
        reference=_reference(sentence),
        version=_version(sentence) or _version(document),
        evidence=tuple(_evidence(sections, doubts)),
        signatory=_signatory(sections),
    )


def _title(text: Text) -> str | None:
    """A line of its own that calls itself an OCPP certificate, or at the begin any certificate."""
    for position, line in enumerate(text.lines):
        pattern = _ANY_TITLE if position < _TITLE_LINES else _TITLE
        if len(line.cells) == 1 and pattern.fullmatch(line.text):
            return line.text
    return None


def _product(fields: Fields, doubts: Doubts) -> tuple[str | None, str | None, str | None]:
    """Designation, label of the software version, software version; the three may stand in one cell."""
    designation = fields.text("product_designation")
    label, software = fields.label("software_version"), fields.text("software_version")
    match = _SOFTWARE.search(designation or "")
    if designation is None or match is None:
        return designation, label, software
    doubts.add(
        "composite_cell_split", "certificate.product_designation", f'"{designation}" holds two fields and a remark'
    )
    version = designation[match.end() :].partition(" / ")[0].strip(" ,;")
    if software is not None:
        return designation[: match.start()] or None, label, software
    return designation[: match.start()] or None, match[1], version or None


def _date(fields: Fields, doubts: Doubts) -> dt.date | None:
    printed = fields.text("certification_date")
    date = read_date(printed or "")
    if printed and date is None:
        doubts.add("ocr_suspect_token", "certificate.certification_date", f"'{printed}' is no date")
    return date


def _sentence(document: str) -> str:
    """The sentence about the reference specification."""
    start = document.casefold().find("reference specification")
    if start < 0:
        return ""
    sentence = document[start : start + _LONGEST_SENTENCE]
    end = re.search(r"\.\s+(?:The|Test)\b", sentence)
    return sentence[: end.start()] if end else sentence


def _version(text: str) -> OcppVersion | None:
    found = _VERSION.search(text)
    return next((version for version in OcppVersion if found and version.value == found[1]), None)


def _reference(sentence: str) -> Reference:
    paper = _WHITEPAPER.search(sentence)
    protocol = sentence[: paper.start()] if paper else sentence
    edition, final, errata = _EDITION.search(protocol), _FINAL.search(protocol), _ERRATA.search(protocol)
    return Reference(
        edition=int(edition[1]) if edition else None,
        specification_date=_iso(final[1]) if final else None,
        errata=re.sub(r"\s|(?<=v)\.", "", errata[1]) if errata else None,
        errata_date=_iso(errata[2]) if errata else None,
        security_whitepaper=_whitepaper(sentence[paper.end() :]) if paper else None,
    )


def _whitepaper(after: str) -> SecurityWhitepaper:
    edition, version = _EDITION.search(after), _WHITEPAPER_VERSION.search(after)
    return SecurityWhitepaper(
        edition=int(edition[1]) if edition else None,
        version=version[1] if version else None,
        date=_iso(version[2]) if version else None,
    )


def _iso(text: str | None) -> dt.date | None:
    return read_date(text) if text else None


def _evidence(sections: Sections, doubts: Doubts) -> list[Evidence]:
    rows: list[Evidence] = []
    for cells in _evidence_rows(sections):
        applied, performed, document = cells["applied"], cells["performed"], cells["document"]
        if not applied or not (performed or document):
            continue
        by, on = _performed(performed)
        if performed and on is None:
            where = f"certificate.evidence[{len(rows)}].performed_on"
            doubts.add("ocr_suspect_token", where, f"no date in '{performed}'")
        rows.append(Evidence(applied, by, on, document or None, _pics_version(document)))
    return rows


def _evidence_rows(sections: Sections) -> list[dict[str, str]]:
    """Rows by column; one that begins with a small letter, or not at all, goes on with the one above."""
    found: list[dict[str, str]] = []
    for table in sections.of(Kind.EVIDENCE):
        for line in table.rows:
            cells = dict.fromkeys(("applied", "performed", "document"), "")
            cells |= {column: cell for column, cell in zip(table.header.columns, line.cells, strict=False) if column}
            if found and not cells["applied"][:1].isupper():
                found[-1] = {column: f"{text} {cells[column]}".strip() for column, text in found[-1].items()}
            else:
                found.append(cells)
    return found


def _performed(cell: str) -> tuple[str | None, dt.date | None]:
    """Laboratory and day, which are glued together with or without a comma."""
    match = next(iter(DATE.finditer(cell)), None)
    if match is None:
        return cell or None, None
    by = f"{cell[: match.start()].rstrip(' ,')} {cell[match.end() :].strip(' ,')}".strip()
    return by or None, date_of(match)


def _pics_version(document: str) -> str | None:
    if "pics" not in document.casefold():
        return None
    found = (pattern.search(document) for pattern in _PICS_VERSION)
    return next((match[1] for match in found if match), None)


def _signatory(sections: Sections) -> Signatory:
    for index, line in enumerate(sections.prose):
        match = _FOR_THE_ALLIANCE.fullmatch(line.text)
        if match is None:
            continue
        below = sections.prose[index + 1 : index + 3]
        if len(below) > 1 and below[1].gap and not _is_role(below[1].text):
            below = below[:1]
        texts = [text for text in (match[2], *(each.text for each in below)) if text and len(text) <= 100]
        return _person(texts, match[1])
    return Signatory()


def _is_role(text: str) -> bool:
    match = _ROLE.fullmatch(text)
    return match is not None and not match[1]


def _person(texts: list[str], organisation: str) -> Signatory:
    if not texts:
        return Signatory(organisation=organisation)
    together = _ROLE.fullmatch(texts[0])
    if together is not None and together[1]:
        return Signatory(together[1], together[2], organisation)
    return Signatory(texts[0], texts[1] if len(texts) > 1 else None, organisation)
