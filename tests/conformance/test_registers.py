"""The memory of energy registers, fed with whole conversations."""

from collections.abc import Iterator
from typing import ClassVar

import pytest

from ocppscope.conformance.engine import RuleEngine
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example import records_of
from ocppscope.conformance.example_lines import (
    EVSE,
    boot,
    evented,
    metered,
    sampled,
    start,
    started,
    status,
    stopped,
)
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.registers import MOST_REGISTERS, Registers
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Severity
from ocppscope.protocol.version import OcppVersion

KWH = {"unit": "kWh"}


class Shown(Rule):
    """Says how each register changes."""

    id = "RPC-001"
    name = "shown"
    severity = Severity.INFO
    requirement = Requirement.JUDGEMENT
    spec = "none"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent"})
    memories = (Charging, Registers)
    examples = ()

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """All of them."""
        for change in event.scene.recall(Registers).changes(event):
            between = " between transactions" if change.between_transactions else ""
            yield Verdict(f"{change.place}: {change.before.value:g} → {change.after.value:g}{between}")


def changes(script: str, version: OcppVersion = OcppVersion.V16) -> list[str]:
    inspector = Inspector()
    engine = RuleEngine([Shown()])
    inspector._engine = inspector._dialogue._engine = engine
    records = records_of(Example("", script, version=version))
    return [finding.evidence for record in records for finding in inspector.observe(record).findings]


def test_readings_follow_each_other_from_start_to_stop() -> None:
    script = started("1", 17) + metered("2", "1.1", 60, **KWH) + stopped("3", 17, 1200, 120)  # type: ignore[arg-type]
    assert changes(script) == ["1: 1000 → 1100", "1: 1100 → 1200"]


def test_they_are_compared_in_the_order_of_their_time_stamps() -> None:
    script = started("1", 17) + metered("2", "1300", 180) + metered("3", "1100", 60) + metered("4", "1400", 240)
    assert changes(script) == ["1: 1000 → 1300", "1: 1300 → 1400"]


def test_connectors_have_registers_of_their_own() -> None:
    script = started("1", 17) + started("2", 18, connector=2, tag="B2", meter=5000) + metered("3", "5100", 60, 18, 2)
    assert changes(script) == ["2: 5000 → 5100"]


def test_the_next_transaction_is_another_one() -> None:
    script = started("1", 17) + stopped("2", 17, 1500, 60) + start("3", meter=1500, at=120)
    assert changes(script) == ["1: 1000 → 1500", "1: 1500 → 1500 between transactions"]


def test_a_single_value_in_another_unit_is_not_what_the_next_is_compared_with() -> None:
    script = started("1", 17, meter=12000) + metered("2", "12100000", 60) + metered("3", "12200", 120)
    assert changes(script) == ["1: 12000 → 1.21e+07", "1: 12000 → 12200"]


def test_two_in_a_row_are_the_new_unit() -> None:
    script = started("1", 17, meter=12000) + "".join(metered(f"{at}", f"{at + 12}", at) for at in (60, 120, 180))
    assert changes(script)[-1] == "1: 132 → 192"


def test_meter_and_samples_that_do_not_fit_are_compared_each_with_its_own_kind() -> None:
    script = (
        started("1", 17, meter=50000) + metered("2", "10", 60) + metered("3", "20", 120) + stopped("4", 17, 50020, 180)
    )
    assert changes(script) == ["1: 50000 → 10", "1: 10 → 20", "1: 50000 → 50020"]


def test_the_clock_may_have_been_years_ahead() -> None:
    script = start("1", at=40_000_000) + metered("2", "1100", 60) + metered("3", "1200", 120)
    assert changes(script) == ["1: 1100 → 1200"]


def test_the_beginning_that_is_told_at_the_end_is_left_out() -> None:
    data = [sampled(120, {"value": "1000", "context": "Transaction.Begin"}, {"value": "1200"})]
    script = started("1", 17) + metered("2", "1100", 60) + stopped("3", 17, 1200, 120, transactionData=data)
    assert changes(script) == ["1: 1000 → 1100", "1: 1100 → 1200"]


def test_a_transaction_of_2x_keeps_its_evse() -> None:
    script = evented("1", "Started", 0, 0, {"value": 5}, evse=EVSE)
    script += evented("2", "Updated", 1, 60, {"value": 8}, trigger="MeterValuePeriodic")
    assert changes(script, OcppVersion.V201) == ["1: 5 → 8"]


@pytest.mark.parametrize(("second", "expected"), [("S1", ["1: 1000 → 10 between transactions"]), ("S2", [])])
def test_a_station_with_another_serial_number_has_other_meters(second: str, expected: list[str]) -> None:
    script = boot("b", chargePointSerialNumber="S1") + status("s", 1, "Available") + metered("1", "1000", 0, None)
    script += "reconnect\n" + boot("c", chargePointSerialNumber=second) + start("2", meter=10, at=60)
    assert changes(script) == expected


def test_they_are_bounded() -> None:
    inspector = Inspector()
    script = "".join(metered(str(number), "1", number, None, number) for number in range(1, MOST_REGISTERS + 50))
    for record in records_of(Example("", script)):
        inspector.observe(record)
    assert len(inspector._memories["CS-EXAMPLE"].recall(Registers)._registers) == MOST_REGISTERS
