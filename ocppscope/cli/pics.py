"""``ocppscope pics``: the products whose certificates are known, what they declare, and the import of further ones."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocppscope.cli import failures
from ocppscope.cli.console import console_on
from ocppscope.cli.pics_check import command as check_captures

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@click.group(
    name="pics",
    epilog="""\b
Examples:
  ocppscope pics list
  ocppscope pics show evon200-40p-2cr
  ocppscope pics import certificate.pdf -o my-station.toml
  ocppscope pics check field.jsonl --pics my-station.toml

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
    """List product profiles, show what one declares, make one from a certificate, or hold captures against one.

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
  ocppscope pics show ./my-station.toml --format json | jq .derived.limits
  ocppscope pics show certificate.pdf""",
)
@click.argument("profile", metavar="NAME|FILE", shell_complete=_names_and_files)
@_FORMAT
def show_profile(profile: str, form: str) -> None:
    """Show what one profile declares.

    Limits with the certified measurements, features, settings, hardware. NAME is one of `pics list`, FILE a profile that
    ends in .toml or a certificate that ends in .txt, .md or .pdf.
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


@command.command(
    "import",
    epilog="""\b
Examples:
  ocppscope pics import certificate.pdf -o my-station.toml
  ocppscope proxy wss://csms.example/ocpp --pics my-station.toml
  ocppscope pics import certificate.txt --format json | jq .derived.kpi_limits_s""",
)
@click.argument("certificate", metavar="FILE", type=click.Path())
@click.option(
    "-o", "--output", metavar="FILE", default="-", show_default="stdout", type=click.Path(), help="Where to write it."
)
@click.option(
    "--format", "form", type=click.Choice(["toml", "json"]), default="toml", show_default=True,
    help="A profile, or all that the certificate says.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite what -o names.")
def import_profile(certificate: str, output: str, form: str, force: bool) -> None:
    """Make a profile from an OCA certificate.

    FILE is the certificate with its abstract of the test report, as text, markdown or PDF (extra: pdf), or - for stdin.
    What was doubtful is said on stderr, a line each, and left out of the limits.

    A profile holds no names of persons, no addresses and no ids of one station. The JSON is the full extraction for your
    own use: it has the persons and places that the certificate prints.
    """
    from ocppscope.pics.certificate.importing import import_certificate

    _check_output(Path(output), Path(certificate), force=force)
    imported = import_certificate(Path(certificate))
    if form == "json":
        from ocppscope.pics.extraction import extraction

        text = _as_json(extraction(imported.full, imported.signatures, imported.source))
    else:
        from ocppscope.pics.toml_writer import write_toml

        text = write_toml(imported.profile)
    for caveat in imported.warnings:
        failures.note(f"warning: {caveat.code}, {caveat.where}: {caveat.detail}")
    if output == "-":
        click.echo(text, nl=False)
    else:
        _save(text, Path(output), force=force)


def _check_output(output: Path, certificate: Path, *, force: bool) -> None:
    """Refuse to overwrite, before any work is done."""
    if str(output) == "-" or not output.exists():
        return
    if certificate.exists() and output.samefile(certificate):
        raise click.UsageError(f"-o {output} is the certificate itself; name another file")
    if not force:
        raise click.UsageError(_THERE.format(output))


_THERE = "{} is there already; name another file, or add --force to overwrite it"


def _save(text: str, path: Path, *, force: bool) -> None:
    """Write a file; without ``force`` not even one that came up since we looked."""
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.UsageError(_THERE.format(path)) from None


def _print_json(content: object) -> None:
    click.echo(_as_json(content), nl=False)


def _as_json(content: object) -> str:
    """As ASCII, so that no character of a profile can do anything to a terminal."""
    import json

    return json.dumps(content, indent=1) + "\n"


command.add_command(check_captures)
