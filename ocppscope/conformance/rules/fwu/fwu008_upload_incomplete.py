"""FWU-008: an upload of diagnostics or a log that does not come to an end, or reports about another one."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, TimeUp
from ocppscope.conformance.memories.file_uploads import STATUS_OF, UPLOAD_ACTIONS, FileUploads, has_file
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_MOST_TRIES = 24
"""How often an absent station is waited for once more."""

_DIAGNOSTICS = '< [2,"g","GetDiagnostics",{"location":"https://files.example/up"}]\n> [3,"g",ANSWER]\n'
_FILE = _DIAGNOSTICS.replace("ANSWER", '{"fileName":"made-up.log"}')
_LOG = """
< [2,"g","GetLog",{"logType":"DiagnosticsLog","requestId":4,"log":{"remoteLocation":"https://files.example/up"}}]
> [3,"g",{"status":"Accepted","filename":"made-up.log"}]
"""


def _diagnostics(status: str) -> str:
    return f'> [2,"{status}","DiagnosticsStatusNotification",{{"status":"{status}"}}]\n< [3,"{status}",{{}}]\n'


def _log(status: str, number: int = 4) -> str:
    told = f'{{"status":"{status}","requestId":{number}}}'
    return f'> [2,"{status}","LogStatusNotification",{told}]\n< [3,"{status}",{{}}]\n'


class UploadIncomplete(Rule):
    """A promised upload that does not come to an end, or a status of an upload that nobody asked for.

    Finds:
        GetDiagnostics was answered with a file name, or GetLog accepted, and within ten minutes, or ten minutes after
        the latest Uploading, no status told the end. Or a LogStatusNotification has another requestId than any GetLog
        seen. An answer to GetDiagnostics without a file name means that there is nothing to upload.

    Why it matters:
        Whoever waits for the log waits in vain, or takes an old file for the new one.

    Usual causes:
        The server cannot be reached from the station's network, credentials are wrong, the station sends no status for
        failures.

    What to do:
        Look at the server whether the file came; try the upload from the station's network.
    """

    id = "FWU-008"
    name = "Diagnostics or log upload incomplete"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.9, §4.4; P2 N01.FR.08 to 10"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, TimeUp)
    actions = UPLOAD_ACTIONS | frozenset(STATUS_OF)
    memories = (FileUploads,)
    thresholds = (Threshold("upload_s", 600, "Without any news an upload counts as incomplete (judgement)."),)
    examples = (
        Example("diagnostics, nothing for 10 min", _FILE + "+601", finds=1, at_fault=Role.STATION, line=1),
        Example("nothing to upload", _DIAGNOSTICS.replace("ANSWER", "{}") + "+601"),
        Example("uploaded", _FILE + _diagnostics("Uploading") + _diagnostics("Uploaded") + "+601"),
        Example("failed is an end, too", _FILE + _diagnostics("UploadFailed") + "+601"),
        Example("a log that is Uploading and no more", _LOG + _log("Uploading") + "+601", finds=1, line=3),
        Example("still at it after 9 min", _LOG + _log("Uploading") + "+540 " + _log("Uploading") + "+300"),
        Example(
            "the number of another request",
            _LOG + _log("Uploaded", 3),
            version=OcppVersion.V201,
            finds=1,
            path="$.requestId",
            line=3,
        ),
        Example("the right number", _LOG + _log("Uploading") + _log("Uploaded"), version=OcppVersion.V201),
        Example("the request is older than the capture", _log("Uploading", 3), version=OcppVersion.V201),
        Example("a refused log", _LOG.replace("Accepted", "Rejected") + "+601", version=OcppVersion.V201),
        Example("the station is away", _FILE + "drop\n+601"),
    )

    def check(self, event: CallSeen | ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """A promise, a status, or the time that is up."""
        if isinstance(event, TimeUp):
            return self._not_ended(event)
        if isinstance(event, ResponseSeen):
            if event.exchange is None or event.exchange.action not in UPLOAD_ACTIONS:
                return ()
            promised = isinstance(event.message, CallResult) and has_file(event.message.payload)
            note = (event.exchange.call, event.scene.number, 0)
            return (AskLater(self.threshold("upload_s"), event.exchange.action, note),) if promised else ()
        return self._other_id(event) if event.direction is Direction.TO_CSMS else ()

    def _other_id(self, event: CallSeen) -> Iterator[Verdict]:
        action = STATUS_OF.get(event.message.action)
        number = integer_at(event.message.payload, "requestId")
        if action is None or number is None or text_at(event.message.payload, "status") == "Idle":
            return
        uploads = event.scene.recall(FileUploads)
        accepted = uploads.accepted(action)
        if accepted is None or accepted.id is None or uploads.has_id(action, number):
            return
        yield Verdict(
            f"{event.message.action} has requestId {number}; the latest {action} that was accepted has {accepted.id}",
            path="$.requestId",
            observed=str(number)[:20],
            expected=str(accepted.id)[:20],
            records=(event.scene.number, accepted.call),
            key="requestId",
        )

    def _not_ended(self, event: TimeUp) -> Iterator[Verdict | AskLater]:
        call, conf, tries = event.note
        upload = event.scene.recall(FileUploads).get(call)
        seconds = self.threshold("upload_s")
        if upload is None or upload.status not in (None, "Uploading"):
            return
        rest = seconds - (event.scene.at - upload.at) / 1e9 if upload.status is not None else 0.0
        if rest > 0.001 or event.scene.station.live == 0:
            if tries < _MOST_TRIES:
                yield AskLater(rest if rest > 0.001 else seconds, upload.action, (call, conf, tries + 1))
            return
        last = "no status came" if upload.status is None else f"the latest status is {quoted(upload.status)}"
        yield Verdict(
            f"{upload.action} was promised a file, and {last} for {seconds / 60:g} min",
            observed="no status" if upload.status is None else quoted(upload.status),
            expected="a status that tells the end",
            records=(upload.record, call, conf) if upload.record else (call, conf),
            key=upload.action,
        )
