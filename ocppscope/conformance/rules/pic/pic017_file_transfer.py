"""PIC-017: a file transfer protocol that is not declared."""

import re
from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.measurands import listed
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_PLACES = (("location",), ("firmware", "location"), ("log", "remoteLocation"))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,19})://")
_FETCH = '< [2,"1","GetDiagnostics",{"location":"SCHEME://files.example/up"}]'


class FileTransfer(Rule):
    """A file is to travel by a protocol that the station does not claim to speak.

    Finds:
        The location in GetDiagnostics, UpdateFirmware, SignedUpdateFirmware or GetLog (2.x: PublishFirmware, too) has a
        scheme that is not among the declared protocols, or among those that the station reports. SFTP is not FTPS.

    Why it matters:
        The upload or download fails, on some stations without any notification.

    Usual causes:
        One file server for all products, often plain FTP, or HTTPS for stations that only know FTP.

    What to do:
        Offer the file by a declared protocol; read SupportedFileTransferProtocols.
    """

    id = "PIC-017"
    name = "File transfer protocol is not declared"
    severity = Severity.WARNING
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-16; E16 §3.90"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"GetDiagnostics", "GetLog", "PublishFirmware", "SignedUpdateFirmware", "UpdateFirmware"})
    needs_profile = True
    examples = (
        Example(
            "FTP where HTTP is declared",
            _FETCH.replace("SCHEME", "ftp"),
            profile='settings.ORS-16 = ["HTTP"]',
            finds=1,
            path="$.location",
        ),
        Example("declared", _FETCH.replace("SCHEME", "http"), profile='settings.ORS-16 = ["HTTP"]'),
        Example("SFTP is not FTPS", _FETCH.replace("SCHEME", "sftp"), profile='settings.ORS-16 = ["FTPS"]', finds=1),
        Example(
            "the station reports more than it declares",
            """
            < [2,"0","GetConfiguration",{"key":["SupportedFileTransferProtocols"]}]
            > [3,"0",{"configurationKey":[{"key":"SupportedFileTransferProtocols","readonly":true,"value":"HTTP, ftp"}]}]
            """
            + _FETCH.replace("SCHEME", "ftp"),
            profile='settings.ORS-16 = ["HTTP"]',
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Schemes outside the list. Evidence names no more of the location: it may hold a password."""
        profile = event.scene.profile
        declared = profile.derived.file_transfer_protocols if profile is not None else None
        if declared is None:
            return
        reported = _reported(event.scene)
        allowed = reported or declared
        source = "declared"
        if reported is not None and set(reported) != set(declared):
            source = f"reported by the station (declared: {', '.join(declared)})"
        for names in _PLACES:
            found = _SCHEME.match(text_at(event.message.payload, *names) or "")
            if found is not None and found[1].upper() not in allowed:
                yield Verdict(
                    f"{event.message.action} uses {found[1].upper()}; {source}: {', '.join(allowed)}",
                    path=f"$.{'.'.join(names)}",
                    observed=found[1].upper(),
                    expected=" or ".join(allowed),
                    key=f"{event.message.action} {found[1].upper()}",
                )


def _reported(scene: Scene) -> tuple[str, ...] | None:
    v16 = scene.connection.version is OcppVersion.V16
    key = "supportedfiletransferprotocols" if v16 else "ocppcommctrlr.filetransferprotocols"
    value = scene.station.configuration.get(key)
    return tuple(entry.upper() for entry in listed(value)) or None if value is not None else None
