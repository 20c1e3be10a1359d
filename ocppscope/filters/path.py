"""JSON paths: ``$.a[0]["b c"]``, with ``*`` for every member or item, and the values that they lead to."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_VALUES = 10_000
"""Values visited for one path in one payload. The largest sane payloads have some thousand nodes; a hostile one has a million."""

_BARE_NAME = re.compile(r"""[^\s.\[\]=!~<>|()"'*?]+""")


@dataclass(frozen=True, slots=True)
class Star:
    """Every member of an object, every item of an array."""


Step = str | int | Star


@dataclass(frozen=True, slots=True)
class JsonPath:
    """The steps from the payload down to a value."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "$" + "".join(_shown(step) for step in self.steps)

    def values(self, payload: Any) -> list[Any]:
        """What the path leads to, at most `MOST_VALUES`. Names match exactly, else without regard to case."""
        found = [payload]
        for step in self.steps:
            following: list[Any] = []
            for value in found:
                following.extend(_below(value, step, MOST_VALUES - len(following)))
                if len(following) >= MOST_VALUES:
                    break
            found = following
        return found


def scalars(value: Any) -> Iterator[str | int | float | bool | None]:
    """The value itself, or the names and scalars anywhere inside it, at most `MOST_VALUES`; no recursion."""
    waiting = [value]
    visited = 0
    while waiting and visited < MOST_VALUES:
        visited += 1
        one = waiting.pop()
        if isinstance(one, dict):
            room = MOST_VALUES - len(waiting)
            waiting.extend([part for pair in list(one.items())[:room] for part in pair])
        elif isinstance(one, list):
            waiting.extend(one[: MOST_VALUES - len(waiting)])
        else:
            yield one


def bare_name_at(text: str, at: int) -> str:
    """The member name that stands unquoted at a place of a text, "" when none does."""
    found = _BARE_NAME.match(text, at)
    return found[0] if found else ""


def _below(value: Any, step: Step, most: int) -> list[Any]:
    if isinstance(step, str):
        return _member(value, step)
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
    if isinstance(value, dict):
        return list(value.values())[:most]
    return value[:most] if isinstance(value, list) else []


def _member(value: Any, name: str) -> list[Any]:
    if not isinstance(value, dict):
        return []
    if name in value:
        return [value[name]]
    wanted = name.lower()
    return [member for key, member in value.items() if key.lower() == wanted][:1]


def _shown(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if isinstance(step, Star):
        return ".*"
    return f".{step}" if bare_name_at(step, 0) == step else f"[{json.dumps(step)}]"
