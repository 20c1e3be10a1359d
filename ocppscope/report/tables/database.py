"""Tables in a DuckDB file of a folder that is gone afterwards, and SQL over them.

DuckDB is imported here only; it comes with the extra ``analytics``. Nothing that a capture says becomes SQL: rows are
bound as values. What the user asks can read these tables and nothing else: files, network, extensions and Python's own
variables are out of reach, and the settings that say so are locked.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from ocppscope.model.finding import Finding
from ocppscope.report.tables.definitions import MESSAGES, TABLES, Column, Table, Type
from ocppscope.report.tables.rows import Row
from ocppscope.report.tables.sql_errors import QueryError, read_error

if TYPE_CHECKING:
    import duckdb

BATCH = 10_000
"""Rows bound at once. DuckDB takes 65,000 messages a second like this, 49,000 with 2,000 at once, and 3,000 one by one."""

BATCH_CHARACTERS = 8_000_000
"""Or so many characters of text: messages may be large."""

MEMORY = "1GB"
"""What DuckDB may take; sorting and grouping of more goes through files."""

_FETCHED = 1_000

_WITHDRAWN = Table(
    "withdrawn", "", (Column("rule", Type.TEXT, ""), Column("connection", Type.INTEGER, ""), Column("record", Type.INTEGER, ""))
)  # fmt: skip

_ALLOWED = frozenset({"SELECT", "MULTI"})
"""Kinds of statement that only ask; PIVOT is of the second."""


class MissingExtraError(Exception):
    """DuckDB is not installed; its text says what to do."""


def require_duckdb() -> None:
    """See that DuckDB is there.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import duckdb  # noqa: F401, PLC0415 - an extra, and 40 ms
    except ImportError:
        raise MissingExtraError(
            "SQL and Parquet need DuckDB, which is an extra: pip install 'ocppscope[analytics]'"
        ) from None


class Answer:
    """What a query found.

    Attributes:
        columns: their names.
        types: their SQL types.
    """

    def __init__(self, cursor: "duckdb.DuckDBPyConnection") -> None:
        description = cursor.description or []
        self.columns = [str(column[0]) for column in description]
        self.types = [str(column[1]) for column in description]
        self._cursor = cursor

    def __iter__(self) -> Iterator[Row]:
        """The rows, in bounded memory.

        Raises:
            QueryError: computing them failed.
        """
        import duckdb  # noqa: PLC0415 - as below

        while True:
            try:
                rows: list[Row] = self._cursor.fetchmany(_FETCHED)
            except duckdb.Error as error:
                raise read_error(error, "") from None
            if not rows:
                return
            yield from rows


