"""Capture formats, one a file. A format is a module that fulfils `Format`, and one line of `FORMATS`."""

from collections.abc import Iterator
from typing import Protocol

from ocppscope.capture.formats import jsonl, native
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source


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
)
"""All that can be read, in the order in which they are tried."""
