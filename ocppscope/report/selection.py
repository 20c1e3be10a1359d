"""What of a capture is reported: everything, or what a filter lets pass.

Everything is always judged, because rules and pairing need the whole conversation. A filter only chooses what is counted:
messages that match; an exchange whose CALL or response matches; a finding whose message matches, with the finding known;
and the stations, transactions and disconnects of the connections that had a match.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from msgspec import structs

from ocppscope.capture.record import Refused
from ocppscope.filters import Filter
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.ledger import FindingLedger
from ocppscope.inspect.seen import Seen
from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.response_times import ResponseTimes
from ocppscope.model.connection import Connection, Station
from ocppscope.model.exchange import Exchange
from ocppscope.model.transaction import Transaction
from ocppscope.protocol.message import Call, CallError, CallResult, CallResultError, Malformed, Message, Send
from ocppscope.protocol.roles import Role
from ocppscope.report.matcher import Matcher


@dataclass(slots=True)
class Figures:
    """How much is reported; names as in `ocppscope.inspect.counts.Counts`."""

    messages: int = 0
    calls: int = 0
    call_results: int = 0
    call_errors: int = 0
    call_result_errors: int = 0
    sends: int = 0
    malformed: int = 0
    sessions: int = 0
    stations: int = 0
    connections: int = 0
    refused: int = 0
    answered: int = 0
    unanswered: int = 0
    aborted: int = 0
    orphan_responses: int = 0


_SHAPES: dict[type[Message], str] = {
    Call: "calls",
    CallResult: "call_results",
    CallError: "call_errors",
    CallResultError: "call_result_errors",
    Send: "sends",
    Malformed: "malformed",
}


class Selection:
    """Everything that was seen.

    Attributes:
        expression: the filter as typed, None for everything.
        answers: response times of each party over all its actions.
    """

    expression: str | None = None

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self.answers = {role: Distribution() for role in Role}

    def add(self, seen: Seen) -> None:
        """Take in what the inspector made of one record."""
        exchange = seen.exchange
        if exchange is not None and exchange.latency is not None:
            self.answers[exchange.dut].add(exchange.latency)

    def has(self, *numbers: int | None) -> bool:
        """Whether any of these records is selected."""
        return True

    def finish(self, now: int) -> None:
        """Everything was read; ``now`` is the record clock (ns) of the last record."""

    @property
    def figures(self) -> Figures:
        """How much it is."""
        counts = self._inspector.counts
        return Figures(**{field.name: getattr(counts, field.name) for field in fields(Figures)})

    @property
    def stations(self) -> list[Station]:
        """In the order of their appearance."""
        return list(self._inspector.stations.values())

    @property
    def response_times(self) -> ResponseTimes:
        """By answering party and action."""
        return self._inspector.response_times

    @property
    def findings(self) -> FindingLedger:
        """One row for each rule, station and cause."""
        return self._inspector.findings

    @property
    def transactions(self) -> list[Transaction]:
        """Newest first."""
        return self._inspector.transactions.rows()

    @property
    def disconnects(self) -> Sequence[Connection]:
        """Connections that ended, the latest last."""
        return list(self._inspector.disconnects)

    @property
    def pending(self) -> list[Exchange]:
        """CALLs that still wait at the end of the capture, oldest first."""
        return self._inspector.pending()


class Matching(Selection):
    """What a filter lets pass."""

    def __init__(self, inspector: Inspector, wanted: Filter) -> None:
        super().__init__(inspector)
        self.expression = str(wanted)
        self._matcher = Matcher(wanted)
        self._figures = Figures()
        self._response_times = ResponseTimes()
        self._findings = FindingLedger()
        self._stations: dict[str, Station] = {}
        self._connections: set[int] = set()
        self._records = bytearray()  # a bit for each record

    def add(self, seen: Seen) -> None:
        """Count what matches."""
        matched = self._matcher.match(seen)
        if matched.record:
            self._count(seen)
            self._remember(seen.number)
        for finding in matched.findings:
            self._findings.add(finding)
            self._station(finding.station).findings[finding.severity.value] += 1
        for finding in matched.withdrawn:
            self._findings.withdraw(finding)
            self._station(finding.station).findings[finding.severity.value] -= 1
        if matched.answered is not None:
            self._figures.answered += 1
            self._response_times.add(matched.answered)
            super().add(seen)
        self._figures.aborted += len(matched.aborted)

    def has(self, *numbers: int | None) -> bool:
        """Whether any of these records matches."""
        return any(number is not None and self._matches(number) for number in numbers)

    def finish(self, now: int) -> None:
        """Count the CALLs that were left without an answer for longer than their limit."""
        for exchange in self._matcher.open_calls():
            if exchange.limit is not None and now - exchange.since > exchange.limit * 1e9:
                self._response_times.timed_out(exchange)

    @property
    def figures(self) -> Figures:
        """How much matches."""
        return replace(
            self._figures,
            unanswered=len(self._matcher.open_calls()),
            connections=len(self._connections),
            stations=len(self._stations),
            sessions=len(self._stations),
        )

    @property
    def stations(self) -> list[Station]:
        """Those with a match; messages and findings are the matching ones."""
        return [
            structs.replace(known, messages=own.messages, findings=own.findings)
            for own in self._stations.values()
            if (known := self._inspector.stations.get(own.id)) is not None
        ]

    @property
    def response_times(self) -> ResponseTimes:
        """Of the exchanges whose CALL or response matches."""
        return self._response_times

    @property
    def findings(self) -> FindingLedger:
        """Those that match, together with the message that they are pinned to."""
        return self._findings

    @property
    def transactions(self) -> list[Transaction]:
        """Of stations with a match."""
        return [row for row in self._inspector.transactions.rows() if row.station in self._stations]

    @property
    def disconnects(self) -> Sequence[Connection]:
        """Of connections with a match."""
        return [connection for connection in self._inspector.disconnects if connection.number in self._connections]

    @property
    def pending(self) -> list[Exchange]:
        """CALLs that match and still wait at the end of the capture."""
        return [exchange for exchange in self._inspector.pending() if self._matcher.is_open(exchange)]

    def _remember(self, number: int) -> None:
        byte = number >> 3
        if byte >= len(self._records):
            self._records.extend(bytes(byte - len(self._records) + 1024))
        self._records[byte] |= 1 << (number & 7)

    def _matches(self, number: int) -> bool:
        byte = number >> 3
        return byte < len(self._records) and bool(self._records[byte] & 1 << (number & 7))

    def _count(self, seen: Seen) -> None:
        figures, connection, message = self._figures, seen.connection, seen.message
        figures.refused += isinstance(seen.record, Refused)
        if connection is not None:
            self._connections.add(connection.number)
            self._station(connection.station).messages += message is not None
        if message is not None:
            figures.messages += 1
            shape = _SHAPES[type(message)]
            setattr(figures, shape, getattr(figures, shape) + 1)
            figures.orphan_responses += seen.exchange is None and isinstance(message, CallResult | CallError)

    def _station(self, identity: str) -> Station:
        return self._stations.setdefault(identity, Station(identity))
