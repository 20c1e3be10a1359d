"""TCP connections out of segments: each direction's bytes in order, without repetitions, and with its gaps named."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from ocppscope.capture.formats.pcap.segments import ACK, FIN, RST, SYN, Endpoint, Segment

MOST_WAITING = 4 * 1024 * 1024
"""Bytes that wait for a missing segment before it is given up."""

MOST_STREAMS = 20_000
"""Connections followed at a time; the one heard of longest ago is forgotten."""

_WRAP = 1 << 32
_HALF = 1 << 31


class Data(NamedTuple):
    """Bytes in their order; ``lost`` is how many are missing in front of them."""

    stream: "Stream"
    from_client: bool
    at: int
    number: int
    payload: bytes
    lost: int = 0


class End(NamedTuple):
    """A side has closed its direction (FIN) or thrown the connection away (RST)."""

    stream: "Stream"
    from_client: bool
    at: int
    number: int
    reset: bool


Happening: TypeAlias = Data | End


class _Half:
    """One direction."""

    __slots__ = ("fin", "following", "waiting", "waiting_bytes")

    def __init__(self) -> None:
        self.following: int | None = None
        self.waiting: dict[int, bytes] = {}
        self.waiting_bytes = 0
        self.fin: int | None = None


class Stream:
    """One TCP connection.

    Attributes:
        client, server: its endpoints; the client is who sent the SYN, or spoke first where that was not seen.
        begun: ns since the epoch of its first packet.
        from_start: its SYN was seen.
    """

    __slots__ = ("__weakref__", "_halves", "begun", "client", "closed", "from_start", "isn", "server")

    def __init__(self, client: Endpoint, server: Endpoint, begun: int, *, from_start: bool, isn: int) -> None:
        self.client = client
        self.server = server
        self.begun = begun
        self.from_start = from_start
        self.isn = isn
        self.closed = False
        self._halves = {True: _Half(), False: _Half()}

    def take(self, segment: Segment) -> Iterator[Happening]:
        """What a segment completes."""
        from_client = segment.source == self.client
        half, other = self._halves[from_client], self._halves[not from_client]
        seq = segment.seq
        if segment.flags & SYN:
            seq = (seq + 1) % _WRAP
            half.following = seq
        if half.following is None:
            half.following = seq
        if segment.payload:
            yield from self._data(half, segment, seq, from_client=from_client)
        if segment.flags & ACK and other.waiting and _distance(other.following or 0, segment.ack) > 0:
            # The receiver has what we have not: the missing segment is missing in the capture only.
            yield from self._skip_gap(other, segment, from_client=not from_client)
        if segment.flags & FIN:
            half.fin = (seq + len(segment.payload)) % _WRAP
        if half.fin is not None and half.following == half.fin:
            half.fin = None
            yield End(self, from_client, segment.at, segment.number, reset=False)
        if segment.flags & RST and not self.closed:
            self.closed = True
            yield End(self, from_client, segment.at, segment.number, reset=True)

    def _data(self, half: _Half, segment: Segment, seq: int, *, from_client: bool) -> Iterator[Happening]:
        following = half.following or 0
        ahead = _distance(following, seq)
        payload = segment.payload
        if ahead < 0:  # sent again, wholly or in part
            if -ahead >= len(payload):
                return
            payload, ahead = payload[-ahead:], 0
        if ahead == 0:
            yield self._deliver(half, segment, payload, from_client=from_client)
            yield from self._catch_up(half, segment, from_client=from_client)
            return
        known = half.waiting.get(seq)
        if known is None or len(known) < len(payload):
            half.waiting_bytes += len(payload) - len(known or b"")
            half.waiting[seq] = payload
        if half.waiting_bytes > MOST_WAITING:
            yield from self._skip_gap(half, segment, from_client=from_client)

    def _deliver(self, half: _Half, segment: Segment, payload: bytes, *, from_client: bool, lost: int = 0) -> Data:
        half.following = ((half.following or 0) + len(payload)) % _WRAP
        return Data(self, from_client, segment.at, segment.number, payload, lost)

    def _catch_up(self, half: _Half, segment: Segment, *, from_client: bool) -> Iterator[Happening]:
        while half.waiting:
            nearest = min(half.waiting, key=lambda seq: _distance(half.following or 0, seq))
            ahead = _distance(half.following or 0, nearest)
            if ahead > 0:
                return
            payload = half.waiting.pop(nearest)
            half.waiting_bytes -= len(payload)
            if -ahead < len(payload):
                yield self._deliver(half, segment, payload[-ahead:], from_client=from_client)

    def _skip_gap(self, half: _Half, segment: Segment, *, from_client: bool) -> Iterator[Happening]:
        nearest = min(half.waiting, key=lambda seq: _distance(half.following or 0, seq))
        lost = _distance(half.following or 0, nearest)
        payload = half.waiting.pop(nearest)
        half.waiting_bytes -= len(payload)
        half.following = nearest
        yield self._deliver(half, segment, payload, from_client=from_client, lost=lost)
        yield from self._catch_up(half, segment, from_client=from_client)


class Streams:
    """All connections of a capture."""

    def __init__(self) -> None:
        self._streams: OrderedDict[frozenset[Endpoint], Stream] = OrderedDict()

    def take(self, segment: Segment) -> Iterator[Happening]:
        """What a segment completes, on whatever connection."""
        key = frozenset((segment.source, segment.target))
        stream = self._streams.get(key)
        opens = bool(segment.flags & SYN) and not segment.flags & ACK
        if stream is None or (opens and stream.isn != segment.seq):
            if stream is None and not opens and not segment.payload:
                return  # the tail of a connection that ended, or an idle one
            stream = self._streams[key] = _begun(segment, opens=opens)
            if len(self._streams) > MOST_STREAMS:
                self._streams.popitem(last=False)
        self._streams.move_to_end(key)
        yield from stream.take(segment)


def _begun(segment: Segment, *, opens: bool) -> Stream:
    client, server = segment.source, segment.target
    if not opens and (segment.payload[:5] == b"HTTP/" or client[1] < server[1]) and segment.payload[:4] != b"GET ":
        client, server = server, client  # servers listen on the lower port
    return Stream(client, server, segment.at, from_start=opens, isn=segment.seq)


def _distance(first: int, second: int) -> int:
    """How far the second sequence number is ahead of the first, around the wrap."""
    return (second - first + _HALF) % _WRAP - _HALF
