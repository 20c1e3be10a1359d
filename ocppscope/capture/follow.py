"""Follow a native capture while it grows, without ever waiting, and read any of its lines again.

Also the quickest way to load a native capture that does not grow: about a microsecond and a half a record. Foreign
formats are read with `ocppscope.capture.reader`.
"""

import stat
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats import native
from ocppscope.capture.lines import MAX_LINE, LineSplitter
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Record
from ocppscope.capture.skipped import Skipped, SkippedLines
from ocppscope.capture.source import BLOCK, STDIN
from ocppscope.capture.tail import Tail

_FIRST_LOOK = 4096
"""Bytes read first to read a line again: nine of ten lines are shorter."""

_MOST_READS = 64


PART_SHIFT = 40
"""An offset is the place in a part, of at most a terabyte, and above these bits the part's index."""

OFFSET_MASK = (1 << PART_SHIFT) - 1


class Line(msgspec.Struct, frozen=True, gc=False):
    """A record, the offset of its line (for ``read_line``), the line's number, from 1, and the index of its part."""

    offset: int
    number: int
    record: Record
    part: int = 0


class Follower:
    """Reads a native capture from its beginning and goes on as it grows.

    A line that is not finished waits for its rest. A file that is cut short or replaced is read anew from its beginning:
    `restarts` tells, and offsets and numbers handed out before are void then.

    Args:
        path: the file; "-" is stdin.
        grows: False for a file that is complete.
        part: the index of the part that the file is (see `ocppscope.capture.follow_parts`).

    Attributes:
        path: as the user gave it.
        at_end: the latest `poll` found nothing more, for now.
    """

    def __init__(self, path: str | Path, *, grows: bool = True, part: int = 0) -> None:
        self.path = str(path)
        self.at_end = False
        self._grows = grows
        self._part = part
        self._tail = Tail(path)
        self._begin()

    def _begin(self) -> None:
        self._splitter = LineSplitter()
        self._skipped = SkippedLines()
        self._lines: list[bytes] = []
        self._next = 0
        self._offset = 0
        self._number = 0
        self._restarts = self._tail.restarts
        self._damage_told = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def skipped(self) -> list[Skipped]:
        """The first thousand lines that could not be read, so far. Not to be changed."""
        return self._skipped.listed

    @property
    def skipped_count(self) -> int:
        """All lines that could not be read, so far."""
        return self._skipped.count

    @property
    def restarts(self) -> int:
        """How often the file was cut short or replaced."""
        return self._restarts

    @property
    def has_more(self) -> bool:
        """Whether lines are there already that `poll` has not handed out."""
        return self._next < len(self._lines)

    @property
    def bytes_read(self) -> int:
        """How far reading is, in bytes of the file as it lies on the disk."""
        return self._tail.bytes_read

    def poll(self, limit_bytes: int = BLOCK, limit_records: int | None = None) -> list[Line]:
        """The next records, as far as they are there. Never waits.

        Args:
            limit_bytes: read about so many bytes at once.
            limit_records: hand out no more than so many records.

        Returns:
            A batch. Empty when nothing is there for now: then `at_end` is true; or else because 64 reads held no whole
            record (an enormous line).

        Raises:
            CaptureError: the file is there and cannot be read.
        """
        for _ in range(_MOST_READS):
            found = self._poll_once(limit_bytes, limit_records)
            if found or self.at_end:
                return found
        return []

    def _poll_once(self, limit_bytes: int, limit_records: int | None) -> list[Line]:
        if self._next >= len(self._lines):
            self._fill(limit_bytes)
        lines = self._lines
        stop = len(lines) if limit_records is None else min(len(lines), self._next + limit_records)
        found: list[Line] = []
        offset, number, part = self._offset, self._number, self._part
        place = part << PART_SHIFT
        for index in range(self._next, stop):
            line = lines[index]
            number += 1
            if line:
                try:
                    record = native.decode_line(line, number)
                except native.LineError as error:
                    self._skipped.add(number, str(error))
                else:
                    if (warning := native.warning_of(record)) is not None:
                        self._skipped.add(number, warning)
                    found.append(Line(place + offset, number, record, part))
            offset += len(line) + 1
        self._offset, self._number, self._next = offset, number, stop
        return found

    def read_line(self, offset: int, number: int | None = None) -> Record | None:
        """The record whose line begins at an offset that `poll` gave; None when it is gone or no longer what it was.

        ``number`` is the line's; without it ``seq`` is what the line says, which is the same in a capture as written.
        """
        return read_line_at(self._tail.look_again, offset & OFFSET_MASK, number)

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._tail.close()

    def _fill(self, limit: int) -> None:
        self._lines, self._next = [], 0
        data = self._tail.read(limit)
        if self._tail.restarts != self._restarts:
            self._begin()
        self.at_end = not data
        if data:
            self._lines = self._splitter.feed(data)
            if self._splitter.oversized:
                self._pass_oversized()
            return
        if self._tail.damaged is not None and not self._damage_told:
            self._damage_told = True
            self._skipped.add(self._number + 1, f"{self._tail.damaged}; nothing after it can be read")
        if not self._grows:
            self._finish()

    def _pass_oversized(self) -> None:
        length = self._splitter.oversized
        self._number += 1
        self._offset += length + 1
        self._next = 1
        self._skipped.add(self._number, f"the line is {length:,} bytes long, at most {MAX_LINE:,} are read")

    def _finish(self) -> None:
        last = self._splitter.finish()
        if self._splitter.oversized:
            self._pass_oversized()
            self._next = 0
        elif last is not None:
            try:
                native.decode_line(last)
            except native.LineError:
                self._number += 1
                self._skipped.add(self._number, "the file ends in the middle of this line")
            else:
                self._lines = [last]


def read_line_at(look: Callable[[int, int], bytes], offset: int, number: int | None = None) -> Record | None:
    """The record whose line begins at an offset; None when there is none.

    Args:
        look: gives up to so many bytes from an offset.
        offset: of the line.
        number: of the line, for ``seq``.
    """
    size = _FIRST_LOOK
    while True:
        data = look(offset, size)
        end = data.find(b"\n")
        if end >= 0 or len(data) < size or size > MAX_LINE:
            break
        size *= 8
    try:
        return native.decode_line(data[:end] if end >= 0 else data, number)
    except native.LineError:
        return None


def follow(path: str | Path, *, grows: bool = True) -> Follower:
    """Follow a native capture, plain or compressed; "-" is stdin.

    Args:
        path: the file. While it grows it need not be there yet.
        grows: False for a file that is complete: its last line then counts even without newline.

    Raises:
        CaptureError: it is of another format, cannot be read, or is missing although it does not grow.
    """
    if _is_recognisable(path, grows=grows):
        found = open_capture(path).format
        if found != native.NAME:
            raise CaptureError(
                f"cannot follow {path}: it is of the format {found}, and only native captures are followed; open it without --follow"
            )
    return Follower(path, grows=grows)


def _is_recognisable(path: str | Path, *, grows: bool) -> bool:
    """Whether there is something to look at, or an error to be told. A pipe gives its bytes only once."""
    if str(path) == STDIN:
        return False
    try:
        facts = Path(path).stat()
    except FileNotFoundError:
        return not grows
    except (OSError, ValueError):
        return True
    if stat.S_ISFIFO(facts.st_mode):
        return False
    return not (grows and stat.S_ISREG(facts.st_mode) and facts.st_size == 0)
