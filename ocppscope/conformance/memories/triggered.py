"""What a CSMS asked a station to send, and whether it came."""

from typing import ClassVar, TypeAlias

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult, Payload
from ocppscope.protocol.payload import integer_at, objects_at, text_at
from ocppscope.protocol.roles import Direction

TRIGGERS = frozenset({"ExtendedTriggerMessage", "TriggerMessage"})

EXCUSED = 600_000_000_000
"""Nanoseconds after a request in which what it asks for is sent because of it."""

Place: TypeAlias = tuple[int | None, int | None]
"""EVSE and connector; 1.6 has no EVSE."""

_SENT_AS: dict[str, frozenset[str]] = {
    "FirmwareStatusNotification": frozenset({"FirmwareStatusNotification", "SignedFirmwareStatusNotification"}),
    "SignChargePointCertificate": frozenset({"SignCertificate"}),
    "SignChargingStationCertificate": frozenset({"SignCertificate"}),
    "SignCombinedCertificate": frozenset({"SignCertificate"}),
    "SignV2G20Certificate": frozenset({"SignCertificate"}),
    "SignV2GCertificate": frozenset({"SignCertificate"}),
} | {
    name: frozenset({name})
    for name in (
        "BootNotification", "DiagnosticsStatusNotification", "Heartbeat", "LogStatusNotification", "MeterValues",
        "PublishFirmwareStatusNotification", "StatusNotification", "TransactionEvent",
    )
}  # fmt: skip
"""What can be asked for, and the actions that it is sent as. A CustomTrigger may be anything."""

_LEADS_TO = {
    "CustomerInformation": ("NotifyCustomerInformation",),
    "GetBaseReport": ("NotifyReport",),
    "GetChargingProfiles": ("ReportChargingProfiles",),
    "GetDiagnostics": ("DiagnosticsStatusNotification",),
    "GetDisplayMessages": ("NotifyDisplayMessages",),
    "GetLog": ("LogStatusNotification",),
    "GetMonitoringReport": ("NotifyMonitoringReport",),
    "GetReport": ("NotifyReport",),
    "SignedUpdateFirmware": ("SignedFirmwareStatusNotification",),
    "UpdateFirmware": ("FirmwareStatusNotification",),
}
"""Further CALLs of a CSMS that make a station speak."""

_PLACED = frozenset({"MeterValues", "StatusNotification", "TransactionEvent"})

_MOST = 16


class Asked(msgspec.Struct):
    """One TriggerMessage.

    Attributes:
        requested: the message, by the name in the request.
        place: that it names; (None, None) for all.
        call: record number; at: when it passed (record clock, ns).
        accepted: by the station's answer.
        early: record number of a message that would do and came before the answer; marked: that one says itself that it
            was asked for.
        came: record number of the first message that does.
        places: of all that do.
    """

    requested: str
    place: Place
    call: int
    at: int
    accepted: bool = False
    early: int | None = None
    marked: bool = False
    came: int | None = None
    places: set[Place] = msgspec.field(default_factory=set)

    @property
    def wants_all(self) -> bool:
        """Whether a message of each connector is due."""
        return self.requested == "StatusNotification" and self.place == (None, None)

    def fits(self, action: str, told: Place) -> bool:
        """Whether a message with this action, and about this place, is one that was asked for."""
        if action not in _SENT_AS[self.requested]:
            return False
        evse, connector = self.place
        if action not in _PLACED or (evse is None and connector is None):
            return True
        return told[0] in (evse, None) and (connector is None or told[1] in (connector, None))


