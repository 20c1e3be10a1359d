"""Values that name somebody, and which name of one capture stands for which of the other."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from ocppscope.capture.anonymity.certificates import PEM
from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.known import SHORTEST, KnownValues
from ocppscope.capture.anonymity.messages import Messages
from ocppscope.capture.anonymity.pseudonyms import Pseudonyms, Shape
from ocppscope.capture.anonymity.shapes import blotted, folded
from ocppscope.capture.anonymity.texts import Texts

_ANY_FORM = frozenset({Kind.STATIONS, Kind.TAGS, Kind.SERIALS, Kind.ADDRESSES})
"""Kinds of names that may look quite different; others are only taken for names where they have the same form."""

_MOST = 100_000
_MOST_CHECKED = 200


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


class _Substitutes(Pseudonyms):
    """Gives the name of the second capture for that of the first."""

    def __init__(self, other: Callable[[str], str]) -> None:
        super().__init__("")
        self._other = other

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
        return self._other(value)


class Names:
    """Pairs of names, one to one: a value that is paired with two others, or that both captures have, is no name."""

    def __init__(self) -> None:
        self._collector = _Collector()
        self._messages = Messages(Texts(self._collector))
        self._substitutes = Texts(_Substitutes(self._other))
        self._forth: dict[str, str] = {}
        self._back: dict[str, str] = {}
        self._ambiguous: set[str] = set()
        self._known: tuple[int, KnownValues] | None = None
        self._counts: Counter[tuple[Kind, str, str]] = Counter()

    def pair(self, kind: Kind, a: str, b: str) -> None:
        """Take two values for the same name, if they look like it."""
        if kind not in _ANY_FORM and blotted(a) != blotted(b):
            return
        if self._forth.get(a, b) != b or self._back.get(b, a) != a:
            self._ambiguous |= {a, b}
            return
        if len(self._forth) < _MOST:
            self._forth[a], self._back[b] = b, a
            self._counts[kind, a, b] += 1

    def pair_in(self, a: str, b: str) -> None:
        """Pair the names in two texts of the same message."""
        ours, theirs = self._in(a), self._in(b)
        for kind, values in ours.items():
            others = theirs.get(kind, ())
            if len(values) == len(others):
                for one, other in zip(values, others, strict=True):
                    self.pair(kind, one, other)

    def drop_common(self, said_by_a: Callable[[str], bool], said_by_b: Callable[[str], bool]) -> None:
        """Take back what both captures say: it stands there for itself."""
        frequent = [pair for pair, _ in self._counts.most_common(_MOST_CHECKED) if pair[1] != pair[2]]
        for _, a, b in frequent:
            if min(len(a), len(b)) >= SHORTEST and (said_by_b(a) or said_by_a(b)):
                self._ambiguous |= {a, b}

    def explain(self, a: Any, b: Any) -> bool:
        """Whether two values differ in names only."""
        if isinstance(a, str) and isinstance(b, str):
            if self._other(a) == b or _is_certificate(a, b) or self._renamed(a) == b:
                return True
            return "://" in a and self._substitutes.url(a) == b
        if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
            return self._other(_digits(a)) == _digits(b)
        return False

    def listed(self) -> list[Name]:
        """The names that are others in the second capture, most frequent first."""
        counted: dict[tuple[str, str], Name] = {}
        for (kind, a, b), count in self._counts.most_common():
            if a != b and self._other(a) == b:
                known = counted.get((a, b))  # an identity in a URL is an identity all the same
                counted[a, b] = (
                    Name(kind, a, b, count) if known is None else Name(known.kind, a, b, known.count + count)
                )
        return sorted(counted.values(), key=lambda name: -name.count)

    def _in(self, text: str) -> dict[Kind, list[str]]:
        self._collector.met = {}
        self._messages.edit(text)
        return self._collector.met

    def _other(self, value: str) -> str:
        """The name in the second capture; the value itself where it is none."""
        other = self._forth.get(value, value)
        if value in self._ambiguous or other in self._ambiguous:
            return value
        # A value that stands for another, and for which another stands, was compared with the wrong one.
        return other if self._back.get(value, value) == value and self._forth.get(other, other) == other else value

    def _renamed(self, text: str) -> str:
        """The text with known names of the first capture replaced by those of the second."""
        if self._known is None or self._known[0] != len(self._forth):
            self._known = len(self._forth), KnownValues(folded(name) for name in self._forth)
        pieces: list[str] = []
        at = 0
        for start, stop in self._known[1].spans(text):
            pieces += text[at:start], self._other(text[start:stop])
            at = stop
        return "".join([*pieces, text[at:]])


def _is_certificate(a: str, b: str) -> bool:
    """Whether both hold the same kinds of PEM blocks and are equally long."""
    found = [[block[2] for block in PEM.finditer(text)] for text in (a, b)]
    return bool(found[0]) and found[0] == found[1] and len(a) == len(b)


def _digits(value: float) -> str:
    return re.sub(r"^-|[eE].*", "", repr(value))
