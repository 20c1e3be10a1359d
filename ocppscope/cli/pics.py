"""``ocppscope pics``: the products whose certificates are known, and what they declare."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@click.group(
    name="pics",
    epilog="""\b
Examples:
  ocppscope pics list
  ocppscope pics show evon200-40p-2cr""",
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
    """List the built-in profiles with the time in which each product answers."""
    from ocppscope.pics import library

    profiles = [library.load(name) for name in library.names()]
    if form == "json":
        from ocppscope.pics.extraction import summary

        _print_json([summary(profile) for profile in profiles])
        return
    from rich.console import Console

    from ocppscope.report.pics_page import print_list

    print_list(profiles, Console(highlight=False))


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
    """Show one profile: limits, certified measurements, features, settings, hardware.

    NAME is one of `pics list`, FILE a profile that ends in .toml.
    """
    from ocppscope.pics import library

    loaded = library.load(profile)
    if form == "json":
        from ocppscope.pics.extraction import extraction

        _print_json(extraction(loaded))
        return
    from rich.console import Console

    from ocppscope.report.pics_page import print_profile

    print_profile(loaded, Console(highlight=False))


def _print_json(content: object) -> None:
    """As ASCII, so that no character of a profile can do anything to a terminal."""
    import json

    click.echo(json.dumps(content, indent=1))
