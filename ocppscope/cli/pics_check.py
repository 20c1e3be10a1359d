"""``ocppscope pics check``: a product's certificate, with what a capture shows beside it."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ocppscope.cli import failures
from ocppscope.cli.console import console_on
from ocppscope.cli.fail_on import fails
from ocppscope.cli.options import captures_argument, load_profiles, pics_option
from ocppscope.cli.parts import with_parts
from ocppscope.cli.reading import read_captures, tell_what_was_left_out
from ocppscope.cli.rule_option import RuleSwitching, read_rules, rule_option

if TYPE_CHECKING:
    from ocppscope.report.reading import Reading


@click.command(
    name="check",
    cls=RuleSwitching,
    epilog="""\b
Examples:
  ocppscope pics check lab.jsonl --pics evon200-40p-2cr
  ocppscope pics check *.jsonl.zst --pics my-station.toml --format md > performance.md
  ocppscope pics check lab.jsonl --pics my-station.toml --rule -all --rule +PIC --fail-on warning
  ocppscope pics check field.jsonl --pics ets-mc-200 --exclude-action GetDiagnostics && echo as certified""",
)
@captures_argument
@pics_option
@rule_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "md"]),
    default="text",
    show_default=True,
    help="Kind of output. JSON lists every sample with its messages.",
)
@click.option(
    "--exclude-action",
    "excluded",
    metavar="ACTION",
    multiple=True,
    help="Leave this action out of the OCPP response timeout. May be repeated.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "limit", "never"]),
    default="limit",
    show_default=True,
    help="Exit with 1 for: findings that are errors; errors or warnings; a declared maximum that was exceeded.",
)
def command(
    *,
    captures: tuple[str, ...],
    pics: tuple[str, ...],
    switched: tuple[str, ...],
    form: str,
    excluded: tuple[str, ...],
    fail_on: str,
) -> int:
    """Print the certificate's "Performance Measurement Result" again, with the measured columns filled from captures.

    Declared maximum, certified minimum, maximum and average, what was observed, and a verdict a row. A figure that is
    slower than certified but below its declared maximum is within the claim.
    """
    if not pics:
        raise click.UsageError("--pics is missing: name the product whose certificate is to be checked")
    from ocppscope.report.reading import Reading

    reading = Reading(load_profiles(pics), excluded_actions=excluded, switches=read_rules(switched))
    _read_all(reading, with_parts(captures) if len(captures) == 1 else captures)
    _write(reading, form)
    return failures.FOUND if fails(reading, fail_on, lambda: _exceeded(reading)) else failures.DONE


def _read_all(reading: "Reading", captures: Sequence[str]) -> None:
    read_captures(reading, captures)
    tell_what_was_left_out(reading)
    reading.finish()


def _write(reading: "Reading", form: str) -> None:
    from ocppscope.report import pics_check

    match form:
        case "json":
            import json

            click.echo(json.dumps(pics_check.document(reading), indent=1))
        case "md":
            click.echo(pics_check.markdown(reading))
        case _:
            with console_on(sys.stdout) as console:
                pics_check.print_check(reading, console)


def _exceeded(reading: "Reading") -> bool:
    from ocppscope.report.pics_check import checks

    return any(check.exceeded for check in checks(reading))
