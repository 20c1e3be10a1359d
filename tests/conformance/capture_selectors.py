"""Which record a fault is made of, by what it is.

Those that pick one of several take the first, unless they are told another number, or `ANY`: then the seed decides.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from capture_records import Select, answer_of, is_call

from ocppscope.capture.record import Ended, Opened, Record

ANY = None


def call(action: str, n: int | None = 0, *, conn: int | None = None, **members: Any) -> Select:
    """The ``n``-th CALL of this action whose payload has these members, perhaps on one connection only."""

    def select(records: Sequence[Record], random: Random) -> int:
        places = [
            place
            for place, record in enumerate(records)
            if is_call(record, action, members) and conn in (None, getattr(record, "conn", None))
        ]
        assert places, f"no {action} with {members}"
        return random.choice(places) if n is ANY else places[n]

    return select


def answer(action: str, n: int | None = 0, *, conn: int | None = None, **members: Any) -> Select:
    """The answer to that CALL."""
    asked = call(action, n, conn=conn, **members)

    def select(records: Sequence[Record], random: Random) -> int:
        return answer_of(records, asked(records, random))

    return select


def kind(of: type[Record], n: int | None = 0) -> Select:
    """The ``n``-th record of a kind, whatever the connection."""

    def select(records: Sequence[Record], random: Random) -> int:
        places = [place for place, record in enumerate(records) if isinstance(record, of)]
        return random.choice(places) if n is ANY else places[n]

    return select


def opened(n: int | None = 0) -> Select:
    """The beginning of the ``n``-th connection."""
    return kind(Opened, n)


def ended(n: int | None = 0) -> Select:
    """The end of the ``n``-th connection that ends."""
    return kind(Ended, n)


def at(place: int) -> Select:
    """That place."""
    return lambda _records, _random: place
