"""CON-008: TLS older than 1.2."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_OLD = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})


def _connect(leg: str, version: str) -> str:
    return f'connect {{"{leg}":{{"version":"{version}","cipher":"ECDHE-RSA-AES128-GCM-SHA256"}}}}'


class OldTls(Rule):
    """A connection that is secured with TLS 1.0 or 1.1.

    Finds:
        A leg that negotiated less than TLS 1.2: an error on OCPP 2.x, a warning on 1.6, where old stations may still use
        it. It shows only where the proxy itself ends TLS. OpenSSL 3 refuses such versions by default: then a failed
        handshake is all that is seen.

    Why it matters:
        Browsers, servers and payment rules have dropped these versions years ago; the next update of the CSMS locks the
        station out.

    Usual causes:
        An old TLS library in the station's firmware; a server that was left open for old stations.

    What to do:
        Update the station. Where that is impossible, let an end point of its own serve such stations.
    """

    id = "CON-008"
    name = "TLS below 1.2"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "WP A00.FR.312, A00.FR.416; P2 A00"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused)
    examples = (
        Example(
            "TLS 1.1 on 1.6",
            _connect("station_tls", "TLSv1.1"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
        ),
        Example(
            "TLS 1.0 on 2.0.1",
            _connect("station_tls", "TLSv1"),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example("the CSMS's side", _connect("csms_tls", "TLSv1.1"), finds=1, at_fault=Role.CSMS),
        Example("TLS 1.2", _connect("station_tls", "TLSv1.2")),
        Example("TLS 1.3", _connect("station_tls", "TLSv1.3"), version=OcppVersion.V201),
        Example("no TLS is another matter", "connect"),
    )

    def check(self, event: ConnectionOpened | ConnectionRefused) -> Iterator[Verdict]:
        """Both legs."""
        strict = event.scene.connection.version in (OcppVersion.V201, OcppVersion.V21)
        for role, tls in ((Role.STATION, event.record.station_tls), (Role.CSMS, event.record.csms_tls)):
            if tls is not None and tls.version in _OLD:
                yield Verdict(
                    f"the connection with the {role} is secured with {tls.version}",
                    Severity.ERROR if strict else Severity.WARNING,
                    role,
                    observed=quoted(tls.version),
                    expected="TLSv1.2 or newer",
                    key=f"{role} {tls.version}",
                )
