"""The bytes of a file that may still grow, be cut or be replaced; read without ever waiting."""

import os
import select
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from ocppscope.capture.compression import DamagedError, Inflater, inflater_for
from ocppscope.capture.errors import CaptureError, reason
from ocppscope.capture.seekable import SeekableZstd
from ocppscope.capture.source import COMPRESSED, STDIN


class Tail:
    """A file read forwards, with any part that was read at hand for a second look.

    A plain file is looked at again in its place, and so is zstd with a table of its frames. What cannot be (other zstd,
    gzip, a pipe, stdin) is copied as it is read, inflated, to a nameless temporary file that goes away with the process.

    A file that is not there is looked for under its name with ``.zst``: a part that was finished may be compressed by now.

    Attributes:
        restarts: how often the file was cut short or replaced, so that reading began anew at offset 0.
        damaged: why no more can be inflated, None when all is well.
        bytes_read: of the file as it lies on the disk.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self.restarts = 0
        self._descriptor: int | None = None
        self._copy: BinaryIO | None = None
        self._table: SeekableZstd | None = None
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self.damaged: str | None = None
        self.bytes_read = 0
        self._regular = False
        self._first: bytes | None = b""
        self._inflater: Inflater | None = None
        self._pieces: Iterator[bytes] = iter(())

    def read(self, limit: int) -> bytes:
        """About ``limit`` bytes more; ``b""`` when there are none for now.

        Raises:
            CaptureError: the file is there and cannot be read.
        """
        if self._descriptor is None and not self._open():
            return b""
        data = self._read_some(limit)
        if not data and self._was_replaced():
            if data := self._read_some(limit):  # written before it was replaced, and after we last looked
                return self._kept(data)
            self._release()
            self._begin()
            self.restarts += 1
            return self.read(limit)
        return self._kept(data)

    def _read_some(self, limit: int) -> bytes:
        return self._read_inflated(limit) if self._inflater is not None else self._read_plain(limit)

    def _kept(self, data: bytes) -> bytes:
        if data and self._copy is not None:
            self._keep(data, self._copy)
        return data

    def look_again(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes that were read before, from their place in the inflated stream."""
        if self._descriptor is None and not self._open():
            return b""
        if self._table is not None:
            return self._table.read(offset, size)
        descriptor = self._copy.fileno() if self._copy is not None else self._descriptor
        assert descriptor is not None  # noqa: S101 - for the type checker: `_open` set it
        try:
            return os.pread(descriptor, size, offset)
        except OSError:
            return b""

    def close(self) -> None:
        """Let go of the file and the copy. Stdin stays open. Nothing can be read any more."""
        self._closed = True
        self._release()

    def _release(self) -> None:
        if self._descriptor is not None and self.path != STDIN:
            os.close(self._descriptor)
        self._descriptor = self._table = None
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def _open(self) -> bool:
        if self._closed:
            return False
        try:
            # Non-blocking, because a FIFO that nobody writes yet would be waited for.
            self._descriptor = 0 if self.path == STDIN else self._open_by_either_name()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise CaptureError(f"cannot read {self.path}: {reason(error)}") from None
        mode = os.fstat(self._descriptor).st_mode
        if stat.S_ISDIR(mode):
            self._release()
            raise CaptureError(f"cannot read {self.path}: it is a directory; give the capture files in it")
        self._regular = stat.S_ISREG(mode)
        if not self._regular:
            self._copy = nameless_file()
        return True

    def _open_by_either_name(self) -> int:
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            return os.open(self.path, flags)
        except FileNotFoundError:
            if self.path.endswith(COMPRESSED):
                raise
            descriptor = os.open(self.path + COMPRESSED, flags)
            self.path += COMPRESSED
            return descriptor

    def _read_raw(self, limit: int) -> bytes:
        assert self._descriptor is not None  # noqa: S101 - for the type checker: `read` opened it
        try:
            if not self._regular and not select.select([self._descriptor], [], [], 0)[0]:
                return b""
            data = os.read(self._descriptor, limit)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise CaptureError(f"cannot read {self.path}: {reason(error)}") from None
        self.bytes_read += len(data)
        return data

    def _read_plain(self, limit: int) -> bytes:
        data = self._read_raw(limit)
        if self._first is None:
            return data
        # The first four bytes tell whether the file is compressed, and they may come one by one.
        self._first += data
        if len(self._first) < 4 and not self._first.startswith(b"{"):
            return b""
        data, self._first = self._first, None
        compressed = inflater_for(data)
        if compressed is None:
            return data
        self._inflater = compressed[1]
        self._table = SeekableZstd.of(self._descriptor) if self._regular and self._descriptor is not None else None
        if self._copy is None and self._table is None:
            self._copy = nameless_file()
        self._pieces = self._inflater.inflate(data)
        return self._read_inflated(limit)

    def _read_inflated(self, limit: int) -> bytes:
        assert self._inflater is not None  # noqa: S101 - for the type checker: `read` saw it
        out = bytearray()
        try:
            while len(out) < limit and self.damaged is None:
                piece = next(self._pieces, b"")
                if not piece:
                    data = self._read_raw(limit)
                    if not data:
                        break
                    self._pieces = self._inflater.inflate(data)
                out += piece
        except DamagedError as error:
            self.damaged = str(error)
        return bytes(out)

    def _was_replaced(self) -> bool:
        if not self._regular or self._descriptor is None:
            return False
        here = os.fstat(self._descriptor)
        if here.st_size < self.bytes_read:
            return True
        try:
            there = Path(self.path).stat()
        except OSError:
            return False  # gone, for now: what was written after that can still be read from the open file
        return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)

    def _keep(self, data: bytes, copy: BinaryIO) -> None:
        try:
            copy.write(data)
            copy.flush()
        except OSError as error:
            where = tempfile.gettempdir()
            raise CaptureError(
                f"cannot keep a copy of {self.path} in {where}: {reason(error)}; give more room there or set TMPDIR"
            ) from None


def nameless_file() -> BinaryIO:
    """A temporary file that goes away with the process."""
    return cast("BinaryIO", tempfile.TemporaryFile(prefix="ocppscope-"))
