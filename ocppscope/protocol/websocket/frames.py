"""Bytes of one direction of a WebSocket to whole messages and control frames (RFC 6455). No I/O.

Written by hand because it is on the path of every message and the sans-I/O layer of `websockets` costs five times as much
(0.7 against 3.5-5.5 us a message, see the benchmarks); that layer is the oracle in this module's tests. A tap needs less
than an endpoint: it answers nothing, and what a peer may not do but what can be read all the same (a close code of 999, a
length written in more bytes than needed, messages after a close frame) is passed on for others to judge.

Memory is bounded whatever is fed: a message beyond ``limit`` shrinks to its beginning and is only counted from there on.
"""

import os
import zlib
from typing import TypeAlias

import msgspec

from ocppscope.protocol.websocket.deflate import BombError, Deflate, Inflater

try:
    from websockets.speedups import apply_mask
except ImportError:  # no wheel for this platform
    from websockets.utils import apply_mask

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

_FIN, _OPCODE, _MASKED, _LENGTH = 0x80, 0x0F, 0x80, 0x7F
_WHOLE_TEXT = _FIN | TEXT
_COMPRESSED = 0x40  # RSV1 on the first frame of a message, when permessage-deflate was negotiated
_PLAIN_HEADS = frozenset(
    {CONTINUATION, TEXT, BINARY, *(_FIN | opcode for opcode in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))}
)
_DEFLATE_HEADS = _PLAIN_HEADS | {head | _COMPRESSED for head in (TEXT, BINARY, _FIN | TEXT, _FIN | BINARY)}
"""First bytes of a frame that can be read, without and with permessage-deflate."""

_MAX_CONTROL = 125
_EVIDENCE = 64  # bytes of a frame that could not be read, kept to show
_BOMB = 4  # times the limit that a compressed message may inflate to before decoding ends

Octets: TypeAlias = bytes | bytearray


class Message(msgspec.Struct, frozen=True, gc=False):
    """A whole message.

    Attributes:
        payload: its bytes, inflated; only the beginning if ``size`` is greater than its length.
        size: length of the whole message in bytes, inflated.
        binary: a binary message.
        frames: how many frames carried it.
        compressed: it came deflated.
    """

    payload: Octets
    size: int
    binary: bool = False
    frames: int = 1
    compressed: bool = False


class Control(msgspec.Struct, frozen=True, gc=False):
    """A close, ping or pong frame with its payload of at most 125 bytes."""

    opcode: int
    payload: bytes


class Invalid(msgspec.Struct, frozen=True, gc=False):
    """What came is no WebSocket frame. The last event of a decoder: it does not listen any more.

    Attributes:
        reason: one line.
        data: the first bytes of the frame, as far as they were there.
    """

    reason: str
    data: bytes


Event: TypeAlias = Message | Control | Invalid


class _UnreadableError(Exception):
    """Raised with the reason and the position of the frame; becomes an `Invalid`."""

    def __init__(self, reason: str, data: Octets = b"") -> None:
        super().__init__(reason)
        self.data = data


def close_frame(code: int, reason: str, *, masked: bool) -> bytes:
    """A whole close frame, masked as those of a station are."""
    payload = code.to_bytes(2, "big") + reason.encode()
    head = bytes((_FIN | CLOSE, (_MASKED if masked else 0) | len(payload)))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + apply_mask(payload, mask)


