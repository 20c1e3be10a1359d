"""Two payloads of the same action: what differs in them, by JSON path, leaving out what differs in any two runs."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import msgspec

MISSING = "–"
"""Stands for a value that is not there."""

LONGEST = 200
"""Characters of a value that is shown."""

_MOST = 200
"""Differences of one payload that are told."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.{0,20}", re.DOTALL)

IDS = frozenset({"transactionId", "requestId", "reservationId", "remoteStartId"})
"""Members that are made up anew in each run: only whether the same ones belong together is compared."""

_ID = re.compile(rf'"({"|".join(sorted(IDS))})"\s*+:\s*+("[^"\\]{{0,60}}"|-?[0-9]{{1,18}}(?![0-9.eE]))')

_COUNTERS = frozenset({"seqNo", "meterStart", "meterStop", "totalCost", "timeSpentCharging"})
"""Members whose number says when something happened, not what."""

_SAMPLES = frozenset({"meterValue", "transactionData"})
_TOLD_ELSEWHERE = {
    ("GetConfiguration", "configurationKey"), ("GetVariables", "getVariableResult"), ("NotifyReport", "reportData"),
}  # fmt: skip
"""Lists of settings, which are compared as settings."""

SETTINGS_ACTIONS = frozenset(action for action, _ in _TOLD_ELSEWHERE)


class Difference(NamedTuple):
    """One place.

    Attributes:
        path: JSON path with ``[]`` for every index.
        a, b: the values as they stand there; `ABSENT` for none.
    """

    path: str
    a: Any
    b: Any


class Absent:
    """No value."""


ABSENT = Absent()


def shown(value: Any) -> str:
    """A value as JSON text, cut."""
    if value is ABSENT:
        return MISSING
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class IdPairs:
    """Which id of one capture stands for which of the other."""

    def __init__(self) -> None:
        self._forth: dict[tuple[str, Any], Any] = {}
        self._back: dict[tuple[str, Any], Any] = {}

    def same(self, text: str) -> None:
        """Take in the ids of a message that is the same in both captures, to the letter."""
        for name, value in _ID.findall(text):
            identity = value[1:-1] if value[0] == '"' else int(value)
            self.agree(name, identity, identity)

    def agree(self, name: str, a: Any, b: Any) -> bool:
        """Whether both may be the same; pairs them where neither was seen before."""
        if type(a) is not type(b) or isinstance(a, dict | list):
            return bool(a == b)
        if a == b and (name, a) not in self._forth and (name, b) not in self._back:
            self._forth[name, a], self._back[name, b] = b, a
            return True
        known_a, known_b = self._forth.get((name, a), ABSENT), self._back.get((name, b), ABSENT)
        if known_a is ABSENT or known_b is ABSENT:
            # One that only one capture has met another one: an exchange too few or too many, which is told by itself.
            self._forth[name, a], self._back[name, b] = b, a
            return True
        return bool(known_a == b)


def differences(action: str, a: dict[str, Any], b: dict[str, Any], ids: IdPairs) -> list[Difference]:
    """What differs, in the order of the first payload, at most some hundreds."""
    return list(islice(_Walk(action, ids).members("$", a, b), _MOST))


class _Walk:
    """Two payloads of one action, member by member. Messages are at most a hundred levels deep, so recursion is safe."""

    def __init__(self, action: str, ids: IdPairs) -> None:
        self._action = action
        self._ids = ids

    def members(self, path: str, a: dict[str, Any], b: dict[str, Any]) -> Iterator[Difference]:
        """What differs between two objects."""
        for name in [*a, *(name for name in b if name not in a)]:
            if (self._action, name) not in _TOLD_ELSEWHERE:
                yield from self._value(f"{path}.{name}", name, a.get(name, ABSENT), b.get(name, ABSENT))

    def _value(self, path: str, name: str, a: Any, b: Any) -> Iterator[Difference]:
        if a is ABSENT or b is ABSENT:
            yield Difference(path, a, b)
        elif name in _SAMPLES and isinstance(a, list) and isinstance(b, list):
            yield from _samples(path, a, b)
        elif isinstance(a, dict) and isinstance(b, dict):
            yield from self.members(path, a, b)
        elif isinstance(a, list) and isinstance(b, list):
            if len(a) != len(b):
                yield Difference(f"{path}.length", len(a), len(b))
            for one, other in zip(a, b, strict=False):
                yield from self._value(f"{path}[]", name, one, other)
        elif name in IDS:
            if not self._ids.agree(name, a, b):
                yield Difference(path, a, b)
        elif not _same(name, a, b):
            yield Difference(path, a, b)


def _same(name: str, a: Any, b: Any) -> bool:
    if type(a) is type(b) and a == b:
        return True
    if isinstance(a, str) and isinstance(b, str):
        return bool(_TIME.fullmatch(a) and _TIME.fullmatch(b))
    return name in _COUNTERS and type(a) is type(b)


def _samples(path: str, a: list[Any], b: list[Any]) -> Iterator[Difference]:
    """Readings differ in any two runs: what is compared is which there are, and whether they are numbers."""
    shapes_a, shapes_b = _shapes(a), _shapes(b)
    for shape in [*shapes_a, *(shape for shape in shapes_b if shape not in shapes_a)]:
        one, other = shapes_a.get(shape, ABSENT), shapes_b.get(shape, ABSENT)
        if one != other:
            yield Difference(f"{path}[{shape}]", one, other)


def _shapes(values: list[Any]) -> dict[str, str]:
    """Each kind of reading, ``Power.Active.Import L1 (W)``, with the kind of its value."""
    found: dict[str, str] = {}
    for value in values:
        if not isinstance(value, dict):
            found["?"] = type(value).__name__
            continue
        rows = value.get("sampledValue")
        for row in rows if isinstance(rows, list) else [rows]:
            if isinstance(row, dict):
                found[_reading(row)] = _kind(row.get("value"))
            else:
                found["?"] = type(row).__name__
    return found


def _reading(row: dict[str, Any]) -> str:
    unit = row.get("unit")
    unit_of_measure = row.get("unitOfMeasure")
    if unit is None and isinstance(unit_of_measure, dict):
        unit = unit_of_measure.get("unit")
    words = [
        row.get("measurand") or "Energy.Active.Import.Register",
        row.get("phase"),
        row.get("location"),
        row.get("context"),
    ]
    named = " ".join(str(word)[:60] for word in words if word is not None)
    return f"{named} ({str(unit)[:30]})" if unit is not None else named


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return (
            "a number as text"
            if re.fullmatch(r"\s*[-+]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][-+]?[0-9]{1,3})?\s*", value)
            else "text"
        )
    return {int: "a number", float: "a number"}.get(type(value), type(value).__name__)
