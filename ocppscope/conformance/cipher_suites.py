"""Names of TLS cipher suites: certificates print those of IANA, OpenSSL has its own."""

import re

_OPENSSL = re.compile(
    r"(?:(?P<exchange>(?:ECDHE|DHE|ECDH|DH)-(?:RSA|ECDSA|DSS))-)?"
    r"(?:AES(?P<bits>128|256)(?:-(?P<mode>GCM|CCM8|CCM))?(?:-(?P<hash>SHA|SHA256|SHA384))?|(?P<chacha>CHACHA20-POLY1305))"
)
_MODES = {None: "CBC", "GCM": "GCM", "CCM": "CCM", "CCM8": "CCM_8"}

_OF_TLS_1_3 = frozenset(
    {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
    }
)


def iana_name(name: str) -> str | None:
    """The IANA name of a suite that OpenSSL or IANA calls so; None for rare ones (PSK, DSS, ARIA, Camellia, 3DES)."""
    if name.upper().startswith("TLS_"):
        return name.upper()
    found = _OPENSSL.fullmatch(name)
    if found is None:
        return None
    exchange = (found["exchange"] or "RSA").replace("-", "_")  # without a name it is RSA for both
    if found["chacha"]:
        return f"TLS_{exchange}_WITH_CHACHA20_POLY1305_SHA256"
    suffix = f"_{found['hash']}" if found["hash"] else ""
    return f"TLS_{exchange}_WITH_AES_{found['bits']}_{_MODES[found['mode']]}{suffix}"


def is_of_tls_1_3(suite: str) -> bool:
    """Whether only TLS 1.3 has it: certificates of OCPP 1.6 do not list those."""
    return suite in _OF_TLS_1_3


_AUTHENTICATED = ("GCM", "CCM", "POLY1305")
_BROKEN = ("NULL", "RC4", "DES", "MD5", "EXP", "ANON")


def is_weak(name: str) -> bool:
    """Whether a suite is known to be weak: CBC, 3DES, RC4, NULL and their like; by its OpenSSL or IANA name."""
    upper = name.upper()
    return any(word in upper for word in _BROKEN) or not any(word in upper for word in _AUTHENTICATED)
