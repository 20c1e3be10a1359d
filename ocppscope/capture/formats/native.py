"""The native format: the records themselves, one a line."""

import re

import msgspec

KINDS = frozenset(
    "header opened refused message ping pong close undecodable ended gap note".split()  # noqa: SIM905 - a table in one line
)

_HEAD = re.compile(rb'\s*\{\s*"kind"\s*:\s*"([a-z]+)"')


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is a native capture: its first line is a record of a known kind, or starts like one."""
    start = head.lstrip()
    line, newline, _ = start.partition(b"\n")
    if newline:
        try:
            members = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError):
            pass
        else:
            return isinstance(members, dict) and members.get("kind") in KINDS and "seq" in members
    match = _HEAD.match(start)
    return match is not None and match[1].decode() in KINDS
