"""The detail: an exchange as request beside response with its findings on top, or the facts of a connection event."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Static

from ocppscope.tui.context import Shown
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.connection_facts import Happening, happening_panes
from ocppscope.tui.widgets.exchange_panes import (
    FactsBody,
    Pane,
    RawBody,
    TreeBody,
    WaitBody,
    bigger,
    folded,
    panes,
    waiting,
)
from ocppscope.tui.widgets.findings_strip import FindingsStrip
from ocppscope.tui.widgets.payload_outline import Node
from ocppscope.tui.widgets.payload_tree import PayloadTree
from ocppscope.tui.widgets.raw_text import byte_lines, raw_lines
from ocppscope.tui.widgets.record_table import Cell

STACKED_BELOW = 84
"""Narrower than this the response stands below the request: two payloads side by side would both be cut."""
_TICK = 0.5


class Lines(VerticalScroll, can_focus=True):
    """Text in lines that scrolls: facts, unreadable text, a waiting CALL."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "End", show=False),
    ]

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(markup=False)

    def show(self, lines: list[Cell]) -> None:
        """Show other lines."""
        self.query_one(Static).update(_painted(lines, Palette(self.app.theme_variables)))


class PaneFrame(Vertical):
    """One frame with a tree or with lines in it."""

    DEFAULT_CSS = """
    PaneFrame {
        border: round $frame;
        border-title-color: $muted;
        border-subtitle-color: $muted;
        border-subtitle-align: right;
        &:focus-within { border: round $frame-focus; border-title-color: $foreground; }
        &.-alarm { border: round $error 60%; }
        &.-alarm:focus-within { border: round $error; }
        &.-lines PayloadTree { display: none; }
        &.-tree Lines { display: none; }
        Lines {
            padding: 0 1;
            scrollbar-size-vertical: 1;
            scrollbar-background: $background;
            scrollbar-color: $track;
        }
        Static { height: auto; width: 1fr; }
    }
    """

    def __init__(self, now: Callable[[], int], *, plain: bool, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, classes="-tree")
        self._now = now
        self._plain = plain
        self._pane: Pane | None = None

    def compose(self) -> ComposeResult:
        """Both kinds of body; a class says which is seen."""
        yield PayloadTree()
        yield Lines()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.draw_lines()

    def show(self, pane: Pane) -> None:
        """Show another pane."""
        self._pane = pane
        self.set_class(pane.alarm, "-alarm")
        is_tree = isinstance(pane.body, TreeBody)
        self.set_class(is_tree, "-tree")
        self.set_class(not is_tree, "-lines")
        self._paint_frame()
        if isinstance(pane.body, TreeBody):
            self.query_one(PayloadTree).show(pane.body.payload, pane.body.pins, pane.body.notes)
        else:
            self.query_one(Lines).scroll_home(animate=False)
            self.draw_lines()

    def draw_lines(self) -> None:
        """Draw what depends on the clock, on the width or on the theme."""
        body = self._pane.body if self._pane is not None else None
        width = max(self.content_size.width - 3, 8)
        match body:
            case WaitBody(exchange):
                lines = waiting(exchange, self._now(), cells=min(width, 24), plain=self._plain)
                self.query_one(Lines).show(folded(lines, width))
            case FactsBody(facts):
                self.query_one(Lines).show(folded(facts, width))
            case RawBody(text, reason, position, data):
                lines = raw_lines(text, reason, position, width, plain=self._plain)
                if data is not None:
                    lines += byte_lines(data, len(data))
                self.query_one(Lines).show(lines)
                self._reveal_caret(lines)

    def _reveal_caret(self, lines: list[Cell]) -> None:
        caret = next((row for row, line in enumerate(lines) if any(t in {"▲", "^"} for t, _ in line)), 0)
        if caret >= self.content_size.height:
            self.query_one(Lines).scroll_to(y=caret - self.content_size.height // 2, animate=False)

    def notify_style_update(self) -> None:
        """Another theme: other colours in the frame and in the lines."""
        super().notify_style_update()
        if self._pane is not None and self.is_mounted:
            self._paint_frame()

    def _paint_frame(self) -> None:
        if self._pane is None:
            return
        palette = Palette(self.app.theme_variables)
        self.border_title = _content(self._pane.title, palette)
        self.border_subtitle = _content(self._pane.subtitle, palette)


class ExchangeDetail(Vertical):
    """The detail pane.

    Args:
        now: ns of the record clock, for the age of a CALL that waits.
        plain: ASCII only.
    """

    DEFAULT_CSS = """
    ExchangeDetail {
        &.-nothing #panes, &.-nothing FindingsStrip { display: none; }
        #panes { height: 1fr; layout: horizontal; }
        PaneFrame { width: 1fr; height: 1fr; }
        &.-single #response { display: none; }
        &.-first-bigger #request { width: 3fr; }
        &.-first-bigger #response { width: 2fr; }
        &.-second-bigger #request { width: 2fr; }
        &.-second-bigger #response { width: 3fr; }
        &.-stacked #panes { layout: vertical; }
        &.-stacked PaneFrame { width: 1fr; height: 1fr; }
        &.-stacked.-first-bigger #request, &.-stacked.-second-bigger #response { width: 1fr; height: 3fr; }
        &.-stacked.-first-bigger #response, &.-stacked.-second-bigger #request { width: 1fr; height: 2fr; }
    }
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        plain: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id, classes="-nothing")
        self._now = now
        self._plain = plain
        self._panes: list[Pane] = []
        self._timer: Timer | None = None
        self.shown: Shown | Happening | None = None
        """What is shown now."""

    def compose(self) -> ComposeResult:
        """The strip and two frames."""
        yield FindingsStrip()
        with Container(id="panes"):
            yield PaneFrame(self._now, plain=self._plain, id="request")
            yield PaneFrame(self._now, plain=self._plain, id="response")

    def on_mount(self) -> None:
        """A clock for CALLs that wait, stopped until one is shown."""
        self._timer = self.set_interval(_TICK, self.tick, pause=True)
        self.app.theme_changed_signal.subscribe(self, lambda _: self._redraw())

    def on_resize(self, event: Resize) -> None:
        """Side by side or one above the other."""
        self.set_class(event.size.width < STACKED_BELOW, "-stacked")

    def show(self, shown: Shown | Happening | None) -> None:
        """Show an exchange, an event, or nothing. What is shown already and has not changed stays as the user unfolded it."""
        if shown == self.shown and shown is not None:
            return
        self.shown = shown
        self.set_class(shown is None, "-nothing")
        self._panes = _panes_of(shown)
        self.query_one(FindingsStrip).show(shown.findings if shown is not None else ())
        self.set_class(len(self._panes) == 1, "-single")
        larger = bigger(self._panes)
        self.set_class(larger == 0, "-first-bigger")
        self.set_class(larger == 1, "-second-bigger")
        for frame, pane in zip(self.query(PaneFrame), self._panes, strict=False):
            frame.show(pane)
        if self._timer is not None:
            ticks = any(isinstance(pane.body, WaitBody) for pane in self._panes)
            (self._timer.resume if ticks else self._timer.pause)()

    def tick(self) -> None:
        """Draw the age of a CALL that waits."""
        if not self.is_on_screen:
            return
        for frame, pane in zip(self.query(PaneFrame), self._panes, strict=False):
            if isinstance(pane.body, WaitBody):
                frame.draw_lines()

    @property
    def selected(self) -> Node | None:
        """The JSON value under the cursor of the tree that has the focus."""
        focused = self.screen.focused
        return focused.selected if isinstance(focused, PayloadTree) and self in focused.ancestors else None

    def _redraw(self) -> None:
        for frame, pane in zip(self.query(PaneFrame), self._panes, strict=False):
            if not isinstance(pane.body, TreeBody):
                frame.draw_lines()


def _panes_of(shown: Shown | Happening | None) -> list[Pane]:
    if shown is None:
        return []
    return panes(shown) if isinstance(shown, Shown) else happening_panes(shown)


def _content(line: Cell, palette: Palette) -> Content | None:
    """Segments for the edge of a frame; never a ``str``, which would be read as markup."""
    text = Text()
    for piece, token in line:
        text.append(piece, palette.style(token))
    return Content.from_rich_text(text) if text else None


def _painted(lines: list[Cell], palette: Palette) -> Text:
    text = Text(end="")
    for number, line in enumerate(lines):
        text.append("\n" * bool(number))
        for piece, token in line:
            text.append(piece, palette.style(token))
    return text
