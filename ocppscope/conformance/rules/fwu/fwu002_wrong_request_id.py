"""FWU-002: a firmware status with another requestId than was given, or with none."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.firmware_updates import STATUS_ACTIONS, FirmwareUpdates
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_UPDATE_2X = """
< [2,"u","UpdateFirmware",{"requestId":12,"firmware":{"location":"https://files.example/up","retrieveDateTime":"2026-01-01T00:00:00Z"}}]
> [3,"u",{"status":"Accepted"}]
"""


def _told(rest: str, action: str = "FirmwareStatusNotification") -> str:
    return f'> [2,"s","{action}",{{{rest}}}]\n< [3,"s",{{}}]\n'


class WrongFirmwareRequestId(Rule):
    """A firmware status that belongs to no request.

    Finds:
        A SignedFirmwareStatusNotification, or a FirmwareStatusNotification of 2.x, whose requestId is not that of any
        UpdateFirmware seen, or that has none although its status is not Idle. Silent about the number while no request
        was seen: it may be older than the capture.

    Why it matters:
        The CSMS cannot tell which update has failed or is done, and shows it as running forever.

    Usual causes:
        A constant 0, the id of an earlier update that was kept over a reboot, firmware of 1.6 without signed updates.

    What to do:
        Have the station keep the requestId over its reboots and send it with each status.
    """

    id = "FWU-002"
    name = "Firmware status with a wrong requestId, or without one"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP L01.FR.10, L01.FR.21; P2 L01.FR.10, L01.FR.20"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = STATUS_ACTIONS
    memories = (FirmwareUpdates,)
    examples = (
        Example(
            "0 in place of 12",
            _UPDATE_2X + _told('"status":"Downloading","requestId":0'),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$.requestId",
            line=3,
        ),
        Example("the right one", _UPDATE_2X + _told('"status":"Downloading","requestId":12'), version=OcppVersion.V201),
        Example(
            "none at all",
            _UPDATE_2X + _told('"status":"Downloading"'),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("Idle belongs to no update", _UPDATE_2X + _told('"status":"Idle"'), version=OcppVersion.V201),
        Example(
            "the end of an update that another one has replaced",
            _UPDATE_2X
            + _UPDATE_2X.replace('"u"', '"v"').replace("12", "13").replace("Accepted", "AcceptedCanceled")
            + _told('"status":"DownloadFailed","requestId":12'),
            version=OcppVersion.V201,
        ),
        Example(
            "the request is older than the capture",
            _told('"status":"Installed","requestId":9'),
            version=OcppVersion.V201,
        ),
        Example("signed, on 1.6", _told('"status":"Installed"', "SignedFirmwareStatusNotification"), finds=1),
        Example("unsigned updates of 1.6 have no id", _told('"status":"Downloading"')),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The id of each status but Idle."""
        payload, action = event.message.payload, event.message.action
        status = text_at(payload, "status")
        if event.direction is not Direction.TO_CSMS or status in (None, "Idle"):
            return
        if action == "FirmwareStatusNotification" and event.scene.connection.version in (OcppVersion.V16, None):
            return
        updates = event.scene.recall(FirmwareUpdates)
        latest = updates.latest_id
        number = integer_at(payload, "requestId")
        if "requestId" not in payload:
            given = "without a requestId"
        elif number is not None and latest is not None and updates.request_of(number) is None:
            given = f"with requestId {number}; the latest request has {latest}"
        else:
            return
        request = updates.request_of(latest) if latest is not None else None
        yield Verdict(
            f"the station reports {quoted(status)} {given}",
            path="$.requestId",
            observed="absent" if number is None else str(number)[:20],
            expected="the requestId of the request" if latest is None else str(latest)[:20],
            records=(event.scene.number,) if request is None else (event.scene.number, request),
            key="absent" if number is None else "wrong",
        )
