"""Which response answers which CALL."""

import tracemalloc
from typing import Any

import pytest

from ocppscope.protocol.correlator import MAX_PENDING, REMEMBERED_IDS, Correlator
from ocppscope.protocol.message import Call, MessageId
from ocppscope.protocol.roles import Direction

UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION


def call(message_id: MessageId, action: str = "Heartbeat", **payload: Any) -> Call:
    return Call(message_id, action, payload)


def test_a_response_the_other_way_answers_the_call() -> None:
    correlator = Correlator()
    opened = correlator.call(UP, call("1"), number=5, since=100, delay=7)
    assert (opened.pending.number, opened.pending.since, opened.pending.first, opened.pending.delay) == (5, 100, 100, 7)
    assert opened.pending.direction is UP
    assert (opened.earlier, opened.retry, opened.reconnected, opened.outstanding, opened.dropped) == (
        None, False, False, None, (),
    )  # fmt: skip
    closed = correlator.response(DOWN, "1")
    assert closed.pending is opened.pending
    assert len(correlator) == 0


def test_a_response_in_the_direction_of_the_call_answers_nothing() -> None:
    correlator = Correlator()
    correlator.call(UP, call("1"), 1, 0)
    assert correlator.response(UP, "1").pending is None
    assert len(correlator) == 1


def test_the_same_id_may_be_open_both_ways() -> None:
    correlator = Correlator()
    up = correlator.call(UP, call("1", "Heartbeat"), 1, 0).pending
    down = correlator.call(DOWN, call("1", "Reset", type="Soft"), 2, 0)
    assert (down.earlier, down.outstanding) == (None, None)
    assert correlator.response(UP, "1").pending is down.pending
    assert correlator.response(DOWN, "1").pending is up


def test_responses_may_come_in_any_order() -> None:
    correlator = Correlator()
    opened = [correlator.call(UP, call(str(number)), number, number).pending for number in range(3)]
    for number in (1, 2, 0):
        assert correlator.response(DOWN, str(number)).pending is opened[number]


def test_a_call_while_another_is_open_names_the_oldest() -> None:
    correlator = Correlator()
    first = correlator.call(UP, call("1"), 1, 0).pending
    correlator.call(UP, call("2"), 2, 0)
    assert correlator.call(UP, call("3"), 3, 0).outstanding is first
    correlator.response(DOWN, "1")
    outstanding = correlator.call(UP, call("4"), 4, 0).outstanding
    assert outstanding is not None
    assert outstanding.number == 2


def test_an_orphan_answers_nothing_and_was_never_asked() -> None:
    closed = Correlator().response(DOWN, "77")
    assert (closed.pending, closed.earlier) == (None, None)


def test_a_second_answer_finds_the_use_but_no_open_call() -> None:
    correlator = Correlator()
    correlator.call(UP, call("1"), 9, 0)
    correlator.response(DOWN, "1")
    second = correlator.response(DOWN, "1")
    assert second.pending is None
    assert second.earlier is not None
    assert (second.earlier.number, second.earlier.action, second.earlier.responses) == (9, "Heartbeat", 2)


def test_a_number_and_a_text_are_different_ids() -> None:
    correlator = Correlator()
    number = correlator.call(UP, call(17), 1, 0).pending
    assert correlator.response(DOWN, "17").pending is None
    text = correlator.call(UP, call("17"), 2, 0)
    assert text.earlier is None
    assert correlator.response(DOWN, 17).pending is number
    assert correlator.response(DOWN, "17").pending is text.pending


@pytest.mark.parametrize("answered", [False, True])
def test_a_call_repeated_word_for_word_is_a_retry(*, answered: bool) -> None:
    correlator = Correlator()
    first = correlator.call(UP, call("1", "StartTransaction", connectorId=1, idTag="A"), 1, 100).pending
    if answered:
        correlator.response(DOWN, "1")
    again = correlator.call(UP, call("1", "StartTransaction", idTag="A", connectorId=1), 2, 200)
    assert again.retry
    assert again.earlier is not None
    assert again.earlier.number == 1
    assert again.pending.since == 200
    assert again.pending.first == (200 if answered else 100)
    assert again.pending.copies == (1 if answered else 2)
    assert again.dropped == (() if answered else (first,))
    assert again.outstanding is None
    assert correlator.response(DOWN, "1").pending is again.pending


def test_copies_and_answers_of_a_retried_call_add_up() -> None:
    correlator = Correlator()
    for number in range(4):
        opened = correlator.call(UP, call("1"), number, number * 10)
    assert (opened.pending.copies, opened.pending.first) == (4, 0)
    correlator.response(DOWN, "1")
    used = correlator.response(DOWN, "1").earlier
    assert used is not None
    assert (used.calls, used.responses) == (4, 2)


@pytest.mark.parametrize("other", [call("1", "Heartbeat", extra=1), call("1", "Authorize")])
def test_the_same_id_with_other_content_is_a_reuse(other: Call) -> None:
    correlator = Correlator()
    first = correlator.call(UP, call("1"), 1, 0).pending
    again = correlator.call(UP, other, 2, 50)
    assert not again.retry
    assert again.earlier is not None
    assert again.earlier.number == 1
    assert again.dropped == (first,)
    assert (again.pending.first, again.pending.copies) == (50, 1)
    closed = correlator.response(DOWN, "1")
    assert closed.pending is again.pending
    assert closed.earlier is not None
    assert (closed.earlier.calls, closed.earlier.responses) == (1, 1)


