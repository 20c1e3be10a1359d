"""Captures run through one inspector, and what a report needs to know of them beside the inspector's state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from ocppscope.capture.joining.planning import LeftOut, Planned
from ocppscope.capture.joining.remainder import remainder
from ocppscope.capture.reader import Capture, Skipped
from ocppscope.capture.record import UNDATED, MessageRecord, clock
from ocppscope.conformance.switches import Switches
from ocppscope.filters import Filter
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.seen import Seen
from ocppscope.model.exchange import Exchange
from ocppscope.pics.profile import Profile
from ocppscope.report.selection import Matching, Selection

MOST_LEFT_OUT = 10
"""Stations of a capture of which a report for people says that they were left out."""


@dataclass(slots=True)
class CaptureFacts:
    """What one input turned out to be.

    Attributes:
        path: as given; ``-`` is stdin.
        format, vantage: recognised by content.
        records, messages: how many.
        skipped: the first lines that could not be read; skipped_count: how many there were.
        first, last: wall clock of the first and last record; None where the recording has no times.
        offset: what was added to the ``seq`` of its records to number them.
        left_out: what of it was not read, because another capture has it.
        cut_short: reading was interrupted before its end.
    """

    path: str
    format: str
    vantage: str
    records: int = 0
    messages: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    skipped_count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    offset: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    cut_short: bool = False


class Reading:
    """One or more captures, read to their end.

    Attributes:
        captures: what each input was.
        inspector: judged everything, whatever the filter.
        selection: what is reported: all of it, or what a filter let pass.
        profiles: whose limits were applied.
        switches: what was switched beside them, None for nothing.
        now: record clock (ns) of the last record.
        listeners: told of each record once it was understood and selected, or not.
    """

    def __init__(
        self,
        profiles: Sequence[Profile] = (),
        wanted: Filter | None = None,
        excluded_actions: Collection[str] = (),
        switches: Switches | None = None,
    ) -> None:
        self.profiles = tuple(profiles)
        self.switches = switches
        self.captures: list[CaptureFacts] = []
        self.now = 0
        self.listeners: list[Callable[[Seen], None]] = []
        self.inspector = Inspector(profiles, switches, excluded_actions)
        self.selection = Selection(self.inspector) if wanted is None else Matching(self.inspector, wanted)

    @property
    def cut_short(self) -> bool:
        """Whether not all was read, because somebody interrupted it."""
        return any(facts.cut_short for facts in self.captures)

    def read(self, capture: Capture, planned: Planned | None = None, stopped: Callable[[], bool] | None = None) -> None:
        """Read one more capture to its end.

        Args:
            capture: the next one, in the order of time.
            planned: what of it is left out, because another one has it.
            stopped: asked before each record whether to stop there.

        Raises:
            CaptureError: it could not be read to its end.
        """
        facts = CaptureFacts(str(capture.path), capture.format, str(capture.vantage))
        self.captures.append(facts)
        if planned is not None:
            facts.left_out = planned.left_out
            if planned.whole:
                return
        for record in capture if planned is None else remainder(capture, planned.places):
            if stopped is not None and stopped():
                facts.cut_short = True
                break
            aborted: tuple[Exchange, ...] = ()
            if not facts.records and self.inspector.counts.records:
                aborted = self.inspector.next_capture(record)
            seen = self.inspector.observe(record)
            if aborted:
                seen = structs.replace(seen, aborted=aborted + seen.aborted)
            self.selection.add(seen)
            for listener in self.listeners:
                listener(seen)
            facts.records += 1
            facts.messages += isinstance(record, MessageRecord)
            if facts.records == 1:
                facts.offset = seen.number - record.seq
            if record.time != UNDATED:
                facts.first, facts.last = facts.first or record.time, record.time
            self.now = clock(record)
        facts.skipped = list(capture.skipped)
        facts.skipped_count = capture.skipped_count

    def finish(self) -> None:
        """Every capture was read: settle what only the end can tell."""
        self.selection.finish(self.now)
