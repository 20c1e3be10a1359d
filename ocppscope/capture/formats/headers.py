"""Handshakes for formats that cannot do without: headers, and a target that names the station."""

from urllib.parse import quote

import msgspec

from ocppscope.capture.record import Handshake
from ocppscope.protocol.identity import station_of


def header(headers: list[tuple[str, str]], name: str) -> str | None:
    """The first value under a name (in lower case), None without one."""
    return next((value for key, value in headers if key.lower() == name), None)


def handshake_of(station: str, handshake: Handshake | None, status: int | None = 101) -> Handshake:
    """The handshake as it was, or one made up; its target names the station, as that is all that many formats tell of it."""
    if handshake is None:
        return Handshake(target=_target(station), status=status)
    if station and station_of(handshake.target) != station:
        return msgspec.structs.replace(handshake, target=_target(station))
    return handshake


def _target(station: str) -> str:
    return f"/{quote(station, safe='')}"
