"""Plain lines on stdout, from files and live."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ocppscope.cli.failures import say
from ocppscope.cli.parts import with_parts

if TYPE_CHECKING:
    from ocppscope.capture.record import Record
    from ocppscope.conformance.switches import Switches
    from ocppscope.filters import Filter
    from ocppscope.pics.profile import Profile
    from ocppscope.report.plain_log import PlainLog

PAUSE = 0.1
"""Seconds between two looks at a capture that grows: quick for a person, nothing for the machine."""


def plain_log(profiles: "Sequence[Profile]", switches: "Switches | None", wanted: "Filter | None") -> "PlainLog":
    """A log to stdout with a fresh inspector."""
    from ocppscope.inspect.inspector import Inspector
    from ocppscope.report.plain_log import PlainLog

    return PlainLog(Inspector(profiles, switches), sys.stdout, wanted)


def print_captures(paths: Sequence[str], log: "PlainLog") -> None:
    """Print whole captures, one after the other.

    Raises:
        CaptureError: one of them cannot be read.
    """
    from ocppscope.capture.reader import open_capture

    for number, path in enumerate(with_parts(paths)):
        capture = open_capture(path)
        records = iter(capture)
        if number and (opening := next(records, None)) is not None:
            log.next_capture(opening)
            log.write([opening])
        log.write(records)
        sys.stdout.flush()
        if capture.skipped_count:
            first = capture.skipped[0]
            say(f"{path}: {capture.skipped_count} lines skipped; the first is line {first.line}: {first.reason}")


class GrowingLog:
    """Prints a native capture while it grows.

    Args:
        path: the file.
        log: prints.
        since: leave out the runs of the proxy that began before, when a capture is appended to.

    Raises:
        CaptureError: at once or later, when the file is of another format or cannot be read.
    """

    def __init__(self, path: str | Path, log: "PlainLog", *, since: datetime | None = None) -> None:
        from ocppscope.capture.follow_parts import PartsFollower

        self._follower = PartsFollower(path)
        self._restarts = self._follower.restarts
        self._part = 0
        self._log = log
        self._since = since

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._follower.close()

    def run(self, until: Callable[[], bool]) -> None:
        """Print what comes until ``until`` says that it is enough; it is asked ten times a second and more."""
        while not until():
            if not self._print_batch():
                self._log.pass_time(time.monotonic_ns(), time.time_ns())
                sys.stdout.flush()
                time.sleep(PAUSE)

    def drain(self) -> None:
        """Print what is there already: the last words after the writer has ended."""
        while self._print_batch():
            pass

    def _print_batch(self) -> bool:
        lines = self._follower.poll()
        if self._follower.restarts != self._restarts:
            self._restarts = self._follower.restarts
            self._log.next_capture()
        elif lines and lines[0].part != self._part:
            self._log.next_capture(lines[0].record)
        if lines:
            self._part = lines[0].part
        records = [line.record for line in lines]
        self._log.write(records if self._since is None else self._of_this_run(records))
        if lines:
            sys.stdout.flush()
        return not self._follower.at_end

    def _of_this_run(self, records: "list[Record]") -> "list[Record]":
        from ocppscope.capture.record import Header

        for index, record in enumerate(records):
            if isinstance(record, Header) and self._since is not None and record.time >= self._since:
                self._since = None
                return records[index:]
        return []
