"""What the keys of the main screen do."""

import json
from typing import TYPE_CHECKING, cast

from textual import on
from textual.widgets import ContentSwitcher, Input

from ocppscope.filters.parser import member_expression
from ocppscope.model.finding import Finding, Severity
from ocppscope.tui.columns.times import TimeMode
from ocppscope.tui.screens.finding_page import FindingPage
from ocppscope.tui.screens.help import HelpScreen
from ocppscope.tui.screens.leave import LeaveScreen
from ocppscope.tui.screens.main import FINDINGS, TABS, WITH_DETAIL, Panes
from ocppscope.tui.screens.rule_page import RulePage
from ocppscope.tui.screens.station_page import StationPage
from ocppscope.tui.screens.vendor_page import VendorPage
from ocppscope.tui.tabs.record_tab import RecordTab
from ocppscope.tui.widgets.payload_tree import PayloadTree
from ocppscope.tui.widgets.record_table import RecordTable
from ocppscope.tui.widgets.sessions import Sessions
from ocppscope.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from ocppscope.tui.app import OcppScope

_TIME_WORDS = {
    TimeMode.CLOCK: "Times by the clock, UTC",
    TimeMode.START: "Times since the first message",
    TimeMode.DELTA: "Times since the row above",
}


class MainScreen(Panes):
    """`Panes` with its keys. Every method here is named in `actions.ACTIONS`, or answers a message."""

    def on_mount(self) -> None:
        """Let tabs and panes ask for things."""
        self.run.on_show, self.run.on_jump, self.run.on_filter = self.show_detail, self.jump, self.filter_by
        self.run.on_mute = self.say_muted

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are not shown."""
        if action == "follow":
            return self.run.live
        if action == "accept_profile":
            return self.offer is not None
        if action in ("filter", "palette"):
            return not isinstance(self.focused, Input)
        if action in ("rule", "mute", "involved"):
            return bool(self.findings_at_hand())
        return super().check_action(action, parameters)

    # -- tabs -----------------------------------------------------------------------------------------------------

    def action_tab_number(self, number: int) -> None:
        """Go to a tab."""
        self.choose_tab(number - 1)

    def action_tab(self, step: int) -> None:
        """Go to the next or previous tab."""
        self.choose_tab((self.strip.active + step) % len(TABS))

    @on(TabStrip.Chosen)
    def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        self.choose_tab(event.index)

    def choose_tab(self, index: int) -> None:
        """Show a tab and give it the focus."""
        self.remove_class("-zoom", "-sessions")
        self.came_from = 0
        self.strip.active = index
        name = TABS[index][1]
        self.query_one(ContentSwitcher).current = name
        self.set_class(index not in WITH_DETAIL, "-no-detail")
        self.set_class(index == FINDINGS, "-on-findings")
        if index:
            self.tab(index).refresh_data(self.run)
        self._focus_list()
        if index == 0:
            entry = self.messages.entry
            self.show_detail(entry.row.number if entry is not None else None)
        self.draw_frame()

    # -- looking --------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Out of the detail, then out of the overlay, then out of the filter, then to all stations."""
        bar = self.messages.bar
        if self.has_class("-zoom"):
            self.action_zoom()
        elif self.has_class("-sessions"):
            self.action_sessions()
        elif bar.input.has_focus or (self.strip.active == 0 and bar.text):
            bar.remember()
            bar.set("")
            self.messages.table.focus()
        elif self.focused is not None and self.detail in self.focused.ancestors:
            self._focus_list()
        elif self.came_from:
            self.choose_tab(self.came_from)
        elif self.run.station is not None:
            self.sessions.choose(None)
        elif self.strip.active:
            self.choose_tab(0)
        else:
            self._focus_list()

    def _focus_list(self) -> None:
        tables = [*self.query_one(f"#{TABS[self.strip.active][1]}").query(RecordTable)]
        # A tab may have one list in the place of another.
        shown = (table for table in tables if all(one.display for one in (table, table.parent) if one is not None))
        next(shown, tables[0]).focus()

    def action_zoom(self) -> None:
        """Give the detail the whole screen, or take it back."""
        if not self.has_class("-zoom") and self.strip.active not in WITH_DETAIL:
            return
        self.toggle_class("-zoom")
        if self.has_class("-zoom"):
            self.call_after_refresh(self._focus_detail)
        else:
            self._focus_list()

    def _focus_detail(self) -> None:
        self.draw_detail()
        for widget in self.detail.query("PayloadTree, Lines"):
            if widget.focusable and widget.is_on_screen:
                widget.focus()
                return

    @on(RecordTable.Selected, "#messages")
    def _message_selected(self) -> None:
        self.messages.table.follow = False  # what one looks at must not be replaced by what comes next
        if not self.has_class("-zoom"):
            self.action_zoom()

    def action_sessions(self) -> None:
        """On a narrow screen the stations come over the list; else they get the focus, or go."""
        if self.has_class("-narrow"):
            self.toggle_class("-sessions")
            (self.sessions if self.has_class("-sessions") else self.messages.table).focus()
        elif self.has_class("-hide-sessions"):
            self.remove_class("-hide-sessions")
            self.sessions.focus()
        elif self.sessions.has_focus:
            self.add_class("-hide-sessions")
            self._focus_list()
        else:
            self.sessions.focus()

    @on(Sessions.Highlighted)
    def _station_highlighted(self, event: Sessions.Highlighted) -> None:
        if event.station == self.run.station:
            return
        self.run.station = event.station
        self.messages.narrow(self.messages.listing.filter, event.station)
        if self.strip.active:
            self.tab(self.strip.active).refresh_data(self.run)
        self.draw_figures()

    @on(Sessions.Selected)
    def _station_selected(self) -> None:
        self.remove_class("-sessions")
        self._focus_list()

    def action_time_mode(self) -> None:
        """Clock, since start, delta."""
        self.notify(_TIME_WORDS[self.messages.next_time_mode()], timeout=2)

    def action_palette(self) -> None:
        """Every command by name."""
        self.app.action_command_palette()

    def action_help(self) -> None:
        """What the keys do."""
        self.app.push_screen(HelpScreen())

    # -- finding --------------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type a filter."""
        self._to_messages()
        self.set_focus(self.messages.bar.input)

    def action_filter_history(self, step: int) -> None:
        """An earlier or later filter."""
        self.messages.bar.recall(step)

    def filter_by(self, text: str) -> None:
        """Go to the messages with a filter."""
        self._to_messages()
        self.messages.bar.set(text)
        self.messages.table.focus()

    @on(PayloadTree.FieldChosen)
    def _field_chosen(self, event: PayloadTree.FieldChosen) -> None:
        self.filter_by(member_expression(event.path, event.value))

    def jump(self, number: int) -> None:
        """Go to a message. Esc comes back."""
        came_from = self.strip.active
        self._to_messages()
        self.came_from = came_from or self.came_from
        if self.run.station is not None and self.messages.listing.index_of(number) is None:
            self.sessions.choose(None)
        if not self.messages.jump(number):
            self.notify("That message is not in the list.", severity="warning", timeout=3)
        self.messages.table.focus()

    def action_finding(self, severity: str, step: int) -> None:
        """To the next or previous finding."""
        self._to_messages()
        if not self.messages.find_severity(Severity(severity), step):
            self._nothing_more(severity, step)

    def findings_at_hand(self) -> tuple[Finding, ...]:
        """What was found in the exchange under the cursor, the worst first."""
        number = self.number_at_hand
        return self.run.feed.findings_at(number) if number is not None else ()

    @property
    def number_at_hand(self) -> int | None:
        """Record number of the message under the cursor of whatever tab is in sight."""
        if self.strip.active == 0:
            entry = self.messages.entry
            return entry.row.number if entry is not None else None
        tab = self.query_one(f"#{TABS[self.strip.active][1]}")
        if not isinstance(tab, RecordTab) or tab.current is None:
            return None
        return tab.number(tab.current)

    def action_involved(self) -> None:
        """The findings here with every message involved."""
        number, findings = self.number_at_hand, self.findings_at_hand()
        if number is not None and findings:
            page = FindingPage(self.run, number, findings)
            self.app.push_screen(page, lambda chosen: self.jump(chosen) if chosen is not None else None)

    def action_rule(self) -> None:
        """The page of the rule that speaks here, the worst first."""
        for finding in self.findings_at_hand()[:1]:
            self.app.push_screen(RulePage(finding.rule))

    def action_mute(self) -> None:
        """Mute the rule that speaks here, the worst first."""
        for finding in self.findings_at_hand()[:1]:
            self.run.mute(finding.rule, muted=True)

    def action_vendor_card(self) -> None:
        """What deviates of the product at hand."""
        self.app.push_screen(VendorPage(self.run, self.station_at_hand, self.capture.name))

    def action_station_page(self) -> None:
        """Clock and disconnects of the station at hand."""
        station = self.run.inspector.stations.get(self.station_at_hand or "")
        if station is None:
            self.notify("Choose a station first.", timeout=3)
        else:
            self.app.push_screen(StationPage(self.run, station))

    @property
    def station_at_hand(self) -> str | None:
        """The chosen station, or the only one, or that of the row under the cursor."""
        if self.run.station is not None:
            return self.run.station
        if len(self.run.inspector.stations) == 1:
            return next(iter(self.run.inspector.stations))
        number = self.number_at_hand
        position = self.run.rows.position(number) if number is not None else None
        return self.run.rows.station(position) or None if position is not None else None

    def say_muted(self, rule: str, muted: bool) -> None:
        """Say that a rule is hidden or shown, and draw everything without it or with it."""
        if muted:
            self.notify(f"{rule} is muted for this run. S on its line in Findings shows it again.", timeout=5)
        else:
            self.notify(f"{rule} is shown again.", timeout=3)
        self.draw()

    def action_marked(self, step: int) -> None:
        """To the next or previous mark."""
        self._to_messages()
        if not self.messages.find_mark(step):
            self._nothing_more("mark", step)

    def action_partner(self) -> None:
        """To the other half of the exchange."""
        if not self.messages.find_partner():
            self.notify("This message has no other half in the list.", timeout=3)

    def action_mark(self) -> None:
        """Mark the message, or take the mark away."""
        if self.strip.active == 0:
            self.messages.toggle_mark()

    def _nothing_more(self, what: str, step: int) -> None:
        self.notify(f"No {what} {'further down' if step > 0 else 'further up'}.", timeout=2)

    def _to_messages(self) -> None:
        if self.strip.active or self.has_class("-sessions"):
            self.choose_tab(0)

    # -- acting ---------------------------------------------------------------------------------------------------

    def action_follow(self) -> None:
        """Follow live traffic, or stop."""
        self._to_messages()
        table = self.messages.table
        if self.messages.listing.frozen:
            self.messages.toggle_freeze()
        table.follow = not table.follow

    def action_freeze(self) -> None:
        """Let the list stand still while recording goes on."""
        self.messages.toggle_freeze()
        self.draw_figures()

    def action_accept_profile(self) -> None:
        """Let the profile that is offered hold for the stations that it fits, from the first record on."""
        offer = self.offer
        if offer is None:
            self.notify("No built-in profile fits a station that has none.", timeout=3)
        elif self.run.apply(offer.profile):
            self.notify(f"Judging again from the start, with the limits of {offer.profile}.", timeout=4)
            self.run_worker(self._read(), group="read", exclusive=True)  # that of a file ended with the file
            self.draw_figures()
        else:
            self.notify(f"Too long to be judged again; start with --pics {offer.profile}.", severity="warning")

    def action_copy_value(self) -> None:
        """The JSON value under the cursor of the detail, or the Info of the row."""
        node = self.detail.selected
        if node is not None:
            value = node.value
            self._copy(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), "value")
            return
        entry = self.messages.entry
        if entry is not None:
            self._copy(entry.info or entry.row.action, "Info")

    def action_copy_raw(self) -> None:
        """The exact text of the message."""
        entry = self.messages.entry
        recalled = entry.recalled if entry is not None else None
        if recalled is not None:
            self._copy(recalled.record.text or recalled.record.data or "", "raw message")

    def _copy(self, text: str, what: str) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"Copied the {what} ({len(text):,} characters).", timeout=2)

    def action_leave(self) -> None:
        """Quit; asks while stations are connected through us."""
        live = sum(station.live > 0 for station in self.run.inspector.stations.values())
        if self.engine is None or not self.engine.alive or not live:
            self._scope_app.leave()
            return
        self.app.push_screen(LeaveScreen(live), lambda leave: self._scope_app.leave() if leave else None)

    @property
    def _scope_app(self) -> "OcppScope":
        return cast("OcppScope", self.app)

    @on(Input.Blurred)
    def _left_filter(self) -> None:
        self.messages.bar.remember()
