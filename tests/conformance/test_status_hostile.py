"""The rules of numbered events, statuses, authorizations and reservations over anything else in any place."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
import pytest

from ocppscope.capture.record import MessageRecord, Record
from ocppscope.conformance.example import records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Example, Rule
from ocppscope.conformance.switches import read_switches
from ocppscope.inspect.inspector import Inspector

FAMILIES = ("TXN-2", "STA", "AUT", "RES")
OWN = [rule for rule in all_rules() if rule.id.startswith(FAMILIES)]
ONLY_OWN = read_switches(["-ALL", *(f"+{rule.id}" for rule in OWN)], all_rules())

JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, 10**400, 1.5, "", "x" * 5000, "\x1b[31m", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    [], [[]], {}, {"status": {}}, "Ended", "Accepted", "Charging",
)  # fmt: skip

SAMPLES = 40
"""Of each rule, picked by a seed that never changes: all would take minutes."""

YEARS_LATER = 9 * 10**18


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.id)
def test_no_value_in_any_place_breaks_a_rule_or_fills_a_finding(rule: Rule) -> None:
    random = Random(rule.id)
    for _ in range(SAMPLES):
        records = spoilt(random.choice(rule.examples), random)
        inspector = Inspector((), ONLY_OWN)

        found = [finding for record in records for finding in inspector.observe(record).findings]
        found += inspector.advance(YEARS_LATER)

        for finding in found:
            assert len(finding.evidence) < 2500
            assert len(finding.key) < 1000
            assert len(finding.observed or "") < 2500
            assert len(finding.expected or "") < 2500
            assert len(finding.records) < 24


def spoilt(example: Example, random: Random) -> list[Record]:
    """The example with junk in one place of two of its messages."""
    records = list(records_of(example))
    messages = [place for place, record in enumerate(records) if isinstance(record, MessageRecord)]
    for place in random.choices(messages, k=2):
        record = records[place]
        assert isinstance(record, MessageRecord)
        changed = random.choice(list(replaced(json.loads(record.text or ""), random.choice(JUNK))))
        records[place] = msgspec.structs.replace(record, text=json.dumps(changed))
    return records


def replaced(value: Any, junk: Any) -> Iterator[Any]:
    """The JSON value with each of its parts in turn replaced."""
    yield junk
    if isinstance(value, dict):
        for key, inner in value.items():
            for changed in replaced(inner, junk):
                yield value | {key: changed}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for changed in replaced(inner, junk):
                yield [*value[:index], changed, *value[index + 1 :]]
