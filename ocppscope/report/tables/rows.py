"""Rows of the tables, made of what the inspector saw, as the records pass.

What only the end can tell is given out then: CALLs that nothing answered, connections that are still open, transactions.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

import msgspec

from ocppscope.capture.record import Header, MessageRecord, Opened, Refused
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Rule
from ocppscope.filters import Filter
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.subject import SeenSubject
from ocppscope.model.connection import Connection
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding
from ocppscope.model.transaction import Transaction
from ocppscope.protocol.message import TYPE_NAMES, CallError, Message
from ocppscope.protocol.roles import Direction
from ocppscope.report.matcher import Matched, Matcher
from ocppscope.report.tables.definitions import CONNECTIONS, EXCHANGES, FINDINGS, MESSAGES, TRANSACTIONS, Table

Row: TypeAlias = tuple[Any, ...]
"""Values in the order of the table's columns; those of a time are in UTC and know no zone."""

MOST_OPEN = 100_000
"""CALLs remembered while they wait for a response. Beyond, the oldest is given out as unanswered."""

_WAYS = {Direction.TO_CSMS: "up", Direction.TO_STATION: "down"}


class _Open(msgspec.Struct):
    exchange: Exchange
    started: datetime | None
    wanted: bool


class Rows:
    """Listens to a reading and gives out rows.

    Args:
        inspector: the one that sees the records.
        give: takes each row, with its table.
        withdraw: takes each finding that was given out and turned out not to be true.
        wanted: only what matches is given out, as in a report: messages; exchanges whose CALL or response matches; findings
            with their message; connections and transactions of what matched.
    """

    def __init__(
        self,
        inspector: Inspector,
        give: Callable[[Table, Row], None],
        withdraw: Callable[[Finding], None],
        wanted: Filter | None = None,
    ) -> None:
        self._inspector = inspector
        self._give = give
        self._withdraw = withdraw
        self._matcher = Matcher(wanted) if wanted is not None else None
        self._open: dict[tuple[int, int], _Open] = {}
        self._connections: dict[int, Connection] = {}
        self._untimed: set[int] = set()
        self._matched_connections: set[int] = set()
        self._matched_stations: set[str] = set()
        inspector.transactions.dropped = self._transaction

    def add(self, seen: Seen) -> None:
        """Take in what one record meant."""
        record, connection = seen.record, seen.connection
        if isinstance(record, Header | Opened):
            self._sweep()
        if connection is not None and connection.number not in self._connections and connection.alive:
            self._connections[connection.number] = connection
            if not connection.timed:
                self._untimed.add(connection.number)
        matched = _EVERYTHING if self._matcher is None else self._matcher.match(seen)
        everything = self._matcher is None
        for finding in seen.withdrawn if everything else matched.withdrawn:
            self._withdraw(finding)
        for finding in seen.findings if everything else matched.findings:
            self._finding(finding)
        self._exchanges(seen, matched, everything=everything)
        if matched.record:
            self._record(seen)
        if connection is not None and not connection.alive:
            self._ended(connection)

    def finish(self) -> None:
        """Every record was read: give out what only now is known."""
        for waiting in self._open.values():
            self._unanswered(waiting)
        self._open.clear()
        for connection in list(self._connections.values()):
            self._ended(connection)
        for transaction in reversed(self._inspector.transactions.rows()):
            self._transaction(transaction)

    def _record(self, seen: Seen) -> None:
        record, message, connection = seen.record, seen.message, seen.connection
        if connection is not None:
            self._matched_connections.add(connection.number)
            self._matched_stations.add(connection.station)
        if isinstance(record, Refused):
            self._refused(record)
        if not isinstance(record, MessageRecord) or message is None or connection is None:
            return
        self._give(
            MESSAGES,
            (
                seen.number,
                self._time(record.time, connection.number),
                connection.station,
                connection.number,
                _WAYS[record.dir],
                TYPE_NAMES[type(message)],
                _id(message.message_id),
                seen.action,
                SeenSubject(seen).transaction,
                record.octets,
                record.frames,
                record.compressed,
                record.truncated,
                record.text,
                seen.exchange.latency if seen.exchange is not None else None,
                0,
            ),
        )

    def _exchanges(self, seen: Seen, matched: Matched, *, everything: bool) -> None:
        exchange = seen.exchange
        if exchange is not None and exchange.outcome is Outcome.PENDING:
            started = self._time(seen.record.time, exchange.connection)
            self._open[_key(exchange)] = _Open(exchange, started, matched.record)
            if len(self._open) > MOST_OPEN:
                self._unanswered(self._open.pop(next(iter(self._open))))
        elif exchange is not None:
            waiting = self._open.pop(_key(exchange), None)
            if everything or matched.answered is not None:
                self._exchange(exchange, None if waiting is None else waiting.started, exchange.outcome, seen.message)
        for aborted in seen.aborted:
            waiting = self._open.pop(_key(aborted), None)
            if waiting is not None and waiting.wanted:
                self._exchange(aborted, waiting.started, Outcome.ABORTED)

    def _unanswered(self, waiting: _Open) -> None:
        if waiting.wanted:
            self._exchange(waiting.exchange, waiting.started, "unanswered")

    def _exchange(
        self, exchange: Exchange, started: datetime | None, outcome: str, response: Message | None = None
    ) -> None:
        judged = exchange.latency is not None and exchange.limit is not None
        self._give(
            EXCHANGES,
            (
                exchange.station,
                exchange.connection,
                exchange.action,
                exchange.dut.value,
                _WAYS[exchange.direction],
                _id(exchange.message_id),
                exchange.call,
                exchange.response,
                started,
                exchange.latency,
                exchange.proxy_share,
                exchange.limit,
                exchange.over_limit if judged else None,
                str(outcome),
                response.error_code if isinstance(response, CallError) else None,
            ),
        )

    def _finding(self, finding: Finding) -> None:
        rule = _rules()[finding.rule]
        self._give(
            FINDINGS,
            (
                finding.rule,
                rule.name,
                finding.severity.value,
                rule.requirement.value,
                finding.at_fault.value if finding.at_fault is not None else None,
                finding.station,
                finding.connection or None,  # 0: of a refused connection
                self._time(finding.time, finding.connection),
                finding.records[0],
                list(finding.records),
                finding.message_id,
                finding.action,
                finding.path,
                finding.observed,
                finding.expected,
                finding.evidence,
                finding.spec,
            ),
        )

    def _sweep(self) -> None:
        """Give out the connections whose end no record told."""
        for connection in [one for one in self._connections.values() if not one.alive]:
            self._ended(connection)

    def _ended(self, connection: Connection) -> None:
        if self._connections.pop(connection.number, None) is None:
            return
        if self._matcher is not None and connection.number not in self._matched_connections:
            return
        self._matched_connections.discard(connection.number)
        station = self._inspector.stations.get(connection.station)
        self._give(
            CONNECTIONS,
            (
                connection.number,
                connection.station,
                "open" if connection.alive else "ended",
                self._time(connection.opened, connection.number),
                self._time(connection.ended, connection.number),
                connection.version.value if connection.version is not None else None,
                connection.version_source.value,
                connection.subprotocol,
                station.vendor if station is not None else None,
                station.model if station is not None else None,
                station.firmware if station is not None else None,
                connection.peer,
                connection.upstream,
                connection.messages[Direction.TO_CSMS],
                connection.messages[Direction.TO_STATION],
                connection.closed_by,
                connection.how,
                connection.close_code,
                connection.close_reason,
                connection.idle_seconds,
            ),
        )

    def _refused(self, record: Refused) -> None:
        facts: dict[str, Any] = {
            "station": record.station,
            "state": "refused",
            "opened": _utc(record.time),
            "peer": record.peer,
            "upstream": record.upstream,
            "how": record.stage.value,
            "close_code": record.status,
            "reason": record.reason,
        }
        self._give(CONNECTIONS, tuple(facts.get(column.name) for column in CONNECTIONS.columns))

    def _transaction(self, transaction: Transaction) -> None:
        if self._matcher is not None and transaction.station not in self._matched_stations:
            return
        first, last = transaction.records
        self._give(
            TRANSACTIONS,
            (
                transaction.station,
                transaction.id,
                transaction.state.value,
                transaction.connector,
                transaction.id_token,
                _utc(transaction.start),
                _utc(transaction.stop),
                transaction.meter_start,
                transaction.meter_stop,
                transaction.energy_wh,
                transaction.reason,
                first,
                last,
                transaction.seq_first,
                transaction.seq_last,
                transaction.seq_gaps,
            ),
        )

    def _time(self, time: datetime | None, connection: int) -> datetime | None:
        return None if connection in self._untimed else _utc(time)


_EVERYTHING = Matched(True)


@cache
def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in all_rules()}


def _id(message_id: object) -> str | None:
    return None if message_id is None else str(message_id)


def _key(exchange: Exchange) -> tuple[int, int]:
    return exchange.connection, exchange.call


def _utc(time: datetime | None) -> datetime | None:
    if time is None or time.tzinfo is UTC:
        return time if time is None else time.replace(tzinfo=None)
    try:
        return time.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # the first or last hours that there are, told by a wire
        return None
