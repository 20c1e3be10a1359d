"""Optional members that say nothing: null, {} and [] where 2.x wants the member left out (2.0.1 part 4 §4.1.5)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload_parts import Path, parts_of
from ocppscope.protocol.schema_members import is_optional
from ocppscope.protocol.schemas import PayloadKind
from ocppscope.protocol.version import OcppVersion

MOST_VALUES = 5000
"""Values of one payload that are looked at. A full device model in one message has about 2,000."""

MOST_FOUND = 20
"""Places of one payload that are told."""

_CUSTOM = frozenset({"customData"})
_FREE_FORM = {"DataTransfer": frozenset({"customData", "data"})}
"""What a vendor puts into these is the vendor's: an empty object may be the message."""


def empty_members(version: OcppVersion, action: str, kind: PayloadKind, payload: Payload) -> Iterator[tuple[Path, Any]]:
    """The optional members of a payload whose value is null, {} or [], with their paths; at most `MOST_FOUND`."""
    bare = bare_action(action)
    free_form = _FREE_FORM.get(bare, _CUSTOM)
    empty = (
        (path, value)
        for path, value in parts_of(payload, MOST_VALUES, free_form)
        if (value is None or (value in ({}, []) and not _is_vendors(bare, path))) and isinstance(path[-1], str)
    )
    yield from islice((found for found in empty if is_optional(version, bare, kind, found[0])), MOST_FOUND)


def _is_vendors(action: str, path: Path) -> bool:
    return action == "DataTransfer" and path == ("data",)
