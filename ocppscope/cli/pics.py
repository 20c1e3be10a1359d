"""``ocppscope pics``: the products whose certificates are known, and what they declare."""

import sys
from typing import TYPE_CHECKING

import click

from ocppscope.cli.console import console_on

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@click.group(
    name="pics",
    epilog="""\b
Examples:
  ocppscope pics list
  ocppscope pics show evon200-40p-2cr

\b
A profile of your own, in a file that ends in .toml, needs no more than this:
  [identity]
  dut = "station"
  ocpp_version = "1.6"
  vendor = "Example Chargers"
  product = "EX-60"
  [limits]
  ocpp_response_timeout = 30
  actions.Reset = 5""",
)
def command() -> None:
    """List product profiles, or show what one declares.

    A profile holds what a product was certified for: its limits, features and settings. `--pics` of other commands takes
    the same names and files.
    """


_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Kind of output."
)


@command.command(
    "list",
    epilog="""\b
Example:
  ocppscope pics list --format json | jq -r '.[].name'""",
)
@_FORMAT
def list_profiles(form: str) -> None:
    """List the built-in profiles."""
    from ocppscope.pics import library

    profiles = [library.load(name) for name in library.names()]
    if form == "json":
        from ocppscope.pics.extraction import summary

        _print_json([summary(profile) for profile in profiles])
        return
    from ocppscope.report.pics_page import print_list

    with console_on(sys.stdout) as console:
        print_list(profiles, console)


def _names_and_files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from ocppscope.pics import library

    found = [CompletionItem(name) for name in library.names() if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


@command.command(
    "show",
    epilog="""\b
Examples:
  ocppscope pics show jc-9932-100-cu07
  ocppscope pics show ./my-station.toml --format json | jq .derived.limits""",
)
@click.argument("profile", metavar="NAME|FILE", shell_complete=_names_and_files)
@_FORMAT
def show_profile(profile: str, form: str) -> None:
    """Show what one profile declares.

    Limits with the certified measurements, features, settings, hardware. NAME is one of `pics list`, FILE a profile that ends in .toml.
    """
    from ocppscope.pics import library

    loaded = library.load(profile)
    if form == "json":
        from ocppscope.pics.extraction import extraction

        _print_json(extraction(loaded))
        return
    from ocppscope.report.pics_page import print_profile

    with console_on(sys.stdout) as console:
        print_profile(loaded, console)


def _print_json(content: object) -> None:
    """As ASCII, so that no character of a profile can do anything to a terminal."""
    import json

    click.echo(json.dumps(content, indent=1))
