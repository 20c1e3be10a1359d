"""CFG-011: parts of a report that do not fit together."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, TimeUp
from ocppscope.conformance.memories.device_reports import REQUESTS, DeviceReport, DeviceReports
from ocppscope.conformance.memories.full_cycle import FullCycle
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = (
    '> [2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made"}}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":3600}]\n'
    '> [2,"s1","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Available","evseId":1,'
    '"connectorId":1}]\n< [3,"s1",{}]\n'
)


def _ask(request: int, status: str = "Accepted") -> str:
    return (
        f'< [2,"g{request}","GetBaseReport",{{"requestId":{request},"reportBase":"FullInventory"}}]\n'
        f'> [3,"g{request}",{{"status":"{status}"}}]\n'
    )


def _part(request: int, number: int, more: bool) -> str:
    return (
        f'> [2,"p{request}{number}","NotifyReport",{{"requestId":{request},"generatedAt":"2026-01-01T00:00:00Z",'
        f'"seqNo":{number},"tbc":{"true" if more else "false"}}}]\n< [3,"p{request}{number}",{{}}]\n'
    )


class ReportPartsWrong(Rule):
    """NotifyReport messages that do not make one whole report.

    Finds:
        A part with a requestId that nobody asked for (an info until a boot was seen); a seqNo that does not count 0, 1, 2;
        a part after the last one; a part of a report that the station had refused; and a report of which no last part
        came two minutes after the part before. Several reports may run at the same time: each is followed by itself.

    Why it matters:
        The CSMS waits for the rest, or shows half a device model.

    Usual causes:
        Numbering starts at 1; ``tbc`` is never set to false; parts are lost when the connection breaks.

    What to do:
        Number the parts of each report from 0, and leave ``tbc`` out, or false, in the last one.
    """

    id = "CFG-011"
    name = "Report parts wrong"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "P2 B07.FR.04, B07.FR.05, B07.FR.10, B08.FR.04, B08.FR.14"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, TimeUp)
    actions = REQUESTS | {"NotifyReport"}
    memories = (DeviceReports, FullCycle)
    thresholds = (
        Threshold("report_s", 120, "Time after a part, or the accepted request, in which the next part is due."),
    )
    examples = (
        Example(
            "numbered from 1",
            _ask(7) + _part(7, 1, more=False),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$.seqNo",
            line=3,
        ),
        Example("one is missing", _ask(7) + _part(7, 0, more=True) + _part(7, 2, more=False), version=OcppVersion.V21, finds=1, line=5),
        Example("another requestId", _BOOT + _ask(7) + _part(8, 0, more=False) + _part(7, 0, more=False), version=OcppVersion.V201, finds=1, path="$.requestId"),
        Example("the last part never comes", _ask(7) + _part(7, 0, more=True) + "+130", version=OcppVersion.V201, finds=1, path="$.tbc"),
        Example("refused, and sent all the same", _ask(7, "Rejected") + _part(7, 0, more=False), version=OcppVersion.V201, finds=1),
        Example("after the last part", _ask(7) + _part(7, 0, more=False) + _part(7, 1, more=False), version=OcppVersion.V201, finds=1),
        Example("two reports at a time", _ask(7) + _ask(8) + _part(7, 0, more=True) + _part(8, 0, more=True) + _part(7, 1, more=False)
                + _part(8, 1, more=False) + "+200", version=OcppVersion.V201),
        Example("the same id for a new report", _ask(7) + _part(7, 0, more=False) + _ask(7).replace('"g7"', '"g9"')
                + _part(7, 0, more=False).replace('"p70"', '"p90"'), version=OcppVersion.V201),
        Example(
            "a part is sent again because its answer did not come",
            _ask(7) + _part(7, 0, more=True).partition("\n")[0] + "\n+40 " + _part(7, 0, more=True) + _part(7, 1, more=False),
            version=OcppVersion.V201,
            beside=("RPC-011",),
        ),
        Example("asked for before anyone watched", 'connect {"handshake":null}\n' + _part(9, 3, more=False), version=OcppVersion.V201),
        Example("asked for on an earlier connection, perhaps", _part(9, 3, more=False), version=OcppVersion.V201, finds=1, severity=Severity.INFO),
        Example("the connection went first", _ask(7) + _part(7, 0, more=True) + "drop\n+130", version=OcppVersion.V201),
    )  # fmt: skip

    def check(self, event: CallSeen | ResponseSeen | TimeUp) -> Iterator[Verdict | AskLater]:
        """Each part, and what came of the report a while later."""
        scene = event.scene
        reports = scene.recall(DeviceReports)
        if isinstance(event, TimeUp):
            report = reports.get(event.key if isinstance(event.key, int) else None)
            if report is not None and report.call == event.note[0] and not report.complete and scene.connection.alive:
                yield self._unfinished(event, report)
        elif isinstance(event, ResponseSeen):
            exchange, pending = event.exchange, event.closed.pending
            request = integer_at(pending.call.payload, "requestId") if pending is not None else None
            accepted = isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted"
            if exchange is not None and request is not None and accepted and exchange.action in REQUESTS:
                yield AskLater(self.threshold("report_s"), key=request, note=(exchange.call, scene.number, scene.at))
        elif event.message.action == "NotifyReport" and event.direction is Direction.TO_CSMS:
            yield from _judged(event, reports)

    def _unfinished(self, event: TimeUp, report: DeviceReport) -> Verdict | AskLater:
        call, conf, since = event.note
        scene, allowed = event.scene, self.threshold("report_s")
        waited = (scene.at - max(since, report.part_at)) / 1e9
        if waited < allowed:
            return AskLater(allowed - waited, key=event.key, note=event.note)
        came = "no part at all came" if report.part is None else "no last part came"
        return Verdict(
            f"{came} of report {event.key}, {waited:.0f} s after "
            + ("it was accepted" if report.part is None else f"part {report.following - 1}"),
            path="$.tbc",
            observed="nothing" if report.part is None else "tbc true",
            expected="a part with tbc false",
            records=(report.part, call, conf) if report.part is not None else (conf, call),
            key="unfinished",
        )


def _judged(event: CallSeen, reports: DeviceReports) -> Iterator[Verdict]:
    payload, number = event.message.payload, event.scene.number
    request, part = integer_at(payload, "requestId"), integer_at(payload, "seqNo")
    if request is None or part is None or event.opened.retry:
        return
    report = reports.get(request)
    if report is None:
        if not event.scene.settled:
            return
        yield Verdict(
            f"NotifyReport has the requestId {request}, which no request for a report had",
            None if event.scene.recall(FullCycle).seen else Severity.INFO,
            path="$.requestId",
            observed=str(request),
            expected="the requestId of a GetBaseReport or GetReport",
            key="requestId",
        )
    elif report.status not in (None, "Accepted"):
        yield Verdict(
            f"part {part} of report {request} came although the station had answered {report.status}",
            observed="NotifyReport",
            expected="no report",
            records=(number, report.call, *filter(None, (report.conf,))),
            key="refused",
        )
    elif report.complete or part != report.following:
        expected = "no further part" if report.complete else str(report.following)
        yield Verdict(
            f"part {part} of report {request} came where {expected if report.complete else f'part {expected}'} was due",
            path="$.seqNo",
            observed=str(part),
            expected=expected,
            records=(number, *filter(None, (report.part,)), report.call),
            key="seqNo",
        )
