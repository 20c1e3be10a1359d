"""The diagnostics and logs that a station was asked to upload."""

from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction

UPLOAD_ACTIONS = frozenset({"GetDiagnostics", "GetLog"})
STATUS_OF = {"DiagnosticsStatusNotification": "GetDiagnostics", "LogStatusNotification": "GetLog"}
"""Which request a status is about."""

_MOST = 16


class Upload(msgspec.Struct):
    """One upload.

    Attributes:
        action: of its request; id: its requestId, None for diagnostics.
        call: record number of the request.
        status: the latest one but Idle; record, at: of the latest message with it (record clock, ns).
    """

    action: str
    id: int | None
    call: int
    status: str | None = None
    record: int = 0
    at: int = 0


class FileUploads(Memory):
    """The latest uploads, by the record number of the request."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = UPLOAD_ACTIONS | frozenset(STATUS_OF)

    def __init__(self) -> None:
        self._uploads: Recent[int, Upload] = Recent(_MOST)
        self._accepted: Recent[str, int] = Recent(len(UPLOAD_ACTIONS))

    def get(self, call: int) -> Upload | None:
        """The upload that the request with this record number asks for."""
        return self._uploads.get(call)

    def accepted(self, action: str) -> Upload | None:
        """The upload of this kind that the station accepted last."""
        call = self._accepted.get(action)
        return None if call is None else self._uploads.get(call)

    def has_id(self, action: str, id_: int) -> bool:
        """Whether any request of this kind had this requestId."""
        return any(upload.action == action and upload.id == id_ for upload in self._uploads.values())

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a request, its answer or a status."""
        if isinstance(event, ResponseSeen):
            pending = event.closed.pending
            upload = self._uploads.get(pending.number) if pending is not None else None
            if upload is not None and isinstance(event.message, CallResult) and has_file(event.message.payload):
                self._accepted[upload.action] = upload.call
            return
        action, payload = event.message.action, event.message.payload
        if event.direction is Direction.TO_STATION:
            if action in UPLOAD_ACTIONS:
                upload = Upload(action, integer_at(payload, "requestId"), event.scene.number)
                self._uploads[event.scene.number] = upload
        elif action in STATUS_OF:
            self._told(event, STATUS_OF[action])

    def _told(self, event: CallSeen, action: str) -> None:
        status = text_at(event.message.payload, "status")
        id_ = integer_at(event.message.payload, "requestId")
        for upload in reversed(self._uploads.values()):
            if upload.action == action and id_ in (None, upload.id) and status not in (None, "Idle"):
                upload.status, upload.record, upload.at = str(status)[:40], event.scene.number, event.scene.at
                return


def has_file(result: Payload) -> bool:
    """Whether the answer promises an upload: GetLog accepts, GetDiagnostics names a file, or has nothing to upload."""
    status = text_at(result, "status")
    return bool(text_at(result, "fileName")) if status is None else status in ("Accepted", "AcceptedCanceled")
