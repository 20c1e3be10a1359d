"""A conversation as kpi.md writes one, run through the inspector."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocppscope.capture.record import (
    FORMAT_NAME,
    FORMAT_VERSION,
    Close,
    Ended,
    Handshake,
    Header,
    MessageRecord,
    Opened,
    Ping,
    Pong,
    Record,
)
from ocppscope.inspect.inspector import Inspector
from ocppscope.kpi.figures import Figure
from ocppscope.kpi.measure import Measure
from ocppscope.kpi.sample import Sample
from ocppscope.pics.profile import Limits, Profile
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

DAY = datetime(2026, 3, 1, tzinfo=UTC)
STATION = "CS-1"
_LINE = re.compile(r"(?P<h>\d\d):(?P<m>\d\d):(?P<s>\d\d(?:\.\d+)?)\s+(?P<what>\S+)\s*(?P<rest>.*)")
_WAYS = {"S→C": Direction.TO_CSMS, "C→S": Direction.TO_STATION}


def near(seconds: float) -> Any:
    """A duration but for the rounding of floats."""
    return pytest.approx(seconds)


def profile(
    version: OcppVersion = OcppVersion.V16,
    dut: Role = Role.STATION,
    limits: dict[str, float] | None = None,
    **kpis: float,
) -> Profile:
    """A made-up product with these limits in seconds, by KPI key."""
    return Profile(
        name=f"made-up-{dut}",
        dut=dut,
        ocpp_version=version,
        vendor="Made Up",
        product="M1",
        limits=Limits(kpis=(limits or {}) | kpis),
    )


def records(script: str, version: OcppVersion = OcppVersion.V16, *, subprotocol: bool = True) -> Iterator[Record]:
    """The records of a script.

    A line is a time of day, then ``S→C`` or ``C→S`` and the text of a message; or ``lost``, ``back`` (a new connection),
    ``ping``/``pong`` with an arrow, ``closed`` with an arrow and a code, ``restart`` (a new run of the proxy), or nothing.
    A connection is open from the first line on. Text after two blanks is a comment.
    """
    seq, conn, opened = 0, 1, False
    for line in script.strip().splitlines():
        found = _LINE.fullmatch(line.strip())
        assert found, line
        seconds = int(found["h"]) * 3600 + int(found["m"]) * 60 + float(found["s"])

        def stamp(seconds: float = seconds) -> dict[str, object]:
            nonlocal seq
            seq += 1
            return {"seq": seq, "time": DAY + timedelta(seconds=seconds), "mono": round(seconds * 1e9) + 7}

        def opening(stamped: dict[str, object], conn: int) -> Record:
            handshake = Handshake(target=f"/{STATION}", status=101)
            name = version.subprotocol if subprotocol else None
            return Opened(conn=conn, station=STATION, subprotocol=name, handshake=handshake, **stamped)  # type: ignore[arg-type]

        if not opened:
            opened = True
            yield opening(stamp(), conn)
        what, rest = found["what"], found["rest"].strip()
        if what in _WAYS:
            text = re.split(r"\s{2,}", rest)[0]
            yield MessageRecord(conn=conn, dir=_WAYS[what], text=text, **stamp())  # type: ignore[arg-type]
        elif what == "lost":
            yield Ended(conn=conn, by=rest or "network", how="rst", **stamp())  # type: ignore[arg-type]
        elif what == "back":
            conn += 1
            yield opening(stamp(), conn)
        elif what == "restart":
            yield Header(format=FORMAT_NAME, version=FORMAT_VERSION, tool="t", run=str(seq), **stamp())  # type: ignore[arg-type]
            conn += 1
            yield opening(stamp(), conn)
        elif what == "closed":
            yield Close(conn=conn, dir=_WAYS[rest.split()[0]], code=int(rest.split()[1]), **stamp())  # type: ignore[arg-type]
        elif what == "ping":
            yield Ping(conn=conn, dir=_WAYS[rest], **stamp())  # type: ignore[arg-type]
        elif what == "pong":
            yield Pong(conn=conn, dir=_WAYS[rest], **stamp())  # type: ignore[arg-type]
        else:
            raise AssertionError(line)


@dataclass
class Heard:
    """What the inspector made of it."""

    inspector: Inspector
    now: int = 0
    records: list[Record] = field(default_factory=list)

    def figure(self, measure: Measure) -> Figure:
        return self.inspector.kpis.figure(measure)

    def samples(self, measure: Measure) -> list[Sample]:
        return self.inspector.kpis.samples(measure)

    def sample(self, measure: Measure) -> Sample:
        (sample,) = self.samples(measure)
        return sample

    def wait(self, clock: str) -> "Heard":
        """Let time pass to a time of day without a record."""
        hours, minutes, seconds = clock.split(":")
        self.inspector.advance(round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1e9) + 7)
        return self


def hear(
    script: str,
    version: OcppVersion = OcppVersion.V16,
    profiles: Iterable[Profile] = (),
    excluded_actions: Iterable[str] = (),
) -> Heard:
    """Run a script through a new inspector."""
    heard = Heard(Inspector(tuple(profiles), excluded_actions=tuple(excluded_actions)))
    for record in records(script, version):
        heard.inspector.observe(record)
        heard.records.append(record)
    return heard
