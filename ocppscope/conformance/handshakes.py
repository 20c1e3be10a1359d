"""What an HTTP upgrade tells: the protocols offered, the identity in its URL, the credentials. Secrets are not in a capture.

A recording of another program holds no handshake, and a handshake without any header was not recorded whole: both tell
nothing, and the functions here answer None.
"""

import re
from urllib.parse import unquote

import msgspec

from ocppscope.capture.record import Handshake
from ocppscope.protocol.version import OcppVersion, negotiated_version

_PROTOCOL = "sec-websocket-protocol"
_EXTENSIONS = "sec-websocket-extensions"
_ORIGIN = re.compile(r"(?i)(?:https?|wss?)://[^/?#]*")
_BASIC = re.compile(
    r"(?i:basic) user=(?P<user>.*) password=(?P<size>[0-9]{1,9}) bytes(?P<hexadecimal>, all hex digits)?", re.DOTALL
)


class Credentials(msgspec.Struct, frozen=True):
    """Basic credentials as a capture describes them.

    Attributes:
        user: the user name.
        size: bytes of the password.
        hexadecimal: it consists of hexadecimal digits only.
    """

    user: str
    size: int
    hexadecimal: bool


def values_of(headers: list[tuple[str, str]], name: str) -> list[str]:
    """The comma-separated values of all headers of that name (lower case), blanks cut off."""
    joined = ",".join(value for key, value in headers if key.lower() == name)
    return [value.strip() for value in joined.split(",") if value.strip()]


def is_upgrade(handshake: Handshake | None) -> bool:
    """Whether somebody asked for a WebSocket: a health check or a browser that came by did not."""
    return handshake is not None and any(
        value.lower() == "websocket" for value in values_of(handshake.request, "upgrade")
    )


def offered_protocols(handshake: Handshake | None) -> list[str] | None:
    """The subprotocols that the station offered; None where its headers are not known."""
    if handshake is None or not handshake.request:
        return None
    return values_of(handshake.request, _PROTOCOL)


def only_version_offered(handshake: Handshake | None) -> OcppVersion | None:
    """The version of OCPP that a station wants to speak, where it offers exactly one."""
    offered = offered_protocols(handshake) or ()
    return negotiated_version(offered[0]) if len(offered) == 1 else None


def offers_deflate(handshake: Handshake | None) -> bool:
    """Whether the station offered permessage-deflate."""
    if handshake is None:
        return False
    offered = values_of(handshake.request, _EXTENSIONS)
    return any(value.partition(";")[0].strip().lower() == "permessage-deflate" for value in offered)


def path_of(target: str) -> str:
    """The path of a request target as sent, without query and without the scheme and host of an absolute form."""
    return _ORIGIN.sub("", target, count=1).partition("?")[0].partition("#")[0]


def identity_in(target: str) -> str | None:
    """The station identity in a URL: the last part of its path that is not empty, percent-decoded once."""
    segments = [segment for segment in path_of(target).split("/") if segment]
    return unquote(segments[-1].encode("latin-1", "replace"), errors="replace") if segments else None


def credentials_of(handshake: Handshake | None) -> Credentials | None:
    """The Basic credentials of an upgrade; None without any."""
    found = _BASIC.fullmatch(handshake.auth or "") if handshake is not None else None
    if found is None:
        return None
    return Credentials(found["user"], int(found["size"]), found["hexadecimal"] is not None)
