"""What is done with finished parts, beside the engine and without being in its way: compress them, delete old ones.

One thread of the lowest priority. Nearly all its time is spent in zstd, reading and writing, where Python's lock is free.
"""

import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ocppscope.capture.compression import ZSTD_MAGIC, DamagedError, ZstdInflater
from ocppscope.capture.errors import reason
from ocppscope.capture.parts import header_of, parts_before, plain_name, where_is
from ocppscope.capture.retention import Keep
from ocppscope.capture.seekable import SeekableZstd, write_seekable
from ocppscope.capture.source import COMPRESSED

_BLOCK = 256 * 1024
_LOWEST_PRIORITY = 19


class Finisher:
    """Takes finished parts, oldest first.

    Args:
        keep: which are kept; None keeps all.
        on_warning: called, from another thread, with what an operator should know. Must not raise.
    """

    def __init__(self, keep: Keep | None, on_warning: Callable[[str], None]) -> None:
        self._keep = keep
        self._on_warning = on_warning
        self._parts: list[Path] = []
        self._jobs: queue.SimpleQueue[tuple[Path, ...] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._told = ""

    def begin(self, current: Path) -> None:
        """Look after the parts before the one that is about to be written: a crash may have left them as they were."""
        self.finished(*parts_before(current))

    def finished(self, *parts: Path) -> None:
        """Parts are closed."""
        if not parts:
            return
        if self._thread is None:
            # A daemon: what it leaves undone at the end is whole, and is done when the capture is next appended to.
            self._thread = threading.Thread(target=self._work, name="finished parts", daemon=True)
            self._thread.start()
        self._jobs.put(parts)

    def close(self, timeout: float) -> None:
        """Wait for at most so many seconds until all is done; take no more."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(timeout)

    def _work(self) -> None:
        if sys.platform == "linux":  # elsewhere it would be the priority of the whole process
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)
        while (parts := self._jobs.get()) is not None:
            for part in parts:
                if where_is(part) is None:
                    self._warn(f"the part {part} was removed while it was written; what it held is lost")
                else:
                    self._parts.append(part)
            self._drop_old()
            self._parts[-len(parts) :] = [self._compressed(part) for part in self._parts[-len(parts) :]]

    def _compressed(self, part: Path) -> Path:
        try:
            return compressed(part)
        except OSError as error:
            self._warn(f"cannot compress {part}: {reason(error)}; it stays as it is")
            return part

    def _drop_old(self) -> None:
        keep = self._keep
        if keep is None:
            return
        stats = []
        for part in self._parts:
            with contextlib.suppress(OSError):
                stats.append((part, part.stat()))
        kept = len(stats)
        if keep.parts is not None:
            kept = keep.parts
        elif keep.seconds is not None:
            oldest = time.time() - keep.seconds
            kept = sum(facts.st_mtime >= oldest for _, facts in stats)
        elif keep.bytes is not None:
            kept = total = 0
            for _, facts in reversed(stats):
                total += facts.st_size
                if total > keep.bytes:
                    break
                kept += 1
        for part, _ in stats[: max(len(stats) - kept, 0)]:
            self._delete(part)
        self._parts = [part for part, _ in stats[max(len(stats) - kept, 0) :]]

    def _delete(self, part: Path) -> None:
        if header_of(part) is None:  # somebody put another file there
            return
        try:
            part.unlink()
        except OSError as error:
            self._warn(f"cannot delete the old part {part}: {reason(error)}")

    def _warn(self, what: str) -> None:
        if what != self._told:
            self._told = what
            self._on_warning(what)


def compressed(part: Path) -> Path:
    """Compress a finished part, so that any place in it can be read again; at every moment it is there whole.

    A compressed part that was written block by block is compressed anew under its name: to two thirds.

    Returns:
        Where it is now; the part itself if the name is taken by something else or if it is done already.

    Raises:
        OSError: the disk is full, …; then the part is as it was.
    """
    target = part.with_name(plain_name(part.name) + COMPRESSED)
    descriptor = os.open(part, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if SeekableZstd.of(descriptor) is not None:
            return part
        if target == part or not target.exists():
            if not _write_compressed(descriptor, target, replace=target == part):
                return part
        elif not _same(descriptor, target):
            return part
    except DamagedError:
        return part
    finally:
        os.close(descriptor)
    if target != part:
        part.unlink()
    return target


def _write_compressed(descriptor: int, target: Path, *, replace: bool) -> bool:
    """Returns False when something else has taken the name meanwhile."""
    facts = os.fstat(descriptor)
    temporary = target.with_name(f".{target.name}.part")
    try:
        _compress(descriptor, temporary)
        os.utime(temporary, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        if replace:
            temporary.replace(target)
        elif not _link(temporary, target):
            return False
        _sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _link(temporary: Path, target: Path) -> bool:
    """Give the file its name, but never that of another file."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if target.exists():
            return False
        temporary.replace(target)
    return True


def _compress(descriptor: int, temporary: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
        write_seekable(_inflated(descriptor), file)
        file.flush()
        os.fsync(file.fileno())


def _inflated(descriptor: int) -> Iterator[bytes]:
    offset = 0
    inflater = ZstdInflater() if os.pread(descriptor, len(ZSTD_MAGIC), 0) == ZSTD_MAGIC else None
    while block := os.pread(descriptor, _BLOCK, offset):
        offset += len(block)
        if inflater is None:
            yield block
        else:
            yield from inflater.inflate(block)


def _same(descriptor: int, target: Path) -> bool:
    """Whether a crash came between compressing a part and removing the plain one."""
    other = os.open(target, os.O_RDONLY | os.O_CLOEXEC)
    try:
        offset = 0
        for piece in _inflated(other):
            if os.pread(descriptor, len(piece), offset) != piece:
                return False
            offset += len(piece)
        return offset == os.fstat(descriptor).st_size
    except DamagedError:
        return False
    finally:
        os.close(other)


def _sync(folder: Path) -> None:
    """Have the new name on the disk before the old one goes."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
