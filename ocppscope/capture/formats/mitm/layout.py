"""What reading and writing of flow files have in common."""

LARGEST = 256 * 1024 * 1024
"""Bytes of the longest flow that is read: it is one value and must be held whole."""

MOST_CARRIED = 10_000
"""Records that the metadata of one flow carries; more are counted as lost."""

FLOW_VERSION = 21
"""The version of mitmproxy 11 and 12, each of which reads the other's."""

TEXT, BINARY = 1, 2
"""Types of messages: the opcodes of their frames."""

OWN = "ocppscope"
"""Our member of a flow's metadata."""
