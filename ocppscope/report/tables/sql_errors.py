"""What is wrong with a query, in one line: where, why, and what there would be."""

import re

import msgspec

from ocppscope.report.tables.definitions import TABLES

_HINT = re.compile(r"\n.*", re.DOTALL)


class QueryError(Exception):
    """A query cannot be answered; its text is the whole sentence."""


class _Told(msgspec.Struct):
    """What DuckDB says with ``errors_as_json``."""

    exception_message: str
    position: str | None = None
    error_subtype: str | None = None
    candidates: str | None = None
    type: str | None = None


_decode = msgspec.json.Decoder(_Told).decode


def read_error(error: Exception, sql: str, before: int = 0) -> QueryError:
    """The error that DuckDB raised, in one line.

    Args:
        error: its text is "Binder Error: {…}".
        sql: the text that it was raised for.
        before: characters of that text that are not the user's.
    """
    text = str(error)
    try:
        told = _decode(text[text.index("{") :])
    except (ValueError, msgspec.DecodeError):
        return QueryError(f"the query failed: {text.partition(chr(10))[0]}")
    what = _HINT.sub("", told.exception_message).rstrip(".!")
    return QueryError(f"SQL{_place(told.position, sql, before)}: {what}{_remedy(told, sql)}")


def _place(position: str | None, sql: str, before: int) -> str:
    """`` at character 8`` of the user's text, with its line where there are several."""
    if position is None or not position.isdecimal():
        return ""
    ahead = sql.encode("utf-8", "replace")[: int(position)].decode("utf-8", "ignore")[before:]
    if len(ahead) > len(sql) - before:
        return ""
    line, column = ahead.count("\n") + 1, len(ahead) - (ahead.rfind("\n") + 1) + 1
    return f", line {line}, character {column}" if "\n" in sql[before:].strip() else f" at character {column}"


def _remedy(told: _Told, sql: str) -> str:
    if told.error_subtype == "COLUMN_NOT_FOUND":
        words = {word.lower() for word in re.findall(r"\w+", sql)}
        asked = [table for table in TABLES if table.name in words] or list(TABLES)
        columns = "; ".join(
            f"columns of {table.name}: {', '.join(column.name for column in table.columns)}" for table in asked
        )
        return f"; {columns}" if len(asked) < len(TABLES) else f"; {_tables()}"
    if told.error_subtype == "MISSING_ENTRY" and told.type == "Table":
        return f"; {_tables()}"
    if told.error_subtype == "MISSING_ENTRY" and told.candidates:
        return f"; there is {told.candidates.replace(',', ', ')}"
    return f"; {_tables()}" if told.error_subtype == "SYNTAX_ERROR" else ""


def _tables() -> str:
    return f"tables: {', '.join(table.name for table in TABLES)}; their columns: 'ocppscope query'"
