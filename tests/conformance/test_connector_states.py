"""What is remembered of each connector."""

import pytest

from ocppscope.conformance.example import records_of
from ocppscope.conformance.example_exchanges import boot_v16, status_v2x, status_v16
from ocppscope.conformance.memories import connector_states
from ocppscope.conformance.memories.connector_states import RING, ConnectorStates
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.version import OcppVersion

STATION = "CS-EXAMPLE"


def states_after(script: str, version: OcppVersion = OcppVersion.V16) -> ConnectorStates:
    inspector = Inspector()
    for record in records_of(Example("made up", script, version)):
        inspector.observe(record)
    return inspector._memories[STATION].recall(ConnectorStates)


def test_a_status_knows_the_one_before_it() -> None:
    state = states_after(status_v16(1, "Available") + status_v16(1, "Charging", 5)).get(1)

    assert state is not None
    assert (state.status, state.before, state.at) == ("Charging", "Available", 5_200_000_000)


def test_a_repetition_keeps_since_when_it_lasts_but_takes_the_new_error() -> None:
    state = states_after(status_v16(1, "Charging") + status_v16(1, "Charging", 9, id_="x", errorCode="WeakSignal")).get(
        "1"
    )

    assert state is not None
    assert (state.error, state.at) == ("WeakSignal", 100_000_000)


def test_a_boot_makes_what_was_reported_before_it_stale() -> None:
    states = states_after(
        status_v16(1, "Charging") + status_v16(2, "Charging") + boot_v16() + status_v16(1, "Available")
    )

    first, second = states.get(1), states.get(2)
    assert first is not None
    assert second is not None
    assert (first.fresh, first.before) == (True, None)
    assert (second.fresh, second.status) == (False, "Charging")
    assert states.booted


def test_the_status_before_a_fault_is_kept_through_it() -> None:
    state = states_after(status_v16(1, "Charging") + status_v16(1, "Faulted") + status_v16(1, "Available")).get(1)

    assert state is not None
    assert (state.before, state.before_fault) == ("Faulted", "Charging")


def test_a_reconnect_shows_in_the_connection_of_the_latest_report() -> None:
    script = status_v16(1, "Charging") + "reconnect\n"
    state, repeated = states_after(script).get(1), states_after(script + status_v16(1, "Charging", id_="x")).get(1)

    assert state is not None
    assert repeated is not None
    assert (state.connection, repeated.connection) == (1, 2)


def test_once_free_is_remembered_through_a_charge() -> None:
    states = states_after(status_v16(1, "Available") + status_v16(1, "Charging") + status_v16(2, "Charging"))

    assert [(name, state.was_free) for name, state in states.items()] == [("1", True), ("2", False)]


def test_changes_are_kept_in_a_ring_without_first_reports_and_repetitions() -> None:
    script = "".join(status_v16(1, f"{number // 2}", id_=f"{number}") for number in range(30))

    assert [change.status for change in states_after(script).changes(1)] == [str(n) for n in range(15 - RING, 15)]
    assert states_after(status_v16(1, "Available")).changes(1) == ()


def test_connectors_of_2x_are_named_after_their_evse() -> None:
    states = states_after(
        status_v2x("1.1", "Available", 0) + status_v2x("1.2", "Occupied", 0) + status_v2x("12.1", "Faulted", 0),
        OcppVersion.V201,
    )

    assert [(name, state.status) for name, state in states.of_evse(1)] == [("1.1", "Available"), ("1.2", "Occupied")]


def test_an_evse_as_a_whole_is_told_by_notify_event() -> None:
    states = states_after(
        '> [2,"1","NotifyEvent",{"generatedAt":"2026-01-01T00:00:00Z","seqNo":0,"eventData":[{"eventId":1,"timestamp":'
        '"2026-01-01T00:00:00Z","trigger":"Delta","actualValue":"Unavailable","eventNotificationType":'
        '"HardWiredNotification","component":{"name":"EVSE","evse":{"id":1}},"variable":{"name":"AvailabilityState"}}]}]',
        OcppVersion.V21,
    )

    assert states.evse(1) == "Unavailable"
    assert states.evse(2) is None
    assert states.items() == []


def test_no_more_connectors_are_kept_than_a_station_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector_states, "_MOST", 3)

    states = states_after("".join(status_v16(number, "Available") for number in range(1, 9)))

    assert [name for name, _ in states.items()] == ["6", "7", "8"]