class Database:
    """All tables, empty at first. To be used as a context: its folder is removed at the end.

    Raises:
        MissingExtraError: DuckDB is not installed.
    """

    def __init__(self) -> None:
        require_duckdb()
        import duckdb  # noqa: PLC0415 - as there

        self._folder = tempfile.TemporaryDirectory(prefix="ocppscope-query-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._parquet = folder / "answer.parquet"
        try:
            self._connection = duckdb.connect(
                folder / "tables.duckdb",
                config={
                    "memory_limit": MEMORY,
                    "temp_directory": str(folder / "spilled"),
                    "python_enable_replacements": False,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                },
            )
            self._connection.execute("SET TimeZone = 'UTC'; SET errors_as_json = true")
            for table in (*TABLES, _WITHDRAWN):
                self._connection.execute(_create(table))
            self._connection.execute("SET allowed_paths = [$path]", {"path": str(self._parquet)})
            self._connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        except BaseException:
            self._folder.cleanup()
            raise
        self._waiting: dict[str, list[Row]] = {table.name: [] for table in (*TABLES, _WITHDRAWN)}
        self._characters = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._folder.cleanup()

    def give(self, table: Table, row: Row) -> None:
        """Add a row."""
        waiting = self._waiting[table.name]
        waiting.append(row)
        if table is MESSAGES:
            self._characters += len(row[_TEXT] or "")
        if len(waiting) >= BATCH or self._characters > BATCH_CHARACTERS:
            self._store(table)

    def withdraw(self, finding: Finding) -> None:
        """Take a finding back that was given before."""
        self.give(_WITHDRAWN, (finding.rule, finding.connection or None, finding.records[0]))

    def finish(self) -> None:
        """Every row was given: complete what rows say of each other."""
        for table in (*TABLES, _WITHDRAWN):
            self._store(table)
        execute = self._connection.execute
        execute(
            "DELETE FROM findings USING withdrawn AS w "
            "WHERE findings.rule = w.rule AND findings.record = w.record AND findings.connection IS NOT DISTINCT FROM w.connection"
        )
        execute("DROP TABLE withdrawn")
        execute(
            "UPDATE messages SET findings = f.n FROM (SELECT record, count(*) AS n FROM findings GROUP BY record) AS f "
            "WHERE messages.number = f.record"
        )

    def check(self, sql: str) -> None:
        """See whether a query can be answered; to be asked before anything large is read.

        Raises:
            QueryError: it is no single question, or is not understood.
        """
        import duckdb  # noqa: PLC0415 - as above

        statement = self._single(sql)
        try:
            self._connection.execute(f"{_EXPLAIN}{statement}")
        except duckdb.Error as error:
            raise read_error(error, f"{_EXPLAIN}{statement}", len(_EXPLAIN)) from None

    def ask(self, sql: str) -> Answer:
        """Answer a query.

        Raises:
            QueryError: it cannot be answered.
        """
        import duckdb  # noqa: PLC0415 - as above

        statement = self._single(sql)
        try:
            answer = Answer(self._connection.execute(statement))
        except duckdb.Error as error:
            raise read_error(error, statement) from None
        zoned = next((name for name, of in zip(answer.columns, answer.types, strict=True) if "TIME ZONE" in of), None)
        if zoned is not None:
            raise QueryError(
                f'column "{zoned}" is a time with a zone; all times here are UTC: cast it with ::TIMESTAMP'
            )
        return answer

    def write_parquet(self, sql: str, file: BinaryIO) -> int:
        """Answer a query as a Parquet file.

        Args:
            sql: the query.
            file: gets the bytes; it need not be seekable.

        Returns:
            How many rows there are.

        Raises:
            QueryError: it cannot be answered.
        """
        import duckdb  # noqa: PLC0415 - as above

        statement = self._single(sql)
        path = str(self._parquet).replace("'", "''")
        begin = "COPY ("
        copy = f"{begin}{statement}\n) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        try:
            (count,) = self._connection.execute(copy).fetchone() or (0,)
        except duckdb.Error as error:
            raise read_error(error, copy, len(begin)) from None
        with self._parquet.open("rb") as written:
            shutil.copyfileobj(written, file)
        self._parquet.unlink()
        return int(count)

    def _single(self, sql: str) -> str:
        """The one statement of a text, without what ends it."""
        import duckdb  # noqa: PLC0415 - as above

        try:
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise read_error(error, sql) from None
        except (TypeError, RuntimeError):
            raise QueryError("the SQL is no valid Unicode") from None
        if len(statements) != 1:
            raise QueryError(
                f"the SQL holds {len(statements) or 'no'} statements; ask one question, such as FROM messages"
            )
        (statement,) = statements
        if statement.type.name not in _ALLOWED:
            raise QueryError(
                f"{statement.type.name} is not possible here: captures are only read; ask with SELECT or FROM"
            )
        return str(statement.query).strip().rstrip(";")

    def _store(self, table: Table) -> None:
        import duckdb  # noqa: PLC0415 - as above

        rows = self._waiting[table.name]
        if not rows:
            return
        insert = _insert(table)
        try:
            self._connection.execute(insert, _columns(rows))
        except (duckdb.Error, RuntimeError, OverflowError, ValueError):
            # Something from a wire that no column can hold: a lone surrogate, a number of thirty digits.
            self._connection.execute(insert, _columns([tuple(map(_storable, row)) for row in rows]))
        rows.clear()
        if table is MESSAGES:
            self._characters = 0


_TEXT = [column.name for column in MESSAGES.columns].index("text")

_EXPLAIN = "EXPLAIN "


def _create(table: Table) -> str:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    return f"CREATE TABLE {table.name} ({columns})"


def _insert(table: Table) -> str:
    values = ", ".join(f"unnest(${place}::{column.type}[])" for place, column in enumerate(table.columns, 1))
    return f"INSERT INTO {table.name} SELECT {values}"


def _columns(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _storable(value: Any) -> Any:
    match value:
        case bool() | None:
            return value
        case int():
            return value if -(2**63) <= value < 2**63 else None
        case str():
            return value.encode("utf-8", "replace").decode()
    return value
