"""``ocppscope convert``: any capture into any format."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ocppscope.cli import failures
from ocppscope.cli.options import filter_option, parse_filter, read_options
from ocppscope.cli.output import choose, opened, refuse_same_file, tell_what_was_lost, tell_what_was_read
from ocppscope.cli.progress import progress_bar
from ocppscope.cli.signals import tidy_end
from ocppscope.report.tables.definitions import TABLES

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks
    from ocppscope.capture.options import ReadOptions
    from ocppscope.capture.record import Record


@click.command(
    name="convert",
    epilog="""\b
Examples:
  ocppscope convert station.log station.jsonl
  ocppscope convert lab.jsonl lab.pcapng
  ocppscope convert evcc.log - --to trace --tz Europe/Berlin
  ocppscope convert lab.jsonl charge.html --filter 'tx:17'
  ocppscope convert lab.jsonl exchanges.parquet --table exchanges
  ocppscope convert lab.jsonl - --to mermaid --filter 'station:CP001 action:Remote*'""",
)
@click.argument("source", metavar="INPUT", type=click.Path())
@click.argument("output", metavar="OUTPUT", type=click.Path())
@click.option("--to", "to", metavar="FORMAT", help="Format of OUTPUT; without it its ending tells.")
@click.option(
    "--table",
    type=click.Choice([table.name for table in TABLES]),
    help="Of parquet: which table; see `query`. [default: messages]",
)
@click.option("--force", is_flag=True, help="Overwrite OUTPUT if it exists.")
@filter_option
@read_options
def command(
    *,
    source: str,
    output: str,
    to: str | None,
    table: str | None,
    force: bool,
    expression: str,
    options: "ReadOptions",
) -> int:
    """Write a capture in another format, or draw it as a sequence diagram.

    INPUT is anything that can be read, recognised by its content; - is stdin. OUTPUT ends in what its format is called,
    .zst or .gz after it compresses; - is stdout. What the format cannot hold is counted on stderr.

    With --filter, only matching messages are written, each with the CALL or answer that it belongs to, and what opened
    and ended the connections of their stations. Diagrams, mermaid (.mmd) and html-sequence (.html), show times and
    findings. A Parquet file holds one of the tables that `query` knows (extra: analytics).
    """
    from ocppscope.capture.formats import WRITERS, WritingFormat
    from ocppscope.capture.lost import Lost
    from ocppscope.capture.reader import open_capture
    from ocppscope.report.sequence.formats import DIAGRAMS, Diagram
    from ocppscope.report.tables.parquet import PARQUET, TableFile

    known: Sequence[WritingFormat | Diagram | TableFile] = (*WRITERS, *DIAGRAMS, PARQUET)
    form = choose(output, to, known)
    if isinstance(form, TableFile):
        form.require()
    elif table is not None:
        raise click.UsageError("--table is for parquet; for other formats of a table: ocppscope query")
    refuse_same_file(source, output)
    wanted = parse_filter(expression)
    lost = Lost()
    with tidy_end(), progress_bar(source) as progress:
        capture = open_capture(source, progress, options)
        with opened(output, force=force) as file:
            if isinstance(form, Diagram):
                form.draw(capture, wanted, capture.name, file, lost)
            elif isinstance(form, TableFile):
                form.write(capture, wanted, table or "messages", file, lost)
            elif wanted is not None:
                from ocppscope.report.excerpt import Excerpt

                excerpt = Excerpt(capture, wanted)
                form.write(excerpt, file, lost, excerpt.remarks)
            else:
                form.write(capture, file, lost, _remarks())
    tell_what_was_read(capture)
    tell_what_was_lost(lost, form.NAME)
    return failures.DONE


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
