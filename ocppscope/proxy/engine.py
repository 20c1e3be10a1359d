"""The engine as a process: ``python -m ocppscope.proxy.engine [CONFIG.json]``.

The configuration (`EngineConfig` as JSON) is the first line of stdin or the file of the argument. Events go to stdout, one
JSON object a line, the first one `Listening` or `Failed` (see ``control``). Further lines of stdin are commands.

If stdin ends without a ``stop`` the supervisor is gone. No charging session is cut for that: the engine serves on as long
as any connection lives, and ends with the last one. Started with a file argument it has no supervisor and ignores stdin.

SIGTERM and SIGINT close all sessions, flush the capture and end with status 0; a second one ends at once.
"""

import asyncio
import contextlib
import os
import resource
import signal
import stat
import sys
import traceback
from pathlib import Path
from typing import Any

import msgspec

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.parts import last_part
from ocppscope.capture.record import Gap
from ocppscope.capture.rotation import RotatingWriter
from ocppscope.capture.writer import CaptureWriter
from ocppscope.proxy.addresses import CannotListenError
from ocppscope.proxy.config import ConfigError, EngineConfig, parse_upstream
from ocppscope.proxy.control import (
    CaptureFailing,
    CaptureGap,
    CaptureRecovered,
    EngineEvent,
    Failed,
    Listening,
    Stop,
    Stopped,
    Warned,
    to_command,
    to_line,
)  # fmt: skip
from ocppscope.proxy.journal import Journal, NoCapture, Recorder
from ocppscope.proxy.listener import Listener

EXIT_CONFIG, EXIT_LISTEN = 2, 3

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_MAX_LINE = 1024 * 1024
_FILES = 65536


def main() -> int:
    """Run the engine; returns its exit status."""
    for output in (_STDOUT, _STDERR):
        if stat.S_ISFIFO(os.fstat(output).st_mode):
            os.set_blocking(output, False)
    try:
        config, rest, supervised = _read_config()
        loop, name = _new_loop()
        return loop.run_until_complete(Engine(config, loop, name).run(rest, supervised=supervised))
    except (ConfigError, CaptureError) as error:
        status = EXIT_LISTEN if isinstance(error, CannotListenError) else EXIT_CONFIG
        _say(Failed(status=status, message=str(error)))
        sys.stderr.write(f"ocppscope engine: {error}\n")
        return status


def _read_config() -> tuple[EngineConfig, bytes, bool]:
    """Configuration, what was read of stdin behind it, and whether there is a supervisor."""
    if len(sys.argv) > 1:
        try:
            line, rest, supervised = Path(sys.argv[1]).read_bytes(), b"", False
        except OSError as error:
            raise ConfigError(f"cannot read the configuration {sys.argv[1]}: {error.strerror}") from None
    else:
        data = b""
        while b"\n" not in data and len(data) < _MAX_LINE and (chunk := os.read(_STDIN, 65536)):
            data += chunk
        line, _, rest = data.partition(b"\n")
        supervised = not stat.S_ISREG(os.fstat(_STDIN).st_mode)
    try:
        return msgspec.json.decode(line, type=EngineConfig).checked(), rest, supervised
    except msgspec.DecodeError as error:
        raise ConfigError(f"the engine's configuration cannot be read: {error}") from None


def _new_loop() -> tuple[asyncio.AbstractEventLoop, str]:
    try:
        import uvloop  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - an optional extra
    except ImportError:
        return asyncio.new_event_loop(), "asyncio"
    return uvloop.new_event_loop(), "uvloop"


