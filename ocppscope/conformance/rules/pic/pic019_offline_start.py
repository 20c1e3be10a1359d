"""PIC-019: a start during an outage against the declaration."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import claim
from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.memories.outages import LastOutage
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at, time_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_EVER = 60 * 24 * 365

_OUTAGE = """
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]
+10 drop
+120 connect
"""
_START = '> [2,"2","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:0TIMEZ"}]'
_STRICT = "features.C-01 = true\nfeatures.C-02 = false\nfeatures.C-04 = false\n"


class OfflineStart(Rule):
    """A transaction began while the station was cut off, which it is certified not to do.

    Finds:
        A StartTransaction whose time stamp lies in the last outage, where offline authorization is declared as not
        supported; or with a card that was never seen, where unknown cards are declared as not allowed offline and the
        station has neither a cache nor a local list that could know it.

    Why it matters:
        Energy was given to somebody whom nobody let in, and who may not pay.

    Usual causes:
        AllowOfflineTxForUnknownId was switched on, another firmware, or a station clock that is wrong by so much that
        an ordinary start looks like one in the outage.

    What to do:
        Read AllowOfflineTxForUnknownId and LocalAuthorizeOffline; compare the station's clock.
    """

    id = "PIC-019"
    name = "Offline start although declared as not supported"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS C-01, C-02"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction"})
    needs_profile = True
    memories = (Authorizations, LastOutage, LocalList)
    examples = (
        Example(
            "in the outage",
            _OUTAGE + _START.replace("TIME", "1:00"),
            profile="features.C-01 = false",
            finds=1,
            line=3,
        ),
        Example("after it", _OUTAGE + _START.replace("TIME", "2:15"), profile="features.C-01 = false"),
        Example("certified for that", _OUTAGE + _START.replace("TIME", "1:00"), profile="features.C-01 = true"),
        Example("a card that nobody knows", _OUTAGE + _START.replace("TIME", "1:00"), profile=_STRICT, finds=1),
        Example(
            "a card that was used before",
            '> [2,"0","Authorize",{"idTag":"a1"}]\n< [3,"0",{"idTagInfo":{"status":"Accepted"}}]\n'
            + _OUTAGE
            + _START.replace("TIME", "1:00"),
            profile=_STRICT,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Starts in the last outage."""
        scene, payload = event.scene, event.message.payload
        time, tag = time_at(payload, "timestamp"), text_at(payload, "idTag")
        outage = scene.recall(LastOutage)
        if time is None or tag is None or not outage.covers(time):
            return
        known = scene.recall(Authorizations)
        if known.started_remotely(tag, outage.began_at):
            return  # asked for from afar just before the connection went
        if claim(scene, "C-01") is False:
            reason, id_ = "although C-01 declares no offline authorization", "C-01"
        elif claim(scene, "C-02") is False and not known.asked(tag, scene.at, _EVER) and _is_unknown(scene, tag):
            reason, id_ = f"with {quoted(tag)}, which was never seen, although C-02 allows no unknown card", "C-02"
        else:
            return
        yield Verdict(
            f"a transaction began at {time:%H:%M:%S}, inside the last outage, {reason}",
            path="$.timestamp",
            observed=quoted(text_at(payload, "timestamp")),
            key=id_,
        )


def _is_unknown(scene: Scene, tag: str) -> bool:
    """Whether neither a cache nor the local list can have known the card."""
    if scene.profile is None or scene.profile.derived.authorization_cache is not False:
        return False
    if "LocalAuthListManagement" not in scene.profile.derived.feature_profiles:
        return True
    return scene.recall(LocalList).holds(tag) is False
