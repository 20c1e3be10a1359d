"""WebSocket connections out of byte streams: the upgrade, then frames to records."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from ocppscope.capture.record import Ended, Gap, MessageRecord, Opened, Ping, Pong, Record, Refused, Stage
from ocppscope.capture.secrets.handshakes import redact_url
from ocppscope.capture.secrets.upgrade import handshake as recorded
from ocppscope.capture.tap import Tap, both_ways
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.websocket import handshake as http
from ocppscope.protocol.websocket.deflate import Deflate, negotiated
from ocppscope.protocol.websocket.frames import TEXT

LONGEST_HEAD = 16 * 1024
"""Bytes of a head that are read; servers take 8 to 16 kB. Each connection that is no WebSocket may keep so much."""

LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes up to which a message is kept whole, as the engine has it."""

_KEPT = 64 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TLS = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]")
"""The beginning of a TLS record: its kind and its version."""

_MESSAGE = re.compile(rb"\[\s*[2-6]?")
_MOST_HEADER = 14
_COMPRESSED = 0x40


class Piece(NamedTuple):
    """Bytes of one direction: ns since the epoch, number of the packet, and how many are missing in front of them."""

    from_client: bool
    at: int
    number: int
    payload: bytes
    lost: int = 0


class Endpoints(NamedTuple):
    """The two ends, as ``address:port``."""

    client: str
    server: str


class _Records:
    """Takes the records of the tap, without the stamps that only a proxy has."""

    next_seq = 0

    def __init__(self) -> None:
        self.taken: list[Record] = []

    def append(self, record: Record) -> None:
        if isinstance(record, MessageRecord | Ping | Pong):
            record = msgspec.structs.replace(record, mono=None, sent=None)
        else:
            record = msgspec.structs.replace(record, mono=None)
        self.taken.append(record)


