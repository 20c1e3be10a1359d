"""What a report needs of the records themselves, taken down while they pass: messages word for word, activity over time."""

import sys
from collections.abc import Iterator

from ocppscope.capture.reader import Capture
from ocppscope.inspect.seen import Seen
from ocppscope.report.activity import Activity
from ocppscope.report.quotes import Quotes
from ocppscope.report.reading import CaptureFacts, Reading


class Gathering:
    """Listens to a reading from its beginning.

    Attributes:
        quotes: the records that findings name.
        activity: how much each station said, and what was found of it, over time.
    """

    def __init__(self, reading: Reading) -> None:
        self.quotes = Quotes()
        self.activity = Activity()
        self._reading = reading
        reading.listeners.append(self._add)

    def lacking(self) -> list[CaptureFacts]:
        """The captures in which something passed too long before a finding named it: worth a second reading."""
        return [facts for facts, numbers in self._numbers() if self.quotes.lacks(numbers)]

    def look_up(self, capture: Capture) -> None:
        """Read one of them again, as far as it takes; a pipe cannot be read twice, and is left alone."""
        if capture.size is None:
            return
        for facts, numbers in self._numbers():
            if facts.path == capture.path:
                self.quotes.look_up(capture, facts.offset, numbers)

    def _numbers(self) -> Iterator[tuple[CaptureFacts, range]]:
        """The captures, and the numbers of their records."""
        captures = [facts for facts in self._reading.captures if facts.records]
        ends = [facts.offset for facts in captures[1:]] + [sys.maxsize - 1]
        for facts, end in zip(captures, ends, strict=False):
            yield facts, range(facts.offset + 1, end + 1)

    def _add(self, seen: Seen) -> None:
        selection = self._reading.selection
        reported = [finding for finding in seen.findings if selection.findings.row_of(finding) is not None]
        self.quotes.add(seen, reported)
        self.activity.add(seen, counts=selection.has(seen.number))
        for finding in reported:
            self.activity.found(finding)
        for finding in seen.withdrawn:
            self.activity.found(finding, -1)
