"""Reads pcap and pcapng."""

from collections.abc import Iterator
from operator import attrgetter
from weakref import WeakKeyDictionary

import msgspec

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats.pcap.conversation import Conversation, Endpoints, Piece
from ocppscope.capture.formats.pcap.decryption import decrypted, needs
from ocppscope.capture.formats.pcap.packets import packets_of
from ocppscope.capture.formats.pcap.segments import Endpoint, segment_of
from ocppscope.capture.formats.pcap.streams import End, Stream, Streams
from ocppscope.capture.record import Record
from ocppscope.capture.source import Source


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
    if reader.encrypted:
        missing = needs(source.options)
        if missing is not None:
            if source.options.keylog or source.options.tls_key:
                raise CaptureError(f"cannot decrypt {source.path}: {missing}")
            source.skipped.add(1, f"{reader.encrypted} TLS connections are not read; {missing}")
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
        self._last = 0

    def numbered(self, record: Record) -> Record:
        number = record.seq if record.seq > self._last else self._last + 1
        self._last = number
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

    def records(self) -> Iterator[Record]:
        """What all streams say."""
        streams = Streams()
        for packet in packets_of(self._source):
            segment = segment_of(packet)
            if segment is None:
                continue
            for happening in streams.take(segment):
                stream = happening.stream
                conversation = self._conversations.get(stream) or self._begin(stream)
                if isinstance(happening, End):
                    yield from conversation.end(happening.at, by_client=happening.from_client, reset=happening.reset)
                    continue
                was_encrypted = conversation.encrypted
                yield from conversation.feed(Piece(*happening[1:]))
                self.encrypted += conversation.encrypted and not was_encrypted

    def _begin(self, stream: Stream) -> Conversation:
        self.connections += 1
        ends = Endpoints(_text(stream.client), _text(stream.server))
        conversation = Conversation(self.connections, ends, self._source.name, from_start=stream.from_start)
        self._conversations[stream] = conversation
        return conversation


def _text(endpoint: Endpoint) -> str:
    address, port = endpoint
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
