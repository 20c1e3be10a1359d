"""Which members a schema lets out: what a payload need not have at a place, looked up in the schema itself."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.schemas import PayloadKind, schema
from ocppscope.protocol.version import OcppVersion


@cache
def _schema(version: OcppVersion, action: str, kind: PayloadKind) -> Any:
    return schema(version, action, kind)


def is_optional(version: OcppVersion, action: str, kind: PayloadKind, path: Sequence[str | int]) -> bool:
    """Whether the member at a path (names and indices from the payload down) is known and may be left out.

    False for a required one, for one that the schema does not know, and where there is no schema.
    """
    above = _at(version, action, kind, path[:-1])
    if not isinstance(above, dict) or not path:
        return False
    return path[-1] in above.get("properties", {}) and path[-1] not in above.get("required", [])


def may_be_without_members(version: OcppVersion, action: str, kind: PayloadKind, path: Sequence[str | int]) -> bool:
    """Whether {} at a path fits the schema: what is there is an object, and no member of it is required."""
    found = _at(version, action, kind, path)
    return isinstance(found, dict) and found.get("type") == "object" and not found.get("required")


def _at(version: OcppVersion, action: str, kind: PayloadKind, path: Sequence[str | int]) -> Any:
    """The schema of what is at a path, None where there is none."""
    if action not in ACTIONS[version]:
        return None  # names from the wire are without end, and the schemas are kept
    root = _schema(version, action, kind)
    found = root
    for step in path:
        found = _below(root, found, step)
    return found


def _below(root: Any, found: Any, step: str | int) -> Any:
    if not isinstance(found, dict):
        return None
    below = found.get("items") if isinstance(step, int) else found.get("properties", {}).get(step)
    while isinstance(below, dict) and "$ref" in below:
        below = root["definitions"][below["$ref"].rpartition("/")[2]]
    return below
