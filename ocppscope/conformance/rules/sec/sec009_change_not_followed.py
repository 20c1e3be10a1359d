"""SEC-009: new credentials or a new security profile with which the station does not come back."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionRefused, Event, ResponseSeen, TimeUp
from ocppscope.conformance.memories.connection_profiles import ConnectionProfiles
from ocppscope.conformance.memories.security_changes import (
    CHANGE_ACTIONS,
    UNAUTHORIZED,
    Change,
    SecurityChanges,
    changes_in,
)
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_BASIC = "Basic user=CS-EXAMPLE password=20 bytes"
_TLS = '"station_tls":{"version":"TLSv1.2"}'


def _set(key: str, value: str, answer: str = "Accepted") -> str:
    return f'< [2,"c","ChangeConfiguration",{{"key":"{key}","value":"{value}"}}]\n> [3,"c",{{"status":"{answer}"}}]\n'


_KEY = _set("AuthorizationKey", "*" * 40)


class SecurityChangeNotFollowed(Rule):
    """A change of credentials or of the security profile after which the connection does not come as it should.

    Finds:
        The station took a new AuthorizationKey, BasicAuthPassword or SecurityProfile, and then: the CSMS refuses its next
        connection with 401 or 403; or ten minutes later the station has not connected anew; or it is still connected with
        the old security profile. What needs a reboot first (RebootRequired) is not waited for, nor is a password on a
        connection that uses none, nor anything in recordings without handshakes.

    Why it matters:
        The station and its CSMS now have different secrets. At the next reconnect the station is lost.

    Usual causes:
        The CSMS does not store the key that it has sent, or stores it before the station has accepted it; the key is
        taken as text on one side and as hexadecimal digits on the other.

    What to do:
        Let the CSMS accept the old and the new key until the station has come back with the new one.
    """

    id = "SEC-009"
    name = "Security change not followed by a connection that fits"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "WP A05.FR.02 to 06, A01; P2 A01"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionRefused, ResponseSeen, TimeUp)
    actions = CHANGE_ACTIONS
    memories = (ConnectionProfiles, SecurityChanges)
    thresholds = (Threshold("reconnect_s", 600, "Until the station must have come back (catalogue)."),)
    examples = (
        Example(
            "a new key, then 401",
            _KEY + 'drop\nrefuse {"status":401}',
            auth=_BASIC,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            beside=("CON-007",),
        ),
        Example("a new key, then connected", _KEY + "reconnect\n+700", auth=_BASIC, beside=("CON-007", "SES-009")),
        Example(
            "a new key, and nothing for ten minutes",
            _KEY + "+601",
            auth=_BASIC,
            finds=1,
            at_fault=Role.STATION,
            line=1,
            beside=("CON-007", "SES-009"),
        ),
        Example("a reboot is due first", _KEY.replace("Accepted", "RebootRequired") + "+601", auth=_BASIC, beside=("CON-007", "SES-009")),
        Example("a key for later, on a connection without credentials", _KEY + "+601", beside=("SES-009",)),
        Example("a key that was refused", _KEY.replace("Accepted", "Rejected") + "+601", auth=_BASIC, beside=("CON-007", "SES-009")),
        Example("a recording without handshakes", 'connect {"handshake":null}\n' + _KEY + "+601", beside=("SES-009",)),
        Example(
            "still the old profile",
            _set("SecurityProfile", "2") + "reconnect\n+601",
            auth=_BASIC,
            finds=1,
            at_fault=Role.STATION,
            beside=("CON-007", "SES-009"),
        ),
        Example(
            "the new profile",
            _set("SecurityProfile", "2")
            + f'drop\nconnect {{"handshake":{{"auth":"{_BASIC}"}},{_TLS}}}\n+601',
            auth=_BASIC,
            beside=("CON-007", "SES-009"),
        ),
        Example("refused long before", 'refuse {"status":401}\nconnect\n' + _KEY + "reconnect", auth=_BASIC, beside=("CON-007",)),
    )  # fmt: skip

    def check(self, event: ConnectionRefused | ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """A change, a refusal after it, or the time that is up."""
        if isinstance(event, TimeUp):
            return self._late(event)
        if isinstance(event, ConnectionRefused):
            return self._refused(event) if event.record.status in UNAUTHORIZED else ()
        return self._changed(event)

    def _changed(self, event: ResponseSeen) -> Iterator[AskLater]:
        shown = event.scene.recall(ConnectionProfiles).of(event.scene.connection.number)
        for change in changes_in(event):
            if change.status != "Accepted" or shown is None:
                continue
            uses_it = shown.profile in (1, 2) if change.value is None else shown.profile != change.value
            if uses_it:
                yield AskLater(self.threshold("reconnect_s"), change.key, change.conf)

    def _refused(self, event: ConnectionRefused) -> Iterator[Verdict]:
        oldest = event.scene.at - round(self.threshold("reconnect_s") * 1e9)
        for change in event.scene.recall(SecurityChanges).open_changes():
            if change.at < oldest:
                continue
            yield Verdict(
                f"the station took a new {change.key}, and its next connection was refused with {event.record.status}",
                observed=str(event.record.status),
                expected="101",
                records=(event.scene.number, change.call, change.conf),
                key=f"refused {change.key}",
            )
            return

    def _late(self, event: TimeUp) -> Iterator[Verdict]:
        change = event.scene.recall(SecurityChanges).get(str(event.key))
        if change is None or change.conf != event.note or change.refused:
            return
        minutes = self.threshold("reconnect_s") / 60
        if not change.connected:
            yield _not_done(
                change, f"the station took a new {change.key} and has not connected anew for {minutes:g} min"
            )
            return
        shown = event.scene.recall(ConnectionProfiles).latest
        if change.value is not None and shown is not None and shown.profile != change.value:
            words = f"the station took SecurityProfile {change.value}, and {minutes:g} min later it still connects with"
            yield _not_done(change, f"{words} {shown.profile}", shown.record)


def _not_done(change: Change, evidence: str, *more: int) -> Verdict:
    return Verdict(
        evidence,
        at_fault=Role.STATION,
        observed="the old connection" if not more else "the old profile",
        expected=f"a connection with the new {change.key}",
        records=(change.call, change.conf, *more),
        key=change.key,
    )
