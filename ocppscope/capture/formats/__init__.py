"""Capture formats, one a file. A format is a module that fulfils `Format`, and one line of `FORMATS`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, Protocol, TypeAlias

from ocppscope.capture.formats import (
    csv,
    evcc,
    generic,
    har,
    jsonl,
    libocpp,
    microocpp,
    mitm,
    mobilityhouse,
    native,
    pcap,
    steve,
    trace,
)
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source

Remarks: TypeAlias = Callable[[Record], Sequence[str]]
"""What there is to say of a record: one line for each finding. To be asked once for every record, in their order."""


class Format(Protocol):
    """What the module of a format offers. What is heavy to import is imported within ``read``."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of a module
        """The word for it in ``report`` and ``convert``."""

    def sniff(self, head: bytes) -> bool:
        """Whether a file that begins so, once inflated, is of this format. Cheap, and false when in doubt."""

    def vantage(self, head: bytes) -> Vantage:
        """Where a capture that begins so was recorded, as far as it says."""

    def read(self, source: Source) -> Iterator[Record]:
        """The records, lazily and in bounded memory, whatever the file holds.

        What cannot be read is told to ``source.skip`` and left out; it never ends the reading.
        """


FORMATS: tuple[Format, ...] = (
    native,
    jsonl,
    trace,
    har,
    mitm,
    pcap,
    evcc,
    mobilityhouse,
    steve,
    microocpp,
    libocpp,
    csv,
    generic,
)
"""All that can be read, in the order in which they are tried."""


class WritingFormat(Protocol):
    """What the module of a format offers that can be written; heavy imports within ``write``."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of a module
        """The word for it in ``convert --to``."""

    @property
    def ENDINGS(self) -> tuple[str, ...]:  # noqa: N802
        """Endings of file names that stand for it, ``.har``; none where another format has a better claim."""

    def write(self, records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: Remarks) -> None:
        """Write the records of one capture, streaming wherever the format allows it.

        What the format cannot hold is counted in ``lost``. Formats without a place for remarks do not ask for any.
        """


WRITERS: tuple[WritingFormat, ...] = (
    native,
    jsonl,
    trace,
    har,
    mitm,
    pcap,
    csv,
)
"""All that can be written."""
