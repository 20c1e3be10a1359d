"""Asks the rules."""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import timedelta
from typing import NamedTuple

import msgspec

from ocppscope.conformance.alarms import Alarm, Alarms
from ocppscope.conformance.event import (
    CallSeen,
    ConnectionEnded,
    ConnectionOpened,
    ConnectionRefused,
    Event,
    PingSeen,
    ResponseSeen,
    Scene,
    TimeUp,
    action_of,
    message_id_of,
)
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.conformance.rule import AskLater, Rule, Verdict
from ocppscope.conformance.switches import Switches, read_switches
from ocppscope.conformance.trait import traits_of_call, traits_of_response
from ocppscope.model.connection import Connection
from ocppscope.model.finding import Finding, Severity
from ocppscope.pics.profile import Profile
from ocppscope.protocol.actions import ACTIONS, bare_action
from ocppscope.protocol.version import OcppVersion

_KNOWN = frozenset[str]().union(*ACTIONS.values())

_WITHOUT_ACTION = frozenset({ConnectionOpened, ConnectionRefused, ConnectionEnded, PingSeen})
"""Events that are about no message: whoever asks for them gets them, whatever actions it names beside."""

_WITH_TRAITS = frozenset({CallSeen, ResponseSeen})
"""Events that are sorted by their traits."""

_LONGEST_WAIT = 1e9
"""Seconds: intervals come from the wire, and may be anything."""

NEVER = 1 << 63
"""Later than any record."""

_MOST_RINGS = 100
"""Times that one rule is asked about one thing while time moves on once."""

_MOST_KINDS = 2000
"""Kinds of events sorted in one table. There are some hundreds in ordinary traffic; a peer may make up more."""

_MOST_TABLES = 100
"""Tables kept: versions, profiles and their combinations are few."""

_MOST_SPOKEN = 8
"""Records kept of which a rule has spoken: the events of one record come close together."""

_LONGEST_TEXT = 2000
"""Characters of what a finding says, whatever a rule quotes."""


class _Kind(NamedTuple):
    """What tells the rules that are asked about one event from those that are not."""

    event: type[Event]
    action: str | None
    traits: int


class _Asked(NamedTuple):
    """Who is asked about one kind of event: rules in order of causes, and the memories that learn of it."""

    rules: tuple[Rule, ...]
    memories: tuple[type[Memory], ...]


class _RuleSet(NamedTuple):
    """The rules that hold for a station, with its thresholds, and the severities that each may find."""

    rules: tuple[Rule, ...]
    allowed: dict[str, frozenset[Severity]]


class _Table:
    """Who is asked about what, for all connections of one version under the same profiles.

    Attributes:
        profile, csms_profile, version, timed: of those connections.
        asked: by kind of event; filled as they come.
    """

    __slots__ = ("asked", "csms_profile", "profile", "rules", "timed", "version")

    def __init__(self, scene: Scene, rules: tuple[Rule, ...]) -> None:
        self.profile = scene.profile
        self.csms_profile = scene.csms_profile
        self.version = scene.connection.version
        self.timed = scene.connection.timed
        self.rules = rules
        self.asked: dict[_Kind | tuple[type[Event], str | None, int], _Asked] = {}

    def holds(self, scene: Scene) -> bool:
        """Whether it is (still) the table for a scene."""
        connection = scene.connection
        return (
            self.profile is scene.profile
            and self.csms_profile is scene.csms_profile
            and self.version is connection.version
            and self.timed is connection.timed
        )


