"""A JSON payload as an outline of bounded size: what the tree shows, decided without a widget.

Payloads come from the wire: ten thousand members, a megabyte in one string, a thousand levels. The outline is made
breadth first, so that the top level is seen before any branch uses up the budget, and stops at `MOST_NODES` nodes and
`MOST_TEXT` characters. Where it stops, a line says how many more there are. Places that a finding points at are always
in it, even beyond the budget, and even if the payload lacks them: a missing member is what most findings are about.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

import msgspec

from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.protocol.schemas import json_path

MOST_NODES = 2_000
"""Beyond it Textual's tree becomes slow to build and nobody reads on."""
MOST_TEXT = 64 * 1024
"""Characters of names and values together."""
MOST_DEPTH = 64
"""Levels followed. The deepest OCPP schema has eight."""
LONGEST_VALUE = 400
LONGEST_NAME = 100
UNFOLDED_DEPTH = 3
UNFOLDED_NODES = 200

Part: TypeAlias = str | int
Pins: TypeAlias = Mapping[str, Sequence[Finding]]
"""Findings by the JSON path that they point at."""

_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[(\"(?:[^\"\\]|\\.)*\")\]")


@dataclass(slots=True)
class Node:
    """One line of the outline.

    Attributes:
        name: member name or index as text, ready to show; "" for a line about what is left out.
        path: JSON path.
        token: theme token of the value.
        text: the value, ready to show: ``"Accepted"``, ``9``, ``{6}``, ``… 120 more``.
        value: the value itself, for copying; None for lines that stand for none.
        exists: False for lines that stand for no value: what is left out, what is missing.
        pins: findings that point here.
        children: of an object or array.
        unfolded: whether its children are shown at first.
        index: its name is an index, not a member name.
    """

    name: str
    path: str
    token: str
    text: str
    value: Any = None
    pins: tuple[Finding, ...] = ()
    children: list["Node"] = field(default_factory=list)
    unfolded: bool = False
    index: bool = False
    exists: bool = True


def outline(payload: Mapping[str, Any], pins: Pins | None = None) -> Node:
    """The payload as a node whose children are its members.

    Args:
        payload: a JSON object.
        pins: findings to label in place.

    Returns:
        The root; its path is ``$``.
    """
    maker = _Maker(pins or {})
    root = maker.node(None, "$", payload)
    maker.fill(root)
    unfold(root)
    return root


def unfold(root: Node, depth: int = UNFOLDED_DEPTH, nodes: int = UNFOLDED_NODES) -> None:
    """Mark what is shown at first: breadth first down to a depth and a number of lines, and the way to each pin."""
    root.unfolded = True
    shown = len(root.children)
    queue = deque((child, 1) for child in root.children)
    while queue:
        node, level = queue.popleft()
        if not node.children:
            continue
        if level <= depth and shown + len(node.children) <= nodes:
            node.unfolded = True
            shown += len(node.children)
            queue.extend((child, level + 1) for child in node.children)
    _unfold_pins(root)


def _unfold_pins(node: Node) -> bool:
    """Whether the node or anything below it is pinned. At most `MOST_DEPTH` deep, so recursion is safe."""
    below = [_unfold_pins(child) for child in node.children]
    if any(below):
        node.unfolded = True
    return bool(node.pins) or any(below)


def path_parts(path: str) -> tuple[Part, ...]:
    """``$.a[0]["b c"]`` as ``("a", 0, "b c")``; what is no such path gives ()."""
    parts: list[Part] = []
    position = 1 if path.startswith("$") else 0
    while position < len(path):
        found = _PART.match(path, position)
        if found is None:
            return ()
        name, index, quoted = found.groups()
        parts.append(int(index[:9]) if index else msgspec.json.decode(quoted) if quoted else name)
        position = found.end()
    return tuple(parts)


class _Maker:
    """Makes the nodes of one payload and keeps its budget."""

    def __init__(self, pins: Pins) -> None:
        self._pins: dict[tuple[Part, ...], list[Finding]] = {}
        self._wanted: dict[tuple[Part, ...], dict[Part, None]] = {}
        for path, findings in pins.items():
            parts = path_parts(path)[:MOST_DEPTH]
            self._pins.setdefault(parts, []).extend(findings)
            for length in range(len(parts)):
                self._wanted.setdefault(parts[:length], {})[parts[length]] = None
        self._nodes = MOST_NODES
        self._text = MOST_TEXT

    def fill(self, root: Node) -> None:
        """Add children, level by level, and in each level the small ones first: what is cut is the long list."""
        level: list[tuple[Node, tuple[Part, ...]]] = [(root, ())]
        while level:
            below = []
            for parent, parts in sorted(level, key=lambda item: len(item[0].value)):
                for part, node in self._children(parent, parts):
                    parent.children.append(node)
                    if isinstance(node.value, dict | list) and (node.value or (*parts, part) in self._wanted):
                        below.append((node, (*parts, part)))
            level = below

    def _children(self, parent: Node, parts: tuple[Part, ...]) -> Iterator[tuple[Part, Node]]:
        value = parent.value
        wanted = self._wanted.get(parts, {})
        room = 0 if len(parts) >= MOST_DEPTH else max(self._nodes, 0)
        done: set[Part] = set()
        for part, child in islice(_members(value), room):
            if self._text <= 0:
                break
            done.add(part)
            yield part, self._child(parent, parts, part, child)
        for part in wanted:
            if part not in done:
                done.add(part)
                yield part, self._pinned(parent, parts, part)
        left = len(value) - sum(1 for part in done if _has(value, part))
        if left > 0:
            yield "", Node("", parent.path, "muted", f"… {spaced(left)} more", exists=False)

    def _child(self, parent: Node, parts: tuple[Part, ...], part: Part, value: Any) -> Node:
        node = self.node(part, parent.path + json_path([part])[1:], value, (*parts, part))
        self._nodes -= 1
        self._text -= len(node.name) + len(node.text)
        return node

    def _pinned(self, parent: Node, parts: tuple[Part, ...], part: Part) -> Node:
        if _has(parent.value, part):
            return self._child(parent, parts, part, parent.value[part])
        path = parent.path + json_path([part])[1:]
        pins = self._pins_below((*parts, part))
        name = visible(str(part), LONGEST_NAME)
        return Node(name, path, "muted", "missing", pins=pins, index=isinstance(part, int), exists=False)

    def node(self, part: Part | None, path: str, value: Any, parts: tuple[Part, ...] = ()) -> Node:
        """One value as a line, without its children."""
        token, text = value_text(value)
        pins = tuple(self._pins.get(parts, ())) if isinstance(value, dict | list) else self._pins_below(parts)
        return Node(visible(str(part), LONGEST_NAME), path, token, text, value, pins, index=isinstance(part, int))

    def _pins_below(self, parts: tuple[Part, ...]) -> tuple[Finding, ...]:
        """Findings at a place that has no members, and those that claim a place within it."""
        return tuple(pin for at, pins in self._pins.items() if at[: len(parts)] == parts for pin in pins)


def value_text(value: Any) -> tuple[str, str]:
    """Theme token and text of a JSON value; objects and arrays as their size."""
    match value:
        case None:
            return "down", "null"
        case bool():
            return "down", "true" if value else "false"
        case str():
            return "ok", _quoted(value)
        case int() | float():
            return "warn", str(value)
        case list():
            return "muted", f"[{len(value)}]" if value else "[]"
        case dict():
            return "muted", f"{{{len(value)}}}" if value else "{}"
    return "muted", visible(str(value), LONGEST_VALUE)


def _quoted(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return f'"{visible(text)}"'
    return f'"{visible(text, LONGEST_VALUE)}" {spaced(len(text))} characters'


def spaced(count: int) -> str:
    """A count with its thousands apart: ``1 048 576``."""
    return f"{count:,}".replace(",", " ")


def _members(value: Any) -> Iterable[tuple[Part, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _has(value: Any, part: Part) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)
