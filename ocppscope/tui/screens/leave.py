"""Asks before stations lose their connection."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ocppscope.tui.widgets.key_bar import KeyBar


class LeaveScreen(ModalScreen[bool]):
    """True to quit."""

    DEFAULT_CSS = """
    LeaveScreen {
        align: center middle; background: $background 60%;
        #question { width: 60; height: auto; border: round $warning; background: $surface; padding: 1 2; }
        KeyBar { margin-top: 1; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,escape", "answer(False)", "Stay", key_display="n"),
        Binding("y,q", "answer(True)", "Quit", key_display="y"),
    ]

    def __init__(self, live: int) -> None:
        super().__init__()
        self._live = live

    def compose(self) -> ComposeResult:
        """The question and the two keys that answer it; a click does, too."""
        who = "One station is" if self._live == 1 else f"{self._live} stations are"
        with Vertical(id="question"):
            yield Static(
                Content(f"{who} talking through ocppscope.\nQuitting closes these connections; the capture stays."),
                markup=False,
            )
            yield KeyBar()

    def action_answer(self, leave: bool) -> None:
        """Quit or stay."""
        self.dismiss(leave)