class RuleEngine:
    """A catalogue of rules, sorted by the events, versions and actions that they ask for.

    Args:
        rules: the catalogue.
        switches: what is on, for all stations; they win over those of profiles.
        profiles: all that may come to hold; what they switch holds where they do.

    Raises:
        SwitchError: a profile names a rule or threshold that there is not.
    """

    def __init__(
        self, rules: Iterable[Rule], switches: Switches | None = None, profiles: Iterable[Profile] = ()
    ) -> None:
        self._catalogue = causes_first(rules)
        self._switches = switches or Switches()
        self._declared = {
            profile.name: read_switches(profile.rules, self._catalogue, f"profile {profile.name}: ")
            for profile in profiles
        }
        self._sets: dict[tuple[str | None, str | None], _RuleSet] = {}
        self._tables: list[_Table] = []
        self._table: _Table | None = None
        """The one that was used last: most events in a row are of the same kind of station."""
        self._alarms = Alarms()
        self._held: dict[int, list[Alarm]] = {}
        """By connection number: what is due on connections that have not been heard of since."""
        self._spoken: Recent[int, set[str]] = Recent(_MOST_SPOKEN)

    def judge(self, event: Event) -> list[Finding]:
        """What all rules say of one event."""
        scene = event.scene
        table = self._table
        if table is None or not table.holds(scene):
            table = self._table = self._table_of(scene)
        if type(event) is CallSeen:
            action: str | None = event.message.action
            traits = traits_of_call(event)
        elif type(event) is ResponseSeen:
            action = None if event.exchange is None else event.exchange.action
            traits = traits_of_response(event)
        else:
            action, traits = action_of(event), 0
        # Names that no version has share one entry: they come from the wire and are without end.
        known = action if action is None or action in _KNOWN else _known(action)
        kind = (type(event), known, traits)
        asked = table.asked.get(kind) or self._sort(table, _Kind(*kind))
        spoken = self._spoken.get(scene.number) if self._spoken else None
        findings: list[Finding] = []
        for rule in asked.rules:
            if spoken is not None and not spoken.isdisjoint(rule.yields_to):
                continue
            for verdict in rule.check(event):
                finding = self._taken(rule, event, action, verdict)
                if finding is not None:
                    findings.append(finding)
                    if spoken is None:
                        spoken = self._spoken[scene.number] = set()
                    spoken.add(rule.id)
        kept = scene.memories.kinds
        for kind_of_memory in asked.memories:
            memory = kept.get(kind_of_memory)
            if memory is None:
                memory = scene.recall(kind_of_memory)
            memory.learn(event)
        return findings

    @property
    def next_due(self) -> int:
        """When a rule may want to be asked again (ns on the record clock)."""
        following = self._alarms.next
        return NEVER if following is None else following

    def advance(self, now: int) -> list[Finding]:
        """What the rules say that wanted to be asked again by ``now`` (ns on the record clock)."""
        if self.next_due > now:
            return []
        findings: list[Finding] = []
        rung: Counter[tuple[str, str, Hashable]] = Counter()
        for alarm in self._alarms.due(now):
            if is_unheard(alarm.scene.connection, alarm.due):
                self._held.setdefault(alarm.scene.connection.number, []).append(alarm)
                continue
            name = (alarm.scene.station.id, alarm.rule.id, alarm.key)
            rung[name] += 1
            # Where the clock leaps (a suspended machine, an hour set back and forth), rules need not be asked for every
            # minute that nobody saw.
            findings += self._rung(alarm, now if rung[name] > _MOST_RINGS else alarm.due)
        return findings

    def heard(self, connection: Connection) -> list[Finding]:
        """What the rules say that waited for a sign of life of this connection; to be asked before it is taken in."""
        return [finding for alarm in self._held.pop(connection.number, ()) for finding in self._rung(alarm, alarm.due)]

    def ended(self, connection: Connection) -> None:
        """Nothing will be heard of a connection any more."""
        self._held.pop(connection.number, None)

    @property
    def holds_any(self) -> bool:
        """Whether any rule waits for a sign of life."""
        return bool(self._held)

    def _rung(self, alarm: Alarm, at: int) -> list[Finding]:
        event = _time_up(alarm, at)
        taken = (self._taken(alarm.rule, event, alarm.action, verdict) for verdict in alarm.rule.check(event))
        return [finding for finding in taken if finding is not None]

    def forget(self, station: str) -> None:
        """Ask nothing more of what a station did so far."""
        self._alarms.forget(station)

    def forget_all(self) -> None:
        """Ask nothing more of what happened so far."""
        self._alarms.forget_all()
        self._held.clear()

    def _taken(self, rule: Rule, event: Event, action: str | None, said: Verdict | AskLater) -> Finding | None:
        """What becomes of one thing that a rule said: a finding, an alarm, or nothing where its severity is off."""
        scene = event.scene
        if isinstance(said, AskLater):
            due = scene.at + max(round(min(said.seconds, _LONGEST_WAIT) * 1e9), 1)
            self._alarms.set(Alarm(due, rule, scene, said.key, said.note, action, message_id_of(event)))
            return None
        if (said.severity or rule.severity) not in self._set(scene).allowed[rule.id]:
            return None
        return _finding(rule, event, action, said)

    def _set(self, scene: Scene) -> _RuleSet:
        """The rules as they are switched for a station."""
        profile, csms = scene.profile, scene.csms_profile
        key = (None if profile is None else profile.name, None if csms is None else csms.name)
        found = self._sets.get(key)
        if found is None:
            switches = Switches()
            for name in key:
                switches = switches.then(self._declared.get(name or "", Switches()))
            found = self._sets[key] = _switched(self._catalogue, switches.then(self._switches))
        return found

    def _table_of(self, scene: Scene) -> _Table:
        return next((table for table in self._tables if table.holds(scene)), None) or self._made(scene)

    def _made(self, scene: Scene) -> _Table:
        """The rules for such connections. Before the version is known, only what holds in every version may be said."""
        version, timed, certified = scene.connection.version, scene.connection.timed, _is_certified(scene)
        possible = tuple(
            rule
            for rule in self._set(scene).rules
            if (version in rule.versions if version is not None else len(rule.versions) == len(OcppVersion))
            and (certified or not rule.needs_profile)
            and (timed or rule.timeless)
        )
        table = _Table(scene, possible)
        self._tables.insert(0, table)
        del self._tables[_MOST_TABLES:]
        return table

    def _sort(self, table: _Table, kind: _Kind) -> _Asked:
        """The rules for such events, and the memories that any rule may ask later."""
        if len(table.asked) >= _MOST_KINDS:
            table.asked.clear()
        kinds = dict.fromkeys(memory for rule in table.rules for memory in rule.memories)
        asked = table.asked[kind] = _Asked(
            tuple(rule for rule in table.rules if _wants(rule, kind)),
            tuple(memory for memory in kinds if _wants(memory, kind)),
        )
        return asked


