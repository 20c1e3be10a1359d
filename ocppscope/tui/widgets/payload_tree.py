"""A JSON payload as a tree: compact, typed by colour, findings pinned in place."""

from collections.abc import Iterator
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.tui.actions import bindings
from ocppscope.tui.findings.words import TOKENS
from ocppscope.tui.theme import Palette
from ocppscope.tui.widgets.payload_outline import LONGEST_VALUE, Node, Pins, outline, spaced

LONG_TEXT = 60
"""A string with more characters can be unfolded into lines of its own."""
MOST_LINES = 200
"""Lines of one unfolded string: a certificate chain has fewer."""
_GUIDE = 2


class PayloadTree(Tree[Node]):
    """One payload. `show` fills it; Enter unfolds objects, arrays and long strings."""

    ICON_NODE = "▶ "
    ICON_NODE_EXPANDED = "▼ "
    DEFAULT_CSS = """
    PayloadTree {
        height: 1fr;
        padding: 0 1;
        background: transparent;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $track;
        scrollbar-color-hover: $muted;
        scrollbar-color-active: $muted;
        &:focus { background-tint: transparent; }
        & > .tree--guides { color: $muted; text-style: none; }
        & > .tree--guides-hover { color: $muted; text-style: none; }
        & > .tree--guides-selected { color: $muted; text-style: none; }
        & > .tree--cursor { background: transparent; text-style: none; }
        & > .tree--highlight { text-style: none; }
        & > .tree--highlight-line { background: transparent; }
        &:focus > .tree--cursor { background: $cursor; text-style: none; }
        &:focus > .tree--guides-selected { color: $muted; text-style: none; }
        &:focus:ansi > .tree--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Next value", show=False),
        Binding("up,k", "cursor_up", "Previous value", show=False),
        Binding("pagedown,ctrl+f", "page_down", "Page down", show=False),
        Binding("pageup,ctrl+b", "page_up", "Page up", show=False),
        Binding("home,g", "scroll_home", "First value", show=False),
        Binding("end,G", "scroll_end", "Last value", show=False),
        Binding("enter", "toggle_node", "Fold", show=False),
        Binding("right,l", "unfold", "Unfold", show=False),
        Binding("left,h", "fold", "Fold", show=False),
        *bindings("payload"),
    ]

    class FieldChosen(Message):
        """Messages that have this value at this place are wanted."""

        def __init__(self, path: str, value: Any) -> None:
            super().__init__()
            self.path = path
            self.value = value

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__("", id=id, classes=classes)
        self.show_root = False
        self.guide_depth = _GUIDE
        self.auto_expand = False
        self._palette: Palette | None = None

    def show(self, payload: dict[str, Any], pins: Pins | None = None, notes: tuple[str, ...] = ()) -> None:
        """Show a payload from its top.

        Args:
            payload: the JSON object.
            pins: findings by JSON path.
            notes: flaws of the message around the payload, one line each, shown first.
        """
        self.clear()
        top = outline(payload, pins)
        for note in notes:
            self.root.add_leaf("", Node("", "$", "warn", f"▲ {visible(note, LONGEST_VALUE)}", exists=False))
        if not top.children:
            self.root.add_leaf("", Node("", "$", "muted", "{}  empty payload", value={}))
        _fill(self.root, top)
        self.root.expand()
        self.cursor_line = 0
        self.scroll_home(animate=False)

    @property
    def selected(self) -> Node | None:
        """The line under the cursor."""
        return self.cursor_node.data if self.cursor_node is not None else None

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Node]) -> None:
        """Children are made when they are first seen: two thousand nodes at once cost 60 ms."""
        node, data = event.node, event.node.data
        if data is None or node.children or node.is_root:
            return
        if data.children:
            _fill(node, data)
        elif isinstance(data.value, str):
            depth = _depth(node)
            for line in _wrapped(data.value, max(self._room(depth) - 2, 8)):
                node.add_leaf("", Node("", data.path, data.token, line, data.value))

    def action_filter_field(self) -> None:
        """Ask for the messages that say the same here."""
        node = self.selected
        if node is not None and node.exists and node.path != "$":
            self.post_message(self.FieldChosen(node.path, node.value))

    def action_unfold(self) -> None:
        """Show what is inside."""
        if self.cursor_node is not None and self.cursor_node.allow_expand:
            self.cursor_node.expand()

    def action_fold(self) -> None:
        """Hide what is inside, or go to what this is inside of."""
        node = self.cursor_node
        if node is None:
            return
        if node.is_expanded and node.allow_expand:
            node.collapse()
        elif node.parent is not None and not node.parent.is_root:
            self.move_cursor(node.parent)

    def render_label(self, node: TreeNode[Node], base_style: Style, style: Style) -> Text:
        """One line: arrow, name, value, findings; cut so that the findings stay in sight."""
        data = node.data
        if data is None:
            return Text("")
        paint = self.palette.style
        line = Text(no_wrap=True, end="", style=style)
        if node.allow_expand:
            line.append(self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE, style + paint("muted"))
        if data.name:
            line.append(f"{data.name} ", style + paint("muted" if data.index else "up"))
        pins = _pinned(data.pins)
        room = self._room(_depth(node)) - cell_len(line.plain) - sum(cell_len(text) for text, _ in pins)
        value = Text(data.text, style + paint(data.token))
        value.truncate(max(room, 4), overflow="ellipsis")
        line.append_text(value)
        for text, token in pins:
            line.append(text, style + paint(token))
        return line

    def _room(self, depth: int) -> int:
        """Cells that a label has, right of its guides."""
        return max(self.scrollable_content_region.width - depth * _GUIDE, 12)

    @property
    def palette(self) -> Palette:
        """Styles of the theme at hand."""
        if self._palette is None:
            self._palette = Palette(self.app.theme_variables)
        return self._palette

    def notify_style_update(self) -> None:
        """Another theme: other styles."""
        self._palette = None
        super().notify_style_update()


def _fill(parent: TreeNode[Node], data: Node) -> None:
    for child in data.children:
        long = isinstance(child.value, str) and len(child.value) > LONG_TEXT
        if not child.children:
            parent.add("", child, allow_expand=long)
            continue
        node = parent.add("", child, expand=child.unfolded)
        if child.unfolded:
            _fill(node, child)


def _depth(node: TreeNode[Node]) -> int:
    depth = -1
    parent = node.parent
    while parent is not None:
        depth += 1
        parent = parent.parent
    return max(depth, 0)


def _pinned(pins: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """The labels of findings at one place: each rule once, worst first, at most three."""
    rules: dict[str, Finding] = {}
    for pin in sorted(pins, key=lambda pin: -pin.severity.rank):
        rules.setdefault(pin.rule, pin)
    shown = [
        (f"  {pin.severity.mark} {visible(pin.rule, 24)}", f"{TOKENS[pin.severity.value]} bold")
        for pin in list(rules.values())[:3]
    ]
    return [*shown, (f" +{len(rules) - 3}", "muted")] if len(rules) > 3 else shown


def _wrapped(text: str, width: int) -> Iterator[str]:
    """A long string in lines, broken at its own line ends (a certificate's) and at the width."""
    made = 0
    for paragraph in text[: MOST_LINES * width].splitlines() or [""]:
        for start in range(0, max(len(paragraph), 1), width):
            if made == MOST_LINES:
                break
            made += 1
            yield visible(paragraph[start : start + width])
    if made == MOST_LINES or len(text) > MOST_LINES * width:
        yield f"… of {spaced(len(text))} characters"
