"""``ocppscope view``: look at captures in the terminal UI, or as plain lines."""

import click

from ocppscope.cli.console import has_screen
from ocppscope.cli.options import captures_argument, filter_option, load_profiles, parse_filter, pics_option
from ocppscope.cli.rule_option import RuleSwitching, read_rules, rule_option


@click.command(
    name="view",
    cls=RuleSwitching,
    epilog="""\b
Examples:
  ocppscope view lab.jsonl
  ocppscope view --follow lab.jsonl --pics evon200-40p-2cr
  ocppscope view lab.jsonl --rule -info --rule -RPC-007
  ocppscope view --plain lab.jsonl.zst --filter 'findings station:CP001'""",
)
@captures_argument
@click.option("-f", "--follow", is_flag=True, help="Go on with what is appended, as the proxy writes it.")
@pics_option
@rule_option
@filter_option
@click.option("--plain", is_flag=True, help="One line a message on stdout instead of the terminal UI.")
def command(
    *,
    captures: tuple[str, ...],
    follow: bool,
    pics: tuple[str, ...],
    switched: tuple[str, ...],
    expression: str,
    plain: bool,
) -> None:
    """Look at captures: messages, findings, response times, transactions.

    CAPTURE is a file of any readable format, compressed or not; '-' is stdin. Without a terminal on stdout this prints
    one line a message, as with --plain. Times of day are UTC.
    """
    if follow and len(captures) > 1:
        raise click.UsageError("--follow takes one capture")
    profiles, switches, wanted = load_profiles(pics), read_rules(switched), parse_filter(expression)
    if not plain and has_screen():
        from ocppscope.cli.screen import show_captures

        show_captures(captures, profiles, switches, expression, follow=follow)
        return
    from ocppscope.cli.plain_run import GrowingLog, plain_log, print_captures

    log = plain_log(profiles, switches, wanted)
    if not follow:
        print_captures(captures, log)
        return
    from ocppscope.cli.signals import StopSignals

    with StopSignals() as signals, GrowingLog(captures[0], log) as growing:
        growing.run(until=lambda: signals.stopped)
