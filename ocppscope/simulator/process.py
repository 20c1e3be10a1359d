"""The simulation as a child process.

Blocking and thread-safe like `ocppscope.proxy.process`: ``start`` and ``stop`` take fractions of a second (a UI puts them
into ``asyncio.to_thread``), everything else returns at once.
"""

import contextlib
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from importlib.resources import files
from types import TracebackType
from typing import IO, Self

from ocppscope.simulator.options import Options

_STDERR_LINES = 50


def demo_profiles() -> tuple[str, str]:
    """Paths of the made-up PICS profiles of the demo's stations and its CSMS, for ``pics.library.load``."""
    folder = files("ocppscope.simulator")
    return str(folder.joinpath("demo-station.toml")), str(folder.joinpath("demo-csms.toml"))


class SimulatorError(Exception):
    """The simulation did not start. The text is one clear line."""


class SimulatorProcess:
    """Simulated stations and their CSMS, in a process and a session of their own: our Ctrl+C does not reach them.

    If this process dies, they end too.

    Args:
        options: what to play.

    Example:
        >>> with SimulatorProcess(Options(scenario="healthy")) as simulator:  # doctest: +SKIP
        ...     with EngineProcess(EngineConfig(upstream=simulator.url, listen="127.0.0.1:0")) as engine:
        ...         simulator.connect(engine.listening.url)
        ...         simulator.wait(10)
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._url: str | None = None
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._threads: list[threading.Thread] = []

    def start(self, timeout: float = 30.0) -> str:
        """Start it and wait until the CSMS listens.

        Returns:
            The URL of the CSMS, without a station's identity: the proxy's upstream.

        Raises:
            SimulatorError: it cannot, with the reason in one line.
        """
        if self._process is not None:
            raise RuntimeError("a SimulatorProcess starts once")
        self._process = process = subprocess.Popen(  # noqa: S603 - our own module, our own options
            [sys.executable, "-m", "ocppscope.simulator", *_arguments(self.options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout is not None  # noqa: S101 - asked for above
        assert process.stderr is not None  # noqa: S101 - asked for above
        for work, pipe in ((self._read_stdout, process.stdout), (self._read_stderr, process.stderr)):
            thread = threading.Thread(target=work, args=(pipe,), name=f"simulator {work.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)
        try:
            url = self._said.get(timeout=timeout)
        except queue.Empty:
            url = None
        if url is None:
            self.stop(timeout=1.0)
            last = self._stderr[-1] if self._stderr else f"nothing came from it in {timeout:g} s"
            raise SimulatorError(f"the simulation did not start (exit status {self.exit_status}): {last}")
        self._url = url
        return url

    @property
    def url(self) -> str:
        """URL of the CSMS, after `start`."""
        if self._url is None:
            raise RuntimeError("the simulation has not been started")
        return self._url

    def connect(self, url: str) -> None:
        """Let the stations connect to a URL, to which each appends its identity: the proxy's, or `url` itself."""
        self._send(f"connect {url}\n".encode())

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
        """The last lines that it wrote to stderr: empty unless something is wrong."""
        return "\n".join(self._stderr)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended; returns its exit status, None if it runs on after ``timeout`` seconds."""
        if self._process is None:
            return None
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, timeout: float = 5.0) -> int | None:
        """Have it end properly, and wait for that. May be called twice.

        Returns:
            Its exit status; None if it was never started.
        """
        process = self._process
        if process is None:
            return None
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        status = self.wait(timeout)
        for last_resort in (signal.SIGTERM, signal.SIGKILL):
            if status is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(last_resort)
                status = self.wait(2.0)
        for thread in self._threads:
            thread.join(2.0)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
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
        pipe = self._process.stdin if self._process is not None else None
        if pipe is not None and not pipe.closed:
            with contextlib.suppress(OSError):
                pipe.write(line)
                pipe.flush()

    def _read_stdout(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            word, _, url = line.decode("utf-8", "replace").strip().partition(" ")
            if word == "csms":
                self._said.put(url)
        self._said.put(None)

    def _read_stderr(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._stderr.append(line.decode("utf-8", "replace").rstrip())


def _arguments(options: Options) -> list[str]:
    arguments = {
        "stations": options.stations,
        "ocpp": options.version,
        "scenario": options.scenario,
        "seed": options.seed,
        "speed": options.speed,
        "duration": options.duration,
    }
    given = [f"--{name}={value}" for name, value in arguments.items() if value is not None]
    return [*given, "--once"] if options.once else given
