"""Clocks in the text report: whose is off, how it went, when it was set."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from ocppscope.inspect.clock_words import clock_history, clock_words, is_in_time
from ocppscope.model.clock import Clock
from ocppscope.model.connection import Station
from ocppscope.model.visible import visible
from ocppscope.report.reading import Reading
from ocppscope.report.text_cells import MOST_ROWS, indented, safe, table, with_rest

_MOST_LINES = 6
"""Sentences of the history of one clock."""


def clocks_of(reading: Reading) -> Iterator[tuple[Station, str, Clock]]:
    """The clocks that were measured: the station, whose it is (``station``, ``CSMS``), the clock."""
    for station in reading.selection.stations:
        for whose, clock in (("station", station.clock), ("CSMS", station.csms_clock)):
            if clock.skew is not None:
                yield station, whose, clock


def clocks_section(reading: Reading) -> RenderableType | None:
    """The clocks against the recorder's; None where none was measured."""
    found = list(clocks_of(reading))
    if not found:
        return None
    rows = table("Station", "Clock of", "Against the recorder's")
    lines: list[RenderableType] = []
    for station, whose, clock in found[:MOST_ROWS]:
        words = Text(clock_words(clock) or "", "green" if is_in_time(clock) else "yellow")
        rows.add_row(safe(station.id, 40), whose, words)
        history = list(clock_history(clock))[-_MOST_LINES:]
        if history:
            lines.append(Text.assemble((visible(station.id, 40), "bold"), f", clock of the {whose}:"))
            lines += [indented(Text(line)) for line in history]
    return with_rest(Group(rows, *lines), len(found))
