"""Memories that many rules lean on: whether a queue is being delivered, and whether enough was seen to call a thing unknown."""

from collections.abc import Sequence

import pytest
from made_rules import MadeRule, inspected_by, made, told

from ocppscope.conformance.event import CallSeen
from ocppscope.conformance.memories.full_cycle import FullCycle
from ocppscope.conformance.memories.offline_queue import OfflineQueue, is_queued
from ocppscope.conformance.rule import Verdict
from ocppscope.protocol.version import OcppVersion

BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n< [3,"b",{}]\n'
HEARTBEAT = '> [2,"h","Heartbeat",{}]\n< [3,"h",{}]\n'


def stop(time: str) -> str:
    return (
        f'> [2,"{time}","StopTransaction",{{"transactionId":1,"meterStop":1,"timestamp":"2026-01-01T00:{time}Z"}}]\n'
        f'< [3,"{time}",{{}}]\n'
    )


def status(time: str) -> str:
    return (
        f'> [2,"{time}","StatusNotification",{{"connectorId":1,"errorCode":"NoError","status":"Available",'
        f'"timestamp":"2026-01-01T00:{time}Z"}}]\n< [3,"{time}",{{}}]\n'
    )


class Queueing(MadeRule):
    """Says of each CALL whether a queue is being delivered, and whether the message is of it."""

    memories = (OfflineQueue,)

    def check(self, event: CallSeen) -> list[Verdict]:
        return [Verdict(f"{event.scene.recall(OfflineQueue).delivers} {is_queued(event)}")]


def said(
    monkeypatch: pytest.MonkeyPatch, rule: MadeRule, script: str, version: OcppVersion = OcppVersion.V16
) -> Sequence[str]:
    return [finding.evidence for finding in told(inspected_by(monkeypatch, [rule]), script, version=version)]


def test_a_queue_is_delivered_until_the_first_fresh_transaction_message(monkeypatch: pytest.MonkeyPatch) -> None:
    script = stop("00:00.1") + "drop\n+600\nconnect\n" + stop("05:00") + stop("06:00") + stop("10:00") + stop("07:00")

    assert said(monkeypatch, made("TXN-901", Queueing), script) == [
        "True False",  # the capture begins: nobody knows what the station kept
        "True True",
        "True True",
        "True False",
        "False True",  # too late: the queue was over
    ]


def test_a_queue_begins_anew_with_each_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    script = stop("00:00.1") + HEARTBEAT + "reconnect\n" + HEARTBEAT

    assert said(monkeypatch, made("TXN-901", Queueing), script) == ["True False", "False False", "True False"]


def test_what_is_no_transaction_message_ends_no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "+600\n" + "reconnect\n" + status("10:00") + HEARTBEAT + stop("05:00")

    assert said(monkeypatch, made("TXN-901", Queueing), script) == ["True False", "True False", "True True"]


@pytest.mark.parametrize(("time", "queued"), [("09:54", True), ("09:56", False), ("11:00", False)])
def test_a_clock_that_is_a_little_off_makes_no_queue(monkeypatch: pytest.MonkeyPatch, time: str, queued: bool) -> None:
    # The connection begins at 10:00.1 or so; five seconds are the margin.
    script = "drop\n+599.8\nconnect\n" + stop(time)

    assert said(monkeypatch, made("TXN-901", Queueing), script) == [f"True {queued}"]


class Whole(MadeRule):
    """Says of each CALL whether a full cycle was seen before it."""

    memories = (FullCycle,)

    def check(self, event: CallSeen) -> list[Verdict]:
        return [Verdict(str(event.scene.recall(FullCycle).seen))]


START = '> [2,"s","StartTransaction",{"connectorId":1}]\n'


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        (HEARTBEAT, False),
        (BOOT, True),
        (BOOT.splitlines()[0] + '\n< [4,"b","InternalError","",{}]\n', False),
        (BOOT.splitlines()[0] + "\n", False),
        (START + '< [3,"s",{"transactionId":1}]\n', True),
        (START, False),
        (BOOT + "reconnect\n", True),
    ],
)
def test_a_cycle_is_full_with_the_answer_to_a_boot_or_a_start(
    monkeypatch: pytest.MonkeyPatch, script: str, seen: bool
) -> None:
    assert said(monkeypatch, made("TXN-901", Whole), script + HEARTBEAT)[-1] == str(seen)


@pytest.mark.parametrize(("kind", "seen"), [("Started", True), ("Updated", False), ("Ended", False)])
def test_of_2x_it_is_full_with_the_beginning_of_a_transaction(
    monkeypatch: pytest.MonkeyPatch, kind: str, seen: bool
) -> None:
    event = f'> [2,"e","TransactionEvent",{{"eventType":"{kind}"}}]\n< [3,"e",{{}}]\n'

    assert said(monkeypatch, made("TXN-901", Whole), event + HEARTBEAT, OcppVersion.V201)[-1] == str(seen)
