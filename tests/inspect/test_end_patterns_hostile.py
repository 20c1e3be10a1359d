"""A peer that reconnects for ever, each time with another action and close code, costs memory and time in proportion."""

from datetime import UTC, datetime, timedelta

from ocppscope.inspect.autopsy import autopsies
from ocppscope.inspect.last_words import MOST_OPEN, MOST_RECENT, LastWords
from ocppscope.model.connection import Connection
from ocppscope.protocol.correlator import Pending
from ocppscope.protocol.message import Call
from ocppscope.protocol.roles import Direction

START = datetime(2026, 3, 1, tzinfo=UTC)


def ended(number: int) -> Connection:
    """One that lasted some odd time and ended right after an action that nobody else sends."""
    words = LastWords()
    begun, over = number * 100, number * 100 + number % 37 + 5
    words.frame(Direction.TO_CSMS, "CALL", f"Action{number}", number, (over - 1) * 1_000_000_000)
    words.closing(over * 1_000_000_000)
    connection = Connection(number, "CS-1", START + timedelta(seconds=begun), begun * 1_000_000_000)
    connection.ended = START + timedelta(seconds=over)
    connection.closed_by = ("station", "csms")[number % 2]
    connection.close_code = 1000 + number
    connection.how = "closed"
    connection.parting = words.parting(number, over * 1_000_000_000, None, ())
    return connection


def test_thousands_of_ends_that_have_nothing_in_common_give_no_pattern() -> None:
    found = autopsies(ended(number) for number in range(4000))
    assert len(found) == 4000
    assert {one.pattern for one in found} == {None}


def test_what_is_kept_of_a_talkative_connection_is_bounded() -> None:
    words = LastWords()
    for number in range(10_000):
        words.frame(Direction.TO_CSMS, "CALL", f"{number}{'x' * 1000}", number, number)
    pending = [
        Pending(Call(str(number), "y" * 1000, {}), Direction.TO_STATION, number, number, number)
        for number in range(1000)
    ]
    parting = words.parting(1, 10_000, None, pending)
    assert (len(parting.recent), len(parting.open)) == (MOST_RECENT, MOST_OPEN)
    assert max(len(call.action) for call in (*parting.recent, *parting.open)) <= 60
    assert parting.frames[Direction.TO_CSMS].number == 9_999