class Conversation:
    """One TCP connection that may turn out to be a WebSocket.

    Attributes:
        encrypted: it began with TLS.
        is_websocket: an upgrade was seen, or frames with OCPP in them.
        unreadable: it was met in mid-life, and its messages are compressed nobody knows how.
    """

    def __init__(self, conn: int, ends: Endpoints, name: str, *, from_start: bool, encrypted: bool = False) -> None:
        self.encrypted = False
        self.is_websocket = False
        self.unreadable = False
        self._extensions: str | None = None
        self._conn = conn
        self._ends = ends
        self._name = name
        self._decrypted = encrypted
        self._records = _Records()
        self._heads = {True: bytearray(), False: bytearray()}
        self._request: http.Request | None = None
        self._taps: dict[bool, Tap] = {}
        self._blind: set[bool] = set()
        self._met = not from_start
        self._given_up = False
        self._ended = False

    def feed(self, piece: Piece) -> list[Record]:
        """The records that these bytes complete; without numbers of their own."""
        self._records.taken = []
        if not self._given_up:
            if self._taps:
                self._frames(piece)
            else:
                self._upgrade(piece)
        return self._records.taken

    def end(self, at: int, *, by_client: bool, reset: bool) -> list[Record]:
        """The record of its end; once."""
        if not self.is_websocket or self._ended or not self._taps:
            return []
        self._ended = True
        closed = any(tap.closed_at for tap in self._taps.values())
        how = "rst" if reset else "closed" if closed else "fin"
        return [Ended(seq=0, time=_time(at), conn=self._conn, by="station" if by_client else "csms", how=how)]

    def _upgrade(self, piece: Piece) -> None:
        head = self._heads[piece.from_client]
        if not head and _TLS.match(piece.payload) and not self._decrypted:
            self.encrypted = self._given_up = True
            return
        if piece.lost:
            self._met = True
        head += piece.payload
        if self._met and self._meets(piece):
            return
        if len(head) > LONGEST_HEAD:
            self._given_up = not self._met and (piece.from_client or self._request is not None)
            head.clear()
            return
        if self._request is None:
            self._take_request(piece)
        elif not piece.from_client:
            self._take_response(piece)

    def _take_request(self, piece: Piece) -> None:
        head = self._heads[True]
        end = http.end_of_head(head)
        if end < 0:
            return
        try:
            request = http.parse_request(bytes(head[:end]))
        except http.BadHeadError:
            self._given_up = not self._met
            head.clear()
            return
        if (request.get("upgrade") or "").lower() != "websocket":
            head.clear()  # another request on a connection that is kept alive; its body may follow
            return
        self.is_websocket = True
        self._request = request
        del head[:end]
        self._heads[False].clear()  # answers to requests before it

    def _take_response(self, piece: Piece) -> None:
        head = self._heads[False]
        end = http.end_of_head(head)
        request = self._request
        if end < 0 or request is None:
            return
        try:
            response = http.parse_response(bytes(head[:end]))
        except http.BadHeadError:
            self._given_up = True
            return
        rest = bytes(head[end:])
        head.clear()
        facts = {
            "time": _time(piece.at),
            "conn": self._conn,
            "station": request.station or self._name,
            "peer": self._ends.client,
            "upstream": self._ends.server,
            "handshake": recorded(request, response),
        }
        if response.status != 101:
            self._request = None  # another may follow, with a password perhaps
            reason = f"the CSMS answered {redact_url(response.line)}"
            self._records.taken.append(
                Refused(seq=piece.number, stage=Stage.HTTP, reason=reason, status=response.status, **facts)  # type: ignore[arg-type]
            )
            return
        extensions = response.get("sec-websocket-extensions")
        self._records.taken.append(
            Opened(
                seq=piece.number,
                subprotocol=response.get("sec-websocket-protocol"),
                extensions=extensions,
                timed=piece.at != 0,
                **facts,  # type: ignore[arg-type]
            )
        )
        self._tap(extensions)
        self._frames(Piece(True, piece.at, piece.number, bytes(self._heads[True])))
        self._frames(Piece(False, piece.at, piece.number, rest))

    def _tap(self, extensions: str | None) -> None:
        self._extensions = extensions
        taps = both_ways(self._records, self._conn, extensions, limit=LARGEST_MESSAGE, keep=_KEPT)
        self._taps = {True: taps[0], False: taps[1]}

    def _frames(self, piece: Piece) -> None:
        if piece.lost:
            self._taps[piece.from_client].stop()
            self._blind.add(piece.from_client)
            reason = f"{piece.lost:,} bytes from the {_sender(piece)} are missing in the capture"
            if self._deflate(piece) is not None and self._resuming(piece) is None:
                reason += "; its compressed messages after that cannot be read"
            self._records.taken.append(Gap(seq=piece.number, time=_time(piece.at), lost=1, reason=reason))
        if piece.from_client in self._blind:
            resuming = self._resuming(piece)
            if not _begins_message(piece, compressed=resuming is not None):
                return
            self._blind.discard(piece.from_client)
            fresh = both_ways(self._records, self._conn, resuming, limit=LARGEST_MESSAGE, keep=_KEPT)
            self._taps[piece.from_client] = fresh[0 if piece.from_client else 1]
        if piece.payload:
            tap = self._taps[piece.from_client]
            before = len(self._records.taken)
            tap.inspect(piece.payload, piece.at, piece.at / 1e9, piece.at)
            for place in range(before, len(self._records.taken)):
                record = self._records.taken[place]
                self._records.taken[place] = msgspec.structs.replace(record, seq=piece.number, time=_time(piece.at))

    def _deflate(self, piece: Piece) -> Deflate | None:
        way = Direction.TO_CSMS if piece.from_client else Direction.TO_STATION
        return (negotiated(self._extensions) or {}).get(way)

    def _resuming(self, piece: Piece) -> str | None:
        """The extensions with which a side can be read again after a gap: compression that remembers nothing, or none."""
        deflate = self._deflate(piece)
        return self._extensions if deflate is not None and not deflate.takeover else None

    def _meets(self, piece: Piece) -> bool:
        """Whether a connection that was met in mid-life shows itself as a WebSocket with OCPP in it."""
        if not _begins_message(piece):
            self.unreadable = self.unreadable or _is_compressed(piece)
            return False
        self.is_websocket = True
        request = self._request  # of an upgrade whose answer is missing
        opened = Opened(
            seq=piece.number,
            time=_time(piece.at),
            conn=self._conn,
            station=(request.station if request is not None else None) or f"{self._name} {self._ends.client}",
            peer=self._ends.client,
            upstream=self._ends.server,
            handshake=None if request is None else recorded(request),
            timed=piece.at != 0,
        )
        self._records.taken.append(opened)
        self._tap(None)
        self._frames(Piece(piece.from_client, piece.at, piece.number, piece.payload))
        return True


def _begins_message(piece: Piece, *, compressed: bool = False) -> bool:
    """Whether the bytes begin with a frame that holds the beginning of an OCPP message, or may do so where compressed."""
    found = _frame(piece)
    if found is None:
        return False
    head, begin, length = found
    if head & _COMPRESSED:
        return compressed and begin + length <= len(piece.payload)
    mask = piece.payload[begin - 4 : begin] if piece.from_client else bytes(4)
    text = bytes(byte ^ mask[place % 4] for place, byte in enumerate(piece.payload[begin : begin + 4]))
    return _MESSAGE.match(text[:length]) is not None


def _is_compressed(piece: Piece) -> bool:
    """Whether the bytes are one compressed frame, to the last byte."""
    found = _frame(piece)
    return found is not None and found[0] & _COMPRESSED != 0 and found[1] + found[2] == len(piece.payload)


def _frame(piece: Piece) -> tuple[int, int, int] | None:
    """First byte, begin and length of the payload of the text frame with which the bytes begin; None without one."""
    data = piece.payload[:_MOST_HEADER]
    if len(data) < 2 or data[0] & 0x3F != TEXT or data[1] >> 7 != piece.from_client:
        return None
    begin, length = 2, data[1] & 0x7F
    if length >= 126:
        begin = 4 if length == 126 else 10
        length = int.from_bytes(data[2:begin], "big")
    begin += 4 * piece.from_client
    return None if begin > len(data) or length > LARGEST_MESSAGE else (data[0], begin, length)


def _sender(piece: Piece) -> str:
    return "station" if piece.from_client else "CSMS"


def _time(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at // 1000)
