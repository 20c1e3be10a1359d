"""One capture that was named, and the files that it lies in."""

from collections.abc import Sequence
from pathlib import Path

from ocppscope.cli.failures import note


def with_parts(paths: Sequence[str]) -> list[str]:
    """What there is to read: one capture with all parts that follow it, several as they were named, parts in their order.

    Says how many parts there are when the user named only the first.
    """
    from ocppscope.capture.parts import first_part, in_order, parts_from
    from ocppscope.capture.source import STDIN

    if STDIN in paths:
        return list(paths)
    if len(paths) > 1:
        return [str(path) for path in in_order(map(Path, paths))]
    parts = parts_from(first_part(Path(paths[0])))
    if len(parts) > 1:
        note(f"{paths[0]} goes on to {parts[-1].name}: {len(parts)} parts")
    return [str(part) for part in parts] or list(paths)
