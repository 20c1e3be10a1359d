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
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,500}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-z]{2,6});")
"""Entities of a bounded length: Python's own decoder fails at numbers of thousands of digits."""


class _Lines:
    """Understands lines whose message begins on the next one."""

    def __init__(self) -> None:
        self._way: Direction | None = None
        self._stamp: Stamp | None = None

    def understand(self, line: str) -> Entry | None:
        """What begins in a line."""
        found = _WAY.search(line)
        if found is not None:
            self._way, self._stamp = _WAYS[found[0]], stamp_in(line[: found.start()])
            line = line[found.end() :]
        if self._way is None:
            return None
        begin = line.find("[")
        if begin < 0:
            return Entry("") if found is not None else None
        way, stamp, self._way = self._way, self._stamp, None
        return Entry(line[begin:], stamp and stamp.time, way=way)


def sniff(head: bytes) -> bool:
    """Whether any of the first lines names both parties with an arrow between."""
    return any(_WAY.search(_plain(line)) is not None for line in head.split(b"\n"))


def vantage(head: bytes) -> Vantage:
    """The station."""
    return Vantage.STATION


def read(source: Source) -> Iterator[Record]:
    """The messages, as `LogReader` has them."""
    text_of = _plain if _is_page(source.head) else clean
    return LogReader(source, _Lines().understand, Vantage.STATION, text_of).records()


def _is_page(head: bytes) -> bool:
    return b"&gt;" in head or _TAG.search(head.decode("utf-8", "replace")) is not None


def _plain(line: bytes) -> str:
    """The text of a line of the page."""
    return _ENTITY.sub(lambda found: unescape(found[0]), _TAG.sub(" ", clean(line)))