class Engine:
    """One run from the first socket to the last record."""

    def __init__(self, config: EngineConfig, loop: asyncio.AbstractEventLoop, loop_name: str) -> None:
        self._config = _within_open_files(config)
        self._loop = loop
        self._loop_name = loop_name
        self._stopping = asyncio.Event()
        self._orphaned = False
        self._commands = b""
        self._listener: Listener | None = None

    async def run(self, commands: bytes, *, supervised: bool) -> int:
        """Listen, serve, stop; returns the exit status.

        Raises:
            ConfigError, CaptureError: before anything was accepted.
        """
        config = self._config
        recorder: Recorder = NoCapture()
        journal = Journal(
            recorder,
            self._loop,
            writes_late=self._loop_name == "uvloop",
            on_recovery=lambda: _say(CaptureRecovered()),
        )
        listener = Listener(config, journal, self._on_idle)
        url = listener.bind()
        if config.capture is not None:
            journal.recorder = recorder = self._open_capture(url)
        self._loop.set_exception_handler(lambda _loop, context: _unforeseen(journal, context))
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._on_signal)
        self._listener = listener
        listener.start()
        upstream = parse_upstream(config.upstream).url
        _say(Listening(url=url, upstream=upstream, capture=config.capture, pid=os.getpid(), loop=self._loop_name))
        if supervised:
            self._obey(commands)
            self._watch_stdin()
        await self._stopping.wait()
        await listener.shut_down()
        journal.drain()
        stats = recorder.close()
        if stats is None:
            _say(Stopped(records=0, lost=0))
        else:
            _say(Stopped(records=stats.records, lost=stats.lost, unwritten=stats.bytes_waiting))
        return 0

    def _open_capture(self, url: str) -> CaptureWriter | RotatingWriter:
        config = self._config
        assert config.capture is not None  # noqa: S101 - asked by the caller
        facts: dict[str, Any] = {
            "listen": url,
            "upstream": parse_upstream(config.upstream).url,
            "options": config.options,
            "on_failure": lambda reason: _say(CaptureFailing(reason=reason)),
            "on_gap": _announce_gap,
        }
        if config.rotation is None:
            return CaptureWriter.open(last_part(Path(config.capture)), **facts)
        return RotatingWriter(
            config.capture, config.rotation, on_warning=lambda what: _say(Warned(message=what)), **facts
        )

    # Commands, the supervisor's end, signals.

    def _watch_stdin(self) -> None:
        os.set_blocking(_STDIN, False)
        with contextlib.suppress(OSError):  # /dev/null cannot be watched: nobody will ever say anything
            self._loop.add_reader(_STDIN, self._on_stdin)

    def _on_stdin(self) -> None:
        try:
            data = os.read(_STDIN, 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._obey(data)
            return
        self._loop.remove_reader(_STDIN)
        self._orphaned = True
        if self._listener is not None and not self._listener.connections:
            self._stopping.set()
        elif self._listener is not None:
            self._listener.journal.note("the supervisor is gone; the engine ends when the last connection has ended")

    def _obey(self, data: bytes) -> None:
        *lines, self._commands = (self._commands + data).split(b"\n")
        self._commands = self._commands[:_MAX_LINE]
        for line in lines:
            try:
                command = to_command(line)
            except msgspec.DecodeError as error:
                _say(Warned(message=f"the engine does not understand a command: {error}"))
                continue
            if isinstance(command, Stop):
                self._stopping.set()

    def _on_idle(self) -> None:
        if self._orphaned:
            self._stopping.set()

    def _on_signal(self) -> None:
        if self._stopping.is_set():
            os._exit(1)
        self._stopping.set()


def _within_open_files(config: EngineConfig) -> EngineConfig:
    """Allow as many open files as the system lets us, and no more connections than that: two files each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return msgspec.structs.replace(config, max_connections=max(1, min(config.max_connections, (soft - 64) // 2)))


def _announce_gap(gap: Gap) -> None:
    _say(CaptureGap(lost=gap.lost, reason=gap.reason))


def _unforeseen(journal: Journal, context: dict[str, Any]) -> None:
    """An exception that nobody caught: on the record and on stderr, and the other connections go on."""
    error = context.get("exception")
    journal.note(f"internal error: {context.get('message')}: {type(error).__name__}: {str(error)[:200]}")
    if isinstance(error, BaseException):
        with contextlib.suppress(OSError):  # a supervisor that does not read must not block us
            traceback.print_exception(error)


def _say(event: EngineEvent) -> None:
    """Tell the supervisor, but never wait for one that does not listen: the pipe holds hundreds of events."""
    with contextlib.suppress(OSError):
        os.write(_STDOUT, to_line(event))


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    # A thread that hangs in a name look-up must not hold up the end: everything is flushed and closed by now.
    os._exit(status)
