"""Program: reads a PDF from stdin and writes its text as JSON to stdout: ``{"text": …}`` or ``{"error": …}``.

Cells of ruled tables are taken by their rules; elsewhere a wide gap ends a cell, and cells that begin below one another
stand in one column. Imports nothing of ocppscope, so that it starts quickly and can be run as a file.
"""

import io
import json
import logging
import resource
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfplumber.page import Page

_MEMORY = 1024**3
"""Bytes that reading may take. A certificate takes 150,000,000."""

_SECONDS = 30
"""Seconds of computing that reading may take. A certificate takes 2."""

_MOST_PAGES = 60
_LEAST_TEXT = 50
"""Characters in the whole file below which it is a scan with a stamp on it."""

_NEW_CELL = 1.0
_NEW_WORD = 0.15
"""Gaps, in heights of a letter, that end a cell and a word. A blank is 0.25 to 0.6 wide."""

_SAME_LINE = 0.5
"""Share of a letter's height that baselines of one line may differ."""

_SAME_BLOCK = 1.9
"""Distance of lines, in heights of a letter, up to which they belong to one block."""

_SAME_COLUMN = 0.8
"""How far, in heights of a letter, cells of one column may begin from each other."""

_LONG_WORD = 12
"""Letters from which on a word that is alone on its line may have been broken where its cell ends."""

_ALIGNED = 0.6
"""Share of cells that must begin where the columns do; else the gaps are only gaps."""

Char = dict[str, Any]


@dataclass(slots=True)
class Cell:
    """A piece of a line, and where it begins and ends."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class PrintedLine:
    """A line of cells, its place on the page, and the width of its first letter."""

    cells: list[Cell]
    top: float
    height: float
    first_letter: float


def main() -> None:
    """Read stdin, answer on stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    logging.disable(logging.CRITICAL)
    json.dump(_answer(sys.stdin.buffer.read()), sys.stdout)


def _answer(content: bytes) -> dict[str, str]:
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if len(document.pages) > _MOST_PAGES:
                return {"error": "too many pages"}
            text = "\f".join(page_text(page) for page in document.pages)
    except Exception as error:  # noqa: BLE001 - a damaged file makes the library fail in any way
        return {"error": _meaning(repr(error))}
    return {"text": text} if sum(not letter.isspace() for letter in text) >= _LEAST_TEXT else {"error": "no text"}


def _meaning(error: str) -> str:
    """Which error it is; the library wraps those of the one below it."""
    if "MemoryError" in error:
        return "too much"
    return "encrypted" if "Password" in error or "Encrypt" in error else "broken"


def page_text(page: Page) -> str:
    """The text of a page, tables and what stands between them from top to bottom."""
    tables = [table for table in page.find_tables() if _is_table(table)]
    chars = [char for char in page.chars if char["upright"]]
    blocks: list[tuple[float, str]] = []
    for table in tables:
        inside = [char for char in chars if _is_inside(char, table.bbox)]
        chars = [char for char in chars if not _is_inside(char, table.bbox)]
        blocks.append((table.bbox[1], "\n".join(_table_rows(table, inside))))
    blocks += [(block[0].top, "\n".join(_aligned(block))) for block in _blocks(_lines(chars))]
    return "\n\n".join(text for _, text in sorted(blocks)) + "\n"


def _is_table(table: Any) -> bool:
    """A frame around a whole page or around one line is no table."""
    return len(table.rows) > 1 or any(len([cell for cell in row.cells if cell]) > 1 for row in table.rows)


def _is_inside(char: Char, box: tuple[float, float, float, float]) -> bool:
    middle, height = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= middle <= box[2] and box[1] <= height <= box[3])


def _table_rows(table: Any, chars: list[Char]) -> Iterator[str]:
    for row in table.rows:
        yield "\t".join(
            "" if box is None else _cell_text([c for c in chars if _is_inside(c, box)], box) for box in row.cells
        )


