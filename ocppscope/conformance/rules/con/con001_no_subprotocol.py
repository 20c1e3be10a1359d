"""CON-001: an upgrade without a usable subprotocol."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.handshakes import is_upgrade, offered_protocols
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_BARE = '{"subprotocol":null,"handshake":{"request":[["Host","csms"],["Upgrade","websocket"]]}}'


def _offering(protocols: str) -> str:
    return f'{{"handshake":{{"request":[["Upgrade","websocket"],["Sec-WebSocket-Protocol","{protocols}"]]}}}}'


class NoSubprotocol(Rule):
    """A station that does not say which version of OCPP it speaks.

    Finds:
        An upgrade without Sec-WebSocket-Protocol, or with no value in it that begins with ocpp. A plain HTTP request, as
        that of a health check, is none. Silent where the headers were not recorded.

    Why it matters:
        The subprotocol is the only place where the version is agreed on. Many servers answer 400; others guess, and then
        the two sides may speak different versions.

    Usual causes:
        A WebSocket library whose protocol list was left empty; a proxy or gateway that drops the header.

    What to do:
        Have the station send "ocpp1.6", "ocpp2.0.1" or a list. To read its messages all the same, let ocppscope conclude
        the version from them.
    """

    id = "CON-001"
    name = "No usable Sec-WebSocket-Protocol offered"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "J16 §3.1.2; P4 §3.1.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused)
    examples = (
        Example("no header", f"connect {_BARE}", finds=1, severity=Severity.ERROR, at_fault=Role.STATION),
        Example("no header, and refused for it", f"refuse {_BARE}", finds=1),
        Example("only a foreign protocol", f"connect {_offering('mqtt')}", finds=1, beside=("CON-002",)),
        Example("one version", f"connect {_offering('ocpp1.6')}"),
        Example("several versions", f"connect {_offering('ocpp2.0.1, ocpp1.6')}"),
        Example("the headers were not recorded", "connect"),
        Example(
            "a health check is no station",
            'refuse {"status":404,"handshake":{"request":[["Host","csms"],["User-Agent","probe"]]}}',
        ),
    )

    def check(self, event: ConnectionOpened | ConnectionRefused) -> Iterator[Verdict]:
        """Upgrades that offer nothing of OCPP."""
        handshake = event.record.handshake
        offered = offered_protocols(handshake)
        if offered is None or not is_upgrade(handshake) or any(name.lower().startswith("ocpp") for name in offered):
            return
        listed = ", ".join(offered)
        yield Verdict(
            f"the upgrade offers {quoted(listed)}, no version of OCPP"
            if offered
            else "the upgrade has no Sec-WebSocket-Protocol header",
            observed=quoted(listed) if offered else "absent",
            expected="ocpp1.6, ocpp2.0.1 or ocpp2.1",
            key=listed[:80],
        )
