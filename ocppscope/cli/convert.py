"""``ocppscope convert``: any capture into any format."""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from ocppscope.cli import failures
from ocppscope.cli.options import read_options
from ocppscope.cli.progress import progress_bar

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks, WritingFormat
    from ocppscope.capture.options import ReadOptions
    from ocppscope.capture.reader import Capture
    from ocppscope.capture.record import Record


_BUFFER = 1024 * 1024


@click.command(
    name="convert",
    epilog="""\b
Examples:
  ocppscope convert station.log station.jsonl
  ocppscope convert lab.jsonl lab.pcapng
  ocppscope convert evcc.log - --to trace --tz Europe/Berlin""",
)
@click.argument("source", metavar="INPUT", type=click.Path())
@click.argument("output", metavar="OUTPUT", type=click.Path())
@click.option("--to", "to", metavar="FORMAT", help="Format of OUTPUT; without it its ending tells.")
@click.option("--force", is_flag=True, help="Overwrite OUTPUT if it exists.")
@read_options
def command(*, source: str, output: str, to: str | None, force: bool, options: "ReadOptions") -> int:
    """Write a capture in another format.

    INPUT is anything that can be read, recognised by its content; - is stdin. OUTPUT ends in what its format is called,
    .zst or .gz after it compresses; - is stdout. What the format cannot hold is counted on stderr.
    """
    from ocppscope.capture.lost import Lost
    from ocppscope.capture.reader import open_capture

    form = _format(output, to)
    if _is_same_file(source, output):
        raise click.UsageError(f"{output} is the capture itself; name another file")
    lost = Lost()
    with progress_bar(source) as progress:
        capture = open_capture(source, progress, options)
        with _opened(output, force=force) as file:
            form.write(capture, file, lost, _remarks())
    _tell(capture, lost, form.NAME)
    return failures.DONE


def _is_same_file(source: str, output: str) -> bool:
    try:
        return "-" not in {source, output} and Path(source).samefile(output)
    except OSError:
        return False  # one of them is not there: nothing to lose


def _format(output: str, to: str | None) -> "WritingFormat":
    from ocppscope.capture.formats import WRITERS

    if to is None and output == "-":
        raise click.UsageError("stdout has no ending that tells its format; say --to FORMAT")
    name = output.lower()
    for ending in (".zst", ".gz"):
        name = name.removesuffix(ending)
    for form in WRITERS:
        if to == form.NAME or (to is None and name.endswith(form.ENDINGS)):
            return form
    known = ", ".join(form.NAME for form in WRITERS)
    wrong = f"there is no format {to!r} to write" if to is not None else f"the ending of {output} tells no format"
    raise click.UsageError(f"{wrong}; say --to with one of: {known}")


@contextmanager
def _opened(output: str, *, force: bool) -> Iterator[BinaryIO]:
    """The output, compressed as its name says. What was written before an interruption stays, and can be read."""
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


def _compressed(file: BinaryIO, output: str) -> BinaryIO:
    if output.endswith(".zst"):
        import zstandard

        writer = zstandard.ZstdCompressor().stream_writer(file, closefd=False)
        return io.BufferedWriter(cast("io.RawIOBase", writer), _BUFFER)
    if output.endswith(".gz"):
        import gzip

        return cast("BinaryIO", gzip.GzipFile(fileobj=file, mode="wb", mtime=0))
    return file


def _remarks() -> "Remarks":
    """What the rules say of each record, for formats that have a place for it."""
    inspector = None

    def remarks(record: "Record") -> Sequence[str]:
        nonlocal inspector
        if inspector is None:
            from ocppscope.inspect.inspector import Inspector

            inspector = Inspector()
        return [
            f"{finding.severity} {finding.rule}: {finding.evidence}" for finding in inspector.observe(record).findings
        ]

    return remarks


def _tell(capture: "Capture", lost: object, form: str) -> None:
    failures.note(f"{capture.records_read} records of the format {capture.format} read")
    if capture.skipped_count:
        first = capture.skipped[0]
        failures.note(f"{capture.skipped_count} lines skipped; the first is line {first.line}: {first.reason}")
    if str(lost):
        failures.note(f"left out, because {form} cannot hold them: {lost}")
