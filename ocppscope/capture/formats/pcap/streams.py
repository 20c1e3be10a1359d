"""TCP connections out of segments: each direction's bytes in order, without repetitions, and with its gaps named."""

import heapq
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from ocppscope.capture.formats.pcap.segments import ACK, FIN, RST, SYN, Endpoint, Segment

MOST_WAITING = 4 * 1024 * 1024
"""Bytes of one direction that wait for a missing segment before it is given up."""

MOST_WAITING_IN_ALL = 128 * 1024 * 1024
"""Bytes that wait on all connections together; beyond, what is missing anywhere is given up."""

MOST_STREAMS = 20_000
"""Connections followed at a time; the one heard of longest ago is forgotten."""

_OVERHEAD = 256
"""Bytes that a waiting segment is counted with beside its payload: a flood of segments of one byte is memory, too."""

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
    """One direction. Places are counted from its first byte, so that they do not wrap as sequence numbers do."""

    __slots__ = ("fin", "following", "origin", "waiting", "waiting_bytes")

    def __init__(self) -> None:
        self.origin: int | None = None
        self.following = 0
        self.waiting: list[tuple[int, int, int, bytes]] = []
        """A heap of place, packet number, time and payload."""
        self.waiting_bytes = 0
        self.fin: int | None = None

    def place(self, seq: int) -> int:
        """The place of a sequence number: the one nearest to what follows next."""
        origin = self.origin or 0
        return self.following + _distance((origin + self.following) % _WRAP, seq)


class Stream:
    """One TCP connection.

    Attributes:
        client, server: its endpoints; the client is who sent the SYN, or spoke first where that was not seen.
        begun: ns since the epoch of its first packet.
        from_start: its SYN was seen.
        waiting: bytes that wait for missing ones, both ways.
    """

    __slots__ = ("__weakref__", "_halves", "begun", "client", "closed", "from_start", "isn", "server", "waiting")

    def __init__(self, client: Endpoint, server: Endpoint, begun: int, *, from_start: bool, isn: int | None) -> None:
        self.client = client
        self.server = server
        self.begun = begun
        self.from_start = from_start
        self.isn = isn
        self.closed = False
        self.waiting = 0
        self._halves = {True: _Half(), False: _Half()}

    def take(self, segment: Segment) -> Iterator[Happening]:
        """What a segment completes."""
        from_client = segment.source == self.client
        half, other = self._halves[from_client], self._halves[not from_client]
        seq = (segment.seq + bool(segment.flags & SYN)) % _WRAP
        # A bare ACK tells no place: that of a keep-alive is one behind.
        if half.origin is None and (segment.payload or segment.flags & (SYN | FIN)):
            half.origin = seq
        if segment.payload:
            yield from self._data(half, segment, half.place(seq), from_client=from_client)
        while segment.flags & ACK and other.waiting and other.place(segment.ack) > other.following:
            # The receiver has what we have not: the missing segment is missing in the capture only.
            yield from self._skip_gap(other, from_client=not from_client)
        if segment.flags & FIN:
            half.fin = half.place(seq) + len(segment.payload)
        for side, way in ((half, from_client), (other, not from_client)):
            if side.fin is not None and side.following >= side.fin:
                side.fin = None
                yield End(self, way, segment.at, segment.number, reset=False)
        if segment.flags & RST and not self.closed:
            self.closed = True
            yield from self.flush()
            yield End(self, from_client, segment.at, segment.number, reset=True)

    def flush(self) -> Iterator[Happening]:
        """What still waits, with its gaps: the missing segments will not come."""
        for from_client, half in self._halves.items():
            while half.waiting:
                yield from self._skip_gap(half, from_client=from_client)

    def _data(self, half: _Half, segment: Segment, place: int, *, from_client: bool) -> Iterator[Happening]:
        if place <= half.following:
            at, number = segment.at, segment.number
            yield from self._deliver(half, place, at, number, segment.payload, from_client=from_client)
            yield from self._catch_up(half, at, number, from_client=from_client)
            return
        heapq.heappush(half.waiting, (place, segment.number, segment.at, segment.payload))
        self._count(half, len(segment.payload) + _OVERHEAD)
        while half.waiting_bytes > MOST_WAITING:
            yield from self._skip_gap(half, from_client=from_client)

    def _deliver(
        self, half: _Half, place: int, at: int, number: int, payload: bytes, *, from_client: bool, lost: int = 0
    ) -> Iterator[Data]:
        """The part of a payload that has not been handed out yet; segments are sent again, wholly or in part."""
        fresh = payload[half.following - place :]
        if fresh:
            half.following += len(fresh)
            yield Data(self, from_client, at, number, fresh, lost)

    def _catch_up(self, half: _Half, at: int, number: int, *, from_client: bool) -> Iterator[Happening]:
        """What waited for the segment of this time and number: until then its receiver could not read it either."""
        while half.waiting and half.waiting[0][0] <= half.following:
            place, _, _, payload = self._pop(half)
            yield from self._deliver(half, place, at, number, payload, from_client=from_client)

    def _skip_gap(self, half: _Half, *, from_client: bool) -> Iterator[Happening]:
        place, number, at, payload = self._pop(half)
        lost = max(place - half.following, 0)
        half.following = max(place, half.following)
        yield from self._deliver(half, place, at, number, payload, from_client=from_client, lost=lost)
        yield from self._catch_up(half, at, number, from_client=from_client)

    def _pop(self, half: _Half) -> tuple[int, int, int, bytes]:
        found = heapq.heappop(half.waiting)
        self._count(half, -len(found[3]) - _OVERHEAD)
        return found

    def _count(self, half: _Half, size: int) -> None:
        half.waiting_bytes += size
        self.waiting += size


