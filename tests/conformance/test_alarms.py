"""Rules that want to be asked again: in order, once, not for ever."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from made_rules import HEARTBEAT, MadeRule, inspected_by, made, told

from ocppscope.conformance.alarms import MOST_ALARMS, Alarm, Alarms
from ocppscope.conformance.event import CallSeen, Scene, TimeUp
from ocppscope.conformance.rule import AskLater, Verdict
from ocppscope.model.connection import Connection, Station

TIME = datetime(2026, 1, 1, tzinfo=UTC)
RULE = made("TXN-901")


def alarm(due: int, key: object = "", station: str = "CS-1", rule: MadeRule = RULE) -> Alarm:
    scene = Scene(Station(station), Connection(1, station, TIME, 0), 1, TIME, 0, settled=True)
    return Alarm(due, rule, scene, str(key), due, None, None)


def notes(alarms: Alarms, now: int) -> list[int]:
    return [alarm.note for alarm in alarms.due(now)]


def test_what_is_due_comes_in_order_of_time_and_once() -> None:
    alarms = Alarms()
    for due in (30, 10, 20, 40):
        alarms.set(alarm(due, key=due))

    assert alarms.next == 10
    assert notes(alarms, 9) == []
    assert notes(alarms, 30) == [10, 20, 30]
    assert notes(alarms, 30) == []
    assert alarms.next == 40


def test_a_later_one_of_the_same_station_rule_and_key_takes_the_place() -> None:
    alarms = Alarms()
    alarms.set(alarm(10))
    alarms.set(alarm(20))
    alarms.set(alarm(12, station="CS-2"))
    alarms.set(alarm(13, rule=made("TXN-902")))
    alarms.set(alarm(14, key="another"))

    assert notes(alarms, 100) == [12, 13, 14, 20]


def test_an_earlier_time_in_place_of_a_later_one_counts() -> None:
    alarms = Alarms()
    alarms.set(alarm(20))
    alarms.set(alarm(10))

    assert notes(alarms, 100) == [10]


def test_of_too_many_of_a_station_the_oldest_is_forgotten() -> None:
    alarms = Alarms()
    alarms.set(alarm(1, station="CS-2"))
    for number in range(MOST_ALARMS + 3):
        alarms.set(alarm(1_000 - number, key=number))

    due = notes(alarms, 10_000)
    assert len(due) == MOST_ALARMS + 1
    assert not {1_000, 999, 998} & set(due)


def test_alarms_that_are_replaced_for_ever_take_bounded_space() -> None:
    alarms = Alarms()
    for number in range(5_000):
        alarms.set(alarm(number))

    assert len(alarms._heap) <= 1_001
    assert notes(alarms, 10**9) == [4_999]


def test_what_is_set_while_others_are_due_comes_in_its_turn() -> None:
    alarms = Alarms()
    alarms.set(alarm(10, key="a"))
    alarms.set(alarm(30, key="b"))
    seen = []
    for due in alarms.due(100):
        seen.append(due.note)
        if due.note == 10:
            alarms.set(alarm(20, key="c"))

    assert seen == [10, 20, 30]


def test_a_forgotten_station_is_asked_nothing_more() -> None:
    alarms = Alarms()
    alarms.set(alarm(10))
    alarms.set(alarm(20, station="CS-2"))
    alarms.forget("CS-1")
    assert notes(alarms, 100) == [20]

    alarms.set(alarm(30))
    alarms.forget_all()
    assert alarms.next is None
    assert notes(alarms, 100) == []


class Patient(MadeRule):
    """Asks again 5 s after each Heartbeat; speaks then, and asks once more."""

    on = (CallSeen, TimeUp)
    actions = frozenset({"Heartbeat"})

    def check(self, event: Any) -> Iterable[Verdict | AskLater]:
        if isinstance(event, CallSeen):
            return [AskLater(5, note=event.scene.number)]
        said = Verdict(f"{event.note} {event.scene.time:%H:%M:%S.%f} {event.action} {event.message_id}")
        return [said] if event.key == "again" else [said, AskLater(5, "again", event.note)]


def test_a_rule_is_asked_again_at_its_time_with_its_note(monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = inspected_by(monkeypatch, [made("TXN-901", Patient)])
    script = '> [2,"7","Heartbeat",{}]\n< [3,"7",{"currentTime":"2026-01-01T00:00:00Z"}]\n+60\n'

    found = list(told(inspector, script))

    # Lines are 0.1 s apart, the first is the connection's; asked 5 s and 10 s after the Heartbeat at 0.1 s.
    assert [finding.evidence for finding in found] == [
        "3 00:00:05.100000 Heartbeat 7",
        "3 00:00:10.100000 Heartbeat 7",
    ]
    assert [finding.time.second for finding in found] == [5, 10]


def test_a_rule_is_asked_although_the_connection_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = inspected_by(monkeypatch, [made("TXN-901", Patient)])

    assert len(list(told(inspector, HEARTBEAT + "drop\n+60"))) == 2


def test_nothing_is_asked_of_the_time_before_a_gap_or_another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = inspected_by(monkeypatch, [made("TXN-901", Patient)])
    assert list(told(inspector, HEARTBEAT)) == []

    inspector.next_capture()
    assert inspector.advance(10**12) == ()


def test_time_may_pass_without_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = inspected_by(monkeypatch, [made("TXN-901", Patient)])
    list(told(inspector, HEARTBEAT))

    assert inspector.advance(4_000_000_000) == ()
    assert len(inspector.advance(60_000_000_000)) == 2
    assert inspector.advance(120_000_000_000) == ()
