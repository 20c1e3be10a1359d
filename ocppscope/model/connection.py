"""One WebSocket connection, and one station across its connections."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from ocppscope.model.clock import Clock
from ocppscope.model.parting import Parting
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion


class VersionSource(StrEnum):
    """How the OCPP version of a connection is known."""

    NEGOTIATED = "negotiated"
    INFERRED = "inferred"
    """No usable subprotocol was negotiated or recorded: concluded from the messages."""
    UNKNOWN = "unknown"


class Connection(msgspec.Struct):
    """What is known of one connection. Owned and updated by the inspector; read-only for everyone else.

    Attributes:
        number: running number within the inspected input, from 1.
        station: station identity.
        opened: wall clock of the upgrade, or of the first record seen.
        opened_at: the same on the record clock, in ns.
        version, version_source: OCPP version and how it is known.
        subprotocol: as negotiated, None when none was.
        peer, upstream: addresses as text.
        ended: wall clock of its end, None while it lives.
        closed_by: "station", "csms", "network", "proxy": who ended it.
        close_code, close_reason: of the first close frame.
        how: "closed", "fin", "rst", "timeout", "error", "shutdown".
        last_at: record clock of the last frame in either direction; last_up_at, last_down_at: from the station, from the
            CSMS; last_message_up_at: of the last OCPP message from the station.
        idle_seconds: time between the last frame of either direction and the end.
        messages: counted in each direction.
        first_call: record number of the station's first CALL.
        seen_from_start: False when the capture began in mid-connection.
        ends_recorded: False when its recording has no ends of connections: then one that is silent may be gone.
        timed: False when its recording has no times: then nothing of it took any, and only its order means something.
        parting: how it stood when it ended; None while it lives, and when its end was not recorded.
    """

    number: int
    station: str
    opened: datetime
    opened_at: int
    version: OcppVersion | None = None
    version_source: VersionSource = VersionSource.UNKNOWN
    subprotocol: str | None = None
    peer: str | None = None
    upstream: str | None = None
    ended: datetime | None = None
    closed_by: str | None = None
    close_code: int | None = None
    close_reason: str | None = None
    how: str | None = None
    last_at: int | None = None
    last_up_at: int | None = None
    last_down_at: int | None = None
    last_message_up_at: int | None = None
    idle_seconds: float | None = None
    messages: dict[Direction, int] = msgspec.field(default_factory=lambda: dict.fromkeys(Direction, 0))
    first_call: int | None = None
    seen_from_start: bool = False
    ends_recorded: bool = True
    timed: bool = True
    parting: Parting | None = None

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self.ended is None


class Station(msgspec.Struct):
    """What is known of one station identity. Owned and updated by the inspector; read-only for everyone else.

    Attributes:
        id: station identity: the last part of the URL path, or what the capture gives in its place.
        version, version_source: OCPP version of its latest connection, and how it is known.
        vendor, model, serial, firmware: from its latest BootNotification.
        registration: "Accepted", "Pending", "Rejected" from the latest BootNotification response, None before.
        connectors: latest status by connector (1.6) or "EVSE.connector" (2.x).
        configuration: values as far as they were read or changed, by key (1.6) or ``component.variable`` (2.x), in lower
            case; no secrets.
        connections: how many it had; ``live`` how many are open now.
        messages: OCPP messages of all its connections.
        findings: (errors, warnings, infos), counted as occurrences.
        profile: name of the PICS profile that applies to it.
        rtt: seconds between the latest WebSocket ping and its pong on the station's side, None when not seen.
        last_seen: wall clock of its latest record.
        clock: its clock, against the proxy's; csms_clock: that of the CSMS, as this station is told it.
    """

    id: str
    version: OcppVersion | None = None
    version_source: VersionSource = VersionSource.UNKNOWN
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    registration: str | None = None
    connectors: dict[str, str] = msgspec.field(default_factory=dict)
    configuration: dict[str, str] = msgspec.field(default_factory=dict)
    connections: int = 0
    live: int = 0
    messages: int = 0
    findings: dict[str, int] = msgspec.field(default_factory=lambda: {"error": 0, "warning": 0, "info": 0})
    profile: str | None = None
    rtt: float | None = None
    last_seen: datetime | None = None
    clock: Clock = msgspec.field(default_factory=Clock)
    csms_clock: Clock = msgspec.field(default_factory=Clock)

    @property
    def shown_version(self) -> str:
        """``2.0.1``; ``2.0.1?`` when it was only concluded from the messages; ``?`` while nothing tells."""
        doubt = "" if self.version_source is VersionSource.NEGOTIATED else "?"
        return f"{self.version or ''}{doubt}"

    @property
    def status(self) -> str:
        """One word for the list: the most telling connector status, or the registration, or "" when nothing is known."""
        return most_telling(self.connectors.values()) or (self.registration or "")


_TELLING = (
    "Faulted", "Charging", "Occupied", "SuspendedEV", "SuspendedEVSE", "Finishing", "Preparing", "Reserved",
    "Unavailable", "Available",
)  # fmt: skip


def most_telling(states: Iterable[str]) -> str | None:
    """Of several connector states the one that an engineer wants to see first: a fault, then activity, then rest."""
    present = set(states)
    return next((state for state in _TELLING if state in present), None)
