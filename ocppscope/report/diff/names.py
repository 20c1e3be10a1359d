"""Values that name somebody, and which name of one capture stands for which of the other."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.known import KnownValues
from ocppscope.capture.anonymity.messages import Messages
from ocppscope.capture.anonymity.pseudonyms import Pseudonyms, Shape
from ocppscope.capture.anonymity.shapes import blotted, folded
from ocppscope.capture.anonymity.texts import Texts

_ANY_FORM = frozenset({Kind.STATIONS, Kind.TAGS, Kind.SERIALS, Kind.ADDRESSES})
"""Kinds of names that may look quite different; others are only taken for names where they have the same form."""

_PEM = "-----BEGIN "
_MOST = 100_000


class Name(msgspec.Struct, frozen=True):
    """A name in both captures."""

    kind: Kind
    a: str
    b: str
    count: int


class _Collector(Pseudonyms):
    """Stays in the phase of learning and notes every value that would be replaced."""

    def __init__(self) -> None:
        super().__init__("")
        self.met: dict[Kind, list[str]] = {}

    def of(
        self,
        kind: Kind,
        value: str,
        *,
        hexadecimal: bool = False,
        searched: bool = True,
        shape: Shape | None = None,
        fits: Callable[[str], bool] | None = None,
    ) -> str:
        if value:
            self.met.setdefault(kind, []).append(value)
        return value


class Names:
    """Pairs of names, one to one."""

    def __init__(self) -> None:
        self._collector = _Collector()
        self._messages = Messages(Texts(self._collector))
        self._forth: dict[str, str] = {}
        self._back: dict[str, str] = {}
        self._known: tuple[int, KnownValues] | None = None
        self._counts: Counter[tuple[Kind, str, str]] = Counter()

    def pair(self, kind: Kind, a: str, b: str) -> bool:
        """Take two values for the same name, unless one of them stands for another already."""
        if kind not in _ANY_FORM and blotted(a) != blotted(b):
            return False
        if self._forth.get(a, b) != b or self._back.get(b, a) != a:
            return False
        if len(self._forth) < _MOST:
            self._forth[a], self._back[b] = b, a
        self._counts[kind, a, b] += 1
        return True

    def pair_in(self, a: str, b: str) -> None:
        """Pair the names in two texts of the same message."""
        ours, theirs = self._in(a), self._in(b)
        for kind, values in ours.items():
            others = theirs.get(kind, ())
            if len(values) == len(others):
                for one, other in zip(values, others, strict=True):
                    self.pair(kind, one, other)

    def explain(self, a: Any, b: Any) -> bool:
        """Whether two values differ in names only."""
        if isinstance(a, str) and isinstance(b, str):
            return self._forth.get(a) == b or self._is_certificate(a, b) or self._renamed(a) == b
        if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
            return self._forth.get(_digits(a)) == _digits(b)
        return False

    def listed(self) -> list[Name]:
        """The names that are others in the second capture, most frequent first."""
        return [Name(kind, a, b, count) for (kind, a, b), count in self._counts.most_common() if a != b]

    def _in(self, text: str) -> dict[Kind, list[str]]:
        self._collector.met = {}
        self._messages.edit(text)
        return self._collector.met

    def _is_certificate(self, a: str, b: str) -> bool:
        return _PEM in a and _PEM in b and len(a) == len(b) and blotted(a)[:30] == blotted(b)[:30]

    def _renamed(self, text: str) -> str:
        """The text with known names of the first capture replaced by those of the second."""
        if self._known is None or self._known[0] != len(self._forth):
            self._known = len(self._forth), KnownValues(folded(name) for name in self._forth)
        pieces: list[str] = []
        at = 0
        for start, stop in self._known[1].spans(text):
            pieces += text[at:start], self._forth.get(text[start:stop], text[start:stop])
            at = stop
        return "".join([*pieces, text[at:]])


def _digits(value: float) -> str:
    return re.sub(r"^-|[eE].*", "", repr(value))
