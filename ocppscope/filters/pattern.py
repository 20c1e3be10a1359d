"""One value of a filter: a word with ``*`` and ``?``, or a quoted text without them. Case never matters.

Patterns come from whoever types and values from the wire, so matching takes no detours: between two stars the leftmost
hit is always good enough, which makes the work proportional to text times pattern, never exponential.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

Verdict = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A value as it was typed. In a quoted one ``*`` and ``?`` are ordinary characters."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        if not self.quoted:
            return self.text
        return '"' + self.text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def whole(self) -> Verdict:
        """A test whether a text matches from its first to its last character."""
        wanted = self.text.lower()
        if not self._has_wildcard:
            return lambda text: text.lower() == wanted
        return _glob(wanted.split("*"))

    def inside(self) -> Verdict:
        """A test whether any part of a text matches."""
        wanted = self.text.lower()
        if not self._has_wildcard:
            return lambda text: wanted in text.lower()
        return _glob(["", *wanted.split("*"), ""])

    @property
    def _has_wildcard(self) -> bool:
        return not self.quoted and ("*" in self.text or "?" in self.text)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two stars. A ``?`` makes it a regex of fixed length, which cannot backtrack."""

    text: str
    regex: re.Pattern[str] | None

    def end_of_first(self, text: str, start: int) -> int:
        """Where the leftmost occurrence from ``start`` on ends, -1 when there is none."""
        if self.regex is not None:
            found = self.regex.search(text, start)
            return found.end() if found else -1
        at = text.find(self.text, start)
        return at + len(self.text) if at >= 0 else -1

    def stands_at(self, text: str, at: int) -> bool:
        if self.regex is not None:
            return self.regex.match(text, at) is not None
        return text.startswith(self.text, at)


def _piece(text: str) -> _Piece:
    if "?" not in text:
        return _Piece(text, None)
    source = "".join("." if character == "?" else re.escape(character) for character in text)
    return _Piece(text, re.compile(source, re.DOTALL))


def _glob(parts: list[str]) -> Verdict:
    first, *middle = (_piece(part) for part in parts)
    last = middle.pop() if middle else None
    middle = [piece for piece in middle if piece.text]

    def matches(text: str) -> bool:
        text = text.lower()
        if not first.stands_at(text, 0):
            return False
        at = len(first.text)
        if last is None:
            return at == len(text)
        for piece in middle:
            at = piece.end_of_first(text, at)
            if at < 0:
                return False
        tail = len(text) - len(last.text)
        return tail >= at and last.stands_at(text, tail)

    return matches


def json_text(value: object) -> str:
    """A JSON scalar as it stands in the text: ``17``, ``true``, ``null``; a string without its quotes."""
    if isinstance(value, str):
        return value
    return json.dumps(value)
