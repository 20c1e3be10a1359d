"""Append records to a native capture, from the event loop of the engine, without ever failing it.

Records are encoded at once into one buffer (about a microsecond each) and go to the operating system at the end of the
loop turn, in one ``write``. What was flushed survives a crash of the process; only a power cut can take what the system
had not yet put on the disk.

A disk that stops taking bytes costs records, never traffic: the buffer is kept, byte for byte, up to a bound and tried
again with every flush. Records beyond it are counted; once the disk takes bytes again a `Gap` says how many are missing
and why. As nothing is ever taken out of the buffer but what was written, a half-written line is always completed, and
``seq`` stays the number of the line.

A capture named ``.zst`` is written as zstd, one block a flush: what was flushed can be decoded even if the process dies
the next moment. Real traffic shrinks to an eighth when each message is flushed by itself, to a thirteenth in batches of 50.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from ocppscope import __version__
from ocppscope.capture.compression import ZstdBlocks
from ocppscope.capture.errors import CaptureError, reason
from ocppscope.capture.existing import Existing, prepare_existing
from ocppscope.capture.record import FORMAT_NAME, FORMAT_VERSION, Gap, Header, Record, Vantage

MAX_BUFFER = 16 * 1024 * 1024
"""Bytes kept while the disk takes none: about 30,000 records of the usual 500 bytes. One record may overshoot it."""

FLUSH_AT = 256 * 1024
"""Bytes that are written without waiting for the end of the loop turn, so that a burst needs no more memory than this."""

TOOL = f"ocppscope {__version__}"

NOT_ENCODABLE = "a record could not be encoded"


class WriterStats(msgspec.Struct, frozen=True):
    """How a writer is doing.

    Attributes:
        records: accepted in this run, header and gaps included; the last may still be waiting for the disk.
        bytes_written: taken by the operating system in this run (compressed, if the capture is).
        bytes_waiting: encoded and not yet taken.
        lost: records of this run that are in no file, whether or not a `Gap` already says so.
        failing: why the disk takes no bytes now; None when all is well.
    """

    records: int
    bytes_written: int
    bytes_waiting: int
    lost: int
    failing: str | None


class CaptureWriter:
    """The writing end of one run.

    The engine makes each record with ``seq=writer.next_seq``, hands it to `append` and calls `flush` at the end of a loop
    turn. None of the three raises or waits for anything but the operating system's ``write``.

    Args:
        descriptor: open for appending; the writer closes it.
        next_seq: number of the next line of the file.
        size: bytes that the file has already.
        compress: write zstd.
        on_failure: called with the reason when the disk stops taking bytes. Must not raise.
        on_gap: called with each gap record as it is appended. Must not raise.
        max_buffer: see `MAX_BUFFER`.
    """

    def __init__(
        self,
        descriptor: int,
        next_seq: int = 1,
        *,
        size: int = 0,
        compress: bool = False,
        on_failure: Callable[[str], None] | None = None,
        on_gap: Callable[[Gap], None] | None = None,
        max_buffer: int = MAX_BUFFER,
    ) -> None:
        self.next_seq = next_seq
        self._descriptor = descriptor
        self._lines = bytearray()
        self._zstd = ZstdBlocks() if compress else None
        self._waiting = bytearray() if compress else self._lines
        self._encode_into = msgspec.json.Encoder().encode_into
        self._first_seq = next_seq
        self._size_before = size
        self._max_buffer = max_buffer
        self._on_failure = on_failure
        self._on_gap = on_gap
        self._bytes_written = 0
        self._lost = 0
        self._unreported = 0
        self._loss_reason = ""
        self._failing: str | None = None
        self._closed = False

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        listen: str | None = None,
        upstream: str | None = None,
        options: dict[str, Any] | None = None,
        vantage: Vantage = Vantage.PROXY,
        tool: str = TOOL,
        run: str | None = None,
        header: Header | None = None,
        on_failure: Callable[[str], None] | None = None,
        on_gap: Callable[[Gap], None] | None = None,
        max_buffer: int = MAX_BUFFER,
    ) -> Self:
        """Begin a run: in a new file (mode 0600, folders made as needed), or at the end of a native capture.

        The header is on its way to the disk when this returns. It is made of the arguments unless it is given.

        Raises:
            CaptureError: the place cannot be written, another engine writes to it, or it holds something else.
        """
        path = Path(path)
        descriptor = _open_for_append(path)
        try:
            existing = _prepare(descriptor, path)
            compress = path.suffix == ".zst" if existing.compressed is None else existing.compressed
            writer = cls(
                descriptor,
                existing.lines + 1,
                size=os.fstat(descriptor).st_size,
                compress=compress,
                on_failure=on_failure,
                on_gap=on_gap,
                max_buffer=max_buffer,
            )
            if existing.cut:
                writer._lines += b"\n"
            writer.append(
                header
                or new_header(
                    writer.next_seq,
                    listen=listen,
                    upstream=upstream,
                    options=options,
                    vantage=vantage,
                    tool=tool,
                    run=run,
                )
            )
            writer.flush()
            if writer.failing:
                raise CaptureError(
                    f"cannot write the capture {path}: {writer.failing}; give another place with --capture FILE"
                )
        except BaseException:
            os.close(descriptor)
            raise
        return writer

    @property
    def failing(self) -> str | None:
        """Why the disk takes no bytes now; None when all is well."""
        return self._failing

    @property
    def size(self) -> int:
        """Bytes of the file once the disk has taken what waits; of a compressed one, without what was not yet flushed."""
        return self._size_before + self._bytes_written + len(self._waiting)

    @property
    def stats(self) -> WriterStats:
        """A snapshot of the figures."""
        return WriterStats(
            records=self.next_seq - self._first_seq,
            bytes_written=self._bytes_written,
            bytes_waiting=self._bytes_waiting,
            lost=self._lost,
            failing=self._failing,
        )

    def append(self, record: Record) -> bool:
        """Encode a record as the next line.

        Args:
            record: made with ``seq=writer.next_seq``; another number is put right.

        Returns:
            Whether it will be in the capture; False means that it is counted for the next `Gap`.
        """
        if self._unreported or self._failing or self._closed:
            return self._append_in_need(record)
        return self._encode(record)

    def flush(self) -> bool:
        """Hand everything to the operating system, and a `Gap` for what was lost as soon as it takes bytes again.

        Returns:
            Whether nothing waits any more. Cheap when there is nothing to do; while `failing`, call it now and then even
            without traffic.
        """
        if self._closed:
            return self._bytes_waiting == 0
        if (self._lines or self._waiting) and not self._write():
            return False
        if self._unreported:
            self._report_gap()
            return self._write()
        return True

    def close(self) -> WriterStats:
        """Flush what the disk takes and close the file. Later records are counted as lost. May be called twice.

        Returns:
            The final figures: with ``bytes_waiting`` the last records are missing from the file, and no gap says so.
        """
        if not self._closed:
            self.flush()
            if self._zstd is not None:
                self._waiting += self._zstd.end()
                self._write()
            self._closed = True
            try:
                os.close(self._descriptor)
            except OSError as error:  # a network file system may report a full disk only here
                self._failed(reason(error))
        return self.stats

    def _encode(self, record: Record) -> bool:
        lines = self._lines
        start = len(lines)
        if record.seq != self.next_seq:
            record = msgspec.structs.replace(record, seq=self.next_seq)
        try:
            self._encode_into(record, lines, -1)
        except (TypeError, ValueError, OverflowError, RecursionError):
            # Text with lone surrogates, or options that are no JSON: one record lost, the capture goes on.
            del lines[start:]
            self._lose(NOT_ENCODABLE)
            return False
        lines += b"\n"
        self.next_seq += 1
        if len(lines) >= FLUSH_AT and self._failing is None:
            self._write()
        return True

    def _append_in_need(self, record: Record) -> bool:
        # Once a record was lost all that follow are, until its gap is in the buffer: else the gap would stand in the
        # wrong place. `flush` puts it there as soon as the disk has taken what waits.
        if self._closed or self._bytes_waiting >= self._max_buffer or (self._unreported and self._failing):
            self._lose(self._failing or "the capture was closed")
            return False
        if self._unreported:
            self._report_gap()
        return self._encode(record)

    def _lose(self, why: str) -> None:
        self._lost += 1
        self._unreported += 1
        self._loss_reason = why

    def _report_gap(self) -> None:
        gap = Gap(
            seq=self.next_seq,
            time=datetime.now(UTC),
            mono=time.monotonic_ns(),
            lost=self._unreported,
            reason=self._loss_reason,
        )
        self._unreported = 0
        self._encode(gap)
        if self._on_gap is not None:
            self._on_gap(gap)

    @property
    def _bytes_waiting(self) -> int:
        return len(self._waiting) + (len(self._lines) if self._zstd is not None else 0)

    def _write(self) -> bool:
        waiting = self._waiting
        if self._zstd is not None and self._lines:
            waiting += self._zstd.block(self._lines)
            self._lines.clear()
        try:
            while waiting:
                written = os.write(self._descriptor, waiting)
                del waiting[:written]
                self._bytes_written += written
        except OSError as error:
            self._failed(reason(error))
            return False
        self._failing = None
        return True

    def _failed(self, why: str) -> None:
        fresh = self._failing is None
        self._failing = why
        if fresh and self._on_failure is not None:
            self._on_failure(why)


def new_header(
    seq: int,
    *,
    listen: str | None = None,
    upstream: str | None = None,
    options: dict[str, Any] | None = None,
    vantage: Vantage = Vantage.PROXY,
    tool: str = TOOL,
    run: str | None = None,
) -> Header:
    """The header of a run that begins now; the run's identifier is made up if not given."""
    return Header(
        seq=seq,
        time=datetime.now(UTC),
        mono=time.monotonic_ns(),
        format=FORMAT_NAME,
        version=FORMAT_VERSION,
        tool=tool,
        run=run or uuid.uuid4().hex,
        vantage=vantage,
        listen=listen,
        upstream=upstream,
        options=options or {},
    )


def _open_for_append(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Non-blocking, because opening a FIFO that nobody reads would wait for ever; regular files do not mind.
        return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    except IsADirectoryError:
        raise CaptureError(f"cannot write the capture {path}: it is a directory; give a file name in it") from None
    except OSError as error:
        raise CaptureError(
            f"cannot write the capture {path}: {reason(error)}; give another place with --capture FILE"
        ) from None


def claim(descriptor: int) -> bool:
    """Keep other engines from writing to a file while it is open. Returns False if one already does."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks
    return True


def _prepare(descriptor: int, path: Path) -> Existing:
    if not claim(descriptor):
        raise CaptureError(f"cannot write the capture {path}: another ocppscope is writing to it; give another file")
    try:
        return prepare_existing(descriptor, path)
    except OSError as error:
        raise CaptureError(
            f"cannot read the capture {path} to append to it: {reason(error)}; give another file"
        ) from None