def _known(action: str) -> str | None:
    bare = bare_action(action)
    return bare if bare in _KNOWN else None


def causes_first(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules in an order in which each comes after those that it yields to; by id among equals.

    Raises:
        ValueError: two rules yield to each other, at whatever distance.
    """
    catalogue = {rule.id: rule for rule in rules}
    ordered: dict[str, Rule] = {}

    def place(rule: Rule, waiting: tuple[str, ...]) -> None:
        if rule.id in waiting:
            raise ValueError(f"these rules yield to each other: {', '.join(waiting)}")
        for cause in rule.yields_to:
            if cause in catalogue and cause not in ordered:
                place(catalogue[cause], (*waiting, rule.id))
        ordered[rule.id] = rule

    for rule_id in sorted(catalogue):
        if rule_id not in ordered:
            place(catalogue[rule_id], ())
    return tuple(ordered.values())


def is_unheard(connection: Connection, since: int) -> bool:
    """Whether a connection may have ended by then unnoticed: its recording has no ends, and it was not heard of after."""
    if connection.ends_recorded or not connection.alive:
        return False
    return (connection.last_at if connection.last_at is not None else connection.opened_at) < since


def _time_up(alarm: Alarm, at: int) -> TimeUp:
    asked = alarm.scene
    time = asked.time + timedelta(microseconds=(at - asked.at) / 1000)
    scene = msgspec.structs.replace(asked, time=time, at=at)
    return TimeUp(scene, alarm.key, alarm.note, alarm.action, alarm.message_id)


def _switched(catalogue: Iterable[Rule], switches: Switches) -> _RuleSet:
    allowed = {rule.id: switches.allowed(rule) for rule in catalogue}
    rules = []
    for rule in catalogue:
        if allowed[rule.id]:
            changed = switches.changed(rule)
            rules.append(type(rule)(changed) if changed else rule)
    return _RuleSet(tuple(rules), allowed)


def _wants(asked: Rule | type[Memory], kind: _Kind) -> bool:
    if kind.event not in asked.on:
        return False
    if asked.only and not asked.only & kind.traits and kind.event in _WITH_TRAITS:
        return False
    return asked.actions is None or kind.action in asked.actions or kind.event in _WITHOUT_ACTION


def _is_certified(scene: Scene) -> bool:
    """Whether a profile holds for the station: what was certified for another version of OCPP says nothing of this one."""
    return scene.profile is not None and scene.profile.ocpp_version is scene.connection.version


def _finding(rule: Rule, event: Event, action: str | None, verdict: Verdict) -> Finding:
    scene = event.scene
    message_id = message_id_of(event)
    return Finding(
        rule=rule.id,
        severity=verdict.severity or rule.severity,
        at_fault=verdict.at_fault or rule.at_fault,
        station=scene.station.id,
        connection=scene.connection.number,
        time=scene.time,
        records=verdict.records or (scene.number,),
        evidence=_cut(verdict.evidence),
        message_id=None if message_id is None else str(message_id),
        action=action,
        path=None if verdict.path is None else _cut(verdict.path),
        observed=None if verdict.observed is None else _cut(verdict.observed),
        expected=None if verdict.expected is None else _cut(verdict.expected),
        spec=rule.spec,
        key=_cut(verdict.key),
    )


def _cut(text: str) -> str:
    """The text, or its beginning: names of actions and members come from the wire and may have any length."""
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
