"""The WebSocketLogger of SteVe, a CSMS.

``[INFO ] 2026-06-12 20:13:14,453 …WebSocketLogger (qtp650-24) - [chargeBoxId=WB01, sessionId=3f…] Received: [2, …]``; pasted
without what stands in front, it has neither times nor stations.
"""

import re
from collections.abc import Iterator

from ocppscope.capture.formats.logs.entry import Entry, Side
from ocppscope.capture.formats.logs.reading import LogReader, sniff_lines
from ocppscope.capture.formats.logs.stamps import stamp_in
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source

NAME = "steve"

_LINE = re.compile(
    r"(?:^|\[chargeBoxId=(?P<station>[^,\]]*)[^\]]*\]\s+|-\s+)(?P<verb>Received|Sending)(?: message)?:\s*(?P<text>\[.*)"
)
_SIDES = {"Received": Side.RECEIVED, "Sending": Side.SENT}


def understand(line: str) -> Entry | None:
    """What begins in a line."""
    found = _LINE.search(line)
    if found is None:
        return None
    stamp = stamp_in(line[: found.start()])
    return Entry(found["text"], stamp and stamp.time, found["station"] or None, side=_SIDES[found["verb"]])


def sniff(head: bytes) -> bool:
    """Whether a message begins in any of the first lines."""
    return sniff_lines(head, understand)


def vantage(head: bytes) -> Vantage:
    """The CSMS."""
    return Vantage.CSMS


def read(source: Source) -> Iterator[Record]:
    """The messages, as `LogReader` has them."""
    return LogReader(source, understand, vantage(source.head)).records()
