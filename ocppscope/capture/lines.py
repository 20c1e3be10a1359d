"""Blocks of bytes to lines, in bounded memory."""

MAX_LINE = 64 * 1024 * 1024
"""Bytes of the longest line that is kept: four times the largest message that the engine records whole (16 MiB). Escaped
quotes double a text and base64 adds a third; only one made of control characters grows more, and is passed over."""


class LineSplitter:
    """Cuts blocks into lines and keeps the unfinished last one for the next block.

    Attributes:
        oversized: length of the first line of the latest `feed` if it was longer than `MAX_LINE`, else 0. That line is
            handed out as ``b""``, so that lines can still be counted.
    """

    def __init__(self, max_line: int = MAX_LINE) -> None:
        self.oversized = 0
        self._max_line = max_line
        self._kept = bytearray()
        self._dropped = 0

    def feed(self, block: bytes) -> list[bytes]:
        """The lines that are whole now, without their newlines."""
        lines = block.split(b"\n")
        rest = lines.pop()
        self.oversized = 0
        if lines and self._dropped:
            self.oversized = self._dropped + len(lines[0])
            lines[0] = b""
            self._dropped = 0
        elif lines and self._kept:
            self._kept += lines[0]
            lines[0] = bytes(self._kept)
            self._kept.clear()
        if self._dropped:
            self._dropped += len(rest)
        elif len(self._kept) + len(rest) > self._max_line:
            self._dropped = len(self._kept) + len(rest)
            self._kept = bytearray()
        else:
            self._kept += rest
        return lines

    def finish(self) -> bytes | None:
        """The unfinished last line, None when there is none; then everything starts anew."""
        self.oversized, self._dropped = self._dropped, 0
        last = bytes(self._kept)
        self._kept = bytearray()
        return last if last or self.oversized else None
