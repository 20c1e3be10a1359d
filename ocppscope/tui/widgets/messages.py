"""The Messages tab: filter bar, the list as a sequence diagram, and a word when there is nothing to list."""

from asyncio import sleep
from collections.abc import Callable, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ocppscope.conformance.registry import all_rules
from ocppscope.filters import Filter
from ocppscope.model.finding import Severity
from ocppscope.tui.columns.messages import message_columns
from ocppscope.tui.columns.times import TimeMode
from ocppscope.tui.feed import Feed
from ocppscope.tui.listing import Entry, Listing
from ocppscope.tui.reading import Change
from ocppscope.tui.widgets.card import Card
from ocppscope.tui.widgets.filter_bar import FilterBar
from ocppscope.tui.widgets.record_table import Cell, Column, RecordTable

JUDGE_SECONDS = 0.02
"""Time given at once to judging rows by a new filter, between two looks at the keyboard."""


class MessagesPane(Vertical):
    """See the module's docstring. The screen owns the keys and calls the verbs."""

    DEFAULT_CSS = """
    MessagesPane {
        Card { display: none; }
        &.-nothing Card { display: block; }
        &.-nothing RecordTable { display: none; }
    }
    """

    class Narrowed(Message):
        """The list shows other rows now, or the view was frozen: the frame has something else to say."""

    def __init__(self, feed: Feed, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.feed = feed
        self.listing = Listing(feed)
        self.time_mode = TimeMode.CLOCK
        self._unseen_from = 0
        self._mixed, self._limits = False, False
        self._waiting_card: tuple[Cell, ...] = ()

    def compose(self) -> ComposeResult:
        """Bar, list, card."""
        yield FilterBar(self._known_values)
        yield RecordTable(self._columns(), self.listing, id="messages")
        yield Card(id="nothing")

    def on_mount(self) -> None:
        """Ages are counted on the record clock."""
        self.table.now = self.feed.now

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one("#messages", RecordTable)

    @property
    def bar(self) -> FilterBar:
        """The filter."""
        return self.query_one(FilterBar)

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        entry = self.table.current
        return entry if isinstance(entry, Entry) else None

    # -- drawing --------------------------------------------------------------------------------------------------

    def refresh_data(self, change: Change) -> None:
        """Take over what the feed brought."""
        listing, table = self.listing, self.table
        if change.dropped:
            listing.restart()
        if listing.frozen:
            return
        before = len(listing)
        listing.work(JUDGE_SECONDS)
        joined = listing.reconsider(change.numbers)
        if change or len(listing) != before:
            table.refresh_rows(appended_only=not (joined or change.dropped), changed=change.numbers)
        if table.follow:
            self._unseen_from = len(listing)
        self.draw_surroundings()

    def draw_surroundings(self) -> None:
        """The count in the bar, and the card in place of an empty list."""
        self.bar.show_count(len(self.listing), len(self.feed.rows), complete_=self.listing.complete)
        mixed = self.listing.station is None and len(self.feed.inspector.stations) > 1
        if (mixed, self.feed.rows.limits) != (self._mixed, self._limits):
            self._mixed, self._limits = mixed, self.feed.rows.limits
            self.redraw_columns()
        nothing = len(self.listing) == 0 and self.listing.complete
        self.set_class(nothing, "-nothing")
        if not nothing and self.screen.focused is None:
            # It lost the focus while the card stood in its place.
            self.call_after_refresh(self.table.focus)
        if nothing:
            self.query_one(Card).show(*self._card())

    def tick(self) -> None:
        """Ages of CALLs that wait."""
        self.table.tick()

    @property
    def unseen(self) -> int:
        """Rows that came since follow mode was left."""
        return 0 if self.table.follow else max(len(self.listing) - self._unseen_from, 0)

    def set_waiting_card(self, *lines: Cell) -> None:
        """What stands here while no station has said anything."""
        self._waiting_card = lines

    def _card(self) -> tuple[Cell, ...]:
        if self.listing.filter is not None:
            total = len(self.feed.rows)
            return (
                (("No message matches.", "text"),),
                (("Esc", "accent bold"), (f" shows {'the one' if total == 1 else f'all {total:,}'}.", "muted")),
            )
        if self.listing.station is not None:
            return ((("Nothing from this station yet.", "muted"),),)
        if self._waiting_card:
            return self._waiting_card
        if not self.feed.finished:
            return ((("reading …", "muted"),),)
        return ((("No message in this capture.", "text"),),)

    def redraw_columns(self) -> None:
        """Other time mode, or rows of several stations."""
        table = self.table
        table.show(self.listing, table.cursor, self._columns())

    def _columns(self) -> Sequence[Column[Entry]]:
        start = self.feed.rows.first_time() or 0
        return message_columns(self.time_mode, start, self._time_above, station=self._mixed, limits=self._limits)

    def _time_above(self, entry: Entry) -> int | None:
        index = self.listing.index_of(entry.row.number)
        return self.feed.rows.time(self.listing.position(index - 1)) if index else None

    def _known_values(self) -> Mapping[str, Sequence[str]]:
        stations, actions = self.feed.rows.words()
        return {"station": stations, "action": actions, "rule": [rule.id for rule in all_rules()]}

    # -- filter ---------------------------------------------------------------------------------------------------

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        event.stop()
        self.narrow(event.filter, self.listing.station)

    @on(FilterBar.Done)
    def _filter_done(self, event: FilterBar.Done) -> None:
        event.stop()
        self.table.focus()

    def narrow(self, chosen: Filter | None, station: str | None) -> None:
        """Show what a filter and a station let through. The cursor stays at its message, or at the next one left."""
        number = self.entry.row.number if self.entry is not None else None
        self.listing.narrow(chosen, station)
        self._judge(number)

    def _judge(self, number: int | None) -> None:
        """Judge a first slice at once, the rest between two looks at the keyboard."""
        more = self.listing.work(JUDGE_SECONDS)
        self._put_cursor(number)
        if not more:
            self._judged()
            return

        async def judge() -> None:
            while self.listing.work(JUDGE_SECONDS):
                self.table.refresh_rows(appended_only=True)
                self.draw_surroundings()
                await sleep(0)
            self._put_cursor(number)
            self._judged()

        self.run_worker(judge(), group="judge", exclusive=True)

    def _judged(self) -> None:
        self._unseen_from = len(self.listing)
        self.post_message(self.Narrowed())

    def _put_cursor(self, number: int | None) -> None:
        index = self.listing.nearest(number) if number is not None and len(self.listing) else 0
        if self.table.follow:
            index = len(self.listing) - 1
        self.table.show(self.listing, max(index, 0))
        self.draw_surroundings()

    # -- verbs ----------------------------------------------------------------------------------------------------

    def jump(self, number: int) -> bool:
        """Put the cursor on a message, clearing the filter if it hides it. Returns whether the message has a row."""
        if self.feed.rows.position(number) is None:
            return False
        self.table.follow = False
        index = self.listing.index_of(number)
        if index is None:
            self.listing.narrow(None, None)
            with self.prevent(FilterBar.Changed):
                self.bar.set("")
            index = self.listing.index_of(number)
            self.table.show(self.listing, index)
            self.draw_surroundings()
        else:
            self.table.move_to(index, middle=True)
        return True

    def find_severity(self, severity: Severity, step: int) -> bool:
        """To the next or previous message with a finding of a severity."""
        rows = self.feed.rows
        return self._go(step, lambda position: rows.severity_counts(position)[severity] > 0)

    def find_mark(self, step: int) -> bool:
        """To the next or previous marked message."""
        return self._go(step, self.feed.rows.is_marked)

    def _go(self, step: int, wanted: Callable[[int], bool]) -> bool:
        index = self.listing.search(self.table.cursor, step, wanted)
        if index is None and step > 0 and self.table.follow:
            # At the end of live traffic nothing is further down: what is asked for is the latest one.
            index = self.listing.search(self.table.cursor, -1, wanted)
        if index is None:
            return False
        self.table.follow = False
        self.table.move_to(index, middle=True)
        return True

    def find_partner(self) -> bool:
        """To the other half of the exchange."""
        entry = self.entry
        return entry is not None and entry.row.partner is not None and self.jump(entry.row.partner)

    def toggle_mark(self) -> None:
        """Mark the message under the cursor, or take the mark away."""
        entry = self.entry
        if entry is not None:
            self.feed.rows.mark(entry.position)
            self.table.refresh_rows(appended_only=True, changed=(entry.row.number,))
            self.listing.reconsider((entry.row.number,))

    def next_time_mode(self) -> TimeMode:
        """Clock, since start, delta."""
        self.time_mode = self.time_mode.next
        self.redraw_columns()
        return self.time_mode

    def toggle_freeze(self) -> bool:
        """Let the list stand still, or go on. Returns whether it stands still now."""
        frozen = not self.listing.frozen
        self.listing.freeze(frozen)
        if not frozen:
            self.refresh_data(Change(appended=True))
        self.post_message(self.Narrowed())
        return frozen
