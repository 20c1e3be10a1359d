"""Logs of programs with the ``ocpp`` package inside: Home Assistant, and whatever else uses Python's logging.

``2026-02-02 13:33:27.529 INFO (MainThread) [ocpp] WB01: receive message [2,…]`` and ``… WB01: send [3,…]``, or
``INFO:ocpp:WB01: receive message […]`` without a time. Most are a CSMS's; simulators of stations use the package, too.
"""

import re
from collections.abc import Iterator

from ocppscope.capture.formats.logs.entry import Control, Entry, Side
from ocppscope.capture.formats.logs.reading import LogReader, sniff_lines, whose_log
from ocppscope.capture.formats.logs.stamps import last_stamp_in
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source

NAME = "mobilityhouse"

_LINE = re.compile(
    r"\bocpp\]?\s?:?\s?(?P<station>[^\s:]{0,100})\s{0,9}:\s{1,9}(?P<verb>receive message|send)\s{1,9}(?P<text>\[.*)",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\bwebsockets\.(?:server|client|protocol)[\]:]{0,2}\s{1,9}(?P<arrow>[<>]) (?P<kind>PING|PONG|CLOSE)\b\s*(?P<code>\d{4})?"
)
_OTHER = re.compile(
    r"(?:[\d-]{10}[T ][\d:.,]{8,15} )?\[?(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b|Traceback \(most recent call last\)"
)
_SIDES = {"receive message": Side.RECEIVED, "send": Side.SENT, "<": Side.RECEIVED, ">": Side.SENT}


def understand(line: str) -> Entry | None:
    """What begins in a line. Frames that ``websockets`` logs are shortened there, so only those without text are kept."""
    found = _LINE.search(line)
    if found is not None:
        stamp = last_stamp_in(line[: found.start()])
        return Entry(found["text"], stamp and stamp.time, found["station"] or None, side=_SIDES[found["verb"].lower()])
    frame = _FRAME.search(line)
    if frame is None:
        return Entry("") if _OTHER.match(line) else None
    stamp = last_stamp_in(line[: frame.start()])
    code = int(frame["code"]) if frame["code"] else None
    control = Control(frame["kind"].lower())
    return Entry("", stamp and stamp.time, side=_SIDES[frame["arrow"]], control=control, code=code)


def sniff(head: bytes) -> bool:
    """Whether a message begins in any of the first lines."""
    return sniff_lines(head, understand)


def vantage(head: bytes) -> Vantage:
    """Whose log it is, by who may send what it received; a CSMS's while nothing tells."""
    return Vantage.STATION if whose_log(head, understand) is Vantage.STATION else Vantage.CSMS


def read(source: Source) -> Iterator[Record]:
    """The messages, as `LogReader` has them."""
    return LogReader(source, understand, vantage(source.head)).records()
