"""The memory of reservations."""

from datetime import UTC, datetime, timedelta

import pytest

from ocppscope.conformance.example import records_of
from ocppscope.conformance.example_exchanges import (
    PLACE,
    boot_v16,
    exchange,
    reserved_v2x,
    reserved_v16,
    started_v16,
    transaction_event,
)
from ocppscope.conformance.memories import reservations as module
from ocppscope.conformance.memories.reservations import Reservations
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.version import OcppVersion

STATION = "CS-EXAMPLE"
START = datetime(2026, 1, 1, tzinfo=UTC)
CANCELLED = exchange("<", "x", "CancelReservation", {"reservationId": 7}, {"status": "Accepted"})


def reservations_after(script: str, version: OcppVersion = OcppVersion.V16) -> Reservations:
    inspector = Inspector()
    for record in records_of(Example("made up", script, version)):
        inspector.observe(record)
    return inspector._memories[STATION].recall(Reservations)


def ids(reservations: Reservations, place: int | None, token: str = "A1", seconds: float = 0) -> int | None:
    held = reservations.active(place, token, START + timedelta(seconds=seconds))
    return None if held is None else held.id


def test_it_holds_for_its_driver_at_its_place_until_it_expires() -> None:
    reservations = reservations_after(reserved_v16(1, 7, 600))

    assert ids(reservations, 1) == 7
    assert ids(reservations, 1, "a1") == 7
    assert ids(reservations, 2) is None
    assert ids(reservations, 1, "B1") is None
    assert ids(reservations, 1, seconds=601) is None


def test_one_for_the_whole_station_holds_everywhere_after_that_of_the_connector() -> None:
    reservations = reservations_after(reserved_v16(0, 7, 600) + reserved_v16(1, 8, 600))

    assert ids(reservations, 1) == 8
    assert ids(reservations, 2) == 7


@pytest.mark.parametrize("answer", ["Rejected", "Occupied"])
def test_what_was_refused_is_not_known(answer: str) -> None:
    reservations = reservations_after(reserved_v16(1, 7, 600, status=answer))

    assert reservations.get(7) is None
    assert not reservations.is_known(7)
    assert reservations.is_empty


def test_what_was_asked_for_and_not_answered_is_known_but_not_active() -> None:
    reservations = reservations_after(reserved_v16(1, 7, 600).splitlines()[0])

    assert reservations.is_known(7)
    assert ids(reservations, 1) is None


@pytest.mark.parametrize(
    ("more", "ended"),
    [
        (CANCELLED, "cancelled"),
        (started_v16(1, 17, 0, reservationId=7), "used"),
        (started_v16(1, 17, 0), "used"),
        (reserved_v16(1, 8, 600, "B1"), "replaced"),
        (started_v16(1, 17, 0, "B1"), None),
        (started_v16(2, 17, 0), None),
    ],
)
def test_how_it_ends(more: str, ended: str | None) -> None:
    held = reservations_after(reserved_v16(1, 7, 600) + more).get(7)

    assert held is not None
    assert held.ended == ended


@pytest.mark.parametrize(
    ("more", "ended"),
    [
        (transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE), "used"),
        (transaction_event("Started", 0, 0, "CablePluggedIn", evse=PLACE), None),
        (
            exchange(">", "u", "ReservationStatusUpdate", {"reservationId": 7, "reservationUpdateStatus": "Expired"}),
            "Expired",
        ),
    ],
)
def test_how_it_ends_in_2x(more: str, ended: str | None) -> None:
    held = reservations_after(reserved_v2x(1, 7, 600) + more, OcppVersion.V201).get(7)

    assert held is not None
    assert held.ended == ended


def test_the_same_id_takes_the_place_of_the_former() -> None:
    reservations = reservations_after(reserved_v16(1, 7, 600) + reserved_v16(2, 7, 600, id_="again"))

    assert ids(reservations, 1) is None
    assert ids(reservations, 2) == 7


def test_after_a_restart_it_is_no_longer_sure() -> None:
    held = reservations_after(reserved_v16(1, 7, 600) + boot_v16()).get(7)

    assert held is not None
    assert not held.sure


def test_no_more_are_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RESERVATIONS", 3)

    reservations = reservations_after("".join(reserved_v16(number, number, 600) for number in range(1, 9)))

    assert [number for number in range(1, 9) if reservations.is_known(number)] == [6, 7, 8]
