"""SES-009: a station that says nothing for too long."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, Event, ResponseSeen, TimeUp
from ocppscope.conformance.memories.heartbeat_interval import HeartbeatInterval
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FIRST_LOOK_S = 10
"""After which the interval that was just told is looked up; from then on it is known when to look again."""

_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
    '> [2,"s0","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]\n< [3,"s0",{}]\n'
    '> [2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n< [3,"s1",{}]\n'
)
_BOOT_2X = (
    '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
    '> [2,"s1","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Available","evseId":1,'
    '"connectorId":1}]\n< [3,"s1",{}]\n'
)
_SLOWER = '< [2,"c","ChangeConfiguration",{"key":"HeartbeatInterval","value":"600"}]\n> [3,"c",{"status":"Accepted"}]\n'
_SLOWER_2X = (
    '< [2,"c","SetVariables",{"setVariableData":[{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":'
    '"HeartbeatInterval"},"attributeValue":"600"}]}]\n'
    '> [3,"c",{"setVariableResult":[{"attributeStatus":"Accepted","component":{"name":"OCPPCommCtrlr"},"variable":{"name":'
    '"HeartbeatInterval"}}]}]\n'
)


class Silent(Rule):
    """Nothing is heard of a connected station for longer than its heartbeat interval allows.

    Finds:
        No CALL and no response of the station for one and a half intervals and 10 s. Any message counts, not only
        Heartbeat. The latest interval holds: of the accepted BootNotification, or as it was changed since. An info on 1.6
        where the station's pings or pongs still come, which may stand for heartbeats there.

    Why it matters:
        The CSMS takes the station for offline, or believes in a connection that is dead.

    Usual causes:
        The link is gone and nobody has noticed; the firmware hangs; the interval that the station was given is ignored.

    What to do:
        See what came last, and whether pings are answered: if so the network stands, and the station's software does not.
    """

    id = "SES-009"
    name = "Station silent for longer than the heartbeat interval"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.6; P2 G02.FR.02"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ResponseSeen, TimeUp)
    actions = HeartbeatInterval.actions
    memories = (HeartbeatInterval,)
    thresholds = (
        Threshold("intervals", 1.5, "Heartbeat intervals without a message."),
        Threshold("margin_s", 10, "Seconds on top of them."),
    )
    examples = (
        Example(
            "nothing for 140 s where a heartbeat is due each minute",
            _BOOT + "+140",
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
        ),
        Example("on 2.0.1, though pings come", _BOOT_2X + "+60 ping\n+50", version=OcppVersion.V201, finds=1, severity=Severity.WARNING),
        Example("it pings, which may do on 1.6", _BOOT + "+60 ping\n+80", finds=1, severity=Severity.INFO),
        Example("one silence is told once", _BOOT + "+140\n+140\n+140", finds=1),
        Example(
            "after a reconnect, too",
            _BOOT + '+20 reconnect\n> [2,"h","Heartbeat",{}]\n< [3,"h",{"currentTime":"2026-01-01T00:00:20Z"}]\n+140',
            finds=1,
        ),
        Example(
            "heartbeats, and any other message instead",
            _BOOT
            + '+60 > [2,"1","Heartbeat",{}]\n< [3,"1",{"currentTime":"2026-01-01T00:01:01Z"}]\n'
            + '+60 < [2,"9","ClearCache",{}]\n> [3,"9",{"status":"Accepted"}]\n'
            + '+60 > [2,"2","DataTransfer",{"vendorId":"made.up"}]\n< [3,"2",{"status":"Accepted"}]\n+60',
        ),
        Example("a longer interval was set since", _BOOT + _SLOWER + "+140"),
        Example("a longer interval was set on 2.0.1", _BOOT_2X + _SLOWER_2X + "+140", version=OcppVersion.V201),
        Example("the connection is gone", _BOOT + "+20 drop\n+140"),
    )  # fmt: skip

    def check(self, event: ConnectionOpened | ResponseSeen | TimeUp) -> Iterator[Verdict | AskLater]:
        """One alarm for a station, set anew for the rest of the time whenever it was heard of meanwhile."""
        if not isinstance(event, TimeUp):
            yield AskLater(_FIRST_LOOK_S)
            return
        scene, interval = event.scene, event.scene.recall(HeartbeatInterval)
        connection = scene.connection
        waiting = scene.station.registration in ("Pending", "Rejected")
        if interval.seconds is None or not connection.alive or waiting:
            return
        allowed = interval.seconds * self.threshold("intervals") + self.threshold("margin_s")
        last = connection.last_message_up_at
        silent = (scene.at - (connection.opened_at if last is None else last)) / 1e9
        if silent < allowed:
            yield AskLater(allowed - silent)
            return
        yield AskLater(allowed, note=last)
        if event.note is not None and event.note == last:
            return
        pinged = connection.last_up_at is not None and (scene.at - connection.last_up_at) / 1e9 < allowed
        yield Verdict(
            f"no message of the station for {silent:.0f} s, where the heartbeat interval is {interval.seconds:g} s "
            f"({interval.source})" + ("; its pings or pongs still come" if pinged else ""),
            Severity.INFO if pinged and connection.version is OcppVersion.V16 else None,
            observed=f"{silent:.0f} s",
            expected=f"a message at least every {interval.seconds:g} s",
            records=(interval.record,),
            key="pings" if pinged else "",
        )
