"""The messages of a finding, and what each has to do with it."""

from typing import NamedTuple

from ocppscope.model.finding import Finding
from ocppscope.tui.rows import Kind, MessageRows, Row
from ocppscope.tui.widgets.gauge import format_seconds

MOST_INVOLVED = 100
"""Messages of one occurrence that are listed; nobody reads on, and a rule may name thousands."""

_EVENTS = {
    Kind.OPENED: "connection opens",
    Kind.ENDED: "connection ends",
    Kind.REFUSED: "connection refused",
    Kind.UNDECODABLE: "frames unreadable",
    Kind.GAP: "records lost",
    Kind.NOTE: "note",
    Kind.RUN: "a run begins",
}


class Involved(NamedTuple):
    """A record that a finding names.

    Attributes:
        number: the record's number.
        row: its row; None for what the message list does not show: pings, pongs, close frames, rows long dropped.
        role: what it has to do with the finding, in a few words.
        pinned: the finding is pinned to it.
    """

    number: int
    row: Row | None
    role: str
    pinned: bool

    @property
    def what(self) -> str:
        """Its action, or what kind of event it is."""
        if self.row is None:
            return "ping, pong or close frame"
        if self.row.kind.is_message:
            return self.row.action or ("answers nothing" if self.row.kind.is_reply else "not readable")
        return _EVENTS.get(self.row.kind, "event")


def involved_in(finding: Finding, rows: MessageRows) -> list[Involved]:
    """The records that an occurrence names, in the order in which they came."""
    if not finding.records:
        return []
    pin = finding.records[0]
    chosen = sorted({pin, *finding.records[:MOST_INVOLVED]})
    pinned = _row(pin, rows)
    return [_involved(number, pinned, pin, rows) for number in chosen]


def _row(number: int, rows: MessageRows) -> Row | None:
    position = rows.position(number)
    return None if position is None else rows.row(position)


def _involved(number: int, pinned: Row | None, pin: int, rows: MessageRows) -> Involved:
    if number == pin:
        return Involved(number, pinned, "found here", pinned=True)
    row = _row(number, rows)
    if row is None or pinned is None:
        return Involved(number, row, "before" if number < pin else "after", pinned=False)
    since = abs(row.time - pinned.time) / 1e9
    when = f"{format_seconds(since)} {'before' if number < pin else 'after'}" if since else ""
    tie = ""
    if pinned.partner == number or row.partner == pin:
        tie = "its response" if row.kind.is_reply else "its request"
    return Involved(number, row, " · ".join(filter(None, (tie, when))) or "at the same time", pinned=False)
