"""Which rows the message list shows: all, one station's, those that a filter lets through."""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from rich.cells import cell_len

from ocppscope.capture.record import Note
from ocppscope.filters import Filter
from ocppscope.filters.subject import COST
from ocppscope.inspect.seen import Seen
from ocppscope.inspect.subject import SeenSubject
from ocppscope.inspect.summaries import summarise
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Malformed
from ocppscope.protocol.roles import Direction
from ocppscope.tui.columns.events import describe
from ocppscope.tui.columns.marks import finding_marks
from ocppscope.tui.context import Recalled
from ocppscope.tui.feed import Feed
from ocppscope.tui.rows import MessageRows, Row
from ocppscope.tui.widgets.record_table import Cell, Lens, Rows

SLICE = 10_000
"""Rows judged between two looks at the clock: about 3 ms when the columns suffice."""

READ_SLICE = 100
"""The same when each message has to be read back: about 2 ms."""

_IN_COLUMNS = frozenset(name for name, cost in COST.items() if cost == 0)

_MARKS = 6
"""Cells at the right where the findings of all rows stand."""

KEPT_READINGS = 2000
"""Messages kept as read back, for the rows in sight and a filter that looks at them twice."""

_ALIKE = frozenset({"action", "type", "dir", "station"})
"""What `MessageRows.alike` tells apart."""

_ACCENTS = {Severity.ERROR: "error", Severity.WARNING: "warn"}


class Entry:
    """One line of the message list: the row, and its text as soon as somebody asks."""

    __slots__ = ("_listing", "position", "row")

    def __init__(self, listing: "Listing", position: int) -> None:
        self._listing = listing
        self.position = position
        self.row: Row = listing.feed.rows.row(position)

    @property
    def recalled(self) -> Recalled | None:
        """The message read back; None for an event."""
        return self._listing.recall(self.position)

    @property
    def info(self) -> str:
        """The Info column: raw wire text."""
        return info_of(self.recalled)

    @property
    def event(self) -> Cell:
        """The text of a row that is no message."""
        happening = self._listing.feed.happening(self.position)
        if happening is None:
            return describe(None, self.row)
        return describe(happening.record, self.row, happening.connection)

    @property
    def overdue(self) -> bool:
        """Whether it is a CALL that waited longer than its limit."""
        row = self.row
        return row.pending and row.limit is not None and self.age > row.limit

    @property
    def age(self) -> float:
        """Seconds since the CALL."""
        return max(self._listing.feed.now() - self.row.mono, 0) / 1e9


class RowSubject:
    """Any row as a `filters.Subject`. One object is moved from row to row: a million of them would cost a second."""

    held = False

    def __init__(self, listing: "Listing") -> None:
        self._listing = listing
        self.position = 0

    @property
    def _rows(self) -> MessageRows:
        return self._listing.feed.rows

    @property
    def action(self) -> str:
        """Of a response that of its CALL."""
        return self._rows.action(self.position)

    @property
    def type(self) -> str:
        """The standard's word."""
        kind = self._rows.kind(self.position)
        return kind.word if kind.is_message else ""

    @property
    def dir(self) -> str:
        """``up`` or ``down``."""
        if not self._rows.kind(self.position).is_message:
            return ""
        return "up" if self._rows.direction(self.position) is Direction.TO_CSMS else "down"

    @property
    def station(self) -> str:
        """Station identity."""
        return self._rows.station(self.position)

    @property
    def message_id(self) -> str:
        """As text."""
        return self._told.message_id

    @property
    def transaction(self) -> str | None:
        """The transaction that the payload names."""
        return self._told.transaction

    @property
    def evse(self) -> str | None:
        """The EVSE (2.x) or connector (1.6) that the payload names."""
        return self._told.evse

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that have something to say about it."""
        return tuple(finding.rule for finding in self._listing.feed.findings(self._rows.number(self.position)))

    @property
    def severity(self) -> str | None:
        """The worst of its findings."""
        worst = self._rows.severity(self.position)
        return None if worst is None else worst.value

    @property
    def latency(self) -> float | None:
        """Seconds that the answer took."""
        return self._rows.latency(self.position)

    @property
    def limit_share(self) -> float | None:
        """Latency divided by the limit."""
        return self._rows.share(self.position)

    @property
    def has_findings(self) -> bool:
        """Whether any finding is pinned to it."""
        return self._rows.severity(self.position) is not None

    @property
    def marked(self) -> bool:
        """Whether the user marked it."""
        return self._rows.is_marked(self.position)

    @property
    def info(self) -> str:
        """The Info column."""
        return info_of(self._listing.recall(self.position))

    @property
    def payload(self) -> Any:
        """The JSON payload of what has one."""
        return self._told.payload

    @property
    def _told(self) -> SeenSubject:
        """The message read back, seen as the command line's filters see it."""
        recalled = self._listing.recall(self.position)
        if recalled is None:
            return _NOTHING
        return SeenSubject(Seen(recalled.record, recalled.number, message=recalled.message, action=recalled.action))


