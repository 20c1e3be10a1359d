"""Lines of a table to rows. A stray quotation mark costs its own row, not all those up to the next one."""

import csv
from collections import deque
from collections.abc import Callable, Iterator

from ocppscope.capture.source import Source

LONGEST_ROW = 16 * 1024 * 1024
"""Characters of a row that are read."""

MOST_LINES = 5_000
"""Lines that a row may take: a pretty-printed message has some thousands at the most."""

_OPEN = "unexpected end of data"


class Rows:
    """The rows of a table.

    Args:
        source: told of what is no row.
        lines: with their ends, header left out.
        delimiter: of the table.
        is_row: whether values are those of a whole row, by which a row whose quotation mark is missing is found.
    """

    def __init__(
        self, source: Source, lines: Iterator[str], delimiter: str, is_row: Callable[[list[str]], bool]
    ) -> None:
        self._source = source
        self._lines = lines
        self._delimiter = delimiter
        self._is_row = is_row
        self._ahead: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the number of the line in which it begins."""
        while (line := self._next()) is not None:
            if line[1].strip():
                values = self._row(*line)
                if values is not None:
                    yield line[0], values

    def _row(self, number: int, first: str) -> list[str] | None:
        try:
            return next(csv.reader(self._from(first), delimiter=self._delimiter, strict=True), None)
        except csv.Error as error:
            if str(error) == _OPEN:
                self._source.skipped.add(number, "a quotation mark is missing in this row")
                return None
        try:  # text behind a closing quotation mark and the like: as spreadsheets read it
            return next(csv.reader([first], delimiter=self._delimiter), None)
        except csv.Error as error:
            self._source.skipped.add(number, f"no row of a table: {error}")
            return None

    def _from(self, first: str) -> Iterator[str]:
        """A line, and those after it as long as they may belong to the same row."""
        yield first
        length, count = len(first), 1
        while (following := self._next()) is not None:
            length, count = length + len(following[1]), count + 1
            if length > LONGEST_ROW or count > MOST_LINES or self._is_row(self._alone(following[1])):
                self._ahead.append(following)
                return
            yield following[1]

    def _alone(self, line: str) -> list[str]:
        """The values of a line that is a row by itself."""
        try:
            return next(csv.reader([line], delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return []

    def _next(self) -> tuple[int, str] | None:
        if self._ahead:
            return self._ahead.popleft()
        line = next(self._lines, None)
        return None if line is None else (self._source.line, line)
