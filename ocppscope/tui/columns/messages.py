"""The columns of the message list: a sequence diagram, one message a line."""

import re
from collections.abc import Callable

from ocppscope.protocol.roles import Direction
from ocppscope.tui.columns.marks import finding_marks
from ocppscope.tui.columns.times import TimeMode, clock_time, elapsed_time
from ocppscope.tui.listing import Entry
from ocppscope.tui.rows import Kind
from ocppscope.tui.widgets.gauge import format_seconds, gauge, limit_token
from ocppscope.tui.widgets.record_table import Cell, Column, Lens

GAUGE_CELLS = 5
LATENCY_CELLS = 7

_UNIT = re.compile(r"(\d) ([dhms])\b")

_ARROWS = {
    (Direction.TO_CSMS, False): ("──▶", "up"),
    (Direction.TO_STATION, False): ("◀──", "down"),
    (Direction.TO_CSMS, True): ("╌╌▶", "up"),
    (Direction.TO_STATION, True): ("◀╌╌", "down"),
}
_TYPE_TOKENS = {
    Kind.CALL: "text",
    Kind.CALLRESULT: "muted",
    Kind.CALLERROR: "error",
    Kind.CALLRESULTERROR: "error",
    Kind.SEND: "warn",
    Kind.MALFORMED: "error bold",
}
_FAULTY = frozenset({Kind.CALLERROR, Kind.CALLRESULTERROR, Kind.MALFORMED})


def message_columns(
    mode: TimeMode, start: int, before: Callable[[Entry], int | None], *, station: bool, limits: bool
) -> list[Column[Entry]]:
    """The columns.

    Args:
        mode: what the time counts from.
        start: wall clock of the first row in ns.
        before: wall clock of the row above in the list, for `TimeMode.DELTA`.
        station: whether rows of several stations are mixed.
        limits: whether any exchange has a limit; without one there is no gauge.
    """

    def time(entry: Entry, lens: Lens) -> Cell:
        wall = entry.row.time
        if mode is TimeMode.CLOCK:
            return ((clock_time(wall, fraction=lens.width >= 12), "muted"),)
        reference = start if mode is TimeMode.START else before(entry)
        return ((elapsed_time(wall - (wall if reference is None else reference)), "muted"),)

    justify = "left" if mode is TimeMode.CLOCK else "right"
    columns = [
        Column("time", mode.heading, 12, time, priority=40, least=8, justify=justify),
        Column("station", "Station", 14, _station, priority=10, ideal=20, roomy=4),
        Column("arrow", "⇄", 3, _arrow, priority=80),
        Column("action", "Action", 23, _action, priority=70, ideal=27, least=14),
        Column("type", "Type", 10, _type, priority=30),
        Column("id", "Id", 8, _message_id, priority=20, roomy=14),
        Column("info", "Info", 14, _info, priority=60, flexible=True),
        Column("latency", "Latency", LATENCY_CELLS, _latency, priority=90, justify="right"),
        Column("gauge", "limit", GAUGE_CELLS, _gauge, priority=35),
        Column("findings", "", 5, _findings, priority=95),
    ]
    left_out = {key for key, wanted in (("station", station), ("gauge", limits)) if not wanted}
    return [column for column in columns if column.key not in left_out]


def _station(entry: Entry, lens: Lens) -> Cell:
    return ((middle_cut(entry.row.station, lens.width), "muted"),)


def _arrow(entry: Entry, _lens: Lens) -> Cell:
    return (arrow_of(entry.row.direction, entry.row.kind),)


def arrow_of(direction: Direction, kind: Kind) -> tuple[str, str]:
    """The arrow of a message and its token."""
    arrow, token = _ARROWS[direction, kind.is_reply]
    return arrow, "error" if kind in _FAULTY else token


def _action(entry: Entry, _lens: Lens) -> Cell:
    row = entry.row
    if row.kind.is_reply:
        return (("└ ", "muted"), (row.action or "answers nothing", "muted"))
    if row.kind is Kind.MALFORMED:
        return ((row.action or "not readable", "error"),)
    return ((row.action, "text bold"),)


def _type(entry: Entry, _lens: Lens) -> Cell:
    kind = entry.row.kind
    return ((kind.word, _TYPE_TOKENS.get(kind, "muted")),)


def _message_id(entry: Entry, _lens: Lens) -> Cell:
    recalled = entry.recalled
    identifier = recalled.message.message_id if recalled is not None else None
    return (("" if identifier is None else str(identifier), "muted"),)


def _info(entry: Entry, _lens: Lens) -> Cell:
    return ((entry.info, "error" if entry.row.kind in _FAULTY else "muted"),)


def _latency(entry: Entry, _lens: Lens) -> Cell:
    row = entry.row
    if row.pending:
        return ((_short(entry.age), _judged(entry)),)
    if row.kind is Kind.CALL:
        return (("aborted" if row.aborted else "·", "muted"),)
    if row.latency is None:
        return ()
    token = limit_token(row.share)
    return ((_short(row.latency), token if token in ("warn", "error") else "text"),)


def _short(seconds: float) -> str:
    """In the seven cells of the column: ``1 m 35 s`` becomes ``1m 35s``."""
    text = format_seconds(seconds)
    return text if len(text) <= LATENCY_CELLS else _UNIT.sub(r"\1\2", text)


def _gauge(entry: Entry, lens: Lens) -> Cell:
    row = entry.row
    share = entry.age / row.limit if row.pending and row.limit else row.share
    if share is None:
        return ()
    return ((gauge(share, lens.width), f"{limit_token(share)} on track"),)


def _judged(entry: Entry) -> str:
    limit = entry.row.limit
    return limit_token(entry.age / limit) if limit else "warn"


def _findings(entry: Entry, _lens: Lens) -> Cell:
    return finding_marks(entry.row.errors, entry.row.warnings, entry.row.infos)


def middle_cut(text: str, width: int) -> str:
    """A name cut in its middle, because stations of a site differ at the end: ``CS-LY…-0042``."""
    if len(text) <= width:
        return text
    if width < 3:
        return text[:width]
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[-tail:]}"
