"""Captures run through one inspector, and what a report needs to know of them beside the inspector's state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ocppscope.capture.reader import Capture, Skipped
from ocppscope.capture.record import MessageRecord, clock
from ocppscope.conformance.switches import Switches
from ocppscope.filters import Filter
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.seen import Seen
from ocppscope.pics.profile import Profile
from ocppscope.report.selection import Matching, Selection


@dataclass(slots=True)
class CaptureFacts:
    """What one input turned out to be.

    Attributes:
        path: as given; ``-`` is stdin.
        format, vantage: recognised by content.
        records, messages: how many.
        skipped: the first lines that could not be read; skipped_count: how many there were.
        first, last: wall clock of the first and last record.
        offset: what was added to the ``seq`` of its records to number them.
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

    def read(self, capture: Capture) -> None:
        """Read one more capture to its end.

        Raises:
            CaptureError: it could not be read to its end.
        """
        facts = CaptureFacts(str(capture.path), capture.format, str(capture.vantage))
        self.captures.append(facts)
        for record in capture:
            if facts.first is None and len(self.captures) > 1:
                self.inspector.next_capture(record)
            seen = self.inspector.observe(record)
            self.selection.add(seen)
            for listener in self.listeners:
                listener(seen)
            facts.records += 1
            facts.messages += isinstance(record, MessageRecord)
            if facts.first is None:
                facts.first, facts.offset = record.time, seen.number - record.seq
            facts.last = record.time
            self.now = clock(record)
        facts.skipped = list(capture.skipped)
        facts.skipped_count = capture.skipped_count

    def finish(self) -> None:
        """Every capture was read: settle what only the end can tell."""
        self.selection.finish(self.now)
