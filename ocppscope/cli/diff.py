"""``ocppscope diff``: two captures side by side."""

import sys
from typing import TYPE_CHECKING

import click

from ocppscope.cli import failures
from ocppscope.cli.console import console_on
from ocppscope.cli.options import load_profiles, pics_option, read_options
from ocppscope.cli.progress import progress_bar
from ocppscope.cli.rule_option import RuleSwitching, read_rules, rule_option

if TYPE_CHECKING:
    from ocppscope.capture.options import ReadOptions


@click.command(
    name="diff",
    cls=RuleSwitching,
    epilog="""\b
Examples:
  ocppscope diff firmware-1.2.jsonl firmware-1.3.jsonl
  ocppscope diff good-station.jsonl bad-station.jsonl --rule -info
  ocppscope diff before.jsonl after.jsonl --format json | jq '.stations[].changes'""",
)
@click.argument("a", metavar="A", type=click.Path())
@click.argument("b", metavar="B", type=click.Path())
@click.option(
    "--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Kind of output."
)
@pics_option
@rule_option
@read_options
def command(
    *, a: str, b: str, layout: str, pics: tuple[str, ...], switched: tuple[str, ...], options: "ReadOptions"
) -> int:
    """Say what two captures do not have in common.

    Stations are held against each other by identity, or else by product. Exchanges are aligned by direction and action;
    then come exchanges that only one capture has, values that became others by JSON path, settings, findings gained and
    lost, answering times that shifted more than chance explains, transactions and ends of connections. Message ids, times,
    readings and counters differ in any two runs and are no difference, nor are names that are others throughout, which
    are listed. Exit status 1 tells of differences.
    """
    if a == b == "-":
        raise click.UsageError("only one of both captures can come from stdin")
    from ocppscope.capture.reader import open_capture
    from ocppscope.report.diff.compare import compare
    from ocppscope.report.diff.side import Side

    profiles, switches = load_profiles(pics), read_rules(switched)
    sides = []
    for path in (a, b):
        side = Side(profiles, switches)
        with progress_bar(path) as progress:
            side.read(open_capture(path, progress, options))
        sides.append(side)
    comparison = compare(*sides)
    if layout == "json":
        from ocppscope.report.diff import json

        sys.stdout.write(json.encode(comparison) + "\n")
    else:
        from ocppscope.report.diff import text

        with console_on(sys.stdout) as console:
            text.print_comparison(comparison, console)
    return failures.FOUND if comparison.differs else failures.DONE