class Streams:
    """All connections of a capture."""

    def __init__(self) -> None:
        self._streams: OrderedDict[frozenset[Endpoint], Stream] = OrderedDict()
        self._waiting = 0

    def take(self, segment: Segment) -> Iterator[Happening]:
        """What a segment completes, on whatever connection."""
        key = frozenset((segment.source, segment.target))
        stream = self._streams.get(key)
        opens = bool(segment.flags & SYN) and not segment.flags & ACK
        if stream is None or (opens and stream.isn != segment.seq):
            if stream is None and not segment.flags & SYN and not segment.payload:
                return  # the tail of a connection that ended, or an idle one
            if stream is not None:  # its ports are used again
                yield from self._flushed(stream)
            stream = self._streams[key] = _begun(segment, opens=opens)
            if len(self._streams) > MOST_STREAMS:
                yield from self._flushed(self._streams.popitem(last=False)[1])
        self._streams.move_to_end(key)
        before = stream.waiting
        yield from stream.take(segment)
        self._waiting += stream.waiting - before
        if self._waiting > MOST_WAITING_IN_ALL:
            yield from self.finish()

    def finish(self) -> Iterator[Happening]:
        """What still waits on all connections, with its gaps."""
        for stream in self._streams.values():
            yield from self._flushed(stream)

    def _flushed(self, stream: Stream) -> Iterator[Happening]:
        before = stream.waiting
        yield from stream.flush()
        self._waiting += stream.waiting - before


def _begun(segment: Segment, *, opens: bool) -> Stream:
    client, server = segment.source, segment.target
    answers = bool(segment.flags & SYN) and not opens
    if answers or (
        not opens and (segment.payload[:5] == b"HTTP/" or client[1] < server[1]) and segment.payload[:4] != b"GET "
    ):
        client, server = server, client  # servers listen on the lower port
    from_start = bool(segment.flags & SYN)
    return Stream(client, server, segment.at, from_start=from_start, isn=segment.seq if opens else None)


def _distance(first: int, second: int) -> int:
    """How far the second sequence number is ahead of the first, around the wrap."""
    return (second - first + _HALF) % _WRAP - _HALF
