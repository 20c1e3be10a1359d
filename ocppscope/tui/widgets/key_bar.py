"""The last line: the keys that do something now. A click does it, too."""

from collections.abc import Iterator

from textual import events
from textual.binding import Binding
from textual.reactive import reactive
from textual.widgets import Input

from ocppscope.tui.widgets.line import SegmentLine, width_of
from ocppscope.tui.widgets.record_table import Cell


class KeyBar(SegmentLine):
    """``/ Filter  space Follow  ? Help  q Quit``."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $surface; }"

    extra: reactive[frozenset[str]] = reactive(frozenset())
    """Ids of bindings that matter just now although the bar does not show them always; they come first."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: list[tuple[int, str]] = []

    def on_mount(self) -> None:
        """Other focus, other keys."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def lines(self) -> list[tuple[Cell, Cell]]:
        """The one line."""
        line: list[tuple[str, str]] = [(" ", "")]
        self._hits = []
        for binding in self._offered():
            key = binding.key_display or self.app.get_key_display(binding)
            entry = [(key, "accent bold"), (" ", ""), (binding.description, "text"), ("  ", "")]
            if width_of(line) + width_of(entry) > self.size.width + 2:
                break
            line += entry
            self._hits.append((width_of(line), binding.key))
        return [(line, ())]

    def _offered(self) -> Iterator[Binding]:
        active = [one for one in self.screen.active_bindings.values() if one.enabled]
        focused = self.screen.focused
        if isinstance(focused, Input):
            # Letters go into the field while somebody types: only what the field itself binds does anything then.
            yield from (one.binding for one in active if one.node is focused and one.binding.show)
            return
        yield from (one.binding for one in active if one.binding.id in self.extra)
        named = set()
        for one in active:
            if one.binding.show and one.binding.action not in named:
                named.add(one.binding.action)
                yield one.binding

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        for end, key in self._hits:
            if event.x < end:
                self.app.simulate_key(key)
                return
