"""Asks before stations lose their connection."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class LeaveScreen(ModalScreen[bool]):
    """True to quit."""

    DEFAULT_CSS = """
    LeaveScreen {
        align: center middle; background: $background 60%;
        #question { width: 60; height: auto; border: round $warning; background: $surface; padding: 1 2; }
        #buttons { height: auto; margin-top: 1; align-horizontal: right; }
        Button { margin-left: 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,q", "answer(True)", "Quit"),
        Binding("n,escape", "answer(False)", "Stay"),
    ]

    def __init__(self, live: int) -> None:
        super().__init__()
        self._live = live

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        who = "One station is" if self._live == 1 else f"{self._live} stations are"
        with Vertical(id="question"):
            yield Static(
                Content(f"{who} talking through ocppscope.\nQuitting closes these connections; the capture stays."),
                markup=False,
            )
            with Horizontal(id="buttons"):
                yield Button("Stay (n)", id="stay", variant="primary", compact=True)
                yield Button("Quit (y)", id="quit", variant="error", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer by mouse or Enter."""
        self.dismiss(event.button.id == "quit")

    def action_answer(self, leave: bool) -> None:
        """Answer by key."""
        self.dismiss(leave)
