"""The group of all commands, each imported when it is asked for, and the one way in and out."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

import ocppscope
from ocppscope.cli import failures

COMMANDS = ("demo", "proxy", "view", "report", "query", "convert", "anonymize", "diff", "pics", "rules")
"""In the order in which a newcomer meets them. ``ocppscope.cli.<name>`` has the click command as ``command``."""


class LazyGroup(click.Group):
    """Commands by the name of their module, so that one that is not called costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"ocppscope.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """As click does it, but for a reader that went away: click would end the program with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise failures.ReaderGone from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with suggestions from names that are not imported yet."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  ocppscope demo
  ocppscope proxy wss://csms.example/ocpp --listen 0.0.0.0:9000 --pics evon200-40p-2cr
  ocppscope report captures/field-faults-1.6.jsonl

\b
Shell completion, put into your shell's start-up file:
  bash  eval "$(_OCPPSCOPE_COMPLETE=bash_source ocppscope)"
  zsh   eval "$(_OCPPSCOPE_COMPLETE=zsh_source ocppscope)"
  fish  _OCPPSCOPE_COMPLETE=fish_source ocppscope | source""",
)
@click.version_option(ocppscope.__version__, "-V", "--version", message="ocppscope %(version)s")
def commands() -> None:
    """See, check and time what an EV charging station and its CSMS say to each other.

    ocppscope stands between the two (OCPP 1.6-J, 2.0.1, 2.1), forwards every byte unchanged, and shows each message, what
    is wrong with it, and how long the answer took against the limits that the product was certified with.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        arguments: without the program's name; None for those of the process.

    Returns:
        The exit status. Nothing is raised: whatever goes wrong is one line on stderr by now.
    """
    _make_streams_usable()
    try:
        status = commands.main(arguments, prog_name="ocppscope", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - the one place where everything ends as a line and a status
        status = failures.report(error)
    if isinstance(status, int):
        return status
    return 0


def _make_streams_usable() -> None:
    """Closed streams swallow everything; marks that a terminal cannot show become escapes instead of ending the program."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the life of the process
        elif (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="backslashreplace")
