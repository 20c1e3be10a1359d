"""Which security profile a connection shows: its TLS and its credentials, as a capture describes them."""

from ocppscope.capture.record import Opened

PROFILE_NAMES = {
    0: "no security",
    1: "Basic authentication without TLS",
    2: "TLS with Basic authentication",
    3: "TLS with a client certificate",
}
"""What each security profile consists of; 0 for none at all (WP A00, P2 A00)."""

_SECURE = frozenset({"https", "wss"})


def security_profile(record: Opened) -> int | None:
    """The profile of a connection, 0 for none; None where it cannot be told.

    TLS without visible credentials cannot be told: a proxy that asks for no client certificate does not see one. Nor can
    a connection that came through something which ended TLS before the proxy, and says so in ``X-Forwarded-Proto``.
    """
    handshake = record.handshake
    if handshake is None:
        return None
    basic = (handshake.auth or "").lower().startswith("basic")
    if record.station_tls is not None:
        return 3 if record.station_tls.peer_subject else 2 if basic else None
    forwarded = {value.strip().lower() for name, value in handshake.request if name.lower() == "x-forwarded-proto"}
    if forwarded & _SECURE:
        return None
    return 1 if basic else 0
