"""Start the engine in its own process and stay in touch with it.

Blocking and thread-safe, so that it serves a plain loop as well as a UI: ``start`` and ``stop`` take fractions of a second
(a UI puts them into ``asyncio.to_thread``), everything else returns at once.
"""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from types import TracebackType
from typing import IO, Self

import msgspec

from ocppscope.proxy.config import EngineConfig
from ocppscope.proxy.control import EngineEvent, Failed, Listening, Stop, to_event, to_line

_STDERR_LINES = 50
_MAX_EVENTS = 1000


class EngineError(Exception):
    """The engine did not start. The text is one clear line.

    Attributes:
        status: the exit status that a command should end with: 2 configuration or capture, 3 could not listen.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class EngineProcess:
    """The engine, running in a process and a session of its own: a Ctrl+C in our terminal does not reach it.

    If this process dies, the engine goes on as long as any of its connections lives.

    Args:
        config: what it is told.

    Example:
        >>> with EngineProcess(EngineConfig(upstream="ws://127.0.0.1:9001")) as engine:  # doctest: +SKIP
        ...     print(engine.listening.url)
    """

    def __init__(self, config: EngineConfig) -> None:
        self.config = config
        self._process: subprocess.Popen[bytes] | None = None
        self._listening: Listening | None = None
        self._failed: Failed | None = None
        self._events: deque[EngineEvent] = deque(maxlen=_MAX_EVENTS)
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._ready = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, timeout: float = 30.0) -> Listening:
        """Start it and wait until it accepts connections.

        Raises:
            EngineError: it cannot, with the reason in one line and the exit status.
        """
        if self._process is not None:
            raise RuntimeError("an EngineProcess starts once")
        try:
            config = self.config.checked()
        except ValueError as error:
            raise EngineError(str(error), 2) from None
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ocppscope.proxy.engine"],  # -P: no module of the user's folder is ours
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout is not None  # noqa: S101 - asked for above
        assert process.stderr is not None  # noqa: S101 - asked for above
        for work, pipe in ((self._read_events, process.stdout), (self._read_stderr, process.stderr)):
            thread = threading.Thread(target=work, args=(pipe,), name=f"engine {work.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)
        self._send(msgspec.json.encode(config) + b"\n")
        self._ready.wait(timeout)
        if self._listening is None:
            self._give_up()
        assert self._listening is not None  # noqa: S101 - or _give_up has raised
        return self._listening

    @property
    def listening(self) -> Listening:
        """Where it listens and what it writes, after `start`."""
        if self._listening is None:
            raise RuntimeError("the engine has not been started")
        return self._listening

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs or before it was started."""
        return self._process.poll() if self._process is not None else None

    @property
    def stderr(self) -> str:
        """The last lines that it wrote to stderr: why it died, if it did."""
        return "\n".join(self._stderr)

    def events(self) -> list[EngineEvent]:
        """What it has said since the last call, oldest first; returns at once."""
        said = []
        with contextlib.suppress(IndexError):
            while True:
                said.append(self._events.popleft())
        return said

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended; returns its exit status, None if it runs on after ``timeout`` seconds."""
        if self._process is None:
            return None
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, timeout: float = 10.0) -> int | None:
        """Have it close all sessions and flush the capture, and wait for its end. May be called twice.

        Returns:
            Its exit status; None if it was never started.
        """
        process = self._process
        if process is None:
            return None
        self._send(to_line(Stop()))
        status = self.wait(timeout)
        for last_resort in (signal.SIGTERM, signal.SIGKILL):
            if status is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(last_resort)
                status = self.wait(2.0)
        for thread in self._threads:
            thread.join(2.0)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return status

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _send(self, line: bytes) -> None:
        assert self._process is not None  # noqa: S101 - called after it was made
        pipe = self._process.stdin
        if pipe is not None and not pipe.closed:
            with contextlib.suppress(OSError):
                pipe.write(line)
                pipe.flush()

    def _give_up(self) -> None:
        started = time.monotonic()
        failed = self._failed
        self.stop(timeout=2.0)
        if failed is not None:
            raise EngineError(failed.message, failed.status)
        last = self._stderr[-1] if self._stderr else f"it said nothing for {time.monotonic() - started:.0f} s"
        raise EngineError(f"the engine did not start (exit status {self.exit_status}): {last}", 3)

    def _read_events(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            try:
                event = to_event(line)
            except msgspec.DecodeError:
                self._stderr.append(line.decode("utf-8", "replace").rstrip())
                continue
            self._events.append(event)
            if isinstance(event, Listening):
                self._listening = event
                self._ready.set()
            elif isinstance(event, Failed):
                self._failed = event
                self._ready.set()
        self._ready.set()

    def _read_stderr(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._stderr.append(line.decode("utf-8", "replace").rstrip())
