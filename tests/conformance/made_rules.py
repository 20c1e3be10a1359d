"""Rules that are made up for tests of the engine, and what it makes of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, cast

import pytest

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Verdict
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Finding, Severity
from ocppscope.pics.profile import Profile

HEARTBEAT = '> [2,"1","Heartbeat",{}]\n< [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]\n'


class MadeRule(Rule):
    """Speaks of every CALL."""

    id = "RPC-900"
    name = "A CALL"
    severity = Severity.WARNING
    requirement = Requirement.MUST
    spec = "made up"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    examples: ClassVar[tuple[Example, ...]] = ()

    def check(self, event: Any) -> Iterable[Verdict | AskLater]:
        return [Verdict(self.id)]


def made(rule_id: str, base: type[MadeRule] = MadeRule, **attributes: Any) -> MadeRule:
    """Such a rule under another id, with other attributes."""
    kind = cast("type[MadeRule]", type(rule_id, (base,), {"id": rule_id, **attributes}))
    return kind()


def inspected_by(
    monkeypatch: pytest.MonkeyPatch, rules: Sequence[Rule], profiles: Sequence[Profile] = (), **options: Any
) -> Inspector:
    """An inspector whose whole catalogue these rules are."""
    monkeypatch.setattr("ocppscope.inspect.inspector.all_rules", lambda: tuple(rules))
    return Inspector(profiles, **options)


def told(inspector: Inspector, script: str, **example: Any) -> Iterator[Finding]:
    """What it finds in a script."""
    for record in records_of(Example("", script, **example)):
        yield from inspector.observe(record).findings
