"""Who a station says it is: the end of the path that it connects to (J16 §3.1.1, P4 §3.1.1)."""

import re
from urllib.parse import unquote

ABSOLUTE = re.compile(r"(?i)\A(?:https?|wss?)://[^/?#]*")
"""Scheme and host of an absolute form."""


def path_of(target: str) -> str:
    """The path of a request target or URL, without query and without the scheme and host of an absolute form."""
    return ABSOLUTE.sub("", target, count=1).split("?", 1)[0].split("#", 1)[0]


def station_of(target: str) -> str | None:
    """The station identity in a request target or URL: the last part of the path that is not empty, percent-decoded once.

    None if there is none.
    """
    segments = [segment for segment in path_of(target).split("/") if segment]
    return unquote(segments[-1].encode("latin-1", "replace"), errors="replace") if segments else None
