"""The proxy while it runs: its engine, what is shown of it, and a proper end. Shared by ``proxy`` and ``demo``."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from ocppscope.cli import failures
from ocppscope.cli.console import has_screen
from ocppscope.cli.failures import note, say
from ocppscope.cli.plain_run import PAUSE, GrowingLog, plain_log
from ocppscope.cli.signals import StopSignals

if TYPE_CHECKING:
    from ocppscope.conformance.switches import Switches
    from ocppscope.pics.profile import Profile
    from ocppscope.proxy.config import EngineConfig
    from ocppscope.proxy.process import EngineProcess


class Face(Enum):
    """What is shown of a running proxy."""

    SCREEN = auto()
    """The terminal UI."""
    PLAIN = auto()
    """One line a message on stdout."""
    HEADLESS = auto()
    """Nothing but warnings."""


def face(*, plain: bool, headless: bool = False) -> Face:
    """What the options and the terminal ask for: without a terminal there is no screen."""
    if headless:
        return Face.HEADLESS
    return Face.PLAIN if plain or not has_screen() else Face.SCREEN


@contextmanager
def capture_path(wanted: str | None, *, keep: bool, needed: bool) -> Iterator[str | None]:
    """Where the engine writes.

    Args:
        wanted: what the user named, None for the default place.
        keep: False for a private temporary file that is removed at the end.
        needed: whether anyone reads the records while they are written; if not, nothing temporary is written at all.
    """
    if keep:
        from ocppscope.capture.default_path import default_capture_path

        yield wanted if wanted is not None else str(default_capture_path())
    elif needed:
        with tempfile.TemporaryDirectory(prefix="ocppscope-") as folder:
            yield str(Path(folder) / "run.jsonl")
    else:
        yield None


@dataclass
class Serving:
    """One run of the proxy.

    Attributes:
        config: for the engine.
        face: what is shown.
        kept: whether the capture outlives the run, and is spoken of.
        profiles: whose limits hold.
        switches: which rules are asked.
        title: word in the top bar of the screen.
        on_listening: called with the URL for stations once connections are accepted.
        on_ending: called before the engine is told to stop.
        over: asked again and again whether it is time to end; not while the screen is on.
    """

    config: "EngineConfig"
    face: Face
    kept: bool = True
    profiles: "Sequence[Profile]" = ()
    switches: "Switches | None" = None
    title: str = ""
    on_listening: Callable[[str], object] = field(default=lambda _url: None)
    on_ending: Callable[[], object] = field(default=lambda: None)
    over: Callable[[], bool] = field(default=lambda: False)

    def run(self) -> int:
        """Serve until a signal, the user, or ``over`` ends it. Returns the exit status.

        Raises:
            EngineError: the engine could not start.
        """
        from ocppscope.proxy.process import EngineProcess

        begun = datetime.now(UTC)
        # The screen has signals of its own: it must give the terminal back before anything else ends.
        with nullcontext(StopSignals()) if self.face is Face.SCREEN else StopSignals() as signals:
            engine = EngineProcess(self.config)
            listening = engine.start()
            try:
                where = f"capture {listening.capture}" if self.kept else "no capture"
                note(f"listening on {listening.url} -> {listening.upstream}, {where}")
                self.on_listening(listening.url)
                match self.face:
                    case Face.SCREEN:
                        self._show(engine)
                    case Face.PLAIN:
                        self._print(engine, signals, begun)
                    case Face.HEADLESS:
                        self._wait(engine, signals)
            finally:
                status = self._stop(engine)
                _warn(engine)
                if self.kept:
                    note(f"stopped, capture {listening.capture}{_in_parts(listening.capture)}")
        return failures.DONE if status == 0 else _died(engine)

    def _show(self, engine: "EngineProcess") -> None:
        from ocppscope.cli.screen import show_engine

        show_engine(engine, self.profiles, self.switches, self.title)

    def _print(self, engine: "EngineProcess", signals: StopSignals, begun: datetime) -> None:
        path = engine.listening.capture
        assert path is not None  # noqa: S101 - plain lines are made from records
        with GrowingLog(path, plain_log(self.profiles, self.switches, None), since=begun) as growing:
            growing.run(until=lambda: self._ended(engine, signals))
            self._stop(engine)
            growing.drain()

    def _stop(self, engine: "EngineProcess") -> int | None:
        """May be called twice."""
        self.on_ending()
        return engine.stop()

    def _wait(self, engine: "EngineProcess", signals: StopSignals) -> None:
        while not self._ended(engine, signals):
            time.sleep(PAUSE)

    def _ended(self, engine: "EngineProcess", signals: StopSignals) -> bool:
        _warn(engine)
        return signals.stopped or not engine.alive or self.over()


def _in_parts(capture: str | None) -> str:
    from ocppscope.capture.parts import first_part, parts_from

    parts = len(parts_from(first_part(Path(capture)))) if capture else 1
    return f" in {parts} parts" if parts > 1 else ""


def _died(engine: "EngineProcess") -> int:
    """The engine did not end because it was told to."""
    last = engine.stderr.rpartition("\n")[2] or "without a word"
    say(f"the engine ended by itself (exit status {engine.exit_status}): {last}; what it had recorded is whole")
    return failures.INTERNAL


def _warn(engine: "EngineProcess") -> None:
    """Say what the engine wants its operator to know."""
    from ocppscope.proxy.control import CaptureFailing, CaptureGap, Stopped, Warned

    for event in engine.events():
        match event:
            case Warned():
                say(f"warning: {event.message}")
            case CaptureFailing():
                say(f"warning: the capture's disk takes nothing: {event.reason}; traffic goes on")
            case CaptureGap():
                say(f"warning: {event.lost} records are missing in the capture: {event.reason}")
            case Stopped() if event.lost:
                say(f"warning: {event.lost} records of this run are in no file")
