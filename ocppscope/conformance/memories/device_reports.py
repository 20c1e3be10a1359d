"""The reports of a 2.x station's device model, by the request that they answer."""

from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at, value_at
from ocppscope.protocol.roles import Direction

REQUESTS = frozenset({"GetBaseReport", "GetReport"})

_MOST = 32


class DeviceReport(msgspec.Struct):
    """One report.

    Attributes:
        call: record number of the request; conf: of its answer, None before; status: as answered.
        following: the seqNo of the next part.
        part: record number of the latest part, None before the first; part_at: when it passed (record clock, ns).
        complete: a part said that no more comes.
    """

    call: int
    conf: int | None = None
    status: str | None = None
    following: int = 0
    part: int | None = None
    part_at: int = 0
    complete: bool = False


class DeviceReports(Memory):
    """The latest reports, by requestId. Several may run at a time."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = REQUESTS | {"NotifyReport"}

    def __init__(self) -> None:
        self._reports: Recent[int, DeviceReport] = Recent(_MOST)

    def get(self, request: int | None) -> DeviceReport | None:
        """The report with this requestId."""
        return self._reports.get(request) if request is not None else None

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a request, its answer, or a part."""
        if isinstance(event, ResponseSeen):
            pending = event.closed.pending
            report = self.get(integer_at(pending.call.payload, "requestId")) if pending is not None else None
            if pending is not None and report is not None and report.call == pending.number:
                result = event.message.payload if isinstance(event.message, CallResult) else {}
                report.conf, report.status = event.scene.number, (text_at(result, "status") or "CALLERROR")[:40]
            return
        request = integer_at(event.message.payload, "requestId")
        if request is None:
            return
        if event.direction is Direction.TO_STATION:
            self._reports[request] = DeviceReport(event.scene.number)
            return
        report = self._reports.get(request)
        number = integer_at(event.message.payload, "seqNo")
        if report is not None:
            report.part, report.part_at = event.scene.number, event.scene.at
            report.complete = value_at(event.message.payload, "tbc") is not True
            if number is not None and not event.opened.retry:
                report.following = number + 1
