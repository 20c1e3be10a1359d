"""Credentials of an HTTP upgrade: in headers, in the query and in URLs; taken out before it is recorded or converted."""

import base64
import binascii
import re

REDACTED = "[redacted]"

_SECRET_HEADER = re.compile(r"(?i)authorization|cookie|token|secret|passw|api-?key")
_PARAMETER = re.compile(r"([?&]([^=&#?]*)=)([^&#]+)")
_SECRET_PARAMETER = re.compile(
    r"(?i)token|secret|passw|pwd|signature|credential|^(?:(?:api|auth|access)[-_]?)?key$|^auth(?:orization)?$|^sig$|^pass$"
)
_URL_PASSWORD = re.compile(r"(?<=://)([^/?#@:\s\"]*+:)([^/?#\s\"]*)(?=@)")


def redact_headers(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers with credentials replaced; of an Authorization the scheme stays."""
    redacted = []
    for name, value in headers:
        if _SECRET_HEADER.search(name):
            scheme, blank, rest = value.partition(" ")
            keep = f"{scheme} " if blank and rest and "authorization" in name.lower() else ""
            redacted.append((name, keep + REDACTED))
        else:
            redacted.append((name, redact_url(value)))
    return redacted


def redact_url(text: str) -> str:
    """The text with passwords of URLs and query parameters that are named like credentials replaced."""
    if "://" in text:
        text = _URL_PASSWORD.sub(lambda found: found[1] + REDACTED, text)
    if "=" in text:
        text = _PARAMETER.sub(_parameter, text)
    return text


def describe_credentials(authorization: str | None) -> str | None:
    """What an Authorization header holds, without the secret: ``Basic user=CP001 password=20 bytes``.

    The password's length, and whether it is hexadecimal text, is what the standard lays down and what is got wrong.
    """
    if authorization is None:
        return None
    scheme, _, credentials = authorization.partition(" ")
    credentials = credentials.strip()
    if scheme.lower() != "basic":
        return f"{scheme or '(empty)'} credentials={len(credentials)} bytes"
    try:
        user, colon, password = base64.b64decode(credentials, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return f"{scheme} that is no base64, {len(credentials)} bytes"
    if not colon:
        return f"{scheme} without a password"
    hexadecimal = ", all hex digits" if re.fullmatch(rb"[0-9A-Fa-f]{16,}", password) else ""
    return f"{scheme} user={user.decode('utf-8', 'backslashreplace')} password={len(password)} bytes{hexadecimal}"


def _parameter(found: re.Match[str]) -> str:
    return found[1] + REDACTED if _SECRET_PARAMETER.search(found[2]) else found[0]
