"""Optional members that say nothing: null, {} and [] where 2.x wants the member left out (2.0.1 part 4 §4.1.5)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.message import Payload
from ocppscope.protocol.schema_members import is_optional
from ocppscope.protocol.schemas import PayloadKind
from ocppscope.protocol.version import OcppVersion

MOST_VALUES = 5000
"""Values of one payload that are looked at. A full device model in one message has about 2,000."""

MOST_FOUND = 20
"""Places of one payload that are told."""

_Path: TypeAlias = tuple[str | int, ...]

_MARKS = ("null", "{}", "[]", "{ }", "[ ]", "\n")
_CUSTOM = frozenset({"customData"})
_FREE_FORM = {"DataTransfer": frozenset({"customData", "data"})}
"""What a vendor puts into these is the vendor's: an empty object may be the message."""


def may_hold_empty(text: str) -> bool:
    """Whether it is worth looking into the payload of this text: a fraction of a microsecond for those that hold none."""
    return any(mark in text for mark in _MARKS)


def empty_members(
    version: OcppVersion, action: str, kind: PayloadKind, payload: Payload
) -> Iterator[tuple[_Path, Any]]:
    """The optional members of a payload whose value is null, {} or [], with their paths; at most `MOST_FOUND`."""
    bare = bare_action(action)
    empty = _empty(payload, _FREE_FORM.get(bare, _CUSTOM))
    yield from islice((found for found in empty if is_optional(version, bare, kind, found[0])), MOST_FOUND)


def _empty(payload: Payload, free_form: frozenset[str]) -> Iterator[tuple[_Path, Any]]:
    left = MOST_VALUES
    waiting: list[tuple[_Path, Any]] = [((), payload)]
    while waiting:
        path, value = waiting.pop()
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            left -= 1
            if left < 0:
                return
            if member is None or member in ({}, []):
                if isinstance(value, dict) and (member is None or name != "data" or name not in free_form):
                    yield (*path, name), member
            elif isinstance(member, dict | list) and name not in free_form:
                waiting.append(((*path, name), member))
