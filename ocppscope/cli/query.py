"""``ocppscope query``: SQL over captures."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ocppscope.cli import failures
from ocppscope.cli.options import filter_option, load_profiles, parse_filter, pics_option
from ocppscope.cli.output import refuse_same_file
from ocppscope.cli.reading import read_captures, tell_what_was_left_out
from ocppscope.cli.rule_option import RuleSwitching, read_rules, rule_option
from ocppscope.cli.signals import tidy_end
from ocppscope.report.tables.definitions import TABLES

if TYPE_CHECKING:
    from ocppscope.capture.reader import Capture
    from ocppscope.filters import Filter
    from ocppscope.report.reading import Reading
    from ocppscope.report.tables.database import Database

WIDEST_CELL = 80
"""Characters of a cell on a terminal; ``--format csv`` and files have everything."""

_EPILOG = """\b
Tables, whose columns a query is asked about, such as 'DESCRIBE exchanges':
TABLES

\b
Examples:
  ocppscope query lab.jsonl "SELECT action, quantile_cont(latency, .95) FROM exchanges GROUP BY 1"
  ocppscope query lab.jsonl "FROM findings WHERE severity = 'error'" --pics evon200-40p-2cr
  ocppscope query *.jsonl.zst "FROM exchanges" --format parquet -o exchanges.parquet
  ocppscope query lab.jsonl "FROM messages" --filter 'action:Meter* latency>2s' --format csv > meter.csv
  ocppscope query lab.jsonl""".replace("TABLES", "\n".join(f"  {table.name:<13} {table.what}" for table in TABLES))


@click.command(
    name="query",
    cls=RuleSwitching,
    epilog=_EPILOG,
)
@click.argument("words", metavar='CAPTURE... ["SQL"]', nargs=-1, type=click.Path())
@pics_option
@rule_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    help="How the answer is written. [default: as -o FILE ends, else table]",
)
@click.option("-o", "--output", metavar="FILE", default="-", type=click.Path(), help="Write there instead of stdout.")
@filter_option
def command(
    *,
    words: tuple[str, ...],
    pics: tuple[str, ...],
    switched: tuple[str, ...],
    form: str | None,
    output: str,
    expression: str,
) -> int:
    """Ask captures in SQL; without SQL, list the tables and their columns.

    The last argument is the query, in the dialect of DuckDB, which comes with the extra 'analytics'. Times are in UTC, durations in
    seconds. The query sees these tables and nothing else: no files, no network. With --filter, only what matches is in
    the tables; everything is still judged in its whole conversation.
    """
    captures, sql = _parted(words)
    if sql is None:
        return _list(captures)
    form = form or _form_of(output)
    for path in captures:
        refuse_same_file(path, output)
    if form == "parquet" and output == "-" and sys.stdout.isatty():
        raise click.UsageError("Parquet is nothing for a terminal; name a file with -o FILE")
    from ocppscope.report.reading import Reading
    from ocppscope.report.tables.database import Database

    wanted = parse_filter(expression)
    reading = Reading(load_profiles(pics), switches=read_rules(switched))
    with tidy_end(), Database() as database:
        database.check(sql)
        _fill(database, reading, wanted, captures)
        count = _write(database, sql, form, output)
    if sys.stderr.isatty():
        failures.note(f"{count:,} row{'' if count == 1 else 's'}")
    return failures.DONE


def _parted(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The captures, and the query: a last word with blanks in it that is no file's name."""
    if not words or not any(letter.isspace() for letter in words[-1].strip()) or _exists(words[-1]):
        return words, None
    if len(words) == 1:
        raise click.UsageError('name a capture before the SQL: ocppscope query CAPTURE... "SQL"')
    return words[:-1], words[-1]


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False  # too long for a name, or a NUL in it


def _form_of(output: str) -> str:
    ending = Path(output).suffix.lower().removeprefix(".")
    return ending if ending in ("csv", "json", "parquet") else "table"


def _list(captures: tuple[str, ...]) -> int:
    from ocppscope.report.tables import listing

    if captures:
        from ocppscope.capture.reader import open_capture

        for path in captures:
            open_capture(path)  # a name that is mistyped should be said now, not when the query is written
    for line in listing.lines():
        click.echo(line)
    return failures.DONE


def _fill(database: "Database", reading: "Reading", wanted: "Filter | None", captures: tuple[str, ...]) -> None:
    from ocppscope.report.tables.rows import Rows

    rows = Rows(reading.inspector, database.give, database.withdraw, wanted)
    reading.listeners.append(rows.add)
    read_captures(reading, captures, done=_tell_what_was_skipped)
    tell_what_was_left_out(reading)
    rows.finish()
    database.finish()


def _tell_what_was_skipped(capture: "Capture") -> None:
    if capture.skipped_count:
        first = capture.skipped[0]
        count = f"{capture.skipped_count:,} line{'' if capture.skipped_count == 1 else 's'}"
        failures.note(f"{capture.path}: {count} skipped; the first is line {first.line}: {first.reason}")


def _write(database: "Database", sql: str, form: str, output: str) -> int:
    if form == "parquet":
        if output == "-":
            return database.write_parquet(sql, sys.stdout.buffer)
        with Path(output).open("wb") as file:
            return database.write_parquet(sql, file)
    from ocppscope.report.tables.answers import WRITERS

    answer = database.ask(sql)
    with _opened(output) as text:
        return WRITERS[form](answer, text, WIDEST_CELL if text.isatty() else None)


@contextmanager
def _opened(output: str) -> Iterator[TextIO]:
    if output == "-":
        yield sys.stdout
        return
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        yield file
