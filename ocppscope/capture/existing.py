"""What already stands in a file to which a run is to be appended, and mending it so that one can be."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ocppscope.capture.compression import ZSTD_MAGIC, DamagedError, ZstdInflater
from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats import native
from ocppscope.capture.zstd_mend import end_open_frame

_BLOCK = 1024 * 1024


class Existing(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        lines: how many, a last one without newline included.
        cut: there is such a one.
        compressed: the file is zstd; None when it is empty and may become either.
    """

    lines: int
    cut: bool
    compressed: bool | None


def prepare_existing(descriptor: int, path: Path) -> Existing:
    """Recognise a native capture, make it ready for more lines and count those it has (over 1 GB a second).

    An empty file is accepted. Nothing but an unfinished zstd block at the end is ever taken away.

    Args:
        descriptor: open for reading and appending.
        path: for the errors.

    Raises:
        CaptureError: the file holds something else.
        OSError: it cannot be read.
    """
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        raise CaptureError(f"cannot write the capture {path}: it is no regular file; give a file name")
    if facts.st_size == 0:
        return Existing(0, cut=False, compressed=None)
    compressed = os.pread(descriptor, len(ZSTD_MAGIC), 0) == ZSTD_MAGIC
    _refuse_foreign(next(_blocks(descriptor, compressed), b""), path)
    if compressed:
        end_open_frame(descriptor, str(path))
    lines = 0
    last = b"\n"
    for block in _blocks(descriptor, compressed):
        lines += block.count(b"\n")
        last = block[-1:]
    cut = last != b"\n"
    return Existing(lines + cut, cut, compressed)


def _refuse_foreign(head: bytes, path: Path) -> None:
    if not native.sniff(head):
        raise CaptureError(
            f"will not write to {path}: it exists and is no ocppscope capture, and nothing is overwritten; "
            "give another file with --capture FILE"
        )
    version = native.newer_version(head)
    if version is not None:
        raise CaptureError(
            f"will not append to {path}: a newer ocppscope wrote it (format {version}); give another file or upgrade"
        )


def _blocks(descriptor: int, compressed: bool) -> Iterator[bytes]:
    offset = 0
    if not compressed:
        while block := os.pread(descriptor, _BLOCK, offset):
            offset += len(block)
            yield block
        return
    inflater = ZstdInflater()
    try:
        while data := os.pread(descriptor, _BLOCK, offset):
            offset += len(data)
            yield from inflater.inflate(data)
    except DamagedError as error:
        raise CaptureError(
            f"will not append to a damaged capture: {error}; give another file with --capture FILE"
        ) from None
