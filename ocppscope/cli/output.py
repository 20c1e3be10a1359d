"""Where a command writes a capture: which format, which file, compressed or not, and what is said about it."""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar, cast

import click

from ocppscope.cli import failures

if TYPE_CHECKING:
    from ocppscope.capture.formats import WritingFormat
    from ocppscope.capture.lost import Lost
    from ocppscope.capture.reader import Capture

_BUFFER = 1024 * 1024

Form = TypeVar("Form", bound="Named")


def refuse_same_file(source: str, output: str) -> None:
    """Keep a user from overwriting what is being read.

    Raises:
        click.UsageError: both are one file.
    """
    try:
        same = "-" not in {source, output} and Path(source).samefile(output)
    except OSError:
        return  # one of them is not there: nothing to lose
    if same:
        raise click.UsageError(f"{output} is the capture itself; name another file")


class Named(Protocol):
    """Something that can be written, and how a user names it."""

    @property
    def NAME(self) -> str: ...  # noqa: N802, D102 - a constant

    @property
    def ENDINGS(self) -> tuple[str, ...]: ...  # noqa: N802, D102


def format_for(output: str, to: str | None) -> "WritingFormat":
    """The capture format to write: what ``--to`` says, else what the ending of the file's name tells.

    Raises:
        click.UsageError: neither tells one.
    """
    from ocppscope.capture.formats import WRITERS

    return choose(output, to, WRITERS)


def choose(output: str, to: str | None, known: "Sequence[Form]") -> "Form":
    """The same among any formats.

    Raises:
        click.UsageError: none of them is meant.
    """
    if to is None and output == "-":
        raise click.UsageError("stdout has no ending that tells its format; say --to FORMAT")
    name = output.lower()
    for ending in (".zst", ".gz"):
        name = name.removesuffix(ending)
    for form in known:
        if to == form.NAME or (to is None and name.endswith(form.ENDINGS)):
            return form
    names = ", ".join(form.NAME for form in known)
    wrong = f"there is no format {to!r} to write" if to is not None else f"the ending of {output} tells no format"
    raise click.UsageError(f"{wrong}; say --to with one of: {names}")


@contextmanager
def opened(output: str, *, force: bool) -> Iterator[BinaryIO]:
    """The output, compressed as its name says. What was written before an interruption stays, and can be read.

    Raises:
        click.UsageError: it exists and must not be overwritten.
    """
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        raw = Path(output).open("wb" if force else "xb")  # noqa: SIM115 - closed below
    except FileExistsError:
        raise click.UsageError(f"{output} exists; name another file, or overwrite it with --force") from None
    with raw, _compressed(raw, output) as file:
        yield file


def tell_what_was_read(capture: "Capture") -> None:
    """Say on stderr how many records there were, and what could not be read."""
    failures.note(f"{capture.records_read} records of the format {capture.format} read")
    if capture.skipped_count:
        first = capture.skipped[0]
        failures.note(f"{capture.skipped_count} lines skipped; the first is line {first.line}: {first.reason}")


def tell_what_was_lost(lost: "Lost", form: str) -> None:
    """Say on stderr what the format that was written cannot hold."""
    if str(lost):
        failures.note(f"left out, because {form} cannot hold them: {lost}")


def _compressed(file: BinaryIO, output: str) -> BinaryIO:
    if output.endswith(".zst"):
        import zstandard

        writer = zstandard.ZstdCompressor().stream_writer(file, closefd=False)
        return io.BufferedWriter(cast("io.RawIOBase", writer), _BUFFER)
    if output.endswith(".gz"):
        import gzip

        return cast("BinaryIO", gzip.GzipFile(fileobj=file, mode="wb", mtime=0))
    return file
