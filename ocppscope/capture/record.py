"""What one line of a capture says: one event, as one JSON object.

A capture is JSON Lines in UTF-8, append-only. The first line of each run is a `Header`. ``seq`` is the number of the line
in its file, so it is unique there, goes on when a run is appended, and is what ``grep -n`` prints. Members with their
default value are left out. Readers skip and count lines of a kind that they do not know. A long run may lie in several
files, its parts (see `ocppscope.capture.parts`).

Two clocks stand in each record: ``time`` (wall clock, UTC, for people) and ``mono`` (monotonic nanoseconds, for
arithmetic; comparable between processes of one machine until it reboots, and only within one run otherwise). ``mono`` is
None in records read from a foreign format that has no such clock: use `clock`.
"""

import base64
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import msgspec

from ocppscope.protocol.roles import Direction

FORMAT_NAME = "ocppscope capture"
FORMAT_VERSION = 1


class Vantage(StrEnum):
    """Where the traffic was seen. It decides whose network time is inside a latency."""

    STATION = "station"
    CSMS = "csms"
    PROXY = "proxy"
    UNKNOWN = "unknown"


Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
"""A number in a capture. Bounded, because a file may say anything and arithmetic with what it says must not fail."""

Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""A wall clock time that knows its zone: one without could not be compared with the others."""

Base64: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z")
]
"""Bytes as text. The repetition is possessive: with backtracking, 48 MB of it took 3.6 s and 1.4 GB to look at."""


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", kw_only=True):
    seq: Count
    time: Moment
    mono: Count | None = None


class Header(_Line, tag="header", frozen=True, omit_defaults=True, kw_only=True):
    """The first line of a run, or of a further part of it: what wrote it and how it was called.

    Attributes:
        part: 1 where the run begins; a part beyond goes on with the connections and the clock of the part before.
        previous: the name of the file that holds the part before, as it was called when it was written.
    """

    format: str
    version: Count
    tool: str
    run: str
    vantage: Vantage = Vantage.PROXY
    listen: str | None = None
    upstream: str | None = None
    options: dict[str, Any] = {}
    part: Count = 1
    previous: str | None = None


class Handshake(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Both halves of an HTTP upgrade as they were received, credentials redacted.

    ``request`` and ``response`` are header lists in order and spelling of the wire. ``target`` is the raw request target.
    ``auth`` says what kind of credentials were sent ("Basic user=CP001 password=20 bytes"), never the secret.
    """

    target: str
    request: list[tuple[str, str]] = []
    status: Count | None = None
    status_line: str | None = None
    response: list[tuple[str, str]] = []
    auth: str | None = None
    body: str | None = None


