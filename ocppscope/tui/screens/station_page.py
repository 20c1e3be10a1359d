"""The page of a station: who it is, how far its clock is off, and how every one of its connections ended."""

from collections.abc import Iterator
from datetime import UTC
from typing import ClassVar

from textual.binding import Binding, BindingType

from ocppscope.inspect.autopsy import Autopsy
from ocppscope.inspect.causes import product_of
from ocppscope.inspect.clock_words import clock_history, clock_words
from ocppscope.model.clock import Clock
from ocppscope.model.connection import Station
from ocppscope.model.visible import visible
from ocppscope.tui.device_facts import deserves_a_look, wanders
from ocppscope.tui.findings.words import counted
from ocppscope.tui.run import Run
from ocppscope.tui.screens.page import Page
from ocppscope.tui.sparkline import sparkline
from ocppscope.tui.widgets.exchange_panes import folded
from ocppscope.tui.widgets.table_model import Cell

MOST_ENDS = 50
"""Ends told one by one, the latest ones."""

_LONGEST = 400
_SPARK = 60
_FLAT_SECONDS = 4.0
"""Skew between the lowest and the highest block at least: stamps have whole seconds."""


class StationPage(Page):
    """One station, as things stood when it was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("D", "dismiss", "Back", show=False)]

    def __init__(self, run: Run, station: Station) -> None:
        super().__init__()
        self._station = station
        self._lines = list(station_lines(station, run.endings_of(station.id)))

    def title_of_page(self) -> str:
        """Which station."""
        return f"Station · {self._station.id}"

    def lines(self, width: int) -> list[Cell]:
        """The page."""
        return folded(self._lines, width)


def station_lines(station: Station, ends: list[Autopsy]) -> Iterator[Cell]:
    """The page; a line may be longer than the screen."""
    yield ((visible(station.id, 80), "text bold"),)
    yield ((visible(product_of(station).words or "has not said who it is", _LONGEST), "text"),)
    version = f"OCPP {station.shown_version}" if station.version is not None else "OCPP version not known"
    facts = [version, counted(station.messages, "message"), counted(station.connections, "connection")]
    if station.registration:
        facts.append(f"registration {visible(station.registration, 40)}")
    yield ((", ".join(facts), "muted"),)
    yield from _clock(station.clock, "Clock of the station")
    yield from _clock(station.csms_clock, "Clock of the CSMS, as it tells this station")
    yield from _ends(ends)


def _clock(clock: Clock, title: str) -> Iterator[Cell]:
    words = clock_words(clock)
    if words is None:
        return
    yield ()
    yield (title, "accent bold"), (", against that of the recording", "muted")
    yield (("  ", "muted"), (words, "warn" if deserves_a_look(clock) else "text"))
    history = list(clock_history(clock))
    if wanders(clock):
        first, last = clock.points[0][0].astimezone(UTC), clock.points[-1][0].astimezone(UTC)
        form = "%H:%M" if first.date() == last.date() else "%m-%d %H:%M"
        spark = sparkline([skew for _, skew in clock.points], _SPARK, _FLAT_SECONDS)
        yield (
            ("  ", "muted"),
            (f"{first.strftime(form)} ", "muted"),
            (spark, "up"),
            (f" {last.strftime(form)}", "muted"),
        )
    for line in history:
        yield ("  ", "muted"), (visible(line, _LONGEST), "text")


def _ends(ends: list[Autopsy]) -> Iterator[Cell]:
    yield ()
    yield ("Ends of connections", "accent bold"), (f", {len(ends):,} seen, the latest first" if ends else "", "muted")
    if not ends:
        yield ("  ", "muted"), ("none has ended yet", "muted")
    for sentence in dict.fromkeys(one.pattern.sentence for one in ends if one.pattern is not None):
        yield ("  ", "muted"), ("▲ ", "warn"), (visible(sentence, _LONGEST), "warn")
    for one in reversed(ends[-MOST_ENDS:]):
        ended = one.connection.ended
        when = f"{ended.astimezone(UTC):%m-%d %H:%M:%S}" if ended is not None else "?"
        yield ()
        yield (f"  {when}  ", "muted"), (visible(one.sentence, _LONGEST), "text")
        for line in one.facts():
            yield ("      ", "muted"), (visible(line, _LONGEST), "muted")
    if len(ends) > MOST_ENDS:
        yield ()
        yield ((f"  {len(ends) - MOST_ENDS:,} earlier ones are not shown", "muted"),)
