"""SEC-001: a connection without TLS although the station is set to use it."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.connection_security import PROFILE_NAMES, security_profile
from ocppscope.conformance.event import CallSeen, ConnectionOpened, Event, ResponseSeen, Scene
from ocppscope.conformance.memories.connection_profiles import ConnectionProfiles, Shown
from ocppscope.conformance.memories.security_changes import SecurityChanges, demanded_profile
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import objects_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BASIC = "Basic user=CS-EXAMPLE password=20 bytes"


def _reports(value: int) -> str:
    row = f'{{"key":"SecurityProfile","readonly":false,"value":"{value}"}}'
    return f'< [2,"g","GetConfiguration",{{"key":["SecurityProfile"]}}]\n> [3,"g",{{"configurationKey":[{row}]}}]\n'


_TLS = 'connect {"station_tls":{"version":"TLSv1.2"}}\n'
_VARIABLE = '"component":{"name":"SecurityCtrlr"},"variable":{"name":"SecurityProfile"}'


class WithoutTls(Rule):
    """A plain ws:// connection of a station whose security profile demands TLS.

    Finds:
        The station reports SecurityProfile 2 or 3, and its side of the connection has no TLS, as the proxy sees it.
        Silent where something before the proxy says that it ended TLS (X-Forwarded-Proto), for ten minutes after the
        profile was changed, and in recordings without handshakes.

    Why it matters:
        Credentials and charging data travel in clear although everyone believes them to be encrypted.

    Usual causes:
        The profile was set and the URL was not; a station that falls back to ws:// when TLS fails; a load balancer in
        front of the proxy that ends TLS and does not say so.

    What to do:
        Set the wss:// URL. If TLS ends before the proxy, switch this rule off.
    """

    id = "SEC-001"
    name = "OCPP without TLS although the security profile demands it"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP A00; P2 A00.FR.301 to 309"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ConnectionOpened, ResponseSeen)
    actions = frozenset({"GetConfiguration", "GetVariables", "NotifyReport"})
    memories = (ConnectionProfiles, SecurityChanges)
    thresholds = (Threshold("change_s", 600, "So long after a change the old profile may be in use (judgement)."),)
    examples = (
        Example(
            "profile 2, without TLS",
            _reports(2),
            auth=_BASIC,
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            line=2,
            beside=("CON-007",),
        ),
        Example("profile 2, told over TLS", _TLS + _reports(2), auth=_BASIC),
        Example("profile 1", _reports(1), auth=_BASIC, beside=("CON-007",)),
        Example("told over TLS, then without", _TLS + _reports(2) + "drop\nconnect", finds=1),
        Example(
            "TLS ended before the proxy",
            'connect {"handshake":{"request":[["X-Forwarded-Proto","https"]]}}\n' + _reports(2),
        ),
        Example("a recording without handshakes", 'connect {"handshake":null}\n' + _reports(2)),
        Example(
            "it was set a moment ago",
            '< [2,"c","ChangeConfiguration",{"key":"SecurityProfile","value":"2"}]\n> [3,"c",{"status":"Accepted"}]\n'
            + _reports(2),
        ),
        Example(
            "on 2.0.1",
            f'< [2,"g","GetVariables",{{"getVariableData":[{{{_VARIABLE}}}]}}]\n'
            f'> [3,"g",{{"getVariableResult":[{{{_VARIABLE},"attributeStatus":"Accepted","attributeValue":"3"}}]}}]\n',
            version=OcppVersion.V201,
            finds=1,
        ),
    )

    def check(self, event: CallSeen | ConnectionOpened | ResponseSeen) -> Iterable[Verdict]:
        """A connection, or what tells of the profile on one."""
        scene = event.scene
        demanded = demanded_profile(scene.station.configuration)
        if demanded is None or demanded < 2:
            return ()
        if isinstance(event, ConnectionOpened):
            profile = security_profile(event.record)
            shown = None if profile is None else Shown(profile, scene.number)
        else:
            shown = scene.recall(ConnectionProfiles).of(scene.connection.number)
            if shown is not None and not _tells_profile(event):
                return ()
        return self._found(scene, demanded, shown) if shown is not None and shown.profile < 2 else ()

    def _found(self, scene: Scene, demanded: int, shown: Shown) -> Iterator[Verdict]:
        change = scene.recall(SecurityChanges).get("SecurityProfile")
        if change is not None and (scene.at - change.at) / 1e9 < self.threshold("change_s"):
            return
        yield Verdict(
            f"the station's SecurityProfile is {demanded}, and its connection has {PROFILE_NAMES[shown.profile]}",
            observed=f"security profile {shown.profile}",
            expected=f"security profile {demanded}",
            records=tuple(dict.fromkeys((scene.number, shown.record))),
            key=str(demanded),
        )


def _tells_profile(event: CallSeen | ResponseSeen) -> bool:
    """Whether the message names the security profile."""
    payload = getattr(event.message, "payload", {})
    keys = (text_at(row, "key") for row in objects_at(payload, "configurationKey"))
    rows = (*objects_at(payload, "getVariableResult"), *objects_at(payload, "reportData"))
    names = (text_at(row, "variable", "name") for row in rows)
    return any(name is not None and name.lower() == "securityprofile" for name in (*keys, *names))
