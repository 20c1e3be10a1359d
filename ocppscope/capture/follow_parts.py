"""Follow a capture from part to part: one stream of records, any of which can be read again.

A part that has been read is closed; it may be compressed or deleted meanwhile. To read one of its lines again it is opened
for as long as it is wanted.
"""

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from ocppscope.capture.compression import DamagedError, inflater_for
from ocppscope.capture.follow import OFFSET_MASK, PART_SHIFT, Follower, Line, follow, read_line_at
from ocppscope.capture.parts import first_part, next_part, parts_from, plain_name, where_is
from ocppscope.capture.record import Note, Record
from ocppscope.capture.seekable import SeekableZstd
from ocppscope.capture.source import BLOCK, STDIN
from ocppscope.capture.tail import nameless_file

_OPEN_AT_ONCE = 4
"""Earlier parts kept open for reading again: a list scrolls over one or two."""


class PartsFollower:
    """A native capture, rotated or not, from its first part that is left to the last, and on as it grows.

    A file that is cut short or replaced is read anew from its beginning: `restarts` tells, and offsets handed out before
    are void then.

    Args:
        path: the first part, or any to begin with; "-" is stdin. While it grows it need not be there yet.
        grows: False for a capture that is complete.

    Raises:
        CaptureError: it is of another format, cannot be read, or is missing although it does not grow.
    """

    def __init__(self, path: str | Path, *, grows: bool = True) -> None:
        self._path = path
        self._grows = grows
        self._former_restarts = 0
        self._begin()

    def _begin(self) -> None:
        begin = self._path if str(self._path) == STDIN else first_part(Path(self._path))
        self._follower = follow(begin, grows=self._grows)
        known = [] if str(begin) == STDIN else parts_from(Path(begin))
        self._paths = [Path(begin), *known[1:]]
        self._sizes = [_size(path) for path in self._paths]
        self._part = 0
        self._next: str | None = None
        self._passed_bytes = self._passed_skipped = 0
        self._open: OrderedDict[int, _Earlier] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def at_end(self) -> bool:
        """Whether the latest `poll` found nothing more, for now."""
        return self._follower.at_end

    @property
    def skipped_count(self) -> int:
        """All lines that could not be read, so far."""
        return self._passed_skipped + self._follower.skipped_count

    @property
    def restarts(self) -> int:
        """How often the capture was cut short or replaced."""
        return self._former_restarts + self._follower.restarts

    @property
    def bytes_read(self) -> int:
        """How far reading is, in bytes as the capture lies on the disk."""
        return self._passed_bytes + self._follower.bytes_read

    @property
    def size(self) -> int:
        """Bytes of all parts as they lie on the disk, as far as they are known."""
        return self._passed_bytes + _size(self._paths[self._part]) + sum(self._sizes[self._part + 1 :])

    @property
    def parts(self) -> int:
        """How many parts are known."""
        return len(self._paths)

    def poll(self, limit_bytes: int = BLOCK, limit_records: int | None = None) -> list[Line]:
        """The next records, as far as they are there, all of one part. Never waits.

        Args:
            limit_bytes: read about so many bytes at once.
            limit_records: hand out no more than so many records.

        Raises:
            CaptureError: a file is there and cannot be read.
        """
        if self._next is not None and not self._follower.has_more:
            following = next_part(self._paths[self._part], self._next)
            if following is not None:
                self._turn_to(following)
        restarts = self._follower.restarts
        lines = self._follower.poll(limit_bytes, limit_records)
        if self._part and self._follower.restarts != restarts:
            return self._anew()
        if lines:
            last = lines[-1].record
            self._next = last.next if type(last) is Note else None
        elif self._follower.at_end and self._part + 1 < len(self._paths):
            # The part before a power cut names no next one, but that one names it.
            self._turn_to(self._paths[self._part + 1])
            return self._follower.poll(limit_bytes, limit_records)
        return lines

    def read_line(self, offset: int, number: int | None = None) -> Record | None:
        """The record whose line begins at an offset that `poll` gave; None when it is gone or no longer what it was."""
        part = offset >> PART_SHIFT
        if part == self._part:
            return self._follower.read_line(offset, number)
        earlier = self._earlier(part)
        return None if earlier is None else read_line_at(earlier.look, offset & OFFSET_MASK, number)

    def close(self) -> None:
        """Let go of the files. May be called twice."""
        self._follower.close()
        while self._open:
            self._open.popitem()[1].close()

    def _turn_to(self, path: Path) -> None:
        if plain_name(path.name) in (plain_name(done.name) for done in self._paths[: self._part + 1]):
            self._next = None  # a circle is nothing that was ever written
            return
        self._passed_bytes += self._follower.bytes_read
        self._passed_skipped += self._follower.skipped_count
        self._former_restarts += self._follower.restarts
        self._follower.close()
        self._part += 1
        self._next = None
        self._follower = Follower(path, grows=self._grows, part=self._part)
        if self._part == len(self._paths):
            self._paths.append(path)
            self._sizes.append(_size(path))

    def _anew(self) -> list[Line]:
        """A later part was replaced by something else: nothing is what it was."""
        self._former_restarts += self._follower.restarts
        self.close()
        self._begin()
        return self._follower.poll()

    def _earlier(self, part: int) -> "_Earlier | None":
        earlier = self._open.pop(part, None)
        if earlier is None:
            path = where_is(self._paths[part]) if part < len(self._paths) else None
            try:
                earlier = None if path is None else _Earlier(path)
            except OSError:
                earlier = None
        if earlier is None:
            return None
        self._open[part] = earlier
        if len(self._open) > _OPEN_AT_ONCE:
            self._open.popitem(last=False)[1].close()
        return earlier


class _Earlier:
    """A part that is complete, read from any place.

    Raises:
        OSError: it cannot be opened, or not be inflated for want of room.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            self.look: Callable[[int, int], bytes] = self._best()
        except BaseException:
            os.close(self._descriptor)
            raise

    def _best(self) -> Callable[[int, int], bytes]:
        compressed = inflater_for(os.pread(self._descriptor, 4, 0))
        if compressed is None:
            return lambda offset, size: os.pread(self._descriptor, size, offset)
        table = SeekableZstd.of(self._descriptor)
        if table is not None:
            return table.read
        with nameless_file() as copy:
            offset = 0
            try:
                while block := os.pread(self._descriptor, BLOCK, offset):
                    offset += len(block)
                    copy.writelines(compressed[1].inflate(block))
            except DamagedError:
                pass  # what comes before it can be read
            copy.flush()
            os.dup2(copy.fileno(), self._descriptor, inheritable=False)
        return lambda offset, size: os.pread(self._descriptor, size, offset)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def _size(path: Path) -> int:
    place = where_is(path)
    try:
        return place.stat().st_size if place is not None else 0
    except OSError:
        return 0
