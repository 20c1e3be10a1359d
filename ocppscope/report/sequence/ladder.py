"""The steps of a sequence diagram: messages and what happened to connections, with times and findings."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from ocppscope.capture.record import Close, Ended, Gap, MessageRecord, Note, Opened, Ping, Pong, Refused, Undecodable
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.summaries import summarise
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import Call, CallError, CallResultError, Malformed, Send
from ocppscope.protocol.roles import Direction
from ocppscope.report.duration import duration
from ocppscope.report.quotes import Quote, quote_of

MOST_FINDINGS = 20_000
"""Findings remembered until their steps are drawn."""

LONG_PAUSE = 5.0
"""Seconds between two steps from which the pause is drawn as one."""


class Step(msgspec.Struct, frozen=True):
    """One row of the diagram.

    Attributes:
        quote: the record, with its time and text.
        station: whose lane it touches.
        direction: of a message; None for an event, which is written across.
        is_answer: it closes an exchange; is_error: it refuses.
        name: the action; of a malformed message what it is.
        summary: what it says, in one line.
        latency: seconds of an answer.
    """

    quote: Quote
    station: str
    direction: Direction | None
    name: str
    summary: str
    is_answer: bool = False
    is_error: bool = False
    latency: float | None = None

    @property
    def words(self) -> str:
        """``BootNotification  Made Up  120 ms``."""
        took = duration(self.latency) if self.latency is not None else ""
        return "  ".join(part for part in (self.name, took, self.summary) if part)


class Ladder:
    """Collects steps up to a number, and counts those beyond.

    Attributes:
        steps: in their order.
        left_out: messages and events that found no place.
        undrawn: pings and pongs, which have no step.
    """

    def __init__(self, most: int) -> None:
        self.steps: list[Step] = []
        self.left_out = 0
        self.undrawn = 0
        self._most = most
        self._findings: dict[int, list[Finding]] = {}
        self._remembered = 0

    def listen(self, seen: Seen) -> None:
        """Take down what the rules say, which may be about a message long before."""
        for finding in seen.findings:
            if self._remembered < MOST_FINDINGS:
                self._remembered += 1
                self._findings.setdefault(finding.records[0], []).append(finding)
        for finding in seen.withdrawn:
            told = self._findings.get(finding.records[0], [])
            if finding in told:
                told.remove(finding)

    def add(self, seen: Seen) -> None:
        """Draw a record."""
        if isinstance(seen.record, Ping | Pong):
            self.undrawn += 1
        elif isinstance(seen.record, MessageRecord | Opened | Refused | Close | Ended | Undecodable | Gap | Note):
            if len(self.steps) >= self._most:
                self.left_out += 1
            else:
                self.steps.append(_message(seen) if isinstance(seen.record, MessageRecord) else _event(seen))

    def findings(self, step: Step) -> list[Finding]:
        """What was found of a step, the worst first."""
        return sorted(self._findings.get(step.quote.number, []), key=lambda finding: -finding.severity.rank)

    @property
    def stations(self) -> list[str]:
        """In the order of their appearance; "" for what belongs to none is left out."""
        return list(dict.fromkeys(step.station for step in self.steps if step.station))

    @property
    def start(self) -> datetime | None:
        """Wall clock of the first step."""
        return self.steps[0].quote.time if self.steps else None

    def timed(self) -> Iterator[tuple[Step, float, float]]:
        """Each step with its seconds since the first step, and since the one before."""
        before = self.start
        for step in self.steps:
            now = step.quote.time
            if self.start is not None and before is not None:
                yield step, (now - self.start).total_seconds(), (now - before).total_seconds()
            before = now


def _message(seen: Seen) -> Step:
    message, record = seen.message, seen.record
    quote = quote_of(seen.number, record, seen.action)
    direction = record.dir if isinstance(record, MessageRecord) else None
    station = seen.connection.station if seen.connection is not None else ""
    if message is None or isinstance(message, Malformed):
        return Step(quote, station, direction, quote.what, message.reason if message is not None else "")
    version = seen.connection.version if seen.connection is not None else None
    is_answer = not isinstance(message, Call | Send)
    refusal = (
        "CALLERROR "
        if isinstance(message, CallError)
        else "CALLRESULTERROR "
        if isinstance(message, CallResultError)
        else ""
    )
    return Step(
        quote,
        station,
        direction,
        f"{refusal}{seen.action or 'answer to nothing'}",
        summarise(version, message, seen.action),
        is_answer=is_answer,
        is_error=bool(refusal),
        latency=seen.exchange.latency if is_answer and seen.exchange is not None else None,
    )


def _event(seen: Seen) -> Step:
    quote = quote_of(seen.number, seen.record)
    record = seen.record
    station = seen.connection.station if seen.connection is not None else ""
    if isinstance(record, Refused):
        station = record.station or ""
    text = record.text if isinstance(record, Note) else quote.text
    return Step(quote, station, None, quote.what, text)
