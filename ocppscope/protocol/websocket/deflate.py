"""permessage-deflate (RFC 7692) as two peers negotiated it, for somebody who only listens."""

import zlib
from collections.abc import Iterable

import msgspec

from ocppscope.protocol.roles import Direction

EXTENSION = "permessage-deflate"
_TAIL = b"\x00\x00\xff\xff"  # RFC 7692 7.2.1: the sender leaves out this end of an empty deflate block
_STEP = 64 * 1024


class Deflate(msgspec.Struct, frozen=True):
    """What one direction compresses with.

    Attributes:
        takeover: the window is kept from message to message.
        window_bits: base-2 logarithm of the window, 9 to 15. A negotiated 8 is read with 9, which costs nothing and also
            reads the peers whose zlib cannot make a window of 8.
    """

    takeover: bool = True
    window_bits: int = 15


def negotiated(extensions: str | None) -> dict[Direction, Deflate] | None:
    """What the CSMS's ``Sec-WebSocket-Extensions`` header agrees to; None without permessage-deflate.

    The CSMS's answer alone decides (RFC 7692 7.1); parameters out of range are read as not given.
    """
    for extension in (extensions or "").split(","):
        name, *parameters = (part.strip() for part in extension.split(";"))
        if name.lower() == EXTENSION:
            given = {
                key.strip().lower(): value.strip().strip('"')
                for key, _, value in (p.partition("=") for p in parameters)
            }
            return {
                Direction.TO_CSMS: _deflate("client", given),
                Direction.TO_STATION: _deflate("server", given),
            }
    return None


def _deflate(side: str, parameters: dict[str, str]) -> Deflate:
    bits = parameters.get(f"{side}_max_window_bits", "")
    window = int(bits) if len(bits) <= 2 and bits.isascii() and bits.isdecimal() and 8 <= int(bits) <= 15 else 15
    return Deflate(takeover=f"{side}_no_context_takeover" not in parameters, window_bits=max(window, 9))


class BombError(Exception):
    """A message inflates to more than anybody should have to look at."""


class Inflater:
    """Inflates one direction, message by message, in slices of bounded size.

    Args:
        deflate: as negotiated.
        ceiling: bytes of one message beyond which inflating stops with `BombError`.
    """

    __slots__ = ("_ceiling", "_deflate", "_inflated", "_zlib")

    def __init__(self, deflate: Deflate, ceiling: int) -> None:
        self._deflate = deflate
        self._ceiling = ceiling
        self._inflated = 0
        self._zlib: zlib._Decompress | None = None  # 40 kB with its window, so not before the first compressed message

    def inflate(self, data: bytes | bytearray | memoryview) -> Iterable[bytes]:
        """The next part of a message, in slices.

        Raises:
            zlib.error: it is no deflate stream.
            BombError: the message grew beyond the ceiling.
        """
        if self._zlib is None:
            self._zlib = zlib.decompressobj(-self._deflate.window_bits)
        source: bytes | bytearray | memoryview = data
        while source:
            piece = self._zlib.decompress(source, _STEP)
            self._inflated += len(piece)
            if self._inflated > self._ceiling:
                raise BombError
            if piece:
                yield piece
            if self._zlib.eof:
                # A final block ends a deflate stream (RFC 7692 7.2.3.4 allows it); what follows is a new one.
                source = self._zlib.unused_data
                self._zlib = zlib.decompressobj(-self._deflate.window_bits)
            else:
                source = self._zlib.unconsumed_tail

    def finish(self) -> Iterable[bytes]:
        """The end of a message: what the tail that the sender left out still brings to light. Raises as `inflate` does."""
        yield from self.inflate(_TAIL)
        self._inflated = 0
        if not self._deflate.takeover:
            self._zlib = None
