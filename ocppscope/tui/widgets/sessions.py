"""The stations, two lines each: highlighting one narrows every tab to it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ocppscope.model.connection import Station
from ocppscope.tui.actions import bindings
from ocppscope.tui.columns.marks import finding_marks
from ocppscope.tui.columns.messages import middle_cut
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.gauge import format_seconds
from ocppscope.tui.widgets.line import line_strip
from ocppscope.tui.widgets.record_table import Cell

HEIGHT = 3
"""Lines of an entry: id and findings; version, state and round trip; a blank."""

SLOW_RTT = 0.15
"""Seconds of WebSocket round trip from which on the link is worth a look."""

_STATE_TOKENS = {
    "Faulted": "error",
    "Rejected": "error",
    "Charging": "ok",
    "Pending": "warn",
    "Unavailable": "warn",
    "SuspendedEV": "warn",
    "SuspendedEVSE": "warn",
}


class Sessions(ScrollView, can_focus=True):
    """The list of stations with "All stations" first."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Sessions {
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $track;
        overflow-x: hidden;
        & > .sessions--cursor { background: $cursor; }
        & > .sessions--resting { background: $tied; }
        &:ansi > .sessions--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"sessions--cursor", "sessions--resting"}
    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    cursor: reactive[int] = reactive(0)

    class Highlighted(Message):
        """Another station was chosen; None for all."""

        def __init__(self, station: str | None) -> None:
            super().__init__()
            self.station = station

    class Selected(Message):
        """Enter: the choice is made, back to the messages."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._stations: Sequence[Station] = ()
        self._found: Mapping[str, tuple[int, int]] = {}
        self._messages = 0
        self._growing = False

    def refresh_data(
        self, stations: Sequence[Station], found: Mapping[str, tuple[int, int]], messages: int, *, growing: bool
    ) -> None:
        """Draw the stations as they are now.

        Args:
            stations: new ones only come at the end.
            found: distinct errors and warnings by station.
            messages: of all stations.
            growing: whether the capture grows: in a finished one every station is gone, so its last state is told.
        """
        self._growing = growing
        self._stations = stations
        self._found = found
        self._messages = messages
        size = Size(self.size.width, 2 + HEIGHT * len(stations) - bool(stations))
        if self.virtual_size != size:
            self.virtual_size = size
        self.refresh()

    @property
    def station(self) -> str | None:
        """The one under the cursor, None for all."""
        return self._stations[self.cursor - 1].id if 0 < self.cursor <= len(self._stations) else None

    def choose(self, station: str | None) -> None:
        """Put the cursor on a station."""
        names = [one.id for one in self._stations]
        self._move(names.index(station) + 1 if station in names else 0)

    def watch_cursor(self, _old: int, _new: int) -> None:
        """Say who was chosen."""
        self.post_message(self.Highlighted(self.station))

    def _move(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self._stations)))
        top = self._top(self.cursor)
        self.scroll_to_region(Region(0, top, 1, 2 if self.cursor else 1), animate=False, force=True)

    @staticmethod
    def _top(index: int) -> int:
        return 0 if index == 0 else 2 + HEIGHT * (index - 1)

    def action_move(self, step: int) -> None:
        """The next or previous station."""
        self._move(self.cursor + step)

    def action_page(self, step: int) -> None:
        """A screen on or back."""
        self._move(self.cursor + step * max(self.size.height // HEIGHT, 1))

    def action_first(self) -> None:
        """All stations."""
        self._move(0)

    def action_last(self) -> None:
        """The last station."""
        self._move(len(self._stations))

    def action_select(self) -> None:
        """The choice is made."""
        self.post_message(self.Selected())

    def on_click(self, event: events.Click) -> None:
        """Choose the station under the mouse."""
        y = event.y + self.scroll_offset.y
        self._move(0 if y < 2 else (y - 2) // HEIGHT + 1)
        if event.chain == 2:
            self.action_select()

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width, line = self.scrollable_content_region.width, y + self.scroll_offset.y
        index, part = (0, line) if line < 2 else ((line - 2) // HEIGHT + 1, (line - 2) % HEIGHT)
        base = self.rich_style
        blank = part == (1 if index == 0 else 2)
        if blank or index > len(self._stations):
            return Strip.blank(width, base)
        if index == self.cursor:
            name = "sessions--cursor" if self.has_focus else "sessions--resting"
            base += self.get_component_rich_style(name, partial=True)
        left, right = self._all() if index == 0 else self._lines(self._stations[index - 1], width)[part]
        return line_strip(left, right, width, base, self._palette)

    def _all(self) -> tuple[Cell, Cell]:
        return ((" All stations", "text bold"),), ((f"{self._messages} ", "text"),)

    def _lines(self, station: Station, width: int) -> list[tuple[Cell, Cell]]:
        marks = finding_marks(*self._found.get(station.id, (0, 0)))
        room = width - 5 - sum(len(text) for text, _ in marks)
        status = station.status
        dot = _dot(station)
        upper: Cell = (
            (f" {dot[0]} ", dot[1]),
            (middle_cut(station.id, room), "text bold" if station.live or not self._growing else "muted"),
        )
        state = status if station.live or not self._growing else "offline"
        version = station.shown_version
        rtt = _round_trip(station.rtt) if station.rtt is not None and station.live else ""
        token = "warn" if (station.rtt or 0) >= SLOW_RTT else "muted"
        right: Cell = ((rtt, token), (" ", "")) if rtt else ()
        # Versions stand in a column of their own unless that would cut the state.
        column = max(5, len(version))
        wide = 3 + column + 1 + len(state) + (len(rtt) + 2 if rtt else 0) <= width
        lower: Cell = (
            (f"   {version:<{column}} " if wide else f"   {version} ", "muted"),
            (state, _STATE_TOKENS.get(state, "muted") if station.live else "muted"),
        )
        return [(upper, (*marks, (" ", ""))), (lower, right)]

    @property
    def _palette(self) -> Palette:
        return Palette(self.app.theme_variables)


def _round_trip(seconds: float) -> str:
    return "<1 ms" if seconds < 0.001 else format_seconds(seconds)


def _dot(station: Station) -> tuple[str, str]:
    if not station.live:
        return "○", "muted"
    if station.status in ("Faulted", "Rejected"):
        return "●", "error"
    return ("●", "ok") if station.status in ("Charging", "Occupied") else ("●", "muted")
