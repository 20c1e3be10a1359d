"""FWU-001: a firmware status that cannot follow the one before."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.firmware_states import ASKED, SIGNED, UNKNOWN_2X, UNSIGNED_2X, UNSIGNED_16, Table
from ocppscope.conformance.memories.firmware_updates import STATUS_ACTIONS, FirmwareUpdates, Update
from ocppscope.conformance.memories.last_triggers import LastTriggers
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_BOOT = """
> [2,"0","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up","firmwareVersion":"1.0.0"}]
< [3,"0",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
"""
_UPDATE = """
< [2,"u","UpdateFirmware",{"location":"https://files.example/up","retrieveDate":"2026-01-01T00:00:00Z"}]
> [3,"u",{}]
"""
_UPDATE_2X = """
< [2,"u","UpdateFirmware",{"requestId":12,"firmware":{"location":"https://files.example/up","retrieveDateTime":"2026-01-01T00:00:00Z"SIGNED}}]
> [3,"u",{"status":"Accepted"}]
"""


def _told(*statuses: str, action: str = "FirmwareStatusNotification", more: str = "") -> str:
    return "".join(
        f'> [2,"s{number}{status}","{action}",{{"status":"{status}"{more}}}]\n< [3,"s{number}{status}",{{}}]\n'
        for number, status in enumerate(statuses)
    )


def _told_2x(*statuses: str) -> str:
    return _told(*statuses, more=',"requestId":12')


class FirmwareStatusOutOfOrder(Rule):
    """A firmware status after one that it cannot follow.

    Finds:
        A step that the order of firmware statuses does not have, such as Installed before Installing in an unsigned
        update of 1.6, or Downloading after Installed. A new request begins anew. Silent for the first status that is
        seen, for an answer to a TriggerMessage, and after a reconnect, on which a status may have got lost. The same
        status again is an info.

    Why it matters:
        The CSMS shows an update as done, or as running, that is not. Retries are started while the station still works.

    Usual causes:
        A station that sends statuses from several tasks, or reports the end before the beginning; a boot loader that
        cannot talk (then Installing may be missing, but not in an unsigned update of 1.6).

    What to do:
        Take the end of the update from the version in the next BootNotification, and report the order to the vendor.
    """

    id = "FWU-001"
    name = "Firmware status out of order"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.5, §7.25; WP L01; P2 L01 state machine"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = STATUS_ACTIONS
    memories = (FirmwareUpdates, LastTriggers)
    thresholds = (Threshold("trigger_s", 60, "A status within this time after its trigger answers it (judgement)."),)
    examples = (
        Example(
            "Installed without Installing",
            _UPDATE + _told("Downloading", "Downloaded", "Installed"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.status",
            line=7,
        ),
        Example("in order", _UPDATE + _told("Downloading", "Downloaded", "Installing", "Installed")),
        Example(
            "downloading after it is installed",
            _UPDATE + _told("Downloading", "Downloaded", "Installing", "Installed") + _told("Downloading"),
            finds=1,
        ),
        Example(
            "a new request begins anew",
            _UPDATE
            + _told("Downloading", "Downloaded", "Installing", "Installed")
            + _UPDATE.replace('"u"', '"v"')
            + _told("Downloading"),
        ),
        Example("a retry after a failed download", _UPDATE + _told("Downloading", "DownloadFailed", "Downloading")),
        Example(
            "a boot between Installing and Installed",
            _UPDATE + _told("Downloading", "Downloaded", "Installing") + "reconnect\n" + _BOOT + _told("Installed"),
        ),
        Example(
            "the same again",
            _UPDATE + _told("Downloading", "Downloading"),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "the same again, because it was asked for",
            _UPDATE
            + _told("Downloading")
            + '< [2,"t","TriggerMessage",{"requestedMessage":"FirmwareStatusNotification"}]\n> [3,"t",{"status":"Accepted"}]\n'
            + _told("Downloading"),
        ),
        Example("the first that is seen may be any", _told("Installing", "Installed")),
        Example(
            "2.0.1: the boot loader cannot talk, so Installing is missing",
            _UPDATE_2X.replace("SIGNED", ',"signature":"AA=="') + _told_2x("Downloading", "Downloaded")
            + _told_2x("SignatureVerified", "InstallRebooting", "Installed"),
            version=OcppVersion.V201,
        ),
        Example(
            "2.0.1: a signature is to be verified before the installation",
            _UPDATE_2X.replace("SIGNED", ',"signature":"AA=="') + _told_2x("Downloading", "Downloaded", "Installing"),
            version=OcppVersion.V201,
            finds=1,
            line=7,
        ),
        Example(
            "2.0.1 without a signature",
            _UPDATE_2X.replace("SIGNED", "") + _told_2x("Downloading", "Downloaded", "Installing"),
            version=OcppVersion.V201,
        ),
        Example(
            "signed, on 1.6, of an update whose request was not seen",
            _told("Installed", "Downloaded", action="SignedFirmwareStatusNotification", more=',"requestId":11'),
            finds=1,
        ),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """One step of an update that is followed."""
        status = text_at(event.message.payload, "status")
        update = event.scene.recall(FirmwareUpdates).told_by(event)
        if event.direction is not Direction.TO_CSMS or status in (None, "Idle") or update is None:
            return ()
        if update.status is not None and update.connection != event.scene.connection.number:
            return ()
        return self._found(event, update, str(status))

    def _found(self, event: CallSeen, update: Update, status: str) -> Iterator[Verdict]:
        table = _table(event, update)
        before = update.status or ASKED
        following = table.get(before)
        if status not in table or following is None or status in following:
            return
        same = status == before
        if same and self._is_triggered(event):
            return
        due = " or ".join(sorted(following)) or "a new request first"
        told = f"{quoted(status)} again" if same else f"{quoted(status)} after {quoted(before or 'the request')}"
        number = integer_at(event.message.payload, "requestId")
        yield Verdict(
            f"the station reports the firmware status {told}" + ("" if number is None else f" (update {number})"),
            Severity.INFO if same else None,
            path="$.status",
            observed=quoted(status),
            expected=due,
            records=(event.scene.number, *update.records),
            key=f"{before}>{status[:40]}",
        )

    def _is_triggered(self, event: CallSeen) -> bool:
        ago = event.scene.recall(LastTriggers).seconds_ago("FirmwareStatusNotification", event.scene.at)
        return ago is not None and ago <= self.threshold("trigger_s")


def _table(event: CallSeen, update: Update) -> Table:
    if event.message.action == "SignedFirmwareStatusNotification":
        return SIGNED
    if event.scene.connection.version is OcppVersion.V16:
        return UNSIGNED_16
    if not update.call:
        return UNKNOWN_2X
    return SIGNED if update.signed else UNSIGNED_2X
