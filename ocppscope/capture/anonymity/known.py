"""Where a text repeats a value that is to be replaced."""

from collections.abc import Iterable, Iterator
from functools import cache

from ocppscope.capture.anonymity.shapes import folded
from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.schemas import PayloadKind, schema

SHORTEST = 4
"""Characters of a value that is looked for: shorter ones stand in texts by chance."""

_UNMISTAKABLE = 8
"""A value of so many characters, digits and letters among them, is found within words, too."""

_WORDS = frozenset({
    "[redacted]", "available", "central", "charge", "charger", "charging", "connector", "csms", "default", "empty",
    "error", "evse", "false", "firmware", "host", "http", "https", "localhost", "message", "n/a", "none", "not",
    "null", "number", "ocpp", "point", "redacted", "serial", "station", "system", "test", "true", "undefined",
    "unknown", "value", "websocket",
})  # fmt: skip
"""Words that are no names, even where somebody gives them as such."""


class KnownValues:
    """Values that texts are searched for, without regard to case.

    Values that are words of the protocol (an idTag ``Accepted``) are not looked for: replaced in the wrong place they
    would change what a message says.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._lengths: dict[str, list[int]] = {}
        self._values: set[str] = set()
        words: frozenset[str] | None = None
        for value in values:
            if len(value) < SHORTEST:
                continue
            if words is None:
                words = protocol_words() | _WORDS
            if value not in words and any(char.isalnum() for char in value):
                self._values.add(value)
                lengths = self._lengths.setdefault(value[:SHORTEST], [])
                if len(value) not in lengths:
                    lengths.append(len(value))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def __bool__(self) -> bool:
        return bool(self._values)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each value in a text, the longest where several begin; they do not overlap."""
        lengths, low = self._lengths, folded(text)
        at, last = 0, len(low) - SHORTEST
        while at <= last:
            for length in lengths.get(low[at : at + SHORTEST], ()):
                if low[at : at + length] in self._values and _stands_apart(low, at, at + length):
                    yield at, at + length
                    at += length - 1
                    break
            at += 1


def _stands_apart(text: str, start: int, stop: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = stop < len(text) and text[stop].isalnum() and text[stop - 1].isalnum()
    if not (before or after):
        return True
    value = text[start:stop]
    return len(value) >= _UNMISTAKABLE and any(map(str.isdigit, value)) and any(map(str.isalpha, value))


@cache
def protocol_words() -> frozenset[str]:
    """Actions, member names and enumerated values of all versions, in lower case."""
    words: set[str] = set()
    for version, actions in ACTIONS.items():
        for action in actions:
            words.add(action.lower())
            for kind in PayloadKind:
                _collect(schema(version, action, kind), words)
    return frozenset(words)


def _collect(part: object, words: set[str]) -> None:
    if isinstance(part, dict):
        enumeration, properties = part.get("enum"), part.get("properties")
        if isinstance(enumeration, list):
            words.update(value.lower() for value in enumeration if isinstance(value, str))
        if isinstance(properties, dict):
            words.update(name.lower() for name in properties)
        for below in part.values():
            _collect(below, words)
    elif isinstance(part, list):
        for below in part:
            _collect(below, words)
