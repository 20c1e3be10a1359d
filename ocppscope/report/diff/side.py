"""One of the two captures, read."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ocppscope.capture.reader import Capture
from ocppscope.capture.record import MessageRecord
from ocppscope.conformance.switches import Switches
from ocppscope.inspect.seen import Seen
from ocppscope.model.exchange import Exchange
from ocppscope.pics.profile import Profile
from ocppscope.protocol.message import TYPE_NAMES, Call, CallError, CallResult, Send
from ocppscope.protocol.roles import Direction, Role
from ocppscope.report.reading import Reading

MOST_ENTRIES = 300_000
"""Exchanges of a capture that are kept with their texts, about 300 MB. Later ones are only counted."""

MOST_SAMPLES = 20_000
"""Answering times kept for each party and action: the first ones."""

Token: TypeAlias = tuple[Direction, str]
"""What entries are aligned by: the way of the CALL, and its action or what else it was."""


@dataclass(slots=True)
class Entry:
    """A CALL with its answer; a SEND, an answer without a CALL, or a malformed message alone.

    Attributes:
        token: what it is.
        number: its record.
        text: as sent, None where it was no text.
        answer: what the answer was, ``CALLRESULT`` or ``CALLERROR``; None without one.
        answer_number, answer_text: the same of the answer.
    """

    token: Token
    number: int
    text: str | None
    answer: str | None = None
    answer_number: int | None = None
    answer_text: str | None = None


@dataclass(slots=True)
class Talk:
    """What was said with one station.

    Attributes:
        entries: in the order of their first messages.
        counts: of all entries, also of those that are not kept.
        times: answering times in seconds.
    """

    entries: list[Entry] = field(default_factory=list)
    counts: Counter[Token] = field(default_factory=Counter)
    times: dict[tuple[Role, str], list[float]] = field(default_factory=lambda: defaultdict(list))


class Side:
    """A capture, judged and taken apart by station.

    Attributes:
        reading: the judged capture.
        talks: by station identity, in the order of their appearance.
        whole: nothing had to be left out.
    """

    def __init__(self, profiles: Sequence[Profile] = (), switches: Switches | None = None) -> None:
        self.reading = Reading(profiles, switches=switches)
        self.reading.listeners.append(self._take)
        self.talks: dict[str, Talk] = {}
        self.whole = True
        self._kept = 0
        self._open: dict[int, Entry] = {}

    def read(self, capture: Capture) -> None:
        """Read the capture to its end.

        Raises:
            CaptureError: it could not be read to its end.
        """
        self.reading.read(capture)
        self.reading.finish()

    def says(self, value: str) -> bool:
        """Whether any message holds this text as a value."""
        quoted = f'"{value}"'
        return any(
            quoted in text
            for talk in self.talks.values()
            for entry in talk.entries
            for text in (entry.text, entry.answer_text)
            if text is not None
        )

    def _take(self, seen: Seen) -> None:
        for aborted in seen.aborted:
            self._open.pop(aborted.call, None)
        record, message, connection = seen.record, seen.message, seen.connection
        if message is None or connection is None or not isinstance(record, MessageRecord):
            return
        talk = self.talks.get(connection.station)
        if talk is None:
            talk = self.talks[connection.station] = Talk()
        if isinstance(message, CallResult | CallError) and seen.exchange is not None:
            self._answered(seen.exchange, talk, record, seen.number, TYPE_NAMES[type(message)])
            return
        name = message.action if isinstance(message, Call | Send) else TYPE_NAMES[type(message)]
        if isinstance(message, Send):
            name = f"SEND {name}"
        token = record.dir, "malformed" if name == "?" else name
        talk.counts[token] += 1
        if self._kept >= MOST_ENTRIES:
            self.whole = False
            return
        self._kept += 1
        entry = Entry(token, seen.number, record.text)
        talk.entries.append(entry)
        if isinstance(message, Call):
            self._open[seen.number] = entry

    def _answered(self, exchange: Exchange, talk: Talk, record: MessageRecord, number: int, shape: str) -> None:
        entry = self._open.pop(exchange.call, None)
        if entry is not None:
            entry.answer, entry.answer_number, entry.answer_text = shape, number, record.text
        if exchange.latency is not None:
            times = talk.times[exchange.dut, exchange.action]
            if len(times) < MOST_SAMPLES:
                times.append(exchange.latency)
