"""Markdown from texts that nobody wrote for it."""

from collections.abc import Iterable

from ocppscope.model.visible import visible

_MEANING = frozenset("\\`*_[]<>|#")


def cell(text: str, limit: int | None = None) -> str:
    """Text that Markdown takes for nothing but itself."""
    return "".join(
        f"\\{character}" if character in _MEANING else character for character in visible(text, limit)
    ).strip()


def row(cells: Iterable[str], limit: int | None = None) -> str:
    """A line of a table; the cells are plain texts."""
    return f"| {' | '.join(cell(text, limit) for text in cells)} |"


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], right: frozenset[str] = frozenset()) -> str:
    """A table with its heading. Columns named in ``right`` are aligned to the right."""
    names = list(columns)
    marks = ["---:" if name in right else "---" for name in names]
    lines = [row(names), f"| {' | '.join(marks)} |", *(row(cells, LONGEST) for cells in rows)]
    return "\n".join(lines)


LONGEST = 300
"""Characters of one cell: a ticket is read by people."""
