"""Locations of files, as far as they may be shown: schemes, and whether they hold credentials."""

import re
from typing import NamedTuple

from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import text_at

TRANSFER_ACTIONS = frozenset({"GetDiagnostics", "GetLog", "PublishFirmware", "SignedUpdateFirmware", "UpdateFirmware"})
"""Requests that name a location."""

_PLACES = (("location",), ("firmware", "location"), ("log", "remoteLocation"))
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,19})://([^/?#\s\"]{0,512})")


class Location(NamedTuple):
    """One location.

    Attributes:
        path: JSON path.
        scheme: in lower case.
        host: with port, without user information, at most 100 characters.
        has_password: ``user:password@`` stands before the host.
    """

    path: str
    scheme: str
    host: str
    has_password: bool


def location_of(payload: Payload) -> Location | None:
    """The location that a request names; None when it names none, or one that is no URL."""
    for names in _PLACES:
        found = _URL.match(text_at(payload, *names) or "")
        if found is not None:
            user, _, host = found[2].rpartition("@")
            return Location(f"$.{'.'.join(names)}", found[1].lower(), host[:100], ":" in user)
    return None
