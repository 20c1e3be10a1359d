"""Captures read into one report, in their order, each message once."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocppscope.cli import failures
from ocppscope.cli.progress import progress_bar

if TYPE_CHECKING:
    from ocppscope.capture.joining.outline import Outline
    from ocppscope.capture.joining.planning import Planned
    from ocppscope.capture.reader import Capture
    from ocppscope.report.reading import Reading


def read_captures(
    reading: "Reading",
    paths: Sequence[str],
    stopped: Callable[[], bool] | None = None,
    done: "Callable[[Capture], None] | None" = None,
) -> None:
    """Read captures, however the shell ordered them: parts of a run after each other, all else by time.

    What two captures hold of the same traffic is read from the better one; the reading's facts say so.

    Args:
        reading: takes them in; it is not finished here.
        paths: as the user gave them.
        stopped: asked before each record whether to stop there.
        done: told of each capture after it was read.
    """
    from ocppscope.capture.joining.planning import plan
    from ocppscope.capture.source import STDIN

    with few_collections():
        for one in plan(paths, _outlines):
            if stopped is not None and stopped():
                return
            if one.whole and one.path == STDIN:
                continue  # it was named twice, and can be opened once
            _read(reading, one, stopped, done)


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for garbage in cycles far less often than usual.

    What a record is read into has no cycles and is freed at once. Looking for some as often as usual took 8 % of the time
    of a report (30,000 messages, median of five pairs of runs).
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def tell_what_was_left_out(reading: "Reading") -> None:
    """Say on stderr what was not read because another capture has it, where the output has no place for it."""
    for facts in reading.captures:
        for one in facts.left_out:
            failures.note(f"{facts.path}: {one.sentence}")


def _read(
    reading: "Reading",
    planned: "Planned",
    stopped: Callable[[], bool] | None,
    done: "Callable[[Capture], None] | None",
) -> None:
    from ocppscope.capture.reader import open_capture

    with progress_bar(planned.path) as progress:
        capture = open_capture(planned.path, progress)
        reading.read(capture, planned, stopped)
    if done is not None:
        done(capture)


def _outlines(paths: Sequence[str]) -> "Iterator[Outline]":
    from ocppscope.capture.joining.outline import outline
    from ocppscope.capture.reader import open_capture

    for path in paths:
        with progress_bar(path, "looking through") as progress:
            yield outline(open_capture(path, progress))
