"""Arguments and options that several commands share, and what they become."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ocppscope.filters import Filter
    from ocppscope.pics.profile import Profile

Command = TypeVar("Command", bound=Callable[..., Any])


def captures_argument(command: Command) -> Command:
    """``CAPTURE...``: one or more files of any format that can be read, ``-`` for stdin."""
    return click.argument("captures", metavar="CAPTURE...", nargs=-1, required=True, type=click.Path())(command)


def pics_option(command: Command) -> Command:
    """``--pics``: as often as there are products."""
    return click.option(
        "--pics",
        metavar="NAME|FILE",
        multiple=True,
        shell_complete=_profiles,
        help="Judge by this product's declared limits: a name of `pics list` or a file. May be repeated.",
    )(command)


def filter_option(command: Command) -> Command:
    """``--filter``: the filter language of the TUI."""
    return click.option(
        "--filter",
        "expression",
        metavar="EXPR",
        default="",
        help="Only what matches, such as 'action:Meter* latency>2s'.",
    )(command)


def load_profiles(names: Sequence[str]) -> "list[Profile]":
    """The profiles of all ``--pics``.

    Raises:
        ProfileError: one of them is neither built in nor a readable file.
    """
    if not names:
        return []
    from ocppscope.pics import library

    return [library.load(name) for name in names]


def parse_filter(expression: str) -> "Filter | None":
    """The filter of ``--filter``, None when it lets everything pass.

    Raises:
        click.BadParameter: it cannot be read; the message has the reason and the place.
    """
    if not expression.strip():
        return None
    from ocppscope import filters

    try:
        return filters.parse(expression)
    except filters.FilterError as error:
        raise click.BadParameter(
            f"{error.reason} (at character {error.position + 1})", param_hint="'--filter'"
        ) from None


def _profiles(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from ocppscope.pics import library

    found = [CompletionItem(name) for name in library.names() if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]
