"""What a capture is about, found by reading through it once without judging anything: when, who, and a sample of messages."""

import heapq
import re
from datetime import datetime
from hashlib import blake2b

import msgspec

from ocppscope.capture.reader import Capture
from ocppscope.capture.record import (
    Close,
    Ended,
    Header,
    MessageRecord,
    Opened,
    Ping,
    Pong,
    Record,
    Undecodable,
    Vantage,
    wall_ns,
)
from ocppscope.protocol.roles import Direction

MOST_SAMPLED = 20_000
"""Messages of the sample, about 5 MB. Of more, those with the smallest fingerprints: two captures choose the same ones."""

MOST_CONNECTIONS = 100_000
"""Connections told apart. Later ones are read, and never left out."""

LONGEST_STATION = 256
"""Characters of an identity that are compared; it comes from a wire."""

LONG_ID = 16
"""Characters from which a messageId is no counter but made at random: no other station will make it again."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="sorted").encode


class ConnectionOutline(msgspec.Struct):
    """One connection.

    Attributes:
        station: its identity.
        named: that stood in the traffic or the log; False where the file's name had to do.
        timed: whether its times mean something.
        first, last: wall clock of its first and last record, in ns since the epoch.
        messages: how many.
    """

    station: str
    named: bool
    timed: bool
    first: int
    last: int
    messages: int = 0


class Sampled(msgspec.Struct, frozen=True):
    """One message of the sample.

    Attributes:
        connection: its place in the outline's list.
        at: wall clock, ns since the epoch.
        unique: its id is so long that nobody else makes it.
        kind: its direction, and whether it tells a moment.
    """

    connection: int
    at: int
    unique: bool
    kind: tuple[Direction, bool]


class Outline(msgspec.Struct):
    """One capture.

    Attributes:
        path, format, vantage: as of `ocppscope.capture.reader.Capture`.
        first, last: wall clock of its first and last record.
        begins, ends: run and number of the part with which it begins and ends; None where no header tells.
        messages: how many.
        connections: in the order of their appearance.
        sample: telling messages by fingerprint.
        threshold: messages with a fingerprint up to this are all in the sample.
        digest: of all messages, in their order.
    """

    path: str
    format: str
    vantage: Vantage
    first: datetime | None = None
    last: datetime | None = None
    begins: tuple[str, int] | None = None
    ends: tuple[str, int] | None = None
    messages: int = 0
    connections: list[ConnectionOutline] = []
    sample: dict[int, Sampled] = {}
    threshold: int = 2**64
    digest: bytes = b""


def outline(capture: Capture) -> Outline:
    """Look through a capture, to its end.

    Raises:
        CaptureError: it cannot be read.
    """
    return _Looking(capture).outline


class Places:
    """Numbers connections in the order of their appearance, in every reading of a capture the same."""

    def __init__(self) -> None:
        self._open: dict[int, int] = {}
        self._count = 0

    def place(self, record: Record) -> int | None:
        """The place of a record's connection; None where it has none."""
        if isinstance(record, Header):
            if record.part == 1:
                self._open.clear()
            return None
        if isinstance(record, Opened):
            known = self._open.get(record.conn) if record.again else None
            return self._new(record.conn) if known is None else known
        if not isinstance(record, _LINES):
            return None
        place = self._open.get(record.conn)
        if place is None:
            place = self._new(record.conn)
        if isinstance(record, Ended):
            del self._open[record.conn]
        return place

    def _new(self, conn: int) -> int:
        self._open.pop(conn, None)
        place = self._open[conn] = self._count
        self._count += 1
        if len(self._open) > MOST_CONNECTIONS:
            del self._open[next(iter(self._open))]
        return place


_LINES = (MessageRecord, Ping, Pong, Close, Undecodable, Ended)


class _Looking:
    def __init__(self, capture: Capture) -> None:
        self.outline = Outline(str(capture.path), capture.format, capture.vantage, connections=[], sample={})
        self._name = capture.name
        self._places = Places()
        self._largest: list[int] = []  # the sample's fingerprints, negated: the first is the largest
        digest = blake2b(digest_size=16)
        for record in capture:
            self._look(record)
            if isinstance(record, MessageRecord):
                digest.update(record.dir.encode())
                digest.update(
                    (record.text if record.text is not None else record.data or "").encode("utf-8", "replace")
                )
        self.outline.digest = digest.digest()

    def _look(self, record: Record) -> None:
        outline = self.outline
        if outline.first is None:
            outline.first = record.time
            if isinstance(record, Header):
                outline.begins = record.run, record.part
        outline.last = record.time
        if isinstance(record, Header):
            outline.ends = record.run, record.part
        place = self._places.place(record)
        if place is None or place >= MOST_CONNECTIONS:
            outline.messages += isinstance(record, MessageRecord)
            return
        at = wall_ns(record.time)
        if place == len(outline.connections):
            outline.connections.append(self._connection(record, at))
        connection = outline.connections[place]
        connection.first, connection.last = min(connection.first, at), max(connection.last, at)
        if isinstance(record, MessageRecord):
            outline.messages += 1
            connection.messages += 1
            self._sample(record, place, at)

    def _connection(self, record: Record, at: int) -> ConnectionOutline:
        if not isinstance(record, Opened):
            return ConnectionOutline(
                f"connection {getattr(record, 'conn', 0)}", named=False, timed=True, first=at, last=at
            )
        invented = record.station == self._name or record.station.startswith(f"{self._name}#")
        named = record.handshake is not None or not invented
        return ConnectionOutline(record.station[:LONGEST_STATION], named, record.timed, at, at)

    def _sample(self, record: MessageRecord, place: int, at: int) -> None:
        found = fingerprint(record)
        if found is None:
            return
        value, unique, moment = found
        outline = self.outline
        if value > outline.threshold or value in outline.sample:
            return
        outline.sample[value] = Sampled(place, at, unique, (record.dir, moment))
        heapq.heappush(self._largest, -value)
        if len(self._largest) > MOST_SAMPLED:
            del outline.sample[-heapq.heappop(self._largest)]
            outline.threshold = -self._largest[0]


def fingerprint(record: MessageRecord) -> tuple[int, bool, bool] | None:
    """What a message is known by wherever it was seen, whether its id is unique, and whether it tells a moment.

    None for one that another station could have sent just so: only what tells a moment, or has an id made at random, is
    telling. Blanks between members and their order do not count: some logs write messages anew.
    """
    text = record.text
    if text is None or record.truncated:
        return None
    try:
        message = _decode(text)
        kind, message_id, *rest = message
        unique = isinstance(message_id, str) and len(message_id) >= LONG_ID
        moment = _MOMENT.search(text) is not None
        if kind not in (2, 3, 4, 5, 6) or not rest or not (unique or moment):
            return None
        plain = _encode(message)
    except (ValueError, TypeError, RecursionError):  # no JSON, no array, or one that nothing should look into
        return None
    return int.from_bytes(blake2b(plain, digest_size=8, key=record.dir.encode()).digest()), unique, moment
