"""PIC-013: a connection on a security profile that is not certified."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.capture.record import TlsFacts
from ocppscope.conformance.connection_security import PROFILE_NAMES, security_profile
from ocppscope.conformance.event import ConnectionOpened, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_TWO_AND_THREE = "features.SEC-2 = true\nfeatures.SEC-3 = true"
_BOOT = '> [2,"1","Heartbeat",{}]'
_BASIC = "Basic user=CS-EXAMPLE password=20 bytes"


class SecurityProfile(Rule):
    """A station that connects with less, or other, security than it was certified for.

    Finds:
        The security profile of a connection, as its TLS and credentials show it, is not among the certified ones: none
        at all, 1 (Basic, no TLS), 2 (TLS and Basic) or 3 (client certificate). Silent where the certificate names none,
        and for TLS without credentials: a proxy that asks for no client certificate does not see it.

    Why it matters:
        Without TLS anyone on the way reads and changes what a charging session costs.

    Usual causes:
        A station that was set back to its defaults, a test set-up without TLS, a load balancer before the proxy that
        ends TLS (one that says so in X-Forwarded-Proto is believed).

    What to do:
        Set SecurityProfile and the CSMS URL of the station; if TLS ends before the proxy, mute this rule.
    """

    id = "PIC-013"
    name = "Security profile is not certified"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS SEC-1 to SEC-3, C-11, Advanced Security"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened,)
    needs_profile = True
    examples = (
        Example("plain ws without credentials", _BOOT, profile=_TWO_AND_THREE, finds=1, at_fault=Role.STATION),
        Example("Basic without TLS", _BOOT, profile=_TWO_AND_THREE, auth=_BASIC, finds=1),
        Example("TLS and Basic", _BOOT, profile=_TWO_AND_THREE, auth=_BASIC, tls=TlsFacts(version="TLSv1.2")),
        Example(
            "TLS and a client certificate where only Basic is certified",
            _BOOT,
            profile="features.SEC-1 = true\nfeatures.SEC-2 = true",
            tls=TlsFacts(version="TLSv1.2", peer_subject="CN=CS-EXAMPLE"),
            finds=1,
        ),
        Example(
            "TLS without anything that can be seen", _BOOT, profile=_TWO_AND_THREE, tls=TlsFacts(version="TLSv1.2")
        ),
        Example("no profile is declared", _BOOT, profile="features.C-04 = true"),
    )

    def check(self, event: ConnectionOpened) -> Iterator[Verdict]:
        """Profiles outside those declared."""
        profile = event.scene.profile
        declared = profile.derived.security_profiles if profile is not None else ()
        observed = security_profile(event.record)
        if not declared or observed is None or observed in declared:
            return
        certified = ", ".join(str(number) for number in declared)
        yield Verdict(
            f"the station connected with security profile {observed} ({PROFILE_NAMES[observed]}); certified: {certified}",
            observed=str(observed),
            expected=f"one of {certified}",
            key=str(observed),
        )
