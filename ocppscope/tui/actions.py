"""Every key in one table: what it does, what the footer calls it, what the help says.

Widgets take their bindings from here, the help screen and the command palette are generated from it, and ids are what a
user's key map will name. A key that does nothing yet does not stand here.
"""

from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does.

    Attributes:
        id: stable name, ``filter.edit``.
        keys: Textual key names, separated by commas.
        call: the action method that runs, with its arguments.
        title: one or two words for the footer and the palette.
        says: half a sentence for the help.
        group: heading in the help.
        owner: which widget binds it: "table", "screen", "app".
        shown_as: key as people write it; "" to let Textual say it.
        palette: whether the command palette offers it.
    """

    id: str
    keys: str
    call: str
    title: str
    says: str
    group: str
    owner: str = "screen"
    shown_as: str = ""
    palette: bool = True


MOVE, LOOK, FIND, ACT = "Move", "Look", "Find", "Act"
GROUPS = (MOVE, LOOK, FIND, ACT)

ACTIONS = (
    Action("row.next", "down,j", "move(1)", "Next row", "next row", MOVE, "table", shown_as="↓ j", palette=False),
    Action("row.previous", "up,k", "move(-1)", "Previous row", "previous row", MOVE, "table", "↑ k", False),
    Action("page.next", "pagedown,ctrl+f", "page(1)", "Page down", "page down", MOVE, "table", "PgDn", False),
    Action("page.previous", "pageup,ctrl+b", "page(-1)", "Page up", "page up", MOVE, "table", "PgUp", False),
    Action("row.first", "home,g", "first", "First row", "first row", MOVE, "table", "g Home", False),
    Action("row.last", "end,G", "last", "Last row", "last row", MOVE, "table", "G End", False),
    Action("pane.next", "tab", "app.focus_next", "Next pane", "next pane", MOVE, "screen", "Tab", False),
    Action("tab.next", "right_square_bracket", "tab(1)", "Next tab", "next tab", MOVE, shown_as="]"),
    Action("tab.previous", "left_square_bracket", "tab(-1)", "Previous tab", "previous tab", MOVE, shown_as="["),
    Action("open", "enter", "select", "Open", "open, whole screen", LOOK, "table", "Enter", False),
    Action("back", "escape", "back", "Back", "back, clear the filter", LOOK, "screen", "Esc"),
    Action("tab.messages", "1", "tab_number(1)", "Messages", "tab by number", LOOK, shown_as="1-5"),
    Action("tab.findings", "2", "tab_number(2)", "Findings", "", LOOK),
    Action("tab.latency", "3", "tab_number(3)", "Latency", "", LOOK),
    Action("tab.transactions", "4", "tab_number(4)", "Transactions", "", LOOK),
    Action("tab.pending", "5", "tab_number(5)", "Pending", "", LOOK),
    Action("zoom", "z", "zoom", "Zoom detail", "zoom the detail", LOOK),
    Action("time", "t", "time_mode", "Time mode", "time: clock, start, delta", LOOK),
    Action("sessions", "s", "sessions", "Sessions", "the list of stations", LOOK),
    Action("filter.edit", "slash", "filter", "Filter", "filter the messages", FIND, "screen", "/"),
    Action("finding.next", "e", "finding('error', 1)", "Finding", "next error", FIND, "screen", "e"),
    Action("finding.previous", "E", "finding('error', -1)", "Previous error", "previous error", FIND, shown_as="E"),
    Action("warning.next", "w", "finding('warning', 1)", "Next warning", "next warning", FIND),
    Action(
        "warning.previous", "W", "finding('warning', -1)", "Previous warning", "previous warning", FIND, shown_as="W"
    ),
    Action("partner", "o", "partner", "Partner", "the other half: CALL ⇄ reply", FIND),
    Action("mark", "m", "mark", "Mark", "mark the message", FIND),
    Action("mark.next", "u", "marked(1)", "Next mark", "next mark", FIND),
    Action("mark.previous", "U", "marked(-1)", "Previous mark", "previous mark", FIND, shown_as="U"),
    Action("follow", "space", "follow", "Follow", "follow live traffic", ACT),
    Action("freeze", "p", "freeze", "Freeze", "freeze the view, recording goes on", ACT),
    Action("copy.value", "y", "copy_value", "Copy value", "copy the value or the Info", ACT),
    Action("copy.raw", "Y", "copy_raw", "Copy raw message", "copy the raw message", ACT, shown_as="Y"),
    Action("theme", "T", "app.next_theme", "Theme", "dark, light, 256 colours", ACT, shown_as="T"),
    Action(
        "palette", "colon,ctrl+p", "app.command_palette", "Command", "every command by name", ACT, "screen", ":", False
    ),
    Action("help", "question_mark,f1", "help", "Help", "this help", ACT, "screen", "?"),
    Action("quit", "q", "leave", "Quit", "quit", ACT, "screen", "q"),
)
"""In the order of the help. Actions without ``says`` share the line of the one before."""

_FOOTER_ORDER = ("filter.edit", "follow", "finding.next", "sessions", "palette", "help", "quit")


def bindings(owner: str) -> list[BindingType]:
    """The bindings of one owner, those of the footer first and in its order."""
    mine = [action for action in ACTIONS if action.owner == owner]
    mine.sort(key=lambda action: _FOOTER_ORDER.index(action.id) if action.id in _FOOTER_ORDER else len(_FOOTER_ORDER))
    return [
        Binding(
            action.keys,
            action.call,
            action.title,
            show=action.id in _FOOTER_ORDER,
            key_display=action.shown_as or None,
            id=action.id,
            tooltip=action.says or action.title,
        )
        for action in mine
    ]
