"""What may come next while a filter is typed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from ocppscope.filters.fields import AMOUNT_FIELDS, FLAGS, TEXT_FIELDS
from ocppscope.filters.parser import MAX_LENGTH
from ocppscope.filters.pattern import Pattern

MOST_OFFERED = 50
"""More than a list beside an input field can show."""

_WORD = re.compile(r"[^\s()]*$")
_FIELD_VALUE = re.compile(r"([A-Za-z]+)(?::|!?=)((?:[^|]*\|)*)")
_PLAIN = re.compile(r"""[^\s()|"'!$:=<>?*]+""")


def word_start(text: str, cursor: int) -> int:
    """Where the part begins that a completion replaces: it reaches up to the cursor."""
    return _split(text, cursor)[0]


def complete(text: str, cursor: int, values: Mapping[str, Sequence[str]]) -> list[str]:
    """What can stand in place of the part before the cursor.

    Args:
        text: the filter as typed so far; it need not be valid.
        cursor: index into the text.
        values: known values by field name (``action``, ``station``, ``rule``, …) and JSON paths under ``$``. Fields with
            a fixed set of values (``dir``, ``type``, ``sev``) need none.

    Returns:
        Replacements for ``text[word_start(text, cursor):cursor]``: those that begin with it before those that only
        contain it, at most `MOST_OFFERED`.
    """
    start, field = _split(text, cursor)
    typed = text[start:cursor].lower()
    if field is None:
        words = _paths(values) if typed.startswith("$") else _words(values)
    else:
        known = TEXT_FIELDS[field].choices or values.get(field, ())
        words = (_written(value) for value in known)
        typed = typed.lstrip("\"'")
    return list(islice(_fitting(typed, words), MOST_OFFERED))


def _split(text: str, cursor: int) -> tuple[int, str | None]:
    """Start of the part being typed, and the field whose value it is."""
    cursor = max(0, min(cursor, len(text)))
    before = text[max(0, cursor - MAX_LENGTH) : cursor]
    found = _WORD.search(before)
    word = found[0] if found else ""
    start = cursor - len(word)
    bare = word.lstrip("!")
    start += len(word) - len(bare)
    value = _FIELD_VALUE.match(bare)
    if value is not None and value[1].lower() in TEXT_FIELDS:
        return start + value.end(), value[1].lower()
    bar = bare.rfind("|") + 1
    tail = bare[bar:]
    plain = tail.lstrip("!")
    return start + bar + len(tail) - len(plain), None


def _words(values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from (f"{name}:" for name in TEXT_FIELDS)
    yield from (f"{name}>" for name in AMOUNT_FIELDS)
    yield from FLAGS
    yield from values.get("action", ())


def _paths(values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from values.get("$", ())


def _written(value: str) -> str:
    return value if value == "?" or _PLAIN.fullmatch(value) else str(Pattern(value, quoted=True))


def _fitting(typed: str, words: Iterable[str]) -> Iterator[str]:
    known = list(dict.fromkeys(words))
    starting = [word for word in known if word.lower().lstrip('"').startswith(typed)]
    yield from starting
    if typed:
        yield from (word for word in known if typed in word.lower() and word not in set(starting))
