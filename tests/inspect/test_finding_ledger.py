"""The rows of findings: what counts as a change, and how a row is found again."""

from collections.abc import Callable
from datetime import UTC, datetime

from ocppscope.inspect.ledger import FindingLedger
from ocppscope.model.finding import Finding, Severity


def finding(rule: str = "RPC-008", key: str = "") -> Finding:
    moment = datetime(2025, 3, 14, tzinfo=UTC)
    return Finding(rule, Severity.ERROR, None, "CS", 1, moment, (1,), "made up", key=key)


def test_every_change_gives_another_revision_and_looking_gives_none() -> None:
    ledger = FindingLedger()
    seen = {ledger.revision}
    changes: tuple[Callable[[], None], ...] = (
        lambda: ledger.add(finding()),
        lambda: ledger.add(finding()),
        lambda: ledger.withdraw(finding()),
        lambda: ledger.mute("RPC-008"),
        lambda: ledger.unmute("RPC-008"),
    )
    for change in changes:
        change()
        assert ledger.revision not in seen
        seen.add(ledger.revision)
    before = ledger.revision
    ledger.rows()
    ledger.withdraw(finding(key="never added"))
    assert ledger.revision == before


def test_an_occurrence_names_its_row() -> None:
    ledger = FindingLedger()
    ledger.add(finding())
    ledger.add(finding())
    ledger.add(finding(key="other"))
    row = ledger.row_of(finding())
    assert row is not None
    assert row.count == 2
    assert ledger.row_of(finding(rule="RPC-009")) is None
