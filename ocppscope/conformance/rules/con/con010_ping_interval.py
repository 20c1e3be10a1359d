"""CON-010: a station that does not ping as often as it is configured to."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from ocppscope.conformance.event import ConnectionOpened, Event, Scene, TimeUp
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import number_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LOOK = 60.0
"""Seconds between two looks at a connection while its interval is not known."""

_SOONEST = 1.0

_LONGEST = 86_400.0
"""Seconds; nobody pings once a day, and a number without end is no interval."""

_READ = (
    '< [2,"0","GetConfiguration",{"key":["WebSocketPingInterval"]}]\n'
    '> [3,"0",{"configurationKey":[{"key":"WebSocketPingInterval","readonly":false,"value":"VALUE"}]}]\n'
)


class _Look(NamedTuple):
    """What a look at a connection leaves for the next: when the station was heard, the wait, and the silence that was told."""

    heard: int | None
    wait: float
    told: int | None = None


class PingsMissing(Rule):
    """A station that is silent for longer than its ping interval.

    Finds:
        The station reports, or was set to, WebSocketPingInterval = n, and for more than 1.5 n + 5 s no frame of any kind
        came from it: no ping, no message, no pong. 0 means that it does not ping. Told once for each silence. Only
        connections whose frames were recorded from their beginning are judged: other recordings hold no pings.

    Why it matters:
        Pings keep a connection open through routers and mobile networks, and are the only way for the station to notice
        that it is cut off.

    Usual causes:
        The interval needs a restart to take effect; the WebSocket library has its own; the network has dropped the
        connection and nobody noticed.

    What to do:
        See whether the station is heard again on the same connection, or on a new one. Compare with its restart.
    """

    id = "CON-010"
    name = "WebSocket ping interval not kept"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "J16 §5.3, §7; S16 §9.1.34; P4 §8.4"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, TimeUp)
    thresholds = (
        Threshold("intervals", 1.5, "Silence of so many intervals, and the seconds below, is told (a judgement)."),
        Threshold("grace_s", 5, "Added to that, for the network (a judgement)."),
    )
    examples = (
        Example(
            "silent for 200 s where 60 are set", _READ.replace("VALUE", "60") + "+200", finds=1, at_fault=Role.STATION
        ),
        Example("a ping a minute", _READ.replace("VALUE", "60") + "+60 ping\n" * 4),
        Example("a pong proves life as well", _READ.replace("VALUE", "60") + "+80 pong\n" * 3),
        Example("0 switches pings off", _READ.replace("VALUE", "0") + "+200"),
        Example("the interval is not known", "+200"),
        Example("the connection is over", _READ.replace("VALUE", "60") + "close > 1000\n+200"),
        Example(
            "2.0.1",
            """
            < [2,"0","GetVariables",{"getVariableData":[{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"WebSocketPingInterval"}}]}]
            > [3,"0",{"getVariableResult":[{"attributeStatus":"Accepted","attributeValue":"30","component":{"name":"OCPPCommCtrlr"},"variable":{"name":"WebSocketPingInterval"}}]}]
            +100
            """,
            version=OcppVersion.V201,
            finds=1,
        ),
    )

    def check(self, event: ConnectionOpened | TimeUp) -> Iterator[Verdict | AskLater]:
        """A look at the connection whenever the station may be overdue."""
        connection = event.scene.connection
        if isinstance(event, ConnectionOpened):
            if event.record.handshake is not None:
                yield AskLater(_LOOK, connection.number, _Look(None, _LOOK))
            return
        if not connection.alive:
            return
        last: _Look = event.note
        heard = connection.last_up_at if connection.last_up_at is not None else connection.opened_at
        # Through silence the looks grow rarer, so that a leap of the clock by years costs a few of them.
        wait = 2 * last.wait if last.heard == heard else _LOOK
        interval = _interval(event.scene)
        if interval is not None:
            patience = self.threshold("intervals") * interval + self.threshold("grace_s")
            silence = (event.scene.at - heard) / 1e9
            if silence < patience:
                yield AskLater(max(patience - silence, _SOONEST), event.key, _Look(None, _LOOK))
                return
            if last.told != heard:
                yield Verdict(
                    f"no frame from the station for {silence:.0f} s; its WebSocketPingInterval is {interval:g} s",
                    observed=f"{silence:.0f} s",
                    expected=f"<= {patience:g} s",
                    key=f"{interval:g}",
                )
                yield AskLater(max(patience, wait), event.key, _Look(heard, max(patience, wait), heard))
                return
        yield AskLater(wait, event.key, _Look(heard, wait, last.told))


def _interval(scene: Scene) -> float | None:
    """Seconds between the station's pings, None where that is not known or where it sends none."""
    key = (
        "websocketpinginterval"
        if scene.connection.version is OcppVersion.V16
        else "ocppcommctrlr.websocketpinginterval"
    )
    interval = number_at(scene.station.configuration, key)
    return interval if interval is not None and 0 < interval <= _LONGEST else None
