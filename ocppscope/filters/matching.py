"""A filter at work: which attributes it reads, in which order, and the test that its terms compile to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from ocppscope.filters.subject import COST, Subject
from ocppscope.filters.terms import All, AnyOf, Flag, Member, Not, Quantity, Term, Text, Word

Test = Callable[[Subject], bool]

MOST_REMEMBERED = 1024
"""Verdicts kept for one field. Actions, stations and types repeat, so a million rows cost a dict look-up each."""

LONGEST_REMEMBERED = 64
"""Characters of a value whose verdict is kept: what a hostile peer makes longer is judged each time."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter. Equal to another that says the same in the same order; `str` writes it so that it parses to itself."""

    term: Term
    _test: Test = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_test", _compiled(self.term))

    def matches(self, subject: Subject) -> bool:
        """Whether the filter lets it through."""
        return bool(self._test(subject))

    @property
    def needs(self) -> frozenset[str]:
        """The attributes of a `Subject` that it may read; none for the empty filter."""
        return _needs(self.term)

    @property
    def is_empty(self) -> bool:
        """Whether it matches everything because nothing was asked."""
        return self.term == All()

    def __str__(self) -> str:
        return str(self.term)


def _needs(term: Term) -> frozenset[str]:
    match term:
        case Text(field=of) | Quantity(field=of):
            return frozenset({of.attribute})
        case Flag():
            return frozenset({term.attribute})
        case Word():
            return frozenset({"action", "message_id", "info"})
        case Member():
            return frozenset({"payload"})
        case Not():
            return _needs(term.term)
        case All() | AnyOf():
            return frozenset[str]().union(*map(_needs, term.terms))


def _compiled(term: Term) -> Test:
    match term:
        case Text():
            wanted = [pattern.whole() for pattern in term.patterns]
            return _remembering(term.field.attribute, lambda text: any(one(text) for one in wanted))
        case Word():
            return _word(term)
        case Flag():
            return attrgetter(term.attribute)
        case Quantity():
            return _quantity(term)
        case Member():
            return _member(term)
        case Not():
            test = _compiled(term.term)
            return lambda subject: not test(subject)
        case All():
            return _all(_cheapest_first(term.terms))
        case AnyOf():
            return _any(_cheapest_first(term.terms))


def _cheapest_first(terms: Iterable[Term]) -> Sequence[Test]:
    def cost(term: Term) -> int:
        return max((COST[name] for name in _needs(term)), default=0)

    return [_compiled(term) for term in sorted(terms, key=cost)]


def _all(tests: Sequence[Test]) -> Test:
    def test(subject: Subject) -> bool:
        for one in tests:  # noqa: SIM110 - a generator would cost as much as the tests themselves
            if not one(subject):
                return False
        return True

    return test


def _any(tests: Sequence[Test]) -> Test:
    def test(subject: Subject) -> bool:
        for one in tests:  # noqa: SIM110 - as above
            if one(subject):
                return True
        return False

    return test


def _word(term: Word) -> Test:
    found = term.pattern.inside()
    in_action = _remembering("action", found)
    return lambda subject: in_action(subject) or found(subject.message_id) or found(subject.info)


def _quantity(term: Quantity) -> Test:
    value_of = attrgetter(term.field.attribute)
    units = term.field.units
    wanted = [term.comparison.of_amount(*amount.scaled(units[amount.unit])) for amount in term.amounts]

    def test(subject: Subject) -> bool:
        value = value_of(subject)
        return value is not None and any(one(value) for one in wanted)

    return test


def _member(term: Member) -> Test:
    path, comparison = term.path, term.comparison
    if comparison is None:
        return lambda subject: subject.payload is not None and bool(path.values(subject.payload))
    wanted = [comparison.of_json(pattern) for pattern in term.patterns]

    def test(subject: Subject) -> bool:
        payload = subject.payload
        return payload is not None and any(one(value) for value in path.values(payload) for one in wanted)

    return test


def _remembering(attribute: str, judge: Callable[[str], bool]) -> Test:
    """A test of a text attribute, or of any of a tuple of texts, that judges a value seen before only once."""
    value_of: Callable[[Subject], Any] = attrgetter(attribute)
    verdicts: dict[object, bool] = {}

    def test(subject: Subject) -> bool:
        value = value_of(subject)
        verdict = verdicts.get(value)
        if verdict is not None:
            return verdict
        texts = value if isinstance(value, tuple) else (value,) if value else ()
        verdict = any(judge(text) for text in texts)
        if sum(map(len, texts)) <= LONGEST_REMEMBERED:
            if len(verdicts) >= MOST_REMEMBERED:
                verdicts.clear()
            verdicts[value] = verdict
        return verdict

    return test
