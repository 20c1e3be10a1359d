"""The exchanges with one station in two captures: aligned, then compared one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from ocppscope.protocol.message import CallError, Malformed, Message, parse
from ocppscope.protocol.roles import Direction
from ocppscope.report.diff.alignment import align
from ocppscope.report.diff.comparison import Change, StationPair, Step, ValuePair
from ocppscope.report.diff.names import Names
from ocppscope.report.diff.payloads import SETTINGS_ACTIONS, IdPairs, differences, shown
from ocppscope.report.diff.side import Entry, Talk, Token

_MOST_RECORDS = 20
"""Record numbers named for each kind of exchange."""

_MOST_PLACES = 2_000
_MOST_PAIRS = 500
"""Pairs of values kept for one place; a counter has a new one in each message."""

_MOST_SHOWN = 20

OTHER_PLACES = "$…"
"""Stands for all paths of a message beyond the first thousands."""

_Place: TypeAlias = tuple[Direction, str, str, str]
_Pair: TypeAlias = tuple[_Place, str, str]


def compare_exchanges(pair: StationPair, a: Talk, b: Talk, names: Names, *, whole: bool) -> "Changes":
    """Fill in which exchanges both have, and find out what changed in them.

    Args:
        pair: the stations.
        a: what was said with the first.
        b: what was said with the second.
        names: learns names; once they are all known, `Changes.tell` can say what differs beside them.
        whole: nothing was left out while reading.
    """
    pair.entries_a, pair.entries_b = a.counts.total(), b.counts.total()
    numbers: dict[Token, int] = {}
    first, second = ([numbers.setdefault(entry.token, len(numbers)) for entry in talk.entries] for talk in (a, b))
    found = align(first, second)
    pair.aligned = len(found.pairs)
    pair.shortest, pair.complete = found.shortest, whole and found.until == (len(a.entries), len(b.entries))
    changes = Changes(names)
    for place_a, place_b in found.pairs:
        changes.compare(a.entries[place_a], b.entries[place_b])
    if not pair.complete:
        pair.missing, pair.added = _counted(a.counts, b.counts)
        return changes
    left_a, left_b = (_alone(talk.entries, {places[side] for places in found.pairs}) for side, talk in ((0, a), (1, b)))
    pair.missing, pair.added, pair.moved = _steps(left_a, left_b)
    return changes


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


class Changes:
    """Differences between exchanges that belong together, counted by place and values."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._ids = IdPairs()
        self._pairs: dict[_Place, dict[tuple[str, str], ValuePair]] = {}
        self._raw: dict[_Pair, tuple[Any, Any]] = {}
        self._uncounted: Counter[_Place] = Counter()
        self._exchanges: Counter[tuple[_Pair, ...]] = Counter()  # by the differences that they have

    def compare(self, a: Entry, b: Entry) -> None:
        """Count what differs."""
        direction, action = a.token
        found = self._messages((direction, action, "request"), (a.text, a.number), (b.text, b.number))
        if a.answer != b.answer:
            records = a.answer_number or a.number, b.answer_number or b.number
            found.append(self._add((direction, action, "answer", "$"), a.answer, b.answer, records))
        elif a.answer_number is not None and b.answer_number is not None:
            part = "response" if a.answer == "CALLRESULT" else "error"
            found += self._messages(
                (direction, action, part), (a.answer_text, a.answer_number), (b.answer_text, b.answer_number)
            )
        if found:
            self._exchanges[tuple(dict.fromkeys(found))] += 1

    def tell(self, pair: StationPair) -> None:
        """Fill in what differs in more than names, most frequent first, and in how many exchanges."""
        explained = {key for key, raw in self._raw.items() if self._names.explain(*raw)}
        changes = []
        for place, pairs in self._pairs.items():
            values = [value for key, value in pairs.items() if (place, *key) not in explained]
            if values:
                values.sort(key=lambda value: -value.count)
                count = sum(value.count for value in values) + self._uncounted[place]
                changes.append(Change(*place, count, values[:_MOST_SHOWN]))
        pair.changes = sorted(changes, key=lambda change: -change.count)
        pair.changed = sum(count for keys, count in self._exchanges.items() if not explained.issuperset(keys))

    def _messages(
        self, where: tuple[Direction, str, str], a: tuple[str | None, int], b: tuple[str | None, int]
    ) -> "list[_Pair]":
        (text_a, number_a), (text_b, number_b) = a, b
        if text_a is None or text_b is None:
            return []
        if text_a == text_b:
            self._ids.same(text_a)
            return []
        found = differences(where[1], _content(parse(text_a)), _content(parse(text_b)), self._ids)
        if found or where[1] in SETTINGS_ACTIONS:
            self._names.pair_in(text_a, text_b)
        return [self._add((*where, path), one, other, (number_a, number_b)) for path, one, other in found]

    def _add(self, place: _Place, a: Any, b: Any, records: tuple[int, int]) -> "_Pair":
        if place not in self._pairs and len(self._pairs) >= _MOST_PLACES:
            place = (*place[:3], OTHER_PLACES)
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
        return place, *key


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
