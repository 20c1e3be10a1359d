"""The firmware updates that a station was asked for, and how far they came."""

from datetime import datetime
from typing import ClassVar

import msgspec

from ocppscope.conformance.certificate_validity import flaw_of
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at, time_at, value_at
from ocppscope.protocol.roles import Direction

UPDATE_ACTIONS = frozenset({"SignedUpdateFirmware", "UpdateFirmware"})
STATUS_ACTIONS = frozenset({"FirmwareStatusNotification", "SignedFirmwareStatusNotification"})

_ACCEPTED = frozenset({"Accepted", "AcceptedCanceled"})
_MOST = 16


class Update(msgspec.Struct):
    """One update.

    Attributes:
        call, conf: record numbers of the request and of its answer; call is 0 when only statuses were seen.
        id: the requestId; None in unsigned updates of 1.6.
        asked_at: when it was asked for (record clock, ns).
        signed: the station has a signature to check.
        location: where the file is, at most 512 characters, as sent.
        retrieve, install: not before these times; None when the request does not say.
        version: the firmware version that the station had told of before.
        status, record: the latest status but Idle, and the number of the first message with it; at: when that passed.
        connection: number of the connection of the latest status.
        judged: a boot after its end was looked at.
        flaw: what is wrong with the signing certificate, for evidence: "expired on 2020-01-01"; None for nothing, or
            where there is none.
    """

    call: int
    id: int | None
    asked_at: int
    signed: bool
    location: str = ""
    retrieve: datetime | None = None
    install: datetime | None = None
    version: str | None = None
    conf: int | None = None
    status: str | None = None
    record: int = 0
    at: int = 0
    connection: int = 0
    judged: bool = False
    flaw: str | None = None

    @property
    def records(self) -> tuple[int, ...]:
        """Of the request, its answer and the latest status, as far as they were seen."""
        return tuple(number for number in (self.record, self.call, self.conf) if number)


class FirmwareUpdates(Memory):
    """The latest updates, whichever version of OCPP, signed or not."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = UPDATE_ACTIONS | STATUS_ACTIONS | {"BootNotification"}

    def __init__(self) -> None:
        self._asked: Recent[int, Update] = Recent(_MOST)
        self._ids: Recent[int, int] = Recent(_MOST)
        self._version: str | None = None
        self.current: Update | None = None
        """The one that the station accepted last, or that its statuses are about."""
        self.booted_at: int | None = None
        """When the station last booted (record clock, ns)."""

    def asked_by(self, call: int) -> Update | None:
        """The update that the request with this record number asks for, until it is answered."""
        return self._asked.get(call)

    @property
    def latest_id(self) -> int | None:
        """The requestId of the latest request; None when none had one."""
        return next(reversed(self._ids), None)

    def request_of(self, id_: int) -> int | None:
        """Record number of the request with this requestId, accepted or not."""
        return self._ids.get(id_)

    def told_by(self, event: CallSeen) -> Update | None:
        """The update that a status notification is about; None when nothing is known of it."""
        id_ = integer_at(event.message.payload, "requestId")
        for update in (*reversed(self._asked.values()), self.current):
            if update is not None and (id_ is None or update.id == id_):
                return update
        return None

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a request, its answer, a status or a boot."""
        if isinstance(event, ResponseSeen):
            self._answered(event)
            return
        action = event.message.action
        if event.direction is Direction.TO_STATION:
            if action in UPDATE_ACTIONS:
                update = _update(event, self._version)
                self._asked[event.scene.number] = update
                if update.id is not None:
                    self._ids[update.id] = event.scene.number
        elif action in STATUS_ACTIONS:
            self._told(event)
        elif action == "BootNotification":
            self.booted_at = event.scene.at
            self._booted(event.message.payload)

    def _answered(self, event: ResponseSeen) -> None:
        pending = event.closed.pending
        update = self._asked.pop(pending.number, None) if pending is not None else None
        if update is None or not isinstance(event.message, CallResult):
            return
        status = text_at(event.message.payload, "status")
        if status in _ACCEPTED or status is None:  # without a status every answer to the unsigned one accepts it
            update.conf = event.scene.number
            self.current = update

    def _told(self, event: CallSeen) -> None:
        status = text_at(event.message.payload, "status")
        if status is None or status == "Idle":
            return
        update = self.told_by(event)
        if update is None:
            id_ = integer_at(event.message.payload, "requestId")
            signed = event.message.action == "SignedFirmwareStatusNotification"
            update = self.current = Update(0, id_, event.scene.at, signed)
        update.connection = event.scene.connection.number
        if update.status != status:
            update.status, update.record, update.at = status[:40], event.scene.number, event.scene.at

    def _booted(self, payload: Payload) -> None:
        self._version = boot_version(payload) or self._version
        if self.current is not None and self.current.status == "Installed":
            self.current.judged = True


def boot_version(payload: Payload) -> str | None:
    """The firmware version that a BootNotification tells, at most 50 characters."""
    version = text_at(payload, "firmwareVersion") or text_at(payload, "chargingStation", "firmwareVersion")
    return None if version is None else version[:50]


def _update(event: CallSeen, version: str | None) -> Update:
    payload = event.message.payload
    nested = value_at(payload, "firmware")
    of = nested if isinstance(nested, dict) else payload
    return Update(
        call=event.scene.number,
        id=integer_at(payload, "requestId"),
        asked_at=event.scene.at,
        signed="signature" in of or "signingCertificate" in of,
        location=(text_at(of, "location") or "")[:512],
        retrieve=time_at(of, "retrieveDateTime") or time_at(of, "retrieveDate"),
        install=time_at(of, "installDateTime"),
        version=version,
        flaw=flaw_of(text_at(of, "signingCertificate"), event.scene.time),
    )
