"""The filter: one line to type in, judged while it is typed."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from ocppscope.filters import Filter, FilterError, complete, parse, word_start
from ocppscope.model.visible import visible
from ocppscope.tui.theme import Palette

HISTORY = 50
"""Filters remembered for the arrow keys."""

EXAMPLE = "filter   e.g.  action:Meter* dir:up latency>2s findings"


class _Underline(Highlighter):
    """Marks the place where the filter stops making sense."""

    def __init__(self) -> None:
        self.position: int | None = None
        self.style = Style(underline=True)

    def highlight(self, text: Text) -> None:
        """Underline from there on."""
        if self.position is not None:
            text.stylize(self.style, min(self.position, max(len(text.plain) - 1, 0)))


class _Completion(Suggester):
    """The rest of the word being typed, in grey; the right arrow takes it."""

    def __init__(self, values: Callable[[], Mapping[str, Sequence[str]]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        """The first completion that only adds to what was typed."""
        start = word_start(value, len(value))
        typed = value[start:]
        if not typed:
            return None
        for word in complete(value, len(value), self._values()):
            if word.lower().startswith(typed.lower()) and len(word) > len(typed):
                return value + word[len(typed) :]
        return None


class _FilterInput(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", key_display="Enter"),
        Binding("escape", "screen.back", "Clear", key_display="Esc"),
        Binding("right", "cursor_right", "Complete", key_display="→"),
        Binding("up", "screen.filter_history(-1)", "Earlier", key_display="↑"),
        Binding("down", "screen.filter_history(1)", "Later", show=False),
    ]


class FilterBar(Horizontal):
    """``/ filter … 36 of 400``."""

    DEFAULT_CSS = """
    FilterBar {
        height: 1; background: $surface;
        &:focus-within { background: $panel; }
        #slash { width: 3; color: $accent; text-style: bold; padding: 0 1; }
        Input {
            width: 1fr; height: 1; border: none; padding: 0; background: transparent;
            &:focus { background: transparent; border: none; background-tint: transparent; }
            & > .input--placeholder, & > .input--suggestion { color: $muted; }
        }
        #count { width: auto; color: $muted; padding: 0 1; }
        &.-bad #count { color: $error; }
    }
    """

    class Changed(Message):
        """A valid filter; None for none."""

        def __init__(self, chosen: Filter | None) -> None:
            super().__init__()
            self.filter = chosen

    class Done(Message):
        """Enter: back to the list."""

    def __init__(self, values: Callable[[], Mapping[str, Sequence[str]]]) -> None:
        super().__init__()
        self._underline = _Underline()
        self._values = values
        self._history: list[str] = []
        self._back = 0
        self._counts = (0, 0, True)
        self._problem = ""
        self._painted = 0

    def compose(self) -> ComposeResult:
        """Slash, text, count."""
        yield Static("/", id="slash", markup=False)
        yield _FilterInput(
            placeholder=EXAMPLE,
            compact=True,
            select_on_focus=False,
            highlighter=self._underline,
            suggester=_Completion(self._values),
        )
        yield Static("", id="count", markup=False)

    @property
    def input(self) -> Input:
        """The field."""
        return self.query_one(Input)

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.input.value

    def set(self, text: str) -> None:
        """Put a filter in it, as if it had been typed."""
        self.input.value = text
        self.input.cursor_position = len(text)

    def show_count(self, shown: int, total: int, *, complete_: bool = True) -> None:
        """``36 of 400`` at the right; ``36 of 400 …`` while rows are still judged."""
        if (shown, total, complete_) != self._counts:
            self._counts = (shown, total, complete_)
            self._paint()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        try:
            chosen = parse(event.value)
        except FilterError as error:
            self._problem = error.reason
            self._underline.position = error.position
            self.add_class("-bad")
        else:
            self._problem = ""
            self._underline.position = None
            self.remove_class("-bad")
            self.post_message(self.Changed(None if chosen.is_empty else chosen))
        self._underline.style = Palette(self.app.theme_variables).style("error underline")
        self.input.refresh()
        self._paint()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.remember()
        self.post_message(self.Done())

    def remember(self) -> None:
        """Keep the text for the arrow keys."""
        text = self.text.strip()
        if text and not self._problem and (not self._history or self._history[-1] != text):
            self._history = [*self._history[-HISTORY + 1 :], text]
        self._back = 0

    def recall(self, step: int) -> None:
        """An earlier (-1) or later (1) filter."""
        self._back = max(0, min(self._back - step, len(self._history)))
        self.set(self._history[-self._back] if self._back else "")

    def _paint(self) -> None:
        shown, total, complete_ = self._counts
        text = visible(self._problem, 60) if self._problem else f"{shown} of {total}{'' if complete_ else ' …'}"
        # Counts change ten times a second: laid out anew only when the width does.
        self.query_one("#count", Static).update(Content(text), layout=len(text) != self._painted)
        self._painted = len(text)
