"""The records that findings name, word for word: for a report whose reader does not have the capture.

They are picked up while the capture passes. Those that had passed too long before a finding named them are looked up in a
second reading, where the capture is a file. What is kept is bounded, and secrets in it are blotted out.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import msgspec

from ocppscope.capture.record import (
    Close,
    Ended,
    MessageRecord,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
)
from ocppscope.capture.secrets.messages import redact_message
from ocppscope.inspect.ledger import FindingRow
from ocppscope.inspect.seen import Seen
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import TYPE_NAMES, Call, Malformed, Send, parse
from ocppscope.protocol.roles import Direction

MOST_PASSING = 20_000
"""Records within reach of a finding that is told later: hours of a busy site."""

MOST_CHARACTERS = 16_000_000
"""Characters of their messages, in all."""

MOST_QUOTES = 3_000
"""Records kept."""

MOST_CASES = 3
"""Occurrences of one row of findings whose records are kept."""

MOST_OF_CASE = 6
"""Records kept of one occurrence."""

LONGEST_QUOTE = 4_000
"""Characters kept of one message."""

_WAYS = {Direction.TO_CSMS: "station → CSMS", Direction.TO_STATION: "CSMS → station"}


class Quote(msgspec.Struct, frozen=True):
    """One record of a capture.

    Attributes:
        number: within the inspected input.
        time: wall clock.
        direction: of a message; None for what happens to a connection.
        what: ``CALL StatusNotification``, ``CALLRESULT``, ``connection opened``.
        text: the message, its beginning where it is long; or what there is to say of a connection.
        size: characters of the whole message.
    """

    number: int
    time: datetime
    direction: Direction | None
    what: str
    text: str
    size: int

    @property
    def is_cut(self) -> bool:
        """Whether the text is only a beginning."""
        return self.size > len(self.text)

    @property
    def way(self) -> str:
        """``station → CSMS``; empty for what is no message."""
        return "" if self.direction is None else _WAYS[self.direction]


class _Passing(NamedTuple):
    """A record that a later finding may name."""

    number: int
    record: Record
    action: str | None

    @property
    def size(self) -> int:
        return len(self.record.text or "") if isinstance(self.record, MessageRecord) else 0


class Quotes:
    """Collects them, record by record."""

    def __init__(self) -> None:
        self._passing: deque[_Passing] = deque()
        self._characters = 0
        self._kept: dict[int, Quote] = {}
        self._cases: dict[tuple[str, str, str], int] = {}
        self._missing: set[int] = set()
        self.left_out = 0
        """Records for which there was no room."""

    def add(self, seen: Seen, findings: Iterable[Finding]) -> None:
        """Take in one record, and what was found with it."""
        self._pass(_Passing(seen.number, seen.record, seen.action))
        for finding in findings:
            key = (finding.rule, finding.station, finding.key)
            cases = self._cases.get(key, 0)
            if cases < MOST_CASES and (cases or len(self._cases) < MOST_QUOTES):
                self._cases[key] = cases + 1
                self._keep(numbers_of(finding))

    def of(self, finding: Finding) -> list[Quote]:
        """The records of a finding that are kept, in their order."""
        return [self._kept[number] for number in numbers_of(finding) if number in self._kept]

    def lacks(self, numbers: range) -> bool:
        """Whether any of these records is still missing."""
        return any(number in numbers for number in self._missing)

    def look_up(self, records: Iterable[Record], offset: int, numbers: range) -> None:
        """Read a capture again for what is still missing.

        Args:
            records: all of them.
            offset: what was added to their ``seq`` to number them.
            numbers: which they can have.
        """
        missing = {number for number in self._missing if number in numbers}
        for record in records if missing else ():
            number = record.seq + offset
            if number in missing:
                self._store(number, record, None)
                missing.discard(number)
                if not missing:
                    break

    def _pass(self, passing: _Passing) -> None:
        self._passing.append(passing)
        self._characters += passing.size
        while len(self._passing) > MOST_PASSING or self._characters > MOST_CHARACTERS:
            self._characters -= self._passing.popleft().size

    def _keep(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if number in self._kept or number in self._missing:
                continue
            if len(self._kept) + len(self._missing) >= MOST_QUOTES:
                self.left_out += 1
                continue
            found = self._find(number)
            if found is None:
                self._missing.add(number)
            else:
                self._store(number, found.record, found.action)

    def _find(self, number: int) -> _Passing | None:
        """Numbers rise, but not always by one."""
        low, high = 0, len(self._passing)
        while low < high:
            middle = (low + high) // 2
            if self._passing[middle].number < number:
                low = middle + 1
            else:
                high = middle
        if low < len(self._passing) and self._passing[low].number == number:
            return self._passing[low]
        return None

    def _store(self, number: int, record: Record, action: str | None) -> None:
        self._missing.discard(number)
        self._kept[number] = quote_of(number, record, action)


def numbers_of(finding: Finding) -> list[int]:
    """The records of a finding that are quoted, in the order in which they passed; the pinned one is among them."""
    return sorted(islice(dict.fromkeys(finding.records), MOST_OF_CASE))


def cases_of(row: FindingRow) -> list[Finding]:
    """The occurrences of a row whose records are quoted."""
    return row.occurrences[:MOST_CASES]


def quote_of(number: int, record: Record, action: str | None = None) -> Quote:
    """A record as it is quoted.

    Args:
        number: within the inspected input.
        record: any.
        action: of a response that of its CALL, where that is known.
    """
    if isinstance(record, MessageRecord):
        text = "(binary)" if record.text is None else redact_message(record.text)
        what = _shape(text, action) if record.text is not None else "binary message"
        return Quote(number, record.time, record.dir, what, text[:LONGEST_QUOTE], max(len(text), _whole(record)))
    what, facts = _event(record)
    text = "  ·  ".join(f"{name} {value}" for name, value in facts.items() if value not in (None, ""))
    return Quote(number, record.time, None, what, text[:LONGEST_QUOTE], len(text))


def _whole(record: MessageRecord) -> int:
    return record.size or 0 if record.truncated else 0


def _shape(text: str, action: str | None) -> str:
    message = parse(text)
    if isinstance(message, Malformed):
        return "malformed message"
    if isinstance(message, Call | Send):
        action = message.action
    return f"{TYPE_NAMES[type(message)]} {action or ''}".rstrip()


def _event(record: Record) -> tuple[str, Mapping[str, object]]:
    """What happened to a connection, and the facts of it."""
    match record:
        case Opened():
            spoken = record.subprotocol or ("none" if record.handshake else None)
            return "connection opened", {"from": record.peer, "subprotocol": spoken}
        case Refused():
            return "connection refused", {"at": record.stage, "status": record.status, "because": record.reason}
        case Close():
            return "close frame", {"from": record.dir.sender, "code": record.code, "reason": record.reason}
        case Ended():
            return "connection ended", {"by": record.by, "how": record.how, "error": record.error}
        case Ping() | Pong():
            return type(record).__name__.lower(), {}
    return type(record).__name__.lower(), {}
