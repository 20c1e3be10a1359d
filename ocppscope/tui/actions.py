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
        owner: which widget binds it: "table", "screen", "findings" (where one is shown), "grouped" (the list
            of them), "payload", "samples".
        shown_as: keys as the help writes them; "" for the key itself. The footer shows the first.
        palette: whether the command palette offers it.
        priority: it is done before the next key is looked at. What is typed right behind it would else still be
            commands: the focus moves only after a few turns of the loop.
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
    priority: bool = False

    @property
    def key(self) -> str:
        """The first key as people write it."""
        if self.shown_as:
            return self.shown_as.split(" ")[0]
        return _WRITTEN.get(self.keys.split(",")[0], self.keys.split(",")[0])


_WRITTEN = {"left_square_bracket": "[", "right_square_bracket": "]"}

MOVE, LOOK, FIND, ACT = "Move", "Look", "Find", "Act"
GROUPS = (MOVE, LOOK, FIND, ACT)

ACTIONS = (
    Action("row.next", "down,j", "move(1)", "Next row", "row by row", MOVE, "table", "j k ↓ ↑", False),
    Action("row.previous", "up,k", "move(-1)", "Previous row", "", MOVE, "table", palette=False),
    Action("page.next", "pagedown,ctrl+f", "page(1)", "Page down", "page by page", MOVE, "table", "PgDn PgUp", False),
    Action("page.previous", "pageup,ctrl+b", "page(-1)", "Page up", "", MOVE, "table", palette=False),
    Action("row.first", "home,g", "first", "First row", "first, last", MOVE, "table", "g G", False),
    Action("row.last", "end,G", "last", "Last row", "", MOVE, "table", palette=False),
    Action("pane.next", "tab", "app.focus_next", "Next pane", "next pane", MOVE, "screen", "Tab", False),
    Action("tab.messages", "1", "tab_number(1)", "Messages", "tab by number", MOVE, shown_as="1 … 5"),
    Action("tab.findings", "2", "tab_number(2)", "Findings", "", MOVE),
    Action("tab.latency", "3", "tab_number(3)", "Latency", "", MOVE),
    Action("tab.transactions", "4", "tab_number(4)", "Transactions", "", MOVE),
    Action("tab.pending", "5", "tab_number(5)", "Pending", "", MOVE),
    Action("tab.next", "right_square_bracket", "tab(1)", "Next tab", "tabs in turn", MOVE, shown_as="] ["),
    Action("tab.previous", "left_square_bracket", "tab(-1)", "Previous tab", "", MOVE),
    Action("open", "enter", "select", "Open", "whole exchange", LOOK, "table", "Enter", False),
    Action("back", "escape", "back", "Back", "back, clear filter", LOOK, "screen", "Esc", False),
    Action("samples.close", "escape", "close_samples", "Figures", "", LOOK, "samples", "Esc", palette=False),
    Action("zoom", "z", "zoom", "Zoom detail", "zoom detail", LOOK),
    Action("sessions", "s", "sessions", "Sessions", "stations", LOOK),
    Action("time", "t", "time_mode", "Time mode", "time format", LOOK),
    Action("station.page", "D", "station_page", "Station", "clock, disconnects", LOOK, shown_as="D"),
    Action("vendor.card", "c", "vendor_card", "Vendor card", "vendor card", LOOK),
    Action("theme", "T", "app.next_theme", "Next theme", "next theme", LOOK, shown_as="T"),
    Action("help", "question_mark,f1", "help", "Help", "this help", LOOK, "screen", "?"),
    Action("filter.edit", "slash", "filter", "Filter", "filter", FIND, "screen", "/", priority=True),
    Action("filter.field", "f", "filter_field", "Filter field", "filter by JSON value", FIND, "payload", "f", False),
    Action("finding.next", "e", "finding('error', 1)", "Finding", "errors, down and up", FIND, "screen", "e E", False),
    Action("finding.previous", "E", "finding('error', -1)", "Previous error", "", FIND),
    Action("warning.next", "w", "finding('warning', 1)", "Next warning", "warnings, down and up", FIND, shown_as="w W"),
    Action("warning.previous", "W", "finding('warning', -1)", "Previous warning", "", FIND),
    Action("partner", "o", "partner", "Partner", "from CALL to reply", FIND),
    Action("mark", "m", "mark", "Mark", "mark", FIND),
    Action("mark.next", "u", "marked(1)", "Next mark", "marks, down and up", FIND, shown_as="u U"),
    Action("mark.previous", "U", "marked(-1)", "Previous mark", "", FIND),
    Action("rule.page", "d", "rule", "Rule", "page of the rule", FIND, "findings", "d", False),
    Action("finding.messages", "F", "involved", "Involved", "messages involved", FIND, shown_as="F"),
    Action("findings.group", "b", "group", "Group by", "group findings", FIND, "grouped", "b", False),
    Action("follow", "space", "follow", "Follow", "follow live", ACT),
    Action("freeze", "p", "freeze", "Freeze", "freeze the list", ACT),
    Action("rule.mute", "S", "mute", "Mute", "mute the rule", ACT, "findings", "S", False),
    Action("profile.accept", "P", "accept_profile", "Apply limits", "apply offered PICS", ACT, shown_as="P"),
    Action("copy.value", "y", "copy_value", "Copy value", "copy value", ACT),
    Action("copy.raw", "Y", "copy_raw", "Copy raw message", "copy raw message", ACT, shown_as="Y"),
    Action("palette", "colon", "palette", "Command", "all commands", ACT, "screen", ":", False, priority=True),
    Action("quit", "q", "leave", "Quit", "quit", ACT, "screen", "q"),
)
"""In the order of the help. What has no ``says`` shares the line of the action before it."""

_FOOTER_ORDER = (
    "samples.close",
    "profile.accept",
    "findings.group",
    "rule.page",
    "rule.mute",
    "filter.field",
    "filter.edit",
    "follow",
    "finding.next",
    "sessions",
    "palette",
    "help",
    "quit",
    "finding.messages",
)


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
            key_display=action.key,
            id=action.id,
            priority=action.priority,
            tooltip=action.says or action.title,
        )
        for action in mine
    ]
