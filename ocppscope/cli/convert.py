"""``ocppscope convert``: any capture into any format."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ocppscope.cli import failures
from ocppscope.cli.options import read_options
from ocppscope.cli.output import format_for, opened, refuse_same_file, tell_what_was_lost, tell_what_was_read
from ocppscope.cli.progress import progress_bar

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
  ocppscope convert evcc.log - --to trace --tz Europe/Berlin""",
)
@click.argument("source", metavar="INPUT", type=click.Path())
@click.argument("output", metavar="OUTPUT", type=click.Path())
@click.option("--to", "to", metavar="FORMAT", help="Format of OUTPUT; without it its ending tells.")
@click.option("--force", is_flag=True, help="Overwrite OUTPUT if it exists.")
@read_options
def command(*, source: str, output: str, to: str | None, force: bool, options: "ReadOptions") -> int:
    """Write a capture in another format.

    INPUT is anything that can be read, recognised by its content; - is stdin. OUTPUT ends in what its format is called,
    .zst or .gz after it compresses; - is stdout. What the format cannot hold is counted on stderr.
    """
    from ocppscope.capture.lost import Lost
    from ocppscope.capture.reader import open_capture

    form = format_for(output, to)
    refuse_same_file(source, output)
    lost = Lost()
    with progress_bar(source) as progress:
        capture = open_capture(source, progress, options)
        with opened(output, force=force) as file:
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
