"""CON-002: a CSMS that chooses a subprotocol that was not offered, or goes on without one."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, Event, TimeUp
from ocppscope.conformance.handshakes import is_upgrade, offered_protocols
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role

_PATIENCE = 5.0
_ASKED = 12
"""Times, `_PATIENCE` seconds apart, that a connection without subprotocol is looked at: within a minute somebody speaks."""

_TALK = '> [2,"1","Heartbeat",{}]\n< [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]\n+6'


def _connect(offered: str, chosen: str) -> str:
    request = f'[["Upgrade","websocket"],["Sec-WebSocket-Protocol","{offered}"]]'
    return f'connect {{"subprotocol":{chosen},"handshake":{{"request":{request}}}}}\n'


class WrongSubprotocol(Rule):
    """A CSMS that answers an upgrade with a subprotocol that nobody offered, or talks without any.

    Finds:
        A 101 that names a subprotocol which is not in the station's offer, and a 101 without one on which the CSMS then
        sends OCPP messages. An info for the latter where the station offered nothing that could be chosen. To complete
        the handshake without a subprotocol and close at once is what 1.6 asks for, and a refusal with 4xx is widespread:
        neither is found.

    Why it matters:
        Both sides may believe in different versions. A careful WebSocket library closes the connection on the station's
        side, again and again, without a message in the log of the CSMS.

    Usual causes:
        A server that always answers its favourite; one that takes the version from the URL; a gateway that rewrites the
        header on one leg only.

    What to do:
        Compare offer and answer in the record of the connection. The CSMS must choose from the list, or close.
    """

    id = "CON-002"
    name = "Subprotocol chosen that was not offered, or none"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "J16 §3.2; RFC 6455 §4.1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, TimeUp)
    examples = (
        Example(
            "one that was not offered",
            _connect("ocpp2.0.1, ocpp1.6", '"ocpp1.5"'),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
        ),
        Example("one of the offer", _connect("ocpp2.0.1, ocpp1.6", '"ocpp1.6"') + _TALK),
        Example("none, and the CSMS goes on", _connect("ocpp2.0.1", "null") + _TALK, finds=1),
        Example("none, and the CSMS closes at once", _connect("ocpp2.0.1", "null") + "close < 1002\n+6"),
        Example(
            "nothing was offered, and the CSMS goes on",
            'connect {"subprotocol":null,"handshake":{"request":[["Upgrade","websocket"]]}}\n' + _TALK,
            finds=1,
            severity=Severity.INFO,
            beside=("CON-001",),
        ),
        Example(
            "refused with 400",
            'refuse {"status":400,"handshake":{"request":[["Upgrade","websocket"],["Sec-WebSocket-Protocol","ocpp1.2"]]}}',
        ),
        Example("the headers were not recorded", 'connect {"subprotocol":null}\n' + _TALK),
    )

    def check(self, event: ConnectionOpened | TimeUp) -> Iterator[Verdict | AskLater]:
        """The choice at once, and what follows a missing one a while later."""
        if isinstance(event, TimeUp):
            yield from self._later(event)
            return
        offered, chosen = offered_protocols(event.record.handshake), event.record.subprotocol
        if offered is None or not is_upgrade(event.record.handshake):
            return
        listed = ", ".join(offered)
        if chosen is None:
            yield AskLater(_PATIENCE, event.scene.connection.number, (_ASKED, listed[:200]))
        elif chosen not in offered:
            yield Verdict(
                f"the CSMS chose {quoted(chosen)}; offered: {quoted(listed) if offered else 'nothing'}",
                observed=quoted(chosen),
                expected=quoted(listed) if offered else "absent",
                key=f"{chosen[:40]} of {listed[:80]}",
            )

    @staticmethod
    def _later(event: TimeUp) -> Iterator[Verdict | AskLater]:
        left, listed = event.note
        connection = event.scene.connection
        if connection.messages[Direction.TO_STATION]:
            yield Verdict(
                "the CSMS completed the handshake without a subprotocol and speaks OCPP; offered: "
                + (quoted(listed) if listed else "nothing"),
                None if "ocpp" in listed.lower() else Severity.INFO,
                observed="no subprotocol",
                expected="one of the offer, or a close",
                key=f"none of {listed[:80]}",
            )
        elif connection.alive and left > 1:
            yield AskLater(_PATIENCE, event.key, (left - 1, listed))
