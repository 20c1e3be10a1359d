"""What all tests of the screen have in common."""

import pytest

from ocppscope.conformance.registry import all_rules
from ocppscope.inspect import inspector
from ocppscope.tui.tabs import findings

RULES = {f"RPC-{number:03}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 19, 21, 24)} | {"SES-013", "TXN-001"}


@pytest.fixture(autouse=True)
def _few_rules_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only these, so that a new rule elsewhere changes no picture and no count of findings here."""
    chosen = tuple(rule for rule in all_rules() if rule.id in RULES)
    monkeypatch.setattr(inspector, "all_rules", lambda: chosen)


@pytest.fixture(autouse=True)
def _lists_do_not_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test draws is there at once, however busy the machine."""
    monkeypatch.setattr(findings, "REST", 0)
