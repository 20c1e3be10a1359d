"""The cells of the list of findings."""

from collections.abc import Callable
from typing import Any

from ocppscope.tui.columns.marks import finding_marks
from ocppscope.tui.columns.messages import arrow_of, middle_cut
from ocppscope.tui.columns.times import clock_time
from ocppscope.tui.findings.entries import Entry, Line
from ocppscope.tui.findings.words import TOKENS
from ocppscope.tui.widgets.table_model import Cell, Column, Lens

_INDENT = 2
_WITH_MILLISECONDS = 34
"""Cells from which on a message's time is shown in full."""

Information = Callable[[int], str]
"""The Info of a message by its record number."""


def finding_columns(info: Information, *, station: bool) -> list[Column[Any]]:
    """Mark, rule, what it finds, evidence, station, how often, where.

    Args:
        info: called for the messages in sight only.
        station: whether findings of several stations are mixed.
    """

    def evidence(entry: Entry, _lens: Lens) -> Cell:
        if entry.involved is None:
            return ((entry.evidence, "muted"),)
        token = "text bold" if entry.involved.pinned and not entry.fold else "text"
        told = info(entry.involved.number)
        return ((entry.evidence, token), (f"  {told}" if told else "", "muted"))

    columns = [
        Column("mark", "", 1, _mark, priority=95),
        Column("rule", "Rule", 8, _rule, priority=90, ideal=9),
        Column("title", "Finding", 34, _title, priority=45, ideal=44, least=22),
        Column("evidence", "Evidence", 12, evidence, priority=50, flexible=True),
        Column("station", "Station", 12, _station, priority=10, ideal=18, roomy=10),
        Column("count", "×", 5, _count, priority=70, justify="right"),
        Column("number", "#", 6, _number, priority=80, justify="right"),
    ]
    return [column for column in columns if column.key != "station" or station]


def _mark(entry: Entry, _lens: Lens) -> Cell:
    if entry.severity is None:
        return (("·", "muted"),)
    return ((entry.severity.mark, TOKENS[entry.severity.value]),) if entry.line is Line.RULE else ()


def _rule(entry: Entry, _lens: Lens) -> Cell:
    match entry.line:
        case Line.GROUP:
            return finding_marks(*entry.counts)
        case Line.RULE:
            return ((entry.rule, "text bold"),)
        case Line.MUTED:
            return ((entry.rule, "muted"),)
        case _:
            return ()


def _title(entry: Entry, lens: Lens) -> Cell:
    indent = " " * (_INDENT * entry.depth)
    match entry.line:
        case Line.GROUP:
            return ((entry.fold, "accent"), (entry.title, "text bold"))
        case Line.RULE:
            return ((indent, ""), (entry.fold, "accent"), (entry.title, "text"))
        case Line.PART:
            return ((indent, ""), (entry.fold, "accent"), (entry.title, "text"), (_whose(entry), "muted"))
        case Line.MESSAGE:
            return ((indent, ""), (entry.fold, "accent"), *_message(entry, lens))
        case _:
            return ((indent, ""), (entry.title, "muted"))


def _whose(entry: Entry) -> str:
    return "" if entry.row is None or entry.title == entry.station else f" · {entry.station}"


def _message(entry: Entry, lens: Lens) -> Cell:
    involved = entry.involved
    if involved is None:
        return (("not in the list any more", "muted"),)
    row = involved.row
    if row is None:
        return (("· ", "muted"), (involved.what, "muted"))
    time = (f"{clock_time(row.time, fraction=lens.width >= _WITH_MILLISECONDS)} ", "muted")
    if not row.kind.is_message:
        return (time, ("╌╌╌ ", "frame"), (involved.what, "text"))
    arrow, token = arrow_of(row.direction, row.kind)
    return (time, (f"{arrow} ", token), ("└ " if row.kind.is_reply else "", "muted"), (involved.what, "text"))


def _station(entry: Entry, lens: Lens) -> Cell:
    if entry.line in (Line.MESSAGE, Line.MORE) or (entry.line is not Line.RULE and entry.title == entry.station):
        return ()
    return ((middle_cut(entry.station, lens.width), "muted"),)


def _count(entry: Entry, _lens: Lens) -> Cell:
    return ((f"×{entry.times}", "text"),) if entry.times > 1 else ()


def _number(entry: Entry, _lens: Lens) -> Cell:
    return ((str(entry.number), "muted"),) if entry.number is not None and entry.line is not Line.GROUP else ()
