"""CON-009: a cipher suite outside the mandated set."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.capture.record import TlsFacts
from ocppscope.conformance.cipher_suites import iana_name, is_of_tls_1_3, is_weak
from ocppscope.conformance.event import ConnectionOpened, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_MANDATED = frozenset(
    {
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
    }
)
_LEGACY = "TLS_RSA_WITH_AES_128_CBC_SHA"
"""Allowed with TLS older than 1.2."""


def _connect(leg: str, cipher: str, version: str = "TLSv1.2") -> str:
    return f'connect {{"{leg}":{{"version":"{version}","cipher":"{cipher}"}}}}'


class CipherSuiteOutside(Rule):
    """A connection secured with a suite that the security profiles do not name.

    Finds:
        A suite that is known to be weak (CBC, 3DES, RC4, NULL). An info for a sound one outside the four that the
        specification lists, such as ECDHE with an RSA certificate, which is what most servers negotiate. Suites of TLS
        1.3 are newer than the list and fine.

    Why it matters:
        A server that is limited to the four suites cannot talk with the station; a weak suite gives no protection that
        an auditor accepts.

    Usual causes:
        A TLS library whose defaults were never narrowed down; a certificate of another kind than the suites need.

    What to do:
        Enable the four suites on both sides, and choose the server's certificate to fit: RSA or ECDSA.
    """

    id = "CON-009"
    name = "Cipher suite outside the mandated set"
    severity = Severity.WARNING
    requirement = Requirement.MUST
    spec = "WP A00.FR.317, A00.FR.318, A00.FR.319"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened,)
    examples = (
        Example(
            "CBC",
            _connect("station_tls", "ECDHE-RSA-AES256-SHA"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
        ),
        Example("3DES on the CSMS's side", _connect("csms_tls", "DES-CBC3-SHA"), finds=1, at_fault=Role.CSMS),
        Example("one of the four, by OpenSSL's name", _connect("station_tls", "AES128-GCM-SHA256")),
        Example("TLS 1.3", _connect("station_tls", "TLS_CHACHA20_POLY1305_SHA256", "TLSv1.3")),
        Example(
            "sound, but not of the four",
            _connect("station_tls", "ECDHE-RSA-AES128-GCM-SHA256"),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "the suite of old TLS, with old TLS",
            _connect("station_tls", "AES128-SHA", "TLSv1.1"),
            beside=("CON-008",),
        ),
        Example("and with new TLS", _connect("station_tls", "AES128-SHA"), finds=1, severity=Severity.WARNING),
    )

    def check(self, event: ConnectionOpened) -> Iterator[Verdict]:
        """Both legs."""
        for role, tls in ((Role.STATION, event.record.station_tls), (Role.CSMS, event.record.csms_tls)):
            if tls is not None and tls.cipher is not None and not _is_fine(tls, tls.cipher):
                weak = is_weak(tls.cipher)
                yield Verdict(
                    f"the connection with the {role} negotiated {quoted(tls.cipher)}, "
                    + ("which is weak" if weak else "which is sound, but not one of the four that the standard lists"),
                    Severity.WARNING if weak else Severity.INFO,
                    role,
                    observed=quoted(tls.cipher),
                    expected=", ".join(sorted(_MANDATED)),
                    key=f"{role} {tls.cipher[:80]}",
                )


def _is_fine(tls: TlsFacts, cipher: str) -> bool:
    suite = iana_name(cipher)
    if suite is None:
        return False
    old = tls.version not in (None, "TLSv1.2", "TLSv1.3")
    return suite in _MANDATED or is_of_tls_1_3(suite) or (old and suite == _LEGACY)
