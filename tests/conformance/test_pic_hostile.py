"""Every certificate rule over its own examples with values of any other kind in every place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ocppscope.capture.record import MessageRecord
from ocppscope.conformance.example import profiles_of, records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Rule
from ocppscope.inspect.inspector import Inspector

JUNK: tuple[Any, ...] = (None, True, -1, 10**400, 1.5, "", "x" * 5000, "\x1b[31m", [], [[]], {}, {"status": {}})

PIC = [rule for rule in all_rules() if rule.id.startswith("PIC")]


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


@pytest.mark.parametrize("rule", PIC, ids=lambda rule: rule.id)
def test_no_value_in_any_place_breaks_a_rule(rule: Rule) -> None:
    for example in rule.examples:
        records = list(records_of(example))
        for number, record in enumerate(records):
            if not isinstance(record, MessageRecord) or record.text is None:
                continue
            message = json.loads(record.text)
            for junk in JUNK:
                for payload in replaced(message[-1], junk):
                    text = json.dumps([*message[:-1], payload])
                    inspector = Inspector(profiles_of(example))
                    changed = MessageRecord(
                        conn=record.conn, dir=record.dir, text=text, seq=record.seq, time=record.time, mono=record.mono
                    )
                    for one in (*records[:number], changed, *records[number + 1 :]):
                        for finding in inspector.observe(one).findings:
                            assert len(finding.evidence) < 3000
                            assert len(finding.key) < 1000
