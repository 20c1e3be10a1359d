"""What of a capture is reported: everything, or what a filter lets pass.

Everything is always judged, because rules and pairing need the whole conversation. A filter only chooses what is counted:
messages that match; an exchange whose CALL or response matches; a finding whose message matches, with the finding known;
and the stations, transactions and disconnects of the connections that had a match.
"""

from collections import OrderedDict
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
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding
from ocppscope.model.transaction import Transaction
from ocppscope.protocol.message import Call, CallError, CallResult, CallResultError, Malformed, Message, Send
from ocppscope.protocol.roles import Role
from ocppscope.report.subject import SeenSubject

MOST_OPEN = 10_000
"""Unanswered CALLs remembered by a filter; a peer that answers nothing makes more of them without end."""


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
        self._wanted = wanted
        self._figures = Figures()
        self._response_times = ResponseTimes()
        self._findings = FindingLedger()
        self._stations: dict[str, Station] = {}
        self._connections: set[int] = set()
        self._open: OrderedDict[tuple[int, int], tuple[Seen, bool]] = OrderedDict()
        """CALLs without an answer so far, and whether they match."""

    def add(self, seen: Seen) -> None:
        """Count what matches."""
        matches = self._wanted.matches(SeenSubject(seen))
        for finding in seen.findings:
            if self._wanted.matches(SeenSubject(self._pinned(finding, seen), (finding,))):
                self._found(finding)
        for finding in seen.withdrawn:
            self._findings.withdraw(finding)
        if matches:
            self._count(seen)
        self._pair(seen, matches=matches)

    def finish(self, now: int) -> None:
        """Count the CALLs that were left without an answer for longer than their limit."""
        for seen, wanted in self._open.values():
            exchange = seen.exchange
            if wanted and exchange is not None and exchange.limit and now - exchange.since > exchange.limit * 1e9:
                self._response_times.timed_out(exchange)

    @property
    def figures(self) -> Figures:
        """How much matches."""
        figures = replace(self._figures)
        figures.unanswered = sum(wanted for _, wanted in self._open.values())
        figures.connections = len(self._connections)
        figures.stations = figures.sessions = len(self._stations)
        return figures

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
        return [exchange for exchange in self._inspector.pending() if self._open.get(_key(exchange), (None, False))[1]]

    def _pinned(self, finding: Finding, seen: Seen) -> Seen:
        """The message that a finding is about: this one, or a CALL that has waited too long."""
        return self._open.get((finding.connection, finding.records[0]), (seen, False))[0]

    def _found(self, finding: Finding) -> None:
        self._findings.add(finding)
        self._station(finding.station).findings[finding.severity.value] += 1

    def _count(self, seen: Seen) -> None:
        figures, connection = self._figures, seen.connection
        figures.refused += isinstance(seen.record, Refused)
        if connection is not None:
            self._connections.add(connection.number)
            self._station(connection.station).messages += seen.message is not None
        if seen.message is not None:
            figures.messages += 1
            shape = _SHAPES[type(seen.message)]
            setattr(figures, shape, getattr(figures, shape) + 1)
            orphan = seen.exchange is None and isinstance(seen.message, CallResult | CallError)
            figures.orphan_responses += orphan

    def _pair(self, seen: Seen, *, matches: bool) -> None:
        """Follow each exchange from its CALL to its end; it counts when either of its messages matches."""
        exchange = seen.exchange
        if exchange is not None and exchange.outcome is Outcome.PENDING:
            self._open[_key(exchange)] = (seen, matches)
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        elif exchange is not None:
            _, asked = self._open.pop(_key(exchange), (None, False))
            if asked or matches:
                self._figures.answered += 1
                self._response_times.add(exchange)
                super().add(seen)
        for aborted in seen.aborted:
            if self._open.pop(_key(aborted), (None, False))[1]:
                self._figures.aborted += 1

    def _station(self, identity: str) -> Station:
        return self._stations.setdefault(identity, Station(identity))


def _key(exchange: Exchange) -> tuple[int, int]:
    return exchange.connection, exchange.call
