"""Causes speak first, and their consequences are silent about the same record."""

import pytest
from made_rules import HEARTBEAT, MadeRule, inspected_by, made, told

from ocppscope.conformance.engine import causes_first
from ocppscope.conformance.event import CallSeen, PayloadInvalid, ResponseSeen
from ocppscope.conformance.memory import Memory
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Verdict
from ocppscope.conformance.switches import read_switches
from ocppscope.protocol.version import OcppVersion


def test_rules_come_after_those_that_they_yield_to_and_else_by_id() -> None:
    rules = [
        made("A-001", yields_to=("C-001",)),
        made("B-001"),
        made("C-001", yields_to=("D-001", "X-404")),
        made("D-001"),
    ]

    assert [rule.id for rule in causes_first(rules)] == ["D-001", "C-001", "A-001", "B-001"]
    assert [rule.id for rule in causes_first(reversed(rules))] == ["D-001", "C-001", "A-001", "B-001"]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_rules_that_yield_to_each_other_are_refused(length: int) -> None:
    rules = [made(f"A-{number}", yields_to=(f"A-{(number + 1) % length}",)) for number in range(length)]

    with pytest.raises(ValueError, match="these rules yield to each other: A-0"):
        causes_first(rules)


def test_the_catalogue_has_an_order_and_names_only_causes_that_exist() -> None:
    rules = all_rules()
    order = [rule.id for rule in causes_first(rules)]

    assert sorted(order) == [rule.id for rule in rules]
    for rule in rules:
        for cause in rule.yields_to:
            assert cause in order, f"{rule.id} yields to {cause}, which is no rule"
            assert order.index(cause) < order.index(rule.id)


def test_a_consequence_is_silent_about_the_record_of_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    cause = made("Z-001", actions=frozenset({"Heartbeat"}))
    consequence = made("A-001", yields_to=("Z-001",))
    inspector = inspected_by(monkeypatch, [consequence, cause])

    other = '> [2,"2","DataTransfer",{"vendorId":"made"}]\n'
    assert [found.rule for found in told(inspector, HEARTBEAT + other)] == ["Z-001", "A-001"]


class OfPayloads(MadeRule):
    """Speaks of a later event of the same record."""

    on = (PayloadInvalid,)


def test_a_consequence_yields_across_the_events_of_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [made("A-001", OfPayloads, yields_to=("Z-001",)), made("B-001", OfPayloads), made("Z-001")]
    inspector = inspected_by(monkeypatch, rules)

    assert [found.rule for found in told(inspector, '> [2,"1","Heartbeat",{"more":1}]')] == ["Z-001", "B-001"]


def test_a_cause_that_is_off_suppresses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [made("A-001", yields_to=("Z-001",)), made("Z-001")]
    inspector = inspected_by(monkeypatch, rules, switches=read_switches(["-Z-001"], rules))

    assert [found.rule for found in told(inspector, HEARTBEAT)] == ["A-001"]


class Heard(Memory):
    """Counts CALLs."""

    on = (CallSeen,)

    def __init__(self) -> None:
        self.calls = 0

    def learn(self, event: object) -> None:
        self.calls += 1


class Counting(MadeRule):
    """Says how many CALLs were remembered."""

    on = (CallSeen, ResponseSeen)
    memories = (Heard,)

    def check(self, event: CallSeen | ResponseSeen) -> list[Verdict]:
        return [Verdict(str(event.scene.recall(Heard).calls))]


def test_rules_are_asked_before_memories_learn_and_each_memory_learns_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = inspected_by(monkeypatch, [made("A-001", Counting), made("B-001", Counting)])

    assert [found.evidence for found in told(inspector, HEARTBEAT)] == ["0", "0", "1", "1"]


def test_only_rules_of_the_version_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [made("A-001", versions=frozenset({OcppVersion.V21})), made("B-001")]

    assert {found.rule for found in told(inspected_by(monkeypatch, rules), HEARTBEAT)} == {"B-001"}
    newer = told(inspected_by(monkeypatch, rules), HEARTBEAT, version=OcppVersion.V21)
    assert {found.rule for found in newer} == {"A-001", "B-001"}


def test_only_rules_of_the_action_are_asked_and_a_signed_action_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [made("A-001", actions=frozenset({"Heartbeat"})), made("B-001", actions=frozenset({"DataTransfer"}))]
    script = HEARTBEAT + '> [2,"2","NoSuchAction",{}]\n> [2,"3","DataTransfer-Signed",{}]\n'

    found = [(finding.rule, finding.action) for finding in told(inspected_by(monkeypatch, rules), script)]
    assert found == [("A-001", "Heartbeat"), ("B-001", "DataTransfer-Signed")]
