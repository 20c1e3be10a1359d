"""SEC-004: a certificate that nobody asked for, a request that is none, a chain that is too long."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.certificate_validity import is_signing_request
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_certificates import SIGNING_REQUEST, VALID
from ocppscope.conformance.example_profiles import BOOT
from ocppscope.conformance.memories.signing_requests import SigningRequests
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import number_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_LONGEST = 10_000
"""Characters that the schema of CertificateSigned allows; beyond, RPC-024 speaks."""

_LIMITS = (
    "certificatesignedmaxchainsize",
    "certificatesignedmaxchain",
    "securityctrlr.maxcertificatechainsize",
)


def _sign(csr: str) -> str:
    return f'> [2,"s","SignCertificate",{{"csr":"{csr}"}}]\n< [3,"s",{{"status":"Accepted"}}]\n'


_SIGNED = f'< [2,"c","CertificateSigned",{{"certificateChain":"{VALID}"}}]\n> [3,"c",{{"status":"Accepted"}}]\n'
_LIMIT = """
< [2,"g","GetConfiguration",{"key":["CertificateSignedMaxChainSize"]}]
> [3,"g",{"configurationKey":[{"key":"CertificateSignedMaxChainSize","readonly":true,"value":"300"}]}]
"""


class CertificateSequenceBroken(Rule):
    """The renewal of a station's certificate goes wrong.

    Finds:
        CertificateSigned although the station was never seen to send SignCertificate (silent until a boot was seen:
        the request may be older); a csr that is no PKCS#10 request in PEM; a chain above the size
        that the station reports as its limit. The certificate may come long after the request. A chain above 10 000
        characters is RPC-024's, and a SignCertificate that was triggered and does not come SES-019's.

    Why it matters:
        The station keeps its old certificate, and is locked out on the day that it expires.

    Usual causes:
        A CSMS that pushes a certificate with a key of its own, the request in DER or without its header, intermediate
        certificates that the station has no room for.

    What to do:
        Trigger SignChargePointCertificate, look at the request, and send the shortest chain.
    """

    id = "SEC-004"
    name = "Certificate signing sequence broken"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "WP A02, A03; P2 A02.FR.02 to 08, A02.FR.17 to 20"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"CertificateSigned", "SignCertificate"})
    memories = (SigningRequests,)
    examples = (
        Example(
            "a certificate that nobody asked for",
            BOOT + _SIGNED,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            line=7,
        ),
        Example("asked for, and minutes later signed", BOOT + _sign(SIGNING_REQUEST) + "+200 " + _SIGNED),
        Example("the request may be older than the capture", _SIGNED),
        Example(
            "a request that is none",
            _sign("made up"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$.csr",
            line=1,
        ),
        Example("a certificate in place of a request", _sign(VALID), version=OcppVersion.V201, finds=1),
        Example("a request", _sign(SIGNING_REQUEST), version=OcppVersion.V201),
        Example(
            "a chain above the station's limit",
            _LIMIT + _sign(SIGNING_REQUEST) + _SIGNED,
            finds=1,
            at_fault=Role.CSMS,
            path="$.certificateChain",
        ),
        Example("within it", _LIMIT.replace("300", "3000") + _sign(SIGNING_REQUEST) + _SIGNED),
        Example(
            "triggered and never sent is another rule's matter",
            BOOT
            + '< [2,"t","ExtendedTriggerMessage",{"requestedMessage":"SignChargePointCertificate"}]\n'
            + '> [3,"t",{"status":"Accepted"}]\n+120',
            beside=("SES-019",),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """A request of the station, or a certificate of the CSMS."""
        if event.message.action == "SignCertificate":
            return self._request(event) if event.direction is Direction.TO_CSMS else ()
        return self._signed(event) if event.direction is Direction.TO_STATION else ()

    def _request(self, event: CallSeen) -> Iterator[Verdict]:
        csr = text_at(event.message.payload, "csr")
        if csr is not None and not is_signing_request(csr):
            yield Verdict(
                "the csr is no PKCS#10 request in PEM",
                at_fault=Role.STATION,
                path="$.csr",
                observed=quoted(csr[:40]),
                expected="-----BEGIN CERTIFICATE REQUEST-----…",
                key="csr",
            )

    def _signed(self, event: CallSeen) -> Iterator[Verdict]:
        scene = event.scene
        requests = scene.recall(SigningRequests)
        if requests.latest is None and requests.booted:
            yield Verdict(
                "the CSMS sent a signed certificate, and the station was not seen to ask for one",
                at_fault=Role.CSMS,
                observed="CertificateSigned",
                expected="SignCertificate first",
                key="unasked",
            )
        size = len(text_at(event.message.payload, "certificateChain") or "")
        for key in _LIMITS:
            limit = number_at(scene.station.configuration, key)
            if limit is not None and 0 < limit < size <= _LONGEST:
                yield Verdict(
                    f"the certificate chain has {size} characters; the station takes {limit:g} ({key})",
                    at_fault=Role.CSMS,
                    path="$.certificateChain",
                    observed=f"{size} characters",
                    expected=f"<= {limit:g}",
                    key="size",
                )
                return
