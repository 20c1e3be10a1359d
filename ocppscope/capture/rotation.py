"""Write a run to a file after the other: each of a certain size or time, and each readable by itself.

Between two records the next file is opened, gets its header and the connections that live, and only when the disk has
taken these does the part before end, with a note that names it. What the next part cannot have, the part before keeps:
a rotation that fails costs no record, and is tried again later.
"""

import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from ocppscope.capture.errors import CaptureError, reason
from ocppscope.capture.finishing import Finisher
from ocppscope.capture.parts import Family, last_part, plain_name
from ocppscope.capture.record import Ended, Gap, Note, Opened, Record, encode
from ocppscope.capture.retention import Rotation
from ocppscope.capture.source import COMPRESSED
from ocppscope.capture.writer import MAX_BUFFER, CaptureWriter, WriterStats, claim, new_header

RETRY_SECONDS = 60
"""How long a part goes on when no further one can be begun."""

FINISH_SECONDS = 3.0
"""How long the end of a run waits for finished parts to be compressed: about a gigabyte."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


class RotatingWriter:
    """The writing end of a run that lies in several files; used like a `CaptureWriter`.

    Args:
        path: the first part. If it was rotated before, the run is appended to the last one.
        rotation: when a further part begins.
        facts: for the header: see `new_header`.
        on_failure, on_gap, max_buffer: see `CaptureWriter`.
        on_warning: called, also from another thread, with what an operator should know. Must not raise.

    Raises:
        CaptureError: the place cannot be written, another engine writes to it, or it holds something else.
    """

    def __init__(
        self,
        path: str | Path,
        rotation: Rotation,
        *,
        on_failure: Callable[[str], None] | None = None,
        on_gap: Callable[[Gap], None] | None = None,
        on_warning: Callable[[str], None] = lambda _: None,
        max_buffer: int = MAX_BUFFER,
        **facts: Any,
    ) -> None:
        self._family = Family.of(Path(path))
        self._compress = Path(path).suffix == COMPRESSED
        self._rotation = rotation
        self._on_warning = on_warning
        self._make = partial(CaptureWriter, on_failure=on_failure, on_gap=on_gap, max_buffer=max_buffer)
        self.path = last_part(Path(path))
        """The part that is being written."""
        self._header = new_header(1, **facts)
        self._writer = CaptureWriter.open(
            self.path, header=self._header, on_failure=on_failure, on_gap=on_gap, max_buffer=max_buffer
        )
        self._leaving: CaptureWriter | None = None
        self._done = WriterStats(records=0, bytes_written=0, bytes_waiting=0, lost=0, failing=None)
        self._live: dict[int, Opened] = {}
        self._first_new = self._writer.next_seq
        self._limit: float = rotation.size or math.inf
        self._due = self._next_due(datetime.now(UTC))
        self._finisher = Finisher(rotation.keep, on_warning)
        self._finisher.begin(self.path)

    @property
    def next_seq(self) -> int:
        """Number of the next line of the part."""
        return self._writer.next_seq

    @property
    def failing(self) -> str | None:
        """Why the disk takes no bytes now; None when all is well."""
        return self._writer.failing

    @property
    def stats(self) -> WriterStats:
        """The figures of all parts of this run together."""
        return _sum(self._done, *(writer.stats for writer in (self._leaving, self._writer) if writer is not None))

    def append(self, record: Record) -> bool:
        """See `CaptureWriter.append`."""
        if (self._writer.size >= self._limit or record.time >= self._due) and self._writer.failing is None:
            self._rotate(record.time)
        if type(record) is Opened:
            self._live[record.conn] = msgspec.structs.replace(record, handshake=None, again=True)
        elif type(record) is Ended:
            self._live.pop(record.conn, None)
        return self._writer.append(record)

    def flush(self) -> bool:
        """See `CaptureWriter.flush`."""
        if self._leaving is not None:
            self._leave(self._leaving)
        return self._writer.flush() and self._leaving is None

    def close(self, timeout: float = FINISH_SECONDS) -> WriterStats:
        """See `CaptureWriter.close`.

        Args:
            timeout: seconds to wait for finished parts to be compressed. What is not done stays as it is, whole.
        """
        if self._leaving is not None:
            self._done = _sum(self._done, self._leaving.close())
            self._leaving = None
        self._writer.close()
        self._finisher.close(timeout)
        return self.stats

    def _rotate(self, now: datetime) -> None:
        former, before = self._writer, self.path
        if self._leaving is not None or not former.flush():
            return  # the disk is full: another file would not help
        self._due = self._next_due(now)
        if former.next_seq == self._first_new:
            return  # nothing has come since the part began
        try:
            path, descriptor, next_seq = self._begin()
        except CaptureError as error:
            self._limit = former.size + (self._rotation.size or math.inf)
            self._due = min(self._due, now + timedelta(seconds=RETRY_SECONDS))
            self._on_warning(f"{error}; the capture goes on in {before}")
            return
        size = os.fstat(descriptor).st_size
        # With thousands of connections and small parts, what is repeated would else be most of what is written.
        self._limit = max(self._rotation.size or math.inf, 2 * size)
        self._writer = self._make(descriptor, next_seq, size=size, compress=self._compress)
        self._first_new, self.path = next_seq, path
        name = plain_name(path.name)
        text = f"the capture goes on in {name}"
        former.append(Note(seq=former.next_seq, time=datetime.now(UTC), mono=time.monotonic_ns(), text=text, next=name))
        self._leaving, self._left = former, before
        self._leave(former)

    def _leave(self, former: CaptureWriter) -> None:
        if not former.flush():
            return
        self._leaving = None
        self._done = _sum(self._done, former.close())
        self._finisher.finished(self._left)

    def _begin(self) -> tuple[Path, int, int]:
        """The next part, with its header and the live connections in the file.

        Returns:
            Its path, a descriptor and the number of the next line.

        Raises:
            CaptureError: that is not possible; then nothing of it is left.
        """
        path = self._free_name()
        header = msgspec.structs.replace(
            self._header,
            time=datetime.now(UTC),
            mono=time.monotonic_ns(),
            part=self._header.part + 1,
            previous=plain_name(self.path.name),
        )
        lines = bytearray(encode(header))
        next_seq = 2
        for record in self._live.values():
            with suppress(ValueError):  # lone surrogates in what a station called itself: lost where it was opened, too
                # Stamped now: what was asked before this part is not known to whoever reads it alone.
                lines += encode(msgspec.structs.replace(record, seq=next_seq, time=header.time, mono=header.mono))
                next_seq += 1
        data = zstandard.ZstdCompressor(write_checksum=False).compress(lines) if self._compress else bytes(lines)
        try:
            descriptor = _new_file(path, data)
        except OSError as error:
            raise CaptureError(f"cannot begin the part {path}: {reason(error)}") from None
        self._header = header
        return path, descriptor, next_seq

    def _free_name(self) -> Path:
        family = self._family
        taken = family.numbers()
        name = family.name(max(taken, default=1) + 1)
        return family.folder / (name + COMPRESSED if self._compress else name)

    def _next_due(self, now: datetime) -> datetime:
        seconds = self._rotation.seconds
        if seconds is None:
            return _NEVER
        try:
            return _EPOCH + timedelta(seconds=((now - _EPOCH) // timedelta(seconds=seconds) + 1) * seconds)
        except OverflowError:
            return _NEVER


def _new_file(path: Path, data: bytes) -> int:
    """A file that was not there before and holds this, open for appending.

    Raises:
        OSError: then there is no such file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        claim(descriptor)
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        os.close(descriptor)
        path.unlink(missing_ok=True)
        raise
    return descriptor


def _sum(*stats: WriterStats) -> WriterStats:
    return WriterStats(
        records=sum(one.records for one in stats),
        bytes_written=sum(one.bytes_written for one in stats),
        bytes_waiting=sum(one.bytes_waiting for one in stats),
        lost=sum(one.lost for one in stats),
        failing=stats[-1].failing,
    )
