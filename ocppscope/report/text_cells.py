"""What all sections of the text report are made of."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ocppscope.model.finding import Severity
from ocppscope.model.visible import visible

MOST_ROWS = 40
"""Rows of one section; what is more is counted in a last line. JSON has them all."""

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}

_LONG = frozenset({"Product", "Reason", "Message id"})
"""Columns that may take several lines, so that the others stay whole."""


def titled(title: str, content: RenderableType) -> RenderableType:
    """A section under its title."""
    return Group(Text(title, "bold"), indented(content))


def indented(content: RenderableType, by: int = 2) -> RenderableType:
    """So many columns to the right, the continuation of long lines included."""
    return Padding(content, (0, 0, 0, by))


def table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table with these columns."""
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in columns:
        made.add_column(
            name,
            justify="right" if name in right else "left",
            no_wrap=name not in _LONG,
            overflow="fold" if name in _LONG else "ellipsis",
            min_width=len(name),
        )
    return made


def safe(text: object, length: int = 60) -> Text:
    """Wire text as it may be shown: never obeyed by the terminal, never taken for markup."""
    return Text("–", "dim") if text is None or text == "" else Text(visible(str(text), length))


def with_rest(content: RenderableType, rows: int, most: int = MOST_ROWS) -> RenderableType:
    """What is shown, and below it how many rows are not."""
    if rows <= most:
        return content
    return Group(content, Text(f"and {rows - most} more; --format json has all", "dim"))


def many(count: int, noun: str) -> str:
    """``1 station``, ``2 stations``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
