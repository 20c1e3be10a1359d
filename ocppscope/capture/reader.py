"""Open any capture by its content and read its records."""

from collections.abc import Iterator
from pathlib import Path

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.formats import FORMATS, Format, native
from ocppscope.capture.options import ReadOptions
from ocppscope.capture.record import FORMAT_VERSION, Record, Vantage
from ocppscope.capture.skipped import Skipped
from ocppscope.capture.source import STDIN, Progress, Source

__all__ = ["STDIN", "Capture", "CaptureError", "Skipped", "open_capture"]


class Capture:
    """A capture whose format is known. Iterating reads it from the start, lazily and in bounded memory.

    A regular file can be iterated again, and then starts its counts anew; stdin and pipes can be read once.

    Attributes:
        path: as the user gave it, "-" for stdin.
        name: the file's name without folder and endings, "stdin" for stdin.
        format: the name of the format: "native", "jsonl", …
        compression: "zstd", "gzip" or None.
        vantage: where the traffic was seen.
        size: bytes of the file as it lies on the disk, None for a pipe.
        records_read: records handed out so far.
    """

    def __init__(self, source: Source, form: Format, progress: Progress | None) -> None:
        self.path = source.path
        self.name = source.name
        self.format = form.NAME
        self.compression = source.compression
        self.vantage: Vantage = form.vantage(source.head)
        self.size = source.size
        self.records_read = 0
        self._source = source
        self._form = form
        self._progress = progress
        self._fresh = True

    @property
    def skipped(self) -> list[Skipped]:
        """The first thousand lines that could not be read, so far. Not to be changed."""
        return self._source.skipped.listed

    @property
    def skipped_count(self) -> int:
        """All lines that could not be read, so far."""
        return self._source.skipped.count

    @property
    def bytes_read(self) -> int:
        """How far reading is, in bytes of the file as it lies on the disk."""
        return self._source.bytes_read

    def __iter__(self) -> Iterator[Record]:
        if self._source.seekable:
            self._source = Source(self.path, self._progress, self._source.options)
        elif not self._fresh:
            raise CaptureError(f"cannot read {self.path} twice: it is no file; save it first")
        self._fresh = False
        self.records_read = 0
        with self._source as source:
            for record in self._form.read(source):
                self.records_read += 1
                yield record
            if source.broken is not None:
                source.skipped.add(source.line + 1, source.broken)


def open_capture(path: str | Path, progress: Progress | None = None, options: ReadOptions | None = None) -> Capture:
    """Recognise a capture by its content, not by its name.

    Args:
        path: the file; "-" is stdin.
        progress: told after each megabyte how far reading is: bytes read, and the size of the file or None.
        options: what the user said about it, such as its format or zone.

    Raises:
        CaptureError: it is not there, cannot be read, is empty, or is nothing that can be read. Iterating raises it too,
            when reading fails or the file is gone by then.
    """
    source = Source(path, progress, options)
    try:
        capture = Capture(source, _recognise(source), progress)
    except BaseException:
        source.close()
        raise
    if source.seekable:
        source.close()  # opened again by whoever iterates, so that a capture that nobody reads holds no file open
    return capture


def _recognise(source: Source) -> Format:
    if not source.head:
        if source.broken is not None:
            raise CaptureError(f"cannot read {source.path}: {source.broken}, before the first record")
        raise CaptureError(f"nothing to read in {source.path}: it is empty")
    for form in FORMATS:
        if source.options.form == form.NAME or (source.options.form is None and form.sniff(source.head)):
            break
    else:
        what = "it is a binary file" if _is_binary(source.head) else "its content is not recognised"
        if source.options.form is not None:
            what = f"there is no format {source.options.form}"
        formats = ", ".join(form.NAME for form in FORMATS)
        raise CaptureError(f"cannot read {source.path}: {what}; readable formats: {formats} (also in zstd or gzip)")
    if form.NAME == native.NAME and (version := native.newer_version(source.head)) is not None:
        raise CaptureError(
            f"cannot read {source.path}: a newer ocppscope wrote it (format {version}, this one reads up to {FORMAT_VERSION}); "
            "upgrade ocppscope"
        )
    return form


def _is_binary(head: bytes) -> bool:
    if b"\0" in head:
        return True
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start < len(head) - 4  # the head may end within a character
    return False
