"""PIC-012: a TLS cipher suite that is not certified."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.capture.record import TlsFacts
from ocppscope.conformance.cipher_suites import iana_name, is_of_tls_1_3
from ocppscope.conformance.event import ConnectionOpened, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_TWO = 'features.C-12 = ["TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384"]'
_BOOT = '> [2,"1","Heartbeat",{}]'


class CipherSuite(Rule):
    """A connection secured with a suite that the certificate does not list.

    Finds:
        The cipher suite that the station's side negotiated is not among the certified ones. An info for suites of TLS
        1.3, which certificates of OCPP 1.6 do not list.

    Why it matters:
        The station does more, or something else, than was tested. A server limited to the certified suites may not be
        able to talk with it.

    Usual causes:
        Another firmware with another TLS library. Where the proxy ends TLS, the choice among what the station offers is
        the proxy's.

    What to do:
        Have the vendor complete the list; look at what the station offers before narrowing the server's suites down.
    """

    id = "PIC-012"
    name = "TLS cipher suite is not certified"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS C-12, SEC-4 (2.x: C-41)"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened,)
    needs_profile = True
    examples = (
        Example(
            "an elliptic curve where RSA is certified",
            _BOOT,
            profile=_TWO,
            tls=TlsFacts(version="TLSv1.2", cipher="ECDHE-ECDSA-AES128-GCM-SHA256"),
            finds=1,
            severity=Severity.ERROR,
        ),
        Example("certified", _BOOT, profile=_TWO, tls=TlsFacts(version="TLSv1.2", cipher="AES128-GCM-SHA256")),
        Example(
            "TLS 1.3",
            _BOOT,
            profile=_TWO,
            tls=TlsFacts(version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384"),
            finds=1,
            severity=Severity.INFO,
        ),
        Example("no TLS has no suite", _BOOT, profile=_TWO),
        Example(
            "no list is declared",
            _BOOT,
            profile="features.C-04 = true",
            tls=TlsFacts(version="TLSv1.2", cipher="ECDHE-RSA-AES128-GCM-SHA256"),
        ),
    )

    def check(self, event: ConnectionOpened) -> Iterator[Verdict]:
        """The suite of the station's leg."""
        profile, tls = event.scene.profile, event.record.station_tls
        certified = profile.derived.cipher_suites if profile is not None else None
        suite = iana_name(tls.cipher) if tls is not None and tls.cipher is not None else None
        if certified is None or suite is None or suite in {name.upper() for name in certified}:
            return
        listed = ", ".join(certified)
        yield Verdict(
            f"the station's connection negotiated {quoted(suite)}, outside the certified suites: {listed}",
            Severity.INFO if is_of_tls_1_3(suite) else None,
            observed=quoted(suite),
            expected=listed,
            key=suite[:80],
        )
