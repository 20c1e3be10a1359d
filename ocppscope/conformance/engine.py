"""Asks the rules."""

from collections.abc import Collection, Iterable

from ocppscope.conformance.event import CallOverdue, Event, MalformedSeen, ResponseSeen
from ocppscope.conformance.rule import Rule, Verdict
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import Malformed
from ocppscope.protocol.version import OcppVersion


class RuleEngine:
    """A set of rules, sorted by the events and versions that they ask for."""

    def __init__(self, rules: Iterable[Rule], muted: Collection[str] = ()) -> None:
        self._asked: dict[tuple[type[Event], OcppVersion | None], list[Rule]] = {}
        for rule in rules:
            if rule.id in muted:
                continue
            for event in rule.on:
                for version in rule.versions:
                    self._asked.setdefault((event, version), []).append(rule)
                if len(rule.versions) == len(OcppVersion):
                    # Only what holds in every version may be said before the version is known.
                    self._asked.setdefault((event, None), []).append(rule)

    def judge(self, event: Event) -> list[Finding]:
        """What all rules say of one event."""
        findings: list[Finding] = []
        for rule in self._asked.get((type(event), event.scene.connection.version), ()):
            for verdict in rule.check(event):
                findings.append(_finding(rule, event, verdict))  # noqa: PERF401 - no generator for what is rarely there
        return findings


def _finding(rule: Rule, event: Event, verdict: Verdict) -> Finding:
    scene = event.scene
    message_id, action = _names(event)
    return Finding(
        rule=rule.id,
        severity=verdict.severity or rule.severity,
        at_fault=verdict.at_fault or rule.at_fault,
        station=scene.station.id,
        connection=scene.connection.number,
        time=scene.time,
        records=verdict.records or (scene.number,),
        evidence=verdict.evidence,
        message_id=message_id,
        action=action,
        path=verdict.path,
        observed=verdict.observed,
        expected=verdict.expected,
        spec=rule.spec,
        key=verdict.key,
    )


def _names(event: Event) -> tuple[str | None, str | None]:
    """The message id and the action of whatever the event is about."""
    if isinstance(event, CallOverdue):
        return str(event.exchange.message_id), event.exchange.action
    message_id = None if event.message.message_id is None else str(event.message.message_id)
    if isinstance(event, ResponseSeen):
        return message_id, event.exchange.action if event.exchange else None
    if isinstance(event, MalformedSeen) or isinstance(event.message, Malformed):
        return message_id, None
    return message_id, getattr(event.message, "action", None)
