"""Cells that were split where none ends, put together again."""

import re
from dataclasses import dataclass

_MOST_CELLS = 12
"""Pieces of one cell that are looked up in the document; more are noise. Seen: 2."""

_LONGEST_OVERLAP = 8
"""Letters at which one cell may repeat the end of the one before. Seen: 1."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The text of several cells.

    Attributes:
        text: joined.
        code: the warning that it deserves, ``split_cell_joined``, ``split_cell_overlap`` or ``duplicate_cell``; None for
            a single cell.
        detail: the cells.
    """

    text: str
    code: str | None = None
    detail: str = ""


def join_cells(cells: tuple[str, ...], document: str) -> Joined:
    """Join what should be one cell, left to right.

    Args:
        cells: empty ones do not count.
        document: all text of the certificate: what occurs elsewhere in it was not made up by joining.
    """
    filled = [cell for cell in cells if cell]
    if not filled:
        return Joined("")
    if len(filled) > _MOST_CELLS:
        return Joined(" ".join(filled), "split_cell_joined", f"{len(filled)} cells")
    text, code = filled[0], None
    for cell in filled[1:]:
        text, code = _pair(text, cell, document, code)
    if code == "duplicate_cell":
        return Joined(text, code, "value repeated in the next cell")
    return Joined(text, code, "+".join(f'"{cell}"' for cell in filled))


def _pair(left: str, right: str, document: str, code: str | None) -> tuple[str, str]:
    if left == right:
        return left, code or "duplicate_cell"
    overlap = _overlap(left, right)
    overlapped = left + right[overlap:]
    if overlap and _occurs(overlapped, document):
        return overlapped, "split_cell_overlap"
    plain, blank = left + right, f"{left} {right}"
    known = next((text for text in (plain, blank) if _occurs(text, document)), None)
    if known is None and overlap == 1:  # a letter would stand there twice
        return overlapped, "split_cell_overlap"
    return known or (plain if _is_one_word(left[-1], right[0]) else blank), code or "split_cell_joined"


def _overlap(left: str, right: str) -> int:
    """How many letters at the end of one cell begin the next, within a word."""
    for length in range(min(_LONGEST_OVERLAP, len(left), len(right)), 0, -1):
        end = left[-length:]
        if end.isalpha() and end.casefold() == right[:length].casefold() and left[:-length][-1:].isalpha():
            return length
    return 0


def _is_one_word(last: str, first: str) -> bool:
    if last.islower() and first.islower():
        return True
    return (last == "." or last.isdigit()) and first.isdigit()


def _occurs(text: str, document: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", document) is not None
