"""A station and its CSMS that talk as the specification says: the part that all versions of OCPP share.

A `Talk` is one station's conversation. It has a clock that goes on with what is said, timers for what a station does by
itself (heartbeats, pings, meter values), and a connection that may end and begin again. Every answer takes a while, and one
CALL waits for the other. `capture_of` merges the conversations of several stations into one capture.
"""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

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
    TlsFacts,
)
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
"""Of the record clock, at 0 s."""

Payload = dict[str, Any]
Facts = tuple[float, type[Record], dict[str, Any]]
"""Second, kind and further members of a record; ``conn`` counts the station's own connections from 0."""

SECURITY: dict[int, tuple[TlsFacts | None, bool]] = {
    0: (None, False),
    2: (TlsFacts(version="TLSv1.2", cipher="ECDHE-ECDSA-AES128-GCM-SHA256"), True),
    3: (TlsFacts(version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384", peer_subject="CN=CS-3,O=Made up"), False),
}
"""By security profile: what the station's side of the connection negotiates, and whether it sends a password."""


@dataclass
class _Timer:
    due: float
    period: float
    act: Callable[[], None]


class Talk:
    """One station's conversation.

    Args:
        version: negotiated.
        station: identity.
        seed: of the answering times.
        security: security profile, a key of `SECURITY`.
        begins: second of the record clock at which it connects.
        ping_interval: seconds between the station's pings.
        slowness: what answering times are multiplied with; they are 0.03 to 0.28 s.
    """

    def __init__(
        self,
        version: OcppVersion,
        station: str = "CS-1",
        *,
        seed: int = 0,
        security: int = 0,
        begins: float = 0.0,
        ping_interval: float = 120.0,
        slowness: float = 1.0,
    ) -> None:
        self.version = version
        self.station = station
        self.now = begins
        self.online = False
        self.facts: list[Facts] = []
        self.random = Random(f"{station} {seed}")
        self.interval: float | None = None
        """Seconds between heartbeats; None before the boot is accepted."""
        self.security = security
        self._ping_interval = ping_interval
        self._slowness = slowness
        self._conn = -1
        self._number = 0
        self._last_up = begins
        self._timers: dict[str, _Timer] = {}
        self.connect()

    def time(self, second: float | None = None) -> str:
        """A second of the record clock, by default now, as a time stamp."""
        moment = START + timedelta(seconds=self.now if second is None else second)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def wait(self, seconds: float) -> None:
        """Let time pass, in which the station does what it does by itself."""
        until = self.now + seconds
        while True:
            timer = min(self._timers.values(), key=lambda timer: timer.due, default=None)
            beat = self._last_up + self.interval if self.interval is not None and self.online else math.inf
            if min(beat, timer.due if timer is not None else math.inf) > until:
                break
            if timer is None or beat < timer.due:
                self.now = max(self.now, beat)
                self.heartbeat()
            else:
                self.now = max(self.now, timer.due)
                timer.due += timer.period
                timer.act()
        self.now = max(self.now, until)

    def each(self, name: str, seconds: float, act: Callable[[], None], first: float | None = None) -> None:
        """Do something again and again until `cease`; the first time after ``first``."""
        self._timers[name] = _Timer(self.now + (seconds if first is None else first), seconds, act)

    def cease(self, name: str) -> None:
        """Do it no more."""
        self._timers.pop(name, None)

    def connect(self) -> None:
        """Open a connection; the station pings on it."""
        self._conn += 1
        self.online = True
        tls, password = SECURITY[self.security]
        secure = "" if tls is None else "s"
        names = [("Host", "proxy.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
        names += [("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Protocol", self.version.subprotocol)]
        deflate = [] if self.version is OcppVersion.V16 else [("Sec-WebSocket-Extensions", "permessage-deflate")]
        handshake = Handshake(
            target=f"/ocpp/{self.station}",
            request=names + deflate,
            status=101,
            status_line="HTTP/1.1 101 Switching Protocols",
            response=[("Upgrade", "websocket"), ("Sec-WebSocket-Protocol", self.version.subprotocol), *deflate],
            auth=f"Basic user={self.station} password=20 bytes" if password else None,
        )
        self._note(
            Opened,
            station=self.station,
            peer="10.20.0.7:50100",
            upstream=f"10.20.0.1:{443 if secure else 80}",
            subprotocol=self.version.subprotocol,
            extensions=deflate[0][1] if deflate else None,
            handshake=handshake,
            station_tls=tls,
            csms_tls=None if tls is None else TlsFacts(version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384"),
        )
        self._last_up = self.now
        self.each("ping", self._ping_interval, self.ping)

    def lose(self) -> None:
        """The network fails: no close frame."""
        self._end("network", "rst")

    def close(self, by: Role, code: int, reason: str = "") -> None:
        """A close frame, its echo, and the regular end."""
        way = Direction.TO_CSMS if by is Role.STATION else Direction.TO_STATION
        self._note(Close, dir=way, code=code, reason=reason)
        self.now += 0.02
        self._note(Close, dir=way.opposite, code=code)
        self.now += 0.01
        self._end(by.value, "closed")

    def _end(self, by: str, how: str) -> None:
        self._note(Ended, by=by, how=how)
        self.online = False
        self.cease("ping")

    def ping(self) -> None:
        """The station pings, the CSMS answers."""
        self._note(Ping, dir=Direction.TO_CSMS)
        self.now += 0.03
        self._note(Pong, dir=Direction.TO_STATION)

    def ping_from_csms(self) -> None:
        """The other way round."""
        self._note(Ping, dir=Direction.TO_STATION, payload="aGk=")
        self.now += 0.05
        self._note(Pong, dir=Direction.TO_CSMS, payload="aGk=")
        self._last_up = self.now

    def call(self, action: str, payload: Payload, result: Payload | None = None) -> None:
        """The station asks, the CSMS answers."""
        self._exchange(Direction.TO_CSMS, action, payload, result)

    def ask(self, action: str, payload: Payload, result: Payload | None = None) -> None:
        """The CSMS asks, the station answers."""
        self._exchange(Direction.TO_STATION, action, payload, result)

    def send(self, action: str, payload: Payload) -> None:
        """A SEND of the station (2.1)."""
        self.say(Direction.TO_CSMS, [6, self._id(), action, payload])

    def refuse(self, action: str, payload: Payload, code: str, description: str = "") -> None:
        """The CSMS asks, the station answers with a CALLERROR."""
        message_id = self._id()
        self.say(Direction.TO_STATION, [2, message_id, action, payload])
        self.latency()
        self.say(Direction.TO_CSMS, [4, message_id, code, description, {}])
        self.pause()

    def cross(self, ours: tuple[str, Payload, Payload], theirs: tuple[str, Payload, Payload]) -> None:
        """Both ask before either answers, which each may."""
        mine, yours = self._id(), self._id()
        self.say(Direction.TO_CSMS, [2, mine, *ours[:2]])
        self.now += 0.004
        self.say(Direction.TO_STATION, [2, yours, *theirs[:2]])
        self.latency()
        self.say(Direction.TO_STATION, [3, mine, ours[2]])
        self.latency()
        self.say(Direction.TO_CSMS, [3, yours, theirs[2]])
        self.pause()

    def heartbeat(self) -> None:
        """As a timer or a trigger wants it."""
        self.call("Heartbeat", {}, {"currentTime": self.time(self.now + 0.05)})

    def say(self, way: Direction, message: list[Any]) -> None:
        """One message."""
        self._note(MessageRecord, dir=way, text=json.dumps(message, ensure_ascii=False, separators=(",", ":")))
        if way is Direction.TO_CSMS:
            self._last_up = self.now

    def latency(self) -> None:
        """The time that an answer takes."""
        self.now += self._slowness * (0.03 + self.random.random() * 0.25)

    def pause(self) -> None:
        """The time until the next thing is said."""
        self.now += 0.01 + self.random.random() * 0.1

    def _exchange(self, way: Direction, action: str, payload: Payload, result: Payload | None) -> None:
        message_id = self._id()
        self.say(way, [2, message_id, action, payload])
        self.latency()
        self.say(way.opposite, [3, message_id, result or {}])
        self.pause()

    def _id(self) -> str:
        self._number += 1
        return f"{self.random.getrandbits(64):016x}-{self._number}"

    def _note(self, kind: type[Record], **members: Any) -> None:
        self.facts.append((self.now, kind, {"conn": self._conn, **members}))


def capture_of(talks: Iterable[Talk]) -> list[Record]:
    """One capture of all conversations, in order of time, a header first."""
    talks = list(talks)
    rows = sorted(
        (
            (second, place, number)
            for place, talk in enumerate(talks)
            for number, (second, _, _) in enumerate(talk.facts)
        ),
    )
    connections: dict[tuple[int, int], int] = {}
    header = Header(format=FORMAT_NAME, version=FORMAT_VERSION, tool="made up", run="clean", **_stamp(1, 0))
    records: list[Record] = [header]
    for second, place, number in rows:
        kind, members = talks[place].facts[number][1:]
        own = (place, members["conn"])
        stamp = _stamp(len(records) + 1, second)
        sent = {"sent": stamp["mono"] + 150_000} if kind in (MessageRecord, Ping, Pong) else {}
        numbered = {"conn": connections.setdefault(own, len(connections) + 1)}
        records.append(kind(**stamp, **sent, **(members | numbered)))
    return records


def _stamp(seq: int, second: float) -> dict[str, Any]:
    return {"seq": seq, "time": START + timedelta(seconds=second), "mono": round((second + 1_000) * 1e9)}
