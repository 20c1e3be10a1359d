"""The numbered tabs in one line, with what there is to see in each."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.reactive import reactive

from ocppscope.tui.widgets.line import SegmentLine, width_of
from ocppscope.tui.widgets.record_table import Cell


class TabStrip(SegmentLine):
    """``1 Messages  2 Findings ✖6 ▲1  3 Latency``. A click chooses."""

    DEFAULT_CSS = "TabStrip { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = set()

    active: reactive[int] = reactive(0)
    labels: reactive[tuple[Cell, ...]] = reactive(())

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, names: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._names = names
        self._ends: list[int] = []

    def lines(self) -> list[tuple[Cell, Cell]]:
        """The one line; where space is short the gaps go first, then most of the other names."""
        for gap, short in ((2, False), (0, False), (0, True)):
            parts = [self._tab(index, gap, short=short) for index in range(len(self._names))]
            if sum(width_of(part) for part in parts) <= self.size.width:
                break
        self._ends = []
        line: list[tuple[str, str]] = []
        for part in parts:
            line += part
            self._ends.append(width_of(line))
        return [(line, ())]

    def _tab(self, index: int, gap: int, *, short: bool) -> list[tuple[str, str]]:
        label = self.labels[index] if index < len(self.labels) else ()
        name = self._names[index]
        if index == self.active:
            ground = " on panel"
            shown = [(f" {index + 1} ", f"muted{ground}"), (name, f"text bold{ground}")]
            shown += [(" ", ground), *((text, token + ground) for text, token in label)] if label else []
            return [*shown, (" ", ground), (" ", "")]
        name = name[:4] if short and len(name) > 5 else name
        counts = [(" ", ""), *label] if label else []
        return [(f" {index + 1} ", "muted"), (name, "text"), *counts, (" " * gap, "")]

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        for index, end in enumerate(self._ends):
            if event.x < end:
                self.post_message(self.Chosen(index))
                return
