"""Pending: CALLs that wait for their response, the oldest first, and stations that seem to be deaf."""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from textual.timer import Timer

from ocppscope.inspect.limits import DEFAULT_TIMEOUT
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.roles import Direction
from ocppscope.tui.columns.messages import finding_marks, middle_cut
from ocppscope.tui.context import Scope
from ocppscope.tui.rows import MessageRows
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.widgets.gauge import format_limit, format_seconds, gauge, limit_token
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import Cell, Column, Lens

TICK = 0.5
UNANSWERED_OF_A_DEAF = 3
"""So many CALLs of the CSMS without an answer while the station itself goes on talking: it sends, but does not hear."""
MOST_LISTED = 2_000
"""CALLs listed, the oldest. The number behind the tab's name counts all."""
_LOOKED_BACK = 500
"""Rows searched, from the latest on, for a station's own traffic."""
_GAUGE = 20
_ROOM_FOR_WORD, _ROOM_FOR_SENTENCE = 19, 46
_NS = 1e9


class Row(NamedTuple):
    """A CALL that waits, the findings pinned to it, and beside the oldest of a deaf station how many it has not answered."""

    exchange: Exchange
    errors: int
    warnings: int
    unanswered: int
    ticking: bool

    @property
    def limit(self) -> float:
        """Seconds that it may wait: what is declared, or the guidance."""
        return self.exchange.limit or DEFAULT_TIMEOUT


class PendingTab(RecordTab[Row]):
    """The tab. Ages tick twice a second while it is in sight."""

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(plain=plain, id=id)
        self._clock: Timer | None = None

    def on_mount(self) -> None:
        """A clock, stopped until the tab is seen."""
        self._clock = self.set_interval(TICK, self._tick, pause=True)

    def on_show(self) -> None:
        """In sight: the clock runs."""
        super().on_show()
        if self._clock is not None:
            self._clock.resume()

    def on_hide(self) -> None:
        """Out of sight: nothing ticks."""
        if self._clock is not None:
            self._clock.pause()

    def _tick(self) -> None:
        self.table.tick()

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """Direction, action, station, age against limit, findings, and what is suspected."""
        plain = self.plain
        columns = [
            Column("arrow", "⇄", 3, _arrow, priority=80),
            Column("action", "Action", 20, _action, priority=99, ideal=27),
            Column("station", "Station", 14, _station, priority=85, ideal=20),
            Column("age", "Waiting", 8, _age, priority=95, justify="right"),
            Column(
                "gauge",
                "of limit",
                12,
                lambda row, lens: _gauge(row, lens, plain=plain),
                priority=60,
                ideal=_GAUGE,
                least=8,
            ),
            Column("limit", "", 6, _limit, priority=70),
            Column("findings", "", 5, _findings, priority=90),
            Column("note", "", 10, _note, priority=88, flexible=True),
        ]
        return [column for column in columns if column.key != "station" or scope.station is None]

    def build(self, scope: Scope) -> Sequence[Row]:
        """The oldest first."""
        pending = scope.inspector.pending(scope.station)
        deaf = deaf_stations(pending, scope.rows)
        rows = []
        for exchange in pending[:MOST_LISTED]:
            position = scope.rows.position(exchange.call)
            row = scope.rows.row(position) if position is not None else None
            to_station = exchange.direction is Direction.TO_STATION
            unanswered = deaf.pop(exchange.station, 0) if to_station else 0  # said once, beside its oldest CALL
            rows.append(
                Row(exchange, row.errors if row else 0, row.warnings if row else 0, unanswered, ticking=scope.live)
            )
        return rows

    def identity(self, row: Row) -> Hashable:
        """The record of its CALL."""
        return row.exchange.call

    def number(self, row: Row) -> int | None:
        """Its CALL."""
        return row.exchange.call

    def empty(self, scope: Scope) -> Sequence[Cell]:
        """Good news, unless CALLs were given up."""
        counts = scope.inspector.counts
        if not counts.calls:
            return [(("No CALL yet.", "text"),)]
        lines: list[Cell] = [
            (("Nothing is pending.", "ok bold"),),
            ((f"{spaced(counts.answered)} CALLs were answered.", "muted"),),
        ]
        if counts.unanswered:
            lines.append(((f"{spaced(counts.unanswered)} never were: see Findings.", "warn"),))
        return lines

    def count_label(self, scope: Scope) -> Cell:
        """How many wait; red once one has waited too long."""
        pending = scope.inspector.pending(scope.station)
        if not pending:
            return ()
        late = any((scope.now() - exchange.since) / _NS > (exchange.limit or DEFAULT_TIMEOUT) for exchange in pending)
        return ((str(len(pending)), "error bold" if late else "warn bold"),)


def deaf_stations(pending: Sequence[Exchange], rows: MessageRows) -> dict[str, int]:
    """Stations that leave CALLs of the CSMS unanswered while they go on sending, with how many of them."""
    asked = Counter(exchange.station for exchange in pending if exchange.direction is Direction.TO_STATION)
    suspects = {station: count for station, count in asked.items() if count >= UNANSWERED_OF_A_DEAF}
    if not suspects:
        return {}
    since: dict[str, int] = {}
    for exchange in pending:
        if exchange.direction is Direction.TO_STATION:
            since.setdefault(exchange.station, exchange.call)
    talking: set[str] = set()
    for position in range(len(rows) - 1, max(len(rows) - _LOOKED_BACK, 0) - 1, -1):
        row = rows.row(position)
        if (
            row.station in suspects
            and row.kind.is_message
            and row.direction is Direction.TO_CSMS
            and row.number > since[row.station]
        ):
            talking.add(row.station)
        if len(talking) == len(suspects):
            break
    return {station: suspects[station] for station in talking}


def _seconds(row: Row, lens: Lens) -> float:
    return max(lens.now - row.exchange.since, 0) / _NS


def _tone(row: Row, lens: Lens) -> str:
    return limit_token(_seconds(row, lens) / row.limit)


def _arrow(row: Row, _lens: Lens) -> Cell:
    return (("──▶", "up") if row.exchange.direction is Direction.TO_CSMS else ("◀──", "down"),)


def _action(row: Row, _lens: Lens) -> Cell:
    return ((row.exchange.action, "text bold"),)


def _station(row: Row, lens: Lens) -> Cell:
    return ((middle_cut(row.exchange.station, lens.width), "muted"),)


def _age(row: Row, lens: Lens) -> Cell:
    tone = _tone(row, lens)
    return ((format_seconds(_seconds(row, lens)), "text" if tone == "ok" else tone),)


def _gauge(row: Row, lens: Lens, *, plain: bool) -> Cell:
    share = _seconds(row, lens) / row.limit
    return ((gauge(share, lens.width, plain=plain), f"{limit_token(share)} on track"),)


def _limit(row: Row, _lens: Lens) -> Cell:
    return ((format_limit(row.limit), "muted"),)


def _findings(row: Row, _lens: Lens) -> Cell:
    return finding_marks(row.errors, row.warnings)


def _note(row: Row, lens: Lens) -> Cell:
    if not row.unanswered:
        return ()
    words = f" ×{row.unanswered}"
    if lens.width >= _ROOM_FOR_WORD:
        words = f" {row.unanswered} unanswered"
    if lens.width >= _ROOM_FOR_SENTENCE:
        words += ", yet it goes on sending"
    return ((" DEAF ", "error bold reverse"), (words, "muted"))
