"""CON-004: a URL whose last part is no good station identity."""

import re
from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.handshakes import identity_in, is_upgrade, path_of
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LONGEST = 48
"""Characters of an identity on 2.x (P4 §3.1.1)."""

_FOREIGN = re.compile(r"[^A-Za-z0-9*\-_=+|@.:]")
"""What an identifierString may not hold. The colon has a complaint of its own."""


def _connect(target: str, word: str = "connect") -> str:
    request = '[["Upgrade","websocket"],["Sec-WebSocket-Protocol","ocpp1.6, ocpp2.0.1"]]'
    return f'{word} {{"handshake":{{"target":"{target}","request":{request}}}}}\n'


class MalformedIdentity(Rule):
    """A station that names itself in a way that cannot be relied upon.

    Finds:
        A URL that ends in a slash or names nobody, a space that is not percent-encoded, a colon in the identity; on 2.x
        more than 48 characters, or a character that no identifier may have. The identity is the last part of the path
        that is not empty, percent-decoded once; what follows a question mark is the vendor's.

    Why it matters:
        Two programs read two identities from such a URL, and the station gets the transactions of another, or none. A
        colon ends the user name in Basic credentials.

    Usual causes:
        A base URL with the slash at its end and no identity set in the station; a MAC address with colons; a name that a
        person typed.

    What to do:
        Set the identity in the station (letters, digits, - and _), and the CSMS URL without it.
    """

    id = "CON-004"
    name = "Station identity malformed"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "J16 §3.1.1; P4 §3.1.1"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused)
    examples = (
        Example("the URL ends in a slash", _connect("/ocpp/"), finds=1, severity=Severity.WARNING),
        Example("no path at all, and refused", _connect("/", "refuse"), finds=1),
        Example("a raw space", _connect("/ocpp/CS 1"), finds=1),
        Example("a colon, percent-encoded", _connect("/ocpp/AA%3ABB"), finds=1),
        Example("49 characters on 2.0.1", _connect("/" + "C" * 49), version=OcppVersion.V201, finds=1),
        Example("49 characters on 1.6, which gives no limit", _connect("/" + "C" * 49)),
        Example("an encoded space, allowed on 1.6", _connect("/ocpp/CS%201")),
        Example("and no identifier on 2.0.1", _connect("/ocpp/CS%201"), version=OcppVersion.V201, finds=1),
        Example("an identity with a token behind it", _connect("/ocpp/CS-EXAMPLE?key=a:b/")),
        Example("a health check is no station", 'refuse {"handshake":{"target":"/","request":[["Host","csms"]]}}'),
    )

    def check(self, event: ConnectionOpened | ConnectionRefused) -> Iterator[Verdict]:
        """The request target as sent."""
        handshake = event.record.handshake
        if handshake is None or (isinstance(event, ConnectionRefused) and not is_upgrade(handshake)):
            return
        path = path_of(handshake.target)
        strict = event.scene.connection.version in (OcppVersion.V201, OcppVersion.V21)
        for complaint, what in _complaints(path, identity_in(handshake.target), strict=strict):
            yield Verdict(
                f"{complaint}: {quoted(path)}",
                observed=quoted(path),
                expected="a path that ends in the identity, percent-encoded",
                key=what,
            )


def _complaints(path: str, identity: str | None, *, strict: bool) -> Iterator[tuple[str, str]]:
    if identity is None:
        yield "the URL names no station", "none"
        return
    if path.endswith("/"):
        yield "the path of the URL ends in a slash, where the identity is due", "slash"
    if " " in path:
        yield "the URL holds a space that is not percent-encoded", "space"
    if ":" in identity:
        yield f"the identity {quoted(identity)} holds a colon", "colon"
    if strict and len(identity) > _LONGEST:
        yield f"the identity has {len(identity)} characters, {_LONGEST} are allowed", "length"
    foreign = _FOREIGN.search(identity) if strict else None
    if foreign is not None:
        yield f"the identity {quoted(identity)} holds {quoted(foreign[0])}, which no identifier may have", "character"
