"""The main screen: stations at the left, numbered tabs, the exchange under the cursor below or beside."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import ClassVar, cast

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Static

from ocppscope.capture.record import Ended
from ocppscope.tui.actions import bindings
from ocppscope.tui.context import Shown, Tab
from ocppscope.tui.device_facts import Offer, device_of, offer_of
from ocppscope.tui.figures import live_of, obituary, status_of, totals_of, waiting_card
from ocppscope.tui.reading import Change
from ocppscope.tui.run import Engine, Run
from ocppscope.tui.tabs.findings import FindingsTab
from ocppscope.tui.tabs.latency import LatencyTab
from ocppscope.tui.tabs.pending import PendingTab
from ocppscope.tui.tabs.transactions import TransactionsTab
from ocppscope.tui.widgets.card import Card
from ocppscope.tui.widgets.connection_facts import Happening
from ocppscope.tui.widgets.device import DevicePanel
from ocppscope.tui.widgets.exchange_detail import ExchangeDetail
from ocppscope.tui.widgets.key_bar import KeyBar
from ocppscope.tui.widgets.messages import MessagesPane
from ocppscope.tui.widgets.record_table import RecordTable
from ocppscope.tui.widgets.sessions import Sessions
from ocppscope.tui.widgets.tab_strip import TabStrip
from ocppscope.tui.widgets.top_bar import TopBar

FRAME_SECONDS = 0.1
"""Ten pictures a second: painted one by one, 50 messages a second cost 81 % of a core, in batches half of it."""

FINDING_SECONDS = 0.06
"""A finding does not wait for the next picture when the latest is so old: it is seen about 60 ms after its message."""

READ_SECONDS = 0.012
"""Time given at once to reading, between two looks at the keyboard."""

TURNS = 16
"""Turns of the event loop between two slices of reading. A key press passes from queue to queue (driver, app, screen, list,
cursor), one a turn: with a slice in every turn it took six of them, 100 ms. A turn in which nothing waits costs 20 µs."""

IDLE_SECONDS = 0.05
"""How often a live capture is looked at when nothing comes."""

DETAIL_SECONDS, DETAIL_SECONDS_RUSHING = 0.12, 1.0
"""The detail follows the cursor at most so often: two JSON trees cost more than the list. Nobody reads an exchange that
follow mode replaces four times a second, so there one a second is shown."""

RUSH_SECONDS = 0.25
"""Follow mode rushes when the cursor moves on within so many seconds."""

TABS = (
    ("Messages", "messages-pane"),
    ("Findings", "findings-tab"),
    ("Latency", "latency-tab"),
    ("Transactions", "transactions-tab"),
    ("Pending", "pending-tab"),
)
FINDINGS = 1
WITH_DETAIL = frozenset({0, 1})
"""Tabs that show the exchange of the row under the cursor."""


class Panes(Screen[None]):
    """What the main screen consists of and how it is drawn; `MainScreen` adds what keys do."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("screen"), *bindings("findings")]

    def __init__(self, run: Run, *, capture: Path, mode: str, engine: Engine | None, filter_text: str = "") -> None:
        super().__init__()
        self.run = run
        self.capture = capture
        self.engine = engine
        self._mode = mode
        self._filter_text = filter_text
        self._frames = 0
        self._wanted: int | None = None
        self._detailed: int | None = None
        self._detailed_at = 0.0
        self._wanted_at = 0.0
        self._rushing = False
        self._drawn_at = 0.0
        self.came_from = 0
        """The tab from which a jump led to the messages: Esc goes back there."""
        self.offer: Offer | None = None
        """A built-in profile that fits and is not applied."""

    def compose(self) -> ComposeResult:
        """Bar, body, keys."""
        yield TopBar()
        yield Static(id="banner", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="sidebar"):
                with Container(id="sessions-frame", classes="framed"):
                    yield Sessions(id="sessions")
                with Container(id="device-frame", classes="framed"):
                    yield DevicePanel()
            with Container(id="centre"):
                with Vertical(id="tabs-frame", classes="framed"):
                    yield TabStrip([name for name, _ in TABS], id="strip")
                    with ContentSwitcher(initial=TABS[0][1]):
                        yield MessagesPane(self.run.feed, id="messages-pane")
                        yield FindingsTab(id="findings-tab")
                        yield LatencyTab(id="latency-tab")
                        yield TransactionsTab(id="transactions-tab")
                        yield PendingTab(id="pending-tab")
                yield ExchangeDetail(self.run.now, id="detail")
        yield Card(id="too-small")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to read and to draw."""
        self.query_one("#sessions-frame").border_title = Content("Sessions")
        self.query_one("#device-frame").border_title = Content("DUT")
        self.query_one("#too-small", Card).show(
            (("↯ ocppscope needs a little more room:", "text"),), (("60 columns by 16 lines at least.", "muted"),)
        )
        messages = self.messages
        if self.run.live:
            messages.set_waiting_card(*waiting_card(self.engine, self.capture))
            messages.table.follow = True
        messages.table.focus()
        if self._filter_text:
            messages.bar.set(self._filter_text)
        self.run_worker(self._read(), group="read")
        self.set_interval(FRAME_SECONDS, self.draw)
        self.call_after_refresh(self.draw)

    @property
    def messages(self) -> MessagesPane:
        """The first tab."""
        return self.query_one(MessagesPane)

    @property
    def strip(self) -> TabStrip:
        """The tab line."""
        return self.query_one(TabStrip)

    @property
    def detail(self) -> ExchangeDetail:
        """The exchange."""
        return self.query_one(ExchangeDetail)

    @property
    def sessions(self) -> Sessions:
        """The stations."""
        return self.query_one(Sessions)

    def tab(self, index: int) -> Tab:
        """One of the tabs behind the first."""
        return cast("Tab", self.query_one(f"#{TABS[index][1]}"))

    # -- reading --------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        feed = self.run.feed
        while True:
            more = feed.work(READ_SECONDS)
            if self.run.live and feed.judged and monotonic() - self._drawn_at >= FINDING_SECONDS:
                self.draw()
            if more:
                for _ in range(TURNS):
                    await asyncio.sleep(0)
            elif feed.finished:
                return
            else:
                feed.advance()
                await asyncio.sleep(IDLE_SECONDS)

    # -- drawing --------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """One frame: what changed since the last. Tabs are drawn at 5 Hz, figures around them at 2 Hz, findings at once."""
        change = self.run.feed.take()
        self._drawn_at = monotonic()
        self._frames += 1
        if change.judged_again:
            self._judged_again()
        self.messages.refresh_data(change)
        if self._frames % 2 == 1:
            self.messages.tick()
        if self._frames % 2 == 1 or change.judged:
            self._draw_tab(change)
        if self._frames % 5 == 1:
            self.draw_figures()
        elif change.judged:
            self._draw_labels()
        self.draw_frame()
        if self._detailed is not None and self._concerns_detail(change):
            self._detailed = None
        self.draw_detail()

    def _draw_tab(self, change: Change) -> None:
        behind = self.strip.active == FINDINGS and self.query_one(FindingsTab).behind
        if self.strip.active and not self.messages.listing.frozen and (change or self.run.live or behind):
            self.tab(self.strip.active).refresh_data(self.run)

    def draw_figures(self) -> None:
        """Tab labels, stations, device, top bar, banner."""
        run = self.run
        self._draw_labels()
        stations = list(run.inspector.stations.values())
        self.sessions.refresh_data(stations, run.found_by_station(), run.rows.messages, growing=run.live)
        self.query_one("#sessions-frame").border_subtitle = Content(live_of(run))
        self._draw_device()
        paused = self.messages.listing.frozen
        self.query_one(TopBar).status = status_of(run, self.engine, self.capture, self._mode, paused=paused)
        if self.engine is not None and not self.engine.alive and not self.has_class("-dead"):
            self.query_one("#banner", Static).update(Content(obituary(self.engine, self.capture)))
            self.add_class("-dead")

    def _draw_labels(self) -> None:
        self.strip.labels = ((), *(tuple(self.tab(index).count_label(self.run)) for index in range(1, len(TABS))))

    def _draw_device(self) -> None:
        """The device under test, and the profile that would fit it."""
        run = self.run
        offer = offer_of(run) if run.feed.judging_again is None else None
        if offer != self.offer:
            self.offer = offer
            self.refresh_bindings()
            if offer is not None and not self.query_one("#sidebar").display:
                self.notify(f"The built-in profile {offer.profile} fits. P applies its limits.", timeout=8)
        device = device_of(run, totals_of(run), offer)
        self.query_one(DevicePanel).device = device
        self.query_one("#device-frame").set_class(not device.is_about_profiles, "-no-profile")

    def _judged_again(self) -> None:
        """Another inspector has read everything: rows have the same places and perhaps other verdicts."""
        listing = self.messages.listing
        self.messages.narrow(listing.filter, listing.station)
        self._detailed = None
        self.draw_figures()

    def draw_frame(self) -> None:
        """The facts in the lower edge of the list's frame."""
        pane = self.messages
        text = ""
        if pane.listing.frozen:
            text = "[$warning bold]⏸ frozen[/]"
        elif self.strip.active == 0 and self.run.live and pane.table.follow and len(pane.listing):
            text = "[$accent bold]▼ FOLLOW[/]"
        elif self.strip.active == 0 and self.run.live and pane.unseen:
            text = f"[$warning bold]▼ {pane.unseen:,} new[/]"
        elif self.strip.active == FINDINGS:
            text = f"by {self.query_one(FindingsTab).grouping.words}"
        self.set_class(len(pane.feed.rows) == 0, "-idle")
        away = self.has_class("-zoom") or self.has_class("-sessions")
        away |= self.strip.active == 0 and bool(pane.bar.text or self.came_from)
        self.query_one(KeyBar).extra = frozenset({"back"} if away else ())
        frame = self.query_one("#tabs-frame")
        if frame.border_subtitle != text:
            frame.border_subtitle = text

    # -- detail ---------------------------------------------------------------------------------------------------

    def show_detail(self, number: int | None) -> None:
        """Let the detail show a message, soon."""
        now = monotonic()
        self._rushing = self.messages.table.follow and now - self._wanted_at < RUSH_SECONDS
        self._wanted, self._wanted_at = number, now
        self.draw_detail()

    def draw_detail(self) -> None:
        """Show what is wanted, unless the last time was a moment ago: the next frame does it then."""
        if self._wanted == self._detailed or not self.detail.display:
            return
        calm = not self._rushing or monotonic() - self._wanted_at > RUSH_SECONDS
        pause = DETAIL_SECONDS if calm else DETAIL_SECONDS_RUSHING
        if monotonic() - self._detailed_at < pause:
            return
        self._detailed_at = monotonic()
        self._detailed = self._wanted
        self.detail.show(None if self._wanted is None else self._facts(self._wanted))

    def _facts(self, number: int) -> Shown | Happening | None:
        position = self.run.rows.position(number)
        if position is None:
            return None
        if self.run.rows.kind(position).is_message:
            return self.run.shown(number)
        happening = self.run.feed.happening(position)
        if happening is None or happening.connection is None or not isinstance(happening.record, Ended):
            return happening
        connection = happening.connection
        found = self.run.endings_of(connection.station)
        autopsy = next((one for one in found if one.connection is connection), None)
        return msgspec.structs.replace(happening, autopsy=autopsy)

    def _concerns_detail(self, change: Change) -> bool:
        position = self.run.rows.position(self._detailed or 0)
        partner = self.run.rows.partner(position) if position is not None else None
        return self._detailed in change.numbers or partner in change.numbers

    @on(RecordTable.Highlighted, "#messages")
    def _message_highlighted(self) -> None:
        if self.strip.active == 0:
            entry = self.messages.entry
            self.show_detail(entry.row.number if entry is not None else None)

    @on(MessagesPane.Narrowed)
    @on(RecordTable.FollowChanged, "#messages")
    def _frame_changed(self) -> None:
        self.draw_frame()
        self.refresh_bindings()
