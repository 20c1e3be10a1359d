"""What could not be read: counted in full, listed as far as memory allows."""

import msgspec

from ocppscope.model.visible import visible

MAX_LISTED = 1000
"""Skipped lines that are kept with their reason; all are counted. At most 200 characters each, so 1 MB at the worst."""

_LONGEST_REASON = 200


class Skipped(msgspec.Struct, frozen=True):
    """One line that was left out: its number, from 1, and why, in words that are safe to show."""

    line: int
    reason: str


class SkippedLines:
    """The skipped lines of one reading: ``listed`` are the first thousand, ``count`` counts all."""

    def __init__(self) -> None:
        self.listed: list[Skipped] = []
        self.count = 0

    def add(self, line: int, reason: str) -> None:
        """Count a line, and list it while there is room."""
        self.count += 1
        if len(self.listed) < MAX_LISTED:
            self.listed.append(Skipped(line, visible(reason, _LONGEST_REASON)))
