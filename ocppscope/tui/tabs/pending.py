"""Pending: CALLs that wait for their response, functions that were promised and have not come, and deaf stations."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from textual.app import ComposeResult
from textual.timer import Timer

from ocppscope.inspect.limits import DEFAULT_TIMEOUT
from ocppscope.kpi.followed import Running
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.roles import Direction, Role
from ocppscope.tui.columns.marks import finding_marks
from ocppscope.tui.columns.messages import middle_cut
from ocppscope.tui.context import Scope
from ocppscope.tui.rows import MessageRows
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.tabs.sections import Heading, SectionRows, SectionTable
from ocppscope.tui.widgets.gauge import format_limit, format_seconds, gauge, limit_token
from ocppscope.tui.widgets.payload_outline import spaced
from ocppscope.tui.widgets.record_table import Cell, Column, Lens, RecordTable

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

CALLS = Heading("CALLs without a response")
FUNCTIONS = Heading("accepted by the station, but nothing has come yet")


class Row(NamedTuple):
    """Something that is waited for.

    Attributes:
        call: record number of the CALL that waits, or of the trigger that was accepted.
        due: the CALL's action; of a function what must come.
        trigger: of a function the action that promised it; "" for a CALL.
        limit: seconds that it may take: what is declared, for a CALL else the guidance; None for a function without one.
        errors, warnings: findings pinned to the CALL.
        unanswered: beside the oldest CALL of a deaf station how many it has not answered.
        note: what else is to be known.
    """

    call: int
    station: str
    direction: Direction
    due: str
    trigger: str
    since: int
    limit: float | None
    errors: int
    warnings: int
    unanswered: int
    note: str
    ticking: bool


PendingRow: TypeAlias = Heading | Row


class PendingTab(RecordTab[PendingRow]):
    """The tab. Ages tick twice a second while it is in sight."""

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(plain=plain, id=id)
        self.source = SectionRows()
        self._clock: Timer | None = None

    def compose(self) -> ComposeResult:
        """A list in sections."""
        table = SectionTable((), self.source)
        yield from (table if isinstance(widget, RecordTable) else widget for widget in super().compose())

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

    def layout_of(self, scope: Scope) -> Hashable:
        """A column more while a function is due."""
        return scope.station, bool(scope.inspector.running(scope.station))

    def columns(self, scope: Scope) -> Sequence[Column[Any]]:
        """Direction, what is due, station, age against limit, findings, and what is suspected."""
        plain = self.plain
        follows = bool(scope.inspector.running(scope.station))
        columns = [
            Column("arrow", "⇄", 3, _arrow, priority=80),
            Column("action", "Due" if follows else "Action", 20, _due, priority=99, ideal=33 if follows else 27),
            Column("trigger", "after", 14, _trigger, priority=86, ideal=24),
            Column("station", "Station", 10 if follows else 14, _station, priority=85, ideal=20),
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
            Column("limit", "", 6, _limit, priority=92 if follows else 70),
            Column("findings", "", 5, _findings, priority=50 if follows else 90),
            Column("note", "", 10, _note, priority=82 if follows else 88, flexible=True),
        ]
        hidden = {"station"} if scope.station is not None else set()
        hidden |= set() if follows else {"trigger"}
        return [column for column in columns if column.key not in hidden]

    def build(self, scope: Scope) -> Sequence[PendingRow]:
        """CALLs, then functions, the oldest first. With functions there are headings."""
        calls: list[PendingRow] = [*_calls(scope)]
        functions = [_function_row(running, scope) for running in scope.inspector.running(scope.station)[:MOST_LISTED]]
        if not functions:
            return calls
        return [*([CALLS, *calls] if calls else []), FUNCTIONS, *functions]

    def identity(self, row: PendingRow) -> Hashable:
        """The record of its CALL."""
        return row.words if isinstance(row, Heading) else (row.call, row.trigger)

    def number(self, row: PendingRow) -> int | None:
        """Its CALL, or the trigger."""
        return None if isinstance(row, Heading) else row.call

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
        running = scope.inspector.running(scope.station)
        if not pending and not running:
            return ()
        now = scope.now()
        late = any((now - exchange.since) / _NS > (exchange.limit or DEFAULT_TIMEOUT) for exchange in pending)
        late |= any(one.limit is not None and (now - one.since) / _NS > one.limit for one in running)
        return ((str(len(pending) + len(running)), "error bold" if late else "warn bold"),)


def _calls(scope: Scope) -> Iterator[Row]:
    pending = scope.inspector.pending(scope.station)
    deaf = deaf_stations(pending, scope.rows)
    for exchange in pending[:MOST_LISTED]:
        position = scope.rows.position(exchange.call)
        row = scope.rows.row(position) if position is not None else None
        to_station = exchange.direction is Direction.TO_STATION
        yield Row(
            call=exchange.call,
            station=exchange.station,
            direction=exchange.direction,
            due=exchange.action,
            trigger="",
            since=exchange.since,
            limit=exchange.limit or DEFAULT_TIMEOUT,
            errors=row.errors if row else 0,
            warnings=row.warnings if row else 0,
            unanswered=deaf.pop(exchange.station, 0) if to_station else 0,  # said once, beside its oldest CALL
            note="",
            ticking=scope.live,
        )


def _function_row(running: Running, scope: Scope) -> Row:
    notes = ["connection lost"] if running.lost else []
    notes += ["asked twice"] if running.duplicate else []
    if running.limit is None:
        notes.append(f"given up after {format_limit(running.window)}")
    return Row(
        call=running.call,
        station=running.station,
        direction=Direction.TO_CSMS if running.measure.dut is Role.STATION else Direction.TO_STATION,
        due=running.function,
        trigger=running.trigger,
        since=running.since,
        limit=running.limit,
        errors=0,
        warnings=0,
        unanswered=0,
        note=", ".join(notes),
        ticking=scope.live,
    )


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
    return max(lens.now - row.since, 0) / _NS


def _share(row: Row, lens: Lens) -> float | None:
    return _seconds(row, lens) / row.limit if row.limit else None


def _arrow(row: Row, _lens: Lens) -> Cell:
    up = row.direction is Direction.TO_CSMS
    if row.trigger:  # it has not been sent yet
        return (("··▶", "up") if up else ("◀··", "down"),)
    return (("──▶", "up") if up else ("◀──", "down"),)


def _due(row: Row, lens: Lens) -> Cell:
    return ((_shortened(row.due, lens.width) if row.trigger else row.due, "text bold"),)


def _shortened(function: str, width: int) -> str:
    """Of ``StatusNotification(Unavailable)`` what stands in brackets is what matters: ``Status…(Unavailable)``."""
    name, bracket, detail = function.partition("(")
    room = width - len(bracket + detail) - 1
    return function if len(function) <= width or room < 1 else f"{name[:room]}…{bracket}{detail}"


def _trigger(row: Row, lens: Lens) -> Cell:
    return ((middle_cut(row.trigger, lens.width), "text"),)


def _station(row: Row, lens: Lens) -> Cell:
    return ((middle_cut(row.station, lens.width), "muted"),)


def _age(row: Row, lens: Lens) -> Cell:
    tone = limit_token(_share(row, lens))
    return ((format_seconds(_seconds(row, lens)), tone if tone in ("warn", "error") else "text"),)


def _gauge(row: Row, lens: Lens, *, plain: bool) -> Cell:
    share = _share(row, lens)
    if share is None:
        return (("no limit", "muted"),)
    return ((gauge(share, lens.width, plain=plain), f"{limit_token(share)} on track"),)


def _limit(row: Row, _lens: Lens) -> Cell:
    return ((format_limit(row.limit) if row.limit else "–", "muted"),)


def _findings(row: Row, _lens: Lens) -> Cell:
    return finding_marks(row.errors, row.warnings)


def _note(row: Row, lens: Lens) -> Cell:
    if not row.unanswered:
        return ((row.note, "muted"),) if row.note else ()
    words = f" ×{row.unanswered}"
    if lens.width >= _ROOM_FOR_WORD:
        words = f" {row.unanswered} unanswered"
    if lens.width >= _ROOM_FOR_SENTENCE:
        words += ", yet it goes on sending"
    return ((" DEAF ", "error bold reverse"), (words, "muted"))
