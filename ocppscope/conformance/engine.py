"""Asks the rules."""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from ocppscope.conformance.event import (
    CallOverdue,
    CallSeen,
    ConnectionEnded,
    ConnectionOpened,
    Event,
    FunctionLate,
    PayloadInvalid,
    PingSeen,
    ResponseSeen,
    Scene,
    SendSeen,
)
from ocppscope.conformance.memory import Memory
from ocppscope.conformance.rule import Rule, Verdict
from ocppscope.model.finding import Finding
from ocppscope.protocol.actions import ACTIONS
from ocppscope.protocol.message import MessageId
from ocppscope.protocol.version import OcppVersion

_KNOWN = frozenset[str]().union(*ACTIONS.values())

_Key: TypeAlias = tuple[type[Event], OcppVersion | None, str | None, bool]
_Asked: TypeAlias = tuple[tuple[Rule, ...], tuple[type[Memory], ...]]


class RuleEngine:
    """A set of rules, sorted by the events, versions and actions that they ask for."""

    def __init__(self, rules: Iterable[Rule], muted: Collection[str] = ()) -> None:
        self._rules = [rule for rule in rules if rule.id not in muted]
        self._asked: dict[_Key, _Asked] = {}

    def judge(self, event: Event) -> list[Finding]:
        """What all rules say of one event."""
        action = _action(event)
        scene = event.scene
        version = scene.connection.version
        # Names that no version has share one entry: they come from the wire and are without end.
        key = (type(event), version, action if action in _KNOWN else None, _is_certified(scene))
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = self._asked_for(*key)
        rules, memories = asked
        findings = [_finding(rule, event, action, verdict) for rule in rules for verdict in rule.check(event)]
        for memory in memories:
            scene.recall(memory).learn(event)
        return findings

    def _asked_for(
        self, event: type[Event], version: OcppVersion | None, action: str | None, certified: bool
    ) -> _Asked:
        """The rules for such events, and the memories that any rule may ask later.

        Before the version is known, only what holds in every version may be said.
        """
        possible = [
            rule
            for rule in self._rules
            if (version in rule.versions if version is not None else len(rule.versions) == len(OcppVersion))
            and (certified or not rule.needs_profile)
        ]
        kinds = dict.fromkeys(kind for rule in possible for kind in rule.memories)
        return (
            tuple(rule for rule in possible if _wants(rule, event, action)),
            tuple(kind for kind in kinds if _wants(kind, event, action)),
        )


def _wants(asked: Rule | type[Memory], event: type[Event], action: str | None) -> bool:
    return event in asked.on and (asked.actions is None or action in asked.actions)


def _is_certified(scene: Scene) -> bool:
    """Whether a profile holds for the station: what was certified for another version of OCPP says nothing of this one."""
    return scene.profile is not None and scene.profile.ocpp_version is scene.connection.version


def _action(event: Event) -> str | None:
    if isinstance(event, CallSeen | SendSeen):
        return event.message.action
    if isinstance(event, ResponseSeen | CallOverdue):
        return event.exchange.action if event.exchange is not None else None
    if isinstance(event, PayloadInvalid):
        return event.action
    if isinstance(event, FunctionLate):
        return event.trigger
    return getattr(getattr(event, "message", None), "action", None)


def _message_id(event: Event) -> MessageId | None:
    """Of the message that the event is about; None for what is no message."""
    match event:
        case CallOverdue():
            return event.exchange.message_id
        case FunctionLate():
            return event.trigger_id
        case ConnectionOpened() | ConnectionEnded() | PingSeen():
            return None
    return event.message.message_id


def _finding(rule: Rule, event: Event, action: str | None, verdict: Verdict) -> Finding:
    scene = event.scene
    message_id = _message_id(event)
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
