"""``--rotate-size``, ``--rotate-time`` and ``--keep``, for the commands that record."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from ocppscope.capture.retention import Keep, Rotation

Command = TypeVar("Command", bound=Callable[..., Any])


def rotation_options(command: Command) -> Command:
    """The three as one ``rotation``: `Rotation`, or None without them."""

    @functools.wraps(command)
    def with_rotation(
        *arguments: Any, rotate_size: int | None, rotate_time: int | None, keep: "Keep | None", **rest: Any
    ) -> Any:
        return command(*arguments, rotation=_rotation(rotate_size, rotate_time, keep), **rest)

    for option in (
        click.option(
            "--keep",
            metavar="N|SIZE|DURATION",
            callback=_read("parse_keep"),
            help="Of the finished parts keep the newest N, or SIZE of them, or those younger than DURATION (30d). "
            "[default: all]",
        ),
        click.option(
            "--rotate-time",
            metavar="DURATION",
            callback=_read("parse_duration"),
            help="Begin a further part every 15min, 1h, 24h, … by the UTC clock.",
        ),
        click.option(
            "--rotate-size",
            metavar="SIZE",
            callback=_read("parse_size"),
            help="Begin a further part of the capture (lab.0002.jsonl, …) after 100M, 1G, …; finished ones become .zst.",
        ),
    ):
        with_rotation = option(with_rotation)
    return cast("Command", with_rotation)


def _rotation(size: int | None, seconds: int | None, keep: "Keep | None") -> "Rotation | None":
    if size is None and seconds is None:
        if keep is not None:
            raise click.UsageError("--keep is about parts: give --rotate-size or --rotate-time too")
        return None
    from ocppscope.capture.retention import Rotation

    return Rotation(size, seconds, keep)


def _read(parser: str) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    def read(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Any:
        if text is None:
            return None
        from ocppscope.capture import retention

        try:
            return getattr(retention, parser)(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return read