def test_ids_of_the_connection_before_are_remembered_as_used() -> None:
    before = Correlator()
    before.call(UP, call("1", "Heartbeat"), 1, 0)
    before.call(UP, call("2", "Heartbeat"), 2, 0)
    now = Correlator(before)
    assert len(now) == 0
    same = now.call(UP, call("1", "Heartbeat"), 3, 0)
    assert (same.retry, same.reconnected, same.pending.copies) == (True, True, 1)
    other = now.call(UP, call("2", "Authorize"), 4, 0)
    assert (other.retry, other.reconnected) == (False, True)
    assert other.earlier is not None
    assert other.earlier.number == 2
    here = now.call(UP, call("1", "Authorize"), 5, 0)
    assert (here.retry, here.reconnected) == (False, False)
    assert not now.call(DOWN, call("2"), 6, 0).reconnected


def test_a_response_never_answers_a_call_of_the_connection_before() -> None:
    before = Correlator()
    before.call(UP, call("1"), 1, 0)
    closed = Correlator(before).response(DOWN, "1")
    assert (closed.pending, closed.earlier) == (None, None)


def test_ids_are_forgotten_two_connections_later() -> None:
    first = Correlator()
    first.call(UP, call("1"), 1, 0)
    third = Correlator(Correlator(first))
    assert third.call(UP, call("1"), 2, 0).earlier is None


def test_a_flood_of_unanswered_calls_drops_the_oldest() -> None:
    correlator = Correlator()
    for number in range(MAX_PENDING):
        assert correlator.call(UP, call(f"{number}"), number, number).dropped == ()
    overflowing = correlator.call(UP, call("new"), MAX_PENDING, 0)
    assert [dropped.number for dropped in overflowing.dropped] == [0]
    assert len(correlator) == MAX_PENDING
    assert correlator.response(DOWN, "0").pending is None
    correlator.call(DOWN, call("0"), 0, 0)
    assert len(correlator) == MAX_PENDING + 1


def test_used_ids_are_remembered_up_to_a_bound() -> None:
    correlator = Correlator()
    for number in range(REMEMBERED_IDS + 1):
        correlator.call(UP, call(f"{number}"), number, 0)
        correlator.response(DOWN, f"{number}")
    assert not correlator.was_called(UP, "0")
    assert correlator.was_called(UP, "1")
    assert not correlator.was_called(DOWN, "1")
    assert correlator.call(UP, call("0"), 0, 0).earlier is None


def test_using_an_id_again_keeps_it_remembered() -> None:
    correlator = Correlator()
    correlator.call(UP, call("kept"), 0, 0)
    for number in range(REMEMBERED_IDS - 1):
        correlator.call(UP, call(f"{number}"), number, 0)
    correlator.call(UP, call("kept"), 1, 0)
    correlator.call(UP, call("one more"), 2, 0)
    assert correlator.was_called(UP, "kept")
    assert not correlator.was_called(UP, "0")


def test_open_calls_are_listed_oldest_first_for_each_direction() -> None:
    correlator = Correlator()
    correlator.call(DOWN, call("a"), 1, 0)
    correlator.call(UP, call("b"), 2, 0)
    correlator.call(UP, call("c"), 3, 0)
    assert [pending.call.message_id for pending in correlator.pending] == ["b", "c", "a"]
    newest = correlator.newest(UP)
    assert newest is not None
    assert newest.number == 3
    correlator.response(UP, "a")
    assert correlator.newest(DOWN) is None


@pytest.mark.parametrize("payload", [{"a": 10**400}, {"a": [[[]]] * 1000}, {"": {"\u202e": None}}, {"a": 1.5e308}])
def test_any_payload_that_parses_can_be_compared(payload: dict[str, Any]) -> None:
    correlator = Correlator()
    correlator.call(UP, Call("1", "X", payload), 1, 0)
    assert correlator.call(UP, Call("1", "X", payload), 2, 0).retry


def test_monstrous_ids_pair_but_are_not_kept() -> None:
    correlator = Correlator()
    giants = [f"{'x' * 1_000_000}{number}" for number in range(3)]
    for number, giant in enumerate(giants):
        correlator.call(UP, call(giant), number, 0)
    for number, giant in enumerate(giants):
        closed = correlator.response(DOWN, giant)
        assert closed.pending is not None
        assert closed.pending.number == number
        assert closed.earlier is not None
        assert closed.earlier.number == number
    assert correlator.was_called(UP, giants[0])
    assert not correlator.was_called(UP, "x" * 1_000_000)


def test_answered_calls_with_monstrous_ids_leave_no_megabytes_behind() -> None:
    correlator = Correlator()
    tracemalloc.start()
    try:
        for number in range(20):
            giant = f"{'x' * 1_000_000}{number}"
            correlator.call(UP, call(giant), number, 0)
            correlator.response(DOWN, giant)
        del giant
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000


def test_a_large_open_call_is_waited_for_without_its_payload() -> None:
    correlator = Correlator()
    large = Call("1", "DataTransfer", {"data": "x" * 10_000})
    opened = correlator.call(Direction.TO_CSMS, large, 1, 0, size=10_050)
    assert opened.pending.call == Call("1", "DataTransfer", {})
    again = correlator.call(Direction.TO_CSMS, large, 2, 5, size=10_050)
    assert again.retry, "it is still told from another CALL by all of its content"
