"""Styled text on a terminal, the same words without styles anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

FILE_WIDTH = 100
"""Columns where no terminal says otherwise."""


def has_screen() -> bool:
    """Whether the terminal UI could be seen. Textual draws on stderr, so a terminal on stdout alone would stay blank."""
    return sys.stdout.isatty() and sys.stderr.isatty()


@contextmanager
def console_on(file: TextIO) -> "Iterator[Console]":
    """A console that writes to a file or terminal.

    ``NO_COLOR`` and the width of the terminal (or ``COLUMNS``) are respected. What goes elsewhere is written at the end,
    without the blanks that fill table cells to the right edge.
    """
    import os

    from rich.console import Console

    if file.isatty():
        yield Console(file=file, highlight=False)
        return
    width = None if os.environ.get("COLUMNS", "").isdecimal() else FILE_WIDTH
    console = Console(file=file, highlight=False, width=width)
    with console.capture() as captured:
        yield console
    file.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())
