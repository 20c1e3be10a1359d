"""SEC-003: a station that connects with less security than before."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.connection_security import PROFILE_NAMES, security_profile
from ocppscope.conformance.event import ConnectionOpened, Event
from ocppscope.conformance.memories.connection_profiles import ConnectionProfiles
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BASIC = '"auth":"Basic user=CS-EXAMPLE password=20 bytes"'
_THREE = 'connect {"station_tls":{"version":"TLSv1.2","peer_subject":"CN=CS-EXAMPLE"}}\n'
_TWO = f'connect {{"handshake":{{{_BASIC}}},"station_tls":{{"version":"TLSv1.2"}}}}\n'
_UNKNOWN = 'connect {"station_tls":{"version":"TLSv1.2"}}\n'
_VARIABLE = '"component":{"name":"SecurityCtrlr"},"variable":{"name":"AllowSecurityProfileDowngrade"}'
_ALLOWED = (
    f'< [2,"g","GetVariables",{{"getVariableData":[{{{_VARIABLE}}}]}}]\n'
    f'> [3,"g",{{"getVariableResult":[{{{_VARIABLE},"attributeStatus":"Accepted","attributeValue":"true"}}]}}]\n'
)


class SecurityProfileLowered(Rule):
    """A connection with a lower security profile than the one before.

    Finds:
        The station connects with a lower profile than on its last connection of which it was known: 3 with a client
        certificate, 2 with TLS and Basic, 1 with Basic only, 0 with nothing. On 2.x the step from 3 to 2 is allowed where
        AllowSecurityProfileDowngrade is true. Silent where the proxy listens without TLS in front of a CSMS with TLS:
        then the operator's set-up has lowered it.

    Why it matters:
        A station must never give up a profile by itself. It may have been reset, replaced, or be another device under its
        name.

    Usual causes:
        Factory defaults after a repair, two URLs in the station, a proxy that was put in between without TLS.

    What to do:
        Find out who is connected, and restore the profile. If it is the proxy's listener, give it TLS.
    """

    id = "SEC-003"
    name = "Security profile lowered"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP A05.FR.01 to 09; P2 A05.FR.07; E2 §2.5"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened,)
    memories = (ConnectionProfiles,)
    yields_to = ("SEC-001",)
    examples = (
        Example(
            "a client certificate, then nothing",
            _THREE + "drop\n+86400 connect",
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
        ),
        Example("TLS and Basic, then a client certificate", _TWO + "drop\n" + _THREE),
        Example("the same again", _TWO + "drop\n" + _TWO),
        Example("TLS of which no more can be seen", _THREE + "drop\n" + _UNKNOWN),
        Example("3, then 2", _THREE + "drop\n" + _TWO, finds=1),
        Example("3, then 2, where 2.0.1 allows it", _THREE + _ALLOWED + "drop\n" + _TWO, version=OcppVersion.V201),
        Example(
            "the operator's proxy listens without TLS in front of a CSMS with TLS",
            _THREE + 'drop\nconnect {"csms_tls":{"version":"TLSv1.3"}}',
        ),
    )

    def check(self, event: ConnectionOpened) -> Iterator[Verdict]:
        """This connection against the last one."""
        scene, record = event.scene, event.record
        before = scene.recall(ConnectionProfiles).latest
        now = security_profile(record)
        if before is None or now is None or now >= before.profile:
            return
        if record.station_tls is None and record.csms_tls is not None:
            return
        allowed = scene.station.configuration.get("securityctrlr.allowsecurityprofiledowngrade", "").strip().lower()
        if (before.profile, now) == (3, 2) and allowed == "true":
            return
        yield Verdict(
            f"the station connected with {PROFILE_NAMES[now]} (security profile {now}), after {PROFILE_NAMES[before.profile]} "
            f"({before.profile})",
            observed=str(now),
            expected=f">= {before.profile}",
            records=(scene.number, before.record),
            key=f"{before.profile}>{now}",
        )
