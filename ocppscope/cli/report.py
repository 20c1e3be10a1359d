"""``ocppscope report``: what captures hold and what is wrong in them, for people and for programs."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ocppscope.cli import failures
from ocppscope.cli.console import console_on
from ocppscope.cli.fail_on import fails
from ocppscope.cli.options import captures_argument, filter_option, load_profiles, parse_filter, pics_option
from ocppscope.cli.parts import with_parts
from ocppscope.cli.progress import progress_bar
from ocppscope.cli.reading import read_captures
from ocppscope.cli.rule_option import RuleSwitching, read_rules, rule_option
from ocppscope.cli.signals import StopSignals
from ocppscope.report.sections import SECTIONS

if TYPE_CHECKING:
    from ocppscope.report.gathering import Gathering
    from ocppscope.report.reading import Reading


@click.command(
    name="report",
    cls=RuleSwitching,
    epilog="""\b
Examples:
  ocppscope report lab.jsonl --pics evon200-40p-2cr
  ocppscope report *.jsonl.zst --format json | jq '.findings[] | select(.severity == "error")'
  ocppscope report lab.jsonl --format md --only vendors > ticket.md
  ocppscope report lab.jsonl --rule -info --rule -STA --rule +STA-001 --rule SES-012.warning_s=20
  ocppscope report lab.jsonl --pics mine.toml --format html -o report.html
  ocppscope report lab.jsonl --format junit --fail-on warning -o ocpp.xml
  ocppscope report lab.jsonl --fail-on limit && echo in time""",
)
@captures_argument
@pics_option
@rule_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html", "md", "junit"]),
    default="text",
    show_default=True,
    help="Kind of report: html is one file to send on, junit is XML for CI with a test case a rule and station.",
)
@click.option("-o", "--output", metavar="FILE", default="-", type=click.Path(), help="Write there instead of stdout.")
@filter_option
@click.option(
    "--only",
    type=click.Choice(list(SECTIONS)),
    multiple=True,
    metavar="SECTION",
    help=f"Of text and md only this section: {', '.join(SECTIONS)}. May be repeated. 'vendors' are the cards for tickets.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "limit", "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 for: findings that are errors; errors or warnings; answers, or functions that were asked for, that came "
    "too late by the limits of --pics, or not at all.",
)
def command(
    *,
    captures: tuple[str, ...],
    pics: tuple[str, ...],
    switched: tuple[str, ...],
    form: str,
    output: str,
    expression: str,
    only: tuple[str, ...],
    fail_on: str,
) -> int:
    """Say what captures hold, what is wrong in them, and how long answers took.

    Several captures become one report: parts of a run are joined, all else is read in the order of time, and what two
    captures hold of the same traffic counts once. After Ctrl+C it is of what was read so far. With --filter, everything is still judged in its whole conversation, but only
    what matches is counted: messages, exchanges with a matching CALL or answer, findings whose message matches, and
    the stations, transactions and disconnects that had a match.
    """
    if any(_is_same_file(path, output) for path in captures):
        raise click.UsageError(f"-o {output} is one of the captures; name another file")
    if only and form not in ("text", "md"):
        raise click.UsageError("--only is for text and md; JSON has a key for each section: '| jq .vendor_cards'")
    from ocppscope.report.reading import Reading

    reading = Reading(load_profiles(pics), parse_filter(expression), switches=read_rules(switched))
    gathered = _gathering(reading) if form == "html" else None
    _read_all(reading, with_parts(captures) if len(captures) == 1 else captures, gathered)
    with _opened(output) as file:
        if gathered is not None:
            from ocppscope.report.html import page

            file.write(page.encode(reading, gathered))
        elif form == "junit":
            from ocppscope.report import junit

            file.write(junit.encode(reading, warnings_fail=fail_on == "warning") + "\n")
        else:
            _write(reading, form, file, only)
    if reading.cut_short:
        return failures.INTERRUPTED
    return failures.FOUND if fails(reading, fail_on, lambda: _too_late(reading)) else failures.DONE


def _is_same_file(capture: str, output: str) -> bool:
    try:
        return "-" not in {capture, output} and Path(capture).samefile(output)
    except OSError:
        return False  # one of them is not there: nothing to lose


def _gathering(reading: "Reading") -> "Gathering":
    from ocppscope.report.gathering import Gathering

    return Gathering(reading)


def _read_all(reading: "Reading", captures: Sequence[str], gathered: "Gathering | None") -> None:
    with StopSignals() as signals:
        read_captures(reading, captures, lambda: signals.stopped)
    reading.finish()
    if reading.cut_short:
        failures.note("interrupted: the report is of what was read so far")
        return
    from ocppscope.capture.reader import open_capture

    for facts in gathered.lacking() if gathered is not None else ():
        if gathered is not None and facts.path != "-":
            with progress_bar(facts.path) as progress:
                gathered.look_up(open_capture(facts.path, progress))


@contextmanager
def _opened(output: str) -> Iterator[TextIO]:
    if output == "-":
        yield sys.stdout
        return
    with Path(output).open("w", encoding="utf-8") as file:
        yield file


def _write(reading: "Reading", form: str, file: TextIO, only: tuple[str, ...]) -> None:
    if form == "json":
        from ocppscope.report import json

        file.write(json.encode(reading) + "\n")
        return
    if form == "md":
        from ocppscope.report import markdown

        file.write(markdown.encode(reading, only) + "\n")
        return
    from ocppscope.report import text

    with console_on(file) as console:
        text.print_report(reading, console, only)


def _too_late(reading: "Reading") -> bool:
    from ocppscope.kpi.figures import Verdict
    from ocppscope.report.kpis import figures

    late = any(row.over_limit or row.timeouts for row in reading.selection.response_times.rows())
    return late or any(figure.verdict is Verdict.EXCEEDED for figure in figures(reading))
