"""The WebSocketLogger of SteVe, a CSMS.

``[INFO ] 2026-06-12 20:13:14,453 …WebSocketLogger (qtp650-24) - [chargeBoxId=WB01, sessionId=3f…] Received: [2, …]``; pasted
without what stands in front, it has neither times nor stations.
"""

import re
from collections.abc import Iterator

from ocppscope.capture.formats.logs.entry import Entry, Side
from ocppscope.capture.formats.logs.reading import LogReader, sniff_lines
from ocppscope.capture.formats.logs.stamps import last_stamp_in
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source

NAME = "steve"

_LINE = re.compile(
    r"(?:^|\[chargeBoxId=(?P<station>[^,\]]{0,100})(?:,[^\]]{0,200})?\]\s{1,9}|-\s{1,9})"
    r"(?P<verb>Received|Sending)(?: message)?:\s{0,9}(?P<text>\[.*)"
)
_OTHER = re.compile(r"\[?(?:TRACE|DEBUG|INFO|WARN|ERROR)\s{0,2}\]?\s")
_SIDES = {"Received": Side.RECEIVED, "Sending": Side.SENT}


def understand(line: str) -> Entry | None:
    """What begins in a line."""
    found = _LINE.search(line)
    if found is None:
        return Entry("") if _OTHER.match(line) else None
    stamp = last_stamp_in(line[: found.start()])
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
