"""CON-007: ws:// with credentials, or over a public network."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import ClassVar

from ocppscope.conformance.connection_security import security_profile
from ocppscope.conformance.event import ConnectionOpened, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_TRUSTED: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fe80::/10",
        "fc00::/7",
    )
)
"""Loopback, private, link-local and carrier-grade networks (RFC 1918, 3927, 4193, 6598)."""

_BASIC = "Basic user=CS-EXAMPLE password=20 bytes"


class Unencrypted(Rule):
    """A connection that anybody on the way can read and change.

    Finds:
        A leg without TLS whose other end has a public address: that of the station, or that of the CSMS. Credentials over
        plain ws:// in a private network, where security profile 1 is allowed, are an info. A connection that came
        through something which ended TLS before the proxy, and says so in X-Forwarded-Proto, counts as secured.

    Why it matters:
        The password is readable, and so is everything that is billed. Whoever can read the password can be the station.

    Usual causes:
        ws:// from the time of commissioning; TLS that ends at a load balancer, with a public network behind it.

    What to do:
        Use wss:// (security profile 2 or 3), or a VPN or private APN for security profile 1. In a lab, mute this rule.
    """

    id = "CON-007"
    name = "Unencrypted ws:// with credentials or outside a trusted network"
    severity = Severity.WARNING
    requirement = Requirement.SHOULD
    spec = "J16 §6; WP A00.FR.201, A00.FR.206"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened,)
    examples = (
        Example(
            "a station from a public address",
            'connect {"peer":"203.0.113.5:50000"}',
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
        ),
        Example("a CSMS at a public address", 'connect {"upstream":"[2001:db8::1]:80"}', finds=1, at_fault=Role.CSMS),
        Example(
            "credentials in a private network",
            'connect {"peer":"192.168.1.20:50000"}',
            auth=_BASIC,
            finds=1,
            severity=Severity.INFO,
        ),
        Example("a private network without credentials", 'connect {"peer":"10.0.0.5:50000","upstream":"127.0.0.1:80"}'),
        Example(
            "TLS on both legs",
            """
            connect {"peer":"203.0.113.5:50000","upstream":"203.0.113.9:443","station_tls":{"version":"TLSv1.2"},"csms_tls":{"version":"TLSv1.2"}}
            """,
            auth=_BASIC,
        ),
        Example(
            "the proxy ends TLS and goes on in the private network",
            'connect {"peer":"203.0.113.5:50000","upstream":"10.0.0.9:80","station_tls":{"version":"TLSv1.2"}}',
            auth=_BASIC,
        ),
        Example(
            "a load balancer ended TLS",
            """
            connect {"peer":"203.0.113.5:50000","handshake":{"request":[["X-Forwarded-Proto","https"]]}}
            """,
            auth=_BASIC,
        ),
    )

    def check(self, event: ConnectionOpened) -> Iterator[Verdict]:
        """Both legs."""
        record = event.record
        profile = security_profile(record)
        if record.handshake is None:
            return
        if profile in (0, 1) and _is_public(record.peer):
            yield _leg("station", record.peer, Role.STATION, credentials=profile == 1)
        elif profile == 1:
            yield Verdict(
                f"the station {quoted(event.scene.station.id)} sends its password over plain ws://",
                Severity.INFO,
                observed="ws://",
                expected="wss://, or a trusted network",
                key="credentials",
            )
        if record.csms_tls is None and _is_public(record.upstream):
            yield _leg("CSMS", record.upstream, Role.CSMS, credentials=record.handshake.auth is not None)


def _leg(name: str, address: str | None, at_fault: Role, *, credentials: bool) -> Verdict:
    return Verdict(
        f"the connection with the {name} at {quoted(address)}, a public address, has no TLS"
        + (" and carries credentials" if credentials else ""),
        at_fault=at_fault,
        observed="ws://",
        expected="wss://",
        key=name,
    )


def _is_public(address: str | None) -> bool:
    """Whether an address with its port, as ``203.0.113.5:9000`` or ``[::1]:9000``, is neither private nor unknown."""
    host = (address or "").rpartition(":")[0].strip("[]").partition("%")[0]
    try:
        parsed = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return not any(mapped.version == network.version and mapped in network for network in _TRUSTED)
