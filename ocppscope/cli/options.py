"""Arguments and options that several commands share, and what they become."""

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from datetime import tzinfo

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


def read_options(command: Command) -> Command:
    """``--from``, ``--tz``, ``--station``, ``--keylog``, ``--tls-key``, ``--columns`` as one ``options``: `ReadOptions`."""

    @functools.wraps(command)
    def with_options(
        *arguments: Any,
        form: str | None,
        zone: str | None,
        station: str | None,
        keylog: str | None,
        tls_key: str | None,
        columns: str | None,
        **rest: Any,
    ) -> Any:
        from ocppscope.capture.options import ReadOptions

        options = ReadOptions(form, _zone(zone), station, keylog, tls_key, _columns(columns))
        return command(*arguments, options=options, **rest)

    for option in (
        click.option("--columns", metavar="OURS=THEIRS,…", help="Names of a table's columns, such as time=created_at."),
        click.option(
            "--tls-key", metavar="FILE", type=click.Path(), help="The server's RSA key, for a pcap of wss://."
        ),
        click.option("--keylog", metavar="FILE", type=click.Path(), help="TLS key log, for a pcap of wss://."),
        click.option("--station", metavar="ID", help="The station's identity, where the capture does not name it."),
        click.option(
            "--tz", "zone", metavar="ZONE", help="Zone of times without one, such as Europe/Berlin. [default: UTC]"
        ),
        click.option("--from", "form", metavar="FORMAT", help="Format of the capture; without it its content tells."),
    ):
        with_options = option(with_options)
    return cast("Command", with_options)


def _zone(name: str | None) -> "tzinfo | None":
    from zoneinfo import ZoneInfo

    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise click.BadParameter(
            f"there is no time zone {name!r}; give one such as Europe/Berlin or UTC", param_hint="'--tz'"
        ) from None


def _columns(text: str | None) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in (text or "").split(",") if pair.strip()]
    if any(not ours.strip() or not theirs.strip() for ours, _, theirs in pairs):
        raise click.BadParameter(f"{text!r}: write OURS=THEIRS, such as time=created_at", param_hint="'--columns'")
    return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
