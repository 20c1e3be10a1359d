"""A progress bar on stderr for long reading, when someone sits in front of it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ocppscope.model.visible import visible

PATIENCE = 0.5
"""Seconds of reading before a bar is worth the flicker."""


@contextmanager
def progress_bar(path: str, doing: str = "reading") -> Iterator[Callable[[int, int | None], None]]:
    """A function to tell how far reading is, as `ocppscope.capture.reader.open_capture` takes it.

    The bar appears when reading takes long and stderr is a terminal, and is gone at the end.
    """
    if not sys.stderr.isatty():
        yield lambda _read, _size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn(f"{doing} {{task.description}}", markup=False),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
    )
    task = bar.add_task(visible(path, 40), total=None)
    begun = time.monotonic()
    shown = False

    def advance(read: int, size: int | None) -> None:
        nonlocal shown
        bar.update(task, completed=read, total=size)
        if not shown and time.monotonic() - begun > PATIENCE:
            bar.start()
            shown = True
        if shown:
            bar.refresh()

    try:
        yield advance
    finally:
        if shown:
            bar.stop()
