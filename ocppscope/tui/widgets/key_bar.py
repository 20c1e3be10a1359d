"""The last line: the keys that do something now. A click does it, too."""

from textual import events

from ocppscope.tui.widgets.line import SegmentLine, width_of
from ocppscope.tui.widgets.record_table import Cell


class KeyBar(SegmentLine):
    """``/ Filter  space Follow  ? Help  q Quit``."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $surface; }"

    def on_mount(self) -> None:
        """Other focus, other keys."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def lines(self) -> list[tuple[Cell, Cell]]:
        """The one line."""
        line: list[tuple[str, str]] = [(" ", "")]
        self._hits: list[tuple[int, str]] = []
        named = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or binding.action in named:
                continue
            named.add(binding.action)
            key = binding.key_display or self.app.get_key_display(binding)
            entry = [(key, "accent bold"), (" ", ""), (binding.description, "text"), ("  ", "")]
            if width_of(line) + width_of(entry) > self.size.width + 2:
                break
            line += entry
            self._hits.append((width_of(line), binding.key))
        return [(line, ())]

    async def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        for end, key in self._hits:
            if event.x < end:
                self.app.simulate_key(key)
                return