class FrameDecoder:
    """Decodes one direction.

    Args:
        masked: whether frames of this direction must be masked: those of a station.
        limit: size up to which a message is kept whole.
        keep: bytes that are kept of a larger one.
        deflate: permessage-deflate of this direction, None where it was not negotiated.
    """

    __slots__ = (
        "_body", "_compressed", "_frames", "_head", "_heads", "_inflater", "_keep", "_last", "_left", "_limit", "_mask",
        "_masked", "_opcode", "_rest", "_size",
    )  # fmt: skip

    def __init__(self, *, masked: bool, limit: int, keep: int, deflate: Deflate | None = None) -> None:
        self._masked = _MASKED if masked else 0
        self._limit = limit
        self._keep = min(keep, limit)
        self._inflater = Inflater(deflate, _BOMB * limit) if deflate else None
        self._heads = _DEFLATE_HEADS if deflate else _PLAIN_HEADS
        # A frame whose header (or, of a control frame, payload) is not complete.
        self._rest = b""
        # A data frame whose payload is not complete: bytes to come, mask turned to fit the next one, whether it is the last.
        self._left = 0
        self._mask = b""
        self._last = False
        # The message of which frames have come: how many, its kind, length so far and what is kept of it.
        self._frames = 0
        self._opcode = 0
        self._compressed = False
        self._size = 0
        self._body = bytearray()

    def feed(self, data: bytes) -> list[Event]:
        """What the bytes complete, in order. After an `Invalid` the decoder must not be fed any more."""
        events: list[Event] = []
        try:
            if self._left:
                data = self._continue(data, events)
            elif self._rest:
                data = self._rest + data
                self._rest = b""
            elif not self._frames and (payload := self._whole_text(data)) is not None:
                return [Message(payload, len(payload))]
            self._decode(data, events)
        except _UnreadableError as error:
            events.append(Invalid(str(error), bytes(error.data[:_EVIDENCE])))
        except BombError:
            events.append(Invalid(f"a compressed message inflates to more than {_BOMB * self._limit} bytes", b""))
        except zlib.error as error:
            events.append(Invalid(f"a compressed message cannot be inflated: {error}", b""))
        return events

    @property
    def between_frames(self) -> bool:
        """Whether the last frame is complete, so that another one may follow; a message may still be in pieces."""
        return not self._left and not self._rest

    @property
    def held(self) -> int:
        """Bytes of unfinished frames and messages that are kept in memory."""
        return len(self._rest) + len(self._body)

    def _whole_text(self, data: bytes) -> bytes | None:
        """The payload if the data is just one text message in one frame of less than 64 kB: nearly every read is."""
        end = len(data)
        if end < 4 or data[0] != _WHOLE_TEXT or data[1] & _MASKED != self._masked:
            return None
        start, length = 2, data[1] & _LENGTH
        if length > _MAX_CONTROL:
            if length != 126:
                return None
            start, length = 4, data[2] << 8 | data[3]
        if self._masked:
            start += 4
        if end - start != length or length > self._limit:
            return None
        payload = data[start:]
        return apply_mask(payload, data[start - 4 : start]) if self._masked else payload

    def _decode(self, data: bytes, events: list[Event]) -> None:
        """Read frame after frame, beginning with a header; one that is not whole stays in ``_rest``."""
        position, end = 0, len(data)
        while end - position >= 2:
            bounds = self._bounds(data, position)
            if bounds is None:
                break
            head, (start, stop) = data[position], bounds
            mask = data[start - 4 : start] if self._masked else b""
            if head & CLOSE:
                if stop > end:
                    break
                events.append(_control(head, _unmasked(data[start:stop], mask), data[position:]))
            else:
                self._begin(head, data[position:])
                if stop > end:
                    self._left, self._mask, self._last = stop - start, mask, bool(head & _FIN)
                    self._continue(data[start:], events)
                    return
                self._take(_unmasked(data[start:stop], mask))
                if head & _FIN:
                    events.append(self._finish())
            position = stop
        self._rest = data[position:]

    def _bounds(self, data: bytes, position: int) -> tuple[int, int] | None:
        """Begin and end of the payload of the frame at ``position``; None while its header is not whole."""
        head, second = data[position], data[position + 1]
        if head not in self._heads or second & _MASKED != self._masked:
            raise _UnreadableError(_complaint(head, second, self._inflater is not None), data[position:])
        start = position + 2
        length = second & _LENGTH
        if length > _MAX_CONTROL:
            if head & CLOSE:
                raise _UnreadableError("a control frame of more than 125 bytes", data[position:])
            start += 2 if length == 126 else 8
            length = int.from_bytes(data[position + 2 : start], "big")
        if self._masked:
            start += 4
        if start > len(data):
            return None
        if length >> 63:
            raise _UnreadableError("a frame length of more than 63 bits", data[position:])
        return start, start + length

    def _continue(self, data: bytes, events: list[Event]) -> bytes:
        """Take the next part of a payload that comes in pieces; returns what lies behind it."""
        part = data[: self._left]
        length = len(part)
        if self._mask:
            self._take(apply_mask(part, self._mask))
            turn = length & 3
            self._mask = self._mask[turn:] + self._mask[:turn]
        else:
            self._take(part)
        self._left -= length
        if not self._left and self._last:
            events.append(self._finish())
        return data[length:]

    def _begin(self, head: int, data: bytes) -> None:
        """A data frame begins: the first one of a message, or the next one."""
        opcode = head & _OPCODE
        if opcode == CONTINUATION:
            if not self._frames:
                raise _UnreadableError("a continuation frame without a beginning", data)
        else:
            if self._frames:
                raise _UnreadableError("a new message inside a fragmented one", data)
            self._opcode = opcode
            self._compressed = bool(head & _COMPRESSED)
        self._frames += 1

    def _take(self, payload: bytes) -> None:
        if self._compressed and self._inflater is not None:
            for piece in self._inflater.inflate(payload):
                self._keep_of(piece)
        else:
            self._keep_of(payload)

    def _keep_of(self, piece: bytes) -> None:
        body = self._body
        self._size += len(piece)
        if self._size <= self._limit:
            body += piece
        elif len(body) > self._keep:
            del body[self._keep :]
        else:
            body += piece[: self._keep - len(body)]

    def _finish(self) -> Message:
        if self._compressed and self._inflater is not None:
            for piece in self._inflater.finish():
                self._keep_of(piece)
        message = Message(self._body, self._size, self._opcode == BINARY, self._frames, self._compressed)
        self._frames = self._size = 0
        self._compressed = False
        self._body = bytearray()
        return message


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    return apply_mask(payload, mask) if mask else payload


def _control(head: int, payload: bytes, data: bytes) -> Control:
    if head == _FIN | CLOSE and len(payload) == 1:
        raise _UnreadableError("a close frame with a payload of one byte", data)
    return Control(head & _OPCODE, payload)


def _complaint(head: int, second: int, deflate: bool) -> str:
    opcode = head & _OPCODE
    if head not in _DEFLATE_HEADS and opcode not in {CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG}:
        return f"unknown opcode {opcode:#x}"
    if head & CLOSE and not head & _FIN:
        return "a fragmented control frame"
    if head not in (_DEFLATE_HEADS if deflate else _PLAIN_HEADS):
        bits = [name for name, bit in (("RSV1", 0x40), ("RSV2", 0x20), ("RSV3", 0x10)) if head & bit]
        return f"{' and '.join(bits)} set on opcode {opcode:#x}, and no negotiated extension says what that means"
    return "a frame of the CSMS that is masked" if second & _MASKED else "a frame of the station that is not masked"