class Triggered(Memory):
    """The latest TriggerMessages, and what else made the station speak."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = TRIGGERS | frozenset().union(*_SENT_AS.values()) | _LEADS_TO.keys()

    def __init__(self) -> None:
        self._asked: Recent[int, Asked] = Recent(_MOST)
        self._excuses: dict[str, int] = {}
        self._sought: set[str] = set()
        """What may be asked for still: everything else passes without a look at each request."""
        self._since = 0
        """No request is older (record clock, ns)."""

    def asked_by(self, call: int) -> Asked | None:
        """The request with this record number; None when it was refused or fulfilled, or is no longer one of the latest."""
        return self._asked.get(call)

    def excuses(self, action: str, at: int) -> bool:
        """Whether a message of the station with this action was asked for, at ``at`` (record clock, ns)."""
        then = self._excuses.get(action)
        return then is not None and at - then <= EXCUSED

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a request, its answer, or a message that may have been asked for."""
        if event.direction is Direction.TO_STATION:
            if type(event) is CallSeen:
                self._called(event)
        elif self._asked:
            if type(event) is CallSeen:
                self._came(event)
            elif type(event) is ResponseSeen:
                self._answered(event)

    def _called(self, event: CallSeen) -> None:
        call, scene = event.message, event.scene
        actions: frozenset[str] | tuple[str, ...] = _LEADS_TO.get(call.action, ())
        if call.action in TRIGGERS:
            requested = text_at(call.payload, "requestedMessage") or ""
            actions = _SENT_AS.get(requested, frozenset())
            if actions:
                if not self._asked:
                    self._sought.clear()
                    self._since = scene.at
                self._sought |= actions
                self._since = min(self._since, scene.at)
                self._asked[scene.number] = Asked(requested, asked_place(call.payload), scene.number, scene.at)
        for action in actions:
            self._excuses[action] = scene.at

    def _answered(self, event: ResponseSeen) -> None:
        asked = self._asked.get(event.exchange.call) if event.exchange is not None else None
        if asked is None:
            return
        asked.accepted = (
            isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted"
        )
        if asked.accepted:
            if asked.came is not None and not asked.wants_all:
                del self._asked[asked.call]
        else:
            del self._asked[asked.call]
            if not any(other.requested == asked.requested for other in self._asked.values()):
                for action in _SENT_AS[asked.requested]:
                    self._excuses.pop(action, None)

    def _came(self, event: CallSeen) -> None:
        call, scene = event.message, event.scene
        action = call.action
        if action not in self._sought and scene.at - self._since <= EXCUSED:
            return  # nobody asked for such a message, and nothing is too old yet
        place = place_of(call)
        for asked in list(self._asked.values()):
            if scene.at - asked.at > EXCUSED:
                del self._asked[asked.call]
            elif asked.fits(action, place):
                asked.came = asked.came or scene.number
                if len(asked.places) < 64:
                    asked.places.add(place)
                if not asked.accepted and asked.early is None:
                    asked.early, asked.marked = scene.number, says_triggered(call)
                elif asked.accepted and not asked.wants_all:
                    del self._asked[asked.call]
        self._since = min((asked.at for asked in self._asked.values()), default=0)


def asked_place(payload: Payload) -> Place:
    """The connector that a trigger names (1.6), or the EVSE and its connector (2.x)."""
    connector = integer_at(payload, "connectorId")
    if connector is not None:
        return None, connector
    return integer_at(payload, "evse", "id"), integer_at(payload, "evse", "connectorId")


def place_of(call: Call) -> Place:
    """Where a station's message is about."""
    evse = integer_at(call.payload, "evseId")
    if evse is None:
        evse = integer_at(call.payload, "evse", "id")
    return evse, integer_at(call.payload, "connectorId")


def says_triggered(call: Call) -> bool:
    """Whether a message shows by itself that it was asked for: no connected station sends it of its own accord."""
    if text_at(call.payload, "triggerReason") == "Trigger" or call.action == "BootNotification":
        return True
    if text_at(call.payload, "status") == "Idle":  # of an upload or update: only ever said when asked (S16 §5.17)
        return True
    return any(
        text_at(sample, "context") == "Trigger"
        for value in objects_at(call.payload, "meterValue")
        for sample in objects_at(value, "sampledValue")
    )
