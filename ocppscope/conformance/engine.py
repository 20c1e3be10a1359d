"""Asks the rules."""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from ocppscope.conformance.event import CallOverdue, CallSeen, Event, PayloadInvalid, ResponseSeen, SendSeen
from ocppscope.conformance.rule import Rule, Verdict
from ocppscope.model.finding import Finding
from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.version import OcppVersion

_KNOWN = frozenset[str]().union(*ACTIONS.values())

_Key: TypeAlias = tuple[type[Event], OcppVersion | None, str | None]


class RuleEngine:
    """A set of rules, sorted by the events, versions and actions that they ask for."""

    def __init__(self, rules: Iterable[Rule], muted: Collection[str] = ()) -> None:
        self._rules = [rule for rule in rules if rule.id not in muted]
        self._asked: dict[_Key, tuple[Rule, ...]] = {}

    def judge(self, event: Event) -> list[Finding]:
        """What all rules say of one event."""
        action = _action(event)
        # Names that no version has share one entry: they come from the wire and are without end.
        key = (type(event), event.scene.connection.version, action if action in _KNOWN else None)
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = self._asked_for(*key)
        return [_finding(rule, event, action, verdict) for rule in asked for verdict in rule.check(event)]

    def _asked_for(self, event: type[Event], version: OcppVersion | None, action: str | None) -> tuple[Rule, ...]:
        """The rules for such events. Before the version is known, only what holds in every version may be said."""
        return tuple(
            rule
            for rule in self._rules
            if event in rule.on
            and (version in rule.versions if version is not None else len(rule.versions) == len(OcppVersion))
            and (rule.actions is None or action in rule.actions)
        )


def _action(event: Event) -> str | None:
    if isinstance(event, CallSeen | SendSeen):
        return event.message.action
    if isinstance(event, ResponseSeen | CallOverdue):
        return event.exchange.action if event.exchange is not None else None
    return event.action if isinstance(event, PayloadInvalid) else getattr(event.message, "action", None)


def _finding(rule: Rule, event: Event, action: str | None, verdict: Verdict) -> Finding:
    scene = event.scene
    message_id = event.exchange.message_id if isinstance(event, CallOverdue) else event.message.message_id
    return Finding(
        rule=rule.id,
        severity=verdict.severity or rule.severity,
        at_fault=verdict.at_fault or rule.at_fault,
        station=scene.station.id,
        connection=scene.connection.number,
        time=scene.time,
        records=verdict.records or (scene.number,),
        evidence=verdict.evidence,
        message_id=None if message_id is None else str(message_id),
        action=action,
        path=verdict.path,
        observed=verdict.observed,
        expected=verdict.expected,
        spec=rule.spec,
        key=verdict.key,
    )
