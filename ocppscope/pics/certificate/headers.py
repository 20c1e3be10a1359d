"""The header rows of a certificate's tables: which table it is, and which column means what.

A table is known by its header cells, in any order and number; where a cell stands says nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ocppscope.pics.certificate.spelling import LONGEST_HEADING, normal


class Kind(StrEnum):
    """The tables of a certificate."""

    EVIDENCE = "evidence"
    PROFILES = "profiles"
    ROWS = "rows"
    CONNECTORS = "connectors"
    VENDOR_SETTINGS = "vendor settings"
    CONFIGURATION = "configuration"
    OTHER_LIMITS = "other limits"
    PERFORMANCE = "performance"


@dataclass(frozen=True, slots=True)
class Header:
    """A header row.

    Attributes:
        kind: which table it begins.
        columns: the meaning of each column, by position; "" for one that is not known.
        title: the header cell that tells tables of one kind apart: ``Core Features``, ``Certification Extension``.
        one_cell: whether all of it was printed in one cell.
    """

    kind: Kind
    columns: tuple[str, ...]
    title: str = ""
    one_cell: bool = False

    def column(self, meaning: str) -> int | None:
        """The position of a column, None when the table has none of this meaning."""
        return self.columns.index(meaning) if meaning in self.columns else None


_COLUMNS: dict[Kind, dict[str, str]] = {
    Kind.EVIDENCE: {
        "applied": r"applied(?: tests?)?",
        "performed": r"performed by(?: / on)?",
        "document": r"document(?:ed)? evidence|evidence",
    },
    Kind.PROFILES: {
        "name": r"certification (?:profiles?|extensions?)|(?:certified )?functionalities|profiles?",
        "result": r"(?:test )?results?|ocpp \d[\d.]*(?: certification)?(?: test results?)?",
        "description": r"descriptions?",
    },
    Kind.CONNECTORS: {
        "id": r"connector(?: ?(?:id|no\.?|number))?",
        "current": r"current(?: type)?",
        "phases": r"(?:no\. (?:of )?|number of )?phases?",
        "type": r"(?:connector )?type",
        "cable_type": r"cable(?: type)?",
    },
    Kind.VENDOR_SETTINGS: {
        "key": r"configuration settings?|vendor specific settings?",
        "value": r"configured values?|values?",
        "description": r"descriptions?",
    },
    Kind.CONFIGURATION: {
        "key": r"configuration keys?",
        "value": r"(?:configured )?values?",
        "description": r"descriptions?",
    },
    Kind.OTHER_LIMITS: {"label": r"limits? / settings?", "value": r"values?"},
    Kind.PERFORMANCE: {
        "name": r"name",
        "pics": r"pics values?",
        "measured": r"measured values?",
        "min": r"min\.?(?:imum)?(?: value)?",
        "max": r"max\.?(?:imum)?(?: value)?",
        "avg": r"(?:avg\.?|average|mean)(?: value)?",
        "unit": r"units?",
        "description": r"descriptions?",
    },
}
"""Header cells by table and meaning; ``max`` is a limit or a measurement, which the other columns tell."""

_FIRST = {
    Kind.EVIDENCE: "applied", Kind.PROFILES: "name", Kind.CONNECTORS: "id", Kind.VENDOR_SETTINGS: "key",
    Kind.CONFIGURATION: "key", Kind.OTHER_LIMITS: "label", Kind.PERFORMANCE: "name",
}  # fmt: skip
"""The column without which rows cannot be told from each other."""

_ROW_COLUMNS = {
    "value": re.compile(r"(?:supported / present|supported|present|answers?|values?|implemented)"),
    "tested": re.compile(r"tested(?: during certification)?"),
    "vendor": re.compile(r"supported according(?: to(?: (?:the )?vendor)?)?"),
}
"""Columns of the tables with ids; what is neither of them nor ``ID`` is the label."""

_PATTERNS = {
    kind: {meaning: re.compile(pattern) for meaning, pattern in columns.items()} for kind, columns in _COLUMNS.items()
}

_WORDS = sorted(
    {
        "applied tests", "applied", "performed by / on", "document evidence", "certification profile",
        "certification extension", "functionalities", "test result", "test results", "description", "connector",
        "current", "phases", "cable type", "type", "configuration setting", "configured value", "configuration key",
        "value", "limit / setting", "name", "pics value", "measured value", "min value", "max value", "average value",
        "unit",
    },
    key=lambda words: -len(words),
)  # fmt: skip
"""Header cells as printed, the longest first, to take a header row apart that is printed in one cell."""

_ONE_CELL_ROWS = re.compile(
    r"id (.+?) (supported / present|answer|value|tested during certification supported according to vendor)"
)


def read_header(cells: tuple[str, ...]) -> Header | None:
    """The header row that a line is, or None."""
    words = [normal(cell) for cell in cells]
    if max(map(len, words)) > LONGEST_HEADING:
        return None
    filled = [word for word in words if word]
    if len(filled) == 1:
        return _in_one_cell(filled[0])
    if "id" in filled:
        return _of_rows(words)
    for kind, patterns in _PATTERNS.items():
        columns = tuple(_meaning(word, patterns) for word in words)
        known = [column for column in columns if column]
        if _FIRST[kind] in known and len(known) >= 2 and len(known) == len(set(known)):
            return Header(kind, columns, words[columns.index(_FIRST[kind])])
    return None


def _meaning(word: str, patterns: dict[str, re.Pattern[str]]) -> str:
    return next((meaning for meaning, pattern in patterns.items() if pattern.fullmatch(word)), "")


def _of_rows(words: list[str]) -> Header | None:
    columns = []
    for word in words:
        known = "id" if word == "id" else _meaning(word, _ROW_COLUMNS)
        columns.append(known or ("label" if word and "label" not in columns else ""))
    if len(columns) != len([*filter(None, columns)]) and "label" not in columns:
        return None
    title = words[columns.index("label")] if "label" in columns else ""
    repeated = [column for column in columns if column and columns.count(column) > 1]
    return None if repeated or columns.count("id") != 1 else Header(Kind.ROWS, tuple(columns), title)


def _in_one_cell(words: str) -> Header | None:
    if match := _ONE_CELL_ROWS.fullmatch(words):
        columns = ("id", "label", "tested", "vendor") if match[2].startswith("tested") else ("id", "label", "value")
        return Header(Kind.ROWS, columns, match[1], one_cell=True)
    cells: list[str] = []
    rest = words
    while rest:
        word = next((word for word in _WORDS if rest == word or rest.startswith(f"{word} ")), None)
        if word is None:
            return None
        cells.append(word)
        rest = rest[len(word) :].strip()
    if len(cells) < 2:
        return None
    header = read_header(tuple(cells))
    return header and Header(header.kind, header.columns, header.title, one_cell=True)
