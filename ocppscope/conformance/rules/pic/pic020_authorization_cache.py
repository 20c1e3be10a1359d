"""PIC-020: an authorization cache where none is declared."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import reported_flag
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.memories.outages import LastOutage
from ocppscope.conformance.memories.plugs import Plugs
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at, time_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_CLEAR = '< [2,"1","ClearCache",{}]\n> [3,"1",{"status":"STATUS"}]'
_PLUG = '> [2,"p","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]\n< [3,"p",{}]\n'
_START = '> [2,"s","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]'
_AT_ONCE = 1.0
"""Seconds between plug and start in which nobody can have asked anybody."""


class AuthorizationCache(Rule):
    """A station certified without an authorization cache acts as if it had one.

    Finds:
        ClearCache that is accepted, where a station without a cache is to reject it; and a transaction that begins
        within a second of plugging in, with a card that neither an Authorize nor a remote start nor the local list let
        in. Silent when the station reports AuthorizationCacheEnabled as true.

    Why it matters:
        A card that was blocked goes on working from the cache.

    Usual causes:
        The certificate says what was switched on during the test, not what the product can; a station that starts for
        everybody.

    What to do:
        Read AuthorizationCacheEnabled. Have blocked cards tried at the station.
    """

    id = "PIC-020"
    name = "Authorization cache although declared as not supported"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS C-04; E16 §3.23"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"ClearCache", "StartTransaction"})
    needs_profile = True
    memories = (Authorizations, LastOutage, LocalList, Plugs)
    examples = (
        Example("accepted", _CLEAR.replace("STATUS", "Accepted"), profile="features.C-04 = false", finds=1, line=2),
        Example("rejected", _CLEAR.replace("STATUS", "Rejected"), profile="features.C-04 = false"),
        Example("it has a cache", _CLEAR.replace("STATUS", "Accepted"), profile="features.C-04 = true"),
        Example("started at once, asking nobody", _PLUG + _START, profile="features.C-04 = false", finds=1, line=3),
        Example(
            "asked before",
            '> [2,"a","Authorize",{"idTag":"a1"}]\n< [3,"a",{"idTagInfo":{"status":"Accepted"}}]\n' + _PLUG + _START,
            profile="features.C-04 = false",
        ),
    )

    def check(self, event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        """Caches that show."""
        scene = event.scene
        if scene.profile is None or scene.profile.derived.authorization_cache is not False:
            return
        if reported_flag(scene, "AuthorizationCacheEnabled"):
            return
        if isinstance(event, CallSeen):
            if event.message.action == "StartTransaction" and _is_sudden(event):
                tag = quoted(text_at(event.message.payload, "idTag"))
                yield Verdict(
                    f"a transaction began with {tag} as soon as the cable was in, and nobody was asked; "
                    "C-04 declares no authorization cache",
                    key="start",
                )
        elif event.exchange is not None and event.exchange.action == "ClearCache":
            accepted = isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted"
            if accepted:
                yield Verdict(
                    "ClearCache was accepted, although C-04 declares no authorization cache",
                    path="$.status",
                    observed='"Accepted"',
                    expected='"Rejected"',
                    records=(scene.number, event.exchange.call),
                    key="clear",
                )


def _is_sudden(event: CallSeen) -> bool:
    scene, payload = event.scene, event.message.payload
    tag, time = text_at(payload, "idTag"), time_at(payload, "timestamp")
    if tag is None or not scene.settled or (time is not None and scene.recall(LastOutage).covers(time)):
        return False
    plugged = scene.recall(Plugs).seconds_ago(integer_at(payload, "connectorId"), scene.at)
    if plugged is None or plugged >= _AT_ONCE:
        return False
    known = scene.recall(Authorizations)
    if known.asked(tag, scene.at) or known.started_remotely(tag, scene.at):
        return False
    has_list = scene.profile is not None and "LocalAuthListManagement" in scene.profile.derived.feature_profiles
    return not has_list or scene.recall(LocalList).holds(tag) is False
