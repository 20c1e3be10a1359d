"""SEC-002: a station whose side of the connection has weak TLS."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.cipher_suites import is_weak
from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_OLD = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})


def _refused(version: str, cipher: str) -> str:
    return f'refuse {{"status":401,"station_tls":{{"version":"{version}","cipher":"{cipher}"}}}}'


class WeakTls(Rule):
    """A station that settles for TLS which protects little.

    Finds:
        The station's side negotiated less than TLS 1.2, or a weak cipher suite (CBC, 3DES, RC4, NULL), also where the
        connection was refused afterwards. Of an established connection CON-008 and CON-009 tell the same for both sides,
        and this rule keeps silent. What a station offered beyond, such as compression or renegotiation, is not in a
        capture: a proxy that ends TLS shows its own choice.

    Why it matters:
        What is weak enough can be read and changed by others on the way.

    Usual causes:
        An old TLS library in the station. Two of the four suites of the specification use RSA key exchange, which modern
        OpenSSL may have switched off: then the operator must switch them on, and nobody should fall back to weaker ones.

    What to do:
        Update the station; enable the four suites of the specification on the server.
    """

    id = "SEC-002"
    name = "Weak TLS"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP A00; P2 A00.FR.306 to 318"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused)
    yields_to = ("CON-008", "CON-009")
    examples = (
        Example(
            "3DES, on a connection that was refused",
            _refused("TLSv1.2", "DES-CBC3-SHA"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
        ),
        Example("a sound suite", _refused("TLSv1.2", "AES128-GCM-SHA256")),
        Example("TLS 1.3", _refused("TLSv1.3", "TLS_AES_256_GCM_SHA384")),
        Example(
            "on an established connection another rule has said it",
            'connect {"station_tls":{"version":"TLSv1.2","cipher":"DES-CBC3-SHA"}}',
            beside=("CON-009",),
        ),
        Example("no TLS at all is another matter", "refuse"),
    )

    def check(self, event: ConnectionOpened | ConnectionRefused) -> Iterator[Verdict]:
        """The station's side."""
        tls = event.record.station_tls
        if tls is None:
            return
        flaws = [quoted(tls.version)] if tls.version in _OLD else []
        if tls.cipher is not None and is_weak(tls.cipher):
            flaws.append(quoted(tls.cipher))
        if flaws:
            shown = " and ".join(flaws)
            yield Verdict(
                f"the station's side negotiated {shown}",
                observed=shown,
                expected="TLS 1.2 with one of the four suites, or newer",
                key=shown[:100],
            )
