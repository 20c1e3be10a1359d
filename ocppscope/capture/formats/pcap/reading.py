"""Reads pcap and pcapng."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from weakref import WeakKeyDictionary

import msgspec

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats.pcap.conversation import Conversation, Endpoints, Piece
from ocppscope.capture.formats.pcap.decryption import decrypted, needs
from ocppscope.capture.formats.pcap.packets import Packet, packets_of
from ocppscope.capture.formats.pcap.segments import LINKS, Endpoint, segment_of
from ocppscope.capture.formats.pcap.streams import End, Happening, Stream, Streams
from ocppscope.capture.record import Record
from ocppscope.capture.source import Source

_MOST_STRANGE_LINKS = 100


def read(source: Source) -> Iterator[Record]:
    """The WebSocket connections of all TCP streams, as they lie in the file; those of TLS by their decrypted bytes after.

    Records have the number of the packet that completed them, unless several share one.

    Raises:
        CaptureError: keys were given, and tshark cannot be used.
    """
    numbering = _Numbering()
    reader = _Reader(source)
    for record in reader.records():
        yield numbering.numbered(record)
    reader.report(nothing=not numbering.last)
    if reader.encrypted:
        missing = needs(source.options)
        if missing is not None:
            if source.options.keylog or source.options.tls_key:
                raise CaptureError(f"cannot decrypt {source.path}: {missing}")
            source.skipped.add(1, f"TLS connections that are not read: {reader.encrypted}; {missing}")
            return
        if source.compression is not None or not source.seekable:
            raise CaptureError(f"cannot decrypt {source.path}: tshark needs the file itself; unpack it first")
        yield from (numbering.numbered(record) for record in _decrypted(source, reader.connections))


def _decrypted(source: Source, connections: int) -> Iterator[Record]:
    records: list[Record] = []
    for place, found in enumerate(decrypted(source.path, source.options), connections + 1):
        conversation = Conversation(place, found.ends, source.name, from_start=True, encrypted=True)
        for piece in found.pieces:
            records += conversation.feed(piece)
        if found.pieces:
            records += conversation.end(found.pieces[-1].at, by_client=False, reset=False)
    if not records:
        source.skipped.add(1, "no TLS connection could be decrypted with these keys, or none has a WebSocket in it")
    yield from sorted(records, key=attrgetter("time"))


class _Numbering:
    """Makes numbers rise: a packet may complete several messages."""

    def __init__(self) -> None:
        self.last = 0

    def numbered(self, record: Record) -> Record:
        number = record.seq if record.seq > self.last else self.last + 1
        self.last = number
        return record if record.seq == number else msgspec.structs.replace(record, seq=number)


class _Reader:
    """Reads the packets.

    Attributes:
        encrypted: connections that turned out to be TLS.
        connections: connections that were numbered.
    """

    def __init__(self, source: Source) -> None:
        self.encrypted = 0
        self.connections = 0
        self._source = source
        self._conversations: WeakKeyDictionary[Stream, Conversation] = WeakKeyDictionary()
        self._strange_links: set[int] = set()
        self._unreadable = 0

    def records(self) -> Iterator[Record]:
        """What all streams say."""
        streams = Streams()
        for packet in packets_of(self._source):
            if packet.link not in LINKS:
                self._strange(packet)
                continue
            segment = segment_of(packet)
            if segment is not None:
                yield from self._said(streams.take(segment))
        yield from self._said(streams.finish())

    def report(self, *, nothing: bool) -> None:
        """Say what was met and could not be read; ``nothing`` that no record came out."""
        if self._unreadable:
            self._source.skipped.add(
                1,
                f"connections with compressed messages that began before the capture: {self._unreadable}; "
                "how they are compressed is not known, so they cannot be read",
            )
        elif nothing and not self.encrypted:
            self._source.skipped.add(1, f"no WebSocket with OCPP in it; TCP connections with data: {self.connections}")

    def _said(self, happenings: Iterable[Happening]) -> Iterator[Record]:
        for happening in happenings:
            stream = happening.stream
            conversation = self._conversations.get(stream) or self._begin(stream)
            if isinstance(happening, End):
                yield from conversation.end(happening.at, by_client=happening.from_client, reset=happening.reset)
                continue
            was_encrypted, was_unreadable = conversation.encrypted, conversation.unreadable
            yield from conversation.feed(Piece(*happening[1:]))
            self.encrypted += conversation.encrypted and not was_encrypted
            self._unreadable += conversation.unreadable and not was_unreadable

    def _strange(self, packet: Packet) -> None:
        if packet.link not in self._strange_links and len(self._strange_links) < _MOST_STRANGE_LINKS:
            self._strange_links.add(packet.link)
            self._source.skipped.add(packet.number, f"packets of link type {packet.link} are not read")

    def _begin(self, stream: Stream) -> Conversation:
        self.connections += 1
        ends = Endpoints(_text(stream.client), _text(stream.server))
        conversation = Conversation(self.connections, ends, self._source.name, from_start=stream.from_start)
        self._conversations[stream] = conversation
        return conversation


def _text(endpoint: Endpoint) -> str:
    address, port = endpoint
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
