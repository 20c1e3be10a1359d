"""The keys, generated from the table that binds them: nothing here can be out of date."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ocppscope.filters.fields import AMOUNT_FIELDS, TEXT_FIELDS
from ocppscope.tui.actions import ACTIONS, GROUPS, Action
from ocppscope.tui.theme import Palette

_LEGEND = (
    ("──▶", "up", "request of the station"),
    ("◀──", "down", "request of the CSMS"),
    ("╌╌▶", "up", "reply of the station"),
    ("◀╌╌", "down", "reply of the CSMS"),
    ("✖", "error", "error"),
    ("▲", "warn", "warning"),
    ("◆", "accent", "your mark"),
)


class HelpScreen(ModalScreen[None]):
    """One page: keys by group, signs, filter fields."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle; background: $background 60%;
        VerticalScroll {
            width: 116; max-width: 98%; height: auto; max-height: 98%;
            border: round $accent; border-title-color: $accent; border-subtitle-color: $muted;
            background: $surface; padding: 1 2;
            scrollbar-size-vertical: 1; scrollbar-color: $muted; scrollbar-background: $surface;
        }
        Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close", key_display="Esc")
    ]

    def compose(self) -> ComposeResult:
        """One scrollable text."""
        with VerticalScroll() as box:
            yield Static(id="keys", markup=False)
        box.border_title = Content("Keys")
        box.border_subtitle = Content("Esc closes")

    def on_mount(self) -> None:
        """Fill it in with the colours of the theme."""
        self.query_one("#keys", Static).update(self._page(Palette(self.app.theme_variables)))

    def _page(self, palette: Palette) -> Table:
        """Four groups side by side where there is room, else two; signs and filter below."""
        wide = self.app.size.width >= 116
        page = Table.grid()
        keys = Table.grid(padding=(1, 3, 0, 0))
        groups = [self._group(group, palette) for group in GROUPS]
        step = 4 if wide else 2
        for start in range(0, len(groups), step):
            keys.add_row(*groups[start : start + step])
        rest = Table.grid(padding=(1, 3, 0, 0))
        if wide:
            rest.add_row(_signs(palette), _fields(palette))
        else:
            rest.add_row(_fields(palette))
            rest.add_row(_signs(palette))
        page.add_row(keys)
        page.add_row("")
        page.add_row(rest)
        return page

    @staticmethod
    def _group(group: str, palette: Palette) -> Table:
        rows = [action for action in ACTIONS if action.group == group and action.says]
        return _table(group, [(_keys(action), "accent", action.says) for action in rows], palette)


def _keys(action: Action) -> str:
    return action.shown_as or action.keys.split(",")[0]


def _signs(palette: Palette) -> Table:
    return _table("Signs", list(_LEGEND), palette)


def _fields(palette: Palette) -> Table:
    rows = [(f"{name}:{field.example}", "accent", field.meaning) for name, field in TEXT_FIELDS.items()]
    rows += [(f"{name}>{field.example}", "accent", field.meaning) for name, field in AMOUNT_FIELDS.items()]
    rows += [("findings", "accent", "any finding"), ("marked", "accent", "marked by you")]
    rows += [("$.status=Accepted", "accent", "a value of the payload"), ("a|b  !word", "accent", "either, not")]
    return _table("Filter", rows, palette)


def _table(title: str, rows: list[tuple[str, str, str]], palette: Palette) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_row(Text(title, palette.style("accent bold")), "")
    for sign, token, says in rows:
        table.add_row(Text(sign, palette.style(f"{token} bold")), Text(says, palette.style("text")))
    return table
