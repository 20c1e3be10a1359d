"""Any other log: every line that holds an OCPP-J array, or the object that some programs make of it.

A time is taken where there is one, a direction from arrows or words, or else from who may send the action, and that is said.
A text that a program logs again while it handles it is taken once.
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from ocppscope.capture.formats.logs.entry import Control, Entry, Side
from ocppscope.capture.formats.logs.reading import LogReader, clean, whose_log
from ocppscope.capture.formats.logs.stamps import stamp_in
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source
from ocppscope.protocol.roles import Direction

NAME = "generic"

_ARRAY = re.compile(
    r'\[\s{0,9}(?:[2-6]|"[2-6]")\s{0,9},\s{0,9}'
    r'(?:"(?:[^"\\]|\\.){0,100}+(?:\Z|"\s{0,9}(?:,\s{0,9}(?:["{n]|\Z)|\Z|\]))|-?\d{1,20}\s{0,9}(?:,\s{0,9}(?:["{n]|\Z)|\Z))'
)
"""The beginning of a message: type, id, and then an action, a payload or the end of the line."""
_OBJECT = re.compile(r'\{\s*"(?:CallType|MessageTypeId|messageTypeId|callType)"\s*:\s*"?[2-6]')
_CONTROL = re.compile(r"\b(?P<kind>PING|PONG)\b")

_UP = re.compile(
    r"(?i)\b(?:cs|cp|station|charge ?point|charger)\s*(?:->|=>|>|to)\s*(?:csms|central ?system|server|backend)\b"
)
_DOWN = re.compile(
    r"(?i)\b(?:csms|central ?system|server|backend)\s*(?:->|=>|>|to)\s*(?:cs|cp|station|charge ?point|charger)\b"
)
_SENT = re.compile(
    r"(?i)->|=>|>>|➡|→|\b(?:tx|out(?:going|bound)?|sen[dt]|sending|responding|writ(?:e|ing|ten)|lws_write)\b"
)
_RECEIVED = re.compile(r"(?i)<-|<=|<<|⬅|←|\b(?:rx|in(?:coming|bound)|recv|receiv(?:e|ed|ing)|read)\b")
_BARE = re.compile(r"^\s*(?P<arrow>[<>])\s*$")

_REPEATED = 8
"""Messages back within which the same text again is taken for the same message, logged twice."""

_SOON = timedelta(seconds=1)

_NAMES = {
    "type": ("CallType", "callType", "MessageTypeId", "messageTypeId"),
    "id": ("UUID", "UniqueId", "uniqueId", "MessageId", "messageId", "Id", "id"),
    "action": ("Action", "action"),
    "payload": ("Payload", "payload"),
    "code": ("ErrorCode", "errorCode"),
    "description": ("ErrorDescription", "errorDescription"),
    "details": ("ErrorDetails", "errorDetails"),
}


class _Lines:
    """Understands lines, and remembers which messages it has already seen."""

    def __init__(self) -> None:
        self._latest: deque[tuple[str, datetime | None]] = deque(maxlen=_REPEATED)

    def understand(self, line: str) -> Entry | None:
        """What begins in a line, unless it is the message of a line before."""
        entry = understand(line)
        if entry is None or entry.control is not None:
            return entry
        if any(text == entry.text and _is_soon(time, entry.time) for text, time in self._latest):
            return None
        self._latest.append((entry.text, entry.time))
        return entry


def _is_soon(before: datetime | None, now: datetime | None) -> bool:
    """Whether a second copy is the first one still being handled, rather than sent again."""
    if before is None or now is None or (before.tzinfo is None) != (now.tzinfo is None):
        return before is now
    return abs(now - before) < _SOON


def understand(line: str) -> Entry | None:
    """What begins in a line."""
    array = _ARRAY.search(line)
    found = array or _OBJECT.search(line)
    if found is None:
        return _control(line)
    before, text = line[: found.start()], line[found.start() :]
    if array is None:
        made = _array(text)
        if made is None:
            return None
        text = made
    stamp = stamp_in(before)
    way, side = _way(before if stamp is None else before[stamp.end :])
    return Entry(text, stamp and stamp.time, way=way, side=side)


def _control(line: str) -> Entry | None:
    found = _CONTROL.search(line)
    if found is None:
        return None
    stamp = stamp_in(line[: found.start()])
    _, side = _way(line[: found.start()] if stamp is None else line[stamp.end : found.start()])
    if side is None:
        return None
    return Entry("", stamp and stamp.time, side=side, control=Control(found["kind"].lower()))


def _way(before: str) -> tuple[Direction | None, Side | None]:
    """The direction, or what the program did, by the words in front of a message; the last ones count."""
    if _UP.search(before):
        return Direction.TO_CSMS, None
    if _DOWN.search(before):
        return Direction.TO_STATION, None
    bare = _BARE.match(before)
    if bare is not None:
        return (Direction.TO_CSMS if bare["arrow"] == ">" else Direction.TO_STATION), None
    sent = max((found.start() for found in _SENT.finditer(before)), default=-1)
    received = max((found.start() for found in _RECEIVED.finditer(before)), default=-1)
    if sent == received:
        return None, None
    return None, Side.SENT if sent > received else Side.RECEIVED


def _array(text: str) -> str | None:
    """The message of an object with named members, put together; None where it is none, or goes on in other lines."""
    try:
        members, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    values = {ours: next((members[name] for name in names if name in members), None) for ours, names in _NAMES.items()}
    kind = str(values["type"])
    payload = values["payload"] if isinstance(values["payload"], dict) else {}
    shapes: dict[str, list[object]] = {
        "2": [2, values["id"], values["action"], payload],
        "3": [3, values["id"], payload],
        "4": [4, values["id"], values["code"] or "", values["description"] or "", values["details"] or {}],
    }
    return json.dumps(shapes[kind], ensure_ascii=False, separators=(",", ":")) if kind in shapes else None


def sniff(head: bytes) -> bool:
    """Whether a message begins in any of the first lines."""
    entries = (understand(clean(line)) for line in head.split(b"\n"))
    return any(entry is not None and entry.control is None for entry in entries)


def vantage(head: bytes) -> Vantage:
    """Whose log it is, by what its program sent and received."""
    return whose_log(head, understand)


def read(source: Source) -> Iterator[Record]:
    """The messages, as `LogReader` has them."""
    return LogReader(source, _Lines().understand, vantage(source.head)).records()
