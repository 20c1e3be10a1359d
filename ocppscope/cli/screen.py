"""The way from the command line into the terminal UI."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocppscope.cli.failures import note

if TYPE_CHECKING:
    from ocppscope.conformance.switches import Switches
    from ocppscope.pics.profile import Profile
    from ocppscope.proxy.process import EngineProcess

_STDIN = "-"


class ScreenEngine:
    """An engine as the screen wants to see it."""

    def __init__(self, engine: "EngineProcess") -> None:
        self._engine = engine

    @property
    def listening(self) -> str:
        """URL that stations connect to."""
        return self._engine.listening.url

    @property
    def upstream(self) -> str:
        """URL of the CSMS."""
        return self._engine.listening.upstream

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._engine.alive

    @property
    def stderr_tail(self) -> str:
        """Its last words."""
        return self._engine.stderr


def show_engine(
    engine: "EngineProcess", profiles: "Sequence[Profile]", switches: "Switches | None", title: str
) -> None:
    """Show what an engine records until the user leaves."""
    from ocppscope.tui.app import run

    capture = engine.listening.capture
    assert capture is not None  # noqa: S101 - the screen shows records
    outcome = run(capture, live=True, engine=ScreenEngine(engine), profiles=profiles, switches=switches, title=title)
    note(
        f"{outcome.messages} messages of {outcome.stations} stations, {outcome.errors} errors, {outcome.warnings} warnings"
    )


def show_captures(
    captures: Sequence[str],
    profiles: "Sequence[Profile]",
    switches: "Switches | None",
    expression: str,
    *,
    follow: bool,
) -> None:
    """Show captures until the user leaves.

    Raises:
        CaptureError: one of them is no readable capture.
    """
    from ocppscope.tui.app import run

    with _stdin_as_file(captures) as paths:
        run(paths, live=follow, profiles=profiles, switches=switches, filter_text=expression)


@contextmanager
def _stdin_as_file(captures: Sequence[str]) -> Iterator[list[str]]:
    """The captures with stdin read into a temporary file, and stdin turned back into the keyboard, as pagers do."""
    if _STDIN not in captures:
        yield list(captures)
        return
    with tempfile.NamedTemporaryFile(prefix="ocppscope-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        terminal = os.open("/dev/tty", os.O_RDONLY)
        os.dup2(terminal, sys.stdin.fileno())
        os.close(terminal)
        yield [file.name if path == _STDIN else path for path in captures]
