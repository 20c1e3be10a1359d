"""The log of evcc, which is the CSMS of its stations: as it is now, and as ocpp-go wrote it before.

``[ocpp  ] TRACE 2026/07/23 10:21:46 recv WB01: [2,"17",…]``, with whatever ``journalctl`` or ``docker compose`` puts in
front. Older: ``received JSON message from WB01: […]``. Lines that repeat a message while it is handled are passed over.
"""

import re
from collections.abc import Iterator

from ocppscope.capture.formats.logs.entry import Entry, Side
from ocppscope.capture.formats.logs.reading import LogReader, sniff_lines
from ocppscope.capture.formats.logs.stamps import last_stamp_in
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source

NAME = "evcc"

_NOW = re.compile(
    r"\[ocpp\s{0,9}\]\s{1,9}TRACE\s{1,9}(?P<time>[\d/:. ]{1,40}?)\s{1,9}(?P<verb>recv|send|sent)\s{1,9}"
    r"(?P<station>[^\s:]{0,100})\s{0,9}:\s{0,9}(?P<text>\[.*)"
)
_OLD = re.compile(
    r"\b(?P<verb>received|sent) JSON message (?:from|to) (?P<station>[^\s:]{0,100})\s{0,9}:\s{0,9}(?P<text>\[.*)"
)
_OTHER = re.compile(r"\[\w{1,20}\s{0,9}\]\s{1,9}(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b")
_SIDES = {"recv": Side.RECEIVED, "received": Side.RECEIVED, "send": Side.SENT, "sent": Side.SENT}


def understand(line: str) -> Entry | None:
    """What begins in a line."""
    found = _NOW.search(line) or _OLD.search(line)
    if found is None:
        return Entry("") if _OTHER.match(line) else None
    # Of two times in a line the program's own is the later one: what is in front of it came with the transport.
    stamp = last_stamp_in(found.groupdict().get("time") or line[: found.start()])
    return Entry(found["text"], stamp and stamp.time, found["station"] or None, side=_SIDES[found["verb"]])


def sniff(head: bytes) -> bool:
    """Whether a message begins in any of the first lines."""
    return sniff_lines(head, understand)


def vantage(head: bytes) -> Vantage:
    """The CSMS: evcc is nothing else."""
    return Vantage.CSMS


def read(source: Source) -> Iterator[Record]:
    """The messages, as `LogReader` has them."""
    return LogReader(source, understand, vantage(source.head)).records()
