"""PIC-014: pings in another rhythm than declared."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import declared_limit
from ocppscope.conformance.event import Event, PingSeen
from ocppscope.conformance.memories.ping_gaps import ENOUGH, PingGaps
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion

_TOLERANCE = 0.25
"""Of the declared interval."""


class PingInterval(Rule):
    """WebSocket pings in another rhythm than the certificate, or the station's own setting, says.

    Finds:
        The median gap between five and more pings of the station differs by more than a quarter from
        WebSocketPingInterval, declared or reported. Where 0 is declared, the station should send none. Pings of the CSMS
        are its own affair. Told once for each connection.

    Why it matters:
        Pings keep a connection open through routers and balancers, whose timers are set to what is expected of them.

    Usual causes:
        The WebSocket library pings by itself, beside or instead of the station's own setting; the setting was changed
        after certification.

    What to do:
        Read WebSocketPingInterval from the station, and choose the timers between it and the CSMS accordingly.
    """

    id = "PIC-014"
    name = "Ping interval differs from the declared one"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    requirement = Requirement.CLAIM
    spec = "PICS ORS-11; J16 §7"
    on: ClassVar[tuple[type[Event], ...]] = (PingSeen,)
    needs_profile = True
    memories = (PingGaps,)
    examples = (
        Example(
            "every 20 s where 60 are declared",
            "ping\n" + "+20 ping\n" * 8,
            profile="settings.ORS-11 = 60",
            finds=1,
        ),
        Example("about every 60 s", "ping\n" + "+58 ping\n+63 ping\n" * 4, profile="settings.ORS-11 = 60"),
        Example("pings where none are declared", "ping\n" + "+20 ping\n" * 5, profile="settings.ORS-11 = 0", finds=1),
        Example("too few to tell", "ping\n" + "+20 ping\n" * 4, profile="settings.ORS-11 = 60"),
        Example(
            "the station reports the interval that it keeps",
            '< [2,"0","GetConfiguration",{"key":["WebSocketPingInterval"]}]\n'
            '> [3,"0",{"configurationKey":[{"key":"WebSocketPingInterval","readonly":false,"value":"20"}]}]\n'
            "ping\n" + "+20 ping\n" * 8,
            profile="settings.ORS-11 = 60",
        ),
    )

    def check(self, event: PingSeen) -> Iterator[Verdict]:
        """A rhythm that differs, once there are enough pings."""
        if event.direction is not Direction.TO_CSMS:
            return
        limit = declared_limit(event.scene, "web_socket_ping_interval_s")
        gap = event.scene.recall(PingGaps).rhythm(event)
        if limit is None or gap is None or abs(gap - limit.value) <= _TOLERANCE * limit.value:
            return
        yield Verdict(
            f"the station pings every {gap:.3g} s (median of {ENOUGH} gaps), which differs from "
            + limit.words("interval"),
            observed=f"{gap:.3g} s",
            expected=f"{limit.value} s" if limit.value else "no pings",
            key="interval",
        )
