"""CON-005: Basic credentials for somebody else."""

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import unquote

from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.handshakes import credentials_of, identity_in
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role


def _basic(user: str, target: str = "/ocpp/CP1", word: str = "connect") -> str:
    return f'{word} {{"handshake":{{"target":"{target}","auth":"Basic user={user} password=20 bytes"}}}}\n'


class OtherUser(Rule):
    """Basic credentials whose user name is not the identity in the URL.

    Finds:
        The user name of the Authorization header differs from the station's identity. Compared after percent-decoding and
        by letter case.

    Why it matters:
        The CSMS cannot know which of the two connects. It answers 401, or it lets one station in under the name of
        another.

    Usual causes:
        A user name that was typed in beside the identity; an identity that was changed later; one credential for all
        stations.

    What to do:
        Set the user name to the identity: the two are one in OCPP.
    """

    id = "CON-005"
    name = "Basic user name differs from the identity in the URL"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP A00.FR.204, A00.FR.303; P2 A00"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused)
    examples = (
        Example("another user", _basic("CP2"), finds=1, severity=Severity.ERROR, at_fault=Role.STATION),
        Example("another user, and refused", _basic("CP2", word="refuse"), finds=1),
        Example("the same", _basic("CP1")),
        Example("the same, percent-encoded in the URL", _basic("CP 1", "/ocpp/CP%201")),
        Example("letter case counts", _basic("cp1"), finds=1),
        Example("what is behind the path does not count", _basic("CP1", "/ocpp/CP1?v=1.6")),
        Example("no credentials", "connect"),
        Example("other credentials", 'connect {"handshake":{"auth":"Bearer credentials=200 bytes"}}'),
    )

    def check(self, event: ConnectionOpened | ConnectionRefused) -> Iterator[Verdict]:
        """User name against identity."""
        handshake = event.record.handshake
        credentials = credentials_of(handshake)
        identity = identity_in(handshake.target) if handshake is not None else None
        if credentials is None or identity is None or identity in (credentials.user, unquote(credentials.user)):
            return
        if "\ufffd" in identity or "\\x" in credentials.user:
            return  # neither is text; what a capture holds of them cannot be compared
        yield Verdict(
            f"the station {quoted(identity)} gives the user name {quoted(credentials.user)}",
            observed=quoted(credentials.user),
            expected=quoted(identity),
            key=credentials.user[:80],
        )
