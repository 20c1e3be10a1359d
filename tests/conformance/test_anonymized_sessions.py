"""Rules judge an anonymized capture as they judge the capture: clean sessions, and sessions that were spoilt."""

from collections.abc import Sequence
from random import Random

import pytest
from capture_records import numbered
from mutation import Conversation, Mutation
from test_clean_sessions import capture
from test_mutations import CASES

from ocppscope.capture.anonymity.anonymizer import Anonymizer
from ocppscope.capture.record import Record, clock
from ocppscope.conformance.example import profiles_of
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.version import OcppVersion


def judged(records: Sequence[Record], conversation: Conversation) -> list[tuple[object, ...]]:
    """All that the rules say, but for the words."""
    profile = conversation.profile
    inspector = Inspector(profiles_of(Example("", "", conversation.version, profile=profile)) if profile else ())
    for record in records:
        inspector.observe(record)
    inspector.advance(max(clock(record) for record in records) + round(conversation.after * 1e9))
    return sorted(
        (row.finding.rule, row.finding.severity.value, str(row.finding.at_fault), row.count, tuple(row.records), row.finding.path or "")
        for row in inspector.findings.rows()
    )  # fmt: skip


def anonymized(records: Sequence[Record]) -> list[Record]:
    anonymizer = Anonymizer("pepper")
    anonymizer.learn(records)
    return list(anonymizer.anonymize(records))


@pytest.mark.parametrize("version", list(OcppVersion))
def test_a_clean_day_stays_clean(version: OcppVersion) -> None:
    records = capture(version)
    conversation = Conversation(lambda: records, version, after=24 * 3600)
    assert judged(anonymized(records), conversation) == judged(records, conversation)


@pytest.mark.parametrize("mutation", CASES)
def test_a_fault_stays_the_same_fault(mutation: Mutation) -> None:
    records = numbered(mutation.change(list(mutation.clean.records()), Random(f"{mutation.rule} 0")))
    found = judged(records, mutation.clean)
    assert mutation.rule in {rule for rule, *_ in found}
    assert judged(anonymized(records), mutation.clean) == found
