"""The one place where an error becomes a line on stderr and an exit status. No traceback ever reaches a user.

Rooms below raise errors whose text is already the whole sentence: what, where, how to mend. Which status an error means
stands in one table, by name, so that looking it up imports nothing.
"""

import contextlib
import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from ocppscope.model.visible import visible

DONE = 0
FOUND = 1
"""Findings or exceeded limits at or above ``--fail-on``."""
UNUSABLE = 2
"""Usage, unreadable or unrecognised input, bad profile."""
UNREACHABLE = 3
"""Could not listen, connect, or complete the handshake."""
INTERNAL = 70
"""A fault of ocppscope itself: EX_SOFTWARE of sysexits.h, out of the way of the contract's own statuses."""
INTERRUPTED = 130
"""Ctrl+C in work that has a result and did not get to it: 128 + SIGINT, as shells say it."""

STATUS = {
    "ocppscope.capture.errors.CaptureError": UNUSABLE,
    "ocppscope.pics.profile.ProfileError": UNUSABLE,
    "ocppscope.filters.FilterError": UNUSABLE,
    "ocppscope.conformance.switches.SwitchError": UNUSABLE,
    "ocppscope.proxy.config.ConfigError": UNUSABLE,
    "ocppscope.proxy.process.EngineError": UNREACHABLE,
    "ocppscope.simulator.process.SimulatorError": UNREACHABLE,
    "ocppscope.report.tables.sql_errors.QueryError": UNUSABLE,
    "ocppscope.report.tables.database.MissingExtraError": UNUSABLE,
}
"""Status by the full name of an error's class or of any of its bases; an error with a ``status`` knows better."""


class ReaderGone(Exception):  # noqa: N818 - it is no error
    """Whoever read stdout has closed it."""


def report(error: BaseException) -> int:
    """Say on stderr in one line what went wrong.

    Returns:
        The exit status that it means.
    """
    match error:
        case SystemExit():
            return error.code if isinstance(error.code, int) else DONE if error.code is None else UNUSABLE
        case ReaderGone() | BrokenPipeError():
            return _reader_went_away()
        case KeyboardInterrupt() | click.exceptions.Abort():
            say("interrupted")
            return INTERRUPTED
        case click.UsageError():
            say(_usage(error))
            return UNUSABLE
        case click.ClickException():
            say(error.format_message())
            return UNUSABLE
    known = next((STATUS[name] for name in _names(error) if name in STATUS), None)
    if known is not None:
        say(str(error))
        return getattr(error, "status", known)
    if isinstance(error, OSError) and error.errno in _USERS_AFFAIR:
        say(f"{error.filename or 'the output cannot be written'}: {error.strerror}")
        return UNUSABLE
    say(f"internal error: {type(error).__name__}: {error}; please report it with {_save(error)}")
    return INTERNAL


_USERS_AFFAIR = {
    errno.EACCES, errno.EISDIR, errno.EMFILE, errno.ENAMETOOLONG, errno.ENFILE, errno.ENOENT, errno.ENOSPC, errno.ENOTDIR,
    errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ELOOP, errno.EPERM, errno.EROFS, errno.EXDEV,
}  # fmt: skip
"""What the system refuses for reasons outside the program, in the system's words; anything else is a fault of ours."""


def say(sentence: str) -> None:
    """One line on stderr, whatever the sentence holds."""
    note(f"ocppscope: {' '.join(sentence.split())}")


def note(line: str) -> None:
    """A line on stderr that is no complaint."""
    with contextlib.suppress(OSError):  # nobody listens on stderr either
        click.echo(visible(line), err=True)


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "ocppscope"
    sentence = error.format_message().rstrip(".")
    return f"{sentence[:1].lower()}{sentence[1:]} (see '{path} --help')"


def _names(error: BaseException) -> Iterator[str]:
    for kind in type(error).__mro__:
        yield f"{kind.__module__}.{kind.__qualname__}"


def _reader_went_away() -> int:
    """Whoever read our output has seen enough (``| head``): that is no error, and Python must not complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _save(error: BaseException) -> str:
    """Keep the traceback where the user can find it; the arguments of the process stay out of it: they may hold secrets."""
    text = "".join(traceback.format_exception(error))
    now = datetime.now(UTC)
    name = f"error-{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(text, errors="backslashreplace")
        except OSError:
            continue
        return str(path)
    return "what you did to get here"


def _folders() -> Iterator[Path]:
    import platformdirs

    yield Path(platformdirs.user_state_dir("ocppscope")) / "errors"
    yield Path(tempfile.gettempdir())
