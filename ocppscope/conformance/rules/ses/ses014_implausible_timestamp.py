"""SES-014: a time stamp that cannot be right."""

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.connector_states import ConnectorStates, told
from ocppscope.conformance.memories.settled_skew import SettledSkew
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.conformance.skew_words import duration
from ocppscope.conformance.timestamps import STAMPED_ACTIONS
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_FIRST_YEAR = 2015
"""OCPP 1.6 is of that year: no station that speaks it has anything older to tell."""

_AHEAD = timedelta(days=1)

_SKEWED_S = 300
"""A clock that is known to be off by more explains its stamps: SES-012 says so."""

_STATUS = (
    '> [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":'
    '"1970-01-01T00:00:00.740Z"}]\n< [3,"1",{}]\n'
)
_READING = (
    '> [2,"m","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"1970-01-01T00:10:00Z","sampledValue":'
    '[{"value":"20","measurand":"Temperature"}]}]}]\n< [3,"m",{}]\n'
)


class ImplausibleTimestamp(Rule):
    """A message tells of something before there was OCPP 1.6, or of tomorrow.

    Finds:
        A time stamp before 2015, or more than a day after its arrival. The first status of each connector after a boot is
        exempt: it may tell of the time before the clock was set. So is a clock of which SES-012 has said that it is off.

    Why it matters:
        Whatever is booked with it lands in the wrong year; some CSMSs refuse the message, and the station sends it again
        and again.

    Usual causes:
        The station starts at 1970 and does not wait for the time from BootNotification; a flat clock battery; seconds
        taken for milliseconds.

    What to do:
        Take over the time from the accepted BootNotification before anything is stamped, and correct what was stamped
        before.
    """

    id = "SES-014"
    name = "Implausible timestamp"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §4.2.1"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = STAMPED_ACTIONS
    memories = (ConnectorStates, SettledSkew)
    examples = (
        Example(
            "a meter value of 1970",
            _READING,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.meterValue",
        ),
        Example(
            "a status of the week after next",
            _STATUS.replace("1970-01-01", "2026-01-01").replace(".740", "")
            + _STATUS.replace("1970-01-01", "2026-01-14").replace('"1"', '"2"').replace("Available", "Preparing"),
            finds=1,
            path="$.timestamp",
            line=3,
        ),
        Example(
            "a security event of 1970 on 2.0.1",
            '> [2,"1","SecurityEventNotification",{"type":"StartupOfTheDevice","timestamp":"1970-01-01T00:00:01Z"}]\n'
            '< [3,"1",{}]',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("the first status, before the clock was set", _STATUS),
        Example("now", _READING.replace("1970-01-01T00:10:00Z", "2026-01-01T00:00:00Z")),
        Example("a few hours ahead may be a time zone", _READING.replace("1970-01-01T00:10", "2026-01-01T12:10")),
        Example("last month: it was queued", _READING.replace("1970-01-01", "2025-12-01")),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Stamps out of all reason."""
        stamp = event.stamp
        if stamp is None or (stamp.year >= _FIRST_YEAR and stamp - event.scene.time < _AHEAD):
            return ()
        return self._found(event)

    def _found(self, event: CallSeen) -> Iterable[Verdict]:
        scene, call, stamp = event.scene, event.message, event.stamp
        if stamp is None or event.direction is not Direction.TO_CSMS:
            return
        states = scene.recall(ConnectorStates)
        known = [states.get(name) for name, _ in told(call.action, call.payload)]
        if call.action == "StatusNotification" and not all(state is not None and state.fresh for state in known):
            return
        is_past = stamp.year < _FIRST_YEAR
        skew = scene.recall(SettledSkew).seconds
        if not is_past and skew is not None and abs(skew) > _SKEWED_S:
            return
        ahead = duration(abs((stamp - scene.time).total_seconds()))
        how = "lies before OCPP 1.6" if is_past else f"lies {ahead} ahead"
        path = "$.timestamp" if "timestamp" in call.payload else "$.meterValue"
        yield Verdict(
            f"the time stamp of {call.action}, {stamp:%Y-%m-%dT%H:%M:%SZ}, {how}",
            path=path,
            observed=f"{stamp:%Y-%m-%dT%H:%M:%SZ}",
            expected=f"about {scene.time:%Y-%m-%dT%H:%M:%SZ}",
            key=f"{call.action} {'past' if is_past else 'ahead'}",
        )
