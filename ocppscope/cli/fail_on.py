"""``--fail-on``: what makes a command end with status 1."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocppscope.report.reading import Reading


def fails(reading: "Reading", fail_on: str, beyond_limits: Callable[[], bool]) -> bool:
    """Whether what was found is at or above the level that the user named.

    Args:
        reading: the captures, read.
        fail_on: ``error``, ``warning``, ``limit`` or ``never``.
        beyond_limits: answers ``limit``, which each command understands in its own way.
    """
    found = reading.selection.findings.counts
    match fail_on:
        case "error":
            return found["error"] > 0
        case "warning":
            return found["error"] + found["warning"] > 0
        case "limit":
            return beyond_limits()
    return False
