"""What one direction of one connection says, as records. No I/O."""

import base64
from datetime import UTC, datetime
from typing import Protocol

from ocppscope.capture.record import Close, MessageRecord, Ping, Pong, Record, Undecodable
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.websocket.deflate import negotiated
from ocppscope.protocol.websocket.frames import CLOSE, PING, Control, FrameDecoder, Invalid, Message

_at = datetime.fromtimestamp


class Recorder(Protocol):
    """What takes the records, such as a `ocppscope.capture.writer.CaptureWriter`."""

    @property
    def next_seq(self) -> int: ...  # noqa: D102
    def append(self, record: Record) -> object: ...  # noqa: D102


class Tap:
    """Turns the bytes of one direction into records.

    Attributes:
        conn: number of the connection.
        received: bytes seen so far.
        closed_at: monotonic ns when its first close frame was read, 0 before.
        other: the other direction of the same connection.
    """

    __slots__ = ("_decoder", "_direction", "_recorder", "closed_at", "conn", "other", "received")

    def __init__(self, recorder: Recorder, conn: int, direction: Direction, decoder: FrameDecoder) -> None:
        self.conn = conn
        self.received = 0
        self.closed_at = 0
        self.other: Tap | None = None
        self._direction = direction
        self._recorder = recorder
        self._decoder: FrameDecoder | None = decoder

    @property
    def sender(self) -> Role:
        """Who sends in this direction."""
        return self._direction.sender

    @property
    def takes_a_frame(self) -> bool:
        """Whether a frame of our own may go in this direction now: what was passed on ends with a whole one."""
        return self._decoder is not None and not self.closed_at and self._decoder.between_frames

    def stop(self) -> None:
        """Look no further into this direction; its bytes are still counted."""
        self._decoder = None

    def inspect(self, data: bytes, mono: int, wall: float, sent: int) -> None:
        """Record what these bytes complete; the arguments are those of `Journal.passed`."""
        self.received += len(data)
        if self._decoder is None:
            return
        recorder = self._recorder
        for event in self._decoder.feed(data):
            if type(event) is Message:
                recorder.append(self._message(event, recorder.next_seq, mono, wall, sent))
            elif type(event) is Control:
                recorder.append(self._control(event, recorder.next_seq, mono, wall, sent))
            elif type(event) is Invalid:
                self._decoder = None
                recorder.append(
                    Undecodable(
                        seq=recorder.next_seq,
                        time=_at(wall, UTC),
                        mono=mono,
                        conn=self.conn,
                        dir=self._direction,
                        reason=event.reason,
                        data=_base64(event.data),
                    )
                )

    def _message(self, message: Message, seq: int, mono: int, wall: float, sent: int) -> MessageRecord:
        payload = message.payload
        size = message.size
        truncated = len(payload) < size
        text: str | None = None
        if not message.binary:
            try:
                text = payload.decode()
            except UnicodeDecodeError as error:
                if truncated and error.end == len(payload) and len(payload) - error.start < 4:
                    text = payload[: error.start].decode()  # the cut went through a character
        redacted = redact_message(text) if text is not None else None
        return MessageRecord(
            seq=seq,
            time=_at(wall, UTC),
            mono=mono,
            conn=self.conn,
            dir=self._direction,
            sent=sent,
            text=redacted,
            data=_base64(payload) if text is None else None,
            binary=message.binary,
            size=size if truncated or redacted is not text else None,
            frames=message.frames,
            compressed=message.compressed,
            truncated=truncated,
        )

    def _control(self, frame: Control, seq: int, mono: int, wall: float, sent: int) -> Close | Ping | Pong:
        payload = frame.payload
        if frame.opcode == CLOSE:
            self.closed_at = self.closed_at or mono
            return Close(
                seq=seq,
                time=_at(wall, UTC),
                mono=mono,
                conn=self.conn,
                dir=self._direction,
                code=int.from_bytes(payload[:2], "big") if payload else None,
                reason=payload[2:].decode("utf-8", "replace"),
            )
        kind = Ping if frame.opcode == PING else Pong
        return kind(
            seq=seq,
            time=_at(wall, UTC),
            mono=mono,
            conn=self.conn,
            dir=self._direction,
            payload=_base64(payload),
            sent=sent,
        )


def both_ways(recorder: Recorder, conn: int, extensions: str | None, *, limit: int, keep: int) -> tuple[Tap, Tap]:
    """The taps of a connection, station to CSMS first.

    Args:
        recorder: takes the records.
        conn: number of the connection.
        extensions: the CSMS's ``Sec-WebSocket-Extensions``.
        limit: size up to which a message is kept whole.
        keep: bytes that are kept of a larger one.
    """
    deflate = negotiated(extensions) or {}
    to_csms, to_station = (
        Tap(
            recorder,
            conn,
            direction,
            FrameDecoder(masked=direction is Direction.TO_CSMS, limit=limit, keep=keep, deflate=deflate.get(direction)),
        )
        for direction in (Direction.TO_CSMS, Direction.TO_STATION)
    )
    to_csms.other, to_station.other = to_station, to_csms
    return to_csms, to_station


def _base64(data: bytes | bytearray) -> str:
    return base64.b64encode(data).decode("ascii")
