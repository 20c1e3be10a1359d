"""SES-017: a station that is told the time and does not take it over."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.memories.csms_time import time_told
from ocppscope.conformance.memories.settled_skew import SettledSkew
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.conformance.skew_words import skew_in_words
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BUCKET = 600_000_000_000
"""Nanoseconds in which one offer is followed up: a Heartbeat each ten seconds would put the alarm off for ever."""

_PATIENCE_S = 3600
"""After which an offer without any later message to judge by is forgotten."""

_SOURCES = frozenset({"NTP", "GNSS", "RealTimeClock", "MobileNetwork", "RadioTimeTransmitter"})


def _readings(ahead: int, first: int, count: int) -> str:
    """One MeterValues a minute from a clock that is ``ahead`` seconds ahead."""
    lines = ""
    for number in range(first, first + count):
        hours, rest = divmod(60 * number + ahead, 3600)
        stamp = f"2026-01-01T{hours:02}:{rest // 60:02}:{rest % 60:02}Z"
        lines += (
            f'+59.8 > [2,"m{number}","MeterValues",{{"connectorId":1,"meterValue":[{{"timestamp":"{stamp}",'
            f'"sampledValue":[{{"value":"20","measurand":"Temperature"}}]}}]}}]\n< [3,"m{number}",{{}}]\n'
        )
    return lines


_TOLD = '> [2,"h","Heartbeat",{}]\n< [3,"h",{"currentTime":"2026-01-01T00:05:00Z"}]\n'


class SkewPersists(Rule):
    """The clock is still off a minute after the CSMS told the time.

    Finds:
        A station whose clock was off (SES-012) when BootNotification or Heartbeat was answered with the time, and of
        which a message at least 60 s later is still off. On 2.x not where TimeSource names another source than Heartbeat.

    Why it matters:
        The clock will not come right by itself.

    Usual causes:
        The time is read at boot only, or not at all; an RTC that cannot be set; the zone is applied twice.

    What to do:
        Look in the station's clock history for a jump after BootNotification: none means that the time is not taken over.
    """

    id = "SES-017"
    name = "Clock skew persists after the time was told"
    severity = Severity.INFO
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §4.6; P2 B01.FR.06, G02.FR.06"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"BootNotification", "Heartbeat"})
    memories = (SettledSkew,)
    thresholds = (
        Threshold("skew_s", 10, "Seconds of skew from which the clock counts as off, as in SES-012."),
        Threshold("wait_s", 60, "Seconds that the station has to set its clock."),
    )
    examples = (
        Example(
            "as before",
            _readings(7200, 1, 5) + _TOLD + _readings(7200, 6, 3),
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.STATION,
            line=12,
            beside=("SES-012",),
        ),
        Example("set", _readings(7200, 1, 5) + _TOLD + _readings(0, 6, 3), beside=("SES-012",)),
        Example("right all along", _readings(0, 1, 5) + _TOLD + _readings(0, 6, 3)),
        Example("nothing later to judge by", _readings(7200, 1, 5) + _TOLD + "+120", beside=("SES-012",)),
        Example(
            "the clock is set by NTP",
            '< [2,"v","GetVariables",{"getVariableData":[{"component":{"name":"ClockCtrlr"},"variable":{"name":'
            '"TimeSource"}}]}]\n> [3,"v",{"getVariableResult":[{"attributeStatus":"Accepted","attributeValue":"NTP",'
            '"component":{"name":"ClockCtrlr"},"variable":{"name":"TimeSource"}}]}]\n'
            + (_readings(7200, 1, 5) + _TOLD + _readings(7200, 6, 3)).replace('"connectorId":1', '"evseId":1')
            .replace('"20"', "20").replace("Temperature", "Voltage"),
            version=OcppVersion.V201,
            beside=("SES-012",),
        ),
    )  # fmt: skip

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """A while after each answer that told the time to a clock which was off."""
        if isinstance(event, TimeUp):
            return self._followed_up(event)
        skew = event.scene.station.clock.skew
        if skew is None or abs(skew) <= self.threshold("skew_s"):
            return ()
        return self._offered(event)

    def _offered(self, event: ResponseSeen) -> Iterator[AskLater]:
        scene = event.scene
        settled = scene.recall(SettledSkew).seconds
        if settled is None or abs(settled) <= self.threshold("skew_s") or _has_other_source(scene):
            return
        if time_told(event) is not None and event.exchange is not None:
            note = (scene.at, scene.number, event.exchange.call, scene.station.clock.skew)
            yield AskLater(self.threshold("wait_s"), key=scene.at // _BUCKET, note=note)

    def _followed_up(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        scene = event.scene
        clock = scene.station.clock
        offered_at, *records, before = event.note
        waited = (scene.at - offered_at) / 1e9
        latest = clock.latest
        # A later message shows what the station made of it.
        since = None if latest is None else waited - (scene.time - latest[0]).total_seconds()
        if latest is None or since is None or since < self.threshold("wait_s"):
            if scene.connection.alive and waited < _PATIENCE_S:
                yield AskLater(self.threshold("wait_s"), key=event.key, note=event.note)
        elif abs(latest[1]) > self.threshold("skew_s"):
            yield Verdict(
                f"the station's clock is still {skew_in_words(latest[1])} {since:.0f} s after the answer to {event.action} "
                "told the time",
                observed=f"{before:+.0f} s before, {latest[1]:+.0f} s after",
                expected=f"within {self.threshold('skew_s'):g} s",
                records=tuple(records),
            )


def _has_other_source(scene: Scene) -> bool:
    """Whether the station says that it does not set its clock by Heartbeat (ClockCtrlr.TimeSource)."""
    sources = scene.station.configuration.get("clockctrlr.timesource", "")
    named = {source.strip() for source in sources.split(",")}
    return bool(named & _SOURCES) and "Heartbeat" not in named