_NOTHING = SeenSubject(Seen(Note(seq=0, time=datetime.fromtimestamp(0, UTC), text=""), 0))


class Listing(Rows[Entry]):
    """The rows in the list, as a source for `RecordTable`. Without filter and station it costs nothing."""

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self.feed = feed
        self.filter: Filter | None = None
        self.station: str | None = None
        self._chosen = array("I")
        self._judged = 0
        self._all = True
        self._frozen_at: int | None = None
        self._verdicts: dict[tuple[int, int, int, int], bool] = {}
        self._readings: OrderedDict[int, Recalled | None] = OrderedDict()
        self._subject = RowSubject(self)

    # -- choosing -------------------------------------------------------------------------------------------------

    def narrow(self, chosen: Filter | None, station: str | None) -> None:
        """Show only what a filter and a station let through. Call `work` until it says that all rows were judged."""
        self.filter = None if chosen is None or chosen.is_empty else chosen
        self.station = station
        self._all = self.filter is None and station is None
        self.restart()

    def freeze(self, frozen: bool) -> None:
        """Keep the list as it is while the capture grows, or let it go on."""
        self._frozen_at = len(self.feed.rows) if frozen else None

    @property
    def frozen(self) -> bool:
        """Whether the list stands still."""
        return self._frozen_at is not None

    @property
    def _total(self) -> int:
        return len(self.feed.rows) if self._frozen_at is None else min(self._frozen_at, len(self.feed.rows))

    def restart(self) -> None:
        """Judge every row anew: positions moved, or the rules did."""
        self._chosen = array("I")
        self._judged = 0
        self._verdicts.clear()
        self._readings.clear()

    def work(self, budget: float) -> bool:
        """Judge rows that were not judged yet, for at most so many seconds. Returns whether some are left."""
        if self._all:
            return False
        deadline = perf_counter() + budget
        needs = self.filter.needs if self.filter is not None else frozenset[str]()
        cheap = needs <= _ALIKE
        size = SLICE if needs <= _IN_COLUMNS else READ_SLICE
        total = self._total
        while self._judged < total:
            stop = min(self._judged + size, total)
            self._chosen.extend(self._passing(self._judged, stop, by_combination=cheap))
            self._judged = stop
            if perf_counter() >= deadline:
                break
        return self._judged < total

    @property
    def complete(self) -> bool:
        """Whether every row was judged."""
        return self._all or self._judged >= self._total

    def reconsider(self, numbers: Iterable[int]) -> bool:
        """Rows changed (an answer, a finding): those that pass now join the list. Returns whether any did."""
        if self.filter is None:
            return False
        joined = False
        for number in numbers:
            position = self.feed.rows.position(number)
            if position is None or position >= self._judged or not self._passes(position):
                continue
            place = bisect_left(self._chosen, position)
            if place == len(self._chosen) or self._chosen[place] != position:
                self._chosen.insert(place, position)
                joined = True
        return joined

    def _passing(self, start: int, stop: int, *, by_combination: bool) -> Iterable[int]:
        if not by_combination:
            return [position for position in range(start, stop) if self._passes(position)]
        verdicts, chosen = self._verdicts, []
        for position, key in enumerate(self.feed.rows.alike(start, stop), start):
            verdict = verdicts.get(key)
            if verdict is None:
                verdict = verdicts[key] = self._passes(position)
            if verdict:
                chosen.append(position)
        return chosen

    def _passes(self, position: int) -> bool:
        if self.station is not None and not self.feed.rows.belongs(position, self.station):
            return False
        if self.filter is None:
            return True
        self._subject.position = position
        return self.filter.matches(self._subject)

    # -- what RecordTable asks ------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._total if self._all else len(self._chosen)

    def row(self, index: int) -> Entry:
        """The entry at an index of the list."""
        return Entry(self, self.position(index))

    def key(self, index: int) -> int:
        """The record's number."""
        return self.feed.rows.number(self.position(index))

    def accent(self, index: int) -> str:
        """The bar in the margin: the worst finding, or a CALL that waits longer than it may."""
        position = self.position(index)
        if self.feed.rows.is_pending(position) and Entry(self, position).overdue:
            return "error"
        severity = self.feed.rows.severity(position)
        return _ACCENTS.get(severity, "") if severity is not None else ""

    def badge(self, index: int) -> str:
        """The user's mark."""
        return "◆" if self.feed.rows.is_marked(self.position(index)) else " "

    def tied(self, index: int) -> int | None:
        """The other half of the exchange, if it is in the list."""
        partner = self.feed.rows.partner(self.position(index))
        return self.index_of(partner) if partner else None

    def ticking(self, index: int) -> bool:
        """A CALL that waits shows its age."""
        return self.feed.rows.is_pending(self.position(index))

    def spanning(self, row: Entry, lens: Lens) -> Cell | None:
        """Events take the whole line."""
        if row.row.kind.is_message:
            return None
        text = row.event
        marks = finding_marks(row.row.errors, row.row.warnings, row.row.infos)
        room = lens.width - sum(cell_len(part) for part, _ in text) - 1
        if not marks:
            return (*text, (" " + "╌" * max(room, 0), "frame"))
        room -= _MARKS + 1
        if room < 0:
            *head, (words, token) = text
            text = (*head, (f"{words[: room - 1]}…", token))
        return (*text, (" " + "╌" * max(room, 0) + " ", "frame"), *marks)

    # -- finding one's way ----------------------------------------------------------------------------------------

    def position(self, index: int) -> int:
        """Position in `MessageRows` of an index of the list."""
        return index if self._all else self._chosen[index]

    def index_of(self, number: int) -> int | None:
        """Index in the list of a record, None if it is not in it."""
        position = self.feed.rows.position(number)
        if position is None or self._all:
            return position
        index = bisect_left(self._chosen, position)
        return index if index < len(self._chosen) and self._chosen[index] == position else None

    def nearest(self, number: int) -> int:
        """Index of a record, or of the next one behind it in the list."""
        position = self.feed.rows.position(number) or 0
        if self._all:
            return position
        return min(bisect_left(self._chosen, position), max(len(self._chosen) - 1, 0))

    def search(self, index: int, step: int, wanted: Callable[[int], bool]) -> int | None:
        """Index of the next (``step=1``) or previous entry whose position is wanted, None if there is none."""
        index += step
        while 0 <= index < len(self):
            if wanted(self.position(index)):
                return index
            index += step
        return None

    def recall(self, position: int) -> Recalled | None:
        """A message read back, kept for a while."""
        readings = self._readings
        if position in readings:
            return readings[position]
        recalled = readings[position] = self.feed.recall(position)
        if len(readings) > KEPT_READINGS:
            readings.popitem(last=False)
        return recalled


def info_of(recalled: Recalled | None) -> str:
    """The Info column of a message: what it says in a few words, or why it could not be read."""
    if recalled is None:
        return ""
    if isinstance(recalled.message, Malformed):
        return recalled.message.reason
    return summarise(recalled.version, recalled.message, recalled.action)
