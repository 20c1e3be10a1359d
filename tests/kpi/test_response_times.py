"""Response times by answering party and action."""

from ocppscope.kpi.response_times import ResponseTimes
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.protocol.roles import Direction, Role


def answered(action: str, latency: float, limit: float | None = None, station: str = "CS-1") -> Exchange:
    return Exchange(1, station, "1", action, Direction.TO_STATION, 1, 0, Outcome.RESULT, 2, latency, None, limit)


def test_the_party_that_answers_is_the_one_that_is_timed() -> None:
    times = ResponseTimes()
    times.add(answered("Reset", 0.5))
    (row,) = times.rows()
    assert (row.dut, row.action, row.distribution.n) == (Role.STATION, "Reset", 1)


def test_the_row_closest_to_its_own_limit_comes_first() -> None:
    times = ResponseTimes()
    times.add(answered("Reset", 5.0, limit=60))
    times.add(answered("ClearCache", 1.0, limit=1.5))
    times.add(answered("GetLog", 30.0))
    assert [row.action for row in times.rows()] == ["ClearCache", "Reset", "GetLog"]


def test_each_station_has_rows_of_its_own_beside_those_of_all() -> None:
    times = ResponseTimes()
    times.add(answered("Reset", 1.0, station="A"))
    times.add(answered("Reset", 3.0, station="B"))
    assert [row.distribution.max for row in times.rows("A")] == [1.0]
    assert [row.distribution.n for row in times.rows()] == [2]
    times.forget("A")
    assert times.rows("A") == []
    assert times.rows()[0].distribution.n == 2


def test_only_answers_beyond_the_limit_count_as_over_it() -> None:
    times = ResponseTimes()
    for latency in (1.9, 2.0, 2.1):
        times.add(answered("Reset", latency, limit=2.0))
    assert times.rows()[0].over_limit == 1


def test_a_call_that_never_came_back_puts_its_row_first_until_it_does() -> None:
    times = ResponseTimes()
    times.add(answered("ClearCache", 1.4, limit=1.5))
    open_call = answered("Reset", 0.1, limit=60)
    times.add(open_call)
    times.timed_out(open_call)
    assert [row.action for row in times.rows()] == ["Reset", "ClearCache"]
    times.timed_out(open_call, -1)
    assert [row.action for row in times.rows()] == ["ClearCache", "Reset"]
