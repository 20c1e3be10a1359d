"""zstd that can be read from any place: frames of 256 KiB each, and a table of them at the end.

This is the seekable format of the zstd project (``contrib/seekable_format``): the table lies in a skippable frame, so
that any zstd decoder reads the file as if it were not there. Small frames cost about a tenth more bytes than one large
frame, and a line anywhere in a gigabyte is read again in well under a millisecond.
"""

import os
import struct
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import BinaryIO

import zstandard

from ocppscope.capture.compression import ZSTD_LEVEL

FRAME = 256 * 1024
"""Bytes in a frame, before compression."""

_SKIPPABLE = 0x184D2A5E
_SEEKABLE = 0x8F92EAB1
_FOOTER = struct.Struct("<IBI")
_HEAD = struct.Struct("<II")
_ENTRY = struct.Struct("<II")
_CHECKSUMS = 0x80
_MOST_FRAMES = 10_000_000
_LARGEST_FRAME = 8 * 1024 * 1024
"""Files with larger frames are read as if they had no table: a frame is inflated whole to look at one line."""

_FRAMES_KEPT = 8


def write_seekable(blocks: Iterable[bytes], file: BinaryIO) -> None:
    """Compress data of any length, in any pieces.

    Raises:
        OSError: the file takes no more.
    """
    compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True)
    entries = bytearray()
    count = 0
    for block in _of_one_size(blocks):
        frame = compressor.compress(block)
        file.write(frame)
        entries += _ENTRY.pack(len(frame), len(block))
        count += 1
    file.write(_HEAD.pack(_SKIPPABLE, len(entries) + _FOOTER.size))
    file.write(entries)
    file.write(_FOOTER.pack(count, 0, _SEEKABLE))


class SeekableZstd:
    """A file with a table, read from any place.

    Args:
        descriptor: open for reading; stays the caller's.
    """

    def __init__(self, descriptor: int, compressed: "array[int]", inflated: "array[int]") -> None:
        self._descriptor = descriptor
        self._compressed = compressed
        self._inflated = inflated
        self._decompressor = zstandard.ZstdDecompressor()
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    @classmethod
    def of(cls, descriptor: int) -> "SeekableZstd | None":
        """The table at the end of a file; None when there is none that can be believed."""
        try:
            return cls._read(descriptor)
        except (OSError, struct.error):
            return None

    @classmethod
    def _read(cls, descriptor: int) -> "SeekableZstd | None":
        size = os.fstat(descriptor).st_size
        if size < _FOOTER.size:
            return None
        count, flags, magic = _FOOTER.unpack(os.pread(descriptor, _FOOTER.size, size - _FOOTER.size))
        width = 12 if flags & _CHECKSUMS else 8
        length = count * width + _FOOTER.size
        start = size - length - _HEAD.size
        if magic != _SEEKABLE or count > _MOST_FRAMES or start < 0:
            return None
        table = os.pread(descriptor, _HEAD.size + count * width, start)
        if _HEAD.unpack_from(table) != (_SKIPPABLE, length):
            return None
        entries = [_ENTRY.unpack_from(table, _HEAD.size + index * width) for index in range(count)]
        if sum(entry[0] for entry in entries) != start or any(entry[1] > _LARGEST_FRAME for entry in entries):
            return None
        compressed = array("Q", accumulate((entry[0] for entry in entries), initial=0))
        inflated = array("Q", accumulate((entry[1] for entry in entries), initial=0))
        return cls(descriptor, compressed, inflated)

    def read(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from a place in the inflated data; fewer at the end, or where the file is damaged."""
        found = bytearray()
        index = bisect_right(self._inflated, offset) - 1
        while len(found) < size and 0 <= index < len(self._inflated) - 1:
            frame = self._frame(index)
            skip = max(offset - self._inflated[index], 0)
            found += frame[skip : skip + size - len(found)]
            if len(frame) != self._inflated[index + 1] - self._inflated[index]:
                break
            index += 1
        return bytes(found)

    def _frame(self, index: int) -> bytes:
        frame = self._kept.pop(index, None)
        if frame is None:
            frame = self._inflate(index)
        self._kept[index] = frame
        if len(self._kept) > _FRAMES_KEPT:
            self._kept.popitem(last=False)
        return frame

    def _inflate(self, index: int) -> bytes:
        start, end = self._compressed[index], self._compressed[index + 1]
        length = self._inflated[index + 1] - self._inflated[index]
        try:
            data = os.pread(self._descriptor, end - start, start)
            if zstandard.frame_content_size(data) != length:  # what the frame itself asks for is allocated
                return b""
            return self._decompressor.decompress(data)
        except (OSError, zstandard.ZstdError):
            return b""


def _of_one_size(blocks: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for block in blocks:
        kept += block
        while len(kept) >= FRAME:
            yield bytes(kept[:FRAME])
            del kept[:FRAME]
    if kept:
        yield bytes(kept)
