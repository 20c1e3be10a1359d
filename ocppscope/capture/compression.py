"""zstd and gzip as streams of bounded pieces, for files that may be cut, damaged, hostile or still growing."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import zstandard

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
GZIP_MAGIC = b"\x1f\x8b"

ZSTD_LEVEL = 3
"""The level of ``zstd`` itself: a thirteenth of the size of recorded traffic, at a fraction of the cost of encoding it."""

MAX_WINDOW = 128 * 1024 * 1024
"""Memory that a frame may ask for: what ``zstd --long`` needs (27 bits)."""

_FEED = 1024
"""Compressed bytes decoded at once. A zstd block of four bytes can stand for 128 KiB, so this keeps any piece under 32 MiB
(of gzip, 1 MiB), and damage costs no more of what comes before it. Larger feeds gain nothing measurable."""


class DamagedError(Exception):
    """Compressed data that cannot be decoded further; its text is the reason."""


class Inflater(Protocol):
    """Decodes what is fed to it, as far as it goes."""

    @property
    def between_frames(self) -> bool:
        """Whether the data could end here: False after a cut."""

    def inflate(self, data: bytes) -> Iterator[bytes]:
        """The next pieces, each of bounded size.

        Raises:
            DamagedError: nothing after the pieces given so far can be decoded.
        """


class ZstdInflater:
    """Any number of zstd frames, one after the other."""

    def __init__(self) -> None:
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        self._frame: zstandard.ZstdDecompressionObj | None = None

    @property
    def between_frames(self) -> bool:
        """See `Inflater`."""
        return self._frame is None

    def inflate(self, data: bytes) -> Iterator[bytes]:
        """See `Inflater`."""
        for start in range(0, len(data), _FEED):
            rest = data[start : start + _FEED]
            while rest:
                if self._frame is None:
                    self._frame = self._decompressor.decompressobj()
                try:
                    piece = self._frame.decompress(rest)
                except zstandard.ZstdError as error:
                    raise DamagedError(f"the zstd data is damaged ({error})") from None
                if piece:
                    yield piece
                rest = b""
                if self._frame.eof:
                    rest = self._frame.unused_data
                    self._frame = None


class GzipInflater:
    """Any number of gzip members, one after the other."""

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None

    @property
    def between_frames(self) -> bool:
        """See `Inflater`."""
        return self._member is None

    def inflate(self, data: bytes) -> Iterator[bytes]:
        """See `Inflater`."""
        for start in range(0, len(data), _FEED):
            rest = data[start : start + _FEED]
            if self._member is None:
                rest = rest.lstrip(b"\0")  # tapes and some tools pad with zeros
            while rest:
                if self._member is None:
                    self._member = zlib.decompressobj(wbits=31)
                try:
                    piece = self._member.decompress(rest)
                except zlib.error as error:
                    raise DamagedError(f"the gzip data is damaged ({error})") from None
                if piece:
                    yield piece
                rest = b""
                if self._member.eof:
                    rest = self._member.unused_data.lstrip(b"\0")
                    self._member = None


def inflater_for(head: bytes) -> tuple[str, Inflater] | None:
    """The name of a compression and a decoder for it, by the first bytes of a file; None for plain data."""
    if head.startswith(ZSTD_MAGIC):
        return "zstd", ZstdInflater()
    if head.startswith(GZIP_MAGIC):
        return "gzip", GzipInflater()
    return None


class ZstdBlocks:
    """Lines to zstd blocks, in one frame.

    Each `block` ends a block, so that whatever it returned can be decoded without what comes after. Without checksum, so
    that a frame that a crash left open can be ended later by three bytes (see `ocppscope.capture.zstd_mend`).
    """

    def __init__(self) -> None:
        compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=False, write_content_size=False)
        self._frame = compressor.compressobj()

    def block(self, data: bytes | bytearray) -> bytes:
        """The data as one or more whole blocks."""
        return self._frame.compress(data) + self._frame.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        """The end of the frame; nothing may follow."""
        return self._frame.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)
