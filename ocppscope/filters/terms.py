"""What a filter says, as a tree of terms.

Terms are compared as they are written, and written (`str`) so that they parse to themselves. How they judge a row is
`matching`'s business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from ocppscope.filters.comparison import Comparison
from ocppscope.filters.fields import AmountField, TextField
from ocppscope.filters.path import JsonPath
from ocppscope.filters.pattern import Pattern


@dataclass(frozen=True, slots=True)
class Text:
    """``action:Boot*|Meter*``: the field has one of these values."""

    field: TextField
    patterns: tuple[Pattern, ...]

    def __str__(self) -> str:
        return f"{self.field.name}:{_alternatives(self.patterns)}"


@dataclass(frozen=True, slots=True)
class Word:
    """``meter``: the action, the id or the info contains it."""

    pattern: Pattern

    def __str__(self) -> str:
        return str(self.pattern)


@dataclass(frozen=True, slots=True)
class Flag:
    """``findings``: a fact that is there or not; ``attribute`` of `Subject` tells."""

    name: str
    attribute: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Amount:
    """``350ms``. The number stays as it was typed: its last digit says how exact ``=`` is meant."""

    number: str
    unit: str

    def __str__(self) -> str:
        return self.number + self.unit

    def scaled(self, factor: Fraction) -> tuple[float, float, float]:
        """The amount times ``factor``, and from where up to where a number rounds to it."""
        amount = Fraction(self.number)
        half = Fraction(1, 2 * 10 ** len(self.number.partition(".")[2]))
        return float(amount * factor), float((amount - half) * factor), float((amount + half) * factor)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``latency>2s``. ``=`` is true for what rounds to the amount: 2s from 1.5 s to below 2.5 s."""

    field: AmountField
    comparison: Comparison
    amounts: tuple[Amount, ...]

    def __str__(self) -> str:
        return f"{self.field.name}{self.comparison}{_alternatives(self.amounts)}"


@dataclass(frozen=True, slots=True)
class Member:
    """``$.status=Accepted``: some value at the path compares so; without comparison: the path leads somewhere."""

    path: JsonPath
    comparison: Comparison | None = None
    patterns: tuple[Pattern, ...] = ()

    def __str__(self) -> str:
        return f"{self.path}{self.comparison or ''}{_alternatives(self.patterns)}"


@dataclass(frozen=True, slots=True)
class Not:
    """``!word``."""

    term: "Term"

    def __str__(self) -> str:
        return f"!({self.term})" if isinstance(self.term, All | AnyOf) else f"!{self.term}"


@dataclass(frozen=True, slots=True)
class All:
    """Words that stand together. Without any it is the empty filter, which matches everything."""

    terms: tuple["Term", ...] = ()

    def __str__(self) -> str:
        return " ".join(str(term) for term in self.terms)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``one | other``."""

    terms: tuple["Term", ...]

    def __str__(self) -> str:
        # With blanks: a glued | would hand the field of the word before it to a bare word behind it.
        return " | ".join(f"({term})" if isinstance(term, All) else str(term) for term in self.terms)


Term: TypeAlias = Text | Word | Flag | Quantity | Member | Not | All | AnyOf


def _alternatives(values: Sequence[object]) -> str:
    return "|".join(str(value) for value in values)
