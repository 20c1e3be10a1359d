"""Transactions: every charging transaction with its energy, its power over time and its sequence numbers."""

from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ocppscope.filters.pattern import Pattern
from ocppscope.inspect.summaries.wording import shortened
from ocppscope.model.transaction import Transaction, TransactionState
from ocppscope.tui.columns.messages import middle_cut
from ocppscope.tui.context import Scope
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.widgets.histogram import sparkline
from ocppscope.tui.widgets.record_table import Cell, Column, Lens

_STATES = {
    TransactionState.STARTING: ("●", "warn"),
    TransactionState.RUNNING: ("●", "ok"),
    TransactionState.ENDED: ("●", "muted"),
    TransactionState.REFUSED: ("✖", "error"),
    TransactionState.UNKNOWN: ("▲", "warn"),
}
_ROOM_FOR_REASON = 14
_UNMASKED = 4
"""Characters up to which masking the middle of an idToken would leave nothing of it."""


class Row(NamedTuple):
    """A transaction, and how long it has lasted in seconds, None while that cannot be said."""

    transaction: Transaction
    seconds: float | None


class TransactionsTab(RecordTab[Row]):
    """The tab."""

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """The columns; the station only where there are several."""
        plain = self.plain
        columns = [
            Column("mark", "", 1, _mark, priority=99),
            Column("id", "Transaction", 11, _id, priority=98, ideal=20),
            Column("state", "State", 8, _state, priority=80, ideal=22),
            Column("station", "Station", 12, _station, priority=20, ideal=18),
            Column("evse", "EVSE", 4, _evse, priority=55, justify="right"),
            Column("token", "idToken", 9, _token, priority=45),
            Column("start", "Start", 8, _start, priority=40),
            Column("duration", "Duration", 8, _duration, priority=70, justify="right"),
            Column("energy", "Energy", 9, _energy, priority=75, justify="right"),
            Column(
                "power", "Power kW", 18, lambda row, lens: _power(row, lens, plain=plain), priority=60, flexible=True
            ),
            Column("seq", "seqNo", 12, _seq, priority=65),
        ]
        return [column for column in columns if column.key != "station" or scope.station is None]

    def build(self, scope: Scope) -> Sequence[Row]:
        """Newest first."""
        stations = scope.inspector.stations
        rows = []
        for transaction in scope.inspector.transactions.rows(scope.station):
            station = stations.get(transaction.station)
            rows.append(Row(transaction, lasted(transaction, station.last_seen if station else None)))
        return rows

    def identity(self, row: Row) -> Hashable:
        """Station and id; while 1.6 has not issued one, the record that began it."""
        return row.transaction.station, row.transaction.id

    def number(self, row: Row) -> int | None:
        """Its latest message: where it stands."""
        return row.transaction.records[1] or None

    def empty(self, scope: Scope) -> Sequence[Cell]:
        """Where rows come from."""
        return [
            (("No transaction yet.", "text"),),
            (("StartTransaction, or TransactionEvent in 2.x, opens a row.", "muted"),),
        ]

    def chosen(self, row: Row, scope: Scope) -> None:
        """Its messages and no others, in the Messages tab."""
        transaction = row.transaction
        if transaction.id.startswith("("):
            scope.jump(transaction.records[0])  # refused before it had an id that messages could name
            return
        scope.filter(f"tx:{Pattern(transaction.id, quoted=True)} station:{Pattern(transaction.station, quoted=True)}")

    def count_label(self, scope: Scope) -> Cell:
        """How many run."""
        running = sum(
            row.state in {TransactionState.RUNNING, TransactionState.STARTING}
            for row in scope.inspector.transactions.rows(scope.station)
        )
        return ((str(running), "ok bold"),) if running else ()


def lasted(transaction: Transaction, seen: datetime | None) -> float | None:
    """Seconds from start to end, or until the station was last seen while it runs.

    Start and end are the station's own stamps; a clock that is off gives nonsense below zero, which is not shown.
    """
    end = transaction.stop or (seen if transaction.state is TransactionState.RUNNING else None)
    if transaction.start is None or end is None:
        return None
    seconds = (end - transaction.start) / timedelta(seconds=1)
    return seconds if seconds >= 0 else None


def masked(token: str) -> str:
    """An idToken without its middle: it identifies a person."""
    if len(token) <= _UNMASKED:
        return token
    return f"{token[:2]}…{token[-2:]}" if len(token) < 10 else shortened(token, 9)


def _mark(row: Row, _lens: Lens) -> Cell:
    return (_STATES[row.transaction.state],)


def _id(row: Row, lens: Lens) -> Cell:
    return ((middle_cut(row.transaction.id, lens.width), "text bold"),)


def _state(row: Row, lens: Lens) -> Cell:
    transaction = row.transaction
    token = "text" if transaction.state is TransactionState.ENDED else _STATES[transaction.state][1]
    words: list[tuple[str, str]] = [(transaction.state.value, token)]
    if transaction.reason and lens.width >= _ROOM_FOR_REASON:
        words.append((f" · {transaction.reason}", "muted"))
    return words


def _station(row: Row, lens: Lens) -> Cell:
    return ((middle_cut(row.transaction.station, lens.width), "muted"),)


def _evse(row: Row, _lens: Lens) -> Cell:
    return ((str(row.transaction.connector), "muted"),) if row.transaction.connector is not None else ()


def _token(row: Row, _lens: Lens) -> Cell:
    return ((masked(row.transaction.id_token), "muted"),) if row.transaction.id_token else ()


def _start(row: Row, _lens: Lens) -> Cell:
    return ((f"{row.transaction.start:%H:%M:%S}", "muted"),) if row.transaction.start is not None else ()


def _duration(row: Row, _lens: Lens) -> Cell:
    if row.seconds is None:
        return (("–", "muted"),)
    seconds = int(row.seconds)
    if seconds >= 360_000:
        return ((f"{seconds // 86_400} days", "text"),)
    return ((f"{seconds // 3_600:02}:{seconds % 3_600 // 60:02}:{seconds % 60:02}", "text"),)


def _energy(row: Row, _lens: Lens) -> Cell:
    energy = row.transaction.energy_wh
    if energy is None:
        return (("–", "muted"),)
    shown = f"{energy:.0f} Wh" if abs(energy) < 1000 else f"{energy / 1000:.1f} kWh"
    return ((shown, "error" if energy < 0 else "text"),)


def _power(row: Row, lens: Lens, *, plain: bool) -> Cell:
    powers = row.transaction.powers
    if not powers:
        return ()
    latest = f"{powers[-1] / 1000:5.1f} "
    return ((latest, "muted"), (sparkline(powers, lens.width - len(latest), plain=plain), "accent"))


def _seq(row: Row, _lens: Lens) -> Cell:
    transaction = row.transaction
    if transaction.seq_first is None or transaction.seq_last is None:
        return ()
    numbers = f"{transaction.seq_first}–{transaction.seq_last}"
    if transaction.seq_gaps:
        return ((f"{numbers} ✖ gap", "error"),)
    return ((numbers, "muted"), (" ✔", "ok"))
