"""How each TransactionEvent stands to those before it."""

import pytest

from ocppscope.conformance.example import records_of
from ocppscope.conformance.example_exchanges import PLACE, boot_v2x, transaction_event
from ocppscope.conformance.memories import event_sequences
from ocppscope.conformance.memories.event_sequences import EventSequences, Sequence, Standing
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.version import OcppVersion

STATION = "CS-EXAMPLE"
START = transaction_event("Started", 0, 0, "Authorized", tag="A1", evse=PLACE)


def sequences_after(script: str) -> EventSequences:
    inspector = Inspector()
    for record in records_of(Example("made up", script, OcppVersion.V201)):
        inspector.observe(record)
    return inspector._memories[STATION].recall(EventSequences)


def sequence_after(script: str) -> Sequence:
    sequence = sequences_after(script).get("T1")
    assert sequence is not None
    return sequence


def standing_of_last(script: str) -> Standing:
    """What was thought of the last event of the script, before it was learned."""
    return sequences_after(script)._judged.standing


def event(number: int, at: float = 1, kind: str = "Updated") -> str:
    return transaction_event(kind, number, at, "ChargingStateChanged", id_=f"{kind}{number}.{at}")


@pytest.mark.parametrize(
    ("script", "standing"),
    [
        (START, Standing.NEXT),
        (START + event(1), Standing.NEXT),
        (event(4), Standing.UNSTARTED),
        (event(4) + event(5), Standing.NEXT),
        (START + START.replace("T1-S0", "again"), Standing.RETRY),
        (START + event(1) + event(1, 2), Standing.REPEAT),
        (START + event(2), Standing.GAP),
        (START + event(3) + event(1), Standing.LATE),
        (START + event(1, kind="Ended") + event(2), Standing.AFTER_END),
        (START + event(2, kind="Ended") + event(1), Standing.LATE),
        (START + event(0, 9, "Started"), Standing.REUSED),
        ('> [2,"1","TransactionEvent",{"seqNo":1}]\n< [3,"1",{}]', Standing.UNKNOWN),
    ],
)
def test_standing(script: str, standing: Standing) -> None:
    assert standing_of_last(script) is standing


def test_a_retry_after_an_outage_may_say_offline() -> None:
    assert (
        standing_of_last(START + event(1) + event(1).replace('"seqNo"', '"offline": true, "seqNo"')) is Standing.RETRY
    )


def test_what_was_missing_and_comes_late_fills_the_gap() -> None:
    assert not sequence_after(START + event(3)).complete
    assert not sequence_after(START + event(3) + event(1)).complete
    assert sequence_after(START + event(3) + event(1) + event(2)).complete


def test_a_gap_over_all_integers_takes_no_more_room_than_another() -> None:
    gap = sequence_after(START + event(2**31 - 1)).missing

    assert [(one.low, one.high, one.left) for one in gap] == [(1, 2**31 - 2, 2**31 - 2)]


def test_what_the_events_tell_is_collected() -> None:
    sequence = sequence_after(
        START + transaction_event("Updated", 1, 1, "ChargingStateChanged", info={"chargingState": "Charging"})
    )

    assert (sequence.evse, sequence.connector, sequence.state) == (1, 1, "Charging")
    assert sequence.connected
    assert sequence.authorized


def test_a_late_event_does_not_change_the_state() -> None:
    sequence = sequence_after(
        START
        + transaction_event("Updated", 2, 1, "ChargingStateChanged", info={"chargingState": "SuspendedEV"})
        + transaction_event("Updated", 1, 1, "ChargingStateChanged", info={"chargingState": "Charging"})
    )

    assert sequence.state == "SuspendedEV"


def test_a_boot_begins_the_counting_of_an_evse_anew() -> None:
    assert sequences_after(START + event(1)).last_on(1) == (1, 5)
    assert sequences_after(START + event(1) + boot_v2x()).last_on(1) is None


def test_ids_are_known_longer_than_the_transactions_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_sequences, "MOST_SEQUENCES", 2)
    others = "".join(
        transaction_event("Started", 0, number, "Authorized", tag="A1", transaction=f"other-{number}")
        for number in range(3)
    )

    assert sequences_after(START + others).get("T1") is None
    assert standing_of_last(START + others + event(1)) is Standing.UNKNOWN
    assert standing_of_last(START + others + event(0, 99, "Started")) is Standing.REUSED


def test_no_more_ids_are_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_sequences, "MOST_IDS", 5)
    script = "".join(
        transaction_event("Started", 0, number, "Authorized", tag="A1", transaction=f"T{number}")
        for number in range(20)
    )

    assert len(sequences_after(script)._ids) == 5
