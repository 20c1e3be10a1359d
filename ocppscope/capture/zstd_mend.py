"""End a zstd frame that a crash left open, so that another frame may follow it.

After an open frame a decoder takes the next frame's magic number for a block header and loses everything. What is needed
is the place where the last whole block ends (RFC 8878 §3.1.1): what follows it is half a block and can never be decoded;
an empty last block in its place ends the frame properly.
"""

import os
from typing import BinaryIO

import zstandard

from ocppscope.capture.compression import ZSTD_MAGIC
from ocppscope.capture.errors import CaptureError

_EMPTY_LAST_BLOCK = b"\x01\x00\x00"
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
_LONGEST_HEADER = 18
_RLE = 1


def end_open_frame(descriptor: int, where: str) -> None:
    """Make a file of zstd frames end with a whole frame; one that already does is left alone.

    Args:
        descriptor: open for reading and appending.
        where: the file's name for the error.

    Raises:
        CaptureError: the frame carries a checksum that would no longer be right, or is no zstd after all.
        OSError: the file cannot be read or changed.
    """
    with os.fdopen(os.dup(descriptor), "rb") as file:
        size = os.fstat(descriptor).st_size
        position = 0
        while position < size:
            end, whole, has_checksum = _frame_end(file, position, size, where)
            if not whole:
                if has_checksum:
                    raise CaptureError(
                        f"cannot append to {where}: its last zstd frame is cut; decompress it first: zstd -dc FILE > NEW"
                    )
                os.ftruncate(descriptor, end)
                if end > position:
                    os.write(descriptor, _EMPTY_LAST_BLOCK)
                return
            position = end


def _frame_end(file: BinaryIO, start: int, size: int, where: str) -> tuple[int, bool, bool]:
    """Where the frame ends or its last whole block does, whether it is whole, and whether it has a checksum."""
    file.seek(start)
    head = file.read(_LONGEST_HEADER)
    if int.from_bytes(head[:4], "little") in _SKIPPABLE and len(head) >= 8:
        end = start + 8 + int.from_bytes(head[4:8], "little")
        return (end, True, False) if end <= size else (start, False, False)
    if not head.startswith(ZSTD_MAGIC[: len(head)]):
        raise CaptureError(f"cannot append to {where}: there is something else after its zstd data")
    try:
        position = start + zstandard.frame_header_size(head)
        has_checksum = zstandard.get_frame_parameters(head).has_checksum
    except zstandard.ZstdError:
        return start, False, False  # cut within the frame header: nothing is lost with it
    whole_blocks = start
    while position + 3 <= size:
        file.seek(position)
        header = int.from_bytes(file.read(3), "little")
        last, kind, length = header & 1, header >> 1 & 3, header >> 3
        position += 3 + (1 if kind == _RLE else length)
        if position > size:
            break
        whole_blocks = position
        if last:
            end = position + (4 if has_checksum else 0)
            return end, end <= size, has_checksum
    return whole_blocks, False, has_checksum
