"""A walk through all parts of a payload, in bounded work."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from ocppscope.protocol.message import Payload

Path: TypeAlias = tuple[str | int, ...]
"""Names and indices from the payload down."""


def parts_of(payload: Payload, most: int, closed: frozenset[str] = frozenset()) -> Iterator[tuple[Path, Any]]:
    """Every member and item below a payload with its path, in the order of the text.

    Args:
        payload: of any size and shape.
        most: parts after which the walk ends.
        closed: names of members that are given, but not looked into.
    """
    open_: list[tuple[Path, Iterator[tuple[str | int, Any]]]] = [((), iter(payload.items()))]
    while open_ and most > 0:
        above, parts = open_[-1]
        step, value = next(parts, (None, None))
        if step is None:
            open_.pop()
            continue
        most -= 1
        path = (*above, step)
        yield path, value
        if step not in closed and isinstance(value, dict | list):
            below: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
            open_.append((path, iter(below)))
