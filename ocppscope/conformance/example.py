"""From the script of an example to the records that a capture of it would hold."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ocppscope.capture.record import (
    FORMAT_NAME,
    FORMAT_VERSION,
    Close,
    Ended,
    Handshake,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
)
from ocppscope.conformance.rule import Example
from ocppscope.pics.profile import Profile
from ocppscope.pics.toml_reader import read_toml
from ocppscope.protocol.roles import Direction

EXAMPLE_STATION = "CS-EXAMPLE"

_LINE = re.compile(
    r"(?:\+(?P<wait>[\d.]+)\s*)?(?:(?P<arrow>[<>])\s(?P<text>.*)|(?P<word>[a-z]+)(?:\s+(?P<rest>.*))?)?", re.DOTALL
)
_CLOSE = re.compile(r"(?P<arrow>[<>])(?:\s+(?P<code>\d+)(?:\s+(?P<reason>.*))?)?")
_WAYS = {">": Direction.TO_CSMS, "<": Direction.TO_STATION}
_STEP = 0.1
_START = datetime(2026, 1, 1, tzinfo=UTC)


def records_of(example: Example) -> Iterator[Record]:
    """The records of an example, the clock starting at 2026-01-01T00:00:00Z and at 0 ns.

    Raises:
        ValueError: a line of the script is none of the kinds that `Example` describes.
    """
    return _Script(example).records()


def profiles_of(example: Example) -> tuple[Profile, ...]:
    """The profiles in force in an example: one or none.

    Raises:
        ProfileError: its text is no profile.
    """
    if not example.profile:
        return ()
    text = example.profile
    if "[identity]" not in text:
        text += f'\n[identity]\ndut = "station"\nocpp_version = "{example.version}"\nvendor = "Made"\nproduct = "Up"\n'
    return (read_toml(text, f"example {example.title!r}", "example"),)


def record_number(example: Example, line: int) -> int:
    """The record number of the script's message number ``line``, counted from 1."""
    messages = [record for record in records_of(example) if isinstance(record, MessageRecord)]
    return messages[line - 1].seq


class _Script:
    """Reads the lines of one example."""

    def __init__(self, example: Example) -> None:
        self._example = example
        self._seq = 0
        self._connections = 0
        self._seconds = 0.0
        self._station = EXAMPLE_STATION
        self._live: dict[str, int] = {}

    def records(self) -> Iterator[Record]:
        yield Header(format=FORMAT_NAME, version=FORMAT_VERSION, tool="example", run="example", **self._stamp())
        lines = self._example.script.strip().splitlines()
        if lines and not lines[0].strip().startswith(("connect", "refuse", "as ")):
            yield self._open("")
        for line in lines:
            yield from self._read(line.strip())

    def _read(self, line: str) -> Iterator[Record]:
        found = _LINE.fullmatch(line)
        word = found["word"] if found is not None else None
        if found is None or (word is not None and word not in _WORDS):
            raise ValueError(f"example {self._example.title!r}: no such line: {line}")
        self._seconds += float(found["wait"]) if found["wait"] else _STEP
        if found["arrow"]:
            way = _WAYS[found["arrow"]]
            yield MessageRecord(conn=self._conn, dir=way, text=found["text"], **self._stamp())
        elif word is not None:
            yield from _WORDS[word](self, found["rest"] or "")
        else:
            yield Note(text="time passes", **self._stamp())

    @property
    def _conn(self) -> int:
        if self._station not in self._live:
            raise ValueError(f"example {self._example.title!r}: {self._station} is not connected")
        return self._live[self._station]

    def _stamp(self) -> dict[str, Any]:
        self._seq += 1
        time = _START + timedelta(seconds=self._seconds)
        return {"seq": self._seq, "time": time, "mono": round(self._seconds * 1e9)}

    def _open(self, rest: str) -> Record:
        facts = json.loads(rest) if rest else {}
        self._connections += 1
        self._live[self._station] = self._connections
        subprotocol = facts.get("subprotocol", self._example.version.subprotocol)
        handshake = Handshake(target=f"/{self._station}", status=101, auth=self._example.auth)
        facts["handshake"] = _merged(handshake, facts.get("handshake", {}))
        ordinary = {"conn": self._connections, "station": self._station, "subprotocol": subprotocol}
        if self._example.tls is not None:
            ordinary["station_tls"] = msgspec.to_builtins(self._example.tls)
        return msgspec.convert(ordinary | self._stamp() | facts, Opened)

    def _connect(self, rest: str) -> Iterator[Record]:
        yield self._open(rest)

    def _end(self, rest: str) -> Iterator[Record]:
        facts = {"by": "network", "how": "rst"} | (json.loads(rest) if rest else {})
        conn = self._conn
        del self._live[self._station]
        yield msgspec.convert({"conn": conn} | self._stamp() | facts, Ended)

    def _reconnect(self, rest: str) -> Iterator[Record]:
        yield from self._end("")
        yield self._open(rest)

    def _close(self, rest: str) -> Iterator[Record]:
        found = _CLOSE.fullmatch(rest)
        if found is None:
            raise ValueError(f"example {self._example.title!r}: no such close: {rest}")
        way = _WAYS[found["arrow"]]
        code = int(found["code"]) if found["code"] else None
        yield Close(conn=self._conn, dir=way, code=code, reason=found["reason"] or "", **self._stamp())
        yield from self._end(json.dumps({"by": way.sender.value, "how": "closed"}))

    def _refuse(self, rest: str) -> Iterator[Record]:
        facts = json.loads(rest) if rest else {}
        self._connections += 1
        status = facts.get("status", 404)
        facts["handshake"] = _merged(Handshake(target=f"/{self._station}", status=status), facts.get("handshake", {}))
        ordinary = {"conn": self._connections, "station": self._station, "stage": "http", "reason": f"HTTP {status}"}
        yield msgspec.convert(ordinary | {"status": status} | self._stamp() | facts, Refused)

    def _ping(self, rest: str) -> Iterator[Record]:
        yield Ping(conn=self._conn, dir=_WAYS[rest or ">"], **self._stamp())

    def _pong(self, rest: str) -> Iterator[Record]:
        yield Pong(conn=self._conn, dir=_WAYS[rest or ">"], **self._stamp())

    def _as(self, rest: str) -> Iterator[Record]:
        self._station = rest
        if rest not in self._live:
            yield self._open("")


def _merged(handshake: Handshake, facts: dict[str, Any] | None) -> dict[str, Any] | None:
    ordinary: dict[str, Any] = msgspec.to_builtins(handshake)
    return None if facts is None else ordinary | facts


_WORDS: dict[str, Callable[[_Script, str], Iterator[Record]]] = {
    "as": _Script._as,
    "close": _Script._close,
    "connect": _Script._connect,
    "drop": _Script._end,
    "end": _Script._end,
    "ping": _Script._ping,
    "pong": _Script._pong,
    "reconnect": _Script._reconnect,
    "refuse": _Script._refuse,
}
