"""The exchanges with one station in two captures: aligned, then compared one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from ocppscope.protocol.message import CallError, Malformed, Message, parse
from ocppscope.protocol.roles import Direction
from ocppscope.report.diff.alignment import align
from ocppscope.report.diff.comparison import Change, StationPair, Step, ValuePair
from ocppscope.report.diff.names import Names
from ocppscope.report.diff.payloads import IdPairs, differences, shown
from ocppscope.report.diff.side import Entry, Talk, Token

_MOST_RECORDS = 20
"""Record numbers named for each kind of exchange."""

_MOST_PLACES = 2_000
_MOST_PAIRS = 500
"""Pairs of values kept for one place; a counter has a new one in each message."""

_MOST_SHOWN = 20

_Place: TypeAlias = tuple[Direction, str, str, str]


def compare_exchanges(pair: StationPair, a: Talk, b: Talk, names: Names, ids: IdPairs, *, whole: bool) -> None:
    """Fill in what differs of the exchanges; ``whole``: nothing was left out while reading."""
    pair.entries_a, pair.entries_b = a.counts.total(), b.counts.total()
    numbers: dict[Token, int] = {}
    first, second = ([numbers.setdefault(entry.token, len(numbers)) for entry in talk.entries] for talk in (a, b))
    found = align(first, second)
    pair.aligned = len(found.pairs)
    pair.shortest, pair.complete = found.shortest, whole and found.until == (len(a.entries), len(b.entries))
    changes = _Changes(names, ids)
    for place_a, place_b in found.pairs:
        pair.changed += changes.compare(a.entries[place_a], b.entries[place_b])
    pair.changes = changes.listed()
    if pair.changed and not pair.changes:
        pair.changed = 0  # names only
    if not pair.complete:
        pair.missing, pair.added = _counted(a.counts, b.counts)
        return
    left_a, left_b = (_alone(talk.entries, {places[side] for places in found.pairs}) for side, talk in ((0, a), (1, b)))
    pair.missing, pair.added, pair.moved = _steps(left_a, left_b)


def _alone(entries: Sequence[Entry], aligned: set[int]) -> dict[Token, list[Entry]]:
    alone: dict[Token, list[Entry]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if place not in aligned:
            alone[entry.token].append(entry)
    return alone


def _steps(a: dict[Token, list[Entry]], b: dict[Token, list[Entry]]) -> tuple[list[Step], list[Step], list[Step]]:
    """What is only in a, only in b, and in both but in another order."""
    missing, added, moved = [], [], []
    for token in [*a, *(token for token in b if token not in a)]:
        ours, theirs = a.get(token, []), b.get(token, [])
        both = min(len(ours), len(theirs))
        if both:
            moved.append(Step(*token, both, _records(ours[:both]), _records(theirs[:both])))
        if len(ours) > both:
            missing.append(Step(*token, len(ours) - both, _records(ours[both:])))
        if len(theirs) > both:
            added.append(Step(*token, len(theirs) - both, _records(theirs[both:])))
    return missing, added, moved


def _records(entries: Iterable[Entry]) -> list[int]:
    return [entry.number for entry in entries][:_MOST_RECORDS]


def _counted(a: Counter[Token], b: Counter[Token]) -> tuple[list[Step], list[Step]]:
    return (
        [Step(*token, count) for token, count in (a - b).items()],
        [Step(*token, count) for token, count in (b - a).items()],
    )


class _Changes:
    """Differences between exchanges that belong together, counted by place and values."""

    def __init__(self, names: Names, ids: IdPairs) -> None:
        self._names = names
        self._ids = ids
        self._pairs: dict[_Place, dict[tuple[str, str], ValuePair]] = {}
        self._raw: dict[tuple[_Place, str, str], tuple[Any, Any]] = {}
        self._uncounted: Counter[_Place] = Counter()

    def compare(self, a: Entry, b: Entry) -> bool:
        """Count what differs; whether anything does."""
        direction, action = a.token
        found = self._messages(direction, action, "request", (a.text, a.number), (b.text, b.number))
        if a.answer != b.answer:
            self._add(
                (direction, action, "answer", "$"),
                a.answer,
                b.answer,
                (a.answer_number or a.number, b.answer_number or b.number),
            )
            return True
        if a.answer_number is not None and b.answer_number is not None:
            part = "response" if a.answer == "CALLRESULT" else "error"
            found |= self._messages(
                direction, action, part, (a.answer_text, a.answer_number), (b.answer_text, b.answer_number)
            )
        return found

    def listed(self) -> list[Change]:
        """What differs in more than names, most frequent first."""
        changes = []
        for place, pairs in self._pairs.items():
            values = [pair for key, pair in pairs.items() if not self._names.explain(*self._raw[place, *key])]
            uncounted = self._uncounted[place] if values else 0
            if values:
                values.sort(key=lambda pair: -pair.count)
                count = sum(pair.count for pair in values) + uncounted
                changes.append(Change(*place, count, values[:_MOST_SHOWN]))
        return sorted(changes, key=lambda change: -change.count)

    def _messages(
        self, direction: Direction, action: str, part: str, a: tuple[str | None, int], b: tuple[str | None, int]
    ) -> bool:
        (text_a, number_a), (text_b, number_b) = a, b
        if text_a == text_b or text_a is None or text_b is None:
            return False
        one, other = parse(text_a), parse(text_b)
        found = differences(action, _content(one), _content(other), self._ids)
        if not found:
            return False
        self._names.pair_in(text_a, text_b)
        for path, value_a, value_b in found:
            self._add((direction, action, part, path), value_a, value_b, (number_a, number_b))
        return True

    def _add(self, place: _Place, a: Any, b: Any, records: tuple[int, int]) -> None:
        if place not in self._pairs and len(self._pairs) >= _MOST_PLACES:
            return
        pairs = self._pairs.setdefault(place, {})
        key = shown(a), shown(b)
        known = pairs.get(key)
        if known is not None:
            known.count += 1
        elif len(pairs) < _MOST_PAIRS:
            pairs[key] = ValuePair(*key, 1, records)
            self._raw[place, *key] = a, b
        else:
            self._uncounted[place] += 1


def _content(message: Message) -> dict[str, Any]:
    """What is compared of a message, as if it were a payload."""
    if isinstance(message, Malformed):
        return {"reason": message.reason.partition(" at ")[0]}
    if isinstance(message, CallError):
        return {
            "errorCode": message.error_code,
            "errorDescription": message.error_description,
            "errorDetails": message.error_details,
        }
    content: dict[str, Any] = getattr(message, "payload", {})
    return content
