"""The console of MicroOcpp firmware, a station: ``[MO] Send: […]`` and ``[MO] Recv: […]``, without times."""

import re
from collections.abc import Iterator

from ocppscope.capture.formats.logs.entry import Entry, Side
from ocppscope.capture.formats.logs.reading import LogReader, sniff_lines
from ocppscope.capture.formats.logs.stamps import last_stamp_in
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source

NAME = "microocpp"

_LINE = re.compile(r"\[(?:MO|OCPP|AO)\]\s{0,9}(?P<verb>Send|Recv):\s{0,9}(?P<text>\[.*)")
_OTHER = re.compile(r"\[(?:MO|OCPP|AO)\]\s")
_SIDES = {"Send": Side.SENT, "Recv": Side.RECEIVED}


def understand(line: str) -> Entry | None:
    """What begins in a line. A time is what a terminal program put in front."""
    found = _LINE.search(line)
    if found is None:
        return Entry("") if _OTHER.search(line) else None
    stamp = last_stamp_in(line[: found.start()])
    return Entry(found["text"], stamp and stamp.time, side=_SIDES[found["verb"]])


def sniff(head: bytes) -> bool:
    """Whether a message begins in any of the first lines."""
    return sniff_lines(head, understand)


def vantage(head: bytes) -> Vantage:
    """The station."""
    return Vantage.STATION


def read(source: Source) -> Iterator[Record]:
    """The messages, as `LogReader` has them."""
    return LogReader(source, understand, vantage(source.head)).records()
