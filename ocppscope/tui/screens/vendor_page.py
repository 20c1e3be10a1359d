"""Vendor cards: per vendor, model and firmware what deviates, ready to be copied into a ticket."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ocppscope.inspect.vendor_card import cards
from ocppscope.model.visible import visible
from ocppscope.tui.context import Scope
from ocppscope.tui.findings.vendor import first_of, plain_text, vendor_lines
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.exchange_panes import folded
from ocppscope.tui.widgets.record_table import Cell

_WIDEST = 104
_FRAME = 8
"""Cells of the frame, its padding and the scroll bar."""


class VendorPage(ModalScreen[None]):
    """One card at a time, as things stood when it was opened.

    Args:
        scope: the run.
        station: the station at hand, whose product's card is shown first; None for the first card with deviations.
        capture: name of the file, for the ticket.
    """

    DEFAULT_CSS = """
    VendorPage {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            width: 104;
            max-width: 100%;
            height: auto;
            max-height: 94%;
            border: round $accent;
            border-title-color: $foreground;
            border-subtitle-color: $muted;
            border-subtitle-align: right;
            background: $surface;
            padding: 1 2;
            scrollbar-size-vertical: 1;
            scrollbar-background: $surface;
            scrollbar-color: $track;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "dismiss", "Back"),
        Binding("y", "copy", "Copy"),
        Binding("right_square_bracket,right,l,n", "turn(1)", "Next card"),
        Binding("left_square_bracket,left,h,N", "turn(-1)", "Previous card"),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, scope: Scope, station: str | None, capture: str) -> None:
        super().__init__()
        inspector = scope.inspector
        stations = list(inspector.stations.values())
        self._cards = cards(inspector.findings.rows(), stations, inspector.response_times.rows)
        self._place = first_of(self._cards, station)
        self._capture = capture

    def compose(self) -> ComposeResult:
        """A frame that scrolls."""
        with VerticalScroll():
            yield Static(markup=False)

    def on_mount(self) -> None:
        """Name the keys; the text follows when its width is known."""
        self.query_one(VerticalScroll).focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._write())
        self._write()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._write()

    def action_turn(self, step: int) -> None:
        """The next or previous card."""
        if self._cards:
            self._place = (self._place + step) % len(self._cards)
            self._write()
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_scroll(self, step: int) -> None:
        """One line."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def action_copy(self) -> None:
        """The card as text."""
        if self._cards:
            text = plain_text(self._lines())
            self.app.copy_to_clipboard(text)
            self.notify(f"Copied the card ({len(text):,} characters).", timeout=2)

    def _lines(self) -> list[Cell]:
        if not self._cards:
            return [(("No station has been seen yet.", "muted"),)]
        return vendor_lines(self._cards[self._place], self._capture)

    def _write(self) -> None:
        frame = self.query_one(VerticalScroll)
        count = len(self._cards)
        title = visible(self._cards[self._place].title, 60) if self._cards else "none yet"
        frame.border_title = Content(f"Vendor card · {title}")
        turn = f"← → card {self._place + 1} of {count} · " if count > 1 else ""
        frame.border_subtitle = Content(f"{turn}y copies · Esc back")
        width = max(min(self.app.size.width, _WIDEST) - _FRAME, 20)
        palette = Palette(self.app.theme_variables)
        text = Text(end="")
        for number, line in enumerate(folded(self._lines(), width)):
            text.append("\n" * bool(number))
            for piece, token in line:
                text.append(piece, palette.style(token))
        self.query_one(Static).update(text)
