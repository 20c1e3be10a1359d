"""Vendor cards: per vendor, model and firmware what deviates, ready to be copied into a ticket."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from ocppscope.inspect.vendor_card import cards
from ocppscope.tui.context import Scope
from ocppscope.tui.findings.vendor import first_of, vendor_lines
from ocppscope.tui.screens.page import Page
from ocppscope.tui.widgets.exchange_panes import folded
from ocppscope.tui.widgets.table_model import Cell


class VendorPage(Page):
    """One card at a time, as things stood when it was opened.

    Args:
        scope: the run.
        station: the station at hand, whose product's card is shown first; None for the first card with deviations.
        capture: name of the file, for the ticket.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "dismiss", "Back", show=False),
        Binding("right_square_bracket,right,l,n", "turn(1)", "Next card"),
        Binding("left_square_bracket,left,h,N", "turn(-1)", "Previous card"),
    ]

    def __init__(self, scope: Scope, station: str | None, capture: str) -> None:
        super().__init__()
        inspector = scope.inspector
        stations = list(inspector.stations.values())
        self._cards = cards(inspector.findings.rows(), stations, inspector.response_times.rows)
        self._place = first_of(self._cards, station)
        self._capture = capture

    def title_of_page(self) -> str:
        """Whose card it is."""
        return f"Vendor card · {self._cards[self._place].title if self._cards else 'none yet'}"

    def keys_of_page(self) -> str:
        """How to turn to the next."""
        turn = f"← → card {self._place + 1} of {len(self._cards)} · " if len(self._cards) > 1 else ""
        return turn + super().keys_of_page()

    def lines(self, width: int) -> list[Cell]:
        """The card."""
        if not self._cards:
            return [(("No station has been seen yet.", "muted"),)]
        return folded(vendor_lines(self._cards[self._place], self._capture), width)

    def action_turn(self, step: int) -> None:
        """The next or previous card."""
        if self._cards:
            self._place = (self._place + step) % len(self._cards)
            self.write()
            self.query_one(VerticalScroll).scroll_home(animate=False)
