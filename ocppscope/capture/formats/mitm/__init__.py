"""Flow files of mitmproxy, read and written without it.

A flow is one HTTP request; that of a WebSocket carries all its messages. The client is the station. Flow files know no
pings and no frames: written ones carry our own records of those in the flow's metadata, which mitmproxy keeps.
"""

from ocppscope.capture.formats.mitm.reading import read, sniff, vantage
from ocppscope.capture.formats.mitm.writing import write

__all__ = ["ENDINGS", "NAME", "read", "sniff", "vantage", "write"]

NAME = "mitm"

ENDINGS = (".flow", ".flows", ".mitm")
