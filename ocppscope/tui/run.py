"""The run as tabs and panes see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ocppscope.conformance.switches import Switches
from ocppscope.inspect.autopsy import Autopsy
from ocppscope.inspect.inspector import Inspector
from ocppscope.pics import library
from ocppscope.pics.profile import Profile
from ocppscope.tui.context import Recalled, Shown
from ocppscope.tui.endings import Endings
from ocppscope.tui.feed import Feed
from ocppscope.tui.rows import MessageRows


class Engine(Protocol):
    """What the screen wants to know of the process that listens."""

    @property
    def listening(self) -> str:
        """URL that stations connect to."""

    @property
    def upstream(self) -> str:
        """URL of the CSMS."""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""

    @property
    def stderr_tail(self) -> str:
        """Its last words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What there is to say after the screen is gone.

    Attributes:
        capture: where the records are.
        messages, errors, warnings: totals.
        stations: how many were seen.
    """

    capture: Path
    messages: int = 0
    errors: int = 0
    warnings: int = 0
    stations: int = 0


@dataclass
class Run:
    """A `Scope`: the feed, what it is narrowed to, and the verbs of the main screen."""

    feed: Feed
    profiles: Sequence[Profile] = ()
    switches: Switches | None = None
    station: str | None = None
    on_show: Callable[[int | None], None] = field(default=lambda _: None)
    on_jump: Callable[[int], None] = field(default=lambda _: None)
    on_filter: Callable[[str], None] = field(default=lambda _: None)
    on_mute: Callable[[str, bool], None] = field(default=lambda _rule, _muted: None)
    _found: dict[str, tuple[int, int]] = field(default_factory=dict)
    _found_at: tuple[int, int] = (0, -1)
    _endings: Endings = field(default_factory=Endings)

    @property
    def inspector(self) -> Inspector:
        """All state of the run."""
        return self.feed.inspector

    @property
    def rows(self) -> MessageRows:
        """One row of numbers a message."""
        return self.feed.rows

    @property
    def live(self) -> bool:
        """Whether the capture still grows."""
        return self.feed.live

    def apply(self, name: str) -> bool:
        """Let a built-in profile hold for the stations that it fits, from the first record on: all is judged again.

        Returns:
            False when the capture is too long to be read again; then nothing changes.
        """
        profiles = (*self.profiles, library.load(name))
        if not self.feed.judge_again(lambda: Inspector(profiles, self.switches, by_identity=True)):
            return False
        self.profiles = profiles
        return True

    def found_by_station(self) -> Mapping[str, tuple[int, int]]:
        """Distinct errors and warnings of each station; counted anew only when there is another finding."""
        ledger = self.inspector.findings
        if self._found_at != (id(ledger), ledger.revision):
            self._found_at = id(ledger), ledger.revision
            self._found = {}
            for row in ledger.rows():
                errors, warnings = self._found.get(row.finding.station, (0, 0))
                rank = row.finding.severity.rank
                self._found[row.finding.station] = errors + (rank == 2), warnings + (rank == 1)
        return self._found

    def endings_of(self, station: str) -> list[Autopsy]:
        """The ends of a station's connections, the latest last."""
        return self._endings.of(station, self.inspector.disconnects)

    def now(self) -> int:
        """Nanoseconds of the record clock."""
        return self.feed.now()

    def read(self, number: int) -> Recalled | None:
        """A message read back from the capture."""
        position = self.feed.rows.position(number)
        return None if position is None else self.feed.recall(position)

    def shown(self, number: int) -> Shown | None:
        """A message with its partner, its exchange and its findings."""
        return self.feed.shown(number)

    def show(self, number: int | None) -> None:
        """Let the detail show this message."""
        self.on_show(number)

    def jump(self, number: int) -> None:
        """Go to a message in the Messages tab."""
        self.on_jump(number)

    def filter(self, text: str) -> None:
        """Go to the Messages tab with this filter."""
        self.on_filter(text)

    def mute(self, rule: str, *, muted: bool) -> None:
        """Hide what a rule finds for this run, or show it again."""
        self.feed.mute(rule, muted=muted)
        self.on_mute(rule, muted)
