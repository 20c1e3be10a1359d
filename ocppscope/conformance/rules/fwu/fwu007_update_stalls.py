"""FWU-007: an update that nothing more is heard of."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, TimeUp
from ocppscope.conformance.memories.firmware_updates import STATUS_ACTIONS, UPDATE_ACTIONS, FirmwareUpdates
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_FURTHEST = 31 * 86_400
"""Seconds: a retrieve date beyond is not waited for."""

_MOST_TRIES = 24
"""How often an absent station is waited for once more."""

_UPDATE = """
< [2,"u","UpdateFirmware",{"location":"https://files.example/up","retrieveDate":"WHEN"}]
> [3,"u",{}]
"""
_NOW = _UPDATE.replace("WHEN", "2026-01-01T00:00:00Z")
_DOWNLOADING = '> [2,"d","FirmwareStatusNotification",{"status":"Downloading"}]\n< [3,"d",{}]\n'
_DOWNLOADED = _DOWNLOADING.replace('"d"', '"e"').replace("Downloading", "Downloaded")


class UpdateStalls(Rule):
    """An update that was accepted and never begins, or whose download never ends.

    Finds:
        No firmware status within ten minutes after an update was accepted and its retrieve date has passed, or
        Downloading for more than an hour. A station that is not connected by then is given further time.

    Why it matters:
        The CSMS waits for an update that does not happen, often for many stations at once.

    Usual causes:
        The file cannot be reached from the station's network, a protocol that it does not speak, a clock of the station
        that is far behind the retrieve date, a very slow mobile connection.

    What to do:
        Fetch the file from the station's network, check its clock, and ask for its status with TriggerMessage.
    """

    id = "FWU-007"
    name = "Update stalls"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §4.5, §6.19; P2 L01"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, TimeUp)
    actions = UPDATE_ACTIONS | STATUS_ACTIONS
    memories = (FirmwareUpdates,)
    thresholds = (
        Threshold("start_s", 600, "Until the first status, from the answer or the retrieve date (judgement)."),
        Threshold("download_s", 3600, "A download may take so long (judgement)."),
    )
    examples = (
        Example("nothing for 10 min", _NOW + "+601", finds=1, at_fault=Role.STATION, line=1),
        Example("the download has begun", _NOW + _DOWNLOADING + "+601"),
        Example("it is to begin in an hour", _UPDATE.replace("WHEN", "2026-01-01T01:00:00Z") + "+3000"),
        Example("an hour and ten minutes later", _UPDATE.replace("WHEN", "2026-01-01T01:00:00Z") + "+4300", finds=1),
        Example("Downloading for an hour", _NOW + _DOWNLOADING + "+3601", finds=1, line=3),
        Example("downloaded within the hour", _NOW + _DOWNLOADING + "+3000 " + _DOWNLOADED + "+700"),
        Example(
            "refused",
            '< [2,"u","UpdateFirmware",{"location":"https://files.example/up","retrieveDate":"2026-01-01T00:00:00Z"}]\n'
            '> [4,"u","NotSupported","",{}]\n+601',
        ),
        Example("the station is away", _NOW + "drop\n+601"),
        Example(
            "on 2.0.1",
            '< [2,"u","UpdateFirmware",{"requestId":12,"firmware":{"location":"https://files.example/up",'
            '"retrieveDateTime":"2026-01-01T00:00:00Z"}}]\n> [3,"u",{"status":"Accepted"}]\n+601',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "rejected, on 2.0.1",
            '< [2,"u","UpdateFirmware",{"requestId":12,"firmware":{"location":"https://files.example/up",'
            '"retrieveDateTime":"2026-01-01T00:00:00Z"}}]\n> [3,"u",{"status":"Rejected"}]\n+601',
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen | ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """An answer, the beginning of a download, or the time that is up for either."""
        if isinstance(event, TimeUp):
            return self._not_begun(event) if event.key == "start" else self._not_ended(event)
        if isinstance(event, ResponseSeen):
            return self._accepted(event)
        if event.direction is not Direction.TO_CSMS or text_at(event.message.payload, "status") != "Downloading":
            return ()
        update = event.scene.recall(FirmwareUpdates).told_by(event)
        if update is not None and update.status == "Downloading":
            return ()
        return (AskLater(self.threshold("download_s"), "download", event.scene.number),)

    def _accepted(self, event: ResponseSeen) -> Iterator[AskLater]:
        if event.exchange is None or not isinstance(event.message, CallResult):
            return
        update = event.scene.recall(FirmwareUpdates).asked_by(event.exchange.call)
        if update is None or text_at(event.message.payload, "status") not in (None, "Accepted", "AcceptedCanceled"):
            return
        ahead = 0.0 if update.retrieve is None else (update.retrieve - event.scene.time).total_seconds()
        if ahead <= _FURTHEST:
            yield AskLater(max(ahead, 0) + self.threshold("start_s"), "start", (update.call, 0))

    def _not_begun(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        call, tries = event.note
        update = event.scene.recall(FirmwareUpdates).current
        seconds = self.threshold("start_s")
        if update is None or update.call != call or update.status is not None:
            return
        if event.scene.station.live == 0:
            if tries < _MOST_TRIES:
                yield AskLater(seconds, "start", (call, tries + 1))
            return
        yield Verdict(
            f"the station accepted an update and has sent no firmware status for {seconds / 60:g} min after it was due",
            observed="no status",
            expected=f"a status within {seconds:g} s",
            records=(call, *(() if update.conf is None else (update.conf,))),
            key="start",
        )

    def _not_ended(self, event: TimeUp) -> Iterator[Verdict]:
        update = event.scene.recall(FirmwareUpdates).current
        seconds = self.threshold("download_s")
        if update is None or update.status != "Downloading" or update.record != event.note:
            return
        if event.scene.station.live:
            yield Verdict(
                f"the station has been Downloading for {seconds / 60:g} min",
                observed='"Downloading"',
                expected='"Downloaded" or "DownloadFailed"',
                records=update.records,
                key="download",
            )
