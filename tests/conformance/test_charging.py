"""The memory of charging transactions, fed with whole conversations."""

import pytest

from ocppscope.conformance.example import records_of
from ocppscope.conformance.memories.charging import MOST_CHARGES, Charge, Charging
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.version import OcppVersion

STATION = "CS-EXAMPLE"


def start(message_id: str, connector: int = 1, tag: str = "A1", meter: int = 100, time: str = "00:00") -> str:
    return (
        f'> [2,"{message_id}","StartTransaction",{{"connectorId":{connector},"idTag":"{tag}","meterStart":{meter},'
        f'"timestamp":"2026-01-01T00:{time}Z"}}]\n'
    )


def issued(message_id: str, transaction: int, status: str = "Accepted") -> str:
    return f'< [3,"{message_id}",{{"transactionId":{transaction},"idTagInfo":{{"status":"{status}"}}}}]\n'


def stop(message_id: str, transaction: int, more: str = "") -> str:
    return (
        f'> [2,"{message_id}","StopTransaction",{{"transactionId":{transaction},"meterStop":500,'
        f'"timestamp":"2026-01-01T00:10:00Z"{more}}}]\n'
    )


def values(message_id: str, connector: int, transaction: int | None) -> str:
    named = "" if transaction is None else f'"transactionId":{transaction},'
    return (
        f'> [2,"{message_id}","MeterValues",{{"connectorId":{connector},{named}"meterValue":[{{"timestamp":'
        '"2026-01-01T00:05:00Z","sampledValue":[{"value":"300"}]}]}]\n'
        f'< [3,"{message_id}",{{}}]\n'
    )


def event(message_id: str, kind: str, transaction: str, seq: int, more: str = "") -> str:
    return (
        f'> [2,"{message_id}","TransactionEvent",{{"eventType":"{kind}","timestamp":"2026-01-01T00:0{seq}:00Z",'
        f'"triggerReason":"Authorized","seqNo":{seq},"transactionInfo":{{"transactionId":"{transaction}"}}{more}}}]\n'
    )


def remembered(script: str, version: OcppVersion = OcppVersion.V16) -> Charging:
    inspector = Inspector()
    for record in records_of(Example("", script, version=version)):
        inspector.observe(record)
    return inspector._memories[STATION].recall(Charging)


def known(charging: Charging, transaction: int | str) -> Charge:
    charge = charging.get(transaction)
    assert charge is not None
    return charge


def test_a_transaction_runs_from_its_start_to_its_stop() -> None:
    running = known(remembered(start("1") + issued("1", 17)), 17)
    assert (running.place, running.token, running.meter_start, running.status) == (1, "a1", 100, "Accepted")
    assert running.runs
    assert running.whole
    ended = known(remembered(start("1") + issued("1", 17) + stop("2", 17, ',"reason":"Local"')), 17)
    assert (ended.runs, ended.meter_stop, ended.reason) == (False, 500, "Local")


def test_it_has_no_id_until_the_csms_issues_one() -> None:
    charging = remembered(start("1"))
    assert charging.get(17) is None
    charge = charging.running_at(1)
    assert charge is not None
    assert charge.id is None


def test_its_end_is_closed_when_it_is_answered() -> None:
    open_end = known(remembered(start("1") + issued("1", 17) + stop("2", 17)), 17)
    assert open_end.closed is None
    closed = known(remembered(start("1") + issued("1", 17) + stop("2", 17) + '< [3,"2",{}]'), 17)
    assert closed.stop is not None
    assert closed.closed is not None
    assert closed.closed > closed.stop
    refused = known(remembered(start("1") + issued("1", 17) + stop("2", 17) + '< [4,"2","InternalError","",{}]'), 17)
    assert refused.closed is None


def test_a_retried_start_is_the_same_transaction() -> None:
    charging = remembered(start("1") + "reconnect\n" + start("2", tag="a1") + issued("2", 17))
    assert known(charging, 17).copies == 2
    assert charging.running() == [known(charging, 17)]


def test_a_start_with_another_meter_is_another_transaction() -> None:
    charging = remembered(start("1") + issued("1", 17) + start("2", meter=900, time="20:00") + issued("2", 18))
    assert known(charging, 17) is not known(charging, 18)
    assert charging.running_at(1) is known(charging, 18)


def test_a_second_id_for_a_retry_leads_to_the_same_transaction() -> None:
    charging = remembered(start("1") + issued("1", 17) + "reconnect\n" + start("2") + issued("2", 18))
    assert known(charging, 18) is known(charging, 17)
    assert known(charging, 17).id == "17"


def test_a_late_refusal_of_a_retry_leaves_the_first_status() -> None:
    charging = remembered(start("1") + issued("1", 17) + "reconnect\n" + start("2") + issued("2", 17, "ConcurrentTx"))
    assert known(charging, 17).status == "Accepted"


