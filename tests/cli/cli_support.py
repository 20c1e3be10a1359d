"""Runs the program as a user does: a process, its two streams, its exit status."""

import fcntl
import json
import os
import queue
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

TIMEOUT = 60.0
"""Seconds after which a hanging program fails the test; no test expects a time."""


@dataclass(frozen=True)
class Ran:
    """What a run of the program left behind."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr, after checking that it is one, and no traceback."""
        assert self.out == ""
        (line,) = self.err.splitlines()
        assert line.startswith("ocppscope: ")
        assert "Traceback" not in line
        assert "internal error" not in line
        return line.removeprefix("ocppscope: ")


def command_line(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "ocppscope", *map(str, arguments)]


def ocppscope(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> Ran:
    """Run the program to its end."""
    run = subprocess.run(
        command_line(*arguments),
        input=stdin,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
        env=os.environ | environment,
    )
    return Ran(run.returncode, run.stdout.decode(), run.stderr.decode())


def fields(line: str) -> list[str]:
    """The fields of a plain line."""
    return re.split(" {2,}", line)


class Running:
    """The program while it runs; its lines can be waited for."""

    def __init__(self, *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            command_line(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: dict[str, list[str]] = {"out": [], "err": []}
        self._news: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        pipes = {"out": self.process.stdout, "err": self.process.stderr}
        self._threads = [threading.Thread(target=self._read, args=item, daemon=True) for item in pipes.items()]
        for thread in self._threads:
            thread.start()

    def _read(self, name: str, pipe: Sequence[str]) -> None:
        for line in pipe:
            self.lines[name].append(line.rstrip("\n"))
            self._news.put((name, line.rstrip("\n")))

    def wait_for(self, stream: str, wanted: Callable[[str], bool]) -> str:
        """The first line of "out" or "err" that is wanted, waiting for it if need be."""
        while True:
            name, line = self._news.get(timeout=TIMEOUT)
            if name == stream and wanted(line):
                return line

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal; returns the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; all its lines are there then."""
        status = self.process.wait(TIMEOUT)
        for thread in self._threads:
            thread.join(TIMEOUT)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


def recording(path: Path, *messages: tuple[float, str, object]) -> Path:
    """A simple recording: (seconds after noon, ">" or "<", the message as JSON value or as text)."""
    lines = []
    for seconds, way, message in messages:
        minutes, rest = divmod(seconds, 60)
        stamp = f"2026-03-01T12:{int(minutes):02}:{rest:06.3f}Z"
        text = message if isinstance(message, str) else json.dumps(message)
        lines.append(json.dumps({"ts": stamp, "dir": "cs>csms" if way == ">" else "csms>cs", "data": text}))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


class Terminal:
    """The program in a terminal of its own, 120x36, with what it has drawn so far.

    Args:
        command: the words of the command line; a shell line when it is one text.
    """

    def __init__(self, *command: str | Path) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        # The first terminal that a session's leader opens becomes its controlling one.
        # A signal to all of it reaches the program; the shell waits for the program's end and says its status.
        script = 'exec <"$0" >"$0" 2>"$0"; trap : TERM; "$@"; echo "exit status $?"; stty -a'
        self.process = subprocess.Popen(
            ["sh", "-c", script, os.ttyname(slave), *map(str, command)], start_new_session=True
        )
        self._slave = slave
        self.drawn = ""

    def wait_for(self, text: str) -> None:
        """Read until the text has been drawn."""
        deadline = time.monotonic() + TIMEOUT
        while text not in self.drawn:
            ready, _, _ = select.select([self._master], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"{text!r} was not drawn; this was: {self.drawn[-3000:]}"
            self.drawn += os.read(self._master, 65536).decode(errors="replace")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(TIMEOUT)
        os.close(self._master)
        os.close(self._slave)
