"""The tables and columns, listed for whoever is about to write SQL."""

from collections.abc import Iterator

from ocppscope.report.tables.definitions import TABLES

EXAMPLES = (
    "SELECT action, quantile_cont(latency, .95) FROM exchanges GROUP BY 1",
    "SELECT time, text->>'$[3].idTag' AS tag FROM messages WHERE action = 'Authorize' AND type = 'CALL'",
    "SELECT rule, name, count(*) FROM findings WHERE severity = 'error' GROUP BY ALL ORDER BY 3 DESC",
    "FROM connections WHERE how <> 'closed'",
)
"""Queries to begin with."""


def lines() -> Iterator[str]:
    """Every table with its columns: name, type, unit, meaning."""
    for table in TABLES:
        yield f"{table.name}: {table.what}"
        for column in table.columns:
            of = f"{column.type}, {column.unit}" if column.unit else str(column.type)
            yield f"  {column.name:<14}  {of:<16}  {column.what}"
        yield ""
    yield "Examples:"
    yield from (f"  {example}" for example in EXAMPLES)
