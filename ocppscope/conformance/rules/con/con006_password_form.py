"""CON-006: a Basic password of the wrong length or form (1.6)."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.handshakes import credentials_of
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_SHORTEST, _LONGEST = 16, 20
"""Bytes of a password (WP A00.FR.205)."""

_SHORTEST_HEX, _LONGEST_HEX = 2 * _SHORTEST, 2 * _LONGEST


def _basic(size: int, form: str = "") -> str:
    return f'connect {{"handshake":{{"auth":"Basic user=CS-EXAMPLE password={size} bytes{form}"}}}}\n'


class PasswordForm(Rule):
    """A Basic password that is too short or too long, or was sent as hexadecimal text.

    Finds:
        A password of less than 16 or more than 20 bytes. Of 32 to 40 hexadecimal digits it says what that most likely is:
        the AuthorizationKey as it was configured, not decoded to the 16 to 20 bytes that it stands for. A capture holds
        the length and the class of a password, never the password.

    Why it matters:
        The CSMS compares with the bytes that it has and answers 401; the station cannot get online after the key was
        changed.

    Usual causes:
        AuthorizationKey is written in hexadecimal and goes over the wire as bytes; many implementations miss the step.

    What to do:
        Agree with the vendor on one reading of AuthorizationKey, and change the keys of both sides together.
    """

    id = "CON-006"
    name = "Basic password has the wrong length or form"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP A00.FR.205, §7.2"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused)
    examples = (
        Example("40 hexadecimal digits", _basic(40, ", all hex digits"), finds=1, severity=Severity.WARNING),
        Example("15 bytes", _basic(15), finds=1, at_fault=Role.STATION),
        Example("20 bytes", _basic(20)),
        Example("a plain text of 16 characters, even of hexadecimal digits", _basic(16, ", all hex digits")),
        Example(
            "refused for it",
            """
            refuse {"status":401,"handshake":{"auth":"Basic user=CS-EXAMPLE password=8 bytes","request":[["Upgrade","websocket"],["Sec-WebSocket-Protocol","ocpp1.6"]]}}
            """,
            finds=1,
        ),
        Example("on 2.0.1 up to 40 characters are right", _basic(40), version=OcppVersion.V201),
        Example("no credentials", "connect"),
    )

    def check(self, event: ConnectionOpened | ConnectionRefused) -> Iterator[Verdict]:
        """Length and class of the password."""
        credentials = credentials_of(event.record.handshake)
        if credentials is None or _SHORTEST <= credentials.size <= _LONGEST:
            return
        undecoded = credentials.hexadecimal and _SHORTEST_HEX <= credentials.size <= _LONGEST_HEX
        form = " of hexadecimal digits only: the key in hexadecimal, not decoded" if undecoded else ""
        yield Verdict(
            f"the password has {credentials.size} bytes{form}",
            observed=f"{credentials.size} bytes",
            expected=f"{_SHORTEST} to {_LONGEST} bytes",
            key=str(credentials.size),
        )
