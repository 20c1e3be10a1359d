"""The message log of libocpp and EVerest, a station: as text, and as the HTML page that it also writes.

``2026-12-07T04:03:32.455Z: ChargePoint>CentralSystem BootNotification``, then the message over several lines.
"""

import re
from collections.abc import Iterator
from html import unescape

from ocppscope.capture.formats.logs.entry import Entry
from ocppscope.capture.formats.logs.reading import LogReader, clean
from ocppscope.capture.formats.logs.stamps import Stamp, stamp_in
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source
from ocppscope.protocol.roles import Direction

NAME = "libocpp"

_WAYS = {
    "ChargePoint>CentralSystem": Direction.TO_CSMS,
    "CentralSystem>ChargePoint": Direction.TO_STATION,
    "ChargingStation>CSMS": Direction.TO_CSMS,
    "CSMS>ChargingStation": Direction.TO_STATION,
}
_WAY = re.compile("|".join(_WAYS))
_TAG = re.compile(r"<[^<>]{0,500}>")


class _Lines:
    """Understands lines whose message begins on the next one."""

    def __init__(self) -> None:
        self._way: Direction | None = None
        self._stamp: Stamp | None = None

    def understand(self, line: str) -> Entry | None:
        """What begins in a line."""
        if "<" in line and ("&gt;" in line or "</" in line):
            line = unescape(_TAG.sub(" ", line))
        found = _WAY.search(line)
        if found is not None:
            self._way, self._stamp = _WAYS[found[0]], stamp_in(line[: found.start()])
            line = line[found.end() :]
        if self._way is None:
            return None
        begin = line.find("[")
        if begin < 0:
            return None
        way, stamp, self._way = self._way, self._stamp, None
        return Entry(line[begin:], stamp and stamp.time, way=way)


def sniff(head: bytes) -> bool:
    """Whether any of the first lines names both parties with an arrow between."""
    return any(_WAY.search(unescape(clean(line))) is not None for line in head.split(b"\n"))


def vantage(head: bytes) -> Vantage:
    """The station."""
    return Vantage.STATION


def read(source: Source) -> Iterator[Record]:
    """The messages, as `LogReader` has them."""
    return LogReader(source, _Lines().understand, Vantage.STATION).records()
