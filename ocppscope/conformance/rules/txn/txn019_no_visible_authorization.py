"""TXN-019: a transaction of somebody whom nobody was seen to let in."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.example_lines import answer, ask, authorize, boot, configure, started, status
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.full_cycle import FullCycle
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_LOCAL = ("localpreauthorize", "authorizationcacheenabled", "freevendenabled")


def _life(*more: str) -> str:
    """A station from its boot, that starts with a fixed tag."""
    return (
        boot("b")
        + status("s", 1, "Preparing")
        + "".join(more)
        + started("1", 17, tag="FREE")
        + status("t", 1, "Charging")
    )


class NoVisibleAuthorization(Rule):
    """A StartTransaction, and nothing before it that lets the driver in.

    Finds:
        A start with an idTag for which, in the last ten minutes, neither Authorize nor RemoteStartTransaction was seen,
        and which is not on a local list that we know. It is a note on the transaction, no fault: a cache, a local list, a
        free station with a fixed tag and an offline start are all right. Where LocalPreAuthorize or the cache is known to
        be on, or the start comes from the offline queue, nothing is said.

    Why it matters:
        Who asks why somebody could charge finds here that the station decided by itself.

    Usual causes:
        An authorization cache, LocalPreAuthorize, free vending, a plug-and-charge tag.

    What to do:
        Read LocalPreAuthorize, AuthorizationCacheEnabled and the local list version, if it matters.
    """

    id = "TXN-019"
    name = "Transaction started without visible authorisation"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §3.4, §3.5"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction"})
    memories = (Authorizations, Charging, FullCycle, LocalList)
    thresholds = (Threshold("within_min", 10, "Minutes before the start that are looked at (catalogue)."),)
    examples = (
        Example("with a fixed tag", _life(), finds=1, severity=Severity.INFO, line=5),
        Example("authorized", _life(authorize("a", "free"))),
        Example(
            "from afar",
            _life(ask("r", "RemoteStartTransaction", idTag="FREE", connectorId=1) + answer("r", status="Accepted")),
        ),
        Example(
            "on the local list",
            _life(
                ask(
                    "l",
                    "SendLocalList",
                    listVersion=1,
                    updateType="Full",
                    localAuthorizationList=[{"idTag": "FREE", "idTagInfo": {"status": "Accepted"}}],
                )
                + answer("l", status="Accepted")
            ),
        ),
        Example("the cache is on", _life(configure("c", "AuthorizationCacheEnabled", "true"))),
        Example("the beginning was not seen", started("1", 17, tag="FREE")),
        Example(
            "from the offline queue",
            boot("b") + status("s", 1, "Available") + "+60 drop\n+600 connect\n" + started("1", 17, tag="FREE", at=300),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Starts of strangers."""
        tag = text_at(event.message.payload, "idTag")
        if tag is None or is_queued(event) or event.scene.recall(Charging).started_by(event.message) is not None:
            return ()
        return self._unseen(event.scene, tag)

    def _unseen(self, scene: Scene, tag: str) -> Iterator[Verdict]:
        minutes = int(self.threshold("within_min"))
        known = scene.recall(Authorizations)
        if known.asked(tag, scene.at, minutes) or known.started_remotely(tag, scene.at, minutes):
            return
        if scene.recall(LocalList).holds(tag) or not self._was_watched(scene):
            return
        if any(scene.station.configuration.get(key, "").strip().lower() == "true" for key in _LOCAL):
            return
        yield Verdict(
            f"a transaction starts with idTag {quoted(tag)}; in the last {minutes} min no Authorize and no remote start "
            "with it was seen",
            path="$.idTag",
            observed=quoted(tag),
        )

    def _was_watched(self, scene: Scene) -> bool:
        """Whether an Authorize would have been seen."""
        long = scene.at - scene.connection.opened_at > self.threshold("within_min") * 60e9
        return long or (scene.connection.seen_from_start and scene.recall(FullCycle).seen)