class TlsFacts(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What one leg negotiated."""

    version: str | None = None
    cipher: str | None = None
    server_name: str | None = None
    peer_subject: str | None = None
    peer_expires: str | None = None


class Opened(_Line, tag="opened", frozen=True, omit_defaults=True, kw_only=True):
    """A WebSocket connection was established from end to end.

    ``timed`` is False for a recording that has no times: then only the order of its records means something.
    ``again`` is True where a further part of a run repeats, without the handshake and stamped anew, a connection that an
    earlier part saw opened: each part can be read by itself, and a reader that has both passes over the repetition.
    """

    conn: Count
    station: str
    peer: str | None = None
    upstream: str | None = None
    subprotocol: str | None = None
    extensions: str | None = None
    handshake: Handshake | None = None
    station_tls: TlsFacts | None = None
    csms_tls: TlsFacts | None = None
    timed: bool = True
    again: bool = False


class Stage(StrEnum):
    """How far a connection came that was not established."""

    REQUEST = "request"
    """The station's own request was unusable: no HTTP, a TLS hello on a plain port, headers too large or too slow."""
    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP = "http"
    """The CSMS answered, but not with 101."""
    LIMIT = "limit"
    """The proxy refused: too many connections."""


class Refused(_Line, tag="refused", frozen=True, omit_defaults=True, kw_only=True):
    """A connection that was not established: how far it came, why, and what the station was told."""

    conn: Count
    station: str | None = None
    peer: str | None = None
    upstream: str | None = None
    stage: Stage
    reason: str
    status: Count | None = None
    handshake: Handshake | None = None
    station_tls: TlsFacts | None = None
    csms_tls: TlsFacts | None = None


class MessageRecord(_Line, tag="message", frozen=True, omit_defaults=True, kw_only=True):
    """A whole WebSocket message.

    Attributes:
        conn: connection number within the run.
        dir: which way.
        sent: monotonic ns when the last byte was handed to the other side's socket; None when unknown.
        text: the text exactly as sent; None when it is not valid UTF-8 or not a text message.
        data: base64 of the bytes in that case.
        binary: it was a binary message.
        size: bytes of the message (after inflating); left out when it is the length of the text or data.
        frames: how many frames carried it.
        compressed: permessage-deflate was used.
        truncated: the message was larger than the engine keeps; ``text`` or ``data`` is its beginning, ``size`` the whole.
    """

    conn: Count
    dir: Direction
    sent: Count | None = None
    text: str | None = None
    data: Base64 | None = None
    binary: bool = False
    size: Count | None = None
    frames: Count = 1
    compressed: bool = False
    truncated: bool = False

    @property
    def octets(self) -> int:
        """Size of the message in bytes."""
        if self.size is not None:
            return self.size
        if self.text is not None:
            return len(self.text) if self.text.isascii() else len(self.text.encode())
        return len(base64.b64decode(self.data or ""))


class Ping(_Line, tag="ping", frozen=True, omit_defaults=True, kw_only=True):
    """A ping frame; ``payload`` is base64."""

    conn: Count
    dir: Direction
    payload: Base64 = ""
    sent: Count | None = None


class Pong(_Line, tag="pong", frozen=True, omit_defaults=True, kw_only=True):
    """A pong frame; ``payload`` is base64."""

    conn: Count
    dir: Direction
    payload: Base64 = ""
    sent: Count | None = None


class Close(_Line, tag="close", frozen=True, omit_defaults=True, kw_only=True):
    """A close frame; ``code`` is None when it carried none (RFC 6455 calls that 1005)."""

    conn: Count
    dir: Direction
    code: Count | None = None
    reason: str = ""


class Undecodable(_Line, tag="undecodable", frozen=True, omit_defaults=True, kw_only=True):
    """One direction stopped making sense as WebSocket frames. Bytes still pass; messages of it are no longer seen."""

    conn: Count
    dir: Direction
    reason: str
    data: Base64 = ""


class Ended(_Line, tag="ended", frozen=True, omit_defaults=True, kw_only=True):
    """The connection is over: the plan's "lost" and the regular end in one record, because only ``how`` tells them apart.

    Attributes:
        by: whose side ended it first: "station", "csms", "proxy", "network".
        how: "closed" (after a close frame), "fin", "rst", "timeout", "error", "shutdown".
        error: the system's or TLS's word for it.
        bytes: received from the station and from the CSMS.
    """

    conn: Count
    by: str
    how: str
    error: str | None = None
    bytes: tuple[Count, Count] = (0, 0)


class Gap(_Line, tag="gap", frozen=True, omit_defaults=True, kw_only=True):
    """Records are missing here: how many, and why (a full disk). Traffic went on."""

    lost: Count
    reason: str


class Note(_Line, tag="note", frozen=True, omit_defaults=True, kw_only=True):
    """A remark of the engine or of a person. ``next`` names the file in which the run goes on: the last line of a part."""

    text: str
    conn: Count | None = None
    next: str | None = None


Record: TypeAlias = Header | Opened | Refused | MessageRecord | Ping | Pong | Close | Undecodable | Ended | Gap | Note

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def encode(record: Record) -> bytes:
    """The record as one line, with its newline."""
    return _encoder.encode(record) + b"\n"


def decode(line: bytes | memoryview) -> Record:
    """The record that a line holds.

    Raises:
        msgspec.DecodeError: the line is no JSON.
        msgspec.ValidationError: it is JSON, but no record of a known kind. (A subclass of DecodeError.)
    """
    return _decoder.decode(line)


def clock(record: Record) -> int:
    """Nanoseconds for arithmetic: the monotonic stamp, or the wall clock where the capture has no other."""
    if record.mono is not None:
        return record.mono
    return wall_ns(record.time)


def wall_ns(time: datetime) -> int:
    """A time as integer nanoseconds since the epoch, without the rounding of floats."""
    delta = time - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000_000 + delta.microseconds * 1_000


UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of records that have none: their recording tells the order only. To be shown as missing, not as a date."""

_EPOCH = UNDATED