def test_connectors_have_transactions_of_their_own() -> None:
    script = start("1") + issued("1", 17) + start("2", connector=2, tag="B2") + issued("2", 18) + stop("3", 17)
    charging = remembered(script)
    assert charging.running_at(1) is None
    assert charging.last_at(1) is known(charging, 17)
    assert charging.running_at(2) is known(charging, 18)
    assert charging.running() == [known(charging, 18)]


@pytest.mark.parametrize("nameless", [-1, 0])
def test_a_stop_without_an_id_ends_this_drivers_start_that_never_got_one(nameless: int) -> None:
    script = start("1") + "reconnect\n" + start("2", connector=2, tag="B2") + "reconnect\n"
    charging = remembered(script + stop("3", nameless, ',"idTag":"B2"'))
    assert charging.running_at(2) is None
    assert charging.running_at(1) is not None


def test_a_stop_of_a_stranger_ends_nothing() -> None:
    charging = remembered(start("1") + stop("2", 99))
    assert charging.running_at(1) is not None


def test_a_transaction_is_met_in_mid_life_by_its_meter_values() -> None:
    charge = known(remembered(values("1", 1, 17)), 17)
    assert charge.runs
    assert not charge.whole
    assert charge.place == 1


def test_what_was_met_in_mid_life_gives_way_to_the_next() -> None:
    charging = remembered(values("1", 1, 17) + start("2") + issued("2", 18))
    assert charging.running() == [known(charging, 18)]


@pytest.mark.parametrize("transaction", [0, -1, None])
def test_meter_values_without_an_id_begin_nothing(transaction: int | None) -> None:
    assert remembered(values("1", 1, transaction)).running() == []


def test_a_transaction_of_2x_has_the_id_that_the_station_makes() -> None:
    began = event(
        "1", "Started", "tx-1", 0, ',"evse":{"id":2,"connectorId":1},"idToken":{"idToken":"A1","type":"ISO14443"}'
    )
    answered = '< [3,"1",{"idTokenInfo":{"status":"Accepted"}}]\n'
    charging = remembered(began + answered, OcppVersion.V201)
    charge = known(charging, "tx-1")
    assert (charge.place, charge.token, charge.status, charge.whole) == (2, "a1", "Accepted", True)
    assert charging.running_at(2) is charge
    ended = began + answered + event("2", "Ended", "tx-1", 1) + '< [3,"2",{}]'
    charge = known(remembered(ended, OcppVersion.V201), "tx-1")
    assert not charge.runs
    assert charge.closed is not None


def test_one_of_2x_may_learn_its_evse_and_its_driver_later() -> None:
    later = event("2", "Updated", "tx-1", 1, ',"evse":{"id":3},"idToken":{"idToken":"B2","type":"ISO14443"}')
    charging = remembered(event("1", "Started", "tx-1", 0) + '< [3,"1",{}]\n' + later, OcppVersion.V201)
    charge = known(charging, "tx-1")
    assert (charge.place, charge.token) == (3, "b2")
    assert charging.running_at(3) is charge


def test_a_start_of_2x_that_comes_late_completes_what_was_met() -> None:
    late = event("2", "Started", "tx-1", 0)
    charging = remembered(event("1", "Updated", "tx-1", 3) + '< [3,"1",{}]\n' + late, OcppVersion.V201)
    charge = known(charging, "tx-1")
    assert charge.whole
    assert charge.began is not None
    assert charge.began.minute == 0


def test_an_older_event_of_2x_does_not_open_an_ended_one_again() -> None:
    script = event("1", "Started", "tx-1", 0) + '< [3,"1",{}]\n' + event("2", "Ended", "tx-1", 3) + '< [3,"2",{}]\n'
    charging = remembered(script + event("3", "Updated", "tx-1", 2), OcppVersion.V201)
    assert not known(charging, "tx-1").runs
    assert charging.running() == []


def test_what_is_remembered_is_bounded() -> None:
    script = "".join(
        start(f"s{number}", connector=number, meter=number) + issued(f"s{number}", number)
        for number in range(1, MOST_CHARGES + 50)
    )
    charging = remembered(script)
    assert charging.get(1) is None
    assert charging.get(MOST_CHARGES + 49) is not None
    assert len(charging.running()) <= 64


def test_a_hostile_payload_is_passed_over() -> None:
    script = (
        '> [2,"1","StartTransaction",{"connectorId":"x","idTag":["A"],"meterStart":{},"timestamp":7}]\n'
        '< [3,"1",{"transactionId":"17","idTagInfo":[]}]\n'
        '> [2,"2","StopTransaction",{"transactionId":{"a":1}}]\n< [3,"2",[]]\n'
        '> [2,"3","MeterValues",{"transactionId":true,"connectorId":[]}]\n'
    )
    assert remembered(script).get(17) is None
