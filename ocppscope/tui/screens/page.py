"""A page of text over the main screen: it scrolls, breaks its lines to the width, and can be copied whole."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ocppscope.model.visible import visible
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.table_model import Cell

_FRAME = 8
"""Cells of the frame, its padding and the scroll bar."""


class Page(ModalScreen[None]):
    """A frame with lines in it. Subclasses say what stands there."""

    DEFAULT_CSS = """
    Page {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            width: 100;
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
        Binding("escape,q", "dismiss", "Back"),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
        Binding("g", "scroll(-1_000_000)", "Top", show=False),
        Binding("G", "scroll(1_000_000)", "End", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]
    WIDEST = 100

    def title_of_page(self) -> str:
        """What stands in the upper edge of the frame."""
        raise NotImplementedError

    def keys_of_page(self) -> str:
        """What stands in its lower edge."""
        return "y copies · Esc back"

    def lines(self, width: int) -> Sequence[Cell]:
        """The lines, each of at most so many cells as far as that can be."""
        raise NotImplementedError

    def copied(self) -> Sequence[Cell]:
        """The lines as they are copied: broken nowhere."""
        return self.lines(10_000)

    def compose(self) -> ComposeResult:
        """A frame that scrolls."""
        with VerticalScroll():
            yield Static(markup=False)

    def on_mount(self) -> None:
        """Write it, and write it anew in the colours of another theme."""
        self.query_one(VerticalScroll).focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.write())
        self.write()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.write()

    def write(self) -> None:
        """Write everything."""
        frame = self.query_one(VerticalScroll)
        frame.border_title = Content(visible(self.title_of_page(), 200))
        frame.border_subtitle = Content(self.keys_of_page())
        width = max(min(self.app.size.width, self.WIDEST) - _FRAME, 20)
        palette = Palette(self.app.theme_variables)
        text = Text(end="")
        for number, line in enumerate(self.lines(width)):
            text.append("\n" * bool(number))
            for piece, token in line:
                text.append(piece, palette.style(token))
        self.query_one(Static).update(text)

    def action_scroll(self, step: int) -> None:
        """So many lines on or back."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def action_copy(self) -> None:
        """The whole page as text."""
        text = plain_text(self.copied())
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied the page ({len(text):,} characters).", timeout=2)


def plain_text(lines: Iterable[Cell]) -> str:
    """The lines as text for the clipboard."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines) + "\n"
