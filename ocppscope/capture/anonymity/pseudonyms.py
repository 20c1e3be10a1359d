"""The pseudonym of each value: keyed with a salt, distinct, and none of the values itself."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from typing import NamedTuple, TypeAlias

from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.shapes import (
    NOISE_PER_CHARACTER,
    blotted,
    folded,
    is_hexadecimal,
    like_case,
    shaped,
)

MOST_VALUES = 500_000
"""Values kept, about 200 MB. Of more, pseudonyms may meet, and texts are not searched for them."""

LONGEST_VALUE = 256
"""Characters of a value that is kept: a longer one is a blob that no text repeats."""

_ATTEMPTS = 500
_MAY_BE_PUBLIC = frozenset({Kind.CREDENTIALS, Kind.SERIALS})
_MOST_PUBLIC = 10_000
_COMPARED = 64
"""Characters of a token by which rules know it again; tokens that agree in them must do so afterwards."""

Shape: TypeAlias = Callable[[str, bytes], str]
"""Makes a candidate from a value in lower case and noise, two bytes for each character."""


class Learned(NamedTuple):
    """How a value is to be replaced: see `Pseudonyms.of`."""

    kind: Kind
    hexadecimal: bool
    shape: Shape | None
    fits: Callable[[str], bool] | None


class Pseudonyms:
    """Values and what stands for them. First everything is learned, then everything is replaced.

    Attributes:
        learning: values are only collected, and stay as they are.
        kept, dropped: kinds of values that stay, and of which only the shape stays.
        replaced: how often a value of each kind was replaced.
        known: values in lower case that texts are to be searched for.
    """

    def __init__(self, salt: str, kept: Collection[Kind] = (), dropped: Collection[Kind] = ()) -> None:
        self.learning = True
        self.kept = frozenset(kept)
        self.dropped = frozenset(dropped)
        self.replaced: Counter[Kind] = Counter()
        self.known: dict[str, Learned] = {}
        self._public: set[str] = set()
        self._salt = salt.encode("utf-8", "surrogatepass") + b"\0"
        self._assigned: dict[tuple[str, bool], str] = {}
        self._taken: set[str] = set()
        self._distinct: dict[Kind, set[int]] = {kind: set() for kind in Kind}

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
        """What stands for a value.

        Args:
            kind: of what kind it is.
            value: any text.
            hexadecimal: letters must stay hexadecimal digits, although it is short.
            searched: other texts are searched for it, too.
            shape: makes candidates; without it they have letters, digits and signs where the value has them.
            fits: whether a candidate will do.
        """
        if kind in self.kept or not value:
            return value
        low = folded(value)
        if kind in _MAY_BE_PUBLIC and low in self._public:
            return value
        if self.learning:
            if searched and len(low) <= LONGEST_VALUE and len(self.known) < MOST_VALUES:
                self.known.setdefault(low, Learned(kind, hexadecimal, shape, fits))
            return value
        self._count(kind, low)
        if kind in self.dropped:
            return blotted(value)
        is_hex = hexadecimal or is_hexadecimal(low)
        return like_case(self._assign(low, is_hex, shape, fits), value)

    def publish(self, value: str) -> None:
        """Let a product's name stay also where a serial number or an organisation is due."""
        if self.learning and len(value) <= LONGEST_VALUE and len(self._public) < _MOST_PUBLIC:
            low = folded(value)
            self._public.add(low)
            if low in self.known and self.known[low].kind in _MAY_BE_PUBLIC:
                del self.known[low]

    def again(self, value: str) -> str:
        """What stands for a known value, wherever it is repeated."""
        learned = self.known[folded(value)]
        return self.of(learned.kind, value, hexadecimal=learned.hexadecimal, shape=learned.shape, fits=learned.fits)

    def noise(self, data: bytes, size: int, attempt: int = 0) -> bytes:
        """As many bytes that depend on the data and the salt only."""
        return hashlib.shake_256(self._salt + attempt.to_bytes(4) + data).digest(size)

    def distinct(self, kind: Kind) -> int:
        """How many different values of a kind were replaced; beyond half a million they are not told apart any more."""
        return len(self._distinct[kind])

    def _count(self, kind: Kind, low: str) -> None:
        self.replaced[kind] += 1
        seen = self._distinct[kind]
        if len(seen) < MOST_VALUES:
            seen.add(hash(low))

    def _assign(self, low: str, is_hex: bool, shape: Shape | None, fits: Callable[[str], bool] | None) -> str:
        key = low, is_hex
        known = self._assigned.get(key)
        if known is not None:
            return known
        keep = len(low) <= LONGEST_VALUE and len(self._assigned) < MOST_VALUES
        found = self._candidate(low, is_hex, shape, 0)
        if keep or fits is not None:
            for attempt in range(1, _ATTEMPTS):
                distinct = found not in self._taken and (found not in self.known or attempt > _ATTEMPTS // 2)
                if distinct and (fits is None or fits(found)):
                    break
                found = self._candidate(low, is_hex, shape, attempt)
        if keep:
            self._assigned[key] = found
            self._taken.add(found)
        return found

    def _candidate(self, low: str, is_hex: bool, shape: Shape | None, attempt: int) -> str:
        noise = self._noise_for(low[:_COMPARED], attempt)
        if len(low) > _COMPARED:
            noise += self._noise_for(low, attempt)[len(noise) :]
        return shaped(low, noise, hexadecimal=is_hex) if shape is None else shape(low, noise)

    def _noise_for(self, low: str, attempt: int) -> bytes:
        return self.noise(low.encode("utf-8", "surrogatepass"), len(low) * NOISE_PER_CHARACTER, attempt)
