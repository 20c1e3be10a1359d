"""A table of a capture as a Parquet file: what ``convert`` writes beside the formats of `ocppscope.capture.formats`."""

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from ocppscope.capture.lost import Lost
from ocppscope.capture.record import MessageRecord, Record
from ocppscope.filters import Filter
from ocppscope.inspect.inspector import Inspector
from ocppscope.report.tables.database import Database, require_duckdb
from ocppscope.report.tables.definitions import MESSAGES
from ocppscope.report.tables.rows import Rows


class TableFile(msgspec.Struct, frozen=True):
    """Files that hold one table.

    Attributes:
        NAME: the word for it in ``convert --to``.
        ENDINGS: of file names that stand for it.
    """

    NAME: str
    ENDINGS: tuple[str, ...]

    def require(self) -> None:
        """See that it can be written, before a file is made.

        Raises:
            MissingExtraError: DuckDB is not installed.
        """
        require_duckdb()

    def write(self, records: Iterable[Record], wanted: Filter | None, table: str, file: BinaryIO, lost: Lost) -> None:
        """Write a table of one capture. What was read before an interruption is written, too.

        Args:
            records: all of them: the rules need the whole conversation.
            wanted: chooses what is written; all without one.
            table: its name.
            file: gets the bytes.
            lost: counts what has no place in the messages.
        """
        inspector = Inspector()
        with Database() as database:
            rows = Rows(inspector, database.give, database.withdraw, wanted)
            try:
                for record in records:
                    rows.add(inspector.observe(record))
                    if table == MESSAGES.name and not isinstance(record, MessageRecord):
                        lost.add(f"records of the kind {type(record).__name__.lower()}")
            finally:
                rows.finish()
                database.finish()
                database.write_parquet(f"FROM {table}", file)


PARQUET = TableFile("parquet", (".parquet",))
