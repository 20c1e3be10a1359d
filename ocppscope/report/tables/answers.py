"""What a query found, written for people and for programs, a row at a time."""

import base64
import csv
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, TextIO

import msgspec
from rich.cells import cell_len

from ocppscope.model.visible import visible
from ocppscope.report.safe_json import without_controls
from ocppscope.report.tables.database import Answer

LOOKED_AT = 1_000
"""Rows that decide how wide columns are; a later one that is wider stands out, and nothing has to wait for it."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\Z")

_NUMERIC = re.compile(r"(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL\(.*\))\Z")

_encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="number")


def write_table(answer: Answer, file: TextIO, widest: int | None = None) -> int:
    """Columns below each other, for people.

    Args:
        answer: read to its end.
        file: gets the lines.
        widest: characters of a cell, beyond which it is cut; None for no limit.

    Returns:
        How many rows there were.
    """
    right = [_NUMERIC.match(of) is not None for of in answer.types]
    names = [visible(name, widest) for name in answer.columns]
    shown = ([visible(_text(value), widest) for value in row] for row in answer)
    first = list(islice(shown, LOOKED_AT))
    widths = [max(map(cell_len, column)) for column in zip(names, *first, strict=True)]

    def line(cells: list[str]) -> str:
        aligned = []
        for cell, width, to_right in zip(cells, widths, right, strict=True):
            blanks = " " * (width - cell_len(cell))
            aligned.append(blanks + cell if to_right else cell + blanks)
        return "  ".join(aligned).rstrip() + "\n"

    file.write(line(names))
    file.write(line(["─" * width for width in widths]))
    return _written(map(line, chain(first, shown)), file)


def write_csv(answer: Answer, file: TextIO, widest: int | None = None) -> int:
    """A header and one row a line, as spreadsheets read it; no text is taken for a formula.

    With ``widest``, for a terminal, nothing is cut, but what a terminal could obey is shown instead.
    """
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(_cell(name) for name in answer.columns)
    count = 0
    for count, row in enumerate(answer, 1):  # noqa: B007 - counts
        cells = [_cell(value) for value in row]
        rows.writerow(cells if widest is None else [visible(cell) if isinstance(cell, str) else cell for cell in cells])
    return count


def write_json(answer: Answer, file: TextIO, widest: int | None = None) -> int:
    """An array of objects, one a line."""
    names = _distinct(answer.columns)

    def lines() -> Iterator[str]:
        before = "[\n"
        for row in answer:
            values = {name: _plain(value) for name, value in zip(names, row, strict=True)}
            yield before + without_controls(_encoder.encode(values).decode())
            before = ",\n"

    count = _written(lines(), file)
    file.write("\n]\n" if count else "[]\n")
    return count


WRITERS: dict[str, Callable[[Answer, TextIO, int | None], int]] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
}
"""By the name that ``--format`` takes."""


def _written(lines: Iterable[str], file: TextIO) -> int:
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - counts
        file.write(line)
    return count


def _text(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.1f}"
        case list() | dict():
            return _encoder.encode(_plain(value)).decode()
    return str(_plain(value))


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(_FORMULA) and not _NUMBER.match(value) else value
        case bool() | list() | dict():
            return _text(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Of values that JSON has no form for, the text that one expects: RFC 3339 for times."""
    match value:
        case datetime():
            return f"{value.isoformat()}Z"
        case date() | Decimal():
            return value.isoformat() if isinstance(value, date) else value
        case bytes():
            return base64.b64encode(value).decode()
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case int() | float() | str() | None:
            return value
    return str(value)


def _distinct(names: list[str]) -> list[str]:
    """Names of members: of several columns with one name, the further ones are numbered."""
    taken: dict[str, int] = {}
    for name in names:
        taken[name] = taken.get(name, 0) + 1
    if len(taken) == len(names):
        return names
    counts: dict[str, int] = {}
    distinct = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        distinct.append(name if counts[name] == 1 else f"{name}_{counts[name]}")
    return distinct
