"""WebSocket connections out of byte streams: the upgrade, then frames to records."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from ocppscope.capture.record import Ended, Gap, MessageRecord, Opened, Ping, Pong, Record, Refused, Stage
from ocppscope.capture.secrets.handshakes import redact_url
from ocppscope.capture.secrets.upgrade import handshake as recorded
from ocppscope.capture.tap import Tap, both_ways
from ocppscope.protocol.websocket import handshake as http
from ocppscope.protocol.websocket.frames import FrameDecoder, Message

LONGEST_HEAD = 64 * 1024
"""Bytes of a head that are read, as the engine has it."""

LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes up to which a message is kept whole, as the engine has it."""

_KEPT = 64 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TLS = b"\x16\x03"


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
    """

    def __init__(self, conn: int, ends: Endpoints, name: str, *, from_start: bool, encrypted: bool = False) -> None:
        self.encrypted = False
        self.is_websocket = False
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
        if not head and piece.payload[:2] == _TLS and not self._decrypted:
            self.encrypted = self._given_up = True
            return
        if piece.lost:
            self._met = True
        head += piece.payload
        if self._met and self._meets(piece):
            return
        if len(head) > LONGEST_HEAD:
            self._given_up = not self._met
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
            self._request = None
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
                **facts,  # type: ignore[arg-type]
            )
        )
        self._tap(extensions)
        self._frames(Piece(True, piece.at, piece.number, bytes(self._heads[True])))
        self._frames(Piece(False, piece.at, piece.number, rest))

    def _tap(self, extensions: str | None) -> None:
        taps = both_ways(self._records, self._conn, extensions, limit=LARGEST_MESSAGE, keep=_KEPT)
        self._taps = {True: taps[0], False: taps[1]}

    def _frames(self, piece: Piece) -> None:
        if piece.lost:
            self._taps[piece.from_client].stop()
            self._blind.add(piece.from_client)
            reason = (
                f"{piece.lost:,} bytes from the {'station' if piece.from_client else 'CSMS'} are missing in the capture"
            )
            self._records.taken.append(Gap(seq=piece.number, time=_time(piece.at), lost=1, reason=reason))
        if piece.from_client in self._blind:
            if not _begins_message(piece):
                return
            self._blind.discard(piece.from_client)
            fresh = both_ways(self._records, self._conn, None, limit=LARGEST_MESSAGE, keep=_KEPT)
            self._taps[piece.from_client] = fresh[0 if piece.from_client else 1]
        if piece.payload:
            tap = self._taps[piece.from_client]
            before = len(self._records.taken)
            tap.inspect(piece.payload, piece.at, piece.at / 1e9, piece.at)
            for place in range(before, len(self._records.taken)):
                record = self._records.taken[place]
                self._records.taken[place] = msgspec.structs.replace(record, seq=piece.number, time=_time(piece.at))

    def _meets(self, piece: Piece) -> bool:
        """Whether a connection that was met in mid-life shows itself as a WebSocket with OCPP in it."""
        if not _begins_message(piece):
            return False
        self.is_websocket = True
        opened = Opened(
            seq=piece.number,
            time=_time(piece.at),
            conn=self._conn,
            station=f"{self._name} {self._ends.client}",
            peer=self._ends.client,
            upstream=self._ends.server,
        )
        self._records.taken.append(opened)
        self._tap(None)
        self._frames(Piece(piece.from_client, piece.at, piece.number, piece.payload))
        return True


def _begins_message(piece: Piece) -> bool:
    """Whether the bytes begin with a whole frame that holds the beginning of an OCPP message."""
    decoder = FrameDecoder(masked=piece.from_client, limit=LARGEST_MESSAGE, keep=_KEPT, deflate=None)
    first = next(iter(decoder.feed(piece.payload)), None)
    return isinstance(first, Message) and bytes(first.payload[:2]).strip().startswith(b"[")


def _time(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at // 1000)
