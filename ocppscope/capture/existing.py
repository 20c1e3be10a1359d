"""What already stands in a file to which a run is to be appended."""

import os
import stat
from pathlib import Path

import msgspec

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats import native

_BLOCK = 1024 * 1024


class Existing(msgspec.Struct, frozen=True):
    """``lines`` counts the lines, a last one without newline included; ``cut`` says that there is such a one."""

    lines: int
    cut: bool


def inspect_existing(descriptor: int, path: Path) -> Existing:
    """Count the lines of a native capture (over 1 GB a second), or refuse what is none. An empty file is one.

    Raises:
        CaptureError: the file holds something else.
        OSError: it cannot be read.
    """
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        raise CaptureError(f"cannot write the capture {path}: it is no regular file; give a file name")
    if facts.st_size == 0:
        return Existing(0, cut=False)
    if not native.sniff(os.pread(descriptor, _BLOCK, 0)):
        raise CaptureError(
            f"will not write to {path}: it exists and is no ocppscope capture, and nothing is overwritten; "
            "give another file with --capture FILE"
        )
    lines = 0
    block = b"\n"
    offset = 0
    while data := os.pread(descriptor, _BLOCK, offset):
        lines += data.count(b"\n")
        offset += len(data)
        block = data
    cut = not block.endswith(b"\n")
    return Existing(lines + cut, cut)
