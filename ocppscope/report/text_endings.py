"""Disconnects in the text report: what they have in common, then each with its autopsy."""

from collections.abc import Iterator
from datetime import UTC

from rich.console import Group, RenderableType
from rich.text import Text

from ocppscope.inspect.autopsy import Autopsy, autopsies
from ocppscope.inspect.end_patterns import EndPattern
from ocppscope.model.visible import visible
from ocppscope.report.reading import Reading
from ocppscope.report.text_cells import indented, with_rest

MOST_ENDS = 30
"""Ends told one by one: the latest."""


def patterns_of(found: list[Autopsy]) -> list[tuple[str, EndPattern]]:
    """Each station's patterns once, in order of their first end."""
    seen = {(one.connection.station, one.pattern.sentence): one.pattern for one in found if one.pattern is not None}
    return [(station, pattern) for (station, _), pattern in seen.items()]


def endings_section(reading: Reading) -> RenderableType | None:
    """The ends of connections; None without any."""
    found = autopsies(reading.selection.disconnects)
    if not found:
        return None
    patterns = [
        Text.assemble((f"{visible(station, 40)}  ", "bold"), (visible(pattern.sentence, 400), "yellow"))
        for station, pattern in patterns_of(found)
    ]
    return with_rest(Group(*patterns, *(_end(one) for one in found[-MOST_ENDS:])), len(found), MOST_ENDS)


def _end(one: Autopsy) -> RenderableType:
    connection = one.connection
    when = f"{connection.ended.astimezone(UTC):%m-%d %H:%M:%S}" if connection.ended else "?"
    head = Text.assemble(
        (f"{when}  ", "dim"), (f"{visible(connection.station, 40)}  ", "bold"), visible(one.sentence, 400)
    )
    return Group(head, *(indented(line, 4) for line in _details(one)))


def _details(one: Autopsy) -> Iterator[Text]:
    """The pattern stands above already."""
    for line in one.facts():
        yield Text(visible(line, 400), "dim")
