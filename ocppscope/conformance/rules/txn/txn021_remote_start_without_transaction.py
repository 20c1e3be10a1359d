"""TXN-021: a remote start is accepted, and no transaction comes."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, TimeUp
from ocppscope.conformance.example_lines import answer, ask, authorize, configure, started, status
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.memories.remote_starts import RemoteStart, RemoteStarts, window
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_REMOTE = ask("r", "RemoteStartTransaction", idTag="A1", connectorId=1) + answer("r", status="Accepted")
_PLUGGED = status("s", 1, "Preparing")
_FIGURE = "remote_start_authorization_time"
_STUCK = frozenset({"Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing"})


class RemoteStartWithoutTransaction(Rule):
    """RemoteStartTransaction.conf Accepted, and no StartTransaction with its idTag in time.

    Finds:
        No StartTransaction with the idTag within ConnectionTimeOut (120 s where it was not seen), or within the declared
        remote start time where the cable was in already. A warning where the connector was Preparing before the request
        and still is: a car is there and waits. Else an info: nobody plugged in, which is how a remote start ends
        normally. Nothing is said where the CSMS did not authorize the idTag, the connection was lost, it was asked again,
        or another transaction began there.

    Why it matters:
        The driver stands there with an app that says "started".

    Usual causes:
        The station waits for the cable to be plugged in anew; it drops the request when it is Preparing for too long; it
        sends an Authorize whose answer it does not understand.

    What to do:
        See the statuses of the connector before and after the request; pull the cable and try again.
    """

    id = "TXN-021"
    name = "Remote start accepted, no transaction"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §5.11"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"RemoteStartTransaction"})
    memories = (Authorizations, Charging, LocalList, RemoteStarts)
    thresholds = (Threshold("slack_s", 5, "Seconds beyond the timeout (judgement)."),)
    examples = (
        Example(
            "the cable was in, and still is",
            _PLUGGED + _REMOTE + "+130",
            finds=1,
            severity=Severity.WARNING,
            line=3,
        ),
        Example(
            "nobody plugged in",
            status("s", 1, "Available")
            + _REMOTE
            + status("t", 1, "Preparing")
            + "+100 "
            + status("u", 1, "Available")
            + "+60",
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "sooner, where the certificate says so",
            _PLUGGED + _REMOTE + "+20",
            profile="limits.remote_start_authorization_time = 10",
            finds=1,
            severity=Severity.WARNING,
        ),
        Example("it starts", _PLUGGED + _REMOTE + "+3 " + started("1", 17, at=3) + status("t", 1, "Charging") + "+130"),
        Example("the CSMS refuses the idTag", _PLUGGED + _REMOTE + authorize("a", verdict="Blocked") + "+130"),
        Example("the connection is lost", _PLUGGED + _REMOTE + "+5 reconnect\n+130"),
        Example(
            "ConnectionTimeOut is longer", configure("c", "ConnectionTimeOut", "300") + _PLUGGED + _REMOTE + "+200"
        ),
        Example(
            "another driver was faster",
            _PLUGGED
            + _REMOTE
            + "+3 "
            + authorize("a", "B2")
            + started("1", 17, tag="B2", at=3)
            + status("t", 1, "Charging")
            + "+130",
        ),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Accepted requests, now and after a while."""
        if isinstance(event, TimeUp):
            return _not_started(event)
        exchange = event.exchange
        if exchange is None or not isinstance(event.message, CallResult):
            return ()
        remote = event.scene.recall(RemoteStarts).get(exchange.call)
        if remote is None or text_at(event.message.payload, "status") != "Accepted":
            return ()
        return (AskLater(self._seconds(event, remote), exchange.call, exchange.call),)

    def _seconds(self, event: ResponseSeen, remote: RemoteStart) -> float:
        profile = event.scene.profile
        declared = profile.kpi_limit(_FIGURE) if profile is not None and _was_plugged(remote) else None
        return (window(event.scene) if declared is None else declared) + self.threshold("slack_s")


def _was_plugged(remote: RemoteStart) -> bool:
    return bool(remote.plugged) if remote.place is None else str(remote.place) in remote.plugged


def _not_started(event: TimeUp) -> Iterator[Verdict]:
    scene = event.scene
    remote = scene.recall(RemoteStarts).get(event.note)
    if remote is None or remote.start is not None or remote.refused or remote.repeated or not scene.connection.alive:
        return
    place = remote.place
    other = scene.recall(Charging).last_at(place) if place is not None else None
    if other is not None and (other.began_at > remote.at or other.runs):
        return
    states = scene.station.connectors
    places = remote.plugged if place is None else remote.plugged & {str(place)}
    waits = any(states.get(name) in _STUCK for name in places)
    where = "" if place is None else f" on connector {place}"
    state = "the cable was in before and still is" if waits else "nobody seems to have plugged in"
    yield Verdict(
        f"no StartTransaction with idTag {quoted(remote.tag)} in {(scene.at - remote.at) / 1e9:.0f} s after the accepted "
        f"remote start{where}; {state}",
        None if waits else Severity.INFO,
        observed="nothing",
        expected="StartTransaction",
        records=(remote.call, remote.conf),
        key=f"{place} {'waits' if waits else 'free'}",
    )
