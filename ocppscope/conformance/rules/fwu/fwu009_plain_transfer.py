"""FWU-009: a file that travels in plain text, or credentials in its location."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.conformance.transfer_urls import TRANSFER_ACTIONS, location_of
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_PLAIN = frozenset({"ftp", "http"})

_FETCH = '< [2,"1","GetDiagnostics",{"location":"LOCATION"}]'
_LOG = '< [2,"1","GetLog",{"logType":"SecurityLog","requestId":1,"log":{"remoteLocation":"LOCATION"}}]'


class PlainTransfer(Rule):
    """A file is to travel where everyone on the way can read it.

    Finds:
        The location of a firmware, of diagnostics or of a log begins with http:// or ftp://, or has a user and a
        password in it.

    Why it matters:
        Logs tell of drivers and networks; firmware can be exchanged on the way. A password in a location stands in the
        logs of everything that it passes.

    Usual causes:
        A file server from the time before security profiles; stations that only know FTP.

    What to do:
        Offer HTTPS, FTPS or SFTP, with credentials that hold for one upload only.
    """

    id = "FWU-009"
    name = "Plain-text transfer, or credentials in the location"
    severity = Severity.INFO
    at_fault = Role.CSMS
    requirement = Requirement.SHOULD
    spec = "WP L01.FR.08; P2 N01.FR.17"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = TRANSFER_ACTIONS
    examples = (
        Example(
            "plain FTP with a password",
            _FETCH.replace("LOCATION", "ftp://user:pw@files.example/up"),
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.CSMS,
            path="$.location",
            line=1,
        ),
        Example("plain HTTP", _FETCH.replace("LOCATION", "http://files.example/up"), finds=1),
        Example("HTTPS", _FETCH.replace("LOCATION", "https://files.example/up")),
        Example("HTTPS with a password", _FETCH.replace("LOCATION", "https://user:pw@files.example/up"), finds=1),
        Example("a user without a password", _FETCH.replace("LOCATION", "sftp://user@files.example/up")),
        Example("an @ further on", _FETCH.replace("LOCATION", "https://files.example/a:b@c")),
        Example(
            "a log, on 2.0.1",
            _LOG.replace("LOCATION", "ftp://files.example/up"),
            version=OcppVersion.V201,
            finds=1,
            path="$.log.remoteLocation",
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The location, of which only scheme and host are shown."""
        location = location_of(event.message.payload)
        if location is None or event.direction is not Direction.TO_STATION:
            return
        plain = location.scheme in _PLAIN
        if not plain and not location.has_password:
            return
        flaws = " and ".join(
            words
            for words, holds in (("travels in plain text", plain), ("has credentials in it", location.has_password))
            if holds
        )
        shown = quoted(f"{location.scheme}://{location.host}/…")
        yield Verdict(
            f"the location of {event.message.action}, {shown}, {flaws}",
            path=location.path,
            observed=shown,
            expected="an encrypted protocol, no credentials",
            key=f"{event.message.action} {location.scheme} {location.has_password}",
        )
