"""What stands in the middle when there is nothing to list: never a blank table."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.widgets import Static

from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.record_table import Cell


class Card(Middle):
    """A few centred lines."""

    DEFAULT_CSS = """
    Card { height: 1fr; }
    Card > Center > Static { width: auto; max-width: 100%; text-align: center; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Cell, ...] = ()

    def compose(self) -> ComposeResult:
        """One text in the middle."""
        with Center():
            yield Static(markup=False)

    def show(self, *lines: Cell) -> None:
        """Show other lines."""
        if lines != self._lines:
            self._lines = lines
            self._paint()

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        if self.is_mounted and self._lines:
            self._paint()

    def _paint(self) -> None:
        palette = Palette(self.app.theme_variables)
        text = Text("\n").join(
            Text.assemble(*((part, palette.style(token)) for part, token in line)) for line in self._lines
        )
        self.query_one(Static).update(text)
