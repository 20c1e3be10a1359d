"""Where the bytes of a capture come from: a file, a pipe or stdin, inflated as they come."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from ocppscope.capture.compression import DamagedError, Inflater, inflater_for
from ocppscope.capture.errors import CaptureError, reason
from ocppscope.capture.lines import MAX_LINE, LineSplitter
from ocppscope.capture.options import ReadOptions
from ocppscope.capture.skipped import SkippedLines

STDIN = "-"

Progress: TypeAlias = Callable[[int, int | None], None]
"""Told the bytes read so far and the size of the file, None when that is not known."""

BLOCK = 1024 * 1024
"""Bytes read at once: larger ones gain nothing measurable."""

COMPRESSED = ".zst"

HEAD = 64 * 1024
"""Bytes by which a format is recognised, at most: most need only the first line."""


class _Raw(Protocol):
    def read(self, size: int, /) -> bytes | None: ...
    def close(self) -> None: ...


class _Stdin:
    """Stdin, read as it comes and left open."""

    def read(self, size: int, /) -> bytes:
        data: bytes = sys.stdin.buffer.read1(size)  # type: ignore[union-attr] # typeshed's BinaryIO lacks it
        return data

    def close(self) -> None:
        pass


class Source:
    """One reading of a file from its beginning to its end. Use it in a ``with`` statement.

    Attributes:
        path: as the user gave it.
        name: what the user calls the station, or the file's name without folder and endings: the best name that there is
            for a station that the capture does not name.
        options: what the user said about it.
        size: bytes of the file as it lies on the disk; None for a pipe.
        seekable: it can be opened again.
        compression: "zstd", "gzip" or None.
        head: the first bytes, inflated: at least one whole line if there is one within 64 KiB.
        bytes_read: of the file as it lies on the disk.
        line: number of the line that `lines` handed out last, from 1.
        skipped: what could not be read.
        broken: why the inflated data ends before its time; None when it does not.
    """

    def __init__(self, path: str | Path, progress: Progress | None = None, options: ReadOptions | None = None) -> None:
        self.path = str(path)
        self.options = options or ReadOptions()
        self.name = self.options.station or ("stdin" if self.path == STDIN else _name(self.path))
        self.bytes_read = 0
        self.line = 0
        self.skipped = SkippedLines()
        self.broken: str | None = None
        self._progress = progress
        self._unterminated = False
        self._raw: _Raw
        if self.path == STDIN:
            self._raw, self.size, self.seekable = _Stdin(), None, False
        else:
            self._raw, self.size, self.seekable = _open(self.path)
        try:
            first = self._read()
            while 0 < len(first) < 4 and (more := self._read()):
                first += more
            self.compression: str | None = None
            self._inflater: Inflater | None = None
            if (compressed := inflater_for(first)) is not None:
                self.compression, self._inflater = compressed
            self._pieces = self._inflated(first)
            self._head_pieces: list[bytes] = []
            self.head = self._read_head()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; stdin stays open."""
        self._raw.close()

    def blocks(self) -> Iterator[bytes]:
        """The bytes, inflated, in pieces of at most 32 MiB. What cannot be inflated ends them and is said in ``broken``."""
        yield from self._head_pieces
        self._head_pieces.clear()
        yield from self._pieces

    def lines(self, *, empty: bool = False) -> Iterator[bytes]:
        """The lines without their newlines; ones that are too long are left out and reported, empty ones unless wanted."""
        splitter = LineSplitter()
        for block in self.blocks():
            lines = splitter.feed(block)
            if splitter.oversized:
                self.line += 1
                self._skip_oversized(splitter.oversized)
                del lines[0]
            for line in lines:
                self.line += 1
                if line or empty:
                    yield line
        last = splitter.finish()
        if last is not None:
            self.line += 1
            self._unterminated = True
            if splitter.oversized:
                self._skip_oversized(splitter.oversized)
            else:
                yield last

    def skip(self, why: str) -> None:
        """Report that the line handed out last cannot be read."""
        if self._unterminated:
            why = self.broken or "the file ends in the middle of this line"
            self.broken = None
        self.skipped.add(self.line, why)

    def _skip_oversized(self, length: int) -> None:
        self.skip(f"the line is {length:,} bytes long, at most {MAX_LINE:,} are read")

    def _read(self) -> bytes:
        try:
            data = self._raw.read(BLOCK) or b""
        except OSError as error:
            raise CaptureError(f"cannot read {self.path}: {reason(error)}") from None
        self.bytes_read += len(data)
        if self._progress is not None:
            self._progress(self.bytes_read, self.size)
        return data

    def _inflated(self, first: bytes) -> Iterator[bytes]:
        data = first
        inflater = self._inflater
        if inflater is None:
            while data:
                yield data
                data = self._read()
            return
        try:
            while data:
                yield from inflater.inflate(data)
                data = self._read()
        except DamagedError as error:
            self.broken = f"{error}; nothing after it can be read"
            return
        if not inflater.between_frames:
            self.broken = f"the {self.compression} data is cut here"

    def _read_head(self) -> bytes:
        head = bytearray()
        for piece in self._pieces:
            self._head_pieces.append(piece)
            head += piece[: HEAD - len(head)]
            if len(head) >= HEAD or b"\n" in piece:
                break
        return bytes(head)


def _open(path: str) -> tuple[_Raw, int | None, bool]:
    try:
        try:
            file = open(path, "rb", buffering=0)  # noqa: PTH123, SIM115 - the Source closes it
        except FileNotFoundError:
            if path.endswith(COMPRESSED):
                raise
            # A part of a rotated capture that was finished: it is still asked for by the name that it had.
            file = open(path + COMPRESSED, "rb", buffering=0)  # noqa: PTH123, SIM115 - as above
    except FileNotFoundError:
        raise CaptureError(f"cannot read {path}: there is no such file") from None
    except IsADirectoryError:
        raise CaptureError(f"cannot read {path}: it is a directory; give the capture files in it") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise CaptureError(f"cannot read {path}: {reason(error) if isinstance(error, OSError) else error}") from None
    facts = os.fstat(file.fileno())
    regular = stat.S_ISREG(facts.st_mode)
    return file, facts.st_size if regular else None, regular


def _name(path: str) -> str:
    name = Path(path).name
    for ending in (".zst", ".gz"):
        name = name.removesuffix(ending)
    return Path(name).stem or name
