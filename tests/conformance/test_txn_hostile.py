"""Every rule about transactions, over its own examples, with values of any other kind in every place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ocppscope.capture.record import MessageRecord, Record
from ocppscope.conformance.example import profiles_of, records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Rule
from ocppscope.inspect.inspector import Inspector

JUNK: tuple[Any, ...] = (None, -1, 10**400, "9e305", [], "0001-01-01T00:00:00Z")

TXN = [rule for rule in all_rules() if rule.id.startswith("TXN-0")]

DAY = 86_400_000_000_000


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


def hostile(records: list[Record]) -> Iterator[list[Record]]:
    """The records with one value of one message replaced."""
    for number, record in enumerate(records):
        if isinstance(record, MessageRecord) and record.text is not None:
            message = json.loads(record.text)
            for junk in JUNK:
                for payload in replaced(message[-1], junk):
                    text = json.dumps([*message[:-1], payload])
                    changed = MessageRecord(
                        conn=record.conn, dir=record.dir, text=text, seq=record.seq, time=record.time, mono=record.mono
                    )
                    yield [*records[:number], changed, *records[number + 1 :]]


@pytest.mark.parametrize("rule", TXN, ids=lambda rule: rule.id)
def test_no_value_in_any_place_breaks_a_rule(rule: Rule) -> None:
    example = rule.examples[0]
    for records in hostile(list(records_of(example))):
        inspector = Inspector(profiles_of(example))
        found = [finding for record in records for finding in inspector.observe(record).findings]
        found += inspector.advance(10 * DAY)
        assert all(len(finding.evidence) < 3000 and len(finding.key) < 1000 for finding in found)