def _cell_text(chars: list[Char], box: tuple[float, float, float, float]) -> str:
    """The lines of a cell as one; a long word that is broken at the cell's edge is put together."""
    lines = _lines(chars)
    margin = min((line.cells[0].left for line in lines), default=0) - box[0]
    text, before, room = "", "", 0.0
    for line in lines:
        printed = " ".join(cell.text for cell in line.cells)
        broken = (
            len(before) >= _LONG_WORD and " " not in before and room < line.first_letter and _goes_on(before, printed)
        )
        text = f"{text}{'' if broken else ' '}{printed}".strip()
        before, room = printed, box[2] - margin - line.cells[-1].right
    return text


def _goes_on(word: str, rest: str) -> bool:
    """Whether a line may begin with the rest of a word: not where a word of its own begins with a capital."""
    return not (word[-1] in ",;" or (word[-1].islower() and rest[0].isupper()))


def _lines(chars: Iterable[Char]) -> list[PrintedLine]:
    """Letters as lines, from top to bottom."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: (round(char["bottom"], 1), char["x0"])):
        if char["text"].isspace() and not lines:
            continue
        if lines and abs(char["bottom"] - lines[-1][0]["bottom"]) <= _SAME_LINE * (char["bottom"] - char["top"]):
            lines[-1].append(char)
        else:
            lines.append([char])
    printed = (_line(line) for line in lines)
    return [line for line in printed if line.cells]


def _line(chars: list[Char]) -> PrintedLine:
    chars = sorted(chars, key=lambda char: char["x0"])
    height = max(char["bottom"] - char["top"] for char in chars)
    cells: list[Cell] = []
    blanks, first_letter = 0, 0.0
    for char in chars:
        if char["text"].isspace():
            blanks += 1
            continue
        if not cells:
            cells.append(Cell(char["text"], char["x0"], char["x1"]))
            blanks, first_letter = 0, char["x1"] - char["x0"]
            continue
        gap = (char["x0"] - cells[-1].right) / height
        if gap > _NEW_CELL or (blanks > 1 and gap > _NEW_WORD):
            cells.append(Cell(char["text"], char["x0"], char["x1"]))
        else:
            cells[-1].text += (" " if blanks or gap > _NEW_WORD else "") + char["text"]
            cells[-1].right = max(cells[-1].right, char["x1"])
        blanks = 0
    return PrintedLine(cells, min(char["top"] for char in chars), height, first_letter)


def _blocks(lines: list[PrintedLine]) -> Iterator[list[PrintedLine]]:
    """Lines that stand close below one another."""
    block: list[PrintedLine] = []
    for line in lines:
        if block and line.top - block[-1].top > _SAME_BLOCK * max(line.height, block[-1].height):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _aligned(block: list[PrintedLine]) -> Iterator[str]:
    """The lines of a block with their cells in the columns of the line that has the most of them."""
    columns = max((line.cells for line in block), key=len)
    left = min(line.cells[0].left for line in block)
    if not _is_aligned(block, columns):
        for line in block:
            indent = [""] if line.cells[0].left > left + line.height else []
            yield "\t".join([*indent, *(cell.text for cell in line.cells)])
        return
    for line in block:
        row = [""] * len(columns)
        for cell in line.cells:
            place = _column(cell, columns, line.height)
            row[place] = f"{row[place]} {cell.text}".strip()
        yield "\t".join(row)


def _is_aligned(block: list[PrintedLine], columns: list[Cell]) -> bool:
    others = [(cell, line.height) for line in block if line.cells is not columns for cell in line.cells[1:]]
    begin = [cell for cell, height in others if any(abs(cell.left - column.left) < height for column in columns[1:])]
    return len(begin) >= _ALIGNED * len(others)


def _column(cell: Cell, columns: list[Cell], height: float) -> int:
    """The last column that does not begin right of the cell."""
    return max(
        (place for place, column in enumerate(columns) if column.left <= cell.left + _SAME_COLUMN * height), default=0
    )


if __name__ == "__main__":
    main()
