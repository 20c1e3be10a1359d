"""Records that can be read only once, kept in a file so that they can be read again."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from ocppscope.capture.record import Record, decode, encode


class Spool:
    """The first reading passes the records on and writes them down; every later one reads them from the file.

    Args:
        records: read once, to their end.
        file: open for reading and writing, and empty.
    """

    def __init__(self, records: Iterable[Record], file: BinaryIO) -> None:
        self._records: Iterable[Record] | None = records
        self._file = file

    def __iter__(self) -> Iterator[Record]:
        if self._records is None:
            self._file.seek(0)
            yield from map(decode, self._file)
            return
        records, self._records = self._records, None
        for record in records:
            self._file.write(encode(record))
            yield record
