"""Where the feed's records come from: a native capture in its place, or anything else by way of a native copy.

Rows know their text by its offset in a native capture. Other formats, standard input and several captures one after the
other are therefore written, while they are read, to a temporary native file.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from ocppscope.capture.follow import Follower
from ocppscope.capture.follow_parts import PartsFollower
from ocppscope.capture.parts import first_part, in_order
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Record, encode
from ocppscope.capture.source import STDIN

COPIED_AT_ONCE = 500
"""Records copied by one poll: a few milliseconds."""

POLLED_AT_ONCE = 250
"""Records taken from the follower by one poll: less than a millisecond, so that a slice of reading ends in time."""

READ_AT_ONCE = 128 * 1024
"""Bytes of a capture read and cut into lines at once, for the same reason."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A record and where its line begins."""

    offset: int
    record: Record
    first_of_next: bool = False
    """A further capture begins here."""


class Source(Protocol):
    """A stream of records that never blocks, any of which can be read again."""

    @property
    def exhausted(self) -> bool:
        """Whether nothing more will come."""

    @property
    def skipped(self) -> int:
        """Lines that could not be read."""

    @property
    def progress(self) -> int:
        """Bytes read of the capture as it lies on the disk."""

    @property
    def size(self) -> int:
        """Bytes that there are to read, as they lie on the disk."""

    @property
    def parts(self) -> int:
        """Files that the capture lies in."""

    @property
    def restarts(self) -> int:
        """How often the capture was replaced; offsets handed out before are void then."""

    def poll(self) -> list[Line]:
        """What is there now, a bounded batch; empty when nothing is."""

    def read(self, offset: int) -> Record | None:
        """The record whose line begins there; None when it is gone."""

    def close(self) -> None:
        """Let go of the files."""


class Followed:
    """A native capture with all its parts, read in its place; it may grow."""

    def __init__(self, path: str | Path, *, grows: bool) -> None:
        self._follower = PartsFollower(path, grows=grows)
        self._grows = grows
        self._part = 0

    @property
    def exhausted(self) -> bool:
        """A file that nobody writes ends where nothing more came."""
        return self._follower.at_end and not self._grows

    @property
    def skipped(self) -> int:
        """Lines that could not be read."""
        return self._follower.skipped_count

    @property
    def progress(self) -> int:
        """Bytes read."""
        return self._follower.bytes_read

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return self._follower.size

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return self._follower.parts

    @property
    def restarts(self) -> int:
        """How often the file was replaced."""
        return self._follower.restarts

    def poll(self) -> list[Line]:
        """What was appended."""
        lines = self._follower.poll(READ_AT_ONCE, POLLED_AT_ONCE)
        found = [Line(line.offset, line.record) for line in lines]
        if lines and lines[0].part != self._part:
            self._part = lines[0].part
            found[0] = Line(lines[0].offset, lines[0].record, first_of_next=self._part > 0)
        return found

    def read(self, offset: int) -> Record | None:
        """The record whose line begins there."""
        return self._follower.read_line(offset)

    def close(self) -> None:
        """Let go of the files."""
        self._follower.close()


class Copied:
    """Captures of any format, one after the other, through a temporary native copy."""

    restarts = 0

    def __init__(self, paths: Sequence[str | Path]) -> None:
        self._captures = [open_capture(path) for path in paths]
        self.parts = len(self._captures)
        self.size = sum(capture.size or 0 for capture in self._captures)
        # Lives as long as the app and is removed with it, also when it is killed.
        self._file = tempfile.NamedTemporaryFile(prefix="ocppscope-", suffix=".jsonl")  # noqa: SIM115
        self._copy = Follower(self._file.name)
        self._records = self._all()
        self._offset = 0
        self._begun = 0
        self.exhausted = False

    @property
    def skipped(self) -> int:
        """Lines that could not be read."""
        return sum(len(capture.skipped) for capture in self._captures)

    @property
    def progress(self) -> int:
        """Bytes read."""
        return sum(capture.bytes_read for capture in self._captures[: self._begun])

    def poll(self) -> list[Line]:
        """Read on and copy."""
        lines = []
        for record, first in self._records:
            text = encode(record)
            self._file.write(text)
            lines.append(Line(self._offset, record, first))
            self._offset += len(text)
            if len(lines) >= COPIED_AT_ONCE:
                break
        else:
            self.exhausted = True
        self._file.flush()
        return lines

    def read(self, offset: int) -> Record | None:
        """The record whose line begins there."""
        return self._copy.read_line(offset)

    def close(self) -> None:
        """Remove the copy."""
        self._copy.close()
        self._file.close()

    def _all(self) -> Iterator[tuple[Record, bool]]:
        for index, capture in enumerate(self._captures):
            first = index > 0
            self._begun = index + 1
            for record in capture:
                yield record, first
                first = False


def source_of(paths: Sequence[str | Path], *, grows: bool) -> Source:
    """The source for what a user named.

    Raises:
        CaptureError: a path is no readable capture.
    """
    if len(paths) == 1 and (grows or _is_native(paths[0])):
        return Followed(paths[0], grows=grows)
    return Copied(paths if STDIN in map(str, paths) else in_order(map(Path, paths)))


def _is_native(path: str | Path) -> bool:
    return str(path) != STDIN and open_capture(first_part(Path(path))).format == "native"
